"""Two edges and a cloud, whatever happens in whatever sequence: the rules of `sync.pending` and
`sync.merge` together, with each reply that may be lost."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.pending import Pending, Settled, State, edited, item_of, rebase, sent, settled
from sync.policy import PushDelays
from sync.wire import Change, Outcome, PushItem, Verdict
from tests.support.sync_fakes import NOON, Counter

PLACE = {"collection": "customer", "key": "k"}
FIELDS = ("name", "note")
ROUNDS = 6  # of push and pull at both edges: more than it takes them to agree


class Cloud:
    """One record, with a compare-and-set and the outcomes of the op ids that it has seen."""

    def __init__(self) -> None:
        self.state = State(0, {}, deleted=True)
        self._seen: dict[str, Verdict] = {}

    def push(self, item: PushItem) -> Verdict:
        if item.op_id in self._seen:
            return self._seen[item.op_id]
        now = self.state
        if item.base_version != now.version:
            return Verdict(
                item.op_id, Outcome.CONFLICT, now.version, 0, now.value, deleted=now.deleted
            )
        self.state = State(now.version + 1, item.data, item.deleted)
        self._seen[item.op_id] = Verdict(item.op_id, Outcome.DUPLICATE, self.state.version)
        return Verdict(item.op_id, Outcome.APPLIED, self.state.version)


class Edge:
    """One record and its pending row. `given_up` are the values that stood here and were written
    over by someone who saw them, or lost with a conflict that tells of them."""

    def __init__(self, cloud: Cloud, ids: Counter) -> None:
        self.record = State(0, {}, deleted=True)
        self.row: Pending | None = None
        self.given_up: set[int] = set()
        self._cloud = cloud
        self._ids = ids

    def edit(self, field: str, value: int | None) -> None:
        """Sets one field, or with None deletes the record."""
        before = self.record.value or {}
        seen = before.values() if value is None else [before[field]] if field in before else []
        self.given_up |= set(seen)
        after = None if value is None else before | {field: value}
        self.row = edited(
            self.row,
            before=self.record,
            after=after,
            now=NOON,
            delays=PushDelays(),
            op_id=self._ids.new(),
            **PLACE,
        )
        self.record = State(self.record.version, after or {}, after is None)

    def push(self, *, reply: bool = True) -> None:
        if self.row is None:
            return
        self.row = sent(self.row)
        verdict = self._cloud.push(item_of(self.row))
        if reply:
            self._keep(settled(self.row, verdict, now=NOON, op_id=self._ids.new(), jitter=0.5))

    def pull(self) -> None:
        theirs = self._cloud.state
        if theirs.version <= self.record.version:
            return
        if self.row is None:
            self.record = theirs
            return
        change = Change(
            0, version=theirs.version, data=theirs.data, deleted=theirs.deleted, **PLACE
        )
        self._keep(rebase(self.row, change, op_id=self._ids.new()))

    def _keep(self, outcome: Settled) -> None:
        self.row = outcome.pending
        self.record = outcome.record or self.record
        for lost in outcome.lost.discarded if outcome.lost else ():
            for side in (lost.mine, lost.theirs):
                self.given_up |= set(side.values() if isinstance(side, dict) else [side])


_steps = st.lists(
    st.tuples(
        st.sampled_from([0, 1]),
        st.sampled_from(["edit", "edit", "delete", "push", "push, no reply", "pull"]),
        st.sampled_from(FIELDS),
    ),
    max_size=14,
)


@given(_steps)
def test_all_end_alike_and_nothing_is_lost(steps: list[tuple[int, str, str]]) -> None:
    """Once everyone has pushed and pulled, both edges hold what the cloud holds, nothing waits,
    and each value that was ever set stands, was overwritten by someone who saw it, or is told."""
    cloud, ids, values = Cloud(), Counter(), itertools.count(1)
    edges = [Edge(cloud, ids), Edge(cloud, ids)]
    was_set: set[int] = set()
    for which, what, field in steps:
        edge = edges[which]
        if what == "edit":
            value = next(values)
            was_set.add(value)
            edge.edit(field, value)
        elif what == "delete":
            edge.edit(field, None)
        elif what == "pull":
            edge.pull()
        else:
            edge.push(reply=what == "push")
    for _ in range(ROUNDS):
        for edge in edges:
            edge.push()
            edge.pull()
    for edge in edges:
        assert edge.row is None
        assert edge.record == cloud.state
    stands: Any = (cloud.state.value or {}).values()
    assert was_set <= {*stands, *edges[0].given_up, *edges[1].given_up}
