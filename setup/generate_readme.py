"""Put the add-on's README.rst together from ``readme/``; ``--check`` only compares."""

from __future__ import annotations

import sys
from pathlib import Path

ADDON = Path(__file__).resolve().parents[1] / "l10n_fr_chorus_exchange"
TITLE = "France - Chorus Pro exchange"
SECTIONS = (
    ("DESCRIPTION", ""),
    ("CONTEXT", "Use Cases / Context"),
    ("CONFIGURE", "Configuration"),
    ("USAGE", "Usage"),
    ("ROADMAP", "Known issues / Roadmap"),
    ("HISTORY", "Changelog"),
    ("CONTRIBUTORS", "Contributors"),
)


def readme() -> str:
    """The whole text: title, note, one section for each fragment."""
    rule = "=" * len(TITLE)
    parts = [
        f"{rule}\n{TITLE}\n{rule}",
        ".. Made from readme/ by setup/generate_readme.py: change the fragments, not this.",
    ]
    for name, title in SECTIONS:
        text = (ADDON / "readme" / f"{name}.rst").read_text(encoding="utf-8").strip()
        parts.append(f"{title}\n{'=' * len(title)}\n\n{text}" if title else text)
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    target = ADDON / "README.rst"
    text = readme()
    if "--check" in arguments:
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write(f"{target.name} is out of date: run {Path(__file__).name}\n")
        return 1
    target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
