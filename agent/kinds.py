"""What a dish may be called besides its name: "the coffees" for a café con leche, "the soup" for a
sancocho.

Where it is clear of which dish somebody speaks, he calls it by what it is, in his own language, and
not by what the menu calls it. So this serves to find a dish among the few that are ordered, never
to order one. Knows nothing of menus.
"""

from __future__ import annotations

from collections.abc import Collection

from agent.language import stem

__all__ = ["is_a_kind", "is_called"]

_KINDS = {
    kind: frozenset(stem(w) for w in words.split())
    for kind, words in (
        ("coffee", "cafe caffe kaffee kahve kopi kafe espresso cappuccino latte americano mocha"
                   " macchiato cortado tinto ristretto piccolo frappe affogato lungo"),
        ("tea", "te the chai cha cay tee thee matcha oolong sencha rooibos"),
        ("juice", "jugo zumo jus suco succo saft nectar"),
        ("soup", "sopa zuppa soupe suppe corba sup caldo sancocho ajiaco pho chowder bisque pozole"
                 " minestrone borscht gazpacho miso menudo guk jjigae tang laksa rasam dal sinigang"
                 " bulalo avgolemono harira bouillon broth"),
        ("stew", "guisado estofado ragu goulash gulyas tagine jjigae adobo kaldereta afritada"),
        ("beer", "cerveza birra bier biere pivo lager ale pilsner pilsener stout ipa porter"),
        ("wine", "vino vin wein merlot cabernet chardonnay rioja chianti malbec pinot shiraz"
                 " riesling sauvignon prosecco"),
        ("water", "agua acqua eau wasser"),
        ("soda", "coke cola pepsi sprite fanta dr seven gaseosa refresco lemonade"),
        ("pop", "coke cola pepsi sprite fanta soda"),
        ("fry", "frites pommes papas patatas fritas chips"),
        ("chip", "frites pommes papas patatas fries"),
        ("bread", "pan pane pain brot naan roti pita focaccia baguette ciabatta paratha chapati"),
        ("rice", "arroz riso riz reis pilaf pilau pulao nasi bap"),
        ("salad", "ensalada insalata salade salat slaw fattoush tabbouleh caesar"),
        ("cake", "torta tarta gateau kuchen torte pastel bolo leches cheesecake sponge"),
        ("chicken", "pollo poulet murgh huhn tavuk dak ayam manok gallina"),
        ("beef", "carne res boeuf manzo rind bulgogi baka"),
        ("pork", "cerdo pernil maiale porc schwein lechon baboy chicharron"),
        ("fish", "pescado pesce poisson fisch isda salmon cod haddock tilapia tuna plaice snapper"),
        ("prawn", "camaron gamba gambero shrimp crevette ebi"),
        ("shrimp", "camaron gamba gambero prawn crevette ebi"),
        ("lamb", "cordero agnello gosht agneau mutton"),
        ("egg", "huevo uova oeuf ei"),
        ("plantain", "tajada maduro toston platano"),
        ("dumpling", "gyoza momo mandu wonton pierogi potsticker jiaozi siomai"),
        ("noodle", "ramen udon soba pho mein pancit mian vermicelli"),
        ("sandwich", "sub hoagie panini bocadillo club blt toastie reuben hero grinder"),
        ("burger", "hamburger cheeseburger"),
        ("shake", "milkshake malt batido frullato"),
        ("steak", "churrasco bistec bistecca sirloin ribeye rump entrecote"),
        ("pie", "tarte pastel pastry"),
        ("sausage", "salchicha salsiccia wurst bratwurst saucisse chorizo"),
    )
}  # fmt: skip


def is_called(said: Collection[str], names: Collection[str]) -> bool:
    """True where each of the stems `said` is one of the stems of `names`, or the kind of one."""
    return bool(said) and all(
        word in names or bool(_KINDS.get(word, frozenset()) & set(names)) for word in said
    )


def is_a_kind(word: str) -> bool:
    """True of a folded word that dishes of several names are called by: "soup", "coffees"."""
    return stem(word) in _KINDS
