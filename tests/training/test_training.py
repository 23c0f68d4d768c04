"""What the recogniser learns from: not from the tests' voices, nor from what it is judged by."""

from __future__ import annotations

import itertools
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from agent.speech.audio import PHONE_HZ
from agent.speech.vocabulary import BREAKS
from tests.support.needs import needs
from tests.support.telephone import VOICES
from training.judging import wrong_words
from training.line import over_a_line
from training.recordings import record, recordings
from training.sentences import drawn, made_up_menu, said_to
from training.voices import judging_voice, learning_voice

MANY = 2_000


def test_the_tests_callers_and_the_judges_are_not_learnt_from() -> None:
    dice = random.Random(1)
    learnt = {learning_voice(dice).name for _ in range(MANY)}
    judged = {judging_voice(dice).name for _ in range(MANY)}
    assert len(learnt) > 100
    assert not learnt & judged
    for name, _ in VOICES.values():
        assert name not in learnt
    assert not any(name.endswith("+f2") or "+" not in name for name in learnt if "en" in name[:2])


def test_kitchens_that_are_judged_by_are_not_learnt_from() -> None:
    dice = random.Random(1)
    learnt, judged = (
        {c.name for _ in range(200) for c in made_up_menu(dice, kept=kept).items}
        for kept in (False, True)
    )
    assert "khachapuri" in judged
    assert "margherita" in learnt
    assert not judged & learnt - {"kimchi", "coleslaw", "pickles", "iced coffee"}


def test_sentences_are_written_as_the_recogniser_writes() -> None:
    """A capital begins a sentence, a name, and `I`; breaks stand behind a word."""
    for said in itertools.islice(drawn(3), 500):
        assert said.text[0] == said.text[0].upper()
        assert "NAME" not in said.text
        assert "_" not in said.text
        assert not any(f" {sign}" in said.text for sign in BREAKS)
        assert " i " not in said.text


def test_the_same_seed_says_the_same() -> None:
    menus = [made_up_menu(random.Random(5)) for _ in range(2)]
    assert menus[0] == menus[1]
    one, other = (list(itertools.islice(said_to(m, random.Random(6)), 20)) for m in menus)
    assert one == other


def test_a_line_keeps_the_words_and_is_another_one_every_time() -> None:
    dice = np.random.default_rng(1)
    speech = (np.sin(np.arange(2 * PHONE_HZ) / 3) * 9_000).astype(np.int16)
    lines = [over_a_line(speech, dice) for _ in range(40)]
    assert all(1.9 < len(line) / PHONE_HZ < 3.3 for line in lines)
    assert len({line.tobytes() for line in lines}) == len(lines)
    assert max(np.abs(line.astype(int)).max() for line in lines) > 8_000


@pytest.mark.parametrize(
    ("said", "heard", "wrong"),
    [
        ("two cokes, please", "two cokes please", 0),
        ("two cokes please", "two cooks", 2),
        ("yes", "", 1),
        ("", "no", 1),
    ],
)
def test_wrong_words_are_counted(said: str, heard: str, wrong: int) -> None:
    assert wrong_words(said, heard) == wrong


def test_what_was_recorded_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("espeak-ng") is None:
        needs("espeak-ng", "apt-get install espeak-ng")
    monkeypatch.setattr("training.voices.FLITE_SHARE", 0.0)
    record(tmp_path, 4, 1, None)
    found = list(recordings(tmp_path))
    assert 1 <= len(found) <= 4
    assert all(len(one.speech) > 0.2 * PHONE_HZ and one.text for one in found)
