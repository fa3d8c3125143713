"""Words between the lines of an invoice: sections and notes."""

from __future__ import annotations

from collections import defaultdict

from .draft import Draft
from .text import clean

NOTE = "line_note"
SECTIONS = ("line_section", "line_subsection")


def line_words(draft: Draft) -> dict[int | None, list[str]]:
    """Texts that go with each line (BT-127), by id of the invoice line.

    A section title goes with the first line below it, and so do the notes between
    both; other notes go with the line above. ``None``: no line takes them.
    """
    found: dict[int | None, list[str]] = defaultdict(list)
    line_above = None
    heading: list[str] = []
    for line in draft.move.invoice_line_ids.sorted(lambda one: (one.sequence, one.id)):
        text = clean(line.name)
        if line.display_type == "product":
            line_above = line.id
            found[line_above] += heading
            heading = []
        elif line.display_type in SECTIONS and text:
            heading.append(text)
        elif line.display_type == NOTE and text:
            (heading if heading else found[line_above]).append(text)
    found[None] += heading
    return found
