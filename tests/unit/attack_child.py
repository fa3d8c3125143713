"""Reads one file with little memory and time, and tells what came out.

Run as a process of its own: ``python -m unit.attack_child FILE``.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from chorus_pro import UnreadableDocument
from chorus_pro.guarded_xml import read_xml
from chorus_pro.intake import IntakeKind, files_in, identify
from chorus_pro.unpacking import PivotInvoice, scan_pivot

MORE_MEMORY = 100_000_000  # bytes, beyond what the interpreter took so far
CPU_SECONDS = 60


def limit() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def read(path: str) -> Iterator[str]:
    with Path(path).open("rb") as file:
        try:
            for found in scan_pivot(file):
                yield told(found)
        except UnreadableDocument as problem:
            yield problem.flaw.name


def take_in_by_hand(path: str) -> None:
    """What a person may do with the same file."""
    with Path(path).open("rb") as file:
        kind = identify(file).kind
        try:
            if kind is IntakeKind.ZIP:
                for _found in files_in(file):
                    pass
            else:
                read_xml(file)
        except UnreadableDocument:
            return


def told(found: PivotInvoice | UnreadableDocument) -> str:
    if isinstance(found, UnreadableDocument):
        return f"{found.portal_id}: {found.flaw.name}"
    if found.number == "GOOD":
        return "GOOD"
    words = [f"{one.flaw.name} broken" for one in found.broken_attachments]
    for one in found.attachments:
        remarks = [remark.remark.name for remark in one.remarks]
        hostile = ["hostile"] if one.is_hostile else []
        words.append(" ".join([one.name, one.mime, *remarks, *hostile]))
    return f"{found.portal_id}: {', '.join(words)}"


if __name__ == "__main__":
    limit()
    take_in_by_hand(sys.argv[1])
    sys.stdout.write(json.dumps(list(read(sys.argv[1]))))
