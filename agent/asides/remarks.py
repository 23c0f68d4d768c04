"""Feelings and tales of meals long eaten, which ask for nothing."""

from __future__ import annotations

import re

from agent.asides.about_orders import BEFORE
from agent.asides.line import Line
from agent.asides.topics import Asides

__all__ = ["hear_remarks", "hear_thinking_aloud"]

# Feelings, which ask for nothing: "what a pity", "for god's sake".
_EXCLAIMED = re.compile(
    r"[^.?,]*\b(?:would|will|gonna|\w{2,}d|\w{2,}ll) kill (?:me|us|him|her)\b|"
    r"\b(?:what|such) an? (?:(?:real|great|terrible|bit of an?) )?(?P<what>\w+)"
    r"|\b(?:its|it is|thats|theyre|im) (?:way |far |just |a bit )*too \w+"
    r"|\b(?:only|just) \d+(?: ,)?(?: is it| is that| then| right| can i| may i| am i allowed)? [?]"
    r"|\bi thought (?:it|that|this|they) (?:was|were|is|cost|would be)\b[^.?,]*"
    r"|\band all(?= [.,?]|$)"  # "some of them wings *an' all*"
    r"|\bfor \w+ sake\b|\b(?:oh )?my (?:god|goodness|gosh|word)\b|\bmake it snappy\b"
    r"|\bbless (?:you|ya|him|her|them|it|us|(?:your|his|her|their) \w+)\b"
)


# "Just the two of us": how many will eat, and no number of a dish.
_PARTY = re.compile(
    r"\b(?:(?:its|it is|were|we are|theres|there is|there are) )?(?:just|only) (?:the )?\d+ of us\b"
    r"(?! (?:want|would|will|are|all|need|have|like|each|get))"
    r"(?: tonight| today| eating| here| for dinner| for lunch)*"
    r"|\b(?:were|we are) (?:just|only) \d+(?: people)?(?= [.,?]|$| tonight| today| now| here)"
)


# "Last week your chips were soggy": of a meal long eaten.
_EATEN = re.compile(
    rf"(?:\b{BEFORE} (?:, )?(?:the|my|our|your)|\byour) (?:\w+ ){{1,3}}?(?:was|were) "
    rf"(?:[^.?]*?)(?= [.?]|$)|\b{BEFORE} (?:, )?(?:you|they|u) (?:\w+ ){{0,2}}?"
    r"(?:sent|gave|brought|delivered|forgot|messed|screwed|burned|burnt|charged|sold|took|kept|left"
    r"|put|told|promised|swore|ruined|served|managed|lost|dropped|made (?=me|us)) "
    r"(?:[^.?]*?)(?= [.?]| , (?:so|but|and)\b|$)"
)


_THEY = r"(?:i|we|he|she|they|my (?:wife|husband|son|daughter|friend|mum|mom|dad))"
_ATE = r"(?:had|ordered|got|ate|tried|took|bought|was given|were given)"
# "I've had chips *every day this week*".
_OFTEN = (
    r"(?:(?:every (?:single )?(?:day|night|meal|lunch|week)|all (?:day|week|weekend|month)"
    r"|(?:\d|so many) (?:times|days|nights)(?: in a row| running)?)"
    r"(?: this (?:week|month)| lately)?"
    r"|this week|(?:for|at) (?:my )?(?:lunch|breakfast) (?:today|already)|too (?:much|many|often)"
    r" (?:lately|recently|this week))\b"
)
# "Yesterday I had the lasagne": told, and not ordered. "What I had last time" is ordered.
_HAD = re.compile(
    rf"\b{BEFORE} (?:, )?{_THEY} {_ATE} [^.?]*?(?= [.?]| , |$| (?:so|but|and|can|could|today) )"
    r"|(?<!what )(?<!same )(?<!as )(?<!that )(?<!thing )(?<!like )(?<!1 )(?<!stuff )(?<!order )"
    rf"\b{_THEY} {_ATE} (?:(?!(?:and|but|so|id|ill|want|like|as|usual|can|could)\b)\w+ ){{0,6}}?"
    rf"{BEFORE}\b"
    rf"|\b(?:{_THEY}|ive|weve|hes|shes|theyve)(?: have| has| already| just| been)*"
    rf" (?:{_ATE}|eaten|eating|having)"
    r" (?:(?!(?:but|so|id|ill|want|like|as|usual|can|could)\b)\w+ ){0,6}?"
    rf"{_OFTEN}"
)
# "Do I want a beer? No." asks and answers itself.
_ASKED_ITSELF = re.compile(
    r"\b(?:do|should|shall|would) (?:i|we) (?:want|need|like|have|get|fancy|take)\b[^.?]*[?.,]"
    r" (?:(?:hmm|um|uh|well|oh|erm) ,? ?)*(?:no|nah|nope|not really|maybe not|better not)"
    r"(?= [.,?]|$)"
)
# "You sound like you've got a cold": to whoever answers, and asked of no dish.
_SOUNDS_LIKE = re.compile(r"\byou sound (?:just |a bit |exactly )*(?:like|as if|as though) [^.?,]+")
# "*My father would say it's no stew* without dumplings": what somebody would make of it.
_WOULD_SAY = re.compile(
    r"\b(?:my \w+|he|she|they|people|everyone|everybody|some people)(?: here)? ?(?:would|d|ll|will)"
    r" (?:(?:always|only|just|probably|definitely) )*(?:say|argue|claim|insist|tell (?:me|you|us)"
    r"|call (?:it|that|this)) [^.?]*?(?= ,? ?(?:so|but|and) | [.?]|$)"
)
# "… and *I won't have another drink*": nothing comes in place of what is not to be had.
_NO_OTHER = re.compile(
    r"\b(?:and )?(?:i|we)(?: just)? (?:wont|will not)"
    r" (?:have|be having|bother with|be needing|need) (?:another|any(?:thing)?|1|a)\b[^.?,]*"
    r"|\b(?:i|we) (?:really )?(?:dont|do not|didnt) (?:want|need|order) another\b[^.?,]*"
)
# "We have chips at home", "I've gone veggie": how things are with the caller.
_AT_HOME = re.compile(
    r"(?:\b(?:\w+ ){1,2}(?:says?|said|reckons?|thinks?|tells? me)(?: that)? )?"
    r"\b(?:i|we|they|he|she|theres|there is|theyve|weve|ive) (?:\w+ ){1,6}?"
    r"(?:at home|in the fridge|in the freezer|in the house|left over|from yesterday)\b"
)
# "… because my lad can't do spicy", "my other half says no anchovies in the house": reasons.
_REASON = re.compile(
    r"\b(?:because|cos|coz) [^.?,]+"
    r"|\bmy (?:other|better) half\b(?: says? no [^.?,]+ in the house)?"
)
# "I was going to get the soup but …", "we normally have …, but tonight": what is not done today.
_NOT_TODAY = re.compile(
    r"(?<!what )(?<!as )(?<!like )\b(?:i|we) (?:(?:was|were) (?:going to|gonna|about to|thinking of"
    r"|thinking about)|(?:normally|usually|always|often|generally|mostly)"
    r" (?:get|have|order|take|go for)) [^.?]*?(?= ,? ?(?:but|tonight|today|this time)\b| [.?])"
    r"|\b(?:i|we|he|she|they) (?:really )?(?:dont|do not|doesnt|never)(?: really| even)?"
    r" (?:like|fancy|eat|do) [^.?,]+(?= , so\b| so\b)"
    r"|\bmy \w+ (?:had|tried|ate|got|loves?|loved|likes?|liked) (?:the|your) [^.?]*?(?= ,? ?but\b)"
    r"|\b(?:torn|deciding|choosing) between [^.?,]+"
    rf"|\b(?:i|we|my \w+) (?:had|got|tried|ate) [^.?,]*? {BEFORE}(?= [.,?]|$| and| but| so)"
)
# "We have enough bread", "the soup already has yuca", "it comes with fries anyway": what is so
# without any order, and mostly why something is not wanted.
_SO_ALREADY = re.compile(
    r"(?:\b(?:because|since|cos|cause|as) )?"
    r"\b(?:theres|there is|there are|(?:it|that|this|they|we|i|he|she|the \w+)"
    r"(?: has| have|ve|s)?(?: got)?(?: comes?)?(?: has| have)?)"
    r" (?:(?:has|have|had|got|comes?|with|there is|theres) )*(?:already|enough|plenty)\b"
    r"(?! (?:said|told|asked|ordered|gave|given|did|done|paid|know|knew|chose|picked|decided))"
    r"[^.?,]*"
)
_DIETS = r"(?:veggie|vegetarian|vegan|pescatarian|halal|kosher|gluten free|dairy free|keto)"
# "Sorry about that", "sorry for the noise": what was said before it stands as it was.
_APOLOGY = re.compile(
    r"\b(?:sorry|apologies|excuse me) (?:about|for) (?:that|this|it|all (?:that|this)|him|her|them"
    r"|(?:the|my|our|all the) (?:\w+ )?\w+)(?= [.,?]|$| so | then | and )"
)
# "Yes, and *thanks for taking care with the sesame*": what is thanked for is done.
_THANKED = re.compile(
    r"\b(?:thanks|thank you|cheers|appreciate it)(?: so much| very much| a lot)? for"
    r" (?!(?:pickup|pick up|delivery|collection|me)\b)[^.?,]+?"
    r"(?= [.?,]|$| (?:and |but |so )?(?:i|ill|id|we|can|could|may|let me|an?|\d+)\b)"
)
_ON_A_DIET = re.compile(
    r"\b(?:im|i am|ive|i have|were|we are|weve|shes|she is|hes|he is|theyre"
    r"|(?:my|our) \w+(?: is|(?<=s)))"
    r"(?: (?:gone|turned|become|going|now|all|both|an?|strictly|mostly|been))*"
    rf" {_DIETS}s?(?= [.,?]|$| now| so| and| these| but)"
)


# "Morning tea for the office", "I'm ringing for my tea": a meal, and no pot of it.
_MEAL = re.compile(
    r"(?<!\ba )(?<!\bthe )(?<!\d )\b(?:morning|afternoon) tea(?= for| at| to| today| tomorrow"
    r"| [.,?]|$)"
    r"|\bfor (?:my|our|their|his|her|the (?:kids|lads|girls|boys)) tea\b|\btea time\b"
)


def hear_thinking_aloud(line: Line, asides: Asides) -> None:
    """What the caller asks and refuses in one breath, what they had on another day, what they make
    of the voice they hear, and what somebody would say to it."""
    for thought in (_ASKED_ITSELF, _HAD, _SOUNDS_LIKE, _WOULD_SAY):
        for match in thought.finditer(line.string):
            asides.taken |= set(line.tokens_of(*match.span()))


def hear_remarks(line: Line, asides: Asides) -> None:
    """What is no wish is used up, unless a dish is named in it."""
    for match in _MEAL.finditer(line.string):
        span = line.tokens_of(*match.span())
        if not any(m.items and m.whole and m.end - m.start > 1 for m in line.mentioned(span)):
            asides.taken |= set(span)
    for match in _EXCLAIMED.finditer(line.string):
        span = line.tokens_of(*match.span())
        named = any(m.whole and m.items for m in line.mentioned(span))
        if not asides.taken & set(span) and not named:
            asides.taken |= set(span)
    tales = (_NO_OTHER, _EATEN, _PARTY, _AT_HOME, _REASON, _SO_ALREADY, _NOT_TODAY, _ON_A_DIET)
    for told in (*tales, _APOLOGY, _THANKED):
        for match in told.finditer(line.string):
            span = line.tokens_of(*match.span())
            if told is _APOLOGY and any(m.whole and m.items for m in line.mentioned(span)):
                continue  # "sorry about the coke, make it a sprite"
            if told is _EATEN or not asides.taken & set(span):
                asides.taken |= set(span)
