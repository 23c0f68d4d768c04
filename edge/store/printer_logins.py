"""The names and passwords that printers ask for. They stay on this machine: a printer's record is
shown to everyone and goes to the cloud."""

from __future__ import annotations

import sqlite3

from edge.store.writer import Transaction
from printing.transport import Login

__all__ = ["find", "forget", "save"]


def find(db: sqlite3.Connection, printer_id: str) -> Login | None:
    row = db.execute(
        "SELECT username, password FROM printer_logins WHERE printer_id = ?", (printer_id,)
    ).fetchone()
    return Login(*row) if row else None


def save(tx: Transaction, printer_id: str, login: Login) -> None:
    tx.execute(
        """INSERT INTO printer_logins VALUES (?, ?, ?) ON CONFLICT (printer_id)
           DO UPDATE SET username = excluded.username, password = excluded.password""",
        (printer_id, login.username, login.password),
    )


def forget(tx: Transaction, printer_id: str) -> None:
    tx.execute("DELETE FROM printer_logins WHERE printer_id = ?", (printer_id,))
