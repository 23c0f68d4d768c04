"""The house: how to pay, how long it takes, when it is open, where it is, what it offers."""

from __future__ import annotations

import re

__all__ = ["DELIVERY", "DINE_IN", "HOURS", "PAYMENT", "TERMS", "WAIT", "WHERE"]

PAYMENT = re.compile(
    r"\b(?:can|do|could|should|must|may) (?:i|you|we) (?:guys )?(?:pay|take|accept"
    r"|use)\b.*\b(?:card|cards|cash|visa|paypal|credit|now|online|contactless)\b"
    r"|\b(?:pay|paying) (?:by|with|in) (?:card|cash|credit|visa)\b|\bhow (?:do"
    r"|can) i pay\b"
)
WAIT = re.compile(
    r"\bhow (?:long|soon|quick|quickly|many minutes)\b|\bwhen (?:will|can|would|is"
    r"|does|should|do i|could)\b|\bwhat time (?:will|can|would|should"
    r"|is it ready)\b|\b(?:wheres|where is) (?:my|our) (?:order|food)\b"
    r"|\bis (?:my|our) (?:order|food) (?:ready|done|on its way|coming)\b"
)
HOURS = re.compile(
    r"\b(?:are you|you guys|when do you|what time do you|how late are you"
    r"|till when are you|until when are you|when are you|do you|what days are you"
    r"|which days are you) (?:still )?(?:open|close"
    r"|closed|closing)\w*\b|\bopening (?:hours|times)\b|\byour hours\b"
)
WHERE = re.compile(
    r"\bwhere (?:are you|is (?:it|the restaurant|your)|do i (?:pick|come|go"
    r"|collect)|exactly)\b|\b(?:whats|what is) (?:your"
    r"|the) (?:restaurant )?address\b|\byour address\b"
)
# What is agreed with the staff, and stands nowhere in the menu or the profile.
TERMS = re.compile(
    r"\b(?:delivery|service) (?:fee|charge|cost|price)s?\b|\bcharge (?:\w+ )?for delivery\b"
    r"|\bhow much (?:is|for|does) (?:the )?delivery\b|\bfree delivery\b|\bdelivery free\b"
    r"|\bminimum (?:order|spend|for delivery|delivery)\b|\border minimum\b"
)
DELIVERY = re.compile(
    r"\bdo you (?:guys )?(?:also |even )?(?:do )?deliver(?:y|ies)?\b(?! to \d)"
    r"|\bis (?:there )?delivery\b"
)
DINE_IN = re.compile(
    r"\b(?:book|reserve|reservation|booking)\b|\btable for\b|\b(?:eat|dine|dining"
    r"|eating) (?:in|there|here)\b(?! the\b| my\b| a\b)|\bfor here\b"
)
