"""Starts all of PanBot on this machine, and stops it: the one place that wires the demo.

PostgreSQL, two virtual printers and the restaurant's records live in or under this process; the
cloud, the edge, the agent and (where there is one) Centrifugo are its children, as in real life.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import re
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from cloud.db.migrate import apply_migrations
from cloud.db.pool import connect
from cloud.realtime import centrifugo_config
from cloud.services import Services
from cloud.settings import from_env
from demo.children import GRACE_S, CannotRun, Child, ChildDied, panbot, stop_all
from demo.edge_api import EdgeApi
from demo.line import Line
from demo.postgres import postgres
from demo.printers import EscPosPrinter, IppPrinter, VirtualPrinter
from demo.restaurant import Restaurant, read_restaurant
from demo.settings import DemoSettings
from demo.way import Watch
from domain.clock import Clock
from edge.access import LOCAL_CLI
from edge.settings import read_settings as read_edge_settings
from edge.store import identity
from edge.store.store import connect_read_only
from web.tokens import Claims, Tokens

__all__ = ["HOST", "CannotRun", "Running", "Tell", "running"]

READY_S = 30.0  # for a child to come up: ten times what the slowest takes here
LINKED_S = 15.0  # for the edge to have read the feed
LOOK_S = 0.02
WARM_S = 10.0  # for the edge to have loaded what draws tickets: it takes one or two
SERVER_GRACE_S = 0.8  # they keep nothing; with PostgreSQL's own stop all of it stays under 3 s
HOST = "127.0.0.1"
SECRET_BYTES = 32
_SERVERS = frozenset({"cloud", "centrifugo"})  # the children that other children talk to

_ADDRESS = re.compile(r"http://[\w.:]+(?=\s)")

T = TypeVar("T")

Tell = Callable[[str, str], None]  # a part's name, and what there is to say of it


@dataclass(frozen=True)
class Running:
    """A demo that is up. `push` says how the edge hears of news. `died` is done when a child
    has ended by itself."""

    restaurant: Restaurant
    clock: Clock
    services: Services
    line: Line
    watch: Watch
    edge: EdgeApi
    printers: Mapping[str, VirtualPrinter]
    cloud_url: str
    push: str
    died: asyncio.Future[ChildDied]


@asynccontextmanager
async def running(
    folder: Path, settings: DemoSettings, clock: Clock, tell: Tell
) -> AsyncIterator[Running]:
    """All of it, with its databases and logs in `folder`, until the block ends.

    Raises `CannotRun`, with the end of its log where a part does not come up.
    """
    restaurant, file = read_restaurant()
    async with AsyncExitStack() as stack:
        stack.enter_context(_sole_use(folder))
        url = await stack.enter_async_context(postgres(folder / "postgres"))
        tell("PostgreSQL", f"in {folder / 'postgres'}")
        environment = settings.environment | _environment(folder, url, restaurant, settings)
        crew = _Crew(folder / "logs", environment)
        stack.push_async_callback(crew.stop)

        starting_cloud = asyncio.create_task(_cloud(crew, settings.centrifugo, environment, tell))
        stack.push_async_callback(_cancelled, starting_cloud)
        printers = await _printers(restaurant, clock, stack)
        tell("Printers", ", ".join(printer.uri for printer in printers.values()))
        services = await _services(environment, stack)
        placed = [{**row, "uri": printers[row["id"]].uri} for row in file["printers"]]
        await services.businesses.load({**file, "printers": placed})
        tell("Restaurant", f"{restaurant.business.name}, {len(restaurant.menu.items)} items")
        # It takes longest to come up; nothing here waits for it.
        agent = await crew.start("agent", *panbot("agent", "console", "--jsonl"), talks=True)
        cloud_url = await starting_cloud
        edge = await _edge(crew, environment, cloud_url, clock)
        stack.push_async_callback(edge.close)
        wanted = "long poll" if settings.centrifugo is None else "centrifugo"
        push = await _linked(edge, services, restaurant.business_id, cloud_url, wanted)
        push = push.replace("centrifugo", "Centrifugo")
        tell("Edge", f"{edge.url}, hears of orders by {push}")

        line = Line(agent, clock)
        watch = Watch(edge, printers, lambda: clock.now().timestamp())
        for printer in printers.values():
            printer.on_paper = lambda paper: watch.stir()
        for loop in (line.listen(), watch.listen()):
            stack.push_async_callback(_cancelled, asyncio.create_task(loop))
        await crew.until(agent, line.ready.is_set)
        await _warm(edge)
        tell("Agent", "ready; it needs no model and no key")
        yield Running(
            restaurant, clock, services, line, watch, edge, printers, cloud_url, push, crew.died
        )


class _Crew:
    """The children, each with a log of its own. `died` is done once one has ended by itself."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self.logs = logs
        self._environment = environment
        self._children: list[Child] = []
        self._watching: list[asyncio.Task[None]] = []
        self.died: asyncio.Future[ChildDied] = asyncio.get_running_loop().create_future()
        logs.mkdir(exist_ok=True)

    async def start(self, name: str, *command: str, talks: bool = False, **variables: str) -> Child:
        log = self.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        environment = {**self._environment, **variables}
        child = await Child.start(name, command, environment=environment, log=log, talks=talks)
        self._children.append(child)
        self._watching.append(asyncio.create_task(self._watch(child)))
        return child

    async def address(self, child: Child) -> str:
        """The `http://…` that `child` prints once it answers there. Raises `CannotRun`."""
        found = await self.until(
            child, lambda: _ADDRESS.search(child.log.read_text(errors="replace"))
        )
        return found[0]

    async def until(self, child: Child, came: Callable[[], T | None]) -> T:
        """What `came` gives, once it gives something. Raises `CannotRun` where `child` ends before,
        or takes too long."""
        for _ in range(round(READY_S / LOOK_S)):
            if found := came():
                return found
            if not child.running:
                raise await child.died()
            await asyncio.sleep(LOOK_S)
        raise CannotRun(f"{child.name} did not come up within {READY_S:g} s.{child.last_words()}")

    async def stop(self) -> None:
        """Those that the others talk to go last: the edge, when it ends, sends up what waits."""
        for served in (False, True):
            ending = (child for child in self._children if (child.name in _SERVERS) is served)
            await stop_all(ending, SERVER_GRACE_S if served else GRACE_S)
        for watching in self._watching:
            await _cancelled(watching)

    async def _watch(self, child: Child) -> None:
        death = await child.died()
        if not self.died.done():
            self.died.set_result(death)


async def _cloud(
    crew: _Crew, centrifugo: Path | None, environment: Mapping[str, str], tell: Tell
) -> str:
    """The cloud's address, once it answers; Centrifugo comes up beside it."""
    cloud = await crew.start("cloud", *panbot("cloud", "serve"))
    if centrifugo is not None:
        config = _centrifugo_config(environment)
        path = crew.logs / "centrifugo.json"
        path.write_bytes(msgspec.json.encode(config))
        server = await crew.start("centrifugo", str(centrifugo), "--config", str(path))
        port = int(config["http_server"]["port"])
        await crew.until(server, lambda: _listens(port))
        tell("Centrifugo", str(centrifugo))
    url = await crew.address(cloud)
    tell("Cloud", url)
    return url


async def _printers(
    restaurant: Restaurant, clock: Clock, stack: AsyncExitStack
) -> dict[str, VirtualPrinter]:
    """The first printer speaks ESC/POS over TCP, the others IPP."""
    printers: dict[str, VirtualPrinter] = {}
    for row in restaurant.printers:
        printer: VirtualPrinter = (
            IppPrinter(clock, name=row.name) if printers else EscPosPrinter(clock)
        )
        await printer.start()
        stack.push_async_callback(printer.stop)
        printers[row.id] = printer
    return printers


async def _services(environment: Mapping[str, str], stack: AsyncExitStack) -> Services:
    """The cloud's services in this process, to load the restaurant and to pair the edge."""
    settings = from_env(environment)
    connection = await connect(settings.database_url)
    try:
        await apply_migrations(connection)
    finally:
        await connection.close()
    return await stack.enter_async_context(Services.open(settings))


async def _edge(
    crew: _Crew, environment: Mapping[str, str], cloud_url: str, clock: Clock
) -> EdgeApi:
    """The edge, once it answers. We are its owner: we can read its secret."""
    edge = await crew.start("edge", *panbot("edge", "serve"), PANBOT_CLOUD_URL=cloud_url)
    url = await crew.address(edge)
    with contextlib.closing(connect_read_only(read_edge_settings(environment).database)) as db:
        who = identity.read(db)
    assert who is not None, "made before it answers"
    tokens = Tokens(who.token_secret, clock)
    return EdgeApi(url, lambda: tokens.issue(Claims(LOCAL_CLI, "owner", "")))


async def _linked(
    edge: EdgeApi, services: Services, business_id: str, cloud_url: str, wanted: str
) -> str:
    """Pairs the edge where it is new, and waits until it has all that there is in the cloud and
    hears of news as `wanted`. Returns how it does."""
    if not (await edge.sync()).paired:
        await edge.pair((await services.devices.pairing_code(business_id)).code, cloud_url)
    head = (await services.feed.changes(business_id, 0)).head
    for _ in range(round(LINKED_S / LOOK_S)):
        state = await edge.sync()
        if state.cursor >= head and state.push == wanted:
            return wanted
        await asyncio.sleep(LOOK_S)
    if state.cursor >= head:
        return state.push  # not as we hoped, but orders come
    raise CannotRun(
        f"the edge did not read the cloud's feed within {LINKED_S:g} s: "
        f"it is at {state.cursor} of {head}, {state.push}"
    )


async def _warm(edge: EdgeApi) -> None:
    """Waits for what draws tickets, for as long as it is worth it: an order would be printed all
    the same, a moment late."""
    for _ in range(round(WARM_S / LOOK_S)):
        if await edge.warm():
            return
        await asyncio.sleep(LOOK_S)


def _environment(
    folder: Path, database_url: str, restaurant: Restaurant, settings: DemoSettings
) -> dict[str, str]:
    """The children's settings. Everything listens on loopback, on a port of its own choice."""
    secret = _secrets(folder / "secrets.json")
    environment = {
        "PANBOT_DATABASE_URL": database_url,
        "PANBOT_CLOUD_HOST": HOST,
        "PANBOT_CLOUD_PORT": "0",
        "PANBOT_CLOUD_SECRET": secret["cloud"],
        "PANBOT_AGENT_BUSINESS": restaurant.business_id,
        "PANBOT_CALL_SPOOL": str(folder / "calls"),
        "PANBOT_EDGE_DATA": str(folder / "edge"),
        "PANBOT_EDGE_HOST": HOST,
        "PANBOT_EDGE_PORT": "0",
        "PANBOT_LAN_INTERFACES": HOST,
    }
    if settings.centrifugo is not None:
        url = f"ws://{HOST}:{_free_port()}/connection/websocket"
        environment |= {
            "PANBOT_CENTRIFUGO_URL": url,
            "PANBOT_CENTRIFUGO_SECRET": secret["centrifugo"],
        }
    return environment


def _secrets(path: Path) -> dict[str, str]:
    """Made the first time, then kept: tokens that the edge has must stay good."""
    if not path.exists():
        made = {name: secrets.token_urlsafe(SECRET_BYTES) for name in ("cloud", "centrifugo")}
        path.touch(mode=0o600)
        path.write_bytes(msgspec.json.encode(made))
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str])


def _centrifugo_config(environment: Mapping[str, str]) -> dict[str, Any]:
    """The cloud's, and where to listen."""
    settings = from_env(environment)
    port = urlsplit(settings.centrifugo_url).port
    return centrifugo_config(settings) | {"http_server": {"address": HOST, "port": str(port)}}


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _free_port() -> int:
    """For a program that cannot choose one by itself."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def _sole_use(folder: Path) -> Iterator[None]:
    """Raises `CannotRun` where another demo holds the folder; the kernel lets go of it
    however we end."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"Another demo is running in {folder}.") from None
        yield


async def _cancelled(task: asyncio.Task[Any]) -> None:
    """Ends `task`; what went wrong in it has been told already, or does not matter any more."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
