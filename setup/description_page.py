"""The page that Odoo shows of the add-on in its list of applications."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

# Pictures beside the page, made by ``./setup/demo --check --pictures``, and what they show.
PICTURES = {
    "screen-invoice.png": {
        "en": "An invoice, from its deposit to its payment",
        "fr": "Une facture, de son dépôt à sa mise en paiement",
    },
    "screen-send.png": {
        "en": "Before it is sent: what the portal would refuse",
        "fr": "Avant l’envoi : ce que le portail refuserait",
    },
    "screen-search.png": {
        "en": "A public body, found by a few letters",
        "fr": "Une structure publique, trouvée en quelques lettres",
    },
    "screen-inbox.png": {
        "en": "What a public body received",
        "fr": "Ce qu’une structure publique a reçu",
    },
    "screen-health.png": {
        "en": "The health of a connection",
        "fr": "La santé d’une connexion",
    },
}
LABELS = {"en": "English", "fr": "Français"}
HEAD = "<!-- Made by setup/generate_readme.py: change readme/DESCRIPTION.rst. -->\n"
# Of what a description may hold: strong, code, emphasis.
MARKS = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"),
    (re.compile(r"``(.+?)``"), r"<code>\1</code>"),
    (re.compile(r"\*(.+?)\*"), r"<i>\1</i>"),
)


def page(titles: Mapping[str, str], descriptions: Mapping[str, str]) -> str:
    """HTML without a script, a style sheet or an address outside of its folder.

    :param descriptions: paragraphs and one level of list, as reStructuredText, by language
    """
    parts = [HEAD]
    for language, title in titles.items():
        icon = (
            '<img src="icon.png" alt="" width="64" height="64" class="me-3"/>'
            if language == "en"
            else ""
        )
        parts.append(
            f'<section class="container py-3" lang="{language}">\n'
            f"<h2>{icon}{html.escape(title)}</h2>\n"
            f"{_body(descriptions[language])}{_pictures(language)}</section>\n"
        )
    return "".join(parts)


def _pictures(language: str) -> str:
    # Once: the screens speak French.
    if language != "en":
        return ""
    return "".join(
        f'<figure class="my-4">\n<img src="{name}" class="img img-fluid border" '
        f'alt="{html.escape(told["en"])}"/>\n<figcaption>{html.escape(told["en"])}. '
        f'<i lang="fr">{html.escape(told["fr"])}.</i></figcaption>\n</figure>\n'
        for name, told in PICTURES.items()
    )


def _body(text: str) -> str:
    made, items = [], []
    for block in re.split(r"\n\n|\n(?=- )", text.strip()):
        if block.startswith("- "):
            items.append(f"<li>{_line(block[2:])}</li>\n")
            continue
        made.append(_list(items) + f"<p>{_line(block)}</p>\n")
        items = []
    return "".join(made) + _list(items)


def _list(items: list[str]) -> str:
    return f"<ul>\n{''.join(items)}</ul>\n" if items else ""


def _line(text: str) -> str:
    line = html.escape(" ".join(text.split()), quote=False)
    for pattern, tag in MARKS:
        line = pattern.sub(tag, line)
    return line
