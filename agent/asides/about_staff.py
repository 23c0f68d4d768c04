"""Who answers, and the people behind: a robot? may I speak to somebody, leave a message?"""

from __future__ import annotations

import re

__all__ = ["COMPLAINT", "MESSAGE", "PERSON", "ROBOT", "WHO"]

_SOMEONE = (
    r"(?:person|human|someone|somebody|manager|owner|staff|boss|people|operator|representative"
    r"|employee|waiter|colleague|real)"
)
_MACHINE = r"(?:robot|bot|machine|computer|ai|human|real|person|recording|automated|artificial)"
ROBOT = re.compile(
    rf"\b(?:are|r) (?:you|u) (?:actually |really |just |like )?(?:a |an )?(?:real "
    rf"|actual )?{_MACHINE}\b"
    rf"|\b(?:am i|is this|are we) (?:talking |speaking )?(?:to |with )?(?:a "
    rf"|an )?(?:real )?{_MACHINE}\b"
)
# "Hello, is that Lou's?", "is this the hair salon?": whom they have called.
WHO = re.compile(
    r"^(?:(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening)|oh|um|yes|yeah|sorry|,|\.) )+"
    r"is (?:this|that) (?!with\b|a\b|for\b|on\b|in\b|still\b|the (?:price|total|one)\b)[^.,?]+"
    r"|\bis (?:this|that|it) (?:the |a )?(?:right |wrong )?(?:\w+ ){0,2}(?:number|restaurant|place"
    r"|shop|salon|pizzeria|takeaway|clinic|office|surgery|bank|hotel|garage)(?= [.,?]|$)"
    r"|\bhave i (?:reached|called|got through to|got the right)\b[^.,?]*"
    r"|\b(?:did i (?:reach|call)|am i (?:through to|calling))\b[^.,?]*"
    r"|\b(?:whos|who is|who are|who am i) (?:this|there|you|(?:talking|speaking) (?:to|with))\b"
    r"|\bwhat (?:restaurant|place|number) is this\b"
)
_THEM = (
    r"(?:(?:the |your )?(?:boss|owner|manager|management|staff|team|waiter|waitress|kitchen|office"
    r"|lady|gentleman|person in charge)|somebody|someone|anybody|anyone|them|1 of (?:you|them))"
)
_LOST = r"(?:left|forgot|lost|forgotten|dropped|leave|misplaced)"
_NO_ORDER = r"(?!(?:\w+ )?(?:order|food|delivery|meal|receipt|drinks?|sauces?)\b)"
# What is lost nowhere in the house: "I lost *a bet* in the office".
_NO_THING = (
    r"(?!(?:an?|my|our|his|her) (?:\w+ )?(?:bets?|wager|games?|match|race|fight|vote|argument|job"
    r"|tooth|tournament|toss|temper|mind|voice|way|sleep|weight|friend|husband|wife|patience|signal)\b)"
)
_THERE = (
    r"(?:at|in|on|under|underneath|beside|behind|by|near|after|during|inside|next to|over|with you"
    r"|there|yesterday|earlier|today|tonight|last night|this (?:morning|afternoon|evening)"
    r"|the other (?:day|night))"
)
MESSAGE = re.compile(
    r"\b(?:leave|take|pass on|record) (?:you |them |him |her )?(?:a|my|this) message\b"
    r"|\b(?:call|ring|phone) (?:me|us) back\b"
    r"|\b(?:get|give me|have) a call ?back\b|\ba callback\b"
    rf"|\b(?:i|we|my \w+)(?: think i| think we| must have| may have| might have| have|ve| mustve"
    rf"| couldve| could have| think)? {_LOST} {_NO_ORDER}{_NO_THING}"
    rf"(?:my|our|a|an|his|her) (?:\w+ ){{1,4}}?{_THERE}\b"
    r"|\b(?:did|has|have) (?:anyone|anybody|someone|somebody|you(?: guys| lot)?|they|the staff)"
    r"(?: happened? to)? (?:find|found|see|seen|hand(?:ed)? in|turn(?:ed)? in|come across)"
    rf" {_NO_ORDER}(?:my|our|an?|any|some) \w+|\blost property\b|\blost and found\b"
    r"|\btell (?:the |your )?chef(?= that| i| we| it| thank)"
    r"|\b(?:tell|let) (?:the |your )?(?:boss|owner|manager|staff|team|waiter|waitress)"
    r"(?: know)?\b"
    rf"|\b(?:ask|get) {_THEM} (?:to (?:call|ring|phone|have a look|look|check|contact|email"
    rf"|get back"
    rf"|get in touch)|(?:if|whether) {_NO_ORDER}(?:they|anyone|anybody|you|he|she|somebody"
    rf"|someone))\b"
    rf"|\bhave {_THEM} (?:call|ring|phone|contact|get back to) (?:me|us)\b"
)
PERSON = re.compile(
    rf"\b(?:speak|talk|chat)(?:ing)? (?:to|with) (?:a |an |the |your "
    rf"|some )?(?:real |actual |live )?{_SOMEONE}\b"
    rf"|\b(?:real|actual|live) (?:person|human)\b|\btransfer me\b|\bput me through\b"
    r"|\b(?:someone|somebody|anyone|person|human) (?:that |who )?(?:i|we) (?:can|could|may)"
    r" (?:talk|speak)\b"
    rf"|\b(?:get|give) me (?:a |the |your )?(?:person|human|manager|owner|operator)\b"
    r"|^(?:(?:hello|hi|please|just|i want|i need|id like|get me|give me|no) )*(?:an? |the |your )?"
    r"(?:(?:real |actual )?(?:person|human)|operator|agent|representative|attendant|manager|staff"
    r"|someone|somebody|customer service)(?: please| now)*(?= [.?,]|$)"
    r"|\b(?:is|are) there (?:anyone|anybody|someone|somebody|a person|a human|people)\b"
    r"(?= .*\b(?:talk|speak)\b)"
    r"|\b(?:anyone|anybody|someone|somebody)(?: there| else| here)* (?:i|we) (?:can|could|may)"
    r" (?:talk|speak)\b|\bcustomer (?:service|support)\b"
)
# Something went wrong with an order or a visit: for the staff, who can put it right.
COMPLAINT = re.compile(
    r"\b(?:never|not|didnt|hasnt|havent|did not|has not|still hasnt) (?:yet )?"
    r"(?:arrived?|come|came|turned up|showed up|been delivered)\b(?! with)"
    r"|\b(?:still )?waiting for (?:my|our) (?:food|order|delivery|pizza|meal)\b"
    r"|\b(?:hairs?|glass|plastic|a fly|bug|insect|mou?ld|worm)\b(?= (?:in|on) (?:my|our|the) )"
    r"|\b(?:my|our) money back\b|\brefund(?:ed)?\b|\bfood poisoning\b"
    r"|\b(?:my|our|the) (?:\w+ ){1,3}(?:was|were|came|arrived)(?: \w+)?"
    r" (?:cold|raw|burnt|burned|soggy|undercooked|stale|spoiled|disgusting|inedible|missing|late"
    r"|wrong)\b"
    r"|\b(?:got|sent|delivered|gave)(?: me| us)? (?:the )?wrong (?:order|food|pizza|thing|dish)\b"
    r"|\b(?:have|make|got) a complaint\b|\bto complain\b"
)
