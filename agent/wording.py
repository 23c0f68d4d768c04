"""What the agent says. Short sentences for the ear; every name is the menu's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from agent.cart import Cart, CartLine
from agent.house import House
from agent.language import fold, plural, spoken_number, stem
from agent.standing import as_cart, lines_apart
from domain.business import zone_of
from domain.clock import from_iso
from domain.menu import Category, Item, Menu, Modifier, ModifierGroup
from domain.money import format_money
from domain.order import Order, OrderType
from domain.ordering import Choice

__all__ = [
    "MAX_LISTED",
    "cancel_read_back",
    "category_name",
    "change_read_back",
    "closed_words",
    "group_name",
    "how_word",
    "item_name",
    "line_price",
    "line_words",
    "listing",
    "modifier_name",
    "number_and_time",
    "on_their_clock",
    "order_words",
    "phone_words",
    "read_back",
    "ready_words",
    "sentence",
    "standing_words",
    "today_words",
]

LANGUAGE = "en"  # what the agent speaks
MAX_LISTED = 6  # names a caller can keep in mind at once; the rest is "and more"
_HALVES_OF_DAY = frozenset(["USD", "CAD", "AUD", "GBP"])  # money of those who say "7:30 pm"
_TIME = re.compile(r"\b(?P<hour>[01]\d|2[0-4]):(?P<minute>[0-5]\d)\b")
_COUNT = re.compile(r"(?P<count>\d+) (?P<what>[^\W\d]+)")
SIZES = frozenset(
    ["size", "sizes", "grosse", "groesse", "tamano", "taille", "formato", "dimensione", "portion"]
)


# What is said before a dish, of choices that tell how it is: "one *medium rare* Ribeye".
_HOW = frozenset(
    """
    mild medium hot extra very spicy rare well done salted sweet still sparkling grilled fried
    blackened crispy steamed toasted iced boneless not sweetened unsweetened
    """.split()  # noqa: SIM905
)
_DONENESS = frozenset(
    ["cooked", "cooking", "doneness", "done", "temperature", "heat", "spice", "spiciness"]
)
_PLAIN = frozenset("regular standard normal usual single can whole one".split())  # noqa: SIM905
_OF_HOW = frozenset(
    """
    heat spice spiciness level doneness temperature cooking cooked done how style preparation prep
    kind type flavour flavor served iced steak bone cut toasted toasting sweetness
    """.split()  # noqa: SIM905
)


def item_name(item: Item) -> str:
    """The name to be said, whole: in the language that is spoken, where the menu has it."""
    return item.names.get(LANGUAGE, item.name)


def modifier_name(modifier: Modifier) -> str:
    return modifier.names.get(LANGUAGE, modifier.name)


def group_name(group: ModifierGroup) -> str:
    return group.names.get(LANGUAGE, group.name)


def category_name(category: Category) -> str:
    return category.names.get(LANGUAGE, category.name)


def sentence(text: str) -> str:
    """`text` with a capital and a full stop."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def listing(words: Sequence[str], conjunction: str = "and") -> str:
    """`["a", "b", "c"]` → `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def short_listing(words: Sequence[str], conjunction: str = "and") -> str:
    """As `listing`, cut where nobody would remember more; of one more is no word the less."""
    if len(words) <= MAX_LISTED + 1:
        return listing(words, conjunction)
    return f"{', '.join(words[:MAX_LISTED])} and {len(words) - MAX_LISTED} more"


def line_words(menu: Menu, line: CartLine, *, whole: bool = False) -> str:
    """`one large Coke`, `one mild Korma with Lamb`, `one Korma, not spicy`, `10 Chicken Wings`,
    `two Margheritas with Mushrooms and without Basil (cut in half)`. `whole`: with the
    size and the doneness that nobody chose, too."""
    item = menu.item(line.item_id)
    assert item is not None, "carts hold items of this menu"
    count, before, after, given, removed = "", [], [], [], []
    for group in menu.groups_of(item):
        for modifier in group.modifiers:
            chosen = any((c.group_id, c.id) == (group.id, modifier.id) for c in line.choices)
            if not (chosen or (whole and _nobody_chose(line, group, modifier))):
                continue
            if group.removes:
                removed.append(modifier_name(modifier))
            elif _says_where(modifier):
                after.append(_after_dish(modifier))
            elif number := _count_of(item, group, modifier):
                count = number
            elif is_size(group):
                before.append(_size_word(modifier))
            elif _says_how(group, modifier):
                how = modifier_name(modifier).lower()
                (after if how.startswith("not ") else before).append(how)
            else:
                given.append(modifier_name(modifier))
    name = plural(item_name(item)) if line.qty > 1 and not count else item_name(item)
    name = "".join([name, *(f", {how}" for how in after if how.startswith("not "))])
    after = [where for where in after if not where.startswith("not ")]
    orders = f"{spoken_number(line.qty)} orders of {count}" if line.qty > 1 else count
    words = [orders if count else spoken_number(line.qty), *before, name]
    parts = [f"with {listing(given)}"] if given else []
    parts += [f"without {listing(removed)}"] if removed else []
    text = " ".join([*words, *after, listing(parts)]).strip()
    return f"{text} ({line.note})" if line.note else text


def _nobody_chose(line: CartLine, group: ModifierGroup, modifier: Modifier) -> bool:
    """The size, or how well it is done, of a dish of which the caller said none; a regular one
    surprises nobody."""
    open_ = not any(c.group_id == group.id for c in line.choices)
    matters = is_size(group) or (_says_how(group, modifier) and _is_of_doneness(group))
    plain = bool(_PLAIN & set(fold(modifier_name(modifier)).split()))
    return open_ and modifier.id in group.default and matters and not plain


def _is_of_doneness(group: ModifierGroup) -> bool:
    return bool(
        _DONENESS & {w for n in (group.name, group.id) for w in re.findall(r"[a-z]+", fold(n))}
    )


def _count_of(item: Item, group: ModifierGroup, modifier: Modifier) -> str:
    """The 10 of `10 Wings`, for Bone-In Wings: so many are said of the dish itself; no more of the
    eggs of Steak and Eggs."""
    told = _COUNT.fullmatch(modifier_name(modifier))
    words = fold(item_name(item)).split()
    if told is None or not group.min or {"and", "&", "with"} & set(words):
        return ""
    return told["count"] if stem(fold(told["what"])) == stem(words[-1]) else ""


def line_price(menu: Menu, line: CartLine) -> int:
    """What one of `line` costs in minor units, defaults included, as the menu shows prices."""
    item = menu.item(line.item_id)
    assert item is not None, "carts hold items of this menu"
    price = item.price
    for group in menu.groups_of(item):
        chosen = [c.id for c in line.choices if c.group_id == group.id] or group.default
        price += sum(m.price for m in group.modifiers if m.id in chosen)
    return price


def is_size(group: ModifierGroup) -> bool:
    """A size is said before the dish: "a large Coke"."""
    words = {
        *fold(group.name).split(),
        *fold(group_name(group)).split(),
        *fold(group.id).replace("-", " ").replace("_", " ").split(),
    }
    return group.max == 1 and bool(words & SIZES)


def _says_how(group: ModifierGroup, modifier: Modifier) -> bool:
    """`Medium Rare`, `Mild`, `Salted`, of a dish itself; not the `Hot` of a sauce that is on it."""
    words = {w for name in (group.name, group.id) for w in re.findall(r"[a-z]+", fold(name))}
    how = set(fold(modifier_name(modifier)).split())
    return group.max == 1 and bool(words & _OF_HOW) and how <= _HOW and not how <= {"extra", "very"}


def how_word(modifier: Modifier) -> str:
    """`Extra Hot` → `extra hot`; `Nashville Hot` as the menu writes it."""
    name = modifier_name(modifier)
    return name.lower() if set(fold(name).split()) <= _HOW | {"regular", "plain"} else name


def _says_where(modifier: Modifier) -> bool:
    """`For Two`, `In Coco Bread`, `Over Rice` are said after the dish."""
    first, *rest = fold(modifier_name(modifier)).split() or [""]
    return first in ("for", "in", "on", "over", "under") and bool(rest) and rest[-1] != "side"


def _after_dish(modifier: Modifier) -> str:
    """`In Coco Bread` → `in Coco Bread`."""
    first, _, rest = modifier_name(modifier).partition(" ")
    return f"{first.lower()} {rest}"


def _size_word(modifier: Modifier) -> str:
    """`Large 0.5 l` → `large`: the litres are for the ticket."""
    name = modifier_name(modifier)
    first = name.split("(")[0].split(" 0")[0].strip() or name
    return first.lower() if first.isascii() else first


def order_words(house: House, cart: Cart, *, whole: bool = False) -> str:
    """All lines in one sentence part; two that are the same are said as two of it. `whole`: as in
    `line_words`."""
    return listing([line_words(house.menu, line, whole=whole) for line in _together(cart.lines)])


def _together(lines: Sequence[CartLine]) -> list[CartLine]:
    """Of lines that are made the same the first, with how many there are of all of them."""
    found: dict[tuple[str, frozenset[Choice], str], CartLine] = {}
    for line in lines:
        made = (line.item_id, frozenset(line.choices), line.note)
        first = found.get(made)
        found[made] = line if first is None else replace(first, qty=first.qty + line.qty)
    return list(found.values())


def read_back(house: House, cart: Cart, order: Order) -> str:
    """Everything that will be placed, and what it costs."""
    who = f", for {cart.customer.name}" if cart.customer.name else ""
    where = (
        f", delivered to {cart.customer.address}"
        if cart.type is OrderType.DELIVERY
        else ", to pick up"
    )
    where += f", {ready_words(house, order)}" if cart.promised_at else ""
    note = f" {sentence(cart.note)}" if cart.note else ""
    total = format_money(order.totals.gross, order.currency)
    dishes = order_words(house, cart, whole=True)
    return f"So that's {dishes}{who}{where}.{note} That's {total}. Shall I place it?"


def prices(house: House, items: Sequence[Item]) -> str:
    """`Margherita €9.50 and Funghi €10.90`."""
    currency = house.menu.currency
    return short_listing([f"{item_name(i)} {format_money(i.price, currency)}" for i in items])


def number_and_time(house: House, order: Order) -> str:
    """`Your order number is P-12, and it will be ready at 19:50.`"""
    return f"Your order number is {order.number}, and it will be {ready_words(house, order)}."


def ready_words(house: House, order: Order) -> str:
    """`ready at 19:50`, or where people say so `ready at 7:50 pm`."""
    zone = zone_of(house.business)
    at = from_iso(order.promised_at).astimezone(zone).strftime("%H:%M")
    when = "with you at about" if order.type is OrderType.DELIVERY else "ready at"
    return f"{when} {on_their_clock(house, at)}"


def on_their_clock(house: House, text: str) -> str:
    """`text` with its times of day as people say them where the menu's money is theirs: `19:30` →
    `7:30 pm`."""
    return _TIME.sub(_in_halves, text) if house.menu.currency in _HALVES_OF_DAY else text


def _in_halves(time: re.Match[str]) -> str:
    hour, minute = int(time["hour"]), time["minute"]
    return f"{(hour - 1) % 12 + 1}:{minute} {'am' if hour % 24 < 12 else 'pm'}"


def standing_words(house: House, order: Order) -> str:
    """The dishes of an order that stands: `two Margheritas and one Coke`."""
    cart = as_cart(house, order)
    apart = [f"{spoken_number(o.qty)} {o.name}" for o in lines_apart(house, order)]
    lines = [line_words(house.menu, line) for line in _together(cart.lines)]
    return listing([*lines, *apart])


def today_words(house: House, order: Order) -> str:
    """`Order P-3 is two Margheritas, €19.00, ready at 19:50.`"""
    total = format_money(order.totals.gross, order.currency)
    dishes = standing_words(house, order)
    return f"Order {order.number} is {dishes}, {total}, {ready_words(house, order)}."


def change_read_back(house: House, before: Order, after: Order) -> str:
    """What will stand after the change, and what it costs then. Where it goes and when it is wanted
    are said where they are other than before, the note wherever there is one."""
    who = f", for {after.customer.name}" if after.customer.name else ""
    where = ""
    if after.customer.address != before.customer.address:
        where += f", delivered to {after.customer.address}"
    if after.promised_at != before.promised_at:
        where += f", {ready_words(house, after)}"
    note = f" {sentence(after.note)}" if after.note else ""
    total = format_money(after.totals.gross, after.currency)
    dishes = standing_words(house, after)
    return (
        f"So order {after.number} is then {dishes}{who}{where}.{note} That's {total}. "
        "Shall I change it?"
    )


def cancel_read_back(house: House, order: Order) -> str:
    """What would be cancelled."""
    total = format_money(order.totals.gross, order.currency)
    dishes = standing_words(house, order)
    return f"That's order {order.number} with {dishes}, {total}. Shall I cancel all of it?"


def closed_words(house: House) -> str:
    """`We're closed now; we open tomorrow at 11:30.`"""
    opens = f"; we open {on_their_clock(house, house.hours.words)}" if house.hours.words else ""
    return f"We're closed now{opens}."


def phone_words(phone: str) -> str:
    """`+4930123` → `plus 4 9 3, 0 1 2, 3`: digit by digit, in groups that an ear can follow."""
    digits = [c for c in phone if c.isdigit()]
    groups = [" ".join(digits[n : n + 3]) for n in range(0, len(digits), 3)]
    return ("plus " if phone.strip().startswith("+") else "") + ", ".join(groups)
