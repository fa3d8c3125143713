"""The changelog from its fragments, ``readme/newsfragments/<topic>.<kind>.rst``.

Each change comes with a fragment, of the kind ``feature``, ``bugfix`` or ``misc``: one or
more items of a list. ``python3 setup/newsfragments.py 19.0.1.4.0`` gathers those of all
add-ons that have some under this version in their ``readme/HISTORY.rst``, and removes
them; until then the readme shows them as what is coming.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

KINDS = ("feature", "bugfix", "misc")
NEXT = "Next version"
VERSION = re.compile(r"19\.0(\.\d+){3}")
REPOSITORY = Path(__file__).resolve().parents[1]


def fragments(addon: Path) -> list[Path]:
    """In the order of the changelog.

    :raise ValueError: a file with another name, or without an item
    """
    found = []
    for path in (addon / "readme" / "newsfragments").glob("*.rst"):
        _topic, _dot, kind = path.stem.rpartition(".")
        if kind not in KINDS:
            raise ValueError(f"{path.name}: the kind is one of {', '.join(KINDS)}")
        if not path.read_text(encoding="utf-8").startswith("- "):
            raise ValueError(f"{path.name}: a fragment is a list, - item")
        found.append((KINDS.index(kind), path.name, path))
    return [path for _kind, _name, path in sorted(found)]


def section(addon: Path, title: str) -> str:
    """What the fragments say under a title; empty without any."""
    texts = [path.read_text(encoding="utf-8").strip() for path in fragments(addon)]
    if not texts:
        return ""
    return "\n".join([title, "~" * len(title), "", *texts])


def not_released(addon: Path) -> str:
    return section(addon, NEXT)


def release(addon: Path, version: str) -> bool:
    """Move the fragments into the history; whether there were any."""
    made = section(addon, version)
    if not made:
        return False
    history = addon / "readme" / "HISTORY.rst"
    before = history.read_text(encoding="utf-8") if history.is_file() else ""
    history.write_text(f"{made}\n\n{before}".rstrip() + "\n", encoding="utf-8")
    for path in fragments(addon):
        path.unlink()
    return True


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not VERSION.fullmatch(arguments[0]):
        sys.stderr.write("Give the version, such as 19.0.1.4.0\n")
        return 2
    for manifest in sorted(REPOSITORY.glob("*/__manifest__.py")):
        release(manifest.parent, arguments[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
