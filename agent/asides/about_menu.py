"""What is on the menu, what is in it, how it can be made and what it costs."""

from __future__ import annotations

import re

__all__ = ["CONTENTS", "HAVE", "MENU", "OPTIONS", "PRICE"]

_WHAT = r"(?:what|which|whats|wot)"
_HAVE = (
    r"(?:do you (?:guys )?(?:have|do|sell|serve|offer|make|got)|have you got"
    r"|you got(?! (?:it|that|me|this)\b)|you have|youve got)"
)
PRICE = re.compile(
    r"\b(?:whats|what is|which is|which 1 is|which 1s|whichs) (?:the )?(?:cheaper|cheapest|dearer"
    r"|more expensive|better value)\b|"
    r"\bhow much (?:is|are|does|do|for|would|s)\b|\b(?:whats|what is"
    r"|what are) the (?:price|cost)s?\b"
    r"|\bwhat costs?\b|\bprices? (?:of|for)\b|\bwhat (?:does|do) .*\bcost\b"
)
OPTIONS = re.compile(
    rf"\b{_WHAT}(?: \w+){{0,3}} (?:sizes?|toppings?|extras?|options?|flavou?rs?"
    rf"|choices|dressings?|sauces?)\b"
    r"|\b(?:do|does|are|is) (?:it|they|there|that|you)(?: \w+){0,3} (?:different "
    r"|other )?(?:sizes|toppings|extras|options|flavou?rs|choices)\b"
    r"|\bhow many (?:\w+ ){1,3}?(?:come|comes|are|do|does|is|in|on|for)\b"
    rf"|\b{_WHAT}(?: \w+){{0,3}} (?:come|comes|go|goes|get|included) (?:with|on|for)\b"
    r"|\bwhat(?: \w+){0,3} can (?:i|you|we) (?:have|get|put|add|choose)"
    r" (?:on|in|with|to|for)\b"
)
CONTENTS = re.compile(
    rf"\b{_WHAT}(?: (?:is|are|s|exactly|comes|goes))* (?:in|on|inside|with) (?:the"
    rf"|a|an|your|that|it)\b(?! menu)"
    r"|\b(?:whats|what is|what are) (?:a|an|the) (?!menu|special|price|total|wait"
    r"|soup|cheapest|best|biggest|largest|smallest|spiciest|hottest|most)|\bingredients?\b"
    r"|(?:^|(?<=[.,] ))(?:so |and |ok |but )?(?:is|are|does)"
    r" (?:the|your|that|it|they|this|those)\b(?! possible)"
    r"|\b(?:is|are) there (?:any |some )?(?:\w+ ){1,2}(?:in|on) "
    r"|\bdo (?:they|your|those)\b|\btell me about\b"
    r"|\b(?:tell me|know|wondering|wondered) (?:if|whether) (?:the|your|that|it|there)\b"
    r"|\bhow (?:spicy|big|large|hot) (?:is"
    r"|are)\b"
)
MENU = re.compile(
    rf"\b{_WHAT}(?: \w+){{0,6}} {_HAVE}\b|\b{_WHAT}(?: \w+){{0,5}} (?:are there"
    rf"|is there|on the menu|on offer|available|can i (?:get|have|order)"
    rf"|could i (?:get|have))\b"
    r"|\b(?:whats|what is|what are) (?:on (?:the |your )?menu|your (?:menu|\w+s)"
    r"|the (?:menu|options|choices|specials?|soup))\b|\b(?:tell|give"
    r"|read) me (?:the |your )?(?:menu|options|choices)\b"
    r"|\b(?:the|your|a) menu\b|\b(?:recommend|suggest)(?!ed)\w*\b|\bwhats (?:good"
    r"|popular|best|special)\b|\bany specials?\b|\bwhat would you\b"
)
HAVE = re.compile(
    rf"\b{_HAVE}\b|\b(?:is|are) there (?:any\w*|a|an|some)\b|\bgot any\b|^(?:and |ok |so "
    rf"|, )*any\b.*\?"
)
