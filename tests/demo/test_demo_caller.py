"""The demo's own caller: it answers what an agent has to know, and hangs on no question."""

from __future__ import annotations

from demo.caller import call_in
from demo.line import Answer, Exchange, PlacedOrder


class Agent:
    """Gives these answers, one after the other, and remembers what it was told."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = iter(answers)
        self.heard: list[str] = []

    async def say(self, words: str) -> Exchange:
        self.heard.append(words)
        return Exchange(words, 0.0, 0.0, next(self._answers))


def asks(question: str) -> Answer:
    return Answer("c1", question)


PLACED = Answer("c1", "Thank you.", PlacedOrder("o1", "P-1", 5.0), ended=True)


async def test_the_caller_answers_what_is_asked_until_the_order_is_placed() -> None:
    """Name, pick-up, that it is all, and yes: in the order in which the agent asks."""
    agent = Agent(
        asks("One Coca-Cola. Anything else?"),
        asks("What name is it for?"),
        asks("Is that for pick-up or delivery?"),
        asks("That's €3.20. Shall I place it?"),
        PLACED,
    )
    await call_in(agent.say, ["a coke"])
    assert agent.heard == ["a coke", "No, that's all.", "Maria.", "Pick-up.", "Yes, please."]


async def test_a_caller_who_said_yes_says_nothing_more() -> None:
    """The order is placed by what was said; what would have come after it is not."""
    agent = Agent(asks("Shall I place it?"), PLACED)
    await call_in(agent.say, ["a coke for Ada, pick-up", "yes", "and a tiramisu"])
    assert agent.heard == ["a coke for Ada, pick-up", "yes"]


async def test_a_question_without_an_answer_ends_the_call() -> None:
    """The caller does not guess."""
    agent = Agent(asks("Which one would you like: Salami or Funghi?"))
    await call_in(agent.say, ["a pizza"])
    assert agent.heard == ["a pizza"]


async def test_an_agent_that_asks_in_circles_is_left() -> None:
    """The number of answers is bounded."""
    agent = Agent(*[asks("Anything else?")] * 9)
    await call_in(agent.say, ["a coke"])
    assert len(agent.heard) == 5
