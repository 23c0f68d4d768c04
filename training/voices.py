"""Many synthetic voices. The two of the tests' callers, and one of each synthesizer for judging,
are not among those that are learnt from."""

from __future__ import annotations

import random
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from agent.speech.audio import PHONE_HZ, Samples, Sound, read_wav, resample

__all__ = ["Voice", "judging_voice", "learning_voice", "said"]

ACCENTS = ("en-us", "en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-029",
           "en-us-nyc")  # fmt: skip
# Without f2 and without a variant: so speak the tests' callers. m3 and f4 are kept for judging.
VARIANTS = ("m1", "m2", "m4", "m5", "m6", "m7", "m8", "f1", "f3", "f5", "klatt", "klatt2", "klatt3",
            "klatt4", "Andy", "Annie", "Denis", "Diogo", "Gene", "Jacky", "Lee", "Mario", "Michael",
            "Tweaky", "adam", "anika", "announcer", "benjamin", "caleb", "david",
            "ed", "edward", "grandma", "grandpa", "iven", "john", "kaukovalta", "linda", "max",
            "michel", "miguel", "norbert", "pablo", "paul", "pedro", "quincy", "rob", "robert",
            "steph", "travis", "victor", "zac")  # fmt: skip
JUDGING = ("en-us+m3", "en-gb+f4", "en-us+f4", "en-gb+m3")
FLITE = ("awb", "kal", "kal16", "slt")  # rms is kept for judging
FLITE_SHARE = 0.3
SPEAKING_S = 20.0


class Voice(NamedTuple):
    program: str
    name: str
    pace: float  # espeak: words a minute; flite: how much longer than usual
    pitch: int  # espeak: 0 to 99; flite: Hz
    gap: int = 0  # espeak: between words, 10 ms


def learning_voice(dice: random.Random) -> Voice:
    if dice.random() < FLITE_SHARE:
        return Voice("flite", dice.choice(FLITE), dice.uniform(0.8, 1.3), dice.randint(80, 220))
    name = f"{dice.choice(ACCENTS)}+{dice.choice(VARIANTS)}"
    pace = dice.triangular(120, 230, 160)
    gap = dice.choice([0, 0, 0, 0, 1, 2, 4])
    return Voice("espeak-ng", name, pace, dice.randint(20, 90), gap)


def judging_voice(dice: random.Random) -> Voice:
    if dice.random() < FLITE_SHARE:
        return Voice("flite", "rms", dice.uniform(0.9, 1.2), dice.randint(90, 120))
    return Voice("espeak-ng", dice.choice(JUDGING), dice.uniform(140, 180), dice.randint(40, 60))


def said(text: str, voice: Voice) -> Samples:
    """`text` in a quiet room, 8 kHz. Raises what `subprocess` does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(  # noqa: S603 (arguments of our own)
            _command(text, voice, path), check=True, timeout=SPEAKING_S, capture_output=True
        )
        sound: Sound = read_wav(path)
    return resample(sound.samples, sound.rate, PHONE_HZ)


def _command(text: str, voice: Voice, path: Path) -> list[str]:
    if voice.program == "flite":
        pitch = ["--setf", f"int_f0_target_mean={voice.pitch}"]
        pace = ["--setf", f"duration_stretch={voice.pace:.2f}"]
        return ["flite", "-voice", voice.name, *pitch, *pace, "-t", text, "-o", str(path)]
    how = ["-s", f"{voice.pace:.0f}", "-p", str(voice.pitch), "-g", str(voice.gap)]
    return ["espeak-ng", "-v", voice.name, *how, "-w", str(path), text]
