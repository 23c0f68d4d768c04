"""Callers who would rule the machine, or scold it."""

from __future__ import annotations

import re

__all__ = ["MISCHIEF", "RUDE"]

MISCHIEF = re.compile(
    r"\b(?:ignore|forget|disregard|override|bypass) (?:all |your |the |any "
    r"|previous |prior "
    r"|above |my |these |those )*(?:instruction|rule|prompt|programming|polic|guideline)\w*"
    r"|\bsystem prompt\b|\byou are now\b|\bnew instructions?\b|\b(?:developer"
    r"|admin|debug|god)"
    r" mode\b|\bjailbreak\w*|\bpretend (?:to be|you|that|im|i am|this)\b"
    r"|\b(?:set|make|change) (?:the |all )?(?:price|prices|total|cost)\b"
    r"|\b(?:as|im|i am) (?:the |an? )?(?:owner|admin\w*|manager|developer|ceo)\b"
    r"|\b(?:everything|all|it|that|food|order|prices?|pizzas?) (?:is|are|be"
    r"|should be|must be"
    r"|will be|costs?) (?:for )?(?:free|0|nothing|1 (?:cent|euro|dollar)s?)\b"
    r"|\bcharge me (?:nothing|0|only)\b"
    r"|\b\d+ (?:percent|%) (?:off|discount)\b|\bgive me a discount\b"
)
RUDE = re.compile(
    r"\b(?:fuck\w*|shit|idiot\w*|stupid|moron\w*|bitch\w*|asshole\w*|bastard\w*|crap"
    r"|damn|useless|dumb)\b"
)
