"""The inbound trunk and the dispatch rule by which LiveKit sends a carrier's calls to the agent.

Both are known by their name, so that setting them up again changes what is different and nothing
else; what somebody has set there besides stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import msgspec
from google.protobuf.duration_pb2 import Duration
from livekit import api

from agent.sip import BUSINESS_ATTRIBUTE, DIVERSION_ATTRIBUTE, DIVERSION_HEADER

__all__ = ["Setup", "Step", "plan", "set_up", "show"]

RING = timedelta(seconds=30)  # with no agent free: busy then, and not only after three minutes
ROOM_PREFIX = "call-"
LEFT_S = 2  # a room lives on for so long after its caller


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted. `numbers` (E.164) are ours at the carrier, `addresses` those that the carrier
    calls from (`192.0.2.0/24`). `business_id`: every call of this trunk is that restaurant's; where
    it is empty, the number that was called decides."""

    name: str
    agent: str
    numbers: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    business_id: str = ""


class Step(NamedTuple):
    """`what` in words, and whether it `changes` anything."""

    what: str
    changes: bool


class Plan(NamedTuple):
    """`trunk` and `rule` as they are to be; their ids are empty where they are new. The rule's
    trunk is filled in once it has an id."""

    trunk: api.SIPInboundTrunkInfo
    rule: api.SIPDispatchRuleInfo
    steps: tuple[Step, Step]


def plan(
    wanted: Setup,
    trunks: Sequence[api.SIPInboundTrunkInfo],
    rules: Sequence[api.SIPDispatchRuleInfo],
) -> Plan:
    """What has to be done, given what there is: pure."""
    old_trunk = next((t for t in trunks if t.name == wanted.name), None)
    old_rule = next((r for r in rules if r.name == wanted.name), None)
    trunk = _trunk(wanted, old_trunk or api.SIPInboundTrunkInfo())
    rule = _rule(wanted, old_rule or api.SIPDispatchRuleInfo(), trunk.sip_trunk_id)
    steps = (
        _step("trunk", wanted.name, new=old_trunk is None, same=trunk == old_trunk),
        _step("dispatch rule", wanted.name, new=old_rule is None, same=rule == old_rule),
    )
    return Plan(trunk, rule, steps)


def _step(kind: str, name: str, *, new: bool, same: bool) -> Step:
    if same:
        return Step(f"{kind} {name}: as it is", changes=False)
    return Step(f"{kind} {name}: {'created' if new else 'changed'}", changes=True)


def _trunk(wanted: Setup, old: api.SIPInboundTrunkInfo) -> api.SIPInboundTrunkInfo:
    trunk = api.SIPInboundTrunkInfo()
    trunk.CopyFrom(old)
    trunk.name = wanted.name
    trunk.numbers[:] = wanted.numbers
    trunk.allowed_addresses[:] = wanted.addresses
    # The first of repeated headers, as the bridge takes it: the latest diversion.
    trunk.headers_to_attributes[DIVERSION_HEADER] = DIVERSION_ATTRIBUTE
    ring = Duration()
    ring.FromTimedelta(RING)
    trunk.ringing_timeout.CopyFrom(ring)
    return trunk


def _rule(wanted: Setup, old: api.SIPDispatchRuleInfo, trunk_id: str) -> api.SIPDispatchRuleInfo:
    rule = api.SIPDispatchRuleInfo()
    rule.CopyFrom(old)
    rule.name = wanted.name
    rule.trunk_ids[:] = [trunk_id] if trunk_id else []
    each = api.SIPDispatchRuleIndividual(room_prefix=ROOM_PREFIX)
    rule.rule.CopyFrom(api.SIPDispatchRule(dispatch_rule_individual=each))
    if wanted.business_id:
        rule.attributes[BUSINESS_ATTRIBUTE] = wanted.business_id
    else:
        rule.attributes.pop(BUSINESS_ATTRIBUTE, None)
    rule.room_config.departure_timeout = LEFT_S
    if [a.agent_name for a in rule.room_config.agents] != [wanted.agent]:
        del rule.room_config.agents[:]
        rule.room_config.agents.add(agent_name=wanted.agent)
    return rule


async def set_up(livekit: api.LiveKitAPI, wanted: Setup, *, dry_run: bool) -> tuple[Step, ...]:
    """Makes it so; with `dry_run` only says what would be done. Raises what the API raises."""
    trunks = await livekit.sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest())
    rules = await livekit.sip.list_dispatch_rule(api.ListSIPDispatchRuleRequest())
    doing = plan(wanted, trunks.items, rules.items)
    if dry_run:
        return doing.steps
    trunk, rule = doing.trunk, doing.rule
    if doing.steps[0].changes:
        trunk = await _put_trunk(livekit, trunk)
    rule.trunk_ids[:] = [trunk.sip_trunk_id]
    if doing.steps[1].changes:
        await _put_rule(livekit, rule)
    return doing.steps


async def _put_trunk(
    livekit: api.LiveKitAPI, trunk: api.SIPInboundTrunkInfo
) -> api.SIPInboundTrunkInfo:
    if trunk.sip_trunk_id:
        return await livekit.sip.update_inbound_trunk(trunk.sip_trunk_id, trunk)
    return await livekit.sip.create_inbound_trunk(api.CreateSIPInboundTrunkRequest(trunk=trunk))


async def _put_rule(livekit: api.LiveKitAPI, rule: api.SIPDispatchRuleInfo) -> None:
    if rule.sip_dispatch_rule_id:
        await livekit.sip.update_dispatch_rule(rule.sip_dispatch_rule_id, rule)
    else:
        await livekit.sip.create_dispatch_rule(api.CreateSIPDispatchRuleRequest(dispatch_rule=rule))


async def show(livekit: api.LiveKitAPI) -> tuple[str, ...]:
    """What there is, a line each. Raises what LiveKit's API raises."""
    trunks = await livekit.sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest())
    rules = await livekit.sip.list_dispatch_rule(api.ListSIPDispatchRuleRequest())
    return (*map(_trunk_line, trunks.items), *map(_rule_line, rules.items))


def _trunk_line(trunk: api.SIPInboundTrunkInfo) -> str:
    numbers = ", ".join(trunk.numbers) or "every number"
    addresses = ", ".join(trunk.allowed_addresses)
    known = addresses or ("a password" if trunk.auth_username else "ANYBODY")
    return f"trunk {trunk.name} ({trunk.sip_trunk_id}): {numbers}, calls from {known}"


def _rule_line(rule: api.SIPDispatchRuleInfo) -> str:
    agents = ", ".join(agent.agent_name for agent in rule.room_config.agents) or "no agent"
    trunks = ", ".join(rule.trunk_ids) or "every trunk"
    business = rule.attributes.get(BUSINESS_ATTRIBUTE)
    to = f" for {business}" if business else ""
    return f"dispatch rule {rule.name} ({rule.sip_dispatch_rule_id}): {trunks} to {agents}{to}"
