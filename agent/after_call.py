"""What is kept of each call, from the moment it comes in to after the line is down.

`AfterCall` is made once for a restaurant; `begin` gives what belongs to one call. Its record is put
on this machine's disk first and taken away again once the cloud has it, so that neither a cloud
that is away nor a program that is killed loses it. Nothing of this is waited for by a caller.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from agent.call import Call
from agent.call_log import CallLog
from agent.orders import OrderService
from agent.prices import NO_PRICES, Prices, load_prices
from agent.settings import CallSettings, TraceSettings
from agent.spool import Spool
from agent.tracing import CallTrace, TracedCall, Tracing, tracing_of
from domain.call import CallRecord
from domain.clock import Clock
from domain.errors import PanBotError, Unavailable

__all__ = ["AfterCall", "Followed", "finish", "send_waiting"]

TRY_S = 2.5  # of one try; LiveKit ends a job's process 10 s after its call, traces want some too
TRIES = 2
RETRY_AFTER_S = 0.3  # a connection that was lost is back by then, or the cloud is away
MAX_SENT = 50  # older records that go along with one call; the next takes the next ones

_log = logging.getLogger(__name__)


class AfterCall:
    """What is done about the calls of one restaurant besides answering them."""

    def __init__(
        self,
        business_id: str,
        service: OrderService,
        clock: Clock,
        *,
        prices: Prices = NO_PRICES,
        spool: Spool | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        self._business_id = business_id
        self._service = service
        self._clock = clock
        self._prices = prices
        self._spool = spool
        self._tracing = tracing

    @classmethod
    def of(
        cls,
        business_id: str,
        service: OrderService,
        clock: Clock,
        settings: CallSettings,
        traces: TraceSettings | None,
    ) -> AfterCall:
        """As the settings say. Raises `cloud.services.SettingsError` where the prices are wrong."""
        return cls(
            business_id,
            service,
            clock,
            prices=load_prices(settings.prices),
            spool=Spool(settings.spool, clock) if settings.spool is not None else None,
            tracing=tracing_of(traces) if traces is not None else None,
        )

    def begin(self, call: Call, *, called: str = "") -> Followed:
        """As the call comes in, before its session starts."""
        log = CallLog(
            call, self._clock, business_id=self._business_id, called=called, prices=self._prices
        )
        if self._tracing is None:
            return Followed(self, log, CallTrace())
        caller = call.cart.customer.phone
        trace = self._tracing.start(TracedCall(call.id, self._business_id, caller))
        return Followed(self, log, trace)

    async def end(self, followed: Followed) -> CallRecord:
        record = await finish(followed.log, self._service, self._clock, self._spool)
        followed.trace.end(record)
        if self._tracing is not None:
            await self._tracing.flush()
        return record

    async def send_waiting(self) -> int:
        """Sends what waits of this restaurant from earlier runs: as the agent starts."""
        if self._spool is None:
            return 0
        return await send_waiting(
            self._spool, lambda _: self._service, self._clock, business_id=self._business_id
        )


class Followed:
    """One call's log and trace. Attach the log to the session, and start it in `trace.active()`."""

    def __init__(self, after: AfterCall, log: CallLog, trace: CallTrace) -> None:
        self._after = after
        self.log = log
        self.trace = trace

    async def end(self) -> CallRecord:
        """Once the session is closed. Takes 8 s at most."""
        return await self._after.end(self)


async def finish(
    log: CallLog, service: OrderService, clock: Clock, spool: Spool | None = None
) -> CallRecord:
    """Writes the record of a call that has ended; what waited of the same business goes along.

    Takes 6 s at most, whatever the cloud and the disk do. Without a `spool` a record that the cloud
    does not take is lost, and the log says so.
    """
    record = log.record()
    kept = await _keep(spool, log.business_id, record)
    if not await _sent(service, record, clock):
        if kept is None:
            _log.error("the record of call %s is lost: the cloud does not take it", record.id)
        return record
    if spool is not None and kept is not None:
        await asyncio.to_thread(spool.remove, kept)
    if spool is not None:
        await send_waiting(spool, lambda _: service, clock, business_id=log.business_id)
    return record


async def send_waiting(
    spool: Spool,
    service_of: Callable[[str], OrderService],
    clock: Clock,
    *,
    business_id: str = "",
) -> int:
    """Sends what waits, of one business or of all; stops at the first that finds nobody. Returns
    how many the cloud took. Raises nothing."""
    taken = 0
    try:
        waiting = await asyncio.to_thread(lambda: list(spool.waiting(business_id))[:MAX_SENT])
        for path, kept in waiting:
            try:
                async with asyncio.timeout(TRY_S):
                    await service_of(kept.business_id).record(kept.record)
            except (Unavailable, TimeoutError):
                break
            except PanBotError as refusal:  # it is tried again until it is too old
                _log.warning("the cloud refuses the record of a call: %s", refusal.detail)
                continue
            await asyncio.to_thread(spool.remove, path)
            taken += 1
    except Exception:
        _log.exception("records of calls that wait could not be sent")
    return taken


async def _keep(spool: Spool | None, business_id: str, record: CallRecord) -> Path | None:
    if spool is None:
        return None
    try:
        return await asyncio.to_thread(spool.keep, business_id, record)
    except OSError as error:
        _log.warning("the record of a call cannot be kept on this machine: %s", error)
        return None


async def _sent(service: OrderService, record: CallRecord, clock: Clock) -> bool:
    for attempt in range(TRIES):
        if attempt:
            await clock.sleep(RETRY_AFTER_S)
        try:
            async with asyncio.timeout(TRY_S):
                await service.record(record)
            return True
        except (Unavailable, TimeoutError):
            continue
        except Exception as error:  # whatever it is, the call is over and must end quietly
            _log.warning("the record of call %s is refused: %s", record.id, type(error).__name__)
            return False
    return False
