"""When the food is wanted: a time on the clock, so many minutes from now, another day."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from agent.asides.addresses import NAMED_STREET, STREETLIKE
from agent.asides.line import Line
from agent.asides.topics import Asides, Wanted

__all__ = ["hear_hour_again", "hear_some_time", "hear_time"]

_CLOCK = (
    r"(?:(?P<written>\d{1,2})[:.](?P<minutes>[0-5]\d)"
    r"|(?P<part>half|(?:a )?quarter|(?:5|10|20|25)(?: minutes)?) (?P<way>past|to) (?P<of>\d{1,2})"
    r"|half (?P<british>\d{1,2})|(?P<named>noon|midday|midnight)"
    r"|(?P<hour>\d{1,2})(?: (?P<spoken>[2-5]0 [1-9](?= |$)|[0-5]\d|oh \d))?)"
    r"(?: (?P<half>[ap](?: \.)? ?m)\b| (?P<oclock>oclock))?"
    r"(?: (?P<day>tonight|(?:this|in the) (?:morning|afternoon|evening)|at night|today)\b)?"
)
_LEAD = (
    r"(?:(?:(?:(?:ready|(?P<how>pick ?up|collection|delivery|delivered)|picked up) )?for|at|by"
    r"|before|after|until|till|(?:we|lets) say|how about|make (?:it|that)"
    r"|(?:change|move) (?:it|that) to"
    r"|(?<=order )(?:back )?to"
    r"|(?:time|pick ?up|collection|delivery) (?:back )?to) )?(?:(?:around|about) )?"
)
_AT = re.compile(
    rf"\b(?P<lead>{_LEAD}(?:(?P<between>between|from) )?)"
    rf"(?P<clock>(?<![:.\d]){_CLOCK})(?P<ish> ish)?"
    r"(?(between)(?: (?:and|to|till|until) \d{1,2}(?:[:.]\d\d| [0-5]\d)?(?: [ap]m)?)?)(?![:.]?\d)\b"
)
# A number alone is an hour after these, where nothing follows that it could count.
_HOUR_AFTER = re.compile(
    r"\b(?:at|by|around|before|after|between|from|(?:ready|pick ?up|picked up|collection|delivery"
    r"|delivered) for|(?:order|time|pick ?up|collection|delivery) (?:back )?to)"
    r" (?:about |around )?$"
)
_THEN = re.compile(
    r" [.,?]|$| (?:please|thanks|thank|then|tonight|today|if|and|for|my|its|under|with|instead|not"
    r"|ok|okay|thats|ill|i|can|could|or so)\b"
)
# "*Six thirty*, pickup", "collection, *half seven*": all of a clause, or with how it is had.
_HAD = r"(?:pick ?up|picking (?:it )?up|collection|collecting|delivery|take ?away|take ?out|to go)"
_FILLED = rf"(?:(?:um|uh|er|oh|so|well|yes|yeah|yep|ok|okay|and|then|for|please|{_HAD}) )*"
_OPENS = re.compile(rf"(?:^|(?<!\d) [.,?] ){_FILLED}$")
# "Collection, *seven*", "*seven*, pickup": an hour alone, and nothing else before it.
_BESIDE = re.compile(
    rf"{_FILLED}(?:{_HAD} (?:, )?(?P<last>\d{{1,2}})(?= [.,?]|$| please)"
    rf"|(?P<first>\d{{1,2}}) (?:, )?{_HAD}\b)"
)
_CLOSES = re.compile(
    rf" [.,?](?! \d)|$| (?:please|thanks|thank|tonight|today|then|(?:for )?{_HAD})\b"
)
# "Keep it at two": so many. "I ordered at six", "the game's on at eight": no wish.
_NO_WISH = re.compile(
    r"\b(?:leave|keep|hold|set|put|stays?|remains?)(?: (?:it|them|that|those))? (?:at|around) $"
    r"|\b(?:called|phoned|rang|ordered|placed|was|were|came|arrived|open|opens|close|closes|closed"
    r"|closing)(?: \w+){0,3} (?:at|around|about|by|from|until|till|before|after) (?:\w+ )?$"
    r"|\b(?:on|off|starts?|begins?) at $|\b(?:not|instead of|rather than) (?:at |for |by )?$"
)
_LOOSELY = ("between", "from", "before", "after")
# "Make it nine", "actually seven": of the time that was said last.
_CORRECTED = re.compile(
    r"^(?:(?:no|yes|yeah|yep|right|sorry|actually|wait|oh|oops|um|uh|well|better|rather|say"
    r"|lets say|i mean|or|at|for"
    r"|by|around|about|make (?:it|that)|change (?:it|that) to|can we (?:make it|do|say)|,|\.) )*"
    rf"{_CLOCK}(?: (?:instead|rather|please|then|thanks|is better|would be better|,|\.|\?"
    r"|ish|or so|should do|is fine|would be (?:good|great|fine)|not \d{1,2}(?: \d\d)?))*$"
)
_OF_THAT_HOUR = re.compile(r"\b(?P<part>half|(?:a )?quarter) (?P<way>past|to)(?= [.,?]|$| please)")
# "Half an hour later", "push it back by half an hour".
_SHIFTED = re.compile(
    r"\b(?P<back>back (?:by )?)?(?:about )?(?:(?P<n>\d{1,3}) (?:minutes?|mins?)"
    r"|(?P<half>half an hour)|(?:an|(?P<hours>\d)) (?:hours?|hrs?))"
    r"(?(back)| (?P<way>later|earlier|sooner)\b(?! (?:than(?! that)|today|on)))"
)
_FROM_NOW = re.compile(
    r"\b(?:in|within|make (?:it|that)(?: in)?) (?:about |around |like |roughly |maybe |say )?"
    r"(?P<long>(?P<n>\d{1,3}) (?:minutes?|mins?)|half an hour|3 quarters of an hour"
    r"|(?:an|(?P<hours>\d)) (?:hours?|hrs?)(?P<more> and a half)?"
    r"|(?P<halves>\d) and a half hours?)(?: time| from now)?\b"
    r"(?! (?:ago|later|earlier|sooner)\b)"
)
# "I'll come by *in ten*".
_COMING_IN = re.compile(
    r"(?<=(?:by |it |up ))in (?:about )?(?P<n>5|10|15|20|25|30|40|45)(?= [.,?]|$| or so| then)"
)
_NOW = re.compile(
    r"\b(?:asap|as soon as (?:possible|you can|it can be)|(?:right|straight) away|immediately"
    r"|when(?:ever)? (?:its|it is|that is|thats|you are|youre) (?:ready|done))\b"
)
_EVENING = re.compile(r"\b(?:tonight|this evening)\b")
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_PART = r"(?: (?:morning|noon|lunch|lunchtime|afternoon|evening|night))?"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_ORDINAL = r"(?: (?:st|nd|rd|th))?"
_DATE = rf"(?:(?:the )?\d{{1,2}}{_ORDINAL}(?: of)? {_MONTH}|{_MONTH} (?:the )?\d{{1,2}}{_ORDINAL})"
_OTHER_DAY = re.compile(
    r"\b(?:(?:for|on|by|until) )?(?P<day>(?:the )?day after tomorrow"
    rf"|(?<!try )(?<!call )(?<!back )(?<!again )(?<!is )tomorrow{_PART}"
    rf"|(?:(?<=for )|(?<=by )|(?<=on )|(?=next |coming ))(?:(?:next|this|coming|a) )*{_WEEKDAY}"
    rf"{_PART}|(?:(?<=for )|(?<=by )|(?<=on )){_DATE}"
    r"|next (?:week|weekend|month)|(?<=for )(?:the|this) weekend|in (?:\d+|a few) days|in a week)\b"
)
_LOOKING_BACK = re.compile(
    r"\b(?:was|were|had|did|got|came|ordered|ate|last|forgot|left|lost|bought)\b"
)
# "For tonight", with no hour: it is asked for. "For today" is now.
_SOME_TIME = re.compile(
    r"(?<!all )(?<!thats it )(?<!everything )(?<!done )"
    r"\b(?:for|(?:ready|delivered|collected|picked up|(?:pick|fetch|bring) it(?: up)?) (?:for )?"
    r"|(?=later (?:today|tonight|this)))(?: ?(?P<what>tonight|(?:later )?this (?:afternoon|evening)"
    r"|later(?: (?:on|today|tonight))?(?! (?:than|this))|lunch ?time|dinner ?time))\b"
)
_SOON = re.compile(r"\b(?:now|any ?time|whenever|soon|no rush|no hurry|right away|straight away)\b")
# What agrees beside an hour that is said again; and what asks for something else.
_YES = (
    r"(?:yes|yeah|yep|yup|ya|aye|sure|ok|okay|right|correct|perfect|great|good|fine|lovely|works)"
)
_OTHERWISE = re.compile(r"\b(?:make|but|change|no|not|actually|instead|rather|add|want|wait)\b")
# What a number is said with that is the hour again; a dish or its size would follow a count.
_SUITS = (
    r"(?= [.,?]|$| (?:is|its|it|thats|sounds|works|suits|will|should|good|great|fine|perfect"
    r"|lovely|ok|okay|please|thanks|thank|then|sharp)\b)"
)
_QUARTER, _HALF, _HOUR = 15, 30, 60  # minutes
_NOON = 12  # the hour up to which a clock shows each hour twice a day


def hear_hour_again(line: Line, asides: Asides, hour: int) -> None:
    """“Yep, *seven's* good”, “yes, *seven*, that's right”, to a read-back that ends in “ready at
    19:00”: the hour is said once more, and is no number of a dish."""
    said = line.string
    if not hour or asides.wanted is not None or _OTHERWISE.search(said):
        return
    match = re.search(rf"(?:^|[.,] |\b(?:{_YES}|at|for|by|is|its) ){hour}{_SUITS}", said)
    if match is not None and re.search(rf"\b{_YES}\b", said):
        asides.taken |= set(line.tokens_of(match.end() - len(str(hour)), match.end()))


def hear_some_time(line: Line, asides: Asides, *, asked: bool) -> None:
    """“For tonight”, where no hour was said with it; “now's fine”, where it was `asked` for."""
    if asides.wanted is not None:
        return
    match = _SOON.search(line.string) if asked else None
    if match is not None:
        asides.taken |= set(line.tokens_of(*match.span()))
        asides.wanted = Wanted(words=line.raw(line.tokens_of(*match.span())))
        return
    match = _SOME_TIME.search(line.string)
    if match is not None and _free(line, asides, line.tokens_of(*match.span())):
        asides.taken |= set(line.tokens_of(*match.span()))
        asides.some_time = line.raw(line.tokens_of(*match.span("what")))


def hear_time(line: Line, asides: Asides, *, corrects: bool, hours: Collection[int] = ()) -> None:
    """The time that was said last; what is looser than a time is noted as well. `corrects`: a time
    was the last thing that the caller told, so a number alone is another one; else it is one where
    it is among `hours`."""
    said = line.string
    days = () if _LOOKING_BACK.search(said) else _other_days(said)
    words: list[str] = []
    told = (*days, *_clocks(said, hours, corrects=corrects), *_from_now(said))
    for match, wanted in told:
        span = line.tokens_of(*match.span())
        if not _free(line, asides, span):
            continue
        asides.taken |= set(span) - _how_it_is_had(line, match)
        words.append(line.raw(span))
        day = asides.wanted.day if asides.wanted is not None else ""
        if wanted.twice and wanted.hour is not None and _EVENING.search(said):
            wanted = replace(wanted, hour=wanted.hour % _NOON + _NOON, twice=False)
        asides.wanted = replace(wanted, day=wanted.day or day)
        if match[0].startswith(_LOOSELY):
            denied = span[0] > 0 and line.heard[span[0] - 1].word == "not"
            asides.notes.append(f"Wanted {'not ' if denied else ''}{words[-1]}")
    if asides.wanted is not None:
        asides.wanted = replace(asides.wanted, words=" ".join(words))


def _how_it_is_had(line: Line, match: re.Match[str]) -> set[int]:
    """“*Pickup* for seven” tells more than the hour."""
    how = "how" in match.re.groupindex and match["how"]
    return set(line.tokens_of(*match.span("how"))) if how else set()


def _free(line: Line, asides: Asides, span: range) -> bool:
    """True where nothing else was understood of the words, and no dish begins or goes on there."""
    dishes = [range(m.start, m.end) for m in line.mentions if m.items]
    apart = all(set(dish) <= set(span) or not set(dish) & set(span) for dish in dishes)
    return apart and not set(span) & asides.taken


def _other_days(said: str) -> Iterator[tuple[re.Match[str], Wanted]]:
    for match in _OTHER_DAY.finditer(said):
        yield match, Wanted(day=match["day"])


def _clocks(
    said: str, hours: Collection[int], *, corrects: bool
) -> Iterator[tuple[re.Match[str], Wanted]]:
    whole = _CORRECTED.match(said)
    if whole is not None and not corrects:
        other = whole["half"] or whole["part"] or whole["british"] or whole["written"]
        whole = whole if hours and (other or _hour_of(whole) in hours) else None
    if whole is not None and (wanted := _time(whole)) is not None:
        yield whole, wanted
        return
    hour = 0
    for match in _AT.finditer(said):
        wanted = _time(match)
        if wanted is not None and _is_time(match, said):
            hour = _hour_of(match)
            yield match, wanted
    for match in _OF_THAT_HOUR.finditer(said) if hour else ():
        # "quarter to eight, no, *quarter past*"
        yield match, Wanted(*_parted(match["part"], match["way"], hour), twice=True)


def _is_time(match: re.Match[str], said: str) -> bool:
    """True where a time of day is said and wanted: "7 pm", "half past seven" wherever they stand,
    others after a word that leads to them."""
    before = said[: match.start("clock")]
    if _NO_WISH.search(before):
        return False
    if match["half"] or match["oclock"] or ":" in match["clock"]:
        return True
    if match["ish"] and match["lead"]:
        return True
    if match["part"]:
        return not match["part"][0].isdigit() or bool(match["lead"])
    if match["written"] or match["british"] or match["named"]:
        return bool(match["lead"]) or (not match["written"] and _alone(match, said))
    if match["spoken"] and _alone(match, said):
        return True
    beside = _BESIDE.match(said)
    if beside and match.start("clock") in (beside.start("last"), beside.start("first")):
        return 1 <= _hour_of(match) <= _NOON
    leads = bool(match["lead"]) if match["spoken"] else _HOUR_AFTER.search(before) is not None
    return leads and _THEN.match(said, match.end()) is not None


def _alone(match: re.Match[str], said: str) -> bool:
    """True where a time on a twelve-hour clock is all of its clause, and no house's number."""
    opens = _OPENS.search(said[: match.start()]) is not None
    closes = _CLOSES.match(said, match.end()) is not None
    on_clock = bool(match["named"]) or 1 <= _hour_of(match) <= _NOON
    street = STREETLIKE.search(said) or NAMED_STREET.search(said)
    return opens and closes and on_clock and street is None


def _hour_of(match: re.Match[str]) -> int:
    hours = ("written", "of", "british", "hour")
    return next((int(match[name]) for name in hours if match[name]), 0)


def _time(match: re.Match[str]) -> Wanted | None:
    """The time in a match of `_CLOCK`; None where no clock shows it."""
    hour, minute = _hour_of(match), 0
    if match["part"]:
        hour, minute = _parted(match["part"], match["way"], hour)
    elif match["british"]:
        minute = _HALF
    elif match["written"]:
        minute = int(match["minutes"])
    elif match["spoken"]:
        minute = sum(map(int, match["spoken"].removeprefix("oh ").split()))  # "forty five"
    if match["named"]:
        return Wanted(0 if match["named"] == "midnight" else _NOON)
    half = _half_of_day(match["half"] or "", match["day"] or "")
    if half and hour <= _NOON:
        return Wanted(hour % _NOON + _NOON * (half == "pm"), minute)
    if hour > 2 * _NOON:
        return None
    exact = (match["written"] or "").startswith("0") or not 1 <= hour <= _NOON
    return Wanted(hour % (2 * _NOON), minute, twice=not exact)


def _half_of_day(said: str, day: str) -> str:
    if said:
        return f"{said[0]}m"
    if "morning" in day:
        return "am"
    return "pm" if day and day != "today" else ""


def _parted(part: str, way: str, hour: int) -> tuple[int, int]:
    """“Quarter to eight” is 7:45."""
    named = _HALF if part == "half" else _QUARTER
    minute = int(part.split()[0]) if part[0].isdigit() else named
    return (hour, minute) if way == "past" else ((hour - 1) or _NOON, _HOUR - minute)


def _from_now(said: str) -> Iterator[tuple[re.Match[str], Wanted]]:
    for match in _FROM_NOW.finditer(said):
        yield match, Wanted(minutes=_minutes(match))
    for match in _COMING_IN.finditer(said):
        yield match, Wanted(minutes=int(match["n"]))
    for match in _NOW.finditer(said):
        yield match, Wanted()
    for match in _SHIFTED.finditer(said):
        long = int(match["n"]) if match["n"] else _HOUR * int(match["hours"] or 1)
        long = _HALF if match["half"] else long
        yield match, Wanted(shift=-long if match["way"] in ("earlier", "sooner") else long)


def _minutes(match: re.Match[str]) -> int:
    if match["n"]:
        return int(match["n"])
    if match["long"].startswith(("half", "3")):
        return _HALF if match["long"].startswith("half") else _HOUR - _QUARTER
    hours = int(match["halves"] or match["hours"] or 1)
    return hours * _HOUR + _HALF * bool(match["halves"] or match["more"])
