"""The edge's tables, as migrations. A released migration is never changed; a new one is added."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from edge.store.writer import connect

__all__ = ["migrate"]

# Name and statements. The last one's place in the list is the database's `user_version`.
#
# `records` is what terminals see; `pending` is what the cloud has not been told yet. `version` is
# the cloud's, 0 where it never had the record. `local_seq` numbers this edge's own writes: it is
# the ETag on the LAN and the id of a server-sent event.
#
# `pending_counts` is kept by triggers: after a week offline there are too many rows to count at
# each look at the status.
#
# `inherited_to` is the place in the feed up to which another edge, or this one before a backup was
# restored, may have printed; NULL until the cloud has said where its feed ended then.
MIGRATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "0001_tables",
        (
            """CREATE TABLE records (
                 local_seq INTEGER PRIMARY KEY, collection TEXT NOT NULL, key TEXT NOT NULL,
                 version INTEGER NOT NULL, data TEXT NOT NULL, deleted INTEGER NOT NULL,
                 updated_at TEXT NOT NULL, UNIQUE (collection, key))""",
            """CREATE INDEX orders_by_day
               ON records (data ->> '$.business_day', data ->> '$.placed_at')
               WHERE collection = 'order'""",
            """CREATE INDEX orders_by_status
               ON records (data ->> '$.status', data ->> '$.placed_at')
               WHERE collection = 'order'""",
            """CREATE TABLE pending (
                 collection TEXT NOT NULL, key TEXT NOT NULL, op_id TEXT NOT NULL,
                 base_version INTEGER NOT NULL, base TEXT, first_edit_at TEXT NOT NULL,
                 decided_at TEXT NOT NULL, due_at TEXT NOT NULL, attempts INTEGER NOT NULL,
                 last_error TEXT NOT NULL, sent TEXT, PRIMARY KEY (collection, key),
                 FOREIGN KEY (collection, key) REFERENCES records (collection, key))
               WITHOUT ROWID""",
            "CREATE INDEX pending_by_due ON pending (due_at)",
            "CREATE INDEX pending_by_decision ON pending (decided_at)",
            """CREATE TABLE cursor (
                 one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL)""",
            "INSERT INTO cursor VALUES (1, 0)",
            """CREATE TABLE print_jobs (
                 id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, printer_id TEXT NOT NULL,
                 ticket TEXT NOT NULL, state TEXT NOT NULL,
                 created_at TEXT NOT NULL, due_at TEXT NOT NULL, attempts INTEGER NOT NULL,
                 sends INTEGER NOT NULL, reason TEXT NOT NULL, banner TEXT NOT NULL,
                 awaits_printer INTEGER NOT NULL, sending_at TEXT NOT NULL,
                 finished_at TEXT NOT NULL)""",
            """CREATE INDEX print_jobs_to_do ON print_jobs (printer_id, id)
               WHERE finished_at = ''""",
            """CREATE TABLE counters (
                 business_day TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID""",
            """CREATE TABLE identity (
                 one INTEGER PRIMARY KEY CHECK (one = 1), token_secret TEXT NOT NULL,
                 business_id TEXT NOT NULL DEFAULT '', device_id TEXT NOT NULL DEFAULT '',
                 device_secret TEXT NOT NULL DEFAULT '', cloud_url TEXT NOT NULL DEFAULT '',
                 inherited_to INTEGER)""",
        ),
    ),
    (
        "0002_who_edited",
        (
            "ALTER TABLE pending ADD COLUMN edited_at TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE pending ADD COLUMN edited_by TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE pending ADD COLUMN quarantined INTEGER NOT NULL DEFAULT 0",
        ),
    ),
    (
        "0003_printer_logins",
        (
            """CREATE TABLE printer_logins (
                 printer_id TEXT PRIMARY KEY, username TEXT NOT NULL, password TEXT NOT NULL)
               WITHOUT ROWID""",
        ),
    ),
    (
        "0004_print_jobs_expire",
        (
            "ALTER TABLE print_jobs ADD COLUMN expires_at TEXT NOT NULL DEFAULT ''",
            """UPDATE print_jobs
               SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+4 hours')""",
        ),
    ),
    (
        "0005_backlog_counted",
        (
            """CREATE TABLE pending_counts (
                 collection TEXT PRIMARY KEY, pending INTEGER NOT NULL, failing INTEGER NOT NULL,
                 quarantined INTEGER NOT NULL) WITHOUT ROWID""",
            """INSERT INTO pending_counts
               SELECT collection, count(*), sum(last_error <> ''), sum(quarantined)
               FROM pending GROUP BY collection""",
            """CREATE TRIGGER pending_added AFTER INSERT ON pending BEGIN
                 INSERT INTO pending_counts
                 VALUES (new.collection, 1, new.last_error <> '', new.quarantined)
                 ON CONFLICT (collection) DO UPDATE SET pending = pending + 1,
                   failing = failing + excluded.failing,
                   quarantined = quarantined + excluded.quarantined;
               END""",
            """CREATE TRIGGER pending_removed AFTER DELETE ON pending BEGIN
                 UPDATE pending_counts SET pending = pending - 1,
                   failing = failing - (old.last_error <> ''),
                   quarantined = quarantined - old.quarantined
                 WHERE collection = old.collection;
               END""",
            """CREATE TRIGGER pending_judged AFTER UPDATE OF last_error, quarantined ON pending
               WHEN (new.last_error <> '') <> (old.last_error <> '')
                 OR new.quarantined <> old.quarantined
               BEGIN
                 UPDATE pending_counts
                 SET failing = failing + (new.last_error <> '') - (old.last_error <> ''),
                   quarantined = quarantined + new.quarantined - old.quarantined
                 WHERE collection = new.collection;
               END""",
            "CREATE INDEX pending_by_age ON pending (collection, first_edit_at)",
            "CREATE INDEX pending_failing ON pending (decided_at) WHERE last_error <> ''",
            "CREATE INDEX pending_quarantined ON pending (first_edit_at) WHERE quarantined",
        ),
    ),
    (
        "0006_changes_set_aside",
        (
            """CREATE TABLE set_aside (
                 collection TEXT NOT NULL, key TEXT NOT NULL, change TEXT NOT NULL,
                 reason TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (collection, key))
               WITHOUT ROWID""",
        ),
    ),
    (
        "0007_numbers_go_on",
        (
            """INSERT INTO counters
               SELECT data ->> '$.business_day', max(CAST(substr(data ->> '$.number', 3) AS INT))
               FROM records
               WHERE collection = 'order' AND data ->> '$.business_day' IS NOT NULL
                 AND data ->> '$.number' GLOB 'T-[0-9]*'
               GROUP BY 1
               ON CONFLICT (business_day) DO UPDATE SET number = max(number, excluded.number)""",
        ),
    ),
)


def migrate(path: Path) -> None:
    """Brings the database at `path` up to date, making it where there is none.

    Run before any other connection is open.
    """
    connection = connect(path)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version < len(MIGRATIONS):
            _apply(connection)
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    finally:
        connection.close()


def _apply(connection: sqlite3.Connection) -> None:
    """Each migration and the note that it is done are one transaction."""
    # Imported here, since it takes 0.3 s and 15 MB, and nearly every start has nothing to do.
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("edge")
    for name, statements in MIGRATIONS:

        def apply(db: Database, statements: tuple[str, ...] = statements) -> None:
            for statement in statements:
                db.execute(statement)

        migrations(name=name)(apply)
    migrations.apply(Database(connection, execute_plugins=False))
