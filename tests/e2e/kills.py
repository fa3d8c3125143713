"""Orders to the Odoo that dies, and what must hold after each of its deaths."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chorus_setup.prepared import Platform
from demo.stage import Stage
from demo.stage import stage as new_stage
from e2e.journeys import on_portal

# Names the file that the rows of the table are appended to.
VARIABLE = "CHORUS_KILLS_FILE"
# Seconds for one order; the longest makes and sends many invoices.
PATIENCE = 180.0
# Lives prepared at a time.
SUPPLY = 20
# More commits than any life has.
MOST_COMMITS = 200
SIDES = ("before", "after")


@dataclass(frozen=True)
class Road:
    """A way to the portal.

    :ivar call: the operation that makes an invoice there; once in every life
    :ivar together: invoices of one life
    """

    name: str
    call: str
    together: int = 1
    annex: str = ""


ROADS = (
    Road("file", "factures/deposer/flux"),
    Road("archive of two", "factures/deposer/flux", together=2),
    Road("PDF and data", "factures/soumettre", annex="plan.docx"),
)


@dataclass
class Mortal:
    """The program ``e2e.mortal`` on the database of a stage, and its portal."""

    stage: Stage
    process: subprocess.Popen[str]
    supplies: dict[tuple[Road, bool], list[list[int]]] = field(default_factory=dict)

    def order(self, do: str, **order: Any) -> dict[str, Any]:
        """:raise TimeoutError: no answer in time; RuntimeError: it failed by itself"""
        sender, answers = self.process.stdin, self.process.stdout
        assert sender and answers
        sender.write(json.dumps({"do": do, **order}) + "\n")
        sender.flush()
        if not select.select([answers], [], [], PATIENCE)[0]:
            raise TimeoutError(f"{do}: no answer after {PATIENCE:.0f} s")
        line = answers.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"failed": True}
        if answer["failed"]:
            log = (self.stage.folder / "mortal.log").read_text(errors="replace")
            raise RuntimeError(f"{do} failed:\n{log[-2000:]}")
        return answer

    def next_life(self, road: Road, *, sent: bool) -> list[int]:
        """Invoices nothing happened to yet, sent by their user or not."""
        supply = self.supplies.setdefault((road, sent), [])
        if not supply:
            made = self.order(
                "make",
                count=SUPPLY * road.together if sent else road.together,
                grouped=road.together > 1,
                annex=road.annex,
                sent=sent,
            )["invoices"]
            supply += [
                made[at : at + road.together]
                for at in range(0, len(made), road.together)
            ]
        return supply.pop(0)

    # -------------------------------------------------------------------------
    # DEATHS
    # -------------------------------------------------------------------------

    def die_everywhere(self, road: Road, act: str, side: str) -> list[str]:
        """Die at the first commit of ``act``, at the second, … until one life has fewer.

        :param act: ``send`` or ``follow``
        :param side: of the commit: ``before`` or ``after``
        :return: what did not hold
        """
        found: list[str] = []
        for number in itertools.count(1):
            assert number < MOST_COMMITS, f"{act}: more commits than any life has"
            is_over, failures = self._life(road, act, side, number)
            found += failures
            if is_over:
                assert number > 1, f"{act} commits nothing"
                return found
        return found

    def _life(
        self, road: Road, act: str, side: str, number: int
    ) -> tuple[bool, list[str]]:
        """One life; whether it had fewer commits, and what does not hold at its end."""
        began = time.monotonic()
        invoices = self.next_life(road, sent=act != "send")
        before = self.stage.simulator.count(road.call)
        first = self.order(act, invoices=invoices, death=[side, number])
        calls = self.stage.simulator.count(road.call) - before
        # Another process, as after a restart; the person looks, and presses again.
        pressed = self.order("send", invoices=invoices)
        last = self.order("follow", invoices=invoices)
        after = self.stage.simulator.count(road.call) - before
        failures = list(self._failures(last["left"]))
        if after != 1:
            failures.append(f"{road.call} was called {after} times")
        place = first["places"][-1] if first["killed"] else "no death"
        row = {
            "road": road.name,
            "act": act,
            "commit": number,
            "place": place,
            "side": side,
            "found": _states(pressed["found"]),
            "calls": [calls, after],
            "left": _states(last["left"]),
            "failures": failures,
            "seconds": round(time.monotonic() - began, 2),
        }
        keep_row(row)
        told = f"{road.name}, {act}: killed {side} commit {number}, {place}"
        return not first["killed"], [f"{told}: {one}" for one in failures]

    def _failures(self, left: list[dict[str, Any]]) -> Iterator[str]:
        for seen in left:
            number = seen["number"]
            held = on_portal(self.stage, number)
            if seen["state"] != "integrated":
                yield f"{number} is {seen['state']}: {seen['error']}"
            if seen["deposits"] != 1:
                yield f"{number} has {seen['deposits']} deposits"
            open_flows = {"sending", "unknown", "deposited"} & set(seen["flows"])
            if open_flows or seen["flows"].count("integrated") != 1:
                yield f"{number} has attempts {seen['flows']}"
            if [str(one["id"]) for one in held] != [seen["portal_id"]]:
                yield f"{number} is {seen['portal_id']}, on the portal {held}"
            elif held[0]["status"] != seen["status"]:
                yield f"{number} shows {seen['status']}, there {held[0]['status']}"
            if seen["cron_failures"]:
                yield f"scheduled actions failed {seen['cron_failures']} times"


def _states(seen: list[dict[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(one["state"] for one in seen))


def keep_row(row: dict[str, Any]) -> None:
    """Append a life to the table, where one is kept."""
    path = os.environ.get(VARIABLE)
    if path:
        with Path(path).open("a", encoding="utf-8") as board:
            board.write(json.dumps(row) + "\n")


@contextlib.contextmanager
def mortal_odoo(platform: Platform, prepared_by: str = "prepare") -> Iterator[Mortal]:
    """An Odoo of its own, without a server, connected to a portal of its own."""
    with new_stage(platform) as stage:
        stage.simulator.start()
        stage.simulator.wait_until_ready()
        with (stage.folder / "mortal.log").open("wb") as log:
            process = subprocess.Popen(
                [str(platform.home.python), "-m", "e2e.mortal", stage.database],
                env=platform.tests_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            mortal = Mortal(stage, process)
            mortal.order(prepared_by, portal=stage.simulator.url)
            yield mortal
        finally:
            # It ends when nobody has an order any more.
            process.communicate(timeout=PATIENCE)
