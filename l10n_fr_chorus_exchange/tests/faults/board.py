"""The table of the fault matrix, one row per cell, printed by ``./setup/test faults``."""

from __future__ import annotations

import json
import os
from pathlib import Path

# Names the file that the rows are appended to; without it, no table is kept.
VARIABLE = "CHORUS_FAULTS_FILE"


def keep(cell: str, shape: str, seconds: float, failures: list[str]) -> None:
    """:param shape: what was sent and by how many workers, a column of the table"""
    path = os.environ.get(VARIABLE)
    if path:
        row = [cell, shape, round(seconds, 2), failures]
        with Path(path).open("a", encoding="utf-8") as board:
            board.write(json.dumps(row) + "\n")
