"""The real SIP bridge, `livekit-sip`, where it is found on PATH."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from tests.support.livekit import KEY, SECRET, LiveKit, free_ports
from tests.support.needs import needs

__all__ = ["sip_bridge"]

READY_S = 20.0
_RTP_PORTS = 200


@contextmanager
def sip_bridge(server: LiveKit, redis: str, folder: Path) -> Iterator[int]:
    """Its SIP port on loopback, until the block ends."""
    program = shutil.which("livekit-sip")
    if program is None:
        needs("livekit-sip", "build https://github.com/livekit/sip, and put it on PATH")
    (port,) = free_ports(1)
    rtp = 20_000
    config = {
        "api_key": KEY,
        "api_secret": SECRET,
        "ws_url": server.url,
        "redis": {"address": redis},
        "sip_port": port,
        "rtp_port": f"{rtp}-{rtp + _RTP_PORTS}",
        "listen_ip": "127.0.0.1",
        "nat_1_to_1_ip": "127.0.0.1",  # else its address search skips loopback
        "use_external_ip": False,
        "logging": {"level": "debug"},
    }
    file = folder / "sip.yaml"
    file.write_text(yaml.safe_dump(config))
    log = folder / "sip.log"
    with log.open("wb") as out:
        process = subprocess.Popen([program, "--config", str(file)], stdout=out, stderr=out)
    try:
        give_up = time.monotonic() + READY_S
        while b"service ready" not in log.read_bytes():
            assert process.poll() is None, f"livekit-sip ended: {log.read_text()[-2000:]}"
            assert time.monotonic() < give_up, f"livekit-sip: {log.read_text()[-2000:]}"
            time.sleep(0.05)
        yield port
    finally:
        process.kill()  # SIGTERM would wait for calls that are up
        process.wait()
