"""The log of a call with sound: what was spoken over, and how long a caller waits for an answer."""

from __future__ import annotations

import asyncio

from agent.after_call import AfterCall
from agent.rules_llm import RulesLLM
from domain.call import CallOutcome, Speaker
from domain.clock import SystemClock
from tests.support.conversation import a_call, offline
from tests.support.menus import TRATTORIA
from tests.support.voices import A_LETTER_S, spoken_call

ORDER = "two margheritas for Maria, pick-up"
READ_BACK = "So that's two Margheritas, for Maria, to pick up. That's €19.00. Shall I place it?"
CLOCK_SLACK_MS = 250  # between our clocks and LiveKit's, where a busy machine is late with a frame


async def test_a_spoken_call() -> None:
    """A yes in the middle of the read-back: the words up to there are kept, marked as cut; answers
    are timed from the end of speech to the first sound."""
    call = a_call(TRATTORIA)
    followed = AfterCall("trattoria", offline(TRATTORIA), SystemClock()).begin(call)
    waits_ms = []
    async with spoken_call(call, RulesLLM(call), followed) as caller:
        for words, heard_out in ((ORDER, False), ("yes", True), ("yes", True)):
            quiet_at = await caller.speak(words)
            await caller.answered()
            waits_ms.append((caller.played.begun_at - quiet_at) * 1000)
            if heard_out:
                await caller.all_said()
            else:
                await asyncio.sleep(len(READ_BACK) * A_LETTER_S / 2)
    record = await followed.end()

    turns = [said for said in record.transcript if said.speaker is not Speaker.TOOL]
    assert [(said.speaker.value, said.cut) for said in turns] == [
        ("caller", False),
        ("agent", True),
        ("caller", False),
        ("agent", False),
        ("caller", False),
        ("agent", False),
    ]
    cut = turns[1].text
    assert 5 < len(cut) < len(READ_BACK) - 5
    assert READ_BACK.startswith(cut.rstrip(" ."))
    assert [said.at_ms for said in turns] == sorted({said.at_ms for said in turns})

    assert len(record.reply_ms) == 3
    for ours, theirs in zip(record.reply_ms, waits_ms, strict=True):
        assert abs(ours - theirs) < CLOCK_SLACK_MS

    assert record.outcome is CallOutcome.ORDERED
    assert record.quality is not None
    assert (record.quality.matched, record.quality.read_back) == (True, True)
    assert sum(usage.characters for usage in record.usage) > len(READ_BACK)
    assert sum(usage.audio_ms for usage in record.usage) > 600
