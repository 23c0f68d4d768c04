"""The small words between the dishes, by what they do: add, take out, agree, hesitate."""

from __future__ import annotations

from enum import Enum, auto

__all__ = [
    "CONTAINERS",
    "DECLINED",
    "DISLIKED",
    "LONGEST",
    "OF_DISHES",
    "SERVED_WITH",
    "SMALL_WORDS",
    "UNCHANGED",
    "Kind",
]


class Kind(Enum):
    NUMBER = auto()
    ARTICLE = auto()  # a, an
    SOME = auto()  # some, a few: a number left open
    THE = auto()
    MENTION = auto()
    GROUP = auto()  # for the sides: what the options that follow are of
    WORD = auto()  # an unknown word
    COMMA = auto()
    STOP = auto()  # the end of a sentence
    AND = auto()
    ALSO = auto()
    MORE = auto()  # another, two more
    WITH = auto()
    WITHOUT = auto()
    EXTRA = auto()
    NOTE = auto()  # well done, cut in half
    HALF = auto()
    BOTH = auto()  # both, all of them, each
    OTHER = auto()  # the other one, the rest
    ORDINAL = auto()
    IT = auto()
    SAME = auto()  # the same again
    OF = auto()  # of them, of the
    TO = auto()
    WANT = auto()
    ADD = auto()
    MAKE = auto()
    REMOVE = auto()
    SCRATCH = auto()  # scratch that
    DOUBLE = auto()  # double that: as many again
    CHANGE = auto()
    INSTEAD = auto()
    INSTEAD_OF = auto()
    FIX = auto()  # actually, wait, sorry
    MEANT = auto()
    JUST = auto()
    NOT = auto()
    NO = auto()
    YES = auto()
    DOUBT = auto()
    BE = auto()  # should be: what was named becomes something
    CHATTER = auto()  # no worries: heard, and nothing is done


_PHRASES: dict[Kind, str] = {
    Kind.ARTICLE: "a|an",
    Kind.SOME: (
        "some|a few|few|several|any|bit of|a bit of|a little bit of|a portion of|portion of"
        "|a number of|a bunch of|quite a few"
    ),
    Kind.THE: "the|my|our|your|his|her|their|mine|hers",
    Kind.AND: (
        "and|plus|then|n|as well as|along with|together with|and then|and also|followed by"
        "|tsaka|at saka|aur|oraz"
    ),
    Kind.ALSO: (
        "also|too|as well|on top of that|besides|in addition|1 more thing|another thing"
        "|1 last thing|1 other thing|before i forget|i forgot|i almost forgot|while youre at it"
        "|before you place it"
    ),
    Kind.MORE: "another|more|additional|another 1",
    Kind.WITH: (
        "with|wit|w|including|topped with|having|has|but with|and with|leave the|leave on the"
        "|leave in the|keep the|keep"
    ),
    Kind.WITHOUT: (
        "without|no|hold|hold the|minus|with no|but no|but without|not any|leave off|leave out"
        "|without any|no more|dont put|dont add|do not put|exclude|excluding|except"
        "|dont put any|dont put any of that|dont put any of the|dont put any of your|dont give me"
        "|dont give me any|dont give me that|dont give me any of that|dont give me none of that"
        "|except for|and no"
        "|free of|skip|skip the|with 0|everything but|everything except|everything on it but"
        "|everything on it except|with everything but|with everything except|all but|the works but"
        "|the works except|the works minus|everything minus|everything apart from|apart from"
        "|left out|left off|taken out|taken off|removed|omitted|none of that"
        "|none of the|none of your|it shouldnt have|it should not have|it shouldnt have any"
        "|it isnt supposed to have|it wasnt supposed to have|it doesnt get|it doesnt want"
    ),
    Kind.EXTRA: (
        "extra|lots of|plenty of|a lot of|with extra|double portion of|with lots of"
        "|loads of|with loads of|tons of|heaps of|with plenty of"
    ),
    Kind.HALF: "half",
    Kind.BOTH: (
        "both|both of them|both of those|both of these|all of them|all of those|all of these|each"
        "|of each|each of them|each 1|every 1|all|they|everything|both 1s|2 of them both|all the"
        "|on either|on either of them|on either 1|in either|in either of them|for either"
        "|for either of them|on neither|neither|neither of them|neither 1|on any of them"
        "|in any of them|for any of them|the lot|on the lot|for the lot|all of it|on all of it"
        "|for all of it|in all of it|on everything|in everything|anywhere|on all|for all"
    ),
    Kind.OTHER: "the other 1|other 1|the other|the others|others|the rest|the remaining|other",
    Kind.IT: "it|that|this|them|those|these|that 1|this 1",
    Kind.SAME: (
        "the same again|same again|the same|exactly the same|the exact same|the very same"
        "|identical|the same 1|the same thing|same thing|1 of the same"
        "|the same for|same for|another of the same|of the same|more of the same|same way"
        "|the same way|made the same|made the same way|done the same|done the same way"
        "|cooked the same|cooked the same way|just like the first 1|just like the other 1"
        "|like the first 1|like the other 1|just like that 1|just like the first|like the other"
        "|same on it|the same on it|same thing on it|the same thing on it|same on that"
        "|the same on that|same things on it|the same things on it|made like the first 1"
        "|made just like the first|made just like the first 1|made like that 1"
        "|made like the other 1"
    ),
    Kind.OF: "of them|of those|of these|of the|of my|of it|of em",
    Kind.TO: (
        "to|into|onto|on|in|from|off|for|by|as|on to|to the|on the|from the|off the|in the"
        "|for the|into the|with the"
    ),
    Kind.WANT: (
        "i want|id like|i would like|can i get|can i have|could i get|could i have"
        "|may i have|give me"
        "|gimme|ill have|ill take|ill get|let me get|let me have|get me|we want"
        "|wed like|well have"
        "|well take|i need|we need|order|to order|make me|how about|what about"
        "|can we get|can we have"
        "|lets get|lets have|i will have|i will take|could we have|could we get|i wanna"
        "|like to order|pre order|to pre order|preorder"
        "|lets go with|lets go for|well go with|well go for"
        "|id love|ill go for|ill go with|i go for|like to have|like to get|can you do"
        "|could you do|can you have|could you have|will you have|would you have"
        "|can i do|could i do|can we do|could we do|ill do|well do|let me do|i could do"
        "|im having|were having|hes having|shes having|theyre having|is having|are having"
        "|can i order|we would like|we will have|send me|i wanted|bring me|want|would like|like"
        "|shell have|hell have|theyll have|shell take|hell take|theyll take"
    ),
    Kind.ADD: (
        "add|put|include|throw in|throw on|stick|stick on|put on|add on|dont forget|do not forget"
        "|added|added on|added in|thrown in"
        "|you forgot|you forgot about|you missed|you missed off|you left off|you left out"
        "|youre missing|you are missing|youve missed|youve forgotten|you didnt get the"
        "|you didnt get my|you didnt add|you didnt add the|you didnt put in"
        "|dont you forget|dont you dare forget|dont forget about|dont leave out|dont skip"
    ),
    Kind.MAKE: "make|lets make|lets do|turn|have|do|can you make|could you make",
    Kind.REMOVE: (
        "kill|can we get rid of|can you get rid of|could you get rid of|i didnt order"
        "|i didnt want|i didnt ask for|i didnt say|i never ordered|i never asked for|i never said"
        "|we didnt order|i changed my mind about|changed my mind about"
        "|ive changed my mind about|scrap|nix|leave out"
        "|take off|remove|cancel|delete|drop|lose|forget|forget about|forget the|scratch|take out"
        "|take away|get rid of|i dont want|dont want|i do not want|dont need|i dont need"
        "|i dont want to order|i do not want to order|we dont want to order|dont want to order"
        "|knock off|no longer want|we dont want|we dont need|strike|cut out|ditch|i gave up"
        "|gave up|given up|ive given up|gone off|ive gone off|doesnt want|does not want"
        "|doesnt need|no longer wants|dont want any"
    ),
    Kind.SCRATCH: (
        "not that|not that 1|take it off|take that off|take them off|take that 1 off"
        "|leave it off|leave that off|leave them off|leave it out|leave that out|leave them out"
        "|can go|has to go|have to go|needs to go|isnt needed|is not needed"
    ),
    Kind.DOUBLE: "double that|double it|double them|double those|double the|double my",
    Kind.CHANGE: (
        "change|switch|swap|replace|trade|exchange|substitute|sub|convert|bump|bump up|round the"
        "|increase|raise|up the"
    ),
    Kind.INSTEAD: "instead|rather",
    Kind.INSTEAD_OF: (
        "instead of|instead of the|rather than|rather than the|in place of|than|than the"
    ),
    Kind.FIX: (
        "actually|wait|no wait|wait no|sorry|oops|hang on|hold on|correction|my mistake"
        "|my bad|whoops"
        "|on second thought|on second thoughts|i changed my mind|ive changed my mind"
        "|changed my mind"
        "|or actually|or no|or wait|or rather|or maybe|no actually|actually no"
        "|actually wait|well actually|no sorry|oh wait|oh no|oh sorry|no no"
        "|come to think of it"
    ),
    Kind.MEANT: (
        "i meant|i mean|i said|meant|i asked for|i ordered|i did say|no i meant|no i said"
        "|it was|its supposed to be"
    ),
    Kind.JUST: "just|only|i just want|i only want",
    Kind.NOT: "not|not the|not a|did i say|did i say the|did i say a|i didnt mean",
    Kind.YES: (
        "yes|yeah|yep|yup|ya|aye|sure|correct|right|exactly|perfect|ok|okay|alright|great"
        "|fine|good|sounds good|sounds great|go ahead|go on|go on then|please do|place it"
        "|place the order|do it|confirm|confirmed|absolutely|definitely|of course|thats right"
        "|thats correct|that is correct|that is right|all right|mhm|uh huh|lovely|yes please"
        "|indeed|affirmative|si|ja|oui|parfait|genau|perfetto|perfecto|certo|claro|vale"
        "|va bene|daccord|stimmt|sure thing|spot on|bang on|you bet|too right|thats the 1"
        "|brilliant|yes sir|yes maam|cool|splendid|looks good|all good|thats good|thats fine"
        "|thats great|thats perfect|that sounds good|that sounds great|that works"
        "|works for me|send it|submit it|you got it|why not|go for it|fantastic|awesome"
        "|wonderful|it is|by all means|happy with that|submit|im happy with that"
        "|were happy with that|hundred percent|100 percent|totally|certainly|naturally|righto"
        "|you may|you can|yessir|mm hmm|roger|10 4|amen|super|grand|id like that|i would|i do"
        "|please place it|put it through|book it|excellent|yea|yeh|yah|yas|yess|ye|okey|okie"
        "|okey dokey|uhuh|mm hm|mmhm|thats it yes|all correct|everything is correct"
        "|everything is right"
        "|very good|please place the order|sweet|sound|magic|tidy|champion|smashing|cracking|ace"
        "|belting|lush|sorted|bingo|deal|is good|is ok|is right|is correct|this is right"
        "|this is correct|this is good|very well|fair enough|fine by me|good by me|good to go"
        "|lets do it|lets do that|lets go|do that|ring it up|lock it in|punch it in|for sure"
        "|wrap it up|ring me up|ring us up|ring that up|total it up|close it out|box it up"
        "|bag it up"
        "|opo|sige|evet|tamam|haan|aiwa|jawohl|sim"
        "|thatll work|that will work|thatd work|thatll be fine|that will be fine|thatll be great"
        "|thatd be great|that would be great|that would be lovely|thatll be perfect"
        "|make it so|as you say|so be it|roger that|you know it|thats mine|thats me|it does"
        "|that does|true|sweet as|sounds right|sounds about right|sounds perfect|sounds lovely"
        "|looks right"
    ),
    Kind.NO: (
        "nope|nah|never mind|nevermind|not yet|thats wrong|thats not right|thats not correct"
        r"|that is wrong"
        "|that is not right"
        "|that isnt right|thats not it|wrong|incorrect|dont|do not|dont place it"
        "|do not place it|never|no way"
        "|not correct|not right|thats incorrect|dont order|isnt right|isnt correct|not quite|stop"
    ),
    Kind.BE: (
        "should be|should both be|should all be|has to be|have to be|needs to be|must be|to be"
        "|should have been|was supposed to be|were supposed to be|was meant to be|were meant to be"
        "|is supposed to be|is meant to be|ought to be|gonna be|is gonna be|are gonna be"
        "|going to be|is going to be|are going to be"
    ),
    Kind.CHATTER: (
        "whats wrong with you|what is wrong with you|whats wrong with you people|whats wrong|"
        "if i didnt say that|if i didnt say so|in case i didnt say|in case i didnt say that"
        "|if i didnt mention it|if i didnt mention that|in case i didnt mention it"
        "|if i havent said|if i havent said that|if i forgot to say|if i forgot to say that|"
        "if thats an option|if that is an option|if its an option|if thats a thing"
        "|with nothing|with nothing on it|with nothing else|"
        "like i said|as i said|like i told you|as i told you|like i say|as i say|"
        "this time|this time around|for a change|for once|"
        "whatsit|thingy|thingummy|whatchamacallit|thingamajig|doodah|what do you call it"
        "|what do you call them|whats it called|what is it called"
        "|how do you say|how do you say it"
        "|on the side|on top|on the top|no worries|no problem|no problems|not a problem|no rush"
        "|no hurry|no idea|whatever you got|whatever youve got|whatever you have"
        "|whatever you have got|whatever there is|whatever youve got there"
        "|no offence|no offense|no doubt|no matter|not at all|not to worry|nothing fancy"
        "|nothing special|too many|too much|after all|at all|all the same|all in all"
        "|thanks a million|thanks a lot|thanks a bunch|thanks a ton|a 1000 thanks"
        "|a million thanks|no relation|no bother|no sweat|no fuss|no big deal|no trouble"
        "|no kidding|no joke|no pressure|no drama|no stress|cant make it|wont make it"
        "|couldnt make it|didnt make it|isnt going to make it"
    ),
    Kind.DOUBT: (
        "maybe|i dont know|dont know|not sure|im not sure|let me think|hmm|hm|hmmm|i guess"
        "|perhaps|possibly|one moment"
        "|1 moment|1 second|a moment|give me a second|give me a moment|a minute"
        "|1 minute|just a second"
        "|just a moment|but|think about it|think it over|have a think|sleep on it"
    ),
}

# What food comes in: "a *can of* root beer" is a root beer, where cans are not to be chosen.
CONTAINERS = frozenset(
    """
    bag basket bottle bowl box bucket can carton cup dish glass helping jar jug mug order pack
    packet piece plate portion pot punnet serving side slice tin tray tub
    """.split()  # noqa: SIM905
)

# What takes out a dish that is named after it, and elsewhere is talk: "never mind the bet".
_OF_DISHES = (
    "never mind|never mind about|dont bother with|no need for|not having|im not having|wont have"
    "|were not having|i wont have|wont be having|i wont be having|we wont be having|knock"
)
# "I don't think *I'll manage the soup*": who cannot eat what was ordered wants it off.
_CANNOT = [
    f"{they}{cant}" for they in ("i ", "we ", "") for cant in ("wont", "cant", "couldnt", "cannot")
]
_DOUBTED = [
    f"{they} {doubt} {who}{can}"
    for they in ("i", "we")
    for doubt in ("dont think", "doubt")
    for who in ("i", "we")
    for can in ("ll", " will", " can", " could", "d", "")
]
_BETTER_NOT = ("rather not", "better not", "best not", "would rather not")
_GOING_TO = ("going to", "gonna")
_NOT_MANAGED = [
    f"{who} {verb}"
    for who in (*_CANNOT, *_DOUBTED)
    for verb in ("manage", "eat", "finish", "need", "want", "be wanting", "be needing", "be eating")
] + [f"{who} have" for who in _CANNOT]
# "*I won't risk the korma* then", "I'd rather not have the soup": thought over, and not ordered.
_NOT_RISKED = [
    f"{who} {verb}"
    for who in (
        *(f"{they}wont" for they in ("i ", "we ", "")),
        *(f"{they}dont {want}" for they in ("i ", "we ", "") for want in ("want to", "wanna")),
        *(f"{they} {better}" for they in ("id", "i", "wed", "i had") for better in _BETTER_NOT),
        *(f"{they} not {going}" for they in ("im", "i am", "were") for going in _GOING_TO),
    )
    for verb in ("risk", "chance", "take a chance on", "take the risk of", "go for", "go with",
                 "bother with", "take", "try", "get", "have", "be having", "be getting",
                 "be ordering")
] + [f"{who}not risking" for who in ("im ", "i am ", "were ", "")]  # fmt: skip
# What is not wanted, where the dish can be had without it: "I hate onions".
_DISLIKED = (
    "hate|hates|i hate|he hates|she hates|cant stand|i cant stand|not a fan of|im not a fan of"
    "|not keen on|not into|dont like|i dont like|doesnt like|not big on|allergic to|wont touch"
    "|wont eat|doesnt eat|dont eat|i dont eat|wouldnt touch|never eats"
)
# "As a side, slaw": what leads in what a dish is served with. Elsewhere it says nothing more.
_SERVED_WITH = (
    "as a side|as sides|as side|as the side|as the sides|as my side|as my sides|for a side"
    "|for sides|for the side|for the sides|for my side|for my sides|for side|on the side|side dish"
    "|as a side dish|as side dishes|as side dish|for the side dish|my sides are|the sides are"
    "|sides are|my sides will be|with sides|with sides of|with a side of|with the sides"
)
# “Make it a large, *everything else the same*”: what is told of a line that is not to be changed.
UNCHANGED = (
    frozenset(
        f"{all_} {same}"
        for all_ in ("everything else", "all else", "the rest", "otherwise")
        for same in ("the same", "is the same", "stays the same", "stays", "same", "as it was")
    )
    | {
        f"{keep} {all_}"
        for keep in ("keep", "leave")
        for all_ in ("everything else", "all else", "the rest")
    }
    | {"same otherwise", "the same otherwise", "same thing otherwise", "the same thing otherwise"}
)
_STRIKING = (
    "scratch|scrap|forget|forget about|cancel|strike|remove|delete|drop|lose|bin|ditch|nix|kill"
    "|axe|get rid of|leave out|leave off|undo|never mind"
)
SMALL_WORDS: dict[tuple[str, ...], Kind] = {
    tuple(phrase.split()): kind
    for kind, phrases in _PHRASES.items()
    for phrase in phrases.split("|")
} | {
    tuple(f"{verb} {it}".split()): Kind.SCRATCH
    for verb in _STRIKING.split("|")
    for it in ("that", "it", "them", "those", "that 1", "that last 1", "the last 1")
}
OF_DISHES = {
    tuple(f"{verb}{the}".split())
    for verb in (*_OF_DISHES.split("|"), *_NOT_MANAGED, *_NOT_RISKED)
    for the in ("", " the", " my", " that")
}
# What is turned down may never have been ordered.
DECLINED = {tuple(f"{verb}{the}".split()) for verb in _NOT_RISKED for the in ("", " the")} | {
    phrase for phrase in SMALL_WORDS if phrase[-2:] == ("to", "order") and "want" in phrase
}
DISLIKED = {
    tuple(f"{hates}{the}".split()) for hates in _DISLIKED.split("|") for the in ("", " the")
}
SERVED_WITH = frozenset(tuple(phrase.split()) for phrase in _SERVED_WITH.split("|"))
SMALL_WORDS |= dict.fromkeys(SERVED_WITH, Kind.CHATTER)
SMALL_WORDS |= dict.fromkeys((tuple(words.split()) for words in UNCHANGED), Kind.CHATTER)
SMALL_WORDS |= dict.fromkeys(OF_DISHES - SMALL_WORDS.keys(), Kind.REMOVE)
SMALL_WORDS |= dict.fromkeys(DISLIKED - SMALL_WORDS.keys(), Kind.WITHOUT)
LONGEST = max(len(words) for words in SMALL_WORDS)
