"""What a shape is, and the list of them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

FACTURX = "facturx"
FORMS = ("cii", "ubl")
DIRECT = "direct"
DIALECTS = (DIRECT, "reform")
FLOW_ROAD = "flow"
PDF_ROAD = "pdf"
# Cannot be met while the portal is spoken to directly: its own business process and
# its own legal identifier exclude those of the reform (XP Z12-012).
NEVER_MET_DIRECTLY = frozenset({"BR-FR-08", "BR-FR-10"})


@dataclass(frozen=True)
class Shape:
    """One invoice as a supplier may make it.

    :ivar build: makes and posts the invoice in the world of the test
    :ivar expects: what must stand in the document read back, ``{path: value}``; a path
        goes through lists by number, as in ``BG-25/0/BT-146``, or by ``*`` for all
    :ivar refused: pattern of the sentence that rightly stops the invoice
    :ivar stopped_on_sending: the same for a document that is good by itself
    :ivar refused_in_reform: the same when only the reform's dialect cannot say it
    :ivar never_met: BR-FR rules that the direct dialect cannot satisfy for this one,
        beside those of every invoice; where it is used says why
    :ivar road: ``flow``, or ``pdf`` for what no structured form can carry
    """

    name: str
    build: Callable[[Any], Any]
    expects: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""
    stopped_on_sending: str = ""
    refused_in_reform: str = ""
    never_met: frozenset[str] = frozenset()
    road: str = FLOW_ROAD

    @property
    def sentence(self) -> str:
        return self.name.replace("_", " ")


SHAPES: dict[str, Shape] = {}


def shape(expects: Mapping[str, Any] | None = None, **more):
    """Register the function below as the builder of the shape of its name."""

    def register(build):
        add(Shape(build.__name__, build, expects or {}, **more))
        return build

    return register


def add(one: Shape) -> None:
    if one.name in SHAPES:
        raise ValueError(f"Two shapes are called {one.name}.")
    SHAPES[one.name] = one
