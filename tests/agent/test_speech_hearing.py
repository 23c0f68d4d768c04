"""What the recogniser makes of words over a bad line, and what it is made of."""

from __future__ import annotations

import asyncio
import shutil
from typing import NamedTuple

import numpy as np
import pytest

from agent.speech.audio import PHONE_HZ
from agent.speech.bpe import Bpe
from agent.speech.ears import Ears, bundled_model
from agent.speech.expected import BEGINNING, NEVER, Expected, Past
from agent.speech.vocabulary import OTHER, Moment
from domain.errors import Malformed
from tests.support.menus import TAQUERIA, TRATTORIA
from tests.support.needs import needs
from tests.support.telephone import over_the_phone

if shutil.which("espeak-ng") is None:
    needs("espeak-ng", "apt-get install espeak-ng")

NOISY_DB = 15.0

pytestmark = pytest.mark.timeout(
    180
)  # some seconds of work, on a machine that does other things too


SAID = {
    "a large margherita without basil and two cokes": Moment.ORDER,
    "that's all, thanks": Moment.MORE,
    "actually, make it three": Moment.MORE,
    "I'll pick it up": Moment.PERSON,
    "yes please": Moment.CONFIRM,
    "no, make it two": Moment.CONFIRM,
}
ELSEWHERE = "two margheritas please"  # where none is sold


class Texts(NamedTuple):
    """What was heard of each sentence, of silence, and of one at another restaurant."""

    of: dict[str, str]
    silence: str
    elsewhere: str


@pytest.fixture(scope="module")
def texts() -> Texts:
    async def hear() -> Texts:
        async with Ears.open(count=1) as ears:
            of = {}
            for words, moment in SAID.items():
                sound = over_the_phone(words, "him", NOISY_DB)
                of[words] = (await ears.hear(TRATTORIA, moment, sound)).text.replace(",", "")
            quiet = np.zeros(PHONE_HZ, dtype=np.int16)
            silence = await ears.hear(TRATTORIA, Moment.ORDER, quiet)
            sound = over_the_phone(ELSEWHERE, "him", NOISY_DB)
            elsewhere = await ears.hear(TAQUERIA, Moment.ORDER, sound)
            return Texts(of, silence.text, elsewhere.text)

    return asyncio.run(hear())


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        (
            "a large margherita without basil and two cokes",
            "a large margarita without basil and two cokes",  # as its menu lets callers say
        ),
        ("that's all, thanks", "that's all thanks"),
        ("actually, make it three", "actually make it three"),
        ("I'll pick it up", "i'll pick it up"),
        ("yes please", "yes please"),
        ("no, make it two", "no make it two"),
    ],
)
def test_words_are_heard_through_noise(texts: Texts, words: str, heard: str) -> None:
    assert texts.of[words] == heard


def test_a_dish_that_is_not_sold_is_not_heard(texts: Texts) -> None:
    assert "margherita" not in texts.elsewhere


def test_silence_is_no_word(texts: Texts) -> None:
    assert texts.silence == ""


def test_a_number_wants_its_plural() -> None:
    expected = Expected(TRATTORIA)
    after = expected.likely(Moment.ORDER, Past(("<s>", "two"), frozenset()))
    one, several = (
        max(after[n] for n, word in enumerate(expected.words) if word.text == text)
        for text in ("margherita", "margheritas")
    )
    assert several > one


def test_a_dish_is_followed_by_its_own_options() -> None:
    expected = Expected(TRATTORIA)
    dish = next(word for word in expected.words if word.text == "margherita")
    past = BEGINNING.then(dish)
    likely = dict(
        zip((w for w in expected.words), expected.likely(Moment.ORDER, past), strict=False)
    )
    groups = {
        g.id for item in TRATTORIA.items if item.id in dish.items for g in TRATTORIA.groups_of(item)
    }
    own = [p for word, p in likely.items() if word.groups & groups]
    others = [p for word, p in likely.items() if word.groups and not word.groups & groups]
    assert min(own) > max(others, default=-np.inf)


def test_a_word_that_nobody_foresaw_may_be_said_at_a_price() -> None:
    expected = Expected(TRATTORIA)
    after = expected.likely(Moment.ORDER, Past(("<s>", "two"), frozenset()))
    likely = {word.text: after[n] for n, word in enumerate(expected.words)}
    kinds = {word.text: word.kind for word in expected.words}
    assert kinds["government"] == OTHER
    assert NEVER < likely["government"] < likely["margheritas"]


def test_tokens_are_the_models_own() -> None:
    """As the model was trained: a space belongs to the word after it, an ending stands alone."""
    bpe = Bpe(bundled_model() / "tokenizer.json")
    assert bpe.of_text(" that's all") == (326, 338, 477)
    assert bpe.of_text(" tiramisù")[:2] == bpe.of_text(" tiramisu")[:2]
    with pytest.raises(Malformed, match="nonsense"):
        bpe.special("nonsense")
