"""A server that speaks OpenAI's way and says what a test wants: words, tools, or nothing at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

__all__ = ["HANG", "ModelServer", "Step", "Tool", "model_server"]

HANG_S = 30.0  # longer than anybody waits; the test ends it


@dataclass(frozen=True)
class Tool:
    name: str
    arguments: dict[str, Any]


class _Hang:
    """From here on nothing comes, and the connection stays open."""


HANG = _Hang()
Step = str | Tool | _Hang
Answer = Callable[[dict[str, Any]], "list[Step] | int"]


@dataclass
class ModelServer:
    """`answer` is asked with each request's body: the pieces of the reply, or an HTTP status."""

    answer: Answer
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        steps = self.answer(body)
        if isinstance(steps, int):
            return web.json_response({"error": {"message": "not now"}}, status=steps)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await _send(response, {"role": "assistant", "content": ""})  # as OpenAI begins
        for n, step in enumerate(steps):
            if isinstance(step, _Hang):
                await asyncio.sleep(HANG_S)
            elif isinstance(step, Tool):
                call = {"name": step.name, "arguments": json.dumps(step.arguments)}
                tool = {"index": n, "id": f"call-{len(self.asked)}-{n}", "type": "function"}
                await _send(response, {"tool_calls": [{**tool, "function": call}]})
            else:
                await _send(response, {"content": step})
        called = any(isinstance(step, Tool) for step in steps)
        await _send(response, {}, "tool_calls" if called else "stop")
        await response.write(b"data: [DONE]\n\n")
        return response


async def _send(
    response: web.StreamResponse, delta: dict[str, Any], finish: str | None = None
) -> None:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    await response.write(f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n".encode())


@asynccontextmanager
async def model_server(answer: Answer) -> AsyncIterator[ModelServer]:
    """Serves until the block ends; what hangs then is cut off."""
    server = ModelServer(answer)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
