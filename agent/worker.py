"""The worker: takes the calls that LiveKit sends it, each in a thread of its own.

A dispatch rule names the agent `phone-order`; the server offers the job to a worker that has room
for it. Between the ring and the greeting lie: joining the room, the restaurant by the number that
was called, and its menu. What does not hang on the call is made ready before it comes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from livekit import rtc
from livekit.agents import (
    Agent,
    AgentServer,
    AgentSession,
    JobContext,
    JobExecutorType,
    JobProcess,
)
from livekit.agents.voice import room_io
from msgspec.structs import replace

from agent.after_call import AfterCall, Followed, send_waiting
from agent.call import Call
from agent.engines import Engines
from agent.line import Line
from agent.orders import CloudOrders
from agent.phone_call import PhoneCall, phone_session
from agent.reception import take_call
from agent.settings import WorkerSettings, without_livekits_turn_detector
from agent.sip import Arrival, resolve
from agent.spool import Spool
from cloud.services import Services
from domain.clock import Clock, SystemClock
from domain.errors import NotFound
from domain.ids import UuidV7

__all__ = ["AGENT_NAME", "Operator", "make_server", "send_what_waits", "serve"]

AGENT_NAME = "phone-order"  # what dispatch rules ask for
ARRIVE_S = 10.0  # from the job to the caller's being in the room; they are there before us
POOL = 3  # connections to the database of one call: it asks three things at once at most
LOAD_S = 4.0  # a caller hears the line ring on for so long at most; milliseconds are usual
SAY_S = 20.0  # an apology takes some five seconds
FULL = 0.7  # LiveKit offers nothing to a worker that reports this load or more
DRAIN_S = 300  # calls that are up when the worker is told to stop may go on for so long

UNKNOWN_NUMBER = (
    "Hello. I'm sorry, this number doesn't belong to a restaurant that I answer for. "
    "Please check the number. Goodbye!"
)
NO_SERVICE = (
    "Hello. I'm sorry, I can't take orders just now. Please call again in a few minutes. Goodbye!"
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Operator:
    """Takes calls, each in a thread with an event loop of its own. `over` holds the ids of jobs
    whose line is free again: what is still written down of a call keeps no other one waiting."""

    settings: WorkerSettings
    engines: Engines
    over: set[str] = field(default_factory=set)

    def prewarm(self, process: JobProcess) -> None:
        self.engines.prewarm()

    async def answer(self, ctx: JobContext) -> None:
        """One call, from the ring to the end of what is kept of it."""
        clock = SystemClock()
        async with AsyncExitStack() as open_things:
            opening = asyncio.create_task(self._services(open_things, clock))
            try:
                async with asyncio.timeout(ARRIVE_S):
                    caller = await ctx.wait_for_participant()
            except TimeoutError:
                logger.warning("nobody came into the room %s", ctx.room.name)
                caller = None
            services = await opening
            if caller is not None:
                await self._attend(ctx, caller, services, clock)
        ctx.shutdown("the call is over")

    async def _services(self, open_things: AsyncExitStack, clock: Clock) -> Services | None:
        settings = replace(self.settings.cloud, database_pool=POOL)
        try:
            async with asyncio.timeout(LOAD_S):
                return await open_things.enter_async_context(Services.open(settings, clock=clock))
        except Exception as error:  # the driver's errors are many and all mean: not now
            logger.warning("the cloud's database does not answer: %r", error)
            return None

    async def _attend(
        self,
        ctx: JobContext,
        caller: rtc.RemoteParticipant,
        services: Services | None,
        clock: Clock,
    ) -> None:
        arrival = resolve(caller.attributes, region=self.settings.region)
        try:
            async with asyncio.timeout(LOAD_S):
                found = None if services is None else await find(services, arrival)
                words = NO_SERVICE if services is None else UNKNOWN_NUMBER
                taken = await self._taken(found, arrival, ctx, clock) if found else None
        except NotFound:  # a dispatch rule names a restaurant that is no more
            taken, words = None, UNKNOWN_NUMBER
        except Exception as error:  # whatever it is, the caller is told something
            logger.warning("the restaurant could not be loaded: %r", error)
            taken, words = None, NO_SERVICE
        if taken is None:
            logger.warning("call %s to %s: %s", arrival.call_id, arrival.called, words)
            await self._apologise(ctx, caller, words)
            return
        call, followed = taken

        def gone() -> None:
            self.over.add(ctx.job.id)
            talking.gone()

        try:
            async with self.engines.parts(call) as parts:
                talking = PhoneCall(call, phone_session(call, parts), followed)
                await talking.run(ctx.room, Line(ctx.room, caller, ctx.api, gone))
        except Exception:  # whatever it is, the caller is told something
            logger.exception("call %s broke down", arrival.call_id)
            if caller.identity in ctx.room.remote_participants:
                await self._apologise(ctx, caller, NO_SERVICE)
        finally:
            self.over.add(ctx.job.id)
            await followed.end()

    async def _taken(
        self, found: CloudOrders, arrival: Arrival, ctx: JobContext, clock: Clock
    ) -> tuple[Call, Followed]:
        """The call, by the bridge's own id: one call places one order, whichever process has it."""
        call_id = arrival.call_id or ctx.job.room.sid
        call = await take_call(
            call_id, found, clock, UuidV7(clock), phone=arrival.caller, line_transfers=True
        )
        logger.info("call %s for %s", call_id, found.business_id)
        kept = self.settings.kept
        after = AfterCall.of(found.business_id, found, clock, kept, self.settings.traces)
        called = next(iter(arrival.called), "")
        return call, after.begin(call, called=called)

    async def _apologise(self, ctx: JobContext, caller: rtc.RemoteParticipant, words: str) -> None:
        """Says `words` and hangs up."""
        line = Line(ctx.room, caller, ctx.api, lambda: None)
        options = room_io.RoomOptions(audio_input=False, text_input=False, text_output=False)
        async with self.engines.voice() as voice:
            session = AgentSession[None](tts=voice, vad=None)
            try:
                nobody = Agent(instructions="")
                await session.start(
                    nobody,
                    room=ctx.room,
                    room_options=options,
                    record=False,
                    session_host=False,
                )
                await line.picked_up()
                async with asyncio.timeout(SAY_S):
                    await session.say(words, allow_interruptions=False)
            except TimeoutError:
                logger.warning("the apology was not said in %.0f s", SAY_S)
            finally:
                await line.hang_up()
                await session.aclose()


async def find(services: Services, arrival: Arrival) -> CloudOrders | None:
    """The restaurant that was called, or None: never another one in its place."""
    if arrival.business_id:
        return CloudOrders(services, arrival.business_id)
    for number in arrival.called:
        business_id = await services.businesses.of_number(number)
        if business_id is not None:
            return CloudOrders(services, business_id)
    return None


async def send_what_waits(settings: WorkerSettings) -> None:
    """Sends the records of calls that an earlier run could not. Raises nothing."""
    if settings.kept.spool is None:
        return
    clock = SystemClock()
    try:
        async with Services.open(replace(settings.cloud, database_pool=1)) as services:
            spool = Spool(settings.kept.spool, clock)
            await send_waiting(spool, lambda business: CloudOrders(services, business), clock)
    except Exception as error:  # it is tried again with the next call's record
        logger.warning("records of earlier calls still wait: %r", error)


def make_server(
    settings: WorkerSettings,
    engines: Engines,
) -> AgentServer:
    """The worker, ready to be run. Calls are threads of one process: they share what takes memory,
    the recognisers above all, and a process for each would have its own."""
    without_livekits_turn_detector()
    operator = Operator(settings, engines)

    def load(server: AgentServer) -> float:
        jobs = {active.job.id for active in server.active_jobs}
        operator.over.intersection_update(jobs)
        return FULL * len(jobs - operator.over) / settings.calls

    server = AgentServer(
        job_executor_type=JobExecutorType.THREAD,
        host=settings.host,
        port=settings.port,
        ws_url=settings.livekit_url,
        api_key=settings.livekit_key,
        api_secret=settings.livekit_secret,
        # A thread is ready for each. LiveKit reckons from this number, too, how much of us a job
        # takes that has not begun: with 1 the second of two calls in one moment would be refused.
        num_idle_processes=settings.calls,
        load_fnc=load,
        load_threshold=FULL,
        drain_timeout=DRAIN_S,
        setup_fnc=operator.prewarm,
    )
    server.rtc_session(operator.answer, agent_name=AGENT_NAME)
    return server


async def serve(
    server: AgentServer, stop: asyncio.Event, on_ready: Callable[[], None] = lambda: None
) -> None:
    """Takes calls until `stop` is set; calls that are up then may go on for `DRAIN_S`. `on_ready`
    is called each time that LiveKit knows of us. Raises where LiveKit cannot be reached."""
    server.on("worker_registered", lambda *_: on_ready())
    running = asyncio.create_task(server.run())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            try:
                await server.drain(timeout=DRAIN_S)
            except TimeoutError:
                logger.warning("calls that are still up after %d s are cut off", DRAIN_S)
            await server.aclose()
        await running
    finally:
        stopping.cancel()
