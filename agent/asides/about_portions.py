"""How big a dish is, and whether it is enough."""

from __future__ import annotations

import re

__all__ = ["SIZE"]

_HOW_MANY = r"(?:\d+|a|an|the|us|me|all|both|everyone|everybody|each|my|our|him|her|them)"
_FEEDS = (
    r"(?:feeds?|serves?|stretch(?:es)? to|go(?:es)? (?:round|around)|do for|is (?:that|it) for)"
)
# Where a question begins: "my husband *is* saying four is not enough" is none.
_ASKS = r"(?:^|(?<=[.,?] )|(?<=\band )|(?<=\bbut )|(?<=\bso )|(?<=\bum )|(?<=\bor )|(?<=\bwell ))"
_PORTIONS = r"(?:portions?|servings?|helpings?|plates?|bowls?|1s?|size|meals?)"
SIZE = re.compile(
    r"\bhow (?:big|large|small|wide|tall|heavy|filling|generous|substantial|much food)\b"
    r"(?! a (?:group|party)\b)"
    rf"|\bhow many (?:people|persons|folks|of us|kids|adults|mouths|does|do|will|would)\b"
    rf"(?: \w+)*? {_FEEDS}\b(?: for)?"
    r"|\bhow many (?:bones|pieces|ribs|slices|ounces|grams|grammes|inches|oz|wings|pounds)"
    r" (?:is|are) (?:that|it|there|they|those|in)\b"
    rf"|{_ASKS}(?:is|are|will|would|wont|isnt|arent|does|do|can)(?! you\b)(?: (?!you\b)\w+){{1,6}}?"
    rf" (?:(?:big |large )?enough|plenty|sufficient)(?: food)?"
    rf"(?: (?:for|to feed|to fill) {_HOW_MANY}\b|(?= [.,?]|$| do you| d))"
    rf"|\b(?:will|would|does|do|can)(?! you\b)(?: (?!you\b)\w+){{1,5}}? {_FEEDS} {_HOW_MANY}\b"
    rf"|\b(?:is|are)(?: \w+){{1,4}}? (?:big|large|small|generous|decent|good sized?) {_PORTIONS}\b"
    r"(?=[^.]*\?)|\b(?:is|are) (?:it|that|they|those|these|the(?: \w+){1,3})"
    r" (?:very |quite |really |pretty )?(?:big|large|small|filling|generous|huge|tiny)(?= [.,?]|$)"
    r"|\b(?:about|ask|asked|mean) (?:about )?the sizes? of (?:it|them|that)\b"
)
