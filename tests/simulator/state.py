"""What the portal remembers: one SQLite file that survives the kill of its process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

Row = sqlite3.Row
Value = str | int | float | bytes | None

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (
    name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS structure (
    id INTEGER PRIMARY KEY AUTOINCREMENT, id_type TEXT NOT NULL,
    identifier TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    public INTEGER NOT NULL DEFAULT 1, active INTEGER NOT NULL DEFAULT 1,
    state INTEGER NOT NULL DEFAULT 0,
    needs_service INTEGER NOT NULL DEFAULT 0,
    needs_engagement INTEGER NOT NULL DEFAULT 0,
    needs_either INTEGER NOT NULL DEFAULT 0,
    hides_payment INTEGER NOT NULL DEFAULT 0,
    street TEXT, zip TEXT, city TEXT, country TEXT NOT NULL DEFAULT 'FR',
    vat TEXT, email TEXT, password_expires REAL);
CREATE TABLE IF NOT EXISTS service (
    id INTEGER PRIMARY KEY AUTOINCREMENT, structure_id INTEGER NOT NULL,
    code TEXT NOT NULL, name TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1,
    needs_engagement INTEGER NOT NULL DEFAULT 0,
    reports_payment INTEGER NOT NULL DEFAULT 1,
    starts REAL NOT NULL, ends REAL NOT NULL, UNIQUE (structure_id, code));
CREATE TABLE IF NOT EXISTS account (
    login TEXT PRIMARY KEY, password TEXT NOT NULL, first_name TEXT, last_name TEXT);
CREATE TABLE IF NOT EXISTS account_right (
    id INTEGER PRIMARY KEY AUTOINCREMENT, login TEXT NOT NULL,
    structure_id INTEGER NOT NULL, may_issue INTEGER NOT NULL,
    may_receive INTEGER NOT NULL, UNIQUE (login, structure_id));
CREATE TABLE IF NOT EXISTS token (
    value TEXT PRIMARY KEY, client_id TEXT NOT NULL, expires REAL NOT NULL);
CREATE TABLE IF NOT EXISTS file (
    id INTEGER PRIMARY KEY AUTOINCREMENT, login TEXT, name TEXT NOT NULL,
    extension TEXT NOT NULL, mime TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS flow (
    number TEXT PRIMARY KEY, sequence INTEGER NOT NULL, name TEXT NOT NULL,
    syntax TEXT NOT NULL, interface TEXT, content BLOB NOT NULL, sha256 TEXT NOT NULL,
    login TEXT NOT NULL, deposited REAL NOT NULL, state TEXT NOT NULL,
    state_at REAL NOT NULL, step INTEGER NOT NULL, delay REAL NOT NULL,
    fate TEXT NOT NULL DEFAULT '{}',
    stuck INTEGER NOT NULL DEFAULT 0, final INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS flow_pending ON flow (final, stuck);
CREATE TABLE IF NOT EXISTS flow_state (
    id INTEGER PRIMARY KEY AUTOINCREMENT, flow TEXT NOT NULL, state TEXT NOT NULL,
    at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS flow_state_flow ON flow_state (flow);
CREATE TABLE IF NOT EXISTS flow_error (
    id INTEGER PRIMARY KEY AUTOINCREMENT, flow TEXT NOT NULL, kind TEXT NOT NULL,
    nature TEXT, code TEXT, label TEXT NOT NULL, number TEXT, supplier TEXT,
    recipient TEXT);
CREATE INDEX IF NOT EXISTS flow_error_flow ON flow_error (flow);
CREATE TABLE IF NOT EXISTS invoice (
    id INTEGER PRIMARY KEY AUTOINCREMENT, flow TEXT, number TEXT NOT NULL,
    year INTEGER NOT NULL, kind TEXT NOT NULL, type TEXT NOT NULL,
    type_code TEXT NOT NULL, cadre TEXT, currency TEXT NOT NULL,
    supplier_id INTEGER NOT NULL, recipient_id INTEGER NOT NULL, service_id INTEGER,
    service_code TEXT, engagement TEXT, contract TEXT, original_number TEXT,
    issue_date TEXT NOT NULL, due_date TEXT, deposited REAL NOT NULL,
    created REAL NOT NULL, untaxed TEXT NOT NULL, vat TEXT NOT NULL,
    taxed TEXT NOT NULL, payable TEXT NOT NULL, vat_type TEXT, payment_mode TEXT,
    mode TEXT NOT NULL, status TEXT NOT NULL, status_at REAL NOT NULL, comment TEXT,
    note TEXT, mandate TEXT, downloaded INTEGER NOT NULL DEFAULT 0,
    rejection_handled INTEGER NOT NULL DEFAULT 0,
    recycled INTEGER NOT NULL DEFAULT 0, next_status TEXT, next_at REAL,
    creator TEXT, validator_id INTEGER, validator_service TEXT, validated REAL,
    moe INTEGER, moa INTEGER, content TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS invoice_supplier ON invoice (supplier_id, number);
CREATE INDEX IF NOT EXISTS invoice_recipient ON invoice (recipient_id, status);
CREATE INDEX IF NOT EXISTS invoice_flow ON invoice (flow);
CREATE INDEX IF NOT EXISTS invoice_next ON invoice (next_at);
CREATE TABLE IF NOT EXISTS invoice_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invoice_id INTEGER NOT NULL,
    file_id INTEGER NOT NULL, kind TEXT NOT NULL, type_code TEXT,
    designation TEXT, line INTEGER);
CREATE INDEX IF NOT EXISTS invoice_file_invoice ON invoice_file (invoice_id);
CREATE TABLE IF NOT EXISTS status_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invoice_id INTEGER NOT NULL,
    status TEXT NOT NULL, at REAL NOT NULL, comment TEXT, login TEXT);
CREATE INDEX IF NOT EXISTS status_event_invoice ON status_event (invoice_id);
CREATE TABLE IF NOT EXISTS draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT, file_id INTEGER NOT NULL, login TEXT NOT NULL,
    name TEXT NOT NULL, format TEXT NOT NULL, read TEXT NOT NULL, at REAL NOT NULL,
    invoice_id INTEGER);
CREATE INDEX IF NOT EXISTS draft_file ON draft (file_id);
CREATE TABLE IF NOT EXISTS bank_account (
    id INTEGER PRIMARY KEY AUTOINCREMENT, structure_id INTEGER NOT NULL,
    name TEXT NOT NULL, iban TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1,
    UNIQUE (structure_id, iban));
CREATE TABLE IF NOT EXISTS engagement (
    id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL,
    supplier_id INTEGER NOT NULL, state TEXT NOT NULL, status TEXT NOT NULL,
    UNIQUE (number, supplier_id));
CREATE TABLE IF NOT EXISTS action_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invoice_id INTEGER NOT NULL,
    code TEXT NOT NULL, at REAL NOT NULL, login TEXT);
CREATE TABLE IF NOT EXISTS other_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, invoice_id INTEGER NOT NULL,
    label TEXT NOT NULL, who TEXT, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT NOT NULL, kind TEXT NOT NULL,
    times INTEGER, probability REAL NOT NULL DEFAULT 1, seconds REAL NOT NULL DEFAULT 0,
    retry_after INTEGER, after_work INTEGER NOT NULL DEFAULT 0,
    hits INTEGER NOT NULL DEFAULT 0, skip INTEGER NOT NULL DEFAULT 0,
    detail TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, operation TEXT NOT NULL, login TEXT, status INTEGER,
    code INTEGER, fault TEXT, request TEXT);
CREATE INDEX IF NOT EXISTS call_operation ON call (operation);
"""

TABLES = (
    "meta",
    "structure",
    "service",
    "account",
    "account_right",
    "token",
    "file",
    "flow",
    "flow_state",
    "flow_error",
    "invoice",
    "invoice_file",
    "status_event",
    "action_event",
    "other_event",
    "draft",
    "bank_account",
    "engagement",
    "fault",
    "call",
)

# Where the numbering of each table starts; the portal's real ids are large.
FIRST_IDS = {
    "structure": 26_100_001,
    "service": 27_000_001,
    "account_right": 31_000_001,
    "file": 5_500_001,
    "invoice": 9_100_001,
    "invoice_file": 7_200_001,
    "draft": 8_300_001,
    "bank_account": 4_400_001,
    "engagement": 3_300_001,
}

# Columns that a state written by an earlier simulator has not.
ADDED = {
    "fault": {"skip": "INTEGER NOT NULL DEFAULT 0"},
    "flow": {"fate": "TEXT NOT NULL DEFAULT '{}'"},
    "invoice": {
        "validator_id": "INTEGER",
        "validator_service": "TEXT",
        "validated": "REAL",
    },
}


class Store:
    """The database; every change goes through :meth:`transaction`.

    One connection shared by all threads: the portal serialises its callers.
    """

    def __init__(self, path: str = ":memory:") -> None:
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)
        self._add_columns()
        if self.one("SELECT 1 FROM sqlite_sequence LIMIT 1") is None:
            self._start_numbering()
        self._depth = 0

    def _add_columns(self) -> None:
        for table, columns in ADDED.items():
            known = {row["name"] for row in self.all(f"PRAGMA table_info({table})")}
            for name in columns.keys() - known:
                kind = columns[name]
                self._run_plain(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner use can fail alone, the outer one decides."""
        level = self._depth
        self._run_plain("BEGIN IMMEDIATE" if level == 0 else f"SAVEPOINT level_{level}")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth = level
            if level == 0:
                self._run_plain("ROLLBACK")
            else:
                self._run_plain(f"ROLLBACK TO level_{level}")
                self._run_plain(f"RELEASE level_{level}")
            raise
        self._depth = level
        self._run_plain("COMMIT" if level == 0 else f"RELEASE level_{level}")

    def _run_plain(self, sql: str) -> None:
        self._connection.execute(sql)

    def run(self, sql: str, *values: Value) -> None:
        self._connection.execute(sql, values)

    def one(self, sql: str, *values: Value) -> Row | None:
        found: Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def all(self, sql: str, *values: Value) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def insert(self, table: str, values: Mapping[str, Value]) -> int:
        """Add one row and give its id back; names come from this package only."""
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
        cursor = self._connection.execute(sql, tuple(values.values()))
        return int(cursor.lastrowid or 0)

    def update(self, table: str, row_id: int, values: Mapping[str, Value]) -> None:
        """Change one row; names come from this package only."""
        changes = ", ".join(f"{name} = ?" for name in values)
        sql = f"UPDATE {table} SET {changes} WHERE id = ?"  # noqa: S608
        self._connection.execute(sql, (*values.values(), row_id))

    def meta(self, name: str) -> str | None:
        row = self.one("SELECT value FROM meta WHERE name = ?", name)
        return None if row is None else str(row["value"])

    def set_meta(self, name: str, value: str) -> None:
        self.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value)

    def next_number(self, name: str) -> int:
        """A counter of its own, kept with the rest."""
        number = int(self.meta(f"counter {name}") or 0) + 1
        self.set_meta(f"counter {name}", str(number))
        return number

    def start_ids_at(self, table: str, first: int) -> None:
        """The next row of that table gets at least this id."""
        changed = self._connection.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?",
            (first - 1, table),
        ).rowcount
        if not changed:
            self.run(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
                table,
                first - 1,
            )

    def wipe(self) -> None:
        """Forget everything, numbering included."""
        for table in TABLES:
            self.run(f"DELETE FROM {table}")  # noqa: S608
        self.run("DELETE FROM sqlite_sequence")
        self._start_numbering()

    def _start_numbering(self) -> None:
        for table, first in FIRST_IDS.items():
            self.start_ids_at(table, first)
