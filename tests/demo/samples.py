"""Real invoice files put on the portal by another way: each ends as a bill or aside."""

from __future__ import annotations

import base64
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from chorus_setup.progress import say
from demo import world
from demo.main_job import CENT, cents
from demo.protocol import Protocol, expect
from demo.sample_reader import Sample, read_sample
from demo.sides import TownHall

# Seconds for all of them together, on two busy processors.
PATIENCE = 900.0
ASIDE = ("to_settle", "quarantine")
ENDED = ("imported", *ASIDE)
PORTAL_CANNOT_READ = 422
SHOWN_REASONS = 12
# The portal cuts longer names.
LONGEST_NAME = 50


@dataclass
class Harvest:
    """What became of the files of a folder."""

    others: int = 0
    unreadable: list[str] = field(default_factory=list)
    dropped: dict[str, Sample] = field(default_factory=dict)


def read_samples(town_hall: TownHall, folder: Path, protocol: Protocol) -> None:
    """:raise Stopped: a step failed"""
    with protocol.step("Sample invoices reach the portal by another way") as step:
        harvest = _drop_all(town_hall, folder)
        kinds = Counter(sample.kind for sample in harvest.dropped.values())
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        step.saw(
            f"{len(harvest.dropped)} invoices ({told}); the portal cannot read"
            f" {len(harvest.unreadable)} more; other files: {harvest.others}"
            + "".join(f"\n- {line}" for line in harvest.unreadable)
        )
        expect(harvest.dropped, "no invoice in that folder")
    with protocol.step("Each ends as a draft bill, to settle or in quarantine") as step:
        rows = _wait_until_ended(town_hall, harvest)
        states = Counter(row["state"] for row in rows)
        aside = [row for row in rows if row["state"] in ASIDE]
        step.saw(
            f"{states['imported']} bills, {states['to_settle']} to settle,"
            f" {states['quarantine']} in quarantine"
            + "".join(f"\n- {line}" for line in _reasons(aside))
        )
        expect(len(rows) == len(harvest.dropped), f"only {len(rows)} in the inbox")
        expect(all(row["reason"] for row in aside), "a document aside without a reason")
    with protocol.step("Totals of the bills are those of the files (BT-112)") as step:
        made = [row for row in rows if row["state"] == "imported"]
        bills = _bills(town_hall, made)
        print(_table(rows, bills, harvest, folder), flush=True)
        wrong = list(_differences(made, bills, harvest))
        step.saw(f"{len(made) - len(wrong)} of {len(made)} to the cent")
        expect(not wrong, "; ".join(wrong[:SHOWN_REASONS]))


def _drop_all(town_hall: TownHall, folder: Path) -> Harvest:
    harvest = Harvest()
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for position, path in enumerate(files, 1):
        if position % 25 == 0:
            say(f"      {position} of {len(files)} files")
        sample = read_sample(path)
        if sample is None:
            harvest.others += 1
            continue
        answer = town_hall.stage.simulator.drop(
            name=path.name[-LONGEST_NAME:],
            content=base64.b64encode(sample.content).decode(),
            recipient=world.TOWN_HALL.siret,
            service=world.SERVICE,
        )
        if answer.status_code == PORTAL_CANNOT_READ:
            reason = answer.json()["reason"]
            harvest.unreadable.append(f"{path.relative_to(folder)}: {reason}")
            continue
        answer.raise_for_status()
        harvest.dropped[str(answer.json()["id"])] = sample
    return harvest


def _wait_until_ended(town_hall: TownHall, harvest: Harvest) -> list[dict[str, Any]]:
    wanted = list(harvest.dropped)
    told = itertools.count()

    def ask() -> list[dict[str, Any]]:
        rows = town_hall.documents(("portal_id", "in", wanted))
        ended = sum(row["state"] in ENDED for row in rows)
        if next(told) % 60 == 0:
            say(f"      {ended} of {len(wanted)} documents treated")
        return rows

    town_hall.fetch_now()
    return town_hall.stage.wait(
        "all documents are treated",
        ask,
        lambda rows: (
            len(rows) == len(wanted) and all(row["state"] in ENDED for row in rows)
        ),
        seconds=PATIENCE,
        shown=lambda rows: dict(Counter(row["state"] for row in rows)),
    )


def _reasons(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Reasons of those put aside, the frequent ones first, cut when they are many."""
    counted = Counter(" ".join((row["reason"] or "").split())[:160] for row in rows)
    for reason, count in counted.most_common(SHOWN_REASONS):
        yield f"{count} × {reason}"
    if len(counted) > SHOWN_REASONS:
        yield f"… and {len(counted) - SHOWN_REASONS} more reasons"


def _bills(
    town_hall: TownHall, made: list[dict[str, Any]]
) -> dict[int, dict[str, Any]]:
    """Bills of these rows of the inbox, by id."""
    wanted = [("id", "in", [row["move_id"][0] for row in made])]
    fields = ("amount_total", "move_type", "l10n_fr_chorus_source")
    rows = town_hall.odoo.search("account.move", wanted, *fields)
    return {row["id"]: row for row in rows}


def _table(
    rows: list[dict[str, Any]],
    bills: dict[int, dict[str, Any]],
    harvest: Harvest,
    folder: Path,
) -> str:
    """Every file and what became of it, those the portal cannot read at the end."""
    lines = [("file", "kind", "BT-112", "ends", "bill", "from, or why not")]
    for row in sorted(rows, key=lambda one: harvest.dropped[one["portal_id"]].path):
        sample = harvest.dropped[row["portal_id"]]
        bill = bills.get(row["move_id"][0]) if row["move_id"] else None
        why = " ".join((row["reason"] or "").split())
        lines.append(
            (
                str(sample.path.relative_to(folder)),
                sample.kind,
                str(sample.total if sample.total is not None else "-"),
                row["state"],
                str(cents(bill["amount_total"])) if bill else "",
                str(bill["l10n_fr_chorus_source"] or "") if bill else why,
            )
        )
    for told in harvest.unreadable:
        name, _colon, reason = told.partition(": ")
        lines.append((name, "", "", "not read by the portal", "", reason))
    widths = [max(len(line[at]) for line in lines) for at in range(5)]
    return "\n".join(
        "  ".join(
            [*(line[at].ljust(width) for at, width in enumerate(widths)), line[5]]
        ).rstrip()
        for line in lines
    )


def _differences(
    made: list[dict[str, Any]], bills: dict[int, dict[str, Any]], harvest: Harvest
) -> Iterator[str]:
    """One line per bill whose total is not that of its file.

    Odoo has no negative bill: a credit note, or an invoice below zero, is a refund of
    the same amount.
    """
    for row in made:
        sample = harvest.dropped[row["portal_id"]]
        bill = bills[row["move_id"][0]]
        total = cents(bill["amount_total"])
        wanted = sample.total
        if wanted is None:
            yield f"{sample.path.name}: no BT-112 to compare with"
        elif total != abs(wanted.quantize(CENT)):
            yield f"{sample.path.name}: {total} instead of {wanted}"
        elif wanted < Decimal(0) and bill["move_type"] != "in_refund":
            yield f"{sample.path.name}: below zero, but a {bill['move_type']}"
