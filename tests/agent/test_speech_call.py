"""`panbot agent call` on what people record: from sound to an order, and what is refused."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from agent.speech.audio import PHONE_HZ, Sound, read_wav, wav
from agent.speech.ears import Ears
from agent.speech.listening import turns_in
from agent.speech.vocabulary import Moment
from domain.codec import encode
from domain.errors import Unavailable
from panbot import main
from tests.support.menus import TRATTORIA
from tests.support.needs import needs
from tests.support.telephone import line_noise, over_the_phone

if shutil.which("espeak-ng") is None:
    needs("espeak-ng", "apt-get install espeak-ng")

YES = ("yes", "yeah")
QUIET_DB = 30.0  # a good line: these tests are about the way, the suite about hearing


def said(text: str) -> np.ndarray:
    return over_the_phone(text, "him", QUIET_DB)


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    async with Ears.open(count=1) as listening:
        yield listening


async def test_an_order_is_heard_with_its_number_and_its_parts(ears: Ears) -> None:
    heard = await ears.hear(TRATTORIA, Moment.ORDER, said("two margheritas, and one tiramisu"))
    words = heard.text.replace(",", "")
    assert re.fullmatch(r"two marg(he|a)ritas? and (then )?(one|a) tiramis[uù]", words), words


async def test_yes_is_heard_at_the_read_back(ears: Ears) -> None:
    heard = await ears.hear(TRATTORIA, Moment.CONFIRM, said("yes"))
    assert heard.text in YES


async def test_the_noise_of_a_line_is_no_word(ears: Ears) -> None:
    for moment in Moment:
        noise = (line_noise(2 * PHONE_HZ, "a street") * 1e4).clip(-8_000, 8_000).astype(np.int16)
        assert (await ears.hear(TRATTORIA, moment, noise)).text == ""


async def test_the_same_sound_is_heard_as_the_same_words(ears: Ears) -> None:
    sound = said("a large quattro stagioni without olives, please")
    heard = [await ears.hear(TRATTORIA, Moment.ORDER, sound) for _ in range(2)]
    assert heard[0] == heard[1]


async def test_a_recogniser_that_dies_is_started_again(ears: Ears) -> None:
    """The turn in hand is lost, the next one is heard."""
    await ears.hear(TRATTORIA, Moment.CONFIRM, said("yes"))
    child = ears._all[0]._child
    assert child is not None
    child.send_signal(signal.SIGKILL)
    await child.wait()
    heard = await ears.hear(TRATTORIA, Moment.CONFIRM, said("yes"))
    assert heard.text in YES


async def test_a_turn_that_is_dropped_costs_the_next_one_nothing(ears: Ears) -> None:
    """A caller who goes on is heard anew: what was begun is given up, by the same process."""
    await ears.hear(TRATTORIA, Moment.CONFIRM, said("yes"))
    child = ears._all[0]._child
    assert child is not None
    pid, before_s = child.pid, _worked_s(child.pid)
    long = np.concatenate([said("two margheritas and a tiramisu")] * 3)
    for _ in range(3):
        dropped = asyncio.create_task(ears.hear(TRATTORIA, Moment.ORDER, long))
        await asyncio.sleep(0.05)
        dropped.cancel()
    heard = await ears.hear(TRATTORIA, Moment.CONFIRM, said("yes"))
    assert heard.text in YES
    assert child.returncode is None
    dropped_s = _worked_s(pid) - before_s
    await ears.hear(TRATTORIA, Moment.ORDER, long)
    assert dropped_s < (_worked_s(pid) - before_s - dropped_s) * 2


def _worked_s(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


async def test_recognisers_share_one_model() -> None:
    """What each has for itself is less than the model alone takes."""
    async with Ears.open(count=2) as ears:
        await ears.prepare(TRATTORIA)
        await asyncio.gather(*(ears.hear(TRATTORIA, Moment.CONFIRM, said("yes")) for _ in "12"))
        for child in psutil.Process().children():
            own = child.memory_full_info()
            assert own.uss < 90_000_000 < own.rss, own


async def test_what_is_no_model_is_said(tmp_path: Path) -> None:
    async with Ears.open(tmp_path, count=1) as ears:
        with pytest.raises(Unavailable, match=tmp_path.name):
            await ears.hear(TRATTORIA, Moment.CONFIRM, said("yes"))


async def test_a_recogniser_that_hangs_is_given_up(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ears.hear(TRATTORIA, Moment.CONFIRM, said("yes"))
    child = ears._all[0]._child
    assert child is not None
    child.send_signal(signal.SIGSTOP)
    monkeypatch.setattr("agent.speech.ears.HEARING_S", 0.3)
    with pytest.raises(Unavailable):
        await ears.hear(TRATTORIA, Moment.CONFIRM, said("yes"))
    monkeypatch.undo()
    assert (await ears.hear(TRATTORIA, Moment.CONFIRM, said("yes"))).text in YES


def test_a_second_of_silence_ends_a_turn() -> None:
    silence = np.zeros(int(1.2 * PHONE_HZ), dtype=np.int16)
    pieces = [said("two margheritas"), silence, said("that is all, thank you")]
    found = turns_in(Sound(np.concatenate(pieces), PHONE_HZ))
    assert len(found) == 2
    assert found[1].start_s > len(pieces[0]) / PHONE_HZ


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def menu_file(tmp_path: Path) -> Path:
    path = tmp_path / "menu.json"
    path.write_text(json.dumps(encode(TRATTORIA)), "utf-8")
    return path


def recorded(folder: Path, *texts: str) -> list[str]:
    paths = []
    for n, text in enumerate(texts):
        path = folder / f"{n}.wav"
        path.write_bytes(wav(Sound(said(text), PHONE_HZ)))
        paths.append(str(path))
    return paths


def test_a_recorded_call_becomes_an_order(
    tmp_path: Path, menu_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Words, replies, the order, each stage's time, and a recording of the replies."""
    calls = recorded(tmp_path, "two margheritas, please", "that's all. For pick up", "yes", "yes")
    out = tmp_path / "reply.wav"
    arguments = ["agent", "call", *calls, "--menu", str(menu_file), "--out", str(out), "--json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert re.match(r"two marg(he|a)ritas?", told["turns"][0]["heard"])
    assert "Margherita" in told["turns"][0]["reply"]
    for turn in told["turns"]:
        assert all(turn[stage] >= 0 for stage in ("vad_ms", "stt_ms", "agent_ms", "tts_ms"))
    assert told["recording"] == str(out)
    assert read_wav(out).seconds > 5
    assert np.abs(read_wav(out).samples).max() > 5_000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"RIFF....WAVE", "without sound in it"),
        (wav(Sound(np.zeros(16_000, dtype=np.int16), PHONE_HZ)), "Nobody speaks"),
    ],
)
def test_what_holds_no_voice_is_refused(
    tmp_path: Path,
    menu_file: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    told: str,
) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    arguments = ["agent", "call", str(path), "--menu", str(menu_file), "--out", str(tmp_path / "r")]
    assert main(arguments) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "r").exists()


def test_a_file_that_is_not_there_is_said(
    menu_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agent", "call", "nowhere.wav", "--menu", str(menu_file)]) == 1
    assert "nowhere.wav" in capsys.readouterr().err
