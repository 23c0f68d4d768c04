"""Where a caller says what the next options are of: "*for the sides*, rice and beans"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from agent.language import LIGHT, Token, stem, tokens
from agent.matching.entries import POLARITY
from agent.matching.mention import Mention
from agent.small_words import LONGEST, SMALL_WORDS, Kind
from domain.menu import Menu, ModifierGroup

__all__ = ["GroupNames"]

_BEFORE = frozenset(["for", "as", "same"])
_OWNERS = frozenset(["the", "my", "our", "your", "his", "her", "their"])
_ARE = frozenset(["is", "are", "be", "being"])
_SWAPPING = frozenset(["swap", "switch", "change", "trade", "exchange", "substitute", "sub"])
_OF_WHICH = frozenset(["on", "in", "for", "of"])


class GroupNames:
    """What the modifier groups of one menu are called, to be found before their options."""

    def __init__(self, menu: Menu) -> None:
        self._named: dict[tuple[str, ...], list[ModifierGroup]] = defaultdict(list)
        self._options: dict[str, set[str]] = {}
        for group in (g for g in menu.modifier_groups if not g.removes):
            for name in {n for whole in (group.name, *group.names.values()) for n in _names(whole)}:
                self._named[name].append(group)
            self._options[group.id] = {
                w for m in group.modifiers for n in (m.name, *m.spoken) for w in _words(n)
            }
        self._longest = max(map(len, self._named), default=0)

    def leading(self, heard: Sequence[Token]) -> Iterator[Mention]:
        """Each name of a group after "for the", before "are", or before one of its options where a
        clause begins, in order."""
        stems = [stem(t.word) for t in heard]
        for at in range(len(heard)):
            for end in range(min(at + self._longest, len(heard)), at, -1):
                groups = self._named.get(tuple(stems[at:end]), [])
                if led := [g for g in groups if self._leads(g, heard, stems, at, end)]:
                    yield Mention(at, end, (), (), groups=tuple(led))
                    break

    def _leads(
        self, group: ModifierGroup, heard: Sequence[Token], stems: Sequence[str], at: int, end: int
    ) -> bool:
        before = ["."] * 2 + [t.word for t in heard[:at]]
        owned = before[-1] in _OWNERS
        after = heard[end].word if end < len(heard) else ""
        if after == "for" and before[-2] in _SWAPPING:
            return False  # "swap the rice for beans"
        if _taken_out(before):
            return False  # "*hold the* sauce on that one"
        if before[-1] in _BEFORE or (
            owned and (before[-2] in _BEFORE or after in _ARE | _OF_WHICH)
        ):
            return True
        if before[-1] in _OPENING and after in _ARE:
            return True
        own = self._options[group.id]
        if after in _ARE and stems[end + 1 : end + 2] and stems[end + 1] in own:
            return True
        option = next((w for w, t in zip(stems[end:], heard[end:], strict=True) if not t.stop), "")
        paused = before[-1] in (".", "?") and after == ","  # "*Sauce, yuzu.*"
        opens = before[-1] in _OPENING and (paused or not set(stems[at:end]) & own)
        return opens and option in own


_OPENING = frozenset([",", ".", "and", "with"])


def _taken_out(before: Sequence[str]) -> bool:
    """“*Leave off the* sauce on his”: the words before say that it is not to be there."""
    owned = before[:-1] if before[-1:] and before[-1] in _OWNERS else before
    ends = [tuple(said[-n:]) for said in (before, owned) for n in range(1, LONGEST + 1)]
    return any(SMALL_WORDS.get(end) in (Kind.WITHOUT, Kind.REMOVE) for end in ends)


def _words(name: str) -> list[str]:
    return [w for t in tokens(name) if (w := stem(t.word)) not in LIGHT | POLARITY and not t.stop]


def _names(name: str) -> set[tuple[str, ...]]:
    """`Two sides` is called so, or by its last word: `{("two", "side"), ("side",)}`."""
    words = [] if "half" in _words(name) else _words(name)
    whole = tuple(stem(t.word) for t in tokens(name) if not t.stop)
    return {whole, tuple(words[-1:])} if words else set()
