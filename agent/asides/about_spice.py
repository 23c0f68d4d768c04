"""How spicy a dish is, and whether it can be made milder: asked, and nothing is ordered by it."""

from __future__ import annotations

import re

from agent.asides.about_menu import LEAD

__all__ = ["MADE_SO", "SPICE"]

_I_ASK = (
    r"(?:(?:im|i am|i was|ive been|i)(?: just| only)* (?:asking|wondering|wondered|asked"
    r"|want to know|wanted to know|wanna know)|id (?:just )?like to know"
    r"|(?:can |could )?(?:you )?tell me|do you know)"
)
_SO_HOT = (
    r"(?:(?:very|really|too|super|that|so|quite|pretty|all that|extra|actually|supposed to be) )*"
    r"(?:spicy|hot|mild|fiery)"
    r"(?: (?:at all|or (?:not|mild|hot|spicy|anything|no)|normally|usually|though|then|by default"
    r"|on its own))*"
)
_IT = r"(?:(?!(?:ok|okay|possible|make|made|get|have|fine|there|can|could|with|or)\b)\w+ ){1,6}?"
# "How spicy is it?", "is the vindaloo very hot?", "I just want to know if it's spicy".
SPICE = re.compile(
    rf"(?:{_I_ASK} )?\bhow (?:spicy|hot|mild|fiery)"
    r" (?:is|are|does|do|would|it|they|that|its|theyre)(?: \w+)*?(?= [.,?]|$)"
    rf"|(?:^|(?<=[.,?] )|(?<=and )|(?<=but )){LEAD}(?:is|are|isnt|arent) {_IT}{_SO_HOT}(?= [.,?]|$)"
    rf"|(?:{_I_ASK} )?\b(?:if|whether) (?:its|theyre|thats|{_IT}(?:is|are)) {_SO_HOT}(?= [.,?]|$)"
)
# "Can you make it mild?", of a dish that is only talked of.
MADE_SO = re.compile(
    r"\b(?:can|could|would|will|do) (?:you|i|we|they|it|that|yall)"
    r"(?: (?:guys|also|still|be|get|have|make|made|do|done|come|order|cook|cooked|it|that|them|1))*"
    r" (?:(?:not|less|more|extra|very|too|so|a|bit|little) )*"
    r"(?:spicy|mild|milder|medium|hot|hotter|spice)(?: (?:at all|instead|for me|then))*"
    r"(?= [.?]|$| , )(?! , (?:please|thanks))"
)
