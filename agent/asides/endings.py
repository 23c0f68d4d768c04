"""How a caller comes to an end: that is all, goodbye, forget it; or asks for the usual."""

from __future__ import annotations

import re

from agent.asides.about_orders import BEFORE, USUAL
from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.language import COMMON, LIGHT
from agent.lexemes import is_small_word

__all__ = ["hear_dish_again", "hear_flags", "hear_no_more"]

_DONE = re.compile(
    r"\b(?:thats|that is|that will be|thatll be|thatd be|that would be|i think thats)"
    r"(?: about| pretty much| really| probably| basically)?"
    r" (?:all|it|everything|(?:me|us)(?: all)? (?:done|sorted|finished|set|good)"
    r"|the lot|your lot|the whole (?:thing|lot)"
    r"|sufficient|enough|plenty|my (?:whole )?order"
    r"|the (?:whole )?order|us|me)"
    r"(?! (?:wrong|right|good|fine|great|too|very|correct|not|with|without|on|in|of|a|an|the)\b)"
    r"(?: from (?:me|us)| for (?:me|now|us|today|tonight))?"
    r"|\b(?:thats|that is|this is|its|were|im|i am|we are)"
    r" (?:all|it|everything|(?:all )?(?:done|good|finished|set|sorted)|me|us)(?= [.,?]|$"
    r"| for (?:me|now|us|today)| thank| thanks| please| i think| actually| and | for )"
    r"(?: for (?:me|now|us|today))?"
    r"|^done(?= [.,]|$| (?:\w+ ){1,2}(?:pick|collect|takeaway|takeout|carry|deliver))"
    r"|\b(?:(?:i|we) (?:dont|do not) (?:want|need) )?"
    r"(?:nothing|no more|anything|not anything) (?:else|further|more)\b(?: from you lot| from you)?"
    r"|\bnothing more\b|\ball done\b"
    r"|\bthat does it\b|\bthat wraps it up\b|\bthats a wrap\b"
    r"|\bnot (?:today|for now|right now|now)\b"
    r"|\bcheck ?out\b|\bend of order\b"
    r"|^(?:nada|niente|nichts|rien)\b|\bnein(?: danke)?(?= [.,]|$)"
    r"|\bno(?: ,)? (?:thanks|thank you|i dont|im good|im fine|im done|were good|nothing)\b"
    r"|\b(?:just|only) (?:that|this|those|these)(?= [.,]|$| please| thanks)"
    r"|\bthat(?:ll| will) do(?= [.,]|$| thanks| thank| please)"
    r"|\b(?:no|nada) mas\b|^basta(?: cosi)?\b"
    r"|\b(?:das ist|das war|das wars|das wär|cest|es|eso es|e) (?:alles|tout|todo|tutto)\b"
    r"|^das wars(?= [.,]|$)|\b(?:i?yun|iyon|ayun) lang(?: na)?\b|\bto wszystko\b|\bbu kadar\b"
    r"|\bkhalas\b|\be so isso\b|\bso isso\b|\bbas itna hi\b"
    r"|^nothing(?= [.,]|$)|\bi(?:m| am) (?:good|fine|done)\b"
)
_BYE = re.compile(
    r"\b(?:good)?bye(?: bye)?\b|\bsee (?:you|ya)\b|\b(?:ill|i will) call (?:you )?(?:back"
    r"|later|again)\b"
    r"|\bhave a (?:nice|good|great) (?:day|evening|night|one)\b|\bwrong number\b|\bhang up\b"
)
_CANCEL = re.compile(
    r"\b(?:cancel|forget|scrap|scratch|delete|clear|drop) (?:about )?(?:everything"
    r"|all of (?:it|that)|the (?:whole |entire )?order|my (?:whole |entire )?order"
    r"|the whole thing|it all|the lot)\b"
    r"|\bi (?:dont|do not|no longer) want (?:it|this|that|(?:the|my) order)"
    r"(?: (?:anymore|any more|any longer|after all))\b"
    r"|\bstart (?:over|again|from scratch)\b|\bi (?:dont"
    r"|do not) want (?:anything|to order)(?! else| more| other)(?: anymore| any more)?\b|\b(?:ive "
    r"|i have )?changed my mind(?= [.,] (?:bye|goodbye|cancel)|$)"
)


# "The pizza I had last time", "the same soup as last week": one dish of an order before.
_DISH_AGAIN = re.compile(
    r"\b(?:the|that|those|my|same)(?: same)? (?P<what>(?:(?!(?:i|we|and|with|same)\b)\w+ ){1,3}?)"
    rf"(?:(?:that |which )?(?:i|we) (?:had|got|ordered|took|ate) |as |from |like ){BEFORE}\b"
)


def hear_dish_again(line: Line, asides: Asides) -> None:
    """One dish as it was had before; where more is told of it, it is not ordered."""
    for match in _DISH_AGAIN.finditer(line.string):
        what = line.mentioned(line.tokens_of(*match.span("what")))
        dish = tuple(m for m in what if m.items)
        told = _TOLD_OF.match(line.string, match.end())
        if dish:
            asides.taken |= set(line.tokens_of(*match.span()))
        if dish and not told:
            asides.again, asides.again_of = True, dish


_TOLD_OF = re.compile(r" (?:was|were|is|are|had|did|didnt|wasnt|came|tasted)\b")


def hear_flags(line: Line, asides: Asides) -> None:
    """“The usual”, “bye”, “cancel everything”, “that's all”: said anywhere in an utterance."""
    for name, pattern in (("again", USUAL), ("bye", _BYE), ("cancel", _CANCEL), ("done", _DONE)):
        for match in pattern.finditer(line.string):
            span = line.tokens_of(*match.span())
            if asides.taken & set(span):
                continue
            asides.taken |= set(span)
            setattr(asides, name, True)
            at = span[0] - 1
            while name == "done" and at >= 0 and line.heard[at].word in _REFUSING:
                asides.taken.add(at)  # "*no, no*, that's it"
                at -= 1


_REFUSING = frozenset(["no", "nope", "nah", ","])
_CLOSING = frozenset(
    """
    no nope nah nothing none all it everything done finish finished complete completed enough lot
    set do thanks thank good fine ready cheers thats that whole
    """.split()  # noqa: SIM905
)
_GOING_ON = frozenset(
    """
    want like need get give take have add another change make remove drop forget cancel scratch
    delete wait moment second minute let what which how when where who why can could too wrong
    also actually instead swap replace double twice same without with extra yes yeah maybe repeat
    read bye goodbye
    """.split()  # noqa: SIM905
)


_PLACE_IT = re.compile(r"\bplace (?:it|that|the order|my order)\b")


def hear_no_more(line: Line, asides: Asides) -> None:
    """“That will do us”, “no more, thanks”, “no, that is sufficient” to "anything else?": words
    that close. One that nobody knows may be among them, where none counts it as a dish."""
    left = [t.word for n, t in enumerate(line.heard) if n not in asides.taken and not t.stop]
    words = set(left)
    named = any(n not in asides.taken for m in line.mentions for n in range(m.start, m.end))
    words |= {"done"} if _PLACE_IT.search(line.string) else set()
    if named or asides.questions or not words & _CLOSING or words & _GOING_ON:
        return
    unknown = [w for w in left if not (w in COMMON or w in LIGHT or w in _CLOSING)]
    unknown = [w for w in unknown if not is_small_word(w)]
    counted = any(w[0].isdigit() or w in ("a", "an", "some") for w in left)
    if not unknown or (len(unknown) == 1 and not counted and left[0] in _CLOSING):
        asides.done = True
        asides.taken |= set(range(len(line.heard)))
