"""What the operating system refuses, in a sentence for whoever typed the command."""

from __future__ import annotations

import errno

__all__ = ["CannotListen", "os_words"]


class CannotListen(OSError):
    """The server cannot answer at the address that it was given; the message says why."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        match error:
            case OSError(errno=errno.EADDRINUSE):
                why = "another program answers there already"
            case OSError(errno=errno.EACCES):
                why = "ports below 1024 are root's"
            case OSError(errno=errno.EADDRNOTAVAIL):
                why = "this machine has no such address"
            case _:
                why = (error.strerror or str(error)).lower()
        super().__init__(f"cannot answer at {host}, port {port}: {why}")


def os_words(error: OSError) -> str:
    """`error` without its number: what is wrong with which file."""
    if error.filename is None:
        return str(error) or "it did not answer in time"
    name = error.filename.decode() if isinstance(error.filename, bytes) else error.filename
    match error:
        case FileNotFoundError():
            return f"there is no {name}"
        case PermissionError():
            return f"this user may not use {name}: be the one that the program runs as"
        case IsADirectoryError():
            return f"{name} is a directory: name a file"
        case NotADirectoryError() | FileExistsError():
            return f"{name} cannot be: a part of it is a file, and no directory"
        case _:
            return f"{name}: {(error.strerror or str(error)).lower()}"
