"""Tools that are made ready once: the same to a model as LiveKit's own, and as strict."""

from __future__ import annotations

from typing import Any

import pytest
from livekit.agents import Agent, RunContext, ToolError, llm
from livekit.agents.llm.utils import build_strict_openai_schema

from agent.tools import function_tool
from tests.support.conversation import a_call
from tests.support.menus import TRATTORIA


class Ours(Agent):
    @function_tool
    async def set_item(
        self, context: RunContext[Any], qty: int, item_id: str, modifiers: list[str]
    ) -> str:
        """Put a line.

        Args:
            qty: how many
            item_id: from the menu
            modifiers: the options
        """
        return f"{context} {qty} {item_id} {','.join(modifiers)}"


class Theirs(Agent):
    @llm.function_tool
    async def set_item(
        self, context: RunContext[Any], qty: int, item_id: str, modifiers: list[str]
    ) -> str:
        """Put a line.

        Args:
            qty: how many
            item_id: from the menu
            modifiers: the options
        """
        return ""


def tool_of(agent: Agent) -> Any:
    (tool,) = agent.tools
    return tool


def test_a_model_sees_the_same() -> None:
    """Name, description, arguments and strictness are LiveKit's for the same method."""
    ours, theirs = tool_of(Ours(instructions="")), tool_of(Theirs(instructions=""))
    schema = build_strict_openai_schema(theirs)["function"]
    assert ours.info.raw_schema == schema
    assert (schema["strict"], schema["description"].strip()) == (True, "Put a line.")
    assert schema["parameters"]["properties"]["qty"]["description"] == "how many"


async def test_arguments_are_what_they_should_be() -> None:
    """Values of the right kind come in by name; "2" is a 2."""
    tool = tool_of(Ours(instructions=""))
    for qty in (2, "2"):
        given = {"modifiers": ["a", "b"], "item_id": "coke", "qty": qty}
        assert await tool(raw_arguments=given, context="here") == "here 2 coke a,b"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"item_id": "coke", "modifiers": []}, "qty"),
        ({"item_id": "coke", "modifiers": [], "qty": "two"}, "qty"),
        ({"item_id": None, "modifiers": [], "qty": 1}, "item_id"),
        ({"item_id": "coke", "modifiers": [1], "qty": 1}, "modifiers.0"),
    ],
)
async def test_wrong_arguments_are_refused_in_words(given: dict[str, Any], wrong: str) -> None:
    """The model is told which argument is wrong, and can mend it."""
    with pytest.raises(ToolError, match=f"set_item: {wrong}: "):
        await tool_of(Ours(instructions=""))(raw_arguments=given, context=None)


def test_all_of_the_waiters_tools_are_ready() -> None:
    """None of them has its schema made while a caller waits."""
    from agent.waiter import Waiter

    tools = Waiter(a_call(TRATTORIA).house).tools
    assert len(tools) >= 9
    assert all(isinstance(tool, llm.RawFunctionTool) for tool in tools)
