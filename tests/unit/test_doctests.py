"""The examples in the docstrings of the library hold."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import chorus_pro

MODULES = [
    info.name for info in pkgutil.walk_packages(chorus_pro.__path__, "chorus_pro.")
]
WITH_EXAMPLES = {"chorus_pro.errors", "chorus_pro.packing", "chorus_pro.identifiers"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module_hold(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


@pytest.mark.parametrize("name", sorted(WITH_EXAMPLES))
def test_pure_helpers_have_examples(name):
    assert doctest.testmod(importlib.import_module(name)).attempted
