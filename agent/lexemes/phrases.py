"""The small words that stand together: “never mind”, “hold the”, “take it off”."""

from __future__ import annotations

from agent.kinds import is_a_kind
from agent.language import number_at
from agent.lexemes.counting import ENDS, Counting
from agent.lexemes.lexeme import Lexeme
from agent.small_words import DISLIKED, LONGEST, OF_DISHES, SERVED_WITH, SMALL_WORDS, Kind
from agent.talk_words import chides, is_degree, stops_itself

__all__ = ["Phrases"]

# Who holds something, and what can be held, but off no dish: "I'll hold the fort".
_HOLDING = tuple([who] for who in "i we he she they ill well hell shell theyll to".split())  # noqa: SIM905
_HELD = frozenset("line phone door fort thought call lift elevator baby place".split())  # noqa: SIM905
_STOPS: tuple[list[str], ...] = ([], [","], ["."], ["?"])


class Phrases(Counting):
    """Reads a phrase by what stands beside it."""

    def phrase(self, at: int) -> Lexeme | None:
        for length in range(LONGEST, 0, -1):
            kind = SMALL_WORDS.get(tuple(self.words[at : at + length]))
            inside = range(at + 1, at + length)
            named = [m for n in inside if (m := self.mentions.get(n)) and not m.generic]
            if kind in (Kind.ALSO, Kind.AND):  # "slaw *as well*", where a burger comes well done
                named = [m for m in named if m.end > at + length]
            hidden = named or any(n in self.taken or n in self.notes for n in inside)
            if kind is not None and len(self.words) >= at + length and not hidden:
                text = " ".join(self.words[at : at + length])
                if kind is Kind.FIX and text.endswith(" no") and at + length in self.mentions:
                    continue  # "actually, *no onions*", without the comma
                if kind is Kind.YES and text.endswith(" that") and at + length in self.mentions:
                    continue  # "*I'd like that* sub cut in four"
                if text == "not that" and (end := self.degree(at + length)) > at + length:
                    return Lexeme(Kind.CHATTER, at, end, text=text)
                then = at + length
                if text in ("dont", "do not") and (end := chides(self.words, then)) > then:
                    return Lexeme(Kind.CHATTER, at, end, text=text)
                if text == "stop" and stops_itself(self.words, at):
                    return Lexeme(Kind.CHATTER, at, at + length, text=text)
                if text == "sweet as" and self.words[at + length : at + length + 1] not in _STOPS:
                    continue  # "as *sweet as* you can"
                if kind is Kind.WITHOUT and not self.of_part(text, at + length):
                    what = self.mentions.get(at + length)
                    if what is not None and tuple(text.split()) in DISLIKED:
                        return Lexeme(Kind.CHATTER, at, what.end, text=text)  # why it is not on it
                    continue
                if text == "keep" and not self.names_next(at + length):
                    continue  # "that's all I can *keep* down"
                if kind is Kind.REMOVE and not self.of_dish(text, at + length):
                    continue
                if tuple(text.split()) in SERVED_WITH:
                    if self.names_next(at + length):
                        kind = Kind.WITH
                    elif text != "on the side":
                        continue  # "slaw for the side"
                return Lexeme(kind, at, at + length, text=text)
        return None

    def degree(self, at: int) -> int:
        """Where “it's *not that hard*”, “*not that many fries*” ends, of which the first two words
        end at `at`; `at` where it is none."""
        if at in self.mentions or not is_degree(self.words, at):
            return at
        named = self.mentions.get(at + 1)
        return named.end if named is not None else at + 1

    def of_dish(self, text: str, at: int) -> bool:
        """“*Never mind* the slaw”, and no "never mind the weather"."""
        named = self.names_next(at) or number_at(self.words, at) is not None
        of_kind = text.endswith(" the") and any(map(is_a_kind, self.words[at : at + 1]))
        return named or of_kind or tuple(text.split()) not in OF_DISHES

    def of_part(self, text: str, at: int) -> bool:
        """“*I hate* onions”, where a dish can be had without them; “*none of that* lean stuff”."""
        named = self.mentions.get(at)
        if text.startswith("none of"):
            return named is not None
        if text.split()[0] == "hold" and not self.names_next(at) and self.holds_otherwise(at):
            return False
        if text == "skip" and self.words[at : at + 1] in ([], [","], ["."]):
            return False  # alone, it may be somebody's name
        removed = named is not None and any(r.group.removes for r in named.readings)
        return removed or tuple(text.split()) not in DISLIKED

    def holds_otherwise(self, at: int) -> bool:
        """“I'll *hold the* fort”, “*hold the* line”: nothing that could be on a dish. `at`: what
        follows the words."""
        first = max(n for n in range(at) if self.words[n] == "hold")
        held = next((w for w in self.words[first + 1 : first + 3] if w not in ("the", "my")), "")
        return self.words[first - 1 : first] in _HOLDING or held in _HELD

    def left_undone(self, at: int) -> bool:
        """“*Don't toast* the bagel”, of what can be had not toasted: which dish it is said of."""
        before = next((m for m in self.mentions.values() if m.end == at), None)
        dont = self.words[before.start : before.start + 2] if before is not None else []
        return dont[:1] == ["dont"] or dont == ["do", "not"]

    def taken_off(self, at: int) -> bool:
        """“Take the coke off”, with the dish between the two words."""
        rest = self.words[at + 1 : at + 9]
        inside = {n for m in self.mentions.values() for n in range(m.start + 1, m.end)}
        inside |= {n for n in range(at + 1, at + 9) if self.goes_on_to_off(n)}
        ends = (n for n, w in enumerate(rest, at + 1) if w in ENDS and n not in inside)
        stop = next(ends, at + 1 + len(rest)) - at - 1
        kept = self.words[at] == "keep" and {"take", "leave"} & set(rest[:stop])
        return not kept and any(w in ("off", "out", "away") for w in rest[1:stop])

    def goes_on_to_off(self, at: int) -> bool:
        """“The egg *and* the nori off”: both of them."""
        if self.words[at : at + 1] != ["and"]:
            return False
        part = next((m for n in (at + 1, at + 2) if (m := self.mentions.get(n))), None)
        return part is not None and self.words[part.end : part.end + 1] in (["off"], ["out"])
