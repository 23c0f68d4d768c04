"""What can be heard on a restaurant's phone, made from its menu, as files for the decoder."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from agent.speech.corpus import BREAKS, NAME, Corpus, Moment, names
from agent.speech.ngram import Trigrams
from agent.speech.sounds import sounds_of
from domain.menu import Menu

__all__ = ["BREAKS_FILE", "DICTIONARY_FILE", "WORDS_FILE", "Words", "moment_file", "write_grammar"]

SENTENCES = {
    Moment.ORDER: 12_000,
    Moment.MORE: 10_000,
    Moment.OPTION: 5_000,
    Moment.PERSON: 5_000,
    Moment.CONFIRM: 5_000,
}
MAX_SOUNDS = 6  # ways to pronounce a dish of several words
DICTIONARY_FILE, BREAKS_FILE, WORDS_FILE = "words.dict", "breaks.lm", "words.json"


class Words(msgspec.Struct, frozen=True):
    """`written`: how a word of the grammar is written, where not as it stands. `classes`: what
    stands for it where a sentence is broken into parts."""

    written: dict[str, str]
    classes: dict[str, str]


def moment_file(moment: Moment) -> str:
    return f"{moment.value.lower()}.lm"


def write_grammar(menu: Menu, folder: Path) -> None:
    """Writes all files of `menu`'s grammar into `folder`, which exists only once it is complete."""
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        _write(menu, making)
        making.replace(folder)
    except OSError:
        if not folder.exists():  # somebody else was faster otherwise
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _write(menu: Menu, folder: Path) -> None:
    corpus = Corpus(menu)
    said = {moment: list(corpus.sentences(moment, n)) for moment, n in SENTENCES.items()}
    words = {w for rows in said.values() for row in rows for w in row} - BREAKS - {NAME}
    sounds = _sounds({*words, *names()})
    (folder / DICTIONARY_FILE).write_text("\n".join(sounds) + "\n", "utf-8")
    people = {NAME: names()}
    for moment, rows in said.items():
        bare = Counter(tuple(w for w in row if w not in BREAKS) for row in rows)
        (folder / moment_file(moment)).write_text(Trigrams(bare, people).arpa(), "utf-8")
    kinds = corpus.classes
    broken = Counter(tuple(kinds.get(w, w) for w in row) for rows in said.values() for row in rows)
    (folder / BREAKS_FILE).write_text(Trigrams(broken).arpa(), "utf-8")
    table = Words(corpus.spoken, kinds)
    (folder / WORDS_FILE).write_bytes(msgspec.json.encode(table))


def _sounds(words: Iterable[str]) -> list[str]:
    """The dictionary's rows: `word SOUNDS`, other ways as `word(2)`."""
    wanted = sorted(words)
    parts = sounds_of({part.lower() for word in wanted for part in word.split("_")})
    rows = []
    for word in wanted:
        pieces = [parts.get(part.lower(), []) for part in word.split("_")]
        for n, way in enumerate(_together(pieces), 1):
            rows.append(f"{word}{f'({n})' if n > 1 else ''} {way}")
    return rows


def _together(pieces: Sequence[Sequence[str]]) -> list[str]:
    """The likeliest ways to say several words in a row; none where one of them has no sound."""
    ways = (" ".join(way) for way in itertools.product(*(p[:3] for p in pieces)))
    return list(itertools.islice(ways, MAX_SOUNDS)) if all(pieces) else []
