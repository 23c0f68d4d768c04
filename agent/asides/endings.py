"""How a caller comes to an end: that is all, goodbye, forget it; or asks for the usual."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.asides.about_orders import BEFORE, USUAL
from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.language import COMMON, LIGHT
from agent.lexemes import is_small_word

__all__ = ["hear_dish_again", "hear_flags", "hear_no_more"]

_THAT_IS = (
    r"(?:thats|that is|this is|that will be|thatll be|thatd be|that would be|i think thats|itll be"
    r"|it will be|thats (?:gonna|going to) be|that is (?:gonna|going to) be"
    r"|that (?:should|ought to|oughta|must|has to|might) be)"
)
_WHOLE = (
    r"(?:the|my|our|your) (?:(?:whole|entire|full|complete) )?"
    r"(?:lot|list|thing|order|shebang|story|end of (?:it|the list|that|my order|our order))"
)
# "That should cover it", "that'll keep us going", "that completes my order": what does for all.
_IT_ALL = r"(?:it|us|me|everything|everybody|every1|everyone|the lot|(?:my|our|the) (?:order|list))"
_DOES_FOR_ALL = (
    r"\bthat(?: (?:should|ought to|oughta|will|would)|(?<=that)(?:ll|d))"
    r"(?: (?:just|about|pretty|much|probably|do|to))*"
    r" (?!(?:be|have|come|go|get|include|say|take|need|also|work|help|make|mean|want|give)\b)"
    rf"\w+ (?:{_IT_ALL}|nicely)(?: (?:all|nicely|up|out|off|fine|right|now|today|tonight|going"
    r"|over|through|then|for))*(?= [.,?]|$| pick| collect| thank| please| deliver| take)"
    r"|\bthat (?:just |about |pretty much |just about )*(?:covers|completes|finishes|concludes"
    r"|wraps"
    rf"|rounds|does|closes|fills) (?:{_IT_ALL})(?: (?:up|off|out))?"
    r"|\b(?:should|ought to|will) be (?:enough|plenty|sufficient)(?: (?:to|for) [^.,?]+)?"
)
# "Let's leave it there", "we'll stop at that".
_LEFT_THERE = (
    r"\b(?:ill|well|lets|you can|i will|we will|we can|i can|i think well|just) (?:just )?"
    r"(?:stop|end|leave|call|finish|keep)(?: (?:it|that|things))? (?:there|at that|a day|to that)"
)
_DONE = re.compile(
    rf"\b{_THAT_IS}"
    r"(?: about| pretty much| really| probably| basically)?"
    r" (?:all(?: \d+(?: of (?:them|those|these))?(?= [.,?]|$))?|it|everything"
    r"|(?:me|us)(?: all)? (?:done|sorted|finished|set|good)"
    rf"|{_WHOLE}"
    r"|everything (?:on (?:my|our|the) list|(?:i|we) (?:need|want)(?:ed)?)"
    r"|sufficient|enough|plenty|us|me)"
    r"(?! (?:wrong|right|good|fine|great|too|very|correct|not|with|without|on|in|of|a|an|the)\b)"
    r"(?: from (?:me|us)| for (?:me|now|us|today|tonight))?"
    r"|\b(?:thats|that is|this is|it is|its(?! (?:me|us)\b)|were|im|i am|we are)"
    r" (?:all|it|everything|(?:all )?(?:done|good|finished|set|sorted)|me|us)(?= [.,?]|$"
    r"| for (?:me|now|us|today)| thank| thanks| please| i think| actually| and | for )"
    r"(?: for (?:me|now|us|today))?"
    rf"|{_DOES_FOR_ALL}|{_LEFT_THERE}"
    r"|\b(?:i|we|ive|weve)(?: have| got| ve)* everything (?:i|we) (?:need|want)(?:ed)?\b"
    r"|\b(?:were|we are|we|im|i am) (?:(?:all|really|so|now|finally|totally|officially) )*"
    r"(?:good|sound|grand|alright|all right|right|okay|ok"
    r"|golden"
    r"|sweet|fine|done|set|sorted)(?= [.,?]|$| thank| thanks| now| pick| cheers| mate| so)"
    r"|^done(?= [.,]|$| (?:\w+ ){1,2}(?:pick|collect|takeaway|takeout|carry|deliver))"
    r"|\b(?:(?:i|we) (?:dont|do not) (?:want|need) )?"
    r"(?:nothing|no more|anything|not anything) (?:else|further|more)\b(?: from you lot| from you)?"
    r"|\bnothing more\b|\ball done\b"
    r"|\bthat does it\b|\bthat wraps it up\b|\bthats a wrap\b"
    r"|\bnot (?:today|for now|right now|now)\b"
    r"|\bcheck ?out\b|\bend of order\b"
    r"|^(?:nada|niente|nichts|rien)\b|\bnein(?: danke)?(?= [.,]|$)"
    r"|\bno(?: ,)? (?:thanks|thank you|i dont(?= [.,?]|$| think| thank| believe)"
    r"|im good|im fine|im done|were good|nothing)\b"
    r"|\b(?:just|only) (?:(?:that|this)(?: 1)?|those|these)(?= [.,]|$| please| thanks)"
    r"|\bthat(?:ll| will) do(?= [.,]|$| thanks| thank| please)"
    r"|\b(?:no|nada) mas\b|^basta(?: cosi)?\b"
    r"|\b(?:das ist|das war|das wars|das wär|cest|es|eso es|e) (?:alles|tout|todo|tutto)\b"
    r"|^das wars(?= [.,]|$)|\b(?:i?yun|iyon|ayun) lang(?: na)?\b|\bto wszystko\b|\bbu kadar\b"
    r"|\bkhal+as\b|\be so isso\b|\bso isso\b|\bbas itna hi\b"
    r"|^(?:nothing|nowt|not (?:a|1) (?:single )?(?:thing|sausage|bean))(?= [.,]|$)|\bi(?:m"
    r"| am) (?:good|fine|done)\b"
)
_BYE = re.compile(
    r"\b(?:good)?bye(?: bye)?\b|\bsee (?:you|ya)\b|\b(?:ill|i will) call (?:you )?(?:back"
    r"|later|again)\b"
    r"|\bhave a (?:nice|good|great) (?:day|evening|night|one)\b|\bwrong number\b|\bhang up\b"
)
_CANCEL = re.compile(
    r"(?<!did you )(?<!have you )(?<!why you )"  # which is a reproach
    r"\b(?:cancel|forget|scrap|scratch|delete|clear|drop) (?:about )?(?:everything"
    r"|all of (?:it|that)|the (?:whole |entire )?order|my (?:whole |entire )?order"
    r"|the whole thing|it all|the lot)\b"
    r"|\bi (?:dont|do not|no longer) want (?:it|this|that|(?:the|my) order)"
    r"(?: (?:anymore|any more|any longer|after all))\b"
    r"|\bstart (?:over|again|from scratch)\b"
    r"|\bi (?:dont|do not) want (?:anything|to order(?: anything)?)(?: any ?more| any longer"
    r"| at all| from you| now| today| tonight| after all| please| thanks| thank you)*"
    r"(?= [.,?]|$| so | bye| goodbye)"
    r"|\b(?:ive |i have )?changed my mind(?= [.,] (?:bye|goodbye|cancel)|$)"
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
            if asides.taken & set(span) or (name == "done" and _of_one(line, span)):
                continue
            asides.taken |= set(span)
            if name == "cancel" and match[0].endswith("my mind") and _tells_what(line, span):
                continue
            setattr(asides, name, True)
            at = span[0] - 1
            while name == "done" and at >= 0 and line.heard[at].word in _REFUSING:
                asides.taken.add(at)  # "*no, no*, that's it"
                at -= 1


def _tells_what(line: Line, span: Sequence[int]) -> bool:
    """“No egg roll, *I changed my mind*”: why it is not wanted, and no more than it."""
    before = [t.word for t in line.heard[: span[0]] if not t.stop]
    named = any(m.start < span[0] for m in line.mentions)
    return named or any(not (w in COMMON or w in LIGHT or is_small_word(w)) for w in before)


def _of_one(line: Line, span: Sequence[int]) -> bool:
    """“Two cones, one *that's all* chocolate”: of one of them, and no end."""
    before = [t.word for t in line.heard[: span[0]]][-1:]
    return before in _ONE and any(m.start == span[-1] + 1 for m in line.mentions)


_ONE = (["1"], ["1s"], ["other"])
_REFUSING = frozenset(["no", "nope", "nah", ","])
_CLOSING = frozenset(
    """
    no nope nah nothing none all it everything done sorted finish finished complete completed
    enough lot
    set do thanks thank good fine ready cheers thats that whole
    """.split()  # noqa: SIM905
)
_GOING_ON = frozenset(
    """
    want like need get give take have add another change make remove drop forget cancel scratch
    delete wait hang hold moment second minute let what which how when where who why can could too
    wrong also actually instead swap replace double twice same without with extra yes yeah maybe
    repeat read bye goodbye
    """.split()  # noqa: SIM905
)


# "*Do you* think *it* will stop?" asks, and closes nothing.
_ASKS = re.compile(
    r"(?:^|[.,?] )(?:do|does|did|will|would|could|is|are|was|were|has|have)"
    r" (?:you|it|they|he|she|we|i|there)\b[^.?]*[?]"
)
# "*No gravy on it*": a wish, whether the menu knows gravy or not.
_OF_A_DISH = re.compile(r"\b(?:on|in|inside) (?:it|that|them|there|those)\b")
_PLACE_IT = re.compile(
    r"\bplace (?:it|that|the order|my order)\b"
    r"|\b(?:wrap|ring|total|close|tot|add|box|bag|finish|cash|tally|sum|bill|check)"
    r"(?: (?:it|that|this|me|us|them|everything))?(?: all)? (?:up|out|off)\b"
)


def hear_no_more(line: Line, asides: Asides) -> None:
    """“That will do us”, “no more, thanks”, “no, that is sufficient” to "anything else?": words
    that close. One that nobody knows may be among them, where none counts it as a dish."""
    placing = _PLACE_IT.search(line.string)
    if placing is not None:
        asides.taken |= set(line.tokens_of(*placing.span()))
    left = [t.word for n, t in enumerate(line.heard) if n not in asides.taken and not t.stop]
    words = set(left) | ({"done"} if placing else set())
    named = any(n not in asides.taken for m in line.mentions for n in range(m.start, m.end))
    other = _ASKS.search(line.string) or _OF_A_DISH.search(line.string)
    if named or other or asides.questions or not words & _CLOSING or words & _GOING_ON:
        return
    unknown = [w for w in left if not (w in COMMON or w in LIGHT or w in _CLOSING)]
    unknown = [w for w in unknown if not is_small_word(w)]
    counted = any(w[0].isdigit() or w in ("a", "an", "some") for w in left)
    if not unknown or (len(unknown) == 1 and not counted and left[0] in _CLOSING):
        asides.done = True
        asides.taken |= set(range(len(line.heard)))
