"""`panbot agent trunks` against a real LiveKit server's API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from livekit import api

from agent.cli import main
from tests.support.livekit import KEY, SECRET, LiveKit, livekit_server
from tests.support.redis import redis_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKit]:
    folder = tmp_path_factory.mktemp("trunks")
    with redis_server(folder) as redis, livekit_server(folder, redis=redis) as running:
        yield running


@pytest.fixture(autouse=True)
def _settings(server: LiveKit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANBOT_LIVEKIT_URL", server.url)
    monkeypatch.setenv("PANBOT_LIVEKIT_API_KEY", KEY)
    monkeypatch.setenv("PANBOT_LIVEKIT_API_SECRET", SECRET)


WORDS = ["trunks", "--number", "+49 30 999000", "--allow", "192.0.2.0/24"]


def test_it_is_set_up_once_and_changed_where_it_differs(
    server: LiveKit, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run does nothing, the first run creates, the second keeps, another number changes."""
    assert main([*WORDS, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines() == ["trunk panbot: created", "dispatch rule panbot: created"]
    assert main(WORDS) == 0
    said = capsys.readouterr().out
    assert "trunk panbot: created" in said
    assert "+4930999000, calls from 192.0.2.0/24" in said
    assert "to phone-order" in said
    assert main(WORDS) == 0
    said = capsys.readouterr().out
    assert "trunk panbot: as it is" in said
    assert "dispatch rule panbot: as it is" in said
    assert main([*WORDS, "--number", "+4930999001", "--business", "trattoria"]) == 0
    said = capsys.readouterr().out
    assert "trunk panbot: changed" in said
    assert "dispatch rule panbot: changed" in said
    assert "+4930999000, +4930999001" in said
    assert "for trattoria" in said
    assert main(["trunks"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


async def test_what_the_bridge_is_told(server: LiveKit) -> None:
    """The header that names the forwarded line comes to the agent, and the rule names the agent."""
    async with server.api() as livekit:
        (trunk,) = (await livekit.sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest())).items
        (rule,) = (await livekit.sip.list_dispatch_rule(api.ListSIPDispatchRuleRequest())).items
    assert dict(trunk.headers_to_attributes) == {"Diversion": "panbot.diversion"}
    assert trunk.ringing_timeout.seconds == 30
    assert list(rule.trunk_ids) == [trunk.sip_trunk_id]
    assert rule.rule.dispatch_rule_individual.room_prefix == "call-"
    assert dict(rule.attributes) == {"panbot.business": "trattoria"}
    assert [agent.agent_name for agent in rule.room_config.agents] == ["phone-order"]


def test_a_trunk_that_anybody_may_call_is_warned_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without the carrier's addresses whoever finds the port could order."""
    assert main(["trunks", "--number", "+4930999002", "--name", "open"]) == 0
    said = capsys.readouterr()
    assert "calls from ANYBODY" in said.out
    assert "--allow" in said.err


@pytest.mark.parametrize(
    ("words", "variables", "complaint"),
    [
        (["trunks", "--number", "sales"], {}, "'sales' is no telephone number"),
        (["trunks"], {"PANBOT_LIVEKIT_URL": ""}, "PANBOT_LIVEKIT_URL is not set"),
        (["trunks"], {"PANBOT_LIVEKIT_URL": "http://127.0.0.1:9"}, "LiveKit does not do it"),
        (["trunks"], {"PANBOT_LIVEKIT_API_SECRET": "x" * 32}, "LiveKit does not do it"),
        (["trunks", "--number", "1"], {"PANBOT_PHONE_REGION": "Mars"}, "PANBOT_PHONE_REGION"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    words: list[str],
    variables: dict[str, str],
    complaint: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And nothing is changed."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert main(words) == 1
    assert complaint in capsys.readouterr().err
