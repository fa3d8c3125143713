"""Every module of tests, by its name."""

# ruff: noqa: F401
from . import test_sale_drift, test_sale_install, test_sale_order, test_sale_tours
