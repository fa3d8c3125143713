"""Keep an add-on's template and French file in step with a fresh export of Odoo.

Runs inside the virtual environment, where polib is:
``python -m chorus_setup.translations EXPORTED.pot ADDON``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polib

from .home import REPOSITORY

# What changes with each export (dates, versions) is not kept.
HEADER = {
    "Project-Id-Version": "Odoo Server 19.0",
    "Report-Msgid-Bugs-To": "",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
FRENCH_HEADER = {
    **HEADER,
    "Language": "fr",
    "Plural-Forms": "nplurals=2; plural=n > 1;",
}


def template_of(exported: polib.POFile) -> polib.POFile:
    """The export in a stable shape: fixed header, entries and places in order."""
    return _file(HEADER, exported, {})


def french_of(template: polib.POFile, french: polib.POFile) -> polib.POFile:
    """The French file for ``template``: what was translated stays, what is no longer
    asked for goes, what is new is empty until somebody translates it."""
    known = {e.msgid: e.msgstr for e in french if not (e.obsolete or e.fuzzy)}
    return _file(FRENCH_HEADER, template, known)


def _file(
    header: dict[str, str], source: polib.POFile, known: dict[str, str]
) -> polib.POFile:
    made = polib.POFile(check_for_duplicates=True)
    made.header = source.header
    made.metadata = dict(header)
    for entry in sorted(source, key=lambda e: e.msgid):
        made.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, ""),
                comment=entry.comment,
                occurrences=sorted(entry.occurrences),
            )
        )
    return made


def update(exported: Path, addon: str) -> list[str]:
    """Write both files; the sentences that still have to be translated."""
    folder = REPOSITORY / addon / "i18n"
    folder.mkdir(exist_ok=True)
    known = folder / "fr.po"
    template = template_of(polib.pofile(str(exported)))
    before = polib.pofile(str(known)) if known.exists() else polib.POFile()
    french = french_of(template, before)
    template.save(str(folder / f"{addon}.pot"))
    french.save(str(known))
    return [entry.msgid for entry in french.untranslated_entries()]


def main() -> int:
    exported, addon = sys.argv[1:]
    missing = update(Path(exported), addon)
    for msgid in missing:
        print(f"- {msgid}")
    print(f"{len(missing)} sentences to translate in {addon}.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
