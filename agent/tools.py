"""`function_tool` as LiveKit has it, for methods of an agent, and made ready once.

LiveKit makes a tool's argument model and schema anew each time that it is called, and all tools'
schemas each time that a model is asked: 5 ms apiece, while the caller waits. As a tool with a raw
schema it keeps the one that is made here.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import pydantic
from livekit.agents import RunContext, ToolError, llm
from livekit.agents.llm.utils import (
    build_strict_openai_schema,
    function_arguments_to_pydantic_model,
)

__all__ = ["function_tool"]

Method = Callable[..., Awaitable[Any]]


def function_tool(method: Method) -> llm.RawFunctionTool[..., Any]:
    """A tool of an agent: `async def name(self, context, …)`, its arguments annotated, none of them
    with a default, described in the docstring. What does not fit them is refused with a `ToolError`
    that says why."""
    typed = llm.function_tool(_bound(method))
    model = function_arguments_to_pydantic_model(typed)
    names = list(model.model_fields)

    async def run(agent: Any, raw_arguments: dict[str, object], context: RunContext[Any]) -> Any:
        try:
            given = model.model_validate(raw_arguments)
        except pydantic.ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise ToolError(f"Wrong arguments of {method.__name__}: {wrong}") from error
        return await method(agent, context, **{name: getattr(given, name) for name in names})

    return llm.function_tool(run, raw_schema=build_strict_openai_schema(typed)["function"])


def _bound(method: Method) -> Method:
    """`method` as it looks from outside: without its first argument, the agent."""

    @functools.wraps(method)
    async def looks(*arguments: Any, **named: Any) -> Any:
        return await method(*arguments, **named)

    signature = inspect.signature(method)
    inside = list(signature.parameters.values())[1:]
    looks.__signature__ = signature.replace(parameters=inside)  # type: ignore[attr-defined]
    return looks
