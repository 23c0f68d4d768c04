"""What callers tell beside their order: of themselves, of those at home, of how good the food was;
and what they say to those in the room.

Whatever else an utterance says is looked for first. A clause that is left, whose subject is no
wish's ("*my hearing's* not what it was", "*they don't agree* with me", "*turn down* the TV") and
that names nothing on the menu, is a tale: used up whole, so that none of its words is refused as a
dish or written down as a note. A clause that names a dish is one only where it plainly praises
it, and the order itself is told apart from the praise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.asides.line import Line
from agent.asides.name_words import RELATIONS
from agent.asides.topics import Asides
from agent.asides.unwanted import is_to_go
from agent.foods import is_a_food_at_all
from agent.kitchen_notes import is_note, notes_in
from agent.language import COMMON, LIGHT
from agent.lexemes import is_small_word, is_yes
from agent.matching import Mention

__all__ = ["hear_not_so", "hear_praise", "hear_tales"]

_PERSON = (
    r"(?:(?:my|our|his|her|the|his|your) (?:\w+ ){0,2}?(?:"
    + "|".join(sorted(RELATIONS))
    + r")(?: in law)?s?|(?:my|our|the) (?:grand)?(?:children|kids|babies|baby|parents|inlaws"
    r"|folks|guests"
    r"|family"
    r"|old man|old lady|little 1s?|other half|better half|doctor|dentist|dog|cat)s?)"
)
_DOES = (
    r"(?:s|is|was|are|were|re|has|have|had|isnt|arent|wasnt|doesnt|dont|didnt|cant|cannot|couldnt"
    r"|wont|wouldnt|never|always|usually|just|really|loves?|loved|likes?|liked|hates?|hated|enjoys?"
    r"|enjoyed|says?|said|thinks?|thought|swears?|reckons?|told|tells|used to|keeps?|kept|gets|goes"
    r"|went|came|comes|lives?|lived|works?|worked|died|passed|made|cooks?|cooked|tried|raves?|raved"
    r"|recommended|misses|missed|knows?|knew|calls?|called|taught|introduced|grew|turned|turns"
    r"|started|starts|hurts?|hurting|aches?|aching|broke|stopped|looks?|feels?|felt|agrees?|sits?"
    r"|plays?|wrote|written)"
)
# What is no tale of the caller's: "my name is …", "our address …", "my usual".
_OF_THE_ORDER = (
    r"(?:name|names|first|last|surname|number|address|street|postcode|zip|email"
    r"|order|orders|usual|allergy|allergies|table|food|drink|side|sides|total|card|company|firm"
    r"|dish|meal|mistake|choice|sauce|topping|bad)"
)
_THING = rf"(?:my|our) (?!{_OF_THE_ORDER}\b)(?:\w+ )??(?!{_OF_THE_ORDER}\b)\w+"
_DOING_ELSE = (
    r"(?!(?:hav|gett|tak|order|look|go|pick|collect|com|pay|think|wonder|want|crav|fancy|dy|feel"
    r"|call|ring|phon)ing\b)\w+ing"
)
_STATE = (
    r"(?:was|were|been|think|thought|know|knew|remember|remembered|forgot|saw|seen|see|hear|heard"
    r"|feel|felt|live|lived|hope|believe|suppose|promise|promised|read|speak|understand|walk"
    r"|walked|drive|drove|work|worked|miss|missed|found|met|moved|came|couldnt"
    r"|cant(?! (?:think|do)\b)|havent|hardly|barely|used to"
    r"|have (?:got )?(?:my|our|his|her|some|a lot|so many|no)"
    r"|(?:(?:only|just) (?:have|got)|(?:have|ve|ve got) (?:only|just)(?: got)?)"
    r" (?:an?|the|half|this|that|so|until|till|time|enough)\b"
    r"|had (?:my|our|a)|ve got (?:my|our|some|a lot)|got (?:my|our)"
    r"|(?:love|loved|like|adore) (?:it|them|that|this|you|your)"
    r"|(?:dont|do not|didnt|never) (?:really |even )?(?!think\b|know\b|care\b|mind\b|have\b)\w+"
    r"|ve been|ve never|ve always"
    r"|m (?:on|at|in|not|so|just|a|an|getting|hungry|tired|old|new|from|back|home|always|never"
    rf"|afraid|\w{{3,}}ed|{_DOING_ELSE})|am (?:on|at|in|not|so|just|a|an|from|always|never"
    rf"|{_DOING_ELSE})"
    rf"|re (?:on|at|in|not|so|just|a|an|from|{_DOING_ELSE}|having (?:a|some|people|guests)))"
)
# So many of those who eat: "one of the girls", "two of us".
_SOME_OF_US = (
    r"\d+ (?:more )?(?:of us|people|persons?|(?:of (?:the|my|our|his|her) )(?:\w+ )?(?:"
    + "|".join(sorted(RELATIONS))
    + r"|children|babies|guy|people|folk|men|women|ladie|team|crew|gang|lot|group|party|player"
    r"|student|guest|visitor|worker|workmate|teammate|classmate|housemate|staff|family)s?)"
)
# What callers do to an order, or want; whatever else "I" or "we" did is told.
_WISHING = (
    r"(?:want|need|like|love|have|take|get|got|try|go|do|did|prefer|crave|fancy|feel|wish|start|say"
    r"|said|mean|meant|ask|asked|order|ordered|pick|collect|pay|add|swap|change|keep|leave|drop"
    r"|skip"
    r"|remove|make|guess|will|would|can|could|may|might|must|should|shall|wanna|gotta|dont|didnt"
    r"|wont|cant|am|was|were|are|be|been|being|gonna|going|only|hate|never|just|really|always|all"
    r"|both|still|also|think|good|fine|done|set|sure|sorry|name|no|not|the|a|an|and|or|with|for|to"
    r"|in|on|at|changed|decided|forgot|made|put|went|ve|re|m|ll|d)"
)
_HOW_OFTEN = (
    r"(?: (?:just|only|really|always|never|all|both|still|also|nearly|almost|finally|actually|even"
    r"|usually|normally|already|recently))*"
)
_ANYBODY = (
    rf"(?:my|our|the|a|an|your|that|this|his|her|their) (?!{_OF_THE_ORDER}\b)(?:\w+ )??"
    rf"(?!{_OF_THE_ORDER}\b)\w+"
)
_STATED = (
    r"(?:is|was|were|has|had|isnt|wasnt|doesnt|didnt|cant|wont|keeps?|kept|goes|went|came|told|said"
    r"|(?!wants|needs|likes|takes|gets|comes)\w{3,}s(?= (?:soon|now|at|today|tonight|early|late"
    r"|here|home|any)\b)"
    r"|\w+ed(?= (?:you|me|us|it|in|off|over|out|up|down|him|her|on)\b))"
)
_TALE = re.compile(
    rf"(?:{_PERSON}(?: (?:he|she|they|who|also))? ?{_DOES}"
    rf"|{_THING} ?{_DOES}"
    rf"|(?:he|she|they|it|you|your \w+|everybody|everyone|people|somebody|someone|doctor)"
    rf" ?(?:ll have to|ll need to|{_DOES})"
    rf"|(?:i|we|u) ?{_STATE}"
    rf"|(?:i|we){_HOW_OFTEN} (?!{_WISHING}\b)\w{{2,}}"
    rf"|(?:ive|weve|i have|we have){_HOW_OFTEN} (?!{_WISHING}\b|allerg)\w{{2,}}"
    r"|(?:ive|weve) (?:just |already |really )*(?:got|had)(?! to\b)"
    r"|(?:theyve|they have) (?:just |already |all )*(?:got|had)(?! to\b)"
    r"|(?:i|we) ?(?:ve|have) no"
    rf"|{_ANYBODY}(?: {_STATED}|s(?= \w+(?:ing|ly)\b))"
    rf"|(?:you lot|you guys|yall) (?!{_WISHING}\b)\w+"
    r"|(?:thats|that is|its|it is|thatll be|this is|theyre) [^.,?]*\b(?:me|my|our|us|him|her|his)\b"
    r"(?= |$))(?: (?=\w)|(?<=\wing)$|(?<=\w\wed)$|(?<=ed you)$|(?<=hungry)$|(?<=tired)$"
    r"|(?<=\bme)$|(?<=\bus)$|(?<=\bhim)$"
    r"|(?<=\bher)$)"
)
_COUNTED = re.compile(
    rf"(?P<who>{_SOME_OF_US}){_HOW_OFTEN} (?:{_DOES}|ate|left|bailed|dropped|\w+ed)(?= |$)"
)
# "*Two have dropped out*, so four wraps": why there are fewer, and no number of anything.
_DROPPED_OUT = re.compile(
    rf"(?:\d+|\d+ \w+|{_SOME_OF_US}|{_PERSON})(?: of (?:them|us|(?:the|my|our) \w+))?{_HOW_OFTEN}"
    r"(?: ?(?:have|has|had|ve|s|is|are|just|now|already))*"
    r" (?:(?:dropped|pulled|backed|ducked|cried) out|bailed|cancel+ed|gone home|had to (?:go|leave)"
    r"|(?:not|isnt|arent|cant|couldnt|wont|didnt|cannot) (?:be )?(?:make it|making it|come|coming"
    r"|turn(?:ed|ing)? up|show(?:ed|ing)? up|here|eating))(?: (?:now|on (?:me|us)|tonight|today"
    r"|after all|sick|at all))*$"
)
# Who wants none of it: the reason for a number that was just said.
_WANTS_NONE = re.compile(
    rf"(?:{_PERSON}|{_SOME_OF_US}|\d+ of them|\w+)(?: (?:just|really|actually|now|both|all))*"
    r" (?:(?:doesnt|dont|does not|do not|didnt|wont|will not|wouldnt)(?: even| really| actually)?"
    r" (?:want|need|have|take|eat|like|fancy|be (?:having|eating|wanting))"
    r"|(?:isnt|arent|is not|are not|s not|re not) (?:having|getting|eating|wanting))"
    r" (?:any|1|his|hers|theirs|anything|nothing|to)"
    r"(?: (?:now|today|tonight|anymore|any more|after all|either))*$"
)
# To somebody in the room, or to oneself.
_TO_THE_ROOM = re.compile(
    r"(?:(?:can|could|will|would) (?:you|somebody|someone) )?(?:please |just )?"
    r"(?:(?:turn|switch|shut) (?:\w+ ){0,3}?(?:down|off|up)(?: \w+){0,3}"
    r"|(?:stop|quit) (?:it|that|\w+ing)|(?:sit|settle|calm|quieten|come|get) (?:down|still"
    r"|here|off)"
    r"|(?:get|answer|close|shut|open) the (?:door|window|phone|gate|fridge)|go (?:and )?(?:ask|play"
    r"|see|to|upstairs|outside|wash|sit|get your)|leave (?:\w+ ){1,2}alone|put (?:that|it"
    r"|those|them)"
    r" (?:down|away|back)|hand me|pass me|(?:let me )?put you on|hold (?:this|the baby|her|him)"
    r"|let go|say hello"
    r"|where(?:s| is| are) my|let me (?:find|look|see|think|check|ask|put on|turn"
    r"|(?:get|grab) (?:my|the (?:door|phone)))|wait for (?:me|him|her|it)"
    r"|(?:i (?:said|told you) )?(?:im|i am) (?:talking|speaking|on the phone|ordering)"
    r"|(?:1|a|just a) (?:moment|second|sec|minute)(?: please)?(?=$))"
    r"(?= |$)"
)
# Words of a wish: a clause that has one is read as an order.
_WISHES = re.compile(
    r"\b(?:wants?|wanted|wanna|needs?(?! to)|order(?:ed|ing)?|id like|id love|ill have|ill take"
    r"|give me|get me|gimme|add|without|extra|instead|change|remove|swap|replace|cancel"
    r"|(?:can|could|may) (?:i|we) (?:have|get)|let me (?:have|get)|\d+ of|for (?:pick|delivery)"
    r"|(?:hav(?:e|ing)|tak(?:e|ing)|gets?|getting|do|has) (?:exactly )?the (?:exact |very )?same"
    r"(?=$| (?:as|but|except|with|without|again|please|thing|meal|dish|order|for|and|too)\b)"
    r"|allergic|allergy|allergies|intolerant|ready|deliver\w*|pick(?:s|ed|ing|up|ups)?"
    r"|collect\w*|side|bring|name"
    r"|(?<!turning )(?<!aged )(?<!nearly )\d+(?! years?\b)|(?<!ve )(?<!theres )no|wrong|message"
    r"|call me|paid?|paying|charged?)\b"
    r"|\b(?:has|have|having|gets?|getting|takes?|taking) (?:(?:just|exactly|the|very|exact) )*same"
    r"(?= (?:thing|1|again|but|with|without|except|only|as|for|too|please)\b| [,.?]|$)"
)
_YOUR = r"(?:your|the|you guys|yall|this place)"
_GOOD = (
    r"(?:good|great|lovely|delicious|amazing|nice|best|wonderful|fantastic|brilliant|excellent"
    r"|gorgeous|incredible|famous|superb|tasty|divine|perfect|heavenly|to die for|something else"
    r"|beautiful|really something|out of this world|unreal|insane|fire|unbelievable|the bomb)"
)
# "My grandson says your chicken is ever so good", "I've heard your wings are the best".
_PRAISED = re.compile(
    rf"(?:(?:{_PERSON}|everybody|everyone|people|a friend of mine|they|he|she|somebody|someone"
    r"|i|ive|i have|we|weve|the paper|the reviews?)(?: \w+)?? (?:says?|said|told me|tells me"
    r"|reckons?"
    r"|thinks?|swears?|heard|hear|read|keeps? saying|raves? about|think)(?: that)? )?"
    rf"your [^.?,]+? (?:is|are|was|were|s|re|looks?|sounds?|smells?"
    rf"|tastes?) (?:\w+ ){{0,4}}?{_GOOD}"
    r"(?: \w+){0,4}(?= [.,?]|$| so | and | but )"
    rf"|(?:{_PERSON}|i|we|he|she) (?:just |really |always |absolutely )*(?:loves?|loved"
    rf"|adores?|adored"
    r"|raves? about|raved about|likes?|liked) your [^.?,]+?(?= [.,?]|$| so | and | but )"
)
# "She says *white bread is for ducks*": what somebody holds of a food in general; but "she says oat
# milk is fine" may be an answer, and "he says his is the large" of his own.
_OPINION = re.compile(
    rf"(?:{_PERSON}|everybody|everyone|people|they|he|she|somebody|someone|the doctors?)"
    r"(?: (?:always|still|just|only|even|used to))*"
    r" (?:says?|said|told me|tells me|reckons?|thinks?|swears?|claims?|insists?)(?: that)?"
    r" (?!(?:an?|the|his|hers?|their|theirs|my|mine|your|yours|that|this|these|those|it|its|he|she"
    r"|they|we|you|i|\d+|no|not|1|1s)\b)(?:\w+ ){1,3}?"
    r"(?:is|are|was|were|isnt|arent|gives?|makes?|tastes?|belongs?|smells?|ruins?|keeps?|causes?)"
    r" (?!(?:the |also |just |perfectly )?(?:fine|ok|okay|good|great|perfect|better|best|enough"
    r"|plenty|alright|all right|cool|lovely|for (?:me|him|her|us|them))\b)[^.?,]+"
)
# "I know *you're a seafood place*", "you do mostly pizza": what the house is, and no dish of it.
_KIND_OF_HOUSE = re.compile(
    r"\b(?:you(?: guys| all| lot| folks)?(?: are|re)|yall(?: are|re)|this is|is this"
    r"|are you(?: guys)?)"
    r" (?:(?:more of|mostly|mainly|really|just|only|kind of|like) )*(?:an?|the|that)"
    r" (?:[a-z]+ ){1,4}?(?:place|joint|spot|restaurant|shack|house|folks|people|guys)"
    r"(?= [.,?]|$| so | and | but | right)"
    r"|\b(?:you(?: guys| all| lot| folks)?|yall) (?:do|sell|serve|make|are)"
    r" (?:(?:mostly|mainly|really|just|only|more|usually) )+(?:[a-z]+ ){0,2}[a-z]+"
    r"(?= [.,?]|$| so | and | but )"
)
# "I like the menudo, … one menudo please": liked first, and ordered then.
_LIKED = re.compile(
    r"\b(?:i|we) (?:do |really |just |always |quite )*(?:like|love|adore|fancy)"
    r" (?:the|your|that|those|a nice|a good) (?P<what>[^.?,]+?)(?= [.,?]| so | and | but )"
)
# "She said *you have to get bread with it*, so one naan": advice, and then the order.
_ADVISED = re.compile(
    r"\byou (?:just |really )?(?:have to|got to|gotta|need to|must|should)"
    r" (?:have|get|try|eat|order) (?P<what>[^.?,]+?)(?= [.,?]| so | and | but )"
)
# "I don't like it runny", "she can't have it too spicy": how it shall not be, and no dish.
_NOT_SO = re.compile(
    r"\b(?:i|we|he|she|they|my \w+) (?:really |just )?(?:dont|doesnt|do not|does not|cant|never)"
    r" (?:really |even )?(?:like|likes|have|eat|do|take|want|handle|stand) (?:it|them|that"
    r"|things|food)"
    r" (?:(?:too|so|very|that|all|really|overly) )*(?!(?:no|any|with|without|on|in|and|at"
    r"|please|so|but|"
    r"then|now|anymore|either|much|instead)\b)(?P<how>\w+)(?= [.,?]|$| so | and | but | because )"
)
_POINTING = frozenset("it its they theyre that thats this you youre i im we were".split())  # noqa: SIM905
_OWN = frozenset("me my mine our us him his her them their".split())  # noqa: SIM905
_ONE_OF_IT = re.compile(r"\b(?:\d+|some|those|that|them|it)\b")
_CLAUSE = re.compile(r"[^.,?]+")
_CONNECTED = re.compile(
    r" (?=(?:and|but|so|because|cos|cause|since|then) (?:i|id|ill|im|ive|we|weve|well|were|he|hes"
    r"|she|shes|they|theyre|theyve|it|its"
    r"|thats"
    r"|my|our|you|can|could|let|please|just|no|the|1|2|a)\b)"
)
_LEAD = re.compile(
    r"(?:(?:and|but|so|because|cos|cause|since|well|oh|um|uh|sorry|hello|hi|yes|yeah|no|ok|okay|see"
    r"|as|you see|you know|mind you|like|ah|now|then|god|gosh|jeez|lord|honestly|man|actually"
    r"|listen) )*"
)


def hear_praise(line: Line, asides: Asides) -> None:
    """A dish that is praised is not ordered by that."""
    for match in (*_PRAISED.finditer(line.string), *_OPINION.finditer(line.string)):
        span = line.tokens_of(*match.span())
        if not asides.taken & set(span) and not _one_of_it(line, asides, span):
            asides.taken |= set(span)
    for match in _KIND_OF_HOUSE.finditer(line.string):
        span = line.tokens_of(*match.span())
        if not asides.taken & set(span):
            asides.taken |= set(span)
    for match in (*_LIKED.finditer(line.string), *_ADVISED.finditer(line.string)):
        span = line.tokens_of(*match.span())
        liked = line.mentioned(line.tokens_of(*match.span("what")))
        later = [m for m in line.mentions if m.start > span[-1]]
        if not asides.taken & set(span) and _kinds(liked) & _kinds(later):
            asides.taken |= set(span)


def _kinds(mentions: Sequence[Mention]) -> set[str]:
    return {i.category_id for m in mentions for i in m.items}


def hear_not_so(line: Line, asides: Asides) -> None:
    """What the menu has by that word is meant, so that the kitchen is told; else it is a reason."""
    for match in _NOT_SO.finditer(line.string):
        span = line.tokens_of(*match.span())
        if asides.taken & set(span):
            continue
        asides.taken |= set(span)
        if line.mentioned(line.tokens_of(*match.span("how"))):
            asides.notes.append(line.raw(span))


def _one_of_it(line: Line, asides: Asides, span: range) -> bool:
    """“I hear your wings are great, *so I'll have those*”: the praise says which is ordered."""
    rest = range(span[-1] + 1, len(line.heard))
    after = " ".join(line.heard[n].word for n in rest if n not in asides.taken)
    dish = any(m.start > span[-1] and m.items and m.whole for m in line.mentions)
    return (
        not dish and re.search(r"\b(?:1|\d+|some|those|that|them|it|that 1)\b", after) is not None
    )


# "He's a big eater", "my wife is such a fussy one": of somebody, whatever size the menu calls so.
_OF_SOMEBODY = re.compile(
    rf"(?:{_PERSON}|he|she|they|i|we) ?(?:s|is|was|are|were|m|am|re)"
    r" (?:(?:such|quite|really|a bit of|too) )*an? (?:\w+ ){1,3}\w+$"
)


def hear_tales(line: Line, asides: Asides) -> None:
    """Takes the clauses that order nothing, of what nothing else has understood."""
    for clause in _CLAUSE.finditer(line.string):
        start = clause.start()
        for part in _CONNECTED.split(clause[0]):
            span = line.tokens_of(start, start + len(part))
            start += len(part) + 1
            _hear_clause(line, asides, span)


# "My kid won't eat around a bone": why something else is wanted, whatever dish is called so.
_WONT_EAT = re.compile(
    rf"(?:{_PERSON}|he|she|they|i|we) (?:(?:just|really|simply) )*"
    r"(?:wont|dont|doesnt|never|cant|cannot|refuses to|refuse to) (?:even |really )?"
    r"(?:eats?|touch(?:es)?|go near|go for) .+"
)


def _hear_clause(line: Line, asides: Asides, span: range) -> None:
    left = [n for n in span if n not in asides.taken]
    words = " ".join(line.heard[n].word for n in left)
    said = words[_LEAD.match(words).end() :] if _LEAD.match(words) else words  # type: ignore[union-attr]
    room = _TO_THE_ROOM.match(said) is not None
    tale = _TALE.match(said) is not None and not (_WISHES.search(said) or _answers(said))
    tale = tale or (bool(left) and _is_reason(line, left, said))
    if not left or not (room or tale):
        return
    named = [m for m in line.mentions if m.start in left and _is_named(line, m)]
    if _OF_SOMEBODY.fullmatch(said):
        named = [m for m in named if m.items]
    dishes = [m for m in line.mentions if m.start in left and m.items and m.whole]
    if dishes and _WONT_EAT.fullmatch(said) and not _ordered_before(line, said, dishes):
        asides.taken |= set(left)
        return
    food = any(is_a_food_at_all(line.heard[n].word) for n in left)
    if named or food or _holds_note(line, asides, left):
        return
    asides.taken |= set(left)
    asides.told = True


def _ordered_before(line: Line, said: str, dishes: Sequence[Mention]) -> bool:
    """“I can't eat *the soup* after all”: of what was ordered, which is to go."""
    return any(m.start and is_to_go(line, m.start - 1, said) for m in dishes)


def _is_reason(line: Line, left: Sequence[int], said: str) -> bool:
    """“Only two shakes, *one of the girls doesn't want any*”: why there are so many, and no number
    of anything."""
    if _DROPPED_OUT.match(said):
        return True
    counted = _COUNTED.match(said)
    if counted is not None and not _WISHES.search(said, counted.end("who")):
        return True
    words = [t.word for t in line.heard]
    sentence = max((n for n in range(left[0]) if words[n] in (".", "?")), default=-1) + 1
    told = any(word.isdecimal() for word in words[sentence : left[0]])
    anew = any(word.isdecimal() for word in words[left[-1] + 1 :])  # "…, so three"
    reason = _WANTS_NONE.match(said) is not None and not said.startswith(_SPEAKING)
    return reason and told and not anew


_SPEAKING = ("i ", "we ", "you ", "it ", "that ", "they ")  # "they don't need any": dishes
MAX_ANSWER = 4  # words after the first: "I really don't think so"


def _answers(said: str) -> bool:
    """“It is *perfect*”, “I think *so*”: which may answer what was asked."""
    first, *rest = said.split()
    ends = len(rest) <= MAX_ANSWER and rest[-1:] in (["so"], ["not"])  # "I don't think so"
    return ends or (first in _POINTING and any(is_yes(word) for word in rest))


def _holds_note(line: Line, asides: Asides, left: list[int]) -> bool:
    """“My son likes it *extra crispy*”; "that's easy on my teeth" is of no dish, and what they "had
    to *cut*" is cut already."""
    spoken = [t.word for t in line.heard]
    notes = notes_in(spoken, line.mentions, asides.taken)
    to_come = {n for n in left if spoken[max(0, n - 2) : n] != ["had", "to"]}
    texts = [spoken[start:end] for start, end in notes.items() if start in to_come]
    return any(is_note(" ".join(text)) and not _OWN & set(text) for text in texts)


def _is_named(line: Line, mention: Mention) -> bool:
    """True where the menu has something of just that name, and of none that sounds alike."""
    words = {line.heard[n].word for n in range(mention.start, mention.end)}
    if mention.weak or not any(mention.holds(word) for word in words):
        return False
    if not (mention.whole and mention.items) and _of_a_thing(line, mention):
        return False
    return bool(mention.whole and mention.items) or any(r.coverage == 1 for r in mention.readings)


def _of_a_thing(line: Line, mention: Mention) -> bool:
    """“I'm in a *white* blouse”, “a *small* village”: said of what is on no menu."""
    before = line.heard[mention.start - 1].word if mention.start else ""
    after = line.heard[mention.end].word if mention.end < len(line.heard) else ""
    begins = any(m.start == mention.end for m in line.mentions)
    plain = after in COMMON | LIGHT or is_small_word(after) or is_a_food_at_all(after)
    return (
        before in ("a", "an", "my", "our", "his", "her")
        and after.isalpha()
        and not (begins or plain)
    )
