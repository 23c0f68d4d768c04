"""Turns in which a message for the staff is taken: what, from whom, on which number, and a yes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace as with_

from msgspec.structs import replace

from agent.asides import ALLERGY, Topic
from agent.asides.line import capitals
from agent.hearing import Heard
from agent.language import COMMON, tokens
from agent.lexemes import Kind, lex
from agent.notes import MAX_PHONE
from agent.rules.order_note import for_the_order
from agent.rules.talk import MESSAGE_ASKS, Ask, Decision, Note, Said, Scene, ToolCall
from agent.rules.turn import Turn
from agent.wording import phone_words, sentence
from domain.message import MAX_TEXT
from domain.order import Order
from domain.ordering import MAX_NAME

__all__ = ["MessageTurn", "about_a_message", "after_message_refused"]

MAX_ASKED = 2  # for the name, for the number; a message without them is better than none
MAX_SAID_BACK = 200  # characters of a message that are read back; a longer one is not listened to
MAX_LEADING_IN = 4  # words before a name: "and my name is Denise"
MIN_DIGITS = 5  # of a telephone number
_ENOUGH = frozenset([Topic.KEEP, Topic.CANCEL_TODAY])  # "never mind", "cancel that"
_TELLING = re.compile(
    r"\b(left|forgot|forgotten|lost|dropped|misplaced|find|found|seen?|hand(ed)?|tell|let)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\+?\d[\d \-/().]{3,}\d")
_STAFFS = "I can't change that on an order that is placed, but I can tell the staff."
_NO_MESSAGE = re.compile(
    r"\bno message\b|\b(?:don'?t|do not) (?:\w+ ){1,2}message\b", re.IGNORECASE
)
_NO_MORE_THAN_THAT = re.compile(r"\b(?:complaint|complain)\b[^\w]*$", re.IGNORECASE)
# "It's about a wedding", "because of the invoice": what somebody is to be called back for.
_ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|because|in connection with|to do with)\b(?P<what>.+)",
    re.IGNORECASE | re.DOTALL,
)
# "Yes, this number is fine", said before it was asked: no message, and the number is known.
_THIS_NUMBER = re.compile(
    r"(?:(?:yes|yeah|yep|ok|okay|sure|well) )*(?:you can |they can )?"
    r"(?:(?:call|ring|reach) me )?(?:back )?(?:on |at |under )?(?:this|my|the same|that) "
    r"(?:phone )?number(?: (?:is|s|will be|would be|works?)(?: \w+){0,2})?(?: please| yes| thanks)*"
)
_TAKEN = frozenset([Ask.MESSAGE_NAME, Ask.MESSAGE_PHONE, Ask.MESSAGE_CONFIRM])
_THANKS = frozenset("thank thanks you very much cheers ta great lovely perfect so".split())  # noqa: SIM905
_REFUSING = frozenset(["no", "nope", "nah", "not", "dont", "never"])
_WHAT = "What should I tell the staff?"


def about_a_message(scene: Scene, said: Said) -> bool:
    """True where a message is being taken, or is asked to be."""
    if scene.talk.ask in MESSAGE_ASKS:
        return True
    topics = {Topic.MESSAGE} if scene.house.transfers else {Topic.MESSAGE, Topic.COMPLAINT}
    told = [q for q in said.asides.questions if q.topic in topics]
    if said.asides.allergy or any(n.startswith(ALLERGY) for n in said.asides.notes):
        return False  # "tell the chef I'm allergic to nuts": that stands on the order
    # "Tell the chef that the lasagne was fantastic" orders no lasagne; "it's about a cake" none.
    subject = _of_the_subject(said)
    asked = [m for q in told for m in q.mentions]
    named = [m for m in said.mentions if m.items and m not in asked and m.start not in subject]
    return bool(told) and not named and not (said.names_a_dish and scene.cart.lines)


def after_message_refused(scene: Scene, refusal: str) -> Decision:
    """Nobody took the message: it is kept, and a yes tries again."""
    turn = MessageTurn(scene)
    turn.parts.append(sentence(f"I'm sorry, I couldn't pass that on: {refusal}"))
    return turn.ask("Shall I try again?", Ask.MESSAGE_CONFIRM)


class MessageTurn(Turn):
    """As `Turn`, with a message in the making instead of an order. The cart stays as it is."""

    def __init__(self, scene: Scene, standing: Sequence[Order] = ()) -> None:
        super().__init__(scene)
        self._note = self._kept = scene.talk.note or Note()
        self._standing = standing  # what was said is for these, which only the staff can note

    def decide(self, said: Said) -> Decision:
        if said.silent:
            return self._silence()
        self.talk = with_(self.talk, silences=0)
        lexemes = lex(said.text, said.spoken, said.mentions, said.asides.taken)
        # A "no" alone reads as the "without" of a dish, and there is none here.
        kinds = {Kind.NO if x.text == "no" else x.kind for x in lexemes}
        yes = Kind.YES in kinds and Kind.NO not in kinds
        if self._standing:
            return self._begun(said)
        no = Kind.NO in kinds or said.asides.done or bool(_ENOUGH & said.topics)
        ask = self.talk.ask
        leaving = Topic.MESSAGE in said.topics  # "I don't want to order. Can you tell the manager?"
        if self._note.text and ask in _TAKEN and not yes and _has_finished(said):
            return self._pass_on(bye=said.asides.bye)
        if ask is not Ask.MESSAGE and not leaving and (said.asides.bye or said.asides.cancel):
            return self._no_message(bye=said.asides.bye)
        match ask:
            case Ask.OFFER_MESSAGE:
                return self._offered(said, yes=yes, no=no)
            case Ask.MESSAGE:
                return self._told(said, no=no)
            case Ask.MESSAGE_NAME:
                return self._named(said)
            case Ask.MESSAGE_PHONE:
                return self._numbered(said)
            case Ask.MESSAGE_CONFIRM:
                return self._confirmed(said, yes=yes, no=no)
            case _:
                return self._begun(said)

    def ask(self, text: str, ask: Ask) -> Decision:
        self.talk = with_(self.talk, note=self._note)
        return self._say(text, ask)

    def _calls(self) -> list[ToolCall]:
        """What is told of the message is kept at once: the caller may hang up before the yes."""
        before, now = _drafted(self._kept), _drafted(self.talk.note or Note())
        changed = before != now and (before["text"] or now["text"])
        return [*super()._calls(), *([ToolCall("draft_message", now)] if changed else [])]

    def _offered(self, said: Said, *, yes: bool, no: bool) -> Decision:
        refused = no and bool(_ENOUGH & said.topics or _NO_MESSAGE.search(said.text))
        if {Topic.MESSAGE, Topic.COMPLAINT} & said.topics and not refused:
            return self._begun(said)
        ordering = said.names_a_dish or said.asides.wanted is not None
        if yes and not ordering:
            return self._ask_next()
        if no and not ordering:
            return self._no_message(bye=not self.cart.lines)
        # Something else: it is answered, and taken for no.
        self.talk = with_(self.talk, ask=Ask.ITEMS, note=None)
        return super().decide(said)

    def _begun(self, said: Said) -> Decision:
        """“I left my umbrella” is the message; "can somebody call me back" asks to leave one."""
        asked = next((q for q in said.asides.questions if q.topic is Topic.MESSAGE), None)
        self._note = Note(name=said.asides.name)
        if self._standing:
            name = said.asides.name or self._standing[0].customer.name
            self._note = Note(for_the_order(self._standing, said.text), name)
            self.parts.append(_STAFFS)
            return self._ask_next()
        complaints = [q for q in said.asides.questions if q.topic is Topic.COMPLAINT]
        if complaints:
            self.parts.append("I'm sorry about that. I'll write it down for the staff.")
        told = asked is not None and (
            _TELLING.search(asked.words)
            or _TELLING.search(_after_asking(said.text))
            or _says_what_about(said.text)
        )
        if told or _tells(said) or any(not _NO_MORE_THAN_THAT.search(q.words) for q in complaints):
            self._note = with_(self._note, text=said.text.strip()[:MAX_TEXT])
        return self._ask_next()

    def _told(self, said: Said, *, no: bool) -> Decision:
        only_no = no and len([t for t in said.spoken if not t.stop]) <= len(_FEW)
        if only_no or said.asides.bye or _ENOUGH & said.topics:
            return self._no_message(bye=said.asides.bye)
        name = said.asides.name
        if name:
            self._note = with_(self._note, name=name[:MAX_NAME])
        words = [t for t in said.spoken if not t.stop]
        if name and len(words) <= len(name.split()) + MAX_LEADING_IN:
            return self._ask_next()  # "my name is Denise": not yet what it is about
        if _THIS_NUMBER.fullmatch(" ".join(t.word for t in words)):
            return self._ask_next()
        if words and all(t.word in _YES for t in words):
            return self.ask(_WHAT, Ask.MESSAGE)  # "yes", which tells the staff nothing
        self._note = with_(self._note, text=said.text.strip()[:MAX_TEXT])
        return self._ask_next()

    def _named(self, said: Said) -> Decision:
        phone = _phone(said)
        name = said.asides.name or (_before_number(said) if phone else "")
        self._note = with_(self._note, name=name[:MAX_NAME], phone=phone or self._note.phone)
        self.talk = with_(self.talk, name_asked=self.talk.name_asked + 1)
        return self._ask_next()

    def _numbered(self, said: Said) -> Decision:
        self._note = with_(self._note, phone=_phone(said))
        return self._ask_next()

    def _confirmed(self, said: Said, *, yes: bool, no: bool) -> Decision:
        phone = _phone(said)
        name = said.asides.name if said.asides.name != self._note.name else ""
        if phone or name:
            self._note = with_(self._note, phone=phone or self._note.phone, name=name or self._name)
            return self._ask_next()
        asides = said.asides
        more = (
            asides.address or asides.notes or asides.wanted is not None or asides.type is not None
        )
        if more and not no:
            text = f"{self._note.text}. {said.text.strip()}"[:MAX_TEXT]
            self._note = with_(self._note, text=text)
            return self._ask_next()
        if _ENOUGH & said.topics and not yes:
            return self._no_message(bye=False)
        if not yes and not no:
            return self.ask("Shall I pass it on?", Ask.MESSAGE_CONFIRM)
        if not yes:
            self._note = with_(self._note, text="")
            return self.ask(_WHAT, Ask.MESSAGE)
        return self._pass_on(bye=False)

    def _pass_on(self, *, bye: bool) -> Decision:
        call = ToolCall(
            "leave_message",
            {"name": self._name, "phone": self._number, "text": self._note.text},
        )
        self.talk = with_(self.talk, note=self._note)
        if not self.house.hours.closed and not self.talk.today:
            # Whoever leaves a message and then orders has said the name.
            customer = replace(self.cart.customer, name=self._name)
            lines = () if self._note.instead else self.cart.lines
            self.cart = replace(self.cart, customer=customer, lines=lines)
        self.parts.append("Thank you, the staff will get your message.")
        on = "Goodbye!" if bye else "Is there anything else?"
        on = "Shall we go on with your order?" if self.cart.lines else on
        self.parts.append(on)
        talk = with_(self.talk, ask=Ask.ITEMS, question=on, said=" ".join(self.parts))
        return Decision((*self._calls(), call), talk.said, talk)

    @property
    def _name(self) -> str:
        return self._note.name or self.cart.customer.name

    @property
    def _number(self) -> str:
        return self._note.phone or self.guest.phone

    def _ask_next(self) -> Decision:
        note = self._note
        if not note.text:
            return self.ask(_WHAT, Ask.MESSAGE)
        if not self._name and self.talk.name_asked < MAX_ASKED:
            return self.ask("And what is your name?", Ask.MESSAGE_NAME)
        if not self._number and note.asked < MAX_ASKED:
            self._note = with_(note, asked=note.asked + 1)
            return self.ask("What number can they reach you on?", Ask.MESSAGE_PHONE)
        who = f" from {self._name}" if self._name else ""
        number = f", on {phone_words(self._number)}" if self._number else ""
        text = f": “{note.text}”" if len(note.text) <= MAX_SAID_BACK else ""
        self.parts.append(f"So that's a message{who}{number}{text}.")
        return self.ask("Shall I pass it on?", Ask.MESSAGE_CONFIRM)

    def _no_message(self, *, bye: bool) -> Decision:
        self.talk = with_(self.talk, note=None)
        if bye or self.house.hours.closed:
            return self._goodbye()
        if self.cart.lines:
            return self.ask_next("As soon as possible, then." if self._note.instead else "")
        return self._say("All right. What would you like to order?", Ask.ITEMS)

    def ask_next(
        self, first: str = "", *, again: bool = False, heard: Heard | None = None
    ) -> Decision:
        """After a silence, the question of the message is put again."""
        if self.talk.ask in MESSAGE_ASKS and again and self.talk.question:
            self.parts.append(first)
            return self.ask(self.talk.question, self.talk.ask)
        return super().ask_next(first, again=again, heard=heard)


def _tells(said: Said) -> bool:
    """“… *about catering for a party*. Can somebody call me back?”: what it is about, besides."""
    left = (t.word for n, t in enumerate(said.spoken) if n not in said.asides.taken and not t.stop)
    return any(word not in COMMON and not word.isdecimal() for word in left)


def _of_the_subject(said: Said) -> range:
    """The tokens of “… about *a cake for our wedding*”, up to the end of the clause."""
    words = [t.word for t in said.spoken]
    start = next((n for n, word in enumerate(words) if word in _SUBJECT), len(words))
    stops = (n for n in range(start, len(words)) if said.spoken[n].stop)
    return range(start, next(stops, len(words)))


_SUBJECT = frozenset(["about", "regarding", "concerning"])


def _says_what_about(words: str) -> bool:
    """“Call me back, *it's about catering for a wedding*”: not "about something"."""
    about = _ABOUT.search(words)
    return about is not None and any(t.word not in _SAYING_NOTHING for t in tokens(about["what"]))


def _after_asking(words: str) -> str:
    """“Can I leave a message? *It's Paul, I left my umbrella there*”: what comes after it."""
    return "".join(re.split(r"[.?!]", words, maxsplit=1)[1:])


def _has_finished(said: Said) -> bool:
    """“That's all”, “thank you, bye”, to what was taken down: whoever wants no message says no.
    One that is passed on costs nobody anything; one that is lost does."""
    words = [t.word for t in said.spoken if not t.stop]
    asides = said.asides
    ends = asides.done or asides.bye or (words and set(words) <= _THANKS)
    more = asides.address or asides.name or said.names_a_dish or bool(_phone(said))
    refused = set(words) & _REFUSING and not {"all", "everything"} & set(words)
    return bool(ends) and not (more or refused or asides.cancel or said.topics & _ENOUGH)


def _drafted(note: Note) -> dict[str, str]:
    return {"name": note.name, "phone": note.phone, "text": note.text}


def _before_number(said: Said) -> str:
    """“*Peter*, 030 1234567”, to "what is your name?"."""
    before = _NUMBER.split(said.text)[0]
    return capitals(_NO_NAME.sub(" ", before).strip(" ,.;:-"))


_NO_NAME = re.compile(
    r"\b(?:it'?s|this is|my name is|name'?s|i'?m|and|my number is|number|on|the)\b", re.IGNORECASE
)
_SAYING_NOTHING = frozenset(
    "something some thing things it that this a an the my our me us you to please , . ?".split()  # noqa: SIM905
)
_YES = frozenset("yes yeah yep yup sure ok okay please right thats".split())  # noqa: SIM905
_FEW = ("no", "thank", "you")


def _phone(said: Said) -> str:
    """A number in digits, as it was written or spoken digit by digit; empty where there is none."""
    written = _NUMBER.search(said.text)
    if written is not None and sum(c.isdigit() for c in written[0]) >= MIN_DIGITS:
        return written[0].strip()[:MAX_PHONE]
    digits = "".join(t.word for t in said.spoken if t.word.isdecimal())
    return digits[:MAX_PHONE] if len(digits) >= MIN_DIGITS else ""
