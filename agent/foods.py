"""Foods that people are allergic to or do without, as single words. Knows nothing of menus."""

from __future__ import annotations

import re

from agent.language import fold, stem

__all__ = ["foods_in", "forbidden_by", "is_a_food_at_all", "is_food", "names_diet"]

_FOODS = frozenset(
    stem(word)
    for word in """
    nut nuts peanut walnut almond cashew hazelnut pistachio pecan macadamia coconut pine tree sesame
    tahini soy soya tofu egg milk dairy lactose casein whey cheese butter cream yogurt yoghurt
    gluten wheat flour rye barley oat spelt fish shellfish seafood shrimp prawn crab lobster
    crustacean mollusc mollusk mussel oyster clam squid octopus scallop anchovy tuna salmon cod
    mustard celery lupin lupine sulphite sulfite msg glutamate strawberry kiwi banana mango
    pineapple citrus orange lemon apple peach tomato onion garlic leek mushroom pepper chilli chili
    paprika corn maize rice legume lentil chickpea bean pea avocado pork beef chicken lamb meat
    gelatine gelatin alcohol cinnamon coriander cilantro nightshade aubergine eggplant potato yeast
    olive caper basil ham bacon salami honey chocolate caffeine fructose histamine sugar salt
    spice spicy truffle additive preservative colouring
    """.split()  # noqa: SIM905
)
# What people ask for that a house may not have. Said alone, it is nobody's name.
_DISHES = frozenset(
    stem(word)
    for word in """
    pizza pasta spaghetti lasagna lasagne carbonara risotto gnocchi ravioli tiramisu cannoli gelato
    calzone focaccia bruschetta burger hamburger cheeseburger fries chips nugget wing rib steak
    sushi sashimi maki tempura ramen udon noodle teriyaki edamame gyoza dumpling wonton chowmein
    curry biryani naan samosa pakora bhaji tikka masala korma vindaloo raita falafel hummus kebab
    kebap shawarma gyro gyros souvlaki tzatziki taco burrito quesadilla nacho enchilada fajita
    guacamole salsa pho satay padthai soup salad sandwich wrap bagel toast omelette pancake waffle
    croissant muffin brownie cookie cake cheesecake pie pudding icecream sorbet schnitzel pretzel
    bratwurst currywurst pommes coke cola pepsi fanta sprite lemonade beer wine prosecco champagne
    whisky vodka gin rum espresso latte cappuccino mocha coffee tea juice smoothie milkshake water
    sauce dressing topping syrup seasoning relish
    ketchup mayo mayonnaise sriracha tabasco bread coleslaw gravy catfish crawfish swordfish tilapia
    haddock halibut
    """.split()  # noqa: SIM905
)
_DIETS = frozenset(
    """
    vegetarian vegan halal kosher gluten lactose dairy coeliac celiac pescatarian nut nuts
    """.split()  # noqa: SIM905
)
_NUTS = "nut peanut walnut almond cashew hazelnut pistachio pecan macadamia"
_DAIRY = "milk cheese butter cream yogurt yoghurt paneer mozzarella parmesan gorgonzola feta lassi"
_SHELLFISH = "shellfish shrimp prawn crab lobster mussel oyster clam scallop squid octopus"
_FISH = f"fish tuna salmon cod anchovy haddock {_SHELLFISH}"
_MEAT = "meat chicken beef lamb pork ham bacon salami prosciutto chorizo duck veal turkey mutton"
# What is meant by a word, besides itself, as far as menus say it in a word.
_MEANS = {
    word: frozenset(stem(w) for w in also.split())
    for word, also in (
        ("nut", _NUTS),
        ("dairy", _DAIRY),
        ("lactose", _DAIRY),
        ("milk", _DAIRY),
        ("shellfish", _SHELLFISH),
        ("seafood", _FISH),
        ("fish", _FISH),
        ("meat", _MEAT),
        ("gluten", "wheat flour bread rye barley"),
        ("pork", "ham bacon salami prosciutto chorizo"),
        ("vegetarian", f"{_MEAT} {_FISH}"),
        ("vegan", f"{_MEAT} {_FISH} {_DAIRY} egg honey"),
        ("halal", "pork ham bacon prosciutto chorizo"),
        ("kosher", f"pork ham bacon prosciutto chorizo {_SHELLFISH}"),
    )
}


def is_food(word: str) -> bool:
    """True where `word`, folded, is a food that is often named with an allergy."""
    return stem(word) in _FOODS


def is_a_food_at_all(word: str) -> bool:
    """True where `word`, folded, is a food, a dish or a drink, on whatever menu."""
    return is_food(word) or stem(word) in _DISHES


def names_diet(text: str) -> bool:
    """True where a word of `text` is a way to eat: "a vegan pizza"."""
    return bool(_DIETS & set(fold(text).replace("-", " ").split()))


def forbidden_by(note: str) -> frozenset[str]:
    """The foods, as stems, that somebody does not eat of whom `note` speaks."""
    words = {stem(word) for word in _words(note)}
    named = frozenset(word for word in words if is_food(word))
    return named.union(*(_MEANS[word] for word in words if word in _MEANS))


def foods_in(text: str) -> frozenset[str]:
    """The words of `text` as stems, to be held against what somebody does not eat."""
    return frozenset(stem(word) for word in _words(text))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))
