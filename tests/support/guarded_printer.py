"""The virtual IPP printer behind TLS and a password, as office printers are set up."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from demo.printers.ipp_printer import IppPrinter
from domain.clock import SystemClock
from printing.transport import Login

__all__ = ["GuardedPrinter", "guarded_printer"]

_LENGTH = re.compile(rb"(?i)content-length: (\d+)")
_REFUSED = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class GuardedPrinter:
    """`printer` prints; `login` is who may, None for everyone; `certificate` is the SHA-256 of what
    it shows, in hex. `requests` counts those that came through TLS."""

    def __init__(self, printer: IppPrinter, folder: Path) -> None:
        self.printer = printer
        self.login: Login | None = None
        self.requests = 0
        self.certificate = ""
        self._folder = folder
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server: asyncio.Server | None = None

    @property
    def uri(self) -> str:
        assert self._server is not None
        return f"ipps://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/ipp/print"

    def set_up_anew(self) -> None:
        """From now on it shows another certificate, as after a reset to how it left the factory."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "printer")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(now - timedelta(days=1))  # nobody sets the clock of a printer
            .sign(key, SHA256())
        )
        file = self._folder / "printer.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(secret + made.public_bytes(Encoding.PEM))
        self._tls.load_cert_chain(file)
        self.certificate = hashlib.sha256(made.public_bytes(Encoding.DER)).hexdigest()

    async def start(self) -> None:
        self.set_up_anew()
        await self.printer.start()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        await self.printer.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length[1])) if length else b""
            if self.login is None or self.login.authorization.encode() in head:
                there, printer = await asyncio.open_connection("127.0.0.1", self.printer.port)
                printer.write(head + body)
                writer.write(await there.read(-1))
                printer.close()
            else:
                writer.write(_REFUSED)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def guarded_printer(folder: Path) -> AsyncIterator[GuardedPrinter]:
    guarded = GuardedPrinter(IppPrinter(SystemClock()), folder)
    await guarded.start()
    try:
        yield guarded
    finally:
        await guarded.stop()
