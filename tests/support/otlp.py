"""A Langfuse for tests: a real HTTP server on loopback that takes OTLP, or hangs, or refuses."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

__all__ = ["Receiver", "attributes", "receiver"]

WAIT_S = 20  # for a trace to come in on a busy machine


@dataclass
class Receiver:
    """What came in. `refuse` is an HTTP status to answer with; `hang` keeps each request waiting
    until the end."""

    url: str = ""
    refuse: int = 0
    hang: bool = False
    paths: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def take(self, path: str, login: str, body: bytes) -> int:
        with self._arrived:
            self.paths.append(path)
            self.logins.append(login)
            self.bodies.append(body)
            self._arrived.notify_all()
        if self.hang:
            self.released.wait()
        return self.refuse or 200

    @property
    def spans(self) -> list[Span]:
        """Every span that came in, in the order of its start."""
        found: list[Span] = []
        for body in list(self.bodies):
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    found.extend(scope.spans)
        return sorted(found, key=lambda span: span.start_time_unix_nano)

    def wait_for_request(self) -> bool:
        with self._arrived:
            return self._arrived.wait_for(lambda: bool(self.bodies), WAIT_S)


def attributes(span: Span) -> dict[str, Any]:
    """A span's attributes as plain values."""
    return {one.key: _plain(one.value) for one in span.attributes}


def _plain(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_plain(one) for one in value.array_value.values]
    return getattr(value, kind) if kind else None


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Serves until the block ends."""
    taken = Receiver()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            status = taken.take(self.path, self.headers.get("authorization", ""), body)
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: Any) -> None:
            """Whoever asked has gone: that is what the tests are about."""

    server = Server(("127.0.0.1", 0), Answer)
    taken.url = f"http://127.0.0.1:{server.server_address[1]}"
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield taken
    finally:
        taken.released.set()
        server.shutdown()
        serving.join()
        server.server_close()
