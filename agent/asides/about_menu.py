"""What is on the menu, what is in it, how it can be made and what it costs."""

from __future__ import annotations

import re

__all__ = [
    "ABOUT",
    "ASKED",
    "CALLED",
    "CONTENTS",
    "HAVE",
    "MAKING",
    "MENU",
    "OF_ANOTHER",
    "OPTIONS",
    "PREPARED",
    "PRICE",
    "PRICE_TOO",
    "SOMETHING",
    "WHICH",
]

_WHAT = r"(?:what|which|whats|wot)"
# "Do you folks *still* have", "do you *happen to* do": how it is asked, and no other question.
_EVER = r"(?:(?:still|also|even|ever|actually|usually|normally|happen to|by any chance) )*"
_HAVE = (
    rf"(?:do (?:you|yall|u) (?:(?:guys|folks|lot|all|people) )?{_EVER}"
    r"(?:have|do|sell|serve|offer|make|got|stock|carry)"
    rf"|have (?:you|yall|u) {_EVER}got|are (?:you|yall|u) (?:(?:guys|folks|lot|all) )?"
    r"(?:(?:still|also|even) )+(?:doing|selling|serving|offering|making)"
    r"|(?:you|yall|u)(?: guys| folks| lot| all)? (?:(?:still|even|ever|also) )+"
    r"(?:have|got|do|sell|serve|offer|make|carry)"
    r"|(?<!whatever )(?<!est )you got(?= [\w?])(?! (?:it|that|me|this|to|my|the name)\b)"
    r"|(?<!whatever )(?<!est )(?<!can )(?<!could )(?<!will )(?<!would )you have(?= [\w?])"
    r"(?! (?:to|my)\b)"
    r"|(?<!whatever )(?<!est )youve got(?= [\w?])(?! (?:to|my)\b))"
)
# "You do breakfast all day, right?"
_TAGGED = (
    r"\b(?:you|yall)(?: (?:guys|folks|lot|all|people))?(?: (?:still|also|even))*"
    r" (?:do|make|serve|sell|carry|have|got) [^.?,]+(?: ,)? (?:right|yeah|yes|huh|correct|no"
    r"|dont you|isnt it)(?= \?)"
)
# Who sells asks so much for it, or it goes for so much: "what's a pitcher *run* over there".
_COSTS = (
    r"(?:costs?|charge|charging|runs?(?= (?:me|us|you|over|there|these|now|at|for|with)\b| [.?]|$)"
    r"|running (?:me|us)|(?:go|goes|going|sell|sells|selling) for"
    r"|(?:set|sets|setting) (?:me|us) back)"
)
PRICE = re.compile(
    r"\b(?:whats|what is|what are|which is|which 1s|whichs|(?:which|what) \w+ (?:is|are))"
    r" (?:the |your )?(?:cheaper|cheapest|dearer|dearest|(?:more|most|least) expensive"
    r"|better value)\b|"
    r"\bhow much (?:is|are|was|were|does|do|did|for|would|s)\b|\b(?:whats|what is"
    r"|what are) the (?:price|cost)s?\b"
    r"|\bwhat costs?\b|\bprices? (?:of|for)\b"
    r"|\bhow much (?:will|ll|yall|you|ya|they|a|an|the|your|those|these)\b(?! time| long)"
    rf"|\b(?:whatcha|what(?:s|ll|d|re)?(?: (?:is|are|do|does|did|will|would|you|yall|they|a|the))*)"
    rf" (?:(?!(?:or|but|comes?)\b)\w+ ){{0,8}}?{_COSTS}\b"
)
OPTIONS = re.compile(
    rf"\b{_WHAT}(?: \w+){{0,3}} (?:sizes?|toppings?|extras?|options?|flavou?rs?"
    rf"|choices|dressings?|sauces?)\b"
    r"|\b(?:do|does|are|is) (?:it|they|there|that|you)(?: \w+){0,3} (?:different "
    r"|other )?(?:sizes|toppings|extras|options|flavou?rs|choices)\b"
    rf"|\b{_WHAT} (?:kinds?|types?|sorts?) of \w+(?: \w+){{1,6}}? (?:comes?|goe?s?|choose|pick)\b"
    r"|\bhow many (?:\w+ ){1,3}?(?:come|comes|are|do|does|is|in|on|for)\b"
    rf"|\b{_WHAT}(?: \w+){{0,3}} (?:come|comes|go|goes|get|included) (?:with|on|for)\b"
    rf"|\b{_WHAT}(?: \w+){{0,3}} (?:can (?:i|you|we)|(?:could|may|do|would) (?:i|we))(?: get to)?"
    r" (?:have|get|put|add|choose|pick|select)(?: (?:from|between|out of))?"
    r" (?:on|in|with|to|for)\b"
)
# What people say before they ask: "um, like, is the …".
LEAD = (
    r"(?:(?:so|and|ok|okay|but|yes|yeah|great|wait|sorry|like|um|uh|er|erm|hi|hello|hey|hmm|oh|no|well"
    r"|right|alright|actually|also|then|quick question|question|1 question|just curious|now|listen"
    r"|please|ooh|thanks|good|lovely)(?: ,)? )*"
)
# In a question of how something is made these are verbs, and no fries.
MAKING = frozenset(
    """
    fry fried fries cook cooked bake baked grill grilled roast roasted boil boiled steam steamed
    smoke smoked batter battered bread breaded toast toasted
    """.split()  # noqa: SIM905
)
_OF_A_DISH = (
    r"(?:(?:it|they|that|those|these|them|this|everything|anything)"
    r"|(?:the|your|my|his|her|our)(?: (?!i\b|you\b)\w+){1,4}?)"
)
_MAKING = (
    r"(?:fr(?:y|ied|ies)|cook(?:ed)?|bak(?:e|ed)|grill(?:ed)?|roast(?:ed)?|boil(?:ed)?|steam(?:ed)?"
    r"|prepar(?:e|ed)|marinat(?:e|ed)|season(?:ed)?|smok(?:e|ed)|simmer(?:ed)?|saut(?:e|eed)"
    r"|batter(?:ed)?|bread(?:ed)?|toast(?:ed)?)"
)
# How the kitchen makes a dish: "do y'all *fry* the strips in the same oil as the shrimp?", "are the
# greens *cooked* with bacon?", "is it the same *fryer*?".
PREPARED = re.compile(
    rf"\b(?:do|does|did) (?:you|yall|they|ya)(?: (?:guys|all|folks|still|also|ever|always))*"
    rf" {_MAKING} {_OF_A_DISH}(?! (?:yet|already)\b)"
    rf"|\b(?:are|is|was|were) {_OF_A_DISH}(?: (?:all|also|ever|still))* (?:{_MAKING}|made) "
    r"(?:with|in|on|using|from|the same|together|separately|next to)\b"
    r"|\b(?:in|with|from|share|shared?|sharing) (?:a |the )?(?:same|shared|1) "
    r"(?:oil|fryers?|grill|pan|fat|pot|oven)\b"
    r"|(?<!if )(?<!whether )\b(?:is|are|its|do|does)(?: \w+){0,4}?"
    r" (?:same|shared|separate|dedicated) (?:oil|fryers?|grill|pan|fat|kitchen)\b"
)
# What something is that the menu calls by this name: "what's that Alabama White, then?".
CALLED = re.compile(
    r"(?:^|(?<=[.,?] )|(?<=and )|(?<=but ))(?:so |and |ok |but |then |um |uh |oh |hmm |now )*"
    r"(?:whats|what is|what are|what exactly is)(?: (?:that|this|those|these|your|the|an?))?(?= )"
)
CONTENTS = re.compile(
    rf"\b{_WHAT}(?: (?:is|are|s|exactly|comes|goes))* (?:in|on|inside|with) (?:the"
    rf"|a|an|your|that|it)\b(?! menu)"
    r"|\b(?:whats|what is|what are) (?:a|an|the) (?!menu|special|price|total|wait"
    r"|soup|cheapest|best|biggest|largest|smallest|spiciest|hottest|most)|\bingredients?\b"
    rf"|(?:^|(?<=[.,?] )){LEAD}(?:is|are|does)"
    r" (?:the|your|that|it|they|this|those)\b(?! possible)(?! \d)"
    r"|(?:^|(?<=[.,?] ))(?:and |so |but )*do (?:the|your|those|these)"
    r" (?:\w+ ){1,4}?(?:have|come|contain|got|include|taste|need|use)\b[^.?]*(?=\?)"
    r"|\b(?:is|are) there (?:any |some )?(?:\w+ ){1,2}(?:in|on) "
    r"|\b(?:(?:that|it)s|(?:that|it) has|(?:they|those)(?:ve| have)) got (?:\w+ ){1,3}"
    r"in (?:it|them)(?= [^.?]*\?)"
    r"|\bdo (?:they|your|those)\b(?! call\b)|\btell me about\b"
    r"|\b(?:asking|asked|enquiring|inquiring|curious|a question) about (?:the|your|a|an)\b"
    r"|\b(?:tell me|know|wondering|wondered) (?:if|whether)"
    r" (?:the|your|that|it|there|theres|its|they|theyre|thats|yall)\b"
    r"|\bhow (?:sweet|salty|strong) (?:is|are)\b"
    r"|\b(?:do|does|did) (?:you|yall|they)(?: (?:guys|all|folks|ever|also))* (?:put|use|add)"
    r" (?!(?:that|it|them)\b)(?:\w+ ){1,4}?(?:in|on|into) (?:the|your|that|it|them|those)\b"
)
# A wish that leaves the choice to us: "just something with chicken, whatever's good".
SOMETHING = re.compile(
    r"\b(?:something|somethin|somethings?)(?: (?:nice|good|tasty|simple|else|hot|light|quick))?"
    r" (?:with|made with|using|that has|thats got) (?!it\b|that\b|them\b|this\b)\w+"
    r"(?:[^.?]*\b(?:whatever|whichever)[^.?]*)?"
)
MENU = re.compile(
    rf"\b{_WHAT}(?: \w+){{0,6}} {_HAVE}\b|\b{_WHAT}(?: \w+){{0,5}} (?:are there"
    rf"|is there|on the menu|on offer|available|can i (?:get|have|order)"
    rf"|could i (?:get|have))\b"
    r"|\b(?:whats|what is|what are) (?:on (?:the |your )?menu|your (?:menu|\w+s)"
    r"|the (?:menu|options|choices|specials?|soup))\b|\b(?:tell|give"
    r"|read) me (?:the |your )?(?:menu|options|choices)\b"
    r"|^(?:and |so |ok |hmm |um |well )*(?:what|which) (?!sizes|toppings|extras)\w+s(?= \?|$)"
    r"|^(?:and |so |ok |hmm |well )*what else(?= [?.]|$)"
    r"|\b(?:the|your|a) menu\b|\b(?:recommend|suggest)(?!ed)\w*\b"
    r"|\bwhats (?:(?:actually|really) )?(?:good"
    r"|popular|best|special|(?:the )?(?:most popular|best seller))\b|\bany specials?\b"
    r"|\bwhat would you\b|\b(?:which|what) (?:(?:1s?|ones) )?(?:(?:is|are) )?(?:the )?"
    r"(?:good|best|nicest|most popular)(?= [.,?]|$)"
    r"|\bwhat do (?:(?:most|other) )?(?:folks|people|others|customers|regulars|you)"
    r" (?:\w+ )?(?:like|love|get|order|go for)(?= [.,?]|$)"
)
_GOT_ANY = r"\bgot any\b(?! (?:\w+ ){1,3}in (?:it|them|that|those)\b)"  # that is about a dish
HAVE = re.compile(
    rf"\b{_HAVE}\b|{_TAGGED}|\b(?:is|are) there (?:any\w*|a|an|some)\b|{_GOT_ANY}|^(?:and |ok |so "
    r"|, )*(?:any(?:thing)?|something)\b.*\?"
    r"|\bdo (?:i|we) (?:want|need|fancy|get|also get)\b(?=[^.]*\?)"
)
# "Which pizzas are vegetarian?": what is true of a dish, and seldom stands on a menu.
WHICH = re.compile(
    r"(?:^|(?<=[.,?] ))(?:so |and |ok |but |hmm |um |well )*(?:which|what) "
    r"(?:(?!(?:i|we|you|it|that|they|size|im|id|ive|ill|weve|wed|were|well|he|she|hes|shes)\b)"
    r"\w+ ){1,3}(?:is|are|has|have|contains?|comes?)\b"
    r"(?! (?:on|there|available|left|out)\b)"
)
_REQUESTED = (
    r"(?![^?]*\b(?:ok|okay|possible|alright|all right|fine|can|could|may|chance|way|instead"
    r"|(?:i|we) (?:have|get|take|order|add|want))\b)"
)
# Any other question that names a dish: it is asked about, and not ordered.
ASKED = re.compile(
    r"(?:^|(?<=[.,?] )|(?<=but )|(?<=and )|(?<=so ))"
    r"(?:why|who|whos|whats|what|which|wheres|where|how|is|are|was|were|does|did|has|isnt|arent"
    rf"|wasnt|doesnt|didnt)\b(?! about\b| not\b| i said\b| i say\b| do you (?:say|call)\b"
    rf"| (?:is|was|are|were) (?:it|that|this|they|the name|the word) ,){_REQUESTED}[^.?]*\?"
    rf"|(?:^|(?<=[.,?] ))(?:why|who|whos) (?!not\b){_REQUESTED}[^.?,]*"
    r"|\b(?:i wonder|i was wondering|(?:can|could) you tell me|tell me|do you know)"
    r" (?:if|whether) (?!i\b|we\b|you\b)[^.?,]*"
    rf"|(?:^|(?<=[.,?] )){LEAD}(?:the|your)(?: (?!i\b|you\b|to\b)\w+){{1,4}}?"
    r" (?:has|have|hasnt|havent|is|are|comes?|does|doesnt)\b[^.?,]*(?: ,)?"
    r" (?:right|yeah|correct|huh|no) \?"
    r"|(?:^|(?<=[.,?] ))[^.,?]*\b(?:isnt|arent|doesnt|is not|are not) [^.,?]*"
    r" , (?:is|are|does|do) (?:it|they) \?"
)
# "What about the lasagne?", and nothing more: of a dish, which is not ordered by it.
ABOUT = re.compile(
    r"(?:^|(?<=[.,?] ))(?:so |and |ok |but |oh |well )*what about (?:the|your)"
    r"(?P<what>(?: \w+){1,5})(?= [?.]|$)"
)
# The same dish at another price: "and a large one?", "and with extra mushrooms?".
PRICE_TOO = re.compile(
    r"(?:^|(?<=[.?] ))(?:and|or|what about|how about|and what about|and how about)"
    r"(?: with| for)?\b[^.?]+\?$"
    r"|^(?:and )?(?:what|how) about [^.?]+$"
)
# Another dish, after a question about one: "and the sticks?", "the sticks?".
OF_ANOTHER = re.compile(
    r"(?<=[?,] )(?:(?P<also>(?:and|or|what about|how about|and what about|and how about) )"
    r"(?:for )?(?:the |an? |your |1 )?|(?:the|an?|your) )(?P<what>[^.?,]+)(?= [?])"
)
