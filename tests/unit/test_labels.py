"""What the readme fragments call a label is one: English as in the template, French as
translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

REPOSITORY = Path(__file__).parents[2]
ADDONS = ("l10n_fr_chorus_exchange", "l10n_fr_chorus_exchange_sale")
FOLDERS = {"en": "readme", "fr": "readme/fr"}
# What is no guide: of earlier versions, or made from the code.
LEFT_OUT = {"HISTORY", "RULES"}
# Labels of Odoo itself.
OF_ODOO = {
    "en": (
        "Accounting|Actions|Apps|Configuration|Invoicing|Reporting|Save current search"
        "|Send|Settings|Update Apps List|Vendors"
    ),
    "fr": (
        "Actions|Applications|Comptabilité|Configuration|Envoyer|Facturation"
        "|Fournisseurs|Mettre à jour la liste des applications|Paramètres"
    ),
}
# Words of the portal and of the law, and examples of what is shown.
NO_LABELS = {
    "en": (
        "Chorus Pro: ready|Made available|Next try at 14:05|direct|factures de travaux"
        "|not defined|numéro d'engagement|on invoice|raccordement"
        "|Suspended by Commune de Modeleville on March 5, 2026: delivery note missing"
    ),
    "fr": "Chorus Pro : prête|Mise à disposition|direct|non défini|sur facture",
}
NOT_EMPHASIS = re.compile(r"``.*?``|\*\*.*?\*\*", re.DOTALL)
EMPHASIS = re.compile(r"\*(\S[^*]*?)\*")
# A cell of a table that goes on in the next line, the other columns between.
COLUMNS = re.compile(r"\S {2,}\S")
OWN = {
    addon: [
        entry
        for entry in polib.pofile(str(REPOSITORY / addon / "i18n" / "fr.po"))
        if not entry.obsolete
    ]
    for addon in ADDONS
}


def plain(label: str) -> str:
    """As it is compared: without markup, case, the sign at its end, its unit."""
    text = re.sub(r"<[^>]+>", " ", label)
    text = " ".join(text.split()).casefold()
    return re.sub(r"( \([^)]*\))?[ .:…]*$", "", text)


def labels(language: str) -> Iterator[tuple[str, str]]:
    """Fragment and label; of a path through menus each part."""
    for addon in ADDONS:
        for path in sorted((REPOSITORY / addon / FOLDERS[language]).glob("*.rst")):
            if path.stem in LEFT_OUT:
                continue
            text = NOT_EMPHASIS.sub(" ", path.read_text(encoding="utf-8"))
            for found in EMPHASIS.finditer(text):
                if not COLUMNS.search(found[1]):
                    for part in re.split(r"\s+>\s+", found[1]):
                        yield f"{addon}/{path.stem}", part


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_called_a_label_exists(language: str) -> None:
    known = {
        plain(entry.msgid if language == "en" else entry.msgstr)
        for entries in OWN.values()
        for entry in entries
    }
    others = f"{OF_ODOO[language]}|{NO_LABELS[language]}"
    known |= {plain(one) for one in others.split("|")}
    told = list(labels(language))
    assert len(told) > 50
    assert [one for one in told if plain(one[1]) not in known] == []


def test_three_ways_to_ask_the_portal_have_three_names_in_french() -> None:
    french = {one.msgid: one.msgstr for one in OWN["l10n_fr_chorus_exchange"]}
    names = ("Search on Chorus Pro", "Look up on Chorus Pro", "Match with Chorus Pro")
    assert len({french[name] for name in names}) == len(names)
