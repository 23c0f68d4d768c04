"""What the data of each collection must look like before it is stored. Unknown fields are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.business import BUSINESS_KEY, parse_business
from domain.clock import from_iso
from domain.codec import decode
from domain.errors import FieldError, Invalid
from domain.menu import Availability, parse_new_menu
from domain.message import Message
from domain.order import Order
from domain.printer import Printer
from domain.ticket import Routing
from sync.conflicts import ConflictRecord
from sync.wire import Collection

__all__ = ["check_record"]


def check_record(collection: str, key: str, data: Mapping[str, Any]) -> None:
    """Raises `Invalid` naming the field where `data` is no record of `collection` under `key`."""
    check = _CHECKS.get(collection)
    if check is not None:
        check(key, data)


def _order(key: str, data: Mapping[str, Any]) -> None:
    _same("id", decode(data, Order).id, key)


def _availability(key: str, data: Mapping[str, Any]) -> None:
    _same("item_id", decode(data, Availability).item_id, key)


def _message(key: str, data: Mapping[str, Any]) -> None:
    message = decode(data, Message)
    _same("id", message.id, key)
    try:
        from_iso(message.at)
    except ValueError as error:
        wrong = FieldError("at", "is not an RFC 3339 time with a zone")
        raise Invalid.of([wrong]) from error


def _printer(key: str, data: Mapping[str, Any]) -> None:
    _same("id", decode(data, Printer).id, key)


def _routing(key: str, data: Mapping[str, Any]) -> None:
    _same("station", decode(data, Routing).station, key)


def _settings(key: str, data: Mapping[str, Any]) -> None:
    if key == BUSINESS_KEY:
        parse_business(data)


def _conflict(_: str, data: Mapping[str, Any]) -> None:
    decode(data, ConflictRecord)


def _menu(key: str, data: Mapping[str, Any]) -> None:
    parse_new_menu(data)


def _same(field: str, value: str, key: str) -> None:
    if value != key:
        raise Invalid.of([FieldError(field, f"is {value!r}, but the record's key is {key!r}")])


_CHECKS: Mapping[str, Callable[[str, Mapping[str, Any]], None]] = {
    Collection.AVAILABILITY: _availability,
    Collection.CONFLICT: _conflict,
    Collection.MENU: _menu,
    Collection.MESSAGE: _message,
    Collection.ORDER: _order,
    Collection.PRINTER: _printer,
    Collection.ROUTING: _routing,
    Collection.SETTINGS: _settings,
}
