"""The house: how to pay, how long it takes, when it is open, where it is, what it offers."""

from __future__ import annotations

import re

__all__ = ["AREA", "DEALS", "DELIVERY", "DINE_IN", "HOURS", "PAYMENT", "TERMS", "WAIT", "WHERE"]

_MEANS = (
    r"(?:credit |debit |gift )?(?:cards?|cash|visa|mastercard|amex|american express|paypal"
    r"|apple pay|google pay|twint|contactless|ec card|girocard|cheques?|checks)"
)
PAYMENT = re.compile(
    rf"\b(?:do|can|could|will|would) (?:you|i|we) (?:guys )?(?:pay|take|accept|use)"
    rf" (?:by |with |in |via )?(?:a |an |my |your )?{_MEANS}\b"
    rf"|\bis {_MEANS} (?:ok|okay|fine|alright|all right|accepted|possible)\b"
    rf"|\bpay(?:ing)? (?:by|with|in|via) {_MEANS}\b|"
    r"\b(?:can|could|do|should|must|may) (?:i|we) (?:just )?pay\b(?! for\b)[^.?,]*"
    r"|\b(?:card|account) (?:number|details)\b[^.?]*|"
    r"\b(?:can|do|could|should|must|may) (?:i|you|we) (?:guys )?(?:pay|take|accept"
    r"|use)\b.*\b(?:card|cards|cash|visa|paypal|credit|now|online|contactless)\b"
    r"|\b(?:pay|paying) (?:by|with|in) (?:card|cash|credit|visa)\b|\bhow (?:do"
    r"|can) i pay\b"
)
WAIT = re.compile(
    r"\bhow (?:longs?|soon|quick|quickly|many minutes)\b|\b(?:whats|what is|hows|how is) the wait\b"
    r"|\b(?:is it|are you)(?: guys)? (?:very |really |quite )?busy\b"
    r"|\bwhen (?:will|can|would|is"
    r"|does|should|do i|could)\b|\bwhat time (?:will|can|would|should"
    r"|is it ready)\b|\b(?:wheres|where is) (?:my|our) (?:order|food)\b"
    r"|\bis (?:my|our) (?:order|food) (?:ready|done|on its way|coming)\b"
)
# Whoever it is that is open: "you folks", "y'all", "the kitchen".
_YOU = r"(?:(?:you|u|yall|ye)(?: (?:guys|folks|lot|all|people|lads|ladies|two))?)"
_PLACE = r"(?:(?:the|your) (?:kitchen|shop|restaurant|store|place|takeaway|cafe|bar|dining room))"
_TILL = r"(?:how (?:late|early)|(?:un)?till? (?:when|what time|how late)|what time)"
HOURS = re.compile(
    rf"\b(?:(?:are|do|{_TILL}) {_YOU}|you guys|(?:is|does|did) {_PLACE}"
    rf"|(?:when|{_TILL}|(?:what|which) days) (?:are|do|does|is|will)"
    rf" (?:{_YOU}|{_PLACE}|it|they|we|everything))"
    r" (?:(?:still|even|usually|normally|all|be) )*(?:open|clos|shut)\w*"
    rf"|\b(?:how late|(?:un)?till? (?:when|what time)) (?:are|do|can|will) (?:{_YOU}|{_PLACE}|i|we)"
    r" (?:\w+ )?(?:serv|order|tak|deliver|there|here)\w*"
    rf"|\b(?:when|{_TILL}) do {_YOU} (?:stop|finish)\b"
    r"|\b(?:opening|closing) (?:hours|times?)\b|\byour (?:business )?hours\b"
)
WHERE = re.compile(
    r"\bwhere (?:are you|is (?:it|the restaurant|your)|do i (?:pick|come|go"
    r"|collect)|exactly)\b|\b(?:whats|what is) (?:your"
    r"|the) (?:restaurant )?address\b|\byour address\b"
)
# What is agreed with the staff, and stands nowhere in the menu or the profile.
_FREE = r"(?:is there |do you (?:charge|have|take) |what is |whats )?(?:an? |any |the |your )?"
TERMS = re.compile(
    rf"\b{_FREE}(?:delivery|service) (?:fee|charge|cost|price)s?\b|\bcharge (?:\w+ )?for delivery\b"
    r"|\bhow much (?:is|for|does) (?:the )?delivery\b|\b(?:is (?:it|that|there) )?free delivery\b"
    r"|\bdelivery free\b"
    rf"|\b{_FREE}minimum (?:order|spend|for delivery|delivery)\b|\b{_FREE}order minimum\b"
    rf"|\b{_FREE}(?:parking|car ?park|wi ?fi|toilets?|restrooms?|high ?chairs?|outdoor seating"
    r"|loyalty (?:card|program\w*|scheme|points))\b"
    r"|\bwhen (?:will|do|would|are) (?:you|it|they) (?:have|get|be|getting) (?:it|them|that|any"
    r"|more|some|back)\b[^.?,]*"
    r"|\b(?:can|could|where (?:can|do|should)) (?:i|we|you) park\b"
    r"|\b(?:do|can) you (?:do |make |serve |sell )?(?:half|smaller|bigger|kids) portions\b"
    r"|\b(?:do you have (?:an? )?|have you got (?:an? )?|whats your |what is your )(?:web ?site|app"
    r"|email(?: address)?|phone number|instagram)\b|\bcan (?:i|we) (?:also )?order online\b"
    r"|\b(?:do you have|have you got) change for [^.,?]+"
    r"|\b(?:wheelchair|step free|dog friendly|dogs allowed)\b"
)
# Whether a place is within reach is known to nobody here.
AREA = re.compile(
    r"\b(?:do|would) (?:you|yall)(?: (?:guys|folks|lot))?(?: (?:also|even|actually|still))*"
    r" (?:deliver|bring (?:food|orders?|stuff)) (?:all the way )?"
    r"(?:to|in|out to|as far as|around)(?! (?:my|me|us|\d|the door)\b)[^.,?]*"
    r"|\bhow far (?:do|will|would|can) you (?:deliver|go)\b"
    r"|\b(?:what|which) areas? (?:do|will) you (?:deliver|cover)\b"
    r"|\bdelivery (?:area|radius|zone)\b"
)
# What costs less today, or for some.
DEALS = re.compile(
    r"\b(?:(?:do you (?:have|do|offer|give)|have you got|are there|is there|got|any|whats"
    r"|what are|what|run|running|your|the|todays|a|an|my|this|some|have|got|student|senior"
    r"|staff|lunch|special) )+"
    r"(?:deals?|coupons?|vouchers?|promos?|promotions?|promo codes?|voucher codes?|discounts?"
    r"|(?:special |meal )?offers?|happy hour|daily specials?|specials)\b"
    r"(?: (?:today|tonight|on|this week|at the moment|right now|for \d+ \w+(?: off)?|code))*"
)
DELIVERY = re.compile(
    r"\bdo you (?:guys )?(?:also |even |still )?(?:do )?deliver(?:y|ies)?\b(?! to \d)"
    r"|\bis (?:there )?delivery\b"
)
DINE_IN = re.compile(
    r"\b(?<!\bthe )(?<!\ba )(?<!\bmy )(?<!\bour )"
    r"(?:book(?! (?:it|that|this|them|me) (?:in|under|for|down|as)\b)|reserve|reservation"
    r"|booking)\b|\btable for\b"
    r"|\ba table (?:outside|inside|free)\b|\bfor here\b"
    r"|\b(?:eat|dine|dining|eating) (?:in|there|here)\b(?! the\b| my\b| a\b)"
)
