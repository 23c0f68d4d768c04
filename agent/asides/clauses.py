"""Where a clause begins, and where it ends or goes on to something else."""

from __future__ import annotations

__all__ = ["BEGINS", "REST"]

BEGINS = r"(?:^|(?<=[.,?] )|(?<=\band )|(?<=\bbut )|(?<=\bso )|(?<=\byes )|(?<=\bplease ))"
# "… and *that's all*", "… and *a coke*".
_ELSE = (
    r"(?: and| but| so| ,)*"
    r" (?:thats (?:all|it|everything)|can (?:i|you|we)|could (?:i|you|we)|i (?:want|need|would|will"
    r"|also)|id|ill|my names?|the name|names?|thanks|thank|cheers|please|for (?:pick|collection)"
    r"|(?<=and )(?:an?|some|\d+|add|make|put|give me|get me))\b"
)
REST = rf"(?:(?!{_ELSE})[^.,?])*(?<! and)"  # the words up to there
