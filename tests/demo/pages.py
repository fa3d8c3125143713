"""A page of which a picture is taken."""

from __future__ import annotations

from dataclasses import dataclass

from demo import world

# Menu entries of the add-on, by external id.
ACTION = "action-l10n_fr_chorus_exchange"
FORM = ".o_form_view .o_form_sheet"
ROW = ".o_list_view .o_data_row"


@dataclass(frozen=True)
class Page:
    """One picture: whose browser, which page, what to press, what must be there."""

    name: str
    user: world.User | None
    url: str
    shows: str = FORM
    click: str = ""
    # Selector of a field, and what to type into it.
    types: tuple[str, str] = ("", "")
    # What to bring to the top, where it is not seen otherwise.
    scroll: str = ""
    whole: bool = False
