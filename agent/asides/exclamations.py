"""What callers cry out: "for god's *sake*", "holy *guacamole*", "oh *sugar*", "*Jesus*, that's
dear".

Such words name no dish and nobody, whatever they are made of, so they are used up before dishes and
names are looked for. A dish that is called so by its whole name is that dish, and a name that is an
oath as well is the name, unless somebody else is named beside it.
"""

from __future__ import annotations

import re

from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.people import is_called_so

__all__ = ["hear_exclamations"]

_BEGINS = r"(?:^|(?<=[.,?] )|(?<=oh )|(?<=ah )|(?<=aw )|(?<=well )|(?<=no )|(?<=yes )|(?<=and ))"
_ENDS = r"(?= [.,?]|$)"
_HOLY = (
    r"(?:cow|cows|moly|moley|mackerel|macaroni|guacamole|smoke|smokes|crap|hell|god|mother|toledo"
    r"|cannoli|ravioli|cheese|cannelloni|cats|shit|fuck|moses|christ|mary)"
)
# Whole phrases, which are cried out wherever they stand.
_CRIED = re.compile(
    r"\bfor (?:the love of (?:god|pete|mike|christ|all that is holy|all thats holy|jesus)"
    r"|crying out loud|(?:\w+s|\w+s own|goodness|heaven|pity) sakes?)\b"
    rf"|{_BEGINS}holy {_HOLY}(?: ?batman)?{_ENDS}"
    r"|\bwhat (?:the|in the) (?:actual |bloody |ever loving )?(?:heck|hell|fuck|devil"
    r"|dickens|blazes|deuce|frick|eff|flip)\b(?: (?:is|was) (?:that|this|it|going on)\b)?"
    r"|\b(?:son of a (?:gun|biscuit|bitch|nutcracker)|heavens to betsy|great scott"
    r"|(?:mother|god) of (?:god|mercy|pearl)|shut the front door|judas priest|gordon bennett"
    r"|is that the time|stone the crows|shiver me timbers|suffering succotash|cheese and rice)\b"
    rf"|{_BEGINS}(?:cheese and crackers|nuts and berries|jiminy crickets?|fish sticks|sugar honey"
    rf" iced tea|fudge sticks|what a pickle|rats|fiddlesticks|poppycock|phooey){_ENDS}"
    r"|\b(?:good|goodness|great|dear|sweet|oh|my|by)(?: oh| my| dear| good| sweet| baby)*"
    r" (?:grief|lord|god|heavens|gracious|gawd|jesus|christ)\b(?: (?:above|almighty|no|help us"
    r"|have mercy))?"
    r"|\b(?:and )?(?:who|when did (?:i|we)) (?:said|say) (?:anything|something) about [^.?,]*"
    r"|\bjesus (?:(?:h|f|effing|fucking|bloody|mary and|h f) )*(?:christ|joseph|wept)\b"
    r"|\b(?:(?:its|it is|it was|that was|was|well) )*worth (?:a|the|my|your|1)"
    r" (?:shot|try|go|ask|asking|punt|crack|chance|wait|effort|trouble|laugh)\b"
    rf"|{_BEGINS}(?:lord|christ|cripes|crikey|blimey|cor blimey|jeez|geez|jeepers)"
    rf"(?: (?:almighty|alive|have mercy|knows))?{_ENDS}"
)
# Words for worse ones, which are foods too: only as a cry, "oh *sugar*, I forgot".
_FOR_WORSE = re.compile(
    r"(?:^|(?<=[.,?] ))(?:(?P<oh>oh|aw|ah|ohh|ooh|well) ,? ?)?"
    r"(?P<cry>sugar|fudge|nuts|crumbs|crackers|biscuits|fish|shoot|shucks|peanuts|pickles|butter"
    r"|cheese|mustard|figs|barnacles|beans|snap|applesauce|sugar plum)(?= [.,]|$)"
)
# Names that are cried out as well.
_OATH = re.compile(r"(?:^|(?<=[.,?] )|(?<=oh )|(?<=no ))(?:jesus|mercy|glory)(?= [.,?]|$)")
# What goes on after an oath, and after no name that was asked for.
_SCOLDED = re.compile(
    r" [.,?] (?:i|im|ive|is|are|how|what|whats|why|when|thats|that|its|it|this|you|youre|finally"
    r"|just|can|cant|do|did|dont|no|not|about|took|all|ok|okay|fine|never|who|where|lady|man|woman)\b"
)


def hear_exclamations(line: Line, asides: Asides, *, want_name: bool) -> Line:
    """`line` with commas for what is cried out."""
    cried: set[int] = set()
    for match in _CRIED.finditer(line.string):
        span = line.tokens_of(*match.span())
        if not _is_a_dish(line, span):
            cried |= set(span)
    for match in _FOR_WORSE.finditer(line.string):
        span = line.tokens_of(*match.span("cry"))
        more = set(range(len(line.heard))) - {n for n, t in enumerate(line.heard) if t.stop}
        if more - set(line.tokens_of(*match.span())) and (match["oh"] or _shouted(line, span)):
            cried |= set(line.tokens_of(*match.span()))
    for match in _OATH.finditer(line.string):
        span = line.tokens_of(*match.span())
        scolds = match.start() == 0 and _SCOLDED.match(line.string, match.end()) is not None
        known = bool(asides.called) and match[0] != "jesus"  # "fifty-four? *Mercy.* Alright"
        if (scolds and not want_name) or known or _somebody_else(line, span):
            cried |= set(span)
    if not cried:
        return line
    asides.taken |= cried
    return line.paused(cried)


def _is_a_dish(line: Line, span: range) -> bool:
    """“A *Holy Guacamole*”, where a burger is called so."""
    return any(
        m.items and m.whole and m.start <= span[0] and span[-1] < m.end for m in line.mentions
    )


def _shouted(line: Line, span: range) -> bool:
    """“*Nuts!* I forgot the coke”."""
    return line.text[line.heard[span[-1]].end :].lstrip()[:1] == "!"


def _somebody_else(line: Line, oath: range) -> bool:
    """“No, nothing else, *Jesus*. I'll pick it up, *Donna*”: whose name it is, is said beside."""
    return any(
        is_called_so(t.word) and n not in oath and (line.capital(range(n, n + 1)) or not line.cased)
        for n, t in enumerate(line.heard)
    )
