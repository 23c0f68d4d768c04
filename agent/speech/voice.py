"""Speaking without a network, by espeak-ng."""

from __future__ import annotations

import asyncio
import shutil

import numpy as np

from agent.speech.audio import Sound
from domain.errors import Unavailable

__all__ = ["VOICE_HZ", "Voice", "has_voice"]

VOICE_HZ = 22_050  # what espeak-ng speaks in
SPEAKING_S = 10.0  # for one answer; a sentence takes ten milliseconds
WORDS_A_MINUTE = 165  # a little slower than espeak's own: the line takes some of what is understood
MAX_SPOKEN = 2_000  # characters of one answer; two minutes of listening
_HEADER = 44  # bytes of WAV before the samples; espeak writes to a pipe and cannot know the length


def has_voice() -> bool:
    """True where espeak-ng is installed."""
    return shutil.which("espeak-ng") is not None


class Voice:
    """`name` is a voice of espeak-ng: `en-us`, `en-gb+f3`."""

    def __init__(self, name: str = "en-us", *, words_a_minute: int = WORDS_A_MINUTE) -> None:
        self.name = name
        self._pace = words_a_minute

    async def say(self, text: str) -> Sound:
        """`text` as sound. Raises `Unavailable` where nothing can speak."""
        program = shutil.which("espeak-ng")
        if program is None:
            raise Unavailable("Nothing here can speak: espeak-ng is not installed.")
        arguments = ["-v", self.name, "-s", str(self._pace), "--stdin", "--stdout"]
        child = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(SPEAKING_S):
                said, wrong = await child.communicate(_sayable(text).encode())
        except TimeoutError as error:
            raise Unavailable("espeak-ng did not finish speaking.") from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode or len(said) < _HEADER:
            raise Unavailable(f"espeak-ng failed: {wrong.decode(errors='replace').strip()[:200]}")
        data = said[_HEADER : len(said) - len(said) % 2]
        samples = np.frombuffer(data, dtype="<i2").astype(np.int16)
        return Sound(samples, int.from_bytes(said[24:28], "little"))


def _sayable(text: str) -> str:
    """Without what a voice would read out letter by letter or take for a command."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:MAX_SPOKEN]).split())
