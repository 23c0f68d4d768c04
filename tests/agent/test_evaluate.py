"""`panbot agent evaluate`: what it reads, how it judges, what it says."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from agent.cart import Cart, CartLine
from agent.cli import main
from agent.scoring import Outcome, judge
from agent.suite import load_suite
from domain.codec import encode
from domain.errors import Invalid, Malformed
from domain.order import OrderType
from domain.ordering import Choice
from tests.support.menus import TRATTORIA

ORDER = """
- name: two-of-them
  kind: plain
  menu: menu.json
  turns: ["two margheritas without basil, for Maria, pick-up", "yes"]
  expect:
    placed: true
    type: pickup
    name: maria
    lines: [{item: margherita, qty: 2, modifiers: [basil]}]
    reply_mentions: ["two margheritas"]
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "menu.json").write_text(json.dumps(encode(TRATTORIA)), "utf-8")
    path = tmp_path / "suite.yaml"
    path.write_text(ORDER, "utf-8")
    return path


def test_an_exact_order_counts(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The object has exact, total and the failures, and the exit status is 0."""
    assert main(["evaluate", str(suite), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["exact"], said["total"], said["failures"]) == (1, 1, [])
    assert said["kinds"] == {"plain": {"exact": 1, "total": 1}}


def test_a_failure_is_told_with_its_talk(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing and what is too much, and every turn; it ran, so the exit status is 0."""
    suite.write_text(ORDER.replace("qty: 2", "qty: 3"), "utf-8")
    assert main(["evaluate", str(suite)]) == 0
    said = capsys.readouterr().out
    assert "all    0/1 (0.0 %)" in said
    assert "! missing: 3 margherita" in said
    assert "! too much: 2 margherita" in said
    assert "> two margheritas without basil" in said


@pytest.mark.parametrize(
    ("expected", "exact"), [("Mrs Maria", 1), ("MARÍA", 1), ("Maria Rossi", 0), ("Mario", 0)]
)
def test_a_name_is_the_same_with_its_title(
    suite: Path, capsys: pytest.CaptureFixture[str], expected: str, exact: int
) -> None:
    """Capitals, accents and a title make no other person; another name does."""
    suite.write_text(ORDER.replace("name: maria", f"name: {expected}"), "utf-8")
    assert main(["evaluate", str(suite), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["exact"] == exact


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("- name", "- name: [", "suite.yaml is no YAML"),
        ("item: margherita", "item: sushi", "[0].expect.lines[0].item: there is no item 'sushi'"),
        ("[basil]", "[gold]", "has no 'gold'"),
        ("  kind: plain", "  kind: plain\n  mood: bad", "mood"),
        ("placed: true", "placed: perhaps", "[0].expect.placed"),
        ("menu: menu.json", "menu: other.json", "other.json"),
    ],
)
def test_what_is_wrong_with_a_suite_is_said_in_one_line(
    suite: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    """The file and the field are named, and nothing is run."""
    suite.write_text(ORDER.replace(old, new, 1), "utf-8")
    assert main(["evaluate", str(suite)]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_a_menu_that_is_no_json_is_named(suite: Path) -> None:
    """The menu's own file is what is said to be wrong."""
    (suite.parent / "menu.json").write_text("{", "utf-8")
    with pytest.raises(Malformed, match=r"menu\.json is no JSON"):
        load_suite(suite)
    (suite.parent / "menu.json").write_text("{}", "utf-8")
    with pytest.raises(Invalid, match=r"menu\.json: "):
        load_suite(suite)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (CartLine("1", "margherita", 2, (Choice("without", "basil"),)), False),
        (
            CartLine("1", "margherita", 2, (Choice("size", "regular"), Choice("without", "basil"))),
            False,
        ),
        (CartLine("1", "margherita", 1, (Choice("without", "basil"),)), True),
        (CartLine("1", "margherita", 2), True),
        (CartLine("1", "margherita", 2, (Choice("without", "basil"),), "well done"), True),
    ],
)
def test_lines_are_judged_by_how_the_dish_is_made(suite: Path, line: CartLine, wrong: bool) -> None:
    """A default is the same spelled out or left out; quantity, choice and note are not."""
    suite.write_text(ORDER.replace("placed: true", "placed: false"), "utf-8")
    case = load_suite(suite)[0]
    cart = Cart((line,), OrderType.PICKUP)
    verdict = judge(case, Outcome(cart, None, ("Two Margheritas",)))
    assert any("margherita" in w for w in verdict) == wrong


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({}, "PANBOT_LLM"),
        ({"PANBOT_LLM": "openai/gpt-4.1-mini"}, "PANBOT_LIVEKIT_API_KEY"),
    ],
)
def test_a_model_without_its_key_names_the_variable(
    suite: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    missing: str,
) -> None:
    """Nobody has to guess which one."""
    for name in ("PANBOT_LLM", "PANBOT_LIVEKIT_API_KEY", "PANBOT_OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert main(["evaluate", str(suite), "--engine", "model"]) == 1
    assert missing in capsys.readouterr().err


class _Model(BaseHTTPRequestHandler):
    """A server that speaks OpenAI's way, and has only one thing to say."""

    asked: list[dict[str, Any]] = []

    def do_POST(self) -> None:
        self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Good evening."}}],
        }
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode())

    def log_message(self, *_: Any) -> None:
        pass


def test_a_model_is_scored_through_the_same_tools(
    suite: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given the waiter's tools; one that only makes conversation has placed nothing."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Model)
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("PANBOT_LLM", "openai/some-model")
    monkeypatch.setenv("PANBOT_OPENAI_API_KEY", "key")
    monkeypatch.setenv("PANBOT_OPENAI_URL", f"http://127.0.0.1:{server.server_port}/v1")
    try:
        assert main(["evaluate", str(suite), "--engine", "model", "--json"]) == 0
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    said = json.loads(capsys.readouterr().out)
    assert (said["engine"], said["exact"], said["total"]) == ("model", 0, 1)
    assert said["failures"][0]["said"][0][1] == "Good evening."
    tools = {tool["function"]["name"] for tool in _Model.asked[0]["tools"]}
    assert {"set_item", "order_again", "read_back", "place_order", "hand_over"} <= tools
