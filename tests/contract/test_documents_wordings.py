"""Sentences and examples of the package keep their word."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from simulator import documents
from simulator.documents.wordings import PATHS, WORDINGS, Source, say

FOLDER = Path(documents.__file__).parent
MODULES = [
    info.name
    for info in pkgutil.walk_packages(documents.__path__, "simulator.documents.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_docstrings_hold(name):
    failed, _tried = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_every_sentence_is_used_and_every_use_is_known():
    used = set()
    for path in FOLDER.glob("*.py"):
        used |= set(re.findall(r'\b(?:say|technical)\(\s*"(\w+)"', path.read_text()))
    assert used == set(WORDINGS)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("mandatory", "L'element X est obligatoire"),
        (
            "gross_price",
            "L'element (AppliedTradeAllowanceCharge.ActualAmount.value) est obligatoire"
            " si l'element (X) est renseigne",
        ),
    ],
)
def test_recorded_words_are_kept_to_the_letter(key, words):
    assert WORDINGS[key].source is Source.RECORDED
    assert say(key, path="X") == words


def test_technical_paths_start_like_the_portals():
    found = [path for paths in PATHS.values() for path in paths.values()]
    assert all(path.startswith("FichierXml.") for path in found), (
        "a path without its prefix"
    )


def test_package_imports_neither_odoo_nor_the_client():
    imported = set()
    for path in FOLDER.rglob("*.py"):
        for item in ast.walk(ast.parse(path.read_text())):
            if isinstance(item, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in item.names}
            elif isinstance(item, ast.ImportFrom) and not item.level:
                imported.add((item.module or "").split(".")[0])
    assert not imported & {"odoo", "chorus_pro"}
