"""A caller in a process of its own, to be killed in the middle of the call:
`python -m tests.support.vanishing_caller PORT CALLED`. Says `greeted` once it has heard us."""

from __future__ import annotations

import asyncio
import sys

from tests.support.livekit import LiveKit, PhoneLine


async def main(port: int, called: str) -> None:
    dialled = {"sip.trunkPhoneNumber": called, "sip.phoneNumber": "+4930555007"}
    async with PhoneLine.call(LiveKit(port), dialled) as line:
        await line.until_said()
        print("greeted", flush=True)
        await line.gone.wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
