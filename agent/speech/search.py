"""The likeliest sentence: what the model hears, among what can be said.

A sentence grows token by token, many of them side by side. Each is worth how likely the model finds
its tokens in the sound, how likely its words are here, and how much of the sound it has not yet
accounted for. The last is read from where the model looks for each token: without it a sentence
that stops early would always win.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from agent.speech.bpe import Bpe
from agent.speech.expected import BEGINNING, Expected, Past, Word
from agent.speech.vocabulary import BREAKS, NAME, SPELLED, Moment, spelled
from agent.speech.whisper import COMMON, FRAME_S, Floats, Prefixes, Sounds, Tokens, Whisper

__all__ = ["NO_HINTS", "Branches", "Found", "Hints", "Lexicon", "Node", "Tree", "find"]

WIDTH = 20  # sentences followed at a time
TOKENS, TOKENS_A_SECOND = 8, 6  # that a sentence has at most, by how long somebody spoke
LANGUAGE = 0.2  # how much what is said here counts against the sound
AHEAD = 4.0  # a second: what the rest of a good sentence costs, so that short ones compare
MISSED = 8.0  # a second of speech that a whole sentence does not account for
LETTER_S, TOKEN_S = 0.16, 0.2  # the longest that a token may account for, by its letters
NEAR_S = 0.1  # around speech, where the model may look for it
KNOWN = 40.0  # for a name of the caller's earlier orders, as a logarithm of how likely it is here
ORDERED = 8.0  # for a dish of the order, likewise: it is changed, removed, had once more
SOUNDED = 20.0  # for the letters of the name that was heard before, likewise
BEHIND = 2.0  # less, for each that it was behind the likeliest name then
REFUSED = 60.0  # against one that was read back, after a no: whoever says that names another one
HOPELESS = 12.0  # behind a whole sentence; no longer one does better from there
_DENIALS = frozenset(["no", "nope", "not", "wrong", "sorry", "actually"])
_CAPITAL = frozenset(["i", "i'm", "i'd", "i'll", "i've"])


class Hints(msgspec.Struct, frozen=True):
    """What a call tells of what may be said next. `names` are words that the caller may well be
    called, `refused` those that were read back to them and are not theirs, `heard` how likely each
    was, as a logarithm beside the likeliest, when they said one before. `ordered` are the ids of
    the items in the order: they are spoken of again."""

    names: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    heard: tuple[dict[str, float], ...] = ()
    ordered: tuple[str, ...] = ()


NO_HINTS = Hints()


def _sounded(heard: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """How much likelier the letters of each name are for what it sounded like."""
    return {
        spelled(name): max(0.0, SOUNDED + BEHIND * likely)
        for one in heard
        for name, likely in one.items()
    }


class Node(NamedTuple):
    """A beginning that words have in common: `rows[first:last]`, the same for `depth` tokens."""

    depth: int
    first: int
    last: int


class Branches(NamedTuple):
    """What comes after a node: each token, and the rows that go on with it."""

    depth: int
    tokens: Tokens
    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]
    words: tuple[int, ...]  # that end at this node

    def node(self, branch: int) -> Node:
        return Node(self.depth + 1, int(self.firsts[branch]), int(self.lasts[branch]))


class Tree:
    """The words by their tokens."""

    def __init__(self, spelled: Sequence[tuple[tuple[int, ...], int]]) -> None:
        rows = sorted(spelled)
        self.words = np.array([word for _, word in rows])
        self.root = Node(0, 0, len(rows))
        self.rows = [tokens for tokens, _ in rows]
        self._known: dict[Node, Branches] = {}

    def tokens(self, word: int) -> tuple[int, ...]:
        return self.rows[int(np.flatnonzero(self.words == word)[0])]

    def branches(self, node: Node) -> Branches:
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._branches(node)
        return found

    def _branches(self, node: Node) -> Branches:
        at, ended = node.first, []
        while at < node.last and len(self.rows[at]) == node.depth:
            ended.append(int(self.words[at]))
            at += 1
        firsts: list[int] = []
        tokens: list[int] = []
        for n in range(at, node.last):
            token = self.rows[n][node.depth]
            if not tokens or token != tokens[-1]:
                tokens.append(token)
                firsts.append(n)
        lasts = [*firsts[1:], node.last] if firsts else []
        return Branches(
            node.depth,
            np.array(tokens, int),
            np.array(firsts, int),
            np.array(lasts, int),
            tuple(ended),
        )


class Lexicon:
    """The words of one restaurant as tokens of one model."""

    def __init__(self, expected: Expected, bpe: Bpe) -> None:
        self.expected = expected
        inside, first = [], []
        for n, word in enumerate(expected.words):
            if word.text in BREAKS:
                inside.append((bpe.of_text(word.text), n))
                continue
            written = _written(word)
            inside.append((bpe.of_text(f" {written}"), n))
            first.append((bpe.of_text(f" {written[0].upper()}{written[1:]}"), n))
        self.inside, self.first = Tree(inside), Tree(first)
        used = {token for tokens, _ in (*inside, *first) for token in tokens}
        end = bpe.special("endoftext")
        self.rest = np.array(sorted({*used, end} - set(range(COMMON))))  # besides the common ones
        looked_at = [*range(COMMON), *self.rest]
        self.place = np.zeros(looked_at[-1] + 1, dtype=np.int64)  # of each token among these
        self.place[looked_at] = np.arange(len(looked_at))
        self.end = int(self.place[end])
        self.longest_s = {t: TOKEN_S + LETTER_S * bpe.letters(t) for t in used}

    def favour(self, hints: Hints) -> Floats:
        """How much likelier each word is by `hints`; the end, which is last, is none."""
        names, items = frozenset(hints.names), frozenset(hints.ordered)
        sounded = _sounded(hints.heard)

        def likelier(word: Word) -> float:
            if word.kind == NAME:
                return KNOWN * (word.text in names)
            if word.kind == SPELLED:
                return sounded.get(word.text, 0.0)
            return ORDERED * (not items.isdisjoint(word.items))

        favoured = map(likelier, self.expected.words)
        return np.array([*favoured, 0], dtype=np.float32)

    def deny(self, hints: Hints) -> Floats:
        """The same of names that were read back, once a sentence denies something."""
        refused = frozenset(hints.refused)
        denied = (-REFUSED * (w.kind == NAME and w.text in refused) for w in self.expected.words)
        return np.array([*denied, 0], dtype=np.float32)

    def tokens(self, words: Sequence[int]) -> list[tuple[int, ...]]:
        """Of each of `words`, places in `expected.words`, in this order."""
        found, tree = [], self.first
        for n in words:
            found.append(tree.tokens(n))
            tree = self.tree_after(self.expected.words[n])
        return found

    def tree_after(self, word: Word) -> Tree:
        return self.first if word.text in (".", "?") else self.inside


def _written(word: Word) -> str:
    if word.kind == NAME:
        return word.text
    parts = (w.capitalize() if w in _CAPITAL else w for w in word.text.split(" "))
    return " ".join(parts)


@dataclass(slots=True)
class _Way:
    """A sentence so far. `row` is its tokens' place among the prefixes."""

    sound: float
    language: float
    row: int
    tree: Tree
    node: Node
    past: Past
    words: tuple[int, ...] = ()
    heard_s: float = 0.0  # of speech that is accounted for
    reached_s: float = 0.0  # of speech, up to where the model looked
    denies: bool = False  # something that was read back


class Found(NamedTuple):
    """`words` are places in the lexicon; `sound` the logarithm of how likely the model finds them
    in the sound, `speech_s` how long somebody spoke."""

    worth: float
    words: tuple[int, ...]
    sound: float
    speech_s: float


class _Step(NamedTuple):
    worth: float
    way: int
    branch: int


def find(
    model: Whisper,
    lexicon: Lexicon,
    projection: Floats,
    sound: Sounds,
    voiced: NDArray[np.bool_],
    prompt: Sequence[int],
    moment: Moment,
    hints: Hints = NO_HINTS,
    given_up: Callable[[], bool] = lambda: False,
) -> Found | None:
    """The best sentence in `sound`; None where there is none, or where it is `given_up`. `voiced`
    says for each frame whether somebody speaks."""
    search = _Search(model, lexicon, projection, voiced, moment, hints)
    return search.run(sound, prompt, given_up)


class _Search:
    def __init__(
        self,
        model: Whisper,
        lexicon: Lexicon,
        projection: Floats,
        voiced: NDArray[np.bool_],
        moment: Moment,
        hints: Hints,
    ) -> None:
        self._model = model
        self._lexicon = lexicon
        self._projection = projection
        self._moment = moment
        favoured = lexicon.favour(hints) if hints != NO_HINTS else None
        self._favour = favoured
        self._favour_denied = favoured
        if favoured is not None and hints.refused:
            self._favour_denied = favoured + lexicon.deny(hints)
        near = 2 * round(NEAR_S / FRAME_S) + 1
        self._near = np.convolve(voiced, np.ones(near), "same") > 0
        self._speech_s = voiced.cumsum() * FRAME_S
        self._all_s = float(self._speech_s[-1])

    def run(
        self, sound: Sounds, prompt: Sequence[int], given_up: Callable[[], bool]
    ) -> Found | None:
        prefixes = self._model.start(sound, prompt, self._projection)
        first = self._lexicon.first
        ways = [_Way(0.0, 0.0, 0, first, first.root, BEGINNING)]
        best: Found | None = None
        for _ in range(TOKENS + int(self._all_s * TOKENS_A_SECOND)):
            if given_up():
                return None
            whole = [self._ended(way, prefixes) for way in ways if self._is_whole(way)]
            best = max([*whole, *([best] if best else [])], default=None)
            steps = self._steps(ways, prefixes)
            if not steps or (best is not None and steps[0].worth < best.worth - HOPELESS):
                break
            ways, prefixes = self._taken(steps, ways, prefixes)
        return best

    def _likely(self, way: _Way) -> NDArray[np.float32]:
        likely = self._lexicon.expected.likely(self._moment, way.past)
        favour = self._favour_denied if way.denies else self._favour
        return likely if favour is None else likely + favour

    def _is_whole(self, way: _Way) -> bool:
        """True after a full stop or a question mark: the model writes one before it ends."""
        return bool(way.words) and way.tree is self._lexicon.first and not way.node.depth

    def _ended(self, way: _Way, prefixes: Prefixes) -> Found:
        sound = way.sound + float(prefixes.likely[way.row, self._lexicon.end])
        language = LANGUAGE * (way.language + float(self._likely(way)[-1]))
        missed_s = self._all_s - way.heard_s
        return Found(sound + language - MISSED * missed_s, way.words, sound, self._all_s)

    def _steps(self, ways: Sequence[_Way], prefixes: Prefixes) -> list[_Step]:
        """The best that may come next, the best first."""
        steps = []
        for n, way in enumerate(ways):
            branches = way.tree.branches(way.node)
            if not len(branches.tokens):
                continue
            first, last = int(branches.firsts[0]), int(branches.lasts[-1])
            words = self._likely(way)[way.tree.words[first:last]]
            hoped = np.maximum.reduceat(words, branches.firsts - first)
            heard = prefixes.likely[way.row, self._lexicon.place[branches.tokens]]
            so_far = way.sound + LANGUAGE * way.language - AHEAD * (self._all_s - way.heard_s)
            worth = so_far + heard + LANGUAGE * hoped
            few = min(len(worth), WIDTH)
            for branch in np.argpartition(-worth, few - 1)[:few]:
                steps.append(_Step(float(worth[branch]), n, int(branch)))
        return sorted(steps, reverse=True)[:WIDTH]

    def _taken(
        self, steps: Sequence[_Step], ways: Sequence[_Way], prefixes: Prefixes
    ) -> tuple[list[_Way], Prefixes]:
        rows: dict[tuple[int, int], int] = {}
        taken: list[_Way] = []
        longest: list[float] = []
        for _, n, branch in steps:
            way = ways[n]
            branches = way.tree.branches(way.node)
            token = int(branches.tokens[branch])
            row = rows.setdefault((way.row, token), len(rows))
            sound = way.sound + float(prefixes.likely[way.row, self._lexicon.place[token]])
            grown = self._grown(replace(way, sound=sound, row=row, node=branches.node(branch)))
            taken += grown
            longest += [self._lexicon.longest_s[token]] * len(grown)
        before, tokens = zip(*rows, strict=True)
        prefixes = self._model.follow(
            prefixes, np.array(before), np.array(tokens), self._projection
        )
        reached = self._reached(prefixes.looked)
        for way, longest_s in zip(taken, longest, strict=True):
            self._account(way, float(reached[way.row]), longest_s)
        return taken, prefixes

    def _grown(self, way: _Way) -> list[_Way]:
        """`way` in the middle of a word, and after each word that ends there."""
        branches = way.tree.branches(way.node)
        grown = [way] if len(branches.tokens) else []
        for n in branches.words:
            word = self._lexicon.expected.words[n]
            tree = self._lexicon.tree_after(word)
            grown.append(
                replace(
                    way,
                    language=way.language + float(self._likely(way)[n]),
                    tree=tree,
                    node=tree.root,
                    past=way.past.then(word),
                    words=(*way.words, n),
                    denies=way.denies or word.text in _DENIALS,
                )
            )
        return grown

    def _reached(self, looked: Floats) -> NDArray[np.float64]:
        """How much speech (s) lies before the middle of where each row looks."""
        looks = (looked * self._near).cumsum(axis=1)
        middle = (looks >= looks[:, -1:] / 2).argmax(axis=1)
        return np.asarray(self._speech_s[middle])

    def _account(self, way: _Way, reached_s: float, longest_s: float) -> None:
        ahead_s = reached_s - way.reached_s
        if ahead_s > 0:
            way.heard_s += min(ahead_s, longest_s)
            way.reached_s = reached_s
