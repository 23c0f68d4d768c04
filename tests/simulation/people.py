"""Who works on the records, all at once: staff at terminals, the owner at the dashboard, callers
who order through the agent. What each was told is done goes into the claims.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from typing import Any

from cloud.db.records import Versioned
from cloud.services.records import State
from domain.clock import iso
from domain.codec import decode
from domain.errors import Conflict, Invalid, PanBotError
from domain.ids import UuidV7
from domain.order import Channel, Customer, Order, PaymentStatus, Status
from domain.ordering import (
    Draft,
    DraftLine,
    Edit,
    LineAmendment,
    LineComp,
    LineVoid,
    apply_edit,
    place,
)
from domain.payments import Correction, Refund
from edge.store import conflicts, orders, pending, print_jobs, records
from edge.store.edits import edit
from edge.store.writer import Transaction
from printing.queue import JobState, print_now
from sync.conflicts import Resolution
from sync.merge import Side
from sync.wire import Collection
from tests.simulation import cloud_side, edge_side
from tests.simulation.claims import Claim, Claims, tokens_in
from tests.simulation.cloud_side import BUSINESS, CloudSide, Gone
from tests.simulation.edge_side import EdgeSide
from tests.simulation.virtual_time import START, pause

__all__ = ["CUSTOMERS", "ITEMS", "MENU", "Agent", "Dashboard", "Terminal"]

ITEMS = ("margherita", "funghi", "cola")
CUSTOMERS = ("ada", "bo")
UNSTORABLE = "customer-with-a-nul"  # its first edit holds what the cloud cannot store
PAUSE_MOST_S = 4.0  # of somebody who looks at a screen before the hand moves
# of a change
_KINDS = (
    *("amend", "amend", "void", "comp", "add", "head", "status", "status"),
    *("pay", "refund", "correct_payment"),
)
TRIES = 40  # of a client that has no answer; more than a run is long

MENU: dict[str, Any] = {
    "id": "main",
    "name": "Trattoria",
    "currency": "EUR",
    "tax": {"prices_include_tax": True, "classes": {"food": 700, "drink": 1900}},
    "categories": [{"id": "pizza", "name": "Pizza"}, {"id": "drinks", "name": "Drinks"}],
    "items": [
        {
            "id": item,
            "category_id": "drinks" if item == "cola" else "pizza",
            "name": item,
            "price": 900,
            "tax_class": "drink" if item == "cola" else "food",
            "station": "bar" if item == "cola" else "kitchen",
        }
        for item in ITEMS
    ],
}


class Person:
    """Does something at random, again and again. `dear` is the record that all of them prefer on
    this evening, so that they meet."""

    def __init__(
        self,
        name: str,
        stream: Random,
        claims: Claims,
        tell: Callable[[str], None],
        dear: tuple[str, str],
    ) -> None:
        self.name = name
        self._dear = dear
        self.chance = stream
        self.claims = claims
        self.ids = UuidV7(_Noon(), stream.getrandbits)
        self._tell = tell

    def tell(self, text: str) -> None:
        self._tell(f"{self.name:<8} {text}")

    async def work(self, times: int, pace_s: float) -> None:
        """`pace_s` is the longest pause between two deeds."""
        for _ in range(times):
            await pause(0.0, pace_s)
            await self.act()

    async def act(self) -> None:
        raise NotImplementedError

    async def think(self) -> None:
        await pause(0.0, PAUSE_MOST_S)

    def draft(self, order_id: str) -> tuple[Draft, list[Claim]]:
        """An order of one to three lines, and what it claims."""
        where = (Collection.ORDER, order_id)
        guest = self.claims.make(where, "guest")
        claims, lines = [guest], []
        for _ in range(self.chance.randint(1, 3)):
            note = self.claims.make(where, "note")
            claims.append(note)
            lines.append(self.line(note))
        draft = Draft(tuple(lines), customer=Customer(name=guest.token), id=order_id)
        return draft, claims

    def line(self, note: Claim) -> DraftLine:
        qty, item = self.chance.randint(1, 3), self.chance.choice(ITEMS)
        return DraftLine(item, qty, note=note.token, id=self.ids.new())

    def change(self, data: Mapping[str, Any]) -> tuple[Edit, list[Claim]]:
        """A change of an order as it is seen, and what it claims."""
        order = decode(data, Order)
        where = (Collection.ORDER, order.id)
        live = [line for line in order.lines if line.voided is None]
        kind = self.chance.choice(_KINDS)
        if kind == "status" or not live:
            later = self.chance.choice([s for s in Status if s is not order.status])
            return Edit(status=later), []
        claim = self.claims.make(where, kind)
        if kind == "pay":
            # Who pays what is paid changes nothing, and is told so.
            claim.knew.update(tokens_in(data["payment"]))
            return Edit(pay=claim.token), [claim]
        if kind in ("refund", "correct_payment"):
            claim.knew.update(tokens_in(data["payment"]))
            part = self.chance.choice((None, 100))
            if kind == "refund":
                return Edit(refund=Refund(claim.token, amount=part)), [claim]
            return Edit(correct_payment=Correction(claim.token, "mistyped")), [claim]
        if kind == "head":
            claim.knew.update(tokens_in(order.note))
            return Edit(note=claim.token), [claim]
        if kind == "add":
            return Edit(add=(self.line(claim),)), [claim]
        line = self.chance.choice(live)
        if kind == "void":
            return Edit(void=(LineVoid(line.id, claim.token),)), [claim]
        if kind == "comp":
            return Edit(comp=(LineComp(line.id, claim.token),)), [claim]
        claim.knew.update(tokens_in(line.note))
        qty = self.chance.choice((None, self.chance.randint(1, 5)))
        return Edit(amend=(LineAmendment(line.id, qty=qty, note=claim.token),)), [claim]

    def acknowledge(self, claims: list[Claim]) -> None:
        for claim in claims:
            claim.acknowledged = True

    def acknowledge_order(self, after: Mapping[str, Any], edit: Edit, claims: list[Claim]) -> None:
        """Only what was done is claimed: to pay what is paid is answered with what there is."""
        order_id = str(after["id"])
        there = set(tokens_in(after))
        self.acknowledge([claim for claim in claims if claim.token in there])
        if edit.status is not None:
            self.claims.reached.append((order_id, edit.status))
        if edit.pay and after["payment"]["status"] != PaymentStatus.UNPAID:
            self.claims.paid.append(order_id)

    def renamed(
        self, collection: str, key: str, data: Mapping[str, Any] | None, claim: Claim
    ) -> dict[str, Any]:
        """`data` with one value changed; what it stood in the place of is known."""
        if collection == Collection.MENU:
            assert data is not None
            item = self.chance.choice(data["items"])
            claim.knew.update(tokens_in(item["name"]))
            items = [i | {"name": f"Item {claim.token}"} if i is item else i for i in data["items"]]
            return {**data, "items": items}
        if collection == Collection.AVAILABILITY:
            claim.knew.update(tokens_in(data))
            available = self.chance.random() < 0.7
            return {"item_id": key, "available": available, "changed_by": claim.token}
        fields = dict(data or {})
        field = self.chance.choice(("name", "phone", "wishes"))
        claim.knew.update(tokens_in(fields.get(field)))
        return {**fields, field: claim.token}

    def a_record(self) -> tuple[str, str]:
        if self.chance.random() < 0.5:
            return self._dear
        collection = self.chance.choice(
            (Collection.CUSTOMER, Collection.CUSTOMER, Collection.AVAILABILITY, Collection.MENU)
        )
        if collection == Collection.MENU:
            return collection, "main"
        known = ITEMS if collection == Collection.AVAILABILITY else CUSTOMERS
        return collection, self.chance.choice(known)


class Terminal(Person):
    """Staff, on the restaurant's own network."""

    def __init__(self, name: str, edge: EdgeSide, **person: Any) -> None:
        super().__init__(name, **person)
        self._edge = edge

    async def act(self) -> None:
        what = self.chance.random()
        try:
            if what < 0.3:
                await self._place()
            elif what < 0.7:
                await self._change()
            elif what < 0.85:
                await self._edit()
            elif what < 0.95:
                await self._resolve()
            else:
                await self._edge.ask(lambda edge: edge.syncing.flush())
        except Gone:
            self.tell("has no answer")
        except PanBotError as refused:
            self.tell(f"is refused: {refused}")

    async def _place(self) -> None:
        """Asks again, with the same id, until there is an answer."""
        order_id = self.ids.new()
        draft, claims = self.draft(order_id)
        for _ in range(TRIES):
            try:
                await self._edge.ask(lambda edge: _placed(edge, draft))
            except Gone:
                await pause(0.5, 3.0)
            else:
                self.acknowledge(claims)
                self.claims.placed.append(order_id)
                self.tell(f"places {order_id}")
                return

    async def _change(self) -> None:
        open_ones = await self._edge.ask(
            lambda edge: edge.store.read(lambda db: orders.open_ones(db, 100))
        )
        if not open_ones:
            return
        seen = self.chance.choice(open_ones)
        change, claims = self.change(seen.data)
        await self.think()
        after = await self._edge.ask(lambda edge: _changed(edge, seen, change, self.name))
        self.acknowledge_order(after.data, change, claims)
        self.tell(f"changes {seen.key}: {_told(change)}")

    async def _edit(self) -> None:
        collection, key = self.a_record()
        deletes = collection == Collection.CUSTOMER and self.chance.random() < 0.2
        claim = self.claims.make(
            (collection, key), "deletion" if deletes else "edit", deletes=deletes
        )

        def write(tx: Transaction, stamp: Any) -> bool:
            """True where there was something to do. It may run twice (`edge.store.writer`)."""
            claim.knew.clear()
            record = records.find(tx.connection, collection, key)
            before = record.data if record is not None and not record.deleted else None
            if before is None and (deletes or collection == Collection.MENU):
                return False
            after = None
            if deletes:
                claim.knew.update(tokens_in(before))
            else:
                after = self.renamed(collection, key, before, claim)
            edit(tx, collection, key, after, stamp)
            return True

        async def ask(edge: edge_side.Program) -> bool:
            stamp = edge.stamp(self.name)
            return await edge.store.write(lambda tx: write(tx, stamp))

        claim.acknowledged = await self._edge.ask(ask)
        self.tell(f"does {claim}")

    async def _resolve(self) -> None:
        """Looks at what lost, and says which side shall stand."""
        found = await self._edge.ask(lambda edge: edge.store.read(conflicts.open_ones))
        if not found:
            return
        conflict = self.chance.choice(found)
        where = (conflict.data["collection"], conflict.data["key"])
        resolution = Resolution(keep=self.chance.choice(list(Side)))
        await self.think()

        async def ask(edge: edge_side.Program) -> None:
            stamp, closing = edge.stamp(self.name), edge.stamp(self.name)

            def resolve(tx: Transaction) -> None:
                before = records.find(tx.connection, *where)
                conflicts.resolve(
                    tx, conflict.key, resolution, owner=True, stamp=stamp, closing=closing
                )
                after = records.find(tx.connection, *where)
                self.claims.settled(before and before.data, after and after.data)

            await edge.store.write(resolve)

        await self._edge.ask(ask)
        self.tell(f"settles {conflict.key} about {where}: keep {resolution.keep}")

    async def retry_quarantined(self) -> None:
        """All is well again: what was refused is sent once more."""

        async def ask(edge: edge_side.Program) -> None:
            stamp = edge.stamp(self.name)

            def retry(tx: Transaction) -> None:
                for row in pending.quarantined(tx.connection):
                    conflicts.retry(tx, row.collection, row.key, stamp)

            await edge.store.write(retry)
            edge.syncing.wake()

        await self._edge.ask(ask)

    async def print_what_is_held(self) -> None:
        """Looks at each ticket that waits for a person, and has it printed."""

        async def ask(edge: edge_side.Program) -> None:
            now = edge.clock.now()

            def release(tx: Transaction) -> None:
                held = print_jobs.listed(
                    tx.connection, order_id="", state=JobState.HELD, limit=1000
                )
                for job in held:
                    print_jobs.save(tx, print_now(job, now), iso(now))

            await edge.store.write(release)

        await self._edge.ask(ask)

    async def write_what_cannot_be_stored(self) -> None:
        """A record that the cloud refuses each time: it must hold up nobody."""
        await self._write_plainly({"name": "\0"})

    async def put_it_right(self) -> None:
        await self._write_plainly({"name": "right"})

    async def _write_plainly(self, after: dict[str, Any]) -> None:
        async def ask(edge: edge_side.Program) -> None:
            stamp = edge.stamp(self.name)
            await edge.store.write(lambda tx: edit(tx, "customer", UNSTORABLE, after, stamp))

        await self._edge.ask(ask)
        self.tell(f"sets customer/{UNSTORABLE} to {after}")


class Dashboard(Person):
    """The owner, who sees a version and changes that version."""

    def __init__(self, name: str, cloud: CloudSide, **person: Any) -> None:
        super().__init__(name, **person)
        self._cloud = cloud

    async def act(self) -> None:
        try:
            what = self.chance.random()
            if what < 0.45:
                await self._change()
            elif what < 0.9:
                await self._edit()
            else:
                await self._resolve()
        except Gone:
            self.tell("has no answer")
        except PanBotError as refused:
            self.tell(f"is refused: {refused}")

    async def _change(self) -> None:
        known = [
            one
            for one in self._cloud.database.records()
            if one.collection == Collection.ORDER
            and one.data["status"] in ("placed", "preparing", "ready")
        ]
        if not known:
            return
        seen = self.chance.choice(known)
        change, claims = self.change(seen.data)
        await self.think()
        after = await self._cloud.ask(
            lambda cloud: cloud.orders.edit(
                BUSINESS, seen.key, change, base_version=seen.version, actor="user:maria"
            )
        )
        self.acknowledge_order(after.data, change, claims)
        self.tell(f"changes {seen.key}: {_told(change)}")

    async def _edit(self) -> None:
        collection, key = self.a_record()
        seen = await self._cloud.ask(lambda cloud: _found(cloud, collection, key))
        before = seen.data if seen is not None and not seen.deleted else None
        version = seen.version if seen is not None else 0
        deletes = before is not None and collection == Collection.CUSTOMER
        deletes = deletes and self.chance.random() < 0.2
        await self.think()
        claim = self.claims.make(
            (collection, key), "deletion" if deletes else "edit", deletes=deletes
        )
        if deletes:
            claim.knew.update(tokens_in(before))
            state = State(collection, key, {}, deleted=True)
        else:
            state = State(collection, key, self.renamed(collection, key, before, claim))
        if collection == Collection.MENU:
            await self._cloud.ask(
                lambda cloud: cloud.menus.put(
                    BUSINESS, state.data, base_version=version, actor="user:maria"
                )
            )
        else:
            await self._cloud.put(state, version, by="user:maria")
        claim.acknowledged = True
        self.tell(f"does {claim}")

    async def _resolve(self) -> None:
        """Looks at what lost, and says which side shall stand."""
        found = await self._cloud.ask(lambda cloud: cloud.conflicts.open_ones(BUSINESS))
        if not found:
            return
        conflict, _ = self.chance.choice(found)
        resolution = Resolution(keep=self.chance.choice(list(Side)))
        await self.think()
        where = (conflict.data["collection"], conflict.data["key"])
        before = self._cloud.database.find(BUSINESS, *where)
        try:
            await self._cloud.ask(
                lambda cloud: cloud.conflicts.resolve(
                    BUSINESS, conflict.key, resolution, actor="user:maria", owner=True
                )
            )
        finally:  # it may be done though there was no answer
            self.claims.settled(before, self._cloud.database.find(BUSINESS, *where))
        self.tell(f"settles {conflict.key} about {where}: keep {resolution.keep}")


class Agent(Person):
    """Callers. An order is asked for again, under the same key, until there is an answer."""

    def __init__(self, name: str, cloud: CloudSide, **person: Any) -> None:
        super().__init__(name, **person)
        self._cloud = cloud

    async def act(self) -> None:
        key = self.ids.new()
        draft, claims = self.draft("")
        for _ in range(TRIES):
            try:
                placed = await self._cloud.ask(
                    lambda cloud: cloud.orders.place(
                        BUSINESS, draft, channel=Channel.PHONE, idempotency_key=key, actor="agent"
                    )
                )
            except Gone:
                await pause(0.5, 3.0)
            except PanBotError as refused:
                self.tell(f"is refused: {refused}")
                return
            else:
                self.acknowledge(claims)
                self.claims.placed.append(placed.order.id)
                self.tell(f"places {placed.order.number} {placed.order.id}")
                return


async def _placed(edge: edge_side.Program, draft: Draft) -> None:
    """As the route `POST orders` does it."""
    restaurant = await edge.house.now()
    try:
        order = place(
            restaurant.need_menu(),
            restaurant.sold_out,
            draft,
            business=restaurant.business,
            channel=Channel.TERMINAL,
            number="",
            at=edge.clock.now(),
            ids=edge.ids,
        )
        stamp = edge.stamp("staff")
        await edge.store.write(lambda tx: orders.place(tx, order, stamp))
    except (Invalid, Conflict):
        if await edge.store.read(lambda db: orders.known(db, draft.id)) is None:
            raise


async def _changed(
    edge: edge_side.Program, seen: records.Record, change: Edit, by: str
) -> records.Record:
    """As the route `PATCH orders/{id}` does it."""
    restaurant = await edge.house.now()
    menu = restaurant.need_menu()
    stamp = edge.stamp()

    def step(order: Order) -> Order:
        return apply_edit(
            order,
            change,
            menu=menu,
            sold_out=restaurant.sold_out,
            by=by,
            at=stamp.now,
            ids=edge.ids,
        )

    return await edge.store.write(
        lambda tx: orders.change(tx, seen.key, seen.local_seq, step, stamp)
    )


async def _found(cloud: cloud_side.Program, collection: str, key: str) -> Versioned | None:
    async with cloud.writer.writing(BUSINESS, by="user:maria") as writing:
        return await writing.find(collection, key)


def _told(change: Edit) -> str:
    fields = {name: getattr(change, name) for name in Edit.__struct_fields__}
    return ", ".join(f"{name} {value}" for name, value in fields.items() if value)


class _Noon:
    """A clock for ids that say nothing of time."""

    def now(self) -> datetime:
        return START
