"""How words sound, in the 39 phonemes of the recogniser's acoustic model (ARPAbet).

An English word is looked up in the dictionary that comes with the model. Any other word, and a
dish in another language, is sounded out by espeak-ng where it is installed, and by plain rules of
letters where it is not. A word may have several pronunciations; each is a way in which it is heard.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from pocketsphinx import get_model_path

from agent.language import fold

__all__ = ["MAX_WAYS", "letters_to_sounds", "sounds_of"]

MAX_WAYS = 4  # pronunciations of one word; more only make it easier to mishear another as it
ESPEAK_S = 20.0  # for all words of a menu at once; it takes a tenth of a second

_IPA = {
    "tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "oʊ": "OW", "əʊ": "OW", "eɪ": "EY", "ɔɪ": "OY",
    "ɪə": "IH R", "eə": "EH R", "ʊə": "UH R", "ɛɹ": "EH R", "ɑːɹ": "AA R", "ɔːɹ": "AO R",
    "oːɹ": "AO R", "ɪɹ": "IH R", "ʊɹ": "UH R", "aɪə": "AY ER", "aɪɚ": "AY ER", "iə": "IY AH",
    "əl": "AH L", "ɑː": "AA", "ɔː": "AO", "iː": "IY", "uː": "UW", "ɜː": "ER", "oː": "AO",
    "a": "AE", "æ": "AE", "ɐ": "AH", "ʌ": "AH", "ə": "AH", "ɚ": "ER", "ɛ": "EH", "e": "EH",
    "ɪ": "IH", "i": "IY", "ɑ": "AA", "ɒ": "AA", "ɔ": "AO", "o": "OW", "ʊ": "UH", "u": "UW",
    "ɜ": "ER", "ᵻ": "IH", "ɨ": "IH", "y": "UW", "ø": "ER", "œ": "ER",
    "p": "P", "b": "B", "t": "T", "d": "D", "k": "K", "ɡ": "G", "g": "G", "f": "F", "v": "V",
    "θ": "TH", "ð": "DH", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH", "m": "M", "n": "N",
    "ŋ": "NG", "l": "L", "ɹ": "R", "r": "R", "ɾ": "T", "w": "W", "j": "Y", "x": "K", "ç": "HH",
    "ɫ": "L", "ʔ": "", "ɬ": "L", "ɲ": "N Y", "ʎ": "L Y", "β": "B", "ɣ": "G", "n̩": "AH N",
}  # fmt: skip
_LETTERS = (
    ("sch", "SH"), ("tch", "CH"), ("ch", "CH"), ("sh", "SH"), ("th", "TH"), ("ph", "F"),
    ("gh", "G"), ("ck", "K"), ("qu", "K W"), ("ng", "NG"), ("zz", "T S"), ("ee", "IY"),
    ("oo", "UW"), ("ea", "IY"), ("ai", "EY"), ("ay", "EY"), ("ei", "AY"), ("ie", "IY"),
    ("ou", "UW"), ("ow", "AW"), ("oi", "OY"), ("oy", "OY"), ("au", "AW"), ("eu", "OY"),
    ("er$", "ER"), ("e$", ""), ("x", "K S"), ("c(?=[eiy])", "S"), ("c", "K"), ("j", "JH"),
    ("y$", "IY"), ("^y", "Y"), ("y", "IH"), ("a", "AA"), ("b", "B"), ("d", "D"), ("e", "EH"),
    ("f", "F"), ("g", "G"), ("h", "HH"), ("i", "IH"), ("k", "K"), ("l", "L"), ("m", "M"),
    ("n", "N"), ("o", "OW"), ("p", "P"), ("q", "K"), ("r", "R"), ("s", "S"), ("t", "T"),
    ("u", "UW"), ("v", "V"), ("w", "W"), ("z", "Z"),
)  # fmt: skip
_RULES = [(re.compile(pattern), sounds) for pattern, sounds in _LETTERS]


def sounds_of(words: Iterable[str]) -> dict[str, list[str]]:
    """The pronunciations of each word, each a row of phonemes: `{"naan": ["N AA N"]}`.

    Words that make no sound at all are left out.
    """
    wanted = sorted(set(words))
    spelled = {word: fold(word) for word in wanted}
    known = _dictionary()
    sounded = _espeak(sorted({*wanted, *spelled.values()}))
    found: dict[str, list[str]] = {}
    for word in wanted:
        both = dict.fromkeys((spelled[word], word))
        ways = [way for source in (known, sounded) for w in both for way in source.get(w, ())]
        ways = ways or [letters_to_sounds(spelled[word])]
        ways = [w for w in dict.fromkeys(ways) if w][:MAX_WAYS]
        if ways:
            found[word] = ways
    return found


@lru_cache(1)
def _dictionary() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    path = Path(get_model_path("en-us/cmudict-en-us.dict"))
    for line in path.read_text("utf-8").splitlines():
        word, _, sounds = line.partition(" ")
        found.setdefault(word.partition("(")[0], []).append(sounds)
    return {word: tuple(ways) for word, ways in found.items()}


def letters_to_sounds(word: str) -> str:
    """A guess from the letters alone, for machines without espeak-ng."""
    sounds, at = [], 0
    while at < len(word):
        for pattern, made in _RULES:
            match = pattern.match(word, at)
            if match is not None:
                sounds.append(made)
                at = match.end()
                break
        else:
            at += 1
    return " ".join(" ".join(sounds).split())


def _espeak(words: Sequence[str]) -> dict[str, list[str]]:
    program = shutil.which("espeak-ng")
    if program is None or not words:
        return {}
    found: dict[str, list[str]] = {}
    # A blank line ends a sentence, so that each word is sounded as if it stood alone.
    text = "\n\n".join(words)
    for voice in ("en-us", "en-gb"):
        done = subprocess.run(  # noqa: S603 (a fixed program; the words are its input)
            [program, "-v", voice, "-q", "--ipa", "--sep=_", "--stdin"],
            input=text.encode(),
            capture_output=True,
            check=False,
            timeout=ESPEAK_S,
        )
        rows = [row for row in done.stdout.decode("utf-8", "replace").splitlines() if row.strip()]
        if done.returncode or len(rows) != len(words):
            continue
        for word, row in zip(words, rows, strict=True):
            sounds = _arpabet(row)
            if sounds and sounds not in found.setdefault(word, []):
                found[word].append(sounds)
    return found


def _arpabet(ipa: str) -> str:
    """`k_ˈoʊ_l_ə` → `K OW L AH`. What is no sound of English is taken for the nearest one."""
    sounds = []
    for phone in re.split(r"[_\s]+", re.sub(r"[ˈˌ‖|()]|\(\w+\)", "", ipa)):
        sounds += _phone(phone)
    return " ".join(sounds)


def _phone(phone: str) -> list[str]:
    if phone in _IPA:
        return _IPA[phone].split()
    sounds: list[str] = []
    at = 0
    while at < len(phone):  # a diphthong or a long vowel that has no entry of its own
        size = next((n for n in (3, 2, 1) if phone[at : at + n] in _IPA), 0)
        sounds += _IPA[phone[at : at + size]].split() if size else []
        at += size or 1
    return sounds
