"""Foods that people are allergic to or do without, as single words. Knows nothing of menus."""

from __future__ import annotations

from agent.language import fold, stem

__all__ = ["is_food", "names_diet"]

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
    additive preservative colouring
    """.split()  # noqa: SIM905
)
_DIETS = frozenset(
    """
    vegetarian vegan halal kosher gluten lactose dairy coeliac celiac pescatarian nut nuts
    """.split()  # noqa: SIM905
)


def is_food(word: str) -> bool:
    """True where `word`, folded, is a food that is often named with an allergy."""
    return stem(word) in _FOODS


def names_diet(text: str) -> bool:
    """True where a word of `text` is a way to eat: "a vegan pizza"."""
    return bool(_DIETS & set(fold(text).replace("-", " ").split()))
