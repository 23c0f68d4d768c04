"""Telephone numbers in the one form in which they can be compared: E.164, `+49301234`."""

from __future__ import annotations

import phonenumbers

from cloud.db.businesses import number_of_business
from cloud.db.pool import Connection

__all__ = ["dialled", "e164", "region_of"]


def e164(text: str, region: str = "") -> str:
    """`text`, as people write a number, in E.164; empty where it is none, as with `anonymous`.

    `region` (`DE`) is where a number without its country is dialled; where it is empty, such a
    number is none. Only the length is checked: a country gives out new ranges sooner than any
    table has them. An extension is left out.
    """
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def region_of(number: str) -> str:
    """The region (`DE`) in whose way a number in E.164 is dialled at home; empty for none."""
    try:
        country = phonenumbers.parse(number).country_code or 0
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_country_code(country)


async def dialled(connection: Connection, business_id: str, text: str) -> str:
    """A customer's number in E.164, empty where it is none. Without its country it is read as
    people dial it where the business itself has its number."""
    number = e164(text)
    if number or not any(character.isdigit() for character in text):
        return number
    own = await number_of_business(connection, business_id)
    return e164(text, region_of(own)) if own else ""
