"""Write the table of the rules, `readme/RULES.rst` of the add-on; ``--check`` compares."""

from __future__ import annotations

import sys
from pathlib import Path

ADDON = Path(__file__).resolve().parents[1] / "l10n_fr_chorus_exchange"
sys.path.insert(0, str(ADDON / "lib"))

from chorus_pro import rules  # noqa: E402

TARGET = ADDON / "readme" / "RULES.rst"
HEADER = """\
.. Made from lib/chorus_pro/rules by setup/generate_rules.py: change the rules, not this.

What is looked at before an invoice goes to Chorus Pro
=======================================================

An error keeps the invoice from being sent; a warning is left to the user. *At fault* is
the record that mends it and the term of EN 16931. *Sure*: H an official document or a
measurement, M good or concordant community sources, L a deduction; ``-`` is demanded by
this module itself. A code means something else in another document.

.. list-table::
   :header-rows: 1
   :widths: 16 6 22 12 34 4

   * - Rule
     - Level
     - What
     - At fault
     - Source
     - Sure
"""


def table() -> str:
    """The whole text."""
    return HEADER + "".join(map(_row, rules.RULES))


def _row(rule: rules.Rule) -> str:
    source = rule.source
    cells = (
        rule.id,
        rule.level.value,
        rule.title,
        " ".join(filter(None, (rule.subject.value, rule.term))),
        ", ".join(filter(None, (source.document, source.code))),
        f"``{source.confidence.value}``",
    )
    first, *others = (f"- {cell}\n" for cell in cells)
    return f"   * {first}" + "".join(f"     {other}" for other in others)


def main(arguments: list[str]) -> int:
    text = table()
    if "--check" in arguments:
        if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write(f"{TARGET.name} is out of date: run {Path(__file__).name}\n")
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
