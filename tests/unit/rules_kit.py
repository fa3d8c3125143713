"""An invoice nothing is wrong with, and how a test spoils it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from chorus_pro import rules
from chorus_pro.rules import (
    AttachmentFacts,
    ConnectionFacts,
    EngagementFacts,
    Facts,
    InvoiceFacts,
    LineFacts,
    RecipientFacts,
    ServiceFacts,
    SupplierFacts,
    TextFacts,
)

TODAY = date(2026, 11, 23)
SERVICES = (ServiceFacts("ACHATS"), ServiceFacts("ANCIEN", is_active=False))
LINE = LineFacts(1, "Pose", "2.5", "10.000001", "S", "20.00")
FILE = AttachmentFacts("bon.pdf", 1200, "Bon de livraison.pdf", 7)

# An invoice nothing is wrong with, in production.
GOOD = Facts(
    today=TODAY,
    invoice=InvoiceFacts(
        name="FAC/2026/0012",
        number="FAC/2026/0012",
        issued_on=TODAY,
        service="ACHATS",
        engagement="4500012345",
        contract="M-2026-1",
        payment_code="30",
        iban="FR7630006000011234567890189",
        iban_is_valid=True,
        total="120.00",
        due="120.00",
        lines=(LINE,),
        texts=(TextFacts("BT-27", "Atelier"), TextFacts("BT-99", "x" * 5000)),
    ),
    supplier=SupplierFacts("Atelier", "73282932000074", may_issue=True),
    recipient=RecipientFacts(
        "Commune", "35600000000001", looked_up_on=TODAY, services=SERVICES
    ),
    connection=ConnectionFacts("Atelier", is_production=True),
    engagement=EngagementFacts(is_asked=True, is_known=True, looked_up_on=TODAY),
    attachments=(FILE,),
)
# The subjects that a case may change, by the name of their argument.
PARTS = (
    "invoice",
    "supplier",
    "recipient",
    "connection",
    "engagement",
    "channel",
)


def facts(**changes: Any) -> Facts:
    """`GOOD` with changes: ``invoice={"number": …}``; other fields of `Facts` whole."""
    whole = {
        name: replace(getattr(GOOD, name), **value) if name in PARTS else value
        for name, value in changes.items()
    }
    return replace(GOOD, **whole)


def broken(given: Facts) -> list[str]:
    return [violation.rule.id for violation in rules.check(given)]
