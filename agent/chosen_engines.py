"""The engines of `panbot agent start`, by the settings, over speech that needs no network."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from livekit.agents import tts

from agent.call import Call
from agent.engines import Parts, hearing, in_a_row, minds, speaking
from agent.rules_llm import RulesLLM
from agent.settings import EngineSettings
from agent.speech.audio import Samples
from agent.speech.ears import Ears, menu_key
from agent.speech.endpoint import LONG_MS, SHORT_MS
from agent.speech.livekit_speech import SentenceEnds, offline_stt, offline_tts, phone_vad
from agent.speech.moments import CallHints
from agent.speech.recogniser import Heard
from agent.speech.search import NO_HINTS, Hints
from agent.speech.vocabulary import Moment
from agent.speech.voice import has_voice
from cloud.services import SettingsError
from domain.errors import Unavailable
from domain.menu import Menu

__all__ = ["ChosenEngines", "open_engines"]

logger = logging.getLogger(__name__)


class ChosenEngines:
    """By the settings. `ears` are shared by all calls."""

    def __init__(self, settings: EngineSettings, ears: Ears) -> None:
        self._settings = settings
        self._ears = ears
        self._prepared: set[str] = set()  # menus

    def prewarm(self) -> None:
        phone_vad()

    @asynccontextmanager
    async def parts(self, call: Call) -> AsyncIterator[Parts]:
        """The menu is learnt while the caller is greeted, where it is a new one."""
        rules = RulesLLM(call)
        hints = CallHints(call, lambda: rules.asked)
        offline = offline_stt(self._ears, lambda: call.house.menu, lambda: rules.asked, hints)
        preparing = asyncio.create_task(self._prepare(call))
        async with AsyncExitStack() as stack:
            stack.callback(preparing.cancel)
            mind = await stack.enter_async_context(in_a_row(minds(self._settings, rules)))
            voice = await stack.enter_async_context(self.voice())
            activity = phone_vad()
            ears = await stack.enter_async_context(hearing(self._settings, offline, activity))
            yield Parts(
                activity,
                ears,
                mind,
                voice,
                turns=SentenceEnds(offline, lambda: rules.asked),
                wait_s=(SHORT_MS / 1000, LONG_MS / 1000),
                ahead=bool(self._settings.llm),
            )

    async def _prepare(self, call: Call) -> None:
        menu = call.house.menu
        key = menu_key(menu)
        if key in self._prepared:
            return
        try:
            await self._ears.prepare(menu)
        except Unavailable as error:  # it is tried again with the first words
            logger.warning("the menu could not be learnt: %s", error)
        else:
            self._prepared.add(key)

    def voice(self) -> AbstractAsyncContextManager[tts.TTS[Any]]:
        return speaking(self._settings, offline_tts())


class _DistantEars(Ears):
    """Ears of another event loop: each call has a loop in a thread of its own, and all of them
    share the recognisers of one."""

    def __init__(self, ears: Ears, home: asyncio.AbstractEventLoop) -> None:
        self._ears = ears
        self._home = home

    async def prepare(self, menu: Menu) -> None:
        asking = asyncio.run_coroutine_threadsafe(self._ears.prepare(menu), self._home)
        await asyncio.wrap_future(asking)

    async def hear(
        self, menu: Menu, moment: Moment, samples: Samples, hints: Hints = NO_HINTS
    ) -> Heard:
        heard = self._ears.hear(menu, moment, samples, hints)
        asking = asyncio.run_coroutine_threadsafe(heard, self._home)
        return await asyncio.wrap_future(asking)


@asynccontextmanager
async def open_engines(settings: EngineSettings) -> AsyncIterator[ChosenEngines]:
    """Until the block ends. Raises `SettingsError` where nothing here can speak."""
    if not settings.tts and not has_voice():
        raise SettingsError("espeak-ng is not installed, and PANBOT_TTS names no other voice.")
    async with Ears.open(settings.whisper) as ears:
        yield ChosenEngines(settings, _DistantEars(ears, asyncio.get_running_loop()))
