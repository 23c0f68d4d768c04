"""Who calls whom, from what the SIP bridge says of a call: pure.

LiveKit's bridge puts it on the caller's participant as attributes. The restaurant is looked for in
this order, and the first number that a restaurant has is the one that was called:

1. `panbot.business`, set by the dispatch rule: the restaurant itself
2. the numbers of the `Diversion` header (RFC 5806): the restaurant's own line that was forwarded to
   us, the latest diversion first
3. `sip.trunkPhoneNumber`, the number of ours that was called
4. the `To` header

A number that cannot be read as one is left out, and nobody's number is ever guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

import msgspec
import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

__all__ = [
    "BUSINESS_ATTRIBUTE",
    "CALL_ID",
    "CALL_STATUS",
    "DIVERSION_ATTRIBUTE",
    "DIVERSION_HEADER",
    "Arrival",
    "e164",
    "resolve",
]

BUSINESS_ATTRIBUTE = "panbot.business"  # of the dispatch rule; the participant inherits it
DIVERSION_HEADER = "Diversion"
DIVERSION_ATTRIBUTE = "panbot.diversion"  # where `panbot agent trunks` has that header mapped to
CALL_ID = "sip.callID"
CALL_STATUS = "sip.callStatus"  # `ringing`, `active`, `hangup`

# With `include_headers` the bridge hands on every header as `sip.h.NAME` too.
_DIVERSIONS = (DIVERSION_ATTRIBUTE, "sip.h.diversion")
_TO = "sip.h.to"
_MAX_HEADER = 4_096  # characters of one header that are looked at; they come from outside
_MAX_NUMBERS = 8  # of one call; each may cost a look into the database

# `<sip:+4930…@host;user=phone>;reason=…`, or bare; `tel:+4930…` (RFC 3966) has no host.
_ADDRESS = re.compile(r"(?:sips?|tel):(?P<number>[^@;>,\s\"]+)", re.IGNORECASE)
_NOBODY = frozenset({"anonymous", "unknown", "unavailable", "restricted", "private", "withheld"})
_NO_CALLER_ID = "+266696687"  # ANONYMOUS on a telephone's keys: what some networks send instead


class Arrival(msgspec.Struct, frozen=True):
    """A call as it comes in. `call_id` is the bridge's own, or empty. `caller` is E.164, or empty
    where the number is withheld. `business_id` is what the dispatch rule said, or empty; `called`
    are the numbers under which to look for the restaurant, E.164, the likeliest first."""

    call_id: str = ""
    caller: str = ""
    business_id: str = ""
    called: tuple[str, ...] = ()


def resolve(attributes: Mapping[str, str], *, region: str = "") -> Arrival:
    """What `attributes` of a caller's participant say. `region` (`DE`) is the country in which
    numbers without a country code are read; where it is empty they are left out."""
    numbers: list[str] = []
    for number in _candidates(attributes):
        found = e164(number, region)
        if found and found not in numbers:
            numbers.append(found)
    return Arrival(
        attributes.get(CALL_ID, ""),
        _caller(attributes.get("sip.phoneNumber", ""), region),
        attributes.get(BUSINESS_ATTRIBUTE, "").strip(),
        tuple(numbers[:_MAX_NUMBERS]),
    )


def e164(number: str, region: str = "") -> str:
    """`number` as `+49301234`, or empty where it is none."""
    try:
        parsed = phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return ""
    # Possible, not valid: new ranges are handed out before any library knows them.
    if phonenumbers.is_possible_number_with_reason(parsed) != ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _candidates(attributes: Mapping[str, str]) -> Iterator[str]:
    for name in _DIVERSIONS:
        yield from _numbers(attributes.get(name, ""))
    yield attributes.get("sip.trunkPhoneNumber", "")
    yield from _numbers(attributes.get(_TO, ""))


def _numbers(header: str) -> list[str]:
    """The numbers of a header's addresses, in its order."""
    addresses = _ADDRESS.finditer(header[:_MAX_HEADER])
    return [unquote(address["number"]) for address in addresses]


def _caller(number: str, region: str) -> str:
    if number.strip().lower() in _NOBODY:
        return ""
    found = e164(number, region)
    return "" if found == _NO_CALLER_ID else found
