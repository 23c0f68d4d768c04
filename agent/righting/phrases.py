"""What people say around the names when they put an order right. Knows nothing of menus.

The patterns are matched at the beginning of a clause, over folded words: "one" is `1`, an
apostrophe is nothing.
"""

from __future__ import annotations

import re

__all__ = [
    "ASKS_OFF",
    "BELONGS",
    "BOUNDS",
    "COMPLAINS",
    "COUNTED_ON",
    "DETERMINERS",
    "EXTRA",
    "IN_ALL",
    "IT_IS",
    "LEADS",
    "LIMITS",
    "MAKES_IT",
    "MORE",
    "NEITHER_OF",
    "NOT_SO_MANY",
    "NOT_WANTED",
    "ODD",
    "OWN",
    "PART_OF",
    "PROTESTS",
    "REASON",
    "SAID",
    "SERVED",
    "STILL_ON",
    "TAILS",
    "TAKES_OFF",
    "THERE",
    "TWICE",
    "UNASKED",
    "UNWANTED_IT",
]

# What a clause may begin with, and says nothing of the order.
LEADS = frozenset(
    """
    no nah nope oh hey wait listen look ok okay well yes yeah yep um uh er ah eh hmm honey hon mate
    pal man sir maam love darling dear sweetie sugar boss and but so now then please can could will
    would you i said sorry actually also hang hold on whoa no_no right jesus god lord hello hi
    we need to want like gonna just ill let me mean meant
    """.split()  # noqa: SIM905
)
# What ends a name, and may part two of them.
BOUNDS = frozenset([",", "and", "or", "nor", "but", "so", "then"])
DETERMINERS = frozenset(
    "the that those this these them my our your his her any a an some both all".split()  # noqa: SIM905
)
# What is more than was wanted: "the *extra* chai", "that *odd* samosa".
EXTRA = frozenset(
    """
    extra extras odd loose spare additional separate duplicate stray surplus unwanted random
    """.split()  # noqa: SIM905
)
ODD = frozenset(["odd", "stray", "random", "loose"])
MORE = frozenset(["another", "more"])
SERVED = frozenset("side sides order bowl cup portion plate helping serving".split())  # noqa: SIM905

_STILL = r"(?: (?:still|got|put|have|already|now|down|even|showing|reading|added))*"
# "You've got two naans on there", "why's there two", "I'm at three": what stands and should not.
THERE = re.compile(
    rf"(?:youve|you have|you got|you put|you added|youre showing|theres|there is|there are|there"
    rf"|whys there|why is there|why are there|why have you got|why do you have|why have i got"
    rf"|why do i have|how come theres|how come there are|i see|i hear|i heard|ive got|i have"
    rf"|im at|thats|that is|it says|you still got|you still have|you){_STILL}\b"
)
COMPLAINS = re.compile(r"(?:why|whys|how come)\b")
# "You've *still* got the tea on there", "there's still a tea".
STILL_ON = re.compile(r"(?:\w+ ){0,3}still\b")
TAKES_OFF = re.compile(
    r"(?:take|get|knock|pull|strike|scratch|remove|delete|cancel|drop|lose|leave off|leave out|cut"
    r"|scrap|kill|ditch|nix)(?: rid of| off| out| away)?(?: just| only)?\b"
)
UNASKED = re.compile(
    r"(?:(?:i|we) )?(?:just |really )?(?:dont|do not|didnt|did not|never|shouldnt)"
    r"(?: even| actually| really| ever)? (?:want|need|ask for|asked for|order|ordered|say|said|be"
    r"|have)\b"
)
# "I don't want that", "take it off": of what was named just before.
UNWANTED_IT = re.compile(
    r"(?:(?:i|we) )?(?:just |really )?(?:(?:dont|do not|didnt|did not|never)(?: even| really)?"
    r" (?:want|need|ask for|asked for|order|ordered)(?: (?:that|it|those|them|that 1|any of that))"
    r"|(?:take|get|knock|leave) (?:that|it|those|them|that 1) (?:off|out|away)"
    r"|(?:get rid of|remove|delete|drop|lose|cancel) (?:that|it|those|them|that 1))"
    r"(?: off| either| neither| at all| please| though| there| on there)*(?= ,| and| but| then|$)"
)
IT_IS = re.compile(r"(?:its|it is|it was)\b")
# What sets a number: "*just* the one", "*I only want* two", "*leave just* the four".
LIMITS = re.compile(
    r"(?:its |it is |thats |it should be |should be |there should be |there should only be"
    r"|it should |there should |should |they should |i should have "
    r"|make it |make that |keep |leave |leave me |leave it at |leave me with |i want |i wanted "
    r"|i need |i said |i ordered |i asked for |we want |id like )?\s?(?:just|only)"
    r"(?: want(?:ed)?| wants| need(?:ed)?| ordered| asked for| said| leave| keep| have| had| be)?\b"
    r"|(?:i|we) (?:just|only) (?:want(?:ed)?|need(?:ed)?|ordered|asked for|said)\b"
    r"|(?:leave|leave me with|leave it at)\b"
)
# "Have you taken the chai off?", "is the extra slaw off or not?": of what is to be heard again.
ASKS_OFF = re.compile(
    r"(?:(?:have|did|has) you(?: got| get)? (?:take|taken|took|get|got|removed?|fix|fixed)"
    r"|(?:is|are)(?= .*\b(?:off|gone|still on)\b))\b.*"
)
# "Not the pakora and not the saag".
NEITHER_OF = re.compile(r"(?:i said )?(?:not|no) (?:the|any)\b")
MAKES_IT = re.compile(
    r"(?:make it|make that|it should be|that should be|there should be|should be|its|it is|i want"
    r"|(?:i|we) (?:said|ordered|asked for|wanted|meant))\b"
)
# "No, *I said* eight rolls": what was heard wrong.
PROTESTS = frozenset(["no", "nope", "nah", "no_no", "listen", "wait"])
SAID = re.compile(r"(?:i|we) (?:said|ordered|asked for|wanted|meant)\b|(?:it|that) should be\b")
# "*There should be* three bhunas": of all that stand, however each is made.
IN_ALL = re.compile(r"there (?:should|ought to|are supposed to|were supposed to) (?:only )?be\b")
COUNTED_ON = re.compile(r"(?:altogether|all together|in total|total|in all|all told|only)\b")
# "Four samosas, *not five*".
NOT_SO_MANY = re.compile(
    r"(?:, )?(?:(?:mate|love|pal|honey|hon|please) , )?(?:and )?not (?P<n>\d+)\b"
)
# Why there are to be fewer: "…, *one of the girls doesn't want any*".
REASON = re.compile(
    r", (?:(?:because|cause|since|as) )?(?:1 of|the|my|our|he|she|they|hes|shes|theyre|somebody"
    r"|someone)\b.*\b(?:doesnt|dont|isnt|arent|cant|wont|didnt|not|left|cancelled|changed)\b"
)
# Somebody of whom it is said that he wants none.
NOT_WANTED = re.compile(
    r"(?!i |we )\w+ (?:doesnt|does not|isnt|no longer|wont)(?: even| really)?"
    r" (?:wants?|needs?|have|having|coming|eating)\b(?: (?:1|any|it|that|his|hers))?"
)
TWICE = re.compile(
    r"(?:(?:is|are|s|on|in|there|down|it|put|the order) )*(?:twice|2 times|double)(?: over)?\b"
    r"(?! (?:\d|oh?\b|bag))"  # "call me on 07 double five", "double bag it"
)
OWN = re.compile(
    r"(?:on (?:its|their) own|by (?:itself|themselves)|separately|separate|on the side|apart)\b"
)
# What follows a name and belongs to it: "… on there, please".
TAILS = re.compile(
    r"(?:off|out|away|please|either|neither|at all|now|again|mate|too|still|there|down|though"
    r"|on (?:there|it|that|the order|my order|the list|the bill)|in (?:there|it|that|the order)"
    r"|of (?:it|that|there)|from (?:it|that|there|the order)"
    r"|(?:that )?(?:i|we) (?:didnt|did not|never) (?:want|ask for|asked for|order|ordered|say))"
    r"(?= |$)"
)
# "… that comes with the plate", "… on the plate".
PART_OF = re.compile(
    r"(?:, )?(?:that |which |what )?(?:s |comes? |goes? |is |are |already )*(?:with|on|in|inside)"
    r" (?:it|that|them|the|my|this|his|her)\b"
)
BELONGS = re.compile(
    r"(?:are|is|was|were|go|goes|come|comes|belong|belongs|should be|should go|supposed to be)"
    r"(?: supposed to be| meant to be| to be| all| both)?"
    r"(?: the (?:1|1s|ones) (?:that|which) (?:comes?|goes?|is|are))?"
    r" (?:in|with|on|to|part of|included in|included with|for)\b"
)
