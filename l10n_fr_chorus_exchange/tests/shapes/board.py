"""The table of verdicts, one row per shape, printed by ``./setup/test shapes``."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

# Names the file that the rows are appended to; without it, no table is kept.
VARIABLE = "CHORUS_SHAPES_FILE"
HOLDS = "ok"
NOT_ASKED = "-"
STOPPED = "stop"
FINE = {HOLDS, NOT_ASKED, STOPPED, "pdf"}


@dataclass
class Row:
    """``cells`` by column, in order: one of ``FINE``, or what fails."""

    name: str
    cells: dict[str, str] = field(default_factory=dict)

    def note(self, column: str, failures: list[str]) -> None:
        self.cells[column] = ", ".join(failures) or HOLDS

    @property
    def failures(self) -> list[str]:
        return [
            f"{column}: {cell}"
            for column, cell in self.cells.items()
            if cell not in FINE
        ]

    def keep(self) -> None:
        path = os.environ.get(VARIABLE)
        if path:
            with Path(path).open("a", encoding="utf-8") as board:
                board.write(json.dumps([self.name, self.cells]) + "\n")
