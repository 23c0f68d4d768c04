"""What callers call whoever answers, and the little words of courtesy that their language wants:
"that's all, *love*", "yes *po*", "*kuya*, two coffees".

Such a word orders nothing and names nobody. It is used up before dishes and names are looked for,
where it is said as one: at the end of a clause, or before one. What is led in as a name ("under
Chuck") or counted as a dish ("a duck") is none, and neither is a word that is all that was said.
"""

from __future__ import annotations

from agent.asides.line import Line
from agent.asides.topics import Asides
from agent.foods import is_a_food_at_all
from agent.people import is_called_so

__all__ = ["VOCATIVES", "hear_vocatives"]

# To men and women, old and young, on both sides of the Atlantic and further.
VOCATIVES = frozenset(
    """
    man mate mates love luv lovey dear dearie deary darling darlin darl buddy bud bro bruv bruh
    brother bredrin bredren blud fam cuz cuzzy dude dudes guys folks sir maam mam miss madam mister
    lady boss bossman gaffer guv guvnor governor chief chef captain champ sport tiger squire
    friend friends pal pals pet petal flower blossom poppet duck ducks ducky duckie hen hinny
    pumpkin
    chuck chuckie chick cock cocker cob lad lass lassie laddie son sonshine sunshine treacle
    sweetheart sweetie sweetiepie sweets sweetness sugar hon hun honey honeybun honeybunch babe baby
    babes bab doll dollface toots angel princess queen king cupcake gorgeous handsome beautiful bub
    kid kiddo girl girlie gal sis sister sista sissy auntie aunty uncle unc nephew young youngster
    butt bach cariad cyw wor marra lovely darlings cobber bloke digger uso uce toko bula

    kuya ate hijo hija iho iha anak ading manong manang tito tita nanay tatay nay tay pare bes
    beshie mamser mijo mija amigo amiga amigos hermano hermana primo compadre comadre compa
    jefe jefa joven guapo guapa reina corazon carino senor senora senorita dona mami papi
    papa mama mamacita nena nene vato wey guey parce pana tio tesoro
    capo cherie cheri monsieur madame mademoiselle schatz schatzi meister chefin liebchen liebes
    oida
    habibi habibti habib akhi ukhti ammo khalto khalti ustaz usta abi abla hocam canim kardes
    kardesim bhai bhaiya bhaiyya bhaijaan bhaisaab bhen behen didi beta beti yaar akka thambi
    sahib saab sahab uncleji auntyji laoban shifu xiaojie oppa eonni noona hyung ajumma ajusshi
    ajussi imo samchon sajangnim seonsaengnim oneesan oniisan sensei senpai bang abang mbak pak
    bu ibu kak kakak adik pakcik makcik kochanie pani pana panie dziadku druzhe synok solnyshko
    dorogoy dorogaya dushka agapi filos paidi querido querida amor chefe moco moca
    patrao wena sisi bhuti boet bru oke oom tannie ndugu kaka dada mzee oga nna
    """.split()  # noqa: SIM905
)
# Said after any word for courtesy or stress, and never by themselves.
_PARTICLES = frozenset(
    """
    po ho ji jee lah leh lor meh hor krub krap khrap khap khrub kha naka nakha innit eh gell gelt
    wallah wallahi yallah yalla inshallah mashallah desu venga anda pues hein quoi voila allora neh
    """.split()  # noqa: SIM905
)
# After these a word is said of somebody or of a dish: "under *Chuck*", "two *ducks*".
_LEADING_IN = frozenset(
    """
    a an the my our your his her their this that no any some more another extra with without and or
    of in on for under is its im am name to from by than like number want have
    get take order add put be are was not already us instead one first last whole half large small
    big medium double
    """.split()  # noqa: SIM905
)
_BEGINNING = frozenset("thats thatll ill im can could i we lets".split())  # noqa: SIM905
_CLOSING = frozenset(
    """
    all it thanks thank you please yes yeah yep no nope ok okay done everything else more up
    collection pickup delivery good great fine perfect cheers right sure so now today then lovely
    """.split()  # noqa: SIM905
)


def hear_vocatives(line: Line, asides: Asides) -> Line:
    """`line` with a comma for each word by which nobody is meant but who listens."""
    words = [t.word for t in line.heard if not t.stop]
    if len(words) < 2:
        return line  # "Queen.", to the question for a name
    said_to: set[int] = set()
    for at in range(len(line.heard) - 1, -1, -1):
        if _is_particle(line, at) or _is_said_to(line, at, said_to):
            said_to.add(at)
    if not said_to:
        return line
    asides.taken |= said_to
    return line.paused(said_to)


def _is_particle(line: Line, at: int) -> bool:
    word = line.heard[at].word
    inside = any(m.start <= at < m.end and m.holds(word) for m in line.mentions)
    named = line.heard[at - 1].word in ("under", "name", "named", "called", "for") if at else True
    proper = line.capital(range(at, at + 1)) or (at > 0 and line.hyphened(at - 1))  # "Eun-*ji*"
    return word in _PARTICLES and not (inside or named or proper)


def _is_said_to(line: Line, at: int, said_to: set[int]) -> bool:
    word = line.heard[at].word
    if word not in VOCATIVES or line.written_so(at) or (at > 0 and line.hyphened(at - 1)):
        return False
    before = line.heard[at - 1].word if at else "."
    after = line.heard[at + 1] if at + 1 < len(line.heard) else None
    ends = after is None or after.stop or at + 1 in said_to or after.word in _BEGINNING
    refusing = before == "no" and _only_refuses(line, at)
    if (before in _LEADING_IN and not refusing) or before[0].isdecimal() or not ends:
        return False
    if any(m.start <= at < m.end and m.holds(word) for m in line.mentions):
        return before in _CLOSING  # "that's all, *duck*", where duck is sold
    if before in (".", "?") and is_called_so(word):
        return False  # "*Angel*, pickup"
    own_sentence = before in (".", "?") and (after is None or after.word in (".", "?"))
    return not own_sentence  # "I'm collecting. *Bella.*"


def _only_refuses(line: Line, at: int) -> bool:
    """“*No, sweetheart*, that's all”, said without the comma; and no "no sugar"."""
    opens = at == 1 or line.heard[at - 2].stop or line.heard[at - 2].word in _REFUSED_AFTER
    return opens and not is_a_food_at_all(line.heard[at].word)


_REFUSED_AFTER = frozenset(["please", "thanks", "oh", "ah", "no"])
