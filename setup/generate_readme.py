"""Put together what is read about each add-on; ``--check`` only compares.

``README.rst`` and ``README.fr.rst`` come from ``readme/`` and ``readme/fr/``, and
``static/description/index.html`` from the two descriptions and the pictures beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from description_page import page
from newsfragments import not_released

REPOSITORY = Path(__file__).resolve().parents[1]
TITLES = {
    "l10n_fr_chorus_exchange": {
        "en": "France - Chorus Pro exchange",
        "fr": "France - Échange avec Chorus Pro",
    },
    "l10n_fr_chorus_exchange_sale": {
        "en": "France - Chorus Pro exchange, sales",
        "fr": "France - Échange avec Chorus Pro, ventes",
    },
}
# The one whose pictures are shown in Odoo's list of applications.
SHOWN = "l10n_fr_chorus_exchange"
SECTIONS = (
    ("DESCRIPTION", {"en": "", "fr": ""}),
    ("CONTEXT", {"en": "Use Cases / Context", "fr": "À quoi il sert"}),
    ("CONFIGURE", {"en": "Configuration", "fr": "Réglages"}),
    ("USAGE", {"en": "Usage", "fr": "Utilisation"}),
    ("ROADMAP", {"en": "Known issues / Roadmap", "fr": "Limites connues"}),
    ("HISTORY", {"en": "Changelog"}),
    ("CONTRIBUTORS", {"en": "Contributors"}),
)
NOTE = (
    ".. Made from readme/ by setup/generate_readme.py: change the fragments, not this."
)
LINKS = {
    "en": "*En français :* `README.fr.rst <README.fr.rst>`__",
    "fr": "*In English:* `README.rst <README.rst>`__",
}
NAMES = {"en": "README.rst", "fr": "README.fr.rst"}
FOLDERS = {"en": "readme", "fr": "readme/fr"}


def readme(addon: str, language: str) -> str:
    """The whole text: title, note, one section for each fragment that is there."""
    title = TITLES[addon][language]
    rule = "=" * len(title)
    parts = [f"{rule}\n{title}\n{rule}", NOTE]
    if len(TITLES[addon]) > 1:
        parts.append(LINKS[language])
    for name, headings in SECTIONS:
        text = _fragment(addon, language, name)
        if not text or language not in headings:
            continue
        heading = headings[language]
        parts.append(f"{heading}\n{'=' * len(heading)}\n\n{text}" if heading else text)
    return "\n\n".join(parts) + "\n"


def _fragment(addon: str, language: str, name: str) -> str:
    path = REPOSITORY / addon / FOLDERS[language] / f"{name}.rst"
    text = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    if name == "HISTORY":
        text = "\n\n".join(filter(None, (not_released(REPOSITORY / addon), text)))
    return text


def pages() -> dict[Path, str]:
    """What each generated file has to hold."""
    made = {}
    for addon, titles in TITLES.items():
        home = REPOSITORY / addon
        for language in titles:
            made[home / NAMES[language]] = readme(addon, language)
        if addon == SHOWN:
            made[home / "static" / "description" / "index.html"] = page(
                titles,
                {one: _fragment(addon, one, "DESCRIPTION") for one in titles},
            )
    return made


def main(arguments: list[str]) -> int:
    status = 0
    for target, text in pages().items():
        if "--check" not in arguments:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        elif not target.is_file() or target.read_text(encoding="utf-8") != text:
            name = Path(__file__).name
            told = target.relative_to(REPOSITORY)
            sys.stderr.write(f"{told} is out of date: run {name}\n")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
