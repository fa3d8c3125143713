"""The French file says everything the template asks for, and says it correctly."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

REPOSITORY = Path(__file__).parents[2]
ADDONS = ("l10n_fr_chorus_exchange", "l10n_fr_chorus_exchange_sale")
FOLDERS = {addon: REPOSITORY / addon / "i18n" for addon in ADDONS}
TEMPLATES = {
    addon: polib.pofile(str(folder / f"{addon}.pot"))
    for addon, folder in FOLDERS.items()
}
FRENCH = {
    addon: polib.pofile(str(folder / "fr.po")) for addon, folder in FOLDERS.items()
}
PAIRS = [
    (entry.msgid, entry.msgstr)
    for file in FRENCH.values()
    for entry in file
    if not entry.obsolete
]
each_addon = pytest.mark.parametrize("addon", ADDONS)

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z]|%%")
TAG = re.compile(r"</?(\w+)")
WITHOUT_TAGS = re.compile(r"<[^>]+>")
# A sign that French sets apart, after an ordinary space or none at all.
LOOSE_SIGN = re.compile(r"[^\s\xa0?!][?!;](?:\s|$)| [:;?!»]|« |«[^\xa0]|[^\xa0]»")


def where(form: re.Pattern[str], text: str) -> list[str]:
    return sorted(form.findall(text))


@each_addon
def test_french_file_has_the_entries_of_the_template(addon):
    french = [e.msgid for e in FRENCH[addon]]
    assert french == [e.msgid for e in TEMPLATES[addon]]


@each_addon
def test_french_file_names_the_places_of_the_template(addon):
    # Odoo finds the words of views, fields and selections by these places.
    places = {e.msgid: e.occurrences for e in TEMPLATES[addon]}
    assert {e.msgid: e.occurrences for e in FRENCH[addon]} == places


@each_addon
def test_nothing_is_left_to_translate(addon):
    assert [e.msgid for e in FRENCH[addon].untranslated_entries()] == []


@each_addon
def test_no_entry_is_fuzzy_or_obsolete(addon):
    french = FRENCH[addon]
    loose = french.fuzzy_entries() + french.obsolete_entries()
    assert [e.msgid for e in loose] == []


@each_addon
def test_no_template_entry_is_translated(addon):
    assert [e.msgid for e in TEMPLATES[addon] if e.msgstr] == []


@each_addon
@pytest.mark.parametrize("files", [TEMPLATES, FRENCH], ids=["template", "french"])
def test_header_has_no_date_that_changes_with_each_export(files, addon):
    assert not {"POT-Creation-Date", "PO-Revision-Date"} & set(files[addon].metadata)


def test_placeholders_are_those_of_the_source():
    wrong = [p for p in PAIRS if where(PLACEHOLDER, p[0]) != where(PLACEHOLDER, p[1])]
    assert wrong == []


def test_unnamed_placeholders_keep_their_order():
    named = [s for s, _ in PAIRS if len(re.findall(r"%[sd]", s)) > 1]
    assert named == []


def test_markup_is_that_of_the_source():
    assert [p for p in PAIRS if where(TAG, p[0]) != where(TAG, p[1])] == []


def test_lines_and_edges_are_those_of_the_source():
    # A line break inside a view is only layout; one in a sentence is meant.
    wrong = [
        (source, french)
        for source, french in PAIRS
        if source[-1:].isspace() != french[-1:].isspace()
        or source.endswith(".") != french.endswith(".")
    ]
    assert wrong == []


def test_french_typography_is_kept():
    texts = [WITHOUT_TAGS.sub("", french) for _, french in PAIRS]
    assert [t for t in texts if "'" in t or "“" in t or LOOSE_SIGN.search(t)] == []
