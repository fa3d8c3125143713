"""The library is free of Odoo, and only one module of it knows a network."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2] / "l10n_fr_chorus_exchange"
LIB = ADDON / "lib"
MODULES = sorted((LIB / "chorus_pro").rglob("*.py"))
NETWORK = {"requests", "urllib3", "socket", "http", "ssl", "ftplib", "smtplib"}


def imported(path: Path) -> set[str]:
    """First part of each absolute import of a module."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return names


def test_library_imports_without_odoo():
    names = [".".join(path.relative_to(LIB).with_suffix("").parts) for path in MODULES]
    code = (
        f"import sys, importlib\nfor name in {names!r}: importlib.import_module(name)\n"
        "print(any(name.partition('.')[0] == 'odoo' for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        env={**os.environ, "PYTHONPATH": str(LIB)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_module_imports_neither_odoo_nor_the_library_by_a_fixed_name(path):
    assert not imported(path) & {"odoo", "chorus_pro", "l10n_fr_chorus_exchange"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_the_transport_knows_a_network(path):
    if path.name != "transport.py":
        assert not imported(path) & NETWORK


def test_shelf_of_the_library_is_not_a_package():
    # With an __init__.py there, pytest would climb into the add-on and import Odoo.
    assert not (LIB / "__init__.py").exists()
