"""The whole log of Odoo, read afterwards: nothing worrying in it, and no secret."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

from chorus_setup.odoo_log import complaints, entries
from demo import world
from demo.protocol import NotSeen, Protocol, expect
from demo.stage import Stage
from simulator import seed

SHOWN = 5


def check_log(stage: Stage, protocol: Protocol) -> None:
    """Two steps; call it once Odoo has ended, so that nothing is written any more.

    :raise Stopped: one of them failed
    """
    log = stage.odoo.log
    with protocol.step("Odoo's log: no warning, no error, no traceback") as step:
        seen = sum(1 for _entry in entries(log))
        step.saw(f"{seen} entries, {log.stat().st_size // 1024} kB")
        found = complaints(log)
        if found:
            shown = "\n".join(
                f"{entry.level} {entry.logger}: {entry.message}"
                for entry in found[:SHOWN]
            )
            raise NotSeen(f"{len(found)} worrying entries\n{shown}")
        for written in (log, stage.odoo.output):
            text = written.read_text(encoding="utf-8", errors="replace")
            expect("Traceback (most" not in text, f"a traceback in {written}")
    with protocol.step("Odoo's log: no secret") as step:
        known = secrets(stage.simulator.state)
        text = log.read_bytes() + stage.odoo.output.read_bytes()
        step.saw(f"none of {len(known)} secrets")
        leaked = [name for name, value in known if value.encode() in text]
        expect(not leaked, f"in the log: {', '.join(sorted(set(leaked)))}")


def secrets(state: Path) -> list[tuple[str, str]]:
    """(what it is, its value) of everything that must never be written down.

    :param state: the simulator's file: it knows the tokens it gave
    """
    found = [("PISTE client secret", seed.CLIENT_SECRET)]
    for login, password in seed.ACCOUNTS.items():
        header = base64.b64encode(f"{login}:{password}".encode()).decode()
        found += [("technical password", password), ("cpro-account", header)]
    pair = base64.b64encode(f"{seed.CLIENT_ID}:{seed.CLIENT_SECRET}".encode()).decode()
    found.append(("PISTE basic authorization", pair))
    # The administrator's password is the word "admin", as ordinary as a word can be.
    found += [
        ("password of a user", company.user.password) for company in world.COMPANIES
    ]
    with closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT value FROM token").fetchall()
    expect(rows, "the simulator gave no token")
    return [*found, *(("access token", str(row[0])) for row in rows)]
