"""What `panbot edge` and `panbot printers` say where they cannot go on: one sentence each."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from domain.errors import PanBotError
from edge.settings import BadSetting
from edge.store.disk import refusal
from web.words import CannotListen, os_words

__all__ = ["status_of"]

_OWN_FILES = ("edge.lock", "edge.sqlite")
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def status_of(program: str, command: Callable[[], int]) -> int:
    """Runs `command`, and says on standard error what it raises: its exit status, 1 where it
    failed, 2 where it was misused. An error of ours goes through."""
    try:
        return command()
    except BadSetting as error:
        words, status = str(error), 2
    except PanBotError as error:
        words, status = error.detail, 1
    except sqlite3.Error as error:
        words, status = _database(error), 1
    except CannotListen as error:
        words = f"{error}. Set PANBOT_EDGE_HOST and PANBOT_EDGE_PORT, or end what has it."
        status = 1
    except OSError as error:
        words, status = refusal(error) or _file(error), 1
    except RuntimeError as error:
        words, status = str(error), 1
    sys.stderr.write(f"{program}: {words}\n")
    return status


def _file(error: OSError) -> str:
    if Path(os.fsdecode(error.filename or "")).name in _OWN_FILES:
        return f"{os_words(error)}. PANBOT_EDGE_DATA says where the edge's data is."
    return os_words(error)


def _database(error: sqlite3.Error) -> str:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _LOCKED:
        return "Another program holds the edge's database; nothing was changed. End it, try again."
    return refusal(error) or f"The edge's database cannot be used, and stays as it is: {error}."
