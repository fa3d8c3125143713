"""Orders to the Odoo that dies while it receives or answers; what must hold after."""

from __future__ import annotations

import base64
import contextlib
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chorus_setup.prepared import Platform
from demo import world
from e2e.kills import MOST_COMMITS, Mortal, keep_row, mortal_odoo
from simulator.documents import specimens

LIST = "factures/rechercher/recipiendaire"
DOWNLOAD = "factures/telecharger/groupe"
HISTORY = "factures/consulter/historique"
TREAT = "factures/traiter/recue"
ANSWERS = ("SERVICE_FAIT", "MANDATEE")
# Bills made in advance, to answer to.
SUPPLY = 12


@dataclass
class Inbox:
    """The inbox of a mortal Odoo, and the portal where suppliers put invoices."""

    mortal: Mortal
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    supply: list[str] = field(default_factory=list)

    def drop(self, count: int) -> list[str]:
        """Put invoices on the portal; their ids there."""
        found = []
        for _each in range(count):
            number = f"FK-{next(self.numbers):04}"
            paper = specimens.facturx_pdf(
                specimens.Specimen(number=number, buyer_id=world.TOWN_HALL.siret)
            )
            answer = self.mortal.stage.simulator.drop(
                name=f"{number}.pdf",
                content=base64.b64encode(paper).decode(),
                recipient=world.TOWN_HALL.siret,
                service=world.SERVICE,
            )
            answer.raise_for_status()
            found.append(str(answer.json()["id"]))
        return found

    def next_bill(self) -> list[str]:
        """A document whose bill is there and that nobody answered to."""
        if not self.supply:
            self.supply = self.drop(SUPPLY)
            self.mortal.order("work inbox", documents=self.supply)
        return [self.supply.pop(0)]

    def _waiting(self, act: str, count: int) -> list[str]:
        if act == "receive":
            return self.drop(count)
        documents = self.next_bill()
        self.mortal.order("decide", documents=documents)
        return documents

    def through_trouble(self, act: str, operation: str, kind: str) -> list[str]:
        """A trouble on the wire, once, while ``act`` is under way.

        :return: what did not hold at the end
        """
        simulator = self.mortal.stage.simulator
        documents = self._waiting(act, 2)
        simulator.post("faults", operation=operation, kind=kind, times=1)
        last = self.mortal.order("work inbox", documents=documents)
        # What has struck is no longer listed.
        left = simulator.get("faults")["faults"]
        simulator.delete("faults")
        assert not left, f"{kind} never struck {operation}"
        return [
            failure for seen in last["left"] for failure in self._failures(seen, act)
        ]

    # -------------------------------------------------------------------------
    # DEATHS
    # -------------------------------------------------------------------------

    def die_everywhere(
        self, act: str, side: str, count: int = 1, every: int = 1
    ) -> list[str]:
        """Die at the first commit of ``act``, at the next, … until one life has fewer.

        :param act: ``receive`` or ``answer``
        :param side: of the commit: ``before`` or ``after``
        :param count: documents received together
        :param every: the step from one commit to the next that is tried
        :return: what did not hold
        """
        found: list[str] = []
        for number in range(1, MOST_COMMITS, every):
            is_over, failures = self._life(act, side, number, count)
            found += failures
            if is_over:
                assert number > 1, f"{act} commits nothing"
                return found
        raise AssertionError(f"{act}: more commits than any life has")

    def _life(
        self, act: str, side: str, number: int, count: int
    ) -> tuple[bool, list[str]]:
        """One life; whether it had fewer commits, and what does not hold at its end."""
        began = time.monotonic()
        simulator = self.mortal.stage.simulator
        call = DOWNLOAD if act == "receive" else TREAT
        documents = self._waiting(act, count)
        before = simulator.count(call)
        first = self.mortal.order(
            "work inbox", documents=documents, death=[side, number]
        )
        calls = simulator.count(call) - before
        # Another process, as after a restart.
        last = self.mortal.order("work inbox", documents=documents)
        after = simulator.count(call) - before
        failures = [
            failure for seen in last["left"] for failure in self._failures(seen, act)
        ]
        place = first["places"][-1] if first["killed"] else "no death"
        keep_row(
            {
                "road": "inbox",
                "act": act,
                "commit": number,
                "place": place,
                "side": side,
                "found": _states(last["found"], act),
                "calls": [calls, after],
                "left": _states(last["left"], act),
                "failures": failures,
                "seconds": round(time.monotonic() - began, 2),
            }
        )
        told = f"{act}: killed {side} commit {number}, {place}"
        return not first["killed"], [f"{told}: {one}" for one in failures]

    def _failures(self, seen: dict[str, Any], act: str) -> Iterator[str]:
        portal_id = seen["portal_id"]
        [there] = self.mortal.stage.simulator.get("invoices", id=portal_id)["invoices"]
        if (seen["state"], seen["records"], seen["bills"]) != ("imported", 1, 1):
            yield (
                f"{portal_id} is {seen['state']}, {seen['records']} times, with"
                f" {seen['bills']} bills: {seen['reason']}"
            )
        if not seen["is_linked"]:
            yield f"{portal_id} is not linked to its bill"
        if float(seen["total"]) != float(there["taxed"]):
            yield f"{portal_id}: {seen['total']} here, {there['taxed']} there"
        if not seen["files"] or len(set(seen["files"])) != len(seen["files"]):
            yield f"{portal_id} has files {seen['files']}"
        if seen["due"] or seen["statuses"] != [there["status"]]:
            yield f"{portal_id} shows {seen['statuses']}, there {there['status']}"
        if seen["cron_failures"]:
            yield f"scheduled actions failed {seen['cron_failures']} times"
        if act == "answer":
            yield from _untold(seen, there)


def _untold(seen: dict[str, Any], there: dict[str, Any]) -> Iterator[str]:
    """Each answer is told, once, in its order."""
    told = [one["status"] for one in there["history"] if one["status"] in ANSWERS]
    if told != list(ANSWERS):
        yield f"{seen['portal_id']} was answered {told}"
    left = [state for _target, state, _error in seen["answers"]]
    if left != ["done"] * len(ANSWERS):
        yield f"{seen['portal_id']} has answers {seen['answers']}"


def _states(seen: list[dict[str, Any]], act: str) -> str:
    if act == "receive":
        return ", ".join(dict.fromkeys(one["state"] for one in seen))
    return ", ".join(state for one in seen for _target, state, _error in one["answers"])


@contextlib.contextmanager
def mortal_inbox(platform: Platform) -> Iterator[Inbox]:
    """An Odoo of its own, without a server, whose town hall is connected to a portal."""
    with mortal_odoo(platform, prepared_by="prepare inbox") as mortal:
        yield Inbox(mortal)
