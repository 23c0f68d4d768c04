"""What counts and is no plain number: "the second one", "twice", "two twenties", "dos", "y"."""

from __future__ import annotations

__all__ = ["FOREIGN", "FOREIGN_LIGHT", "ORDINALS", "PORTIONED", "TIMES"]

ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "1st": 1, "2nd": 2, "3rd": 3,
    "last": -1,
}  # fmt: skip
TIMES = {"once": 1, "twice": 2}
# So many pieces as one portion: "two *twenties* of the wings".
PORTIONED = {
    "sixes": 6, "eights": 8, "tens": 10, "twelves": 12, "dozens": 12, "twenties": 20, "fifties": 50,
}  # fmt: skip
# A caller who names dishes in the menu's language may count in it too.
FOREIGN = {
    "un": 1, "una": 1, "uno": 1, "une": 1, "ein": 1, "eine": 1, "einen": 1, "dos": 2, "due": 2,
    "deux": 2, "zwei": 2, "tres": 3, "tre": 3, "trois": 3, "drei": 3, "cuatro": 4, "vier": 4,
    "cinco": 5, "cinque": 5, "isang": 1, "isa": 1, "dalawang": 2, "dalawa": 2, "tatlong": 3,
    "tatlo": 3, "apat": 4, "limang": 5, "uma": 1, "dois": 2, "duas": 2, "ena": 1, "dyo": 2,
    "tria": 3, "jeden": 1, "jedna": 1, "jedno": 1, "dwa": 2, "dwie": 2, "trzy": 3, "cztery": 4,
    "bir": 1, "iki": 2, "uc": 3, "dort": 4, "bes": 5, "ek": 1, "chaar": 4, "mot": 1,
    "satu": 1, "dua": 2, "tiga": 3, "wahid": 1, "itnain": 2, "hana": 1, "hitotsu": 1, "futatsu": 2,
    "een": 1, "twee": 2, "drie": 3, "odin": 1, "odna": 1, "dva": 2, "dve": 2,
}  # fmt: skip
# The little words between the dishes that a caller falls into with the language of the menu.
FOREIGN_LIGHT = frozenset(
    """
    yun yung ang ng mga na naman nga lang sige pa sana nalang tsaka saka tapos pati bitte noch
    einmal zweimal
    dreimal dann auch bir tane lutfen prosze jeszcze oraz aur mujhe chahiye dijiye ke por favor
    tambem tambien otro otra luego ancora poi anche aussi puis encore svp donne quiero vorrei
    voglio voudrais queria poprosze istiyorum gusto ko pabili paorder
    """.split()  # noqa: SIM905
)
