"""All shapes: importing a file of the catalogue registers those it holds."""

from . import amounts, contents, documents, parties, payments, sales, vat  # noqa: F401
from .registry import SHAPES

__all__ = ["SHAPES"]
