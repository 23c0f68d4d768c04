"""Where a caller says what the next options are of: "*for the sides*, rice and beans"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from agent.language import LIGHT, Token, stem, tokens
from agent.matching.entries import POLARITY
from agent.matching.mention import Mention
from domain.menu import Menu, ModifierGroup

__all__ = ["GroupNames"]

_BEFORE = frozenset(["for", "as"])
_OWNERS = frozenset(["the", "my", "our", "your", "his", "her", "their"])
_ARE = frozenset(["is", "are", "be", "being"])


class GroupNames:
    """What the modifier groups of one menu are called, to be found before their options."""

    def __init__(self, menu: Menu) -> None:
        self._named: dict[str, list[ModifierGroup]] = defaultdict(list)
        for group in menu.modifier_groups:
            for last in {w[-1] for w in map(_words, (group.name, *group.names.values())) if w}:
                self._named[last].append(group)

    def leading(self, heard: Sequence[Token]) -> Iterator[Mention]:
        """Each name of a group after "for the", or before "are", in order."""
        for at, token in enumerate(heard):
            groups = self._named.get(stem(token.word))
            if groups is None or token.stop or not at:
                continue
            before = [t.word for t in heard[max(0, at - 2) : at]]
            owned = before[-1] in _OWNERS
            after = heard[at + 1].word if at + 1 < len(heard) else ""
            led = before[-1] in _BEFORE or (owned and before[0] in _BEFORE)
            if led or (owned and after in _ARE):
                yield Mention(at, at + 1, (), (), groups=tuple(groups))


def _words(name: str) -> list[str]:
    return [w for t in tokens(name) if (w := stem(t.word)) not in LIGHT | POLARITY and not t.stop]
