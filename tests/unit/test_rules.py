"""Each rule: what breaks it, what it says, and what respects it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from unit.rules_kit import FILE, LINE, SERVICES, TODAY, broken, facts

from chorus_pro import packing, rules
from chorus_pro.rules import (
    Facts,
    InvoiceFacts,
    ServiceFacts,
    TextFacts,
    ValidatorFacts,
)

CREDIT = {"is_credit_note": True, "payment_code": None, "origin": "FAC/2026/0001"}
NOT_LOOKED_UP = {"looked_up_on": None, "services": ()}

# id, changes, words of the sentence
BROKEN: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("CPX-CONNECTION", {"connection": {"exists": False}}, "connection of Atelier"),
    ("CPX-CONNECTION-OFF", {"connection": {"can_send": False}}, "does not send"),
    ("CPX-CONNECTION-HELD", {"connection": {"is_held": True}}, "will wait"),
    ("CPX-UNDER-WAY", {"invoice": {"is_under_way": True}}, "FAC/2026/0012 is already"),
    (
        "CPX-OTHER-ENVIRONMENT",
        {"invoice": {"handed_to": "Qualification (tests)"}},
        "already (Qualification (tests))",
    ),
    ("CPX-CHANNEL-SENT", {"channel": {"sent_by": "Peppol"}}, "to Peppol already"),
    ("CPX-CHANNEL-CHOSEN", {"channel": {"chosen_too": ("by Peppol",)}}, "by Peppol,"),
    ("CPX-CHANNEL-PREFERRED", {"channel": {"preferred": "by Peppol"}}, "by Peppol"),
    ("CPX-SUPPLIER-SIRET", {"supplier": {"identifier": "732829320"}}, "of Atelier"),
    ("CPX-SUPPLIER-SIRET", {"supplier": {"identifier": ""}}, "14-digit SIRET"),
    (
        "CPX-SUPPLIER-KEY",
        {"supplier": {"identifier": "33254021516357"}},
        "33254021516357 of Atelier",
    ),
    (
        "CPX-SUPPLIER-IDENTIFIER",
        {"supplier": {"identifier_type": "RIDET", "identifier": "1" * 19}},
        "18 characters",
    ),
    (
        "CPX-SUPPLIER-IDENTIFIER",
        {"supplier": {"identifier_type": "HORS_UE", "identifier": ""}},
        "missing",
    ),
    (
        "CPX-SUPPLIER-RIGHTS",
        {"supplier": {"may_issue": False}},
        "Atelier (73282932000074)",
    ),
    ("CPX-RECIPIENT-SIRET", {"recipient": {"siret": ""}}, "of Commune"),
    ("CPX-RECIPIENT-KEY", {"recipient": {"siret": "35600000012345"}}, "check digit"),
    ("CPX-RECIPIENT-STRUCTURE", {"recipient": {"is_public": False}}, "2026-11-23"),
    ("CPX-RECIPIENT-UNCHECKED", {"recipient": NOT_LOOKED_UP}, "Look up Commune"),
    (
        "CPX-RECIPIENT-UNKNOWN",
        {"recipient": {"unknown_on": date(2026, 11, 20)}},
        "On 2026-11-20",
    ),
    ("CPX-VALIDATOR", {"invoice": {"framework": "A9"}}, "framework A9"),
    (
        "CPX-VALIDATOR-SIRET",
        {"invoice": {"framework": "A12"}, "validator": ValidatorFacts("Titulaire")},
        "of Titulaire",
    ),
    ("CPX-NUMBER-LENGTH", {"invoice": {"number": "F" * 21}}, "has 21"),
    ("CPX-NUMBER-CHARACTERS", {"invoice": {"number": "F#1"}}, "F#1"),
    ("CPX-NUMBER-CHARACTERS", {"invoice": {"number": "FÉ1"}}, "without accents"),
    ("CPX-NUMBER-SPACES", {"invoice": {"number": "F  1"}}, "two in a row"),
    ("CPX-NUMBER-SPACES", {"invoice": {"number": "F1 "}}, "ends with a space"),
    ("CPX-NUMBER", {"invoice": {"number": ""}}, "confirm it first"),
    ("CPX-NUMBER", {"invoice": {"number": " "}}, "no number"),
    ("CPX-NUMBER-USED", {"invoice": {"number_used_by": "Filiale"}}, "by Filiale"),
    ("CPX-NUMBER-TOLD-USED", {"invoice": {"was_told_used": True}}, "another number"),
    ("CPX-DATE", {"invoice": {"issued_on": None}}, "invoice date"),
    ("CPX-DATE-FUTURE", {"invoice": {"issued_on": date(2026, 11, 24)}}, "2026-11-24"),
    ("CPX-DATE-RANGE", {"invoice": {"issued_on": date(1999, 12, 31)}}, "2000 to 2099"),
    ("CPX-DATE-RANGE", {"invoice": {"issued_on": date(2100, 1, 1)}}, "2100-01-01"),
    ("CPX-CURRENCY", {"invoice": {"currency": "USD"}}, "in USD"),
    ("CPX-FRAMEWORK", {"invoice": {"framework": "A4"}}, "framework A4"),
    ("CPX-FRAMEWORK-PAID", {"invoice": {"framework": "A2"}}, "120.00 is still due"),
    ("CPX-ORIGIN", {"invoice": {**CREDIT, "origin": ""}}, "quotes no invoice"),
    ("CPX-TOTAL-NEGATIVE", {"invoice": {"total": "-1.00"}}, "(-1.00)"),
    ("CPX-TOTAL-ZERO", {"invoice": {"total": "0.00"}}, "nothing to pay"),
    ("CPX-PAYMENT", {"invoice": {"payment_code": None}}, "payment means"),
    ("CPX-PAYMENT-CODE", {"invoice": {"payment_code": "57"}}, "means 57"),
    ("CPX-PAYMENT-CREDIT", {"invoice": {**CREDIT, "payment_code": "10"}}, "take it"),
    ("CPX-IBAN", {"invoice": {"iban_is_valid": False}}, "IBAN"),
    (
        "CPX-SERVICE",
        {"invoice": {"service": ""}, "recipient": {"requires_service": True}},
        "Commune demands a service code",
    ),
    (
        "CPX-ENGAGEMENT",
        {"invoice": {"engagement": ""}, "recipient": {"requires_engagement": True}},
        "Commune demands a commitment",
    ),
    (
        "CPX-ENGAGEMENT",
        {
            "invoice": {"engagement": ""},
            "recipient": {
                "service_requires_engagement": True,
                "service_name": "Voirie",
            },
        },
        "Voirie demands",
    ),
    (
        "CPX-ENGAGEMENT",
        {
            "invoice": {"engagement": ""},
            "recipient": {"service_requires_engagement": True},
        },
        "Commune demands",
    ),
    (
        "CPX-SERVICE-OR-ENGAGEMENT",
        {
            "invoice": {"engagement": "", "service": ""},
            "recipient": {"requires_either": True},
        },
        "fill in one",
    ),
    (
        "CPX-SERVICE-FORMAT",
        {"invoice": {"service": "A" * 101}, "recipient": {"services": ()}},
        "at most 100",
    ),
    (
        "CPX-SERVICE-FORMAT",
        {"invoice": {"service": "A/B"}, "recipient": {"services": ()}},
        "A/B",
    ),
    ("CPX-SERVICE-UNKNOWN", {"invoice": {"service": "ECOLES"}}, "“ECOLES”"),
    ("CPX-SERVICE-CLOSED", {"invoice": {"service": "ANCIEN"}}, "is closed"),
    (
        "CPX-SERVICE-RESERVED",
        {"invoice": {"service": "FACTURES_PUBLIQUES"}},
        "public bodies",
    ),
    ("CPX-ENGAGEMENT-LENGTH", {"invoice": {"engagement": "1" * 51}}, "than 50"),
    ("CPX-ENGAGEMENT-UNKNOWN", {"engagement": {"is_known": False}}, "on 2026-11-23"),
    ("CPX-ENGAGEMENT-UNCHECKED", {"engagement": {"is_known": None}}, "4500012345"),
    ("CPX-CONTRACT-LENGTH", {"invoice": {"contract": "1" * 51}}, "contract number"),
    (
        "CPX-LINE-VAT",
        {"invoice": {"lines": (replace(LINE, vat_category=None),)}},
        "“Pose” has no VAT: choose a tax, one of 0 %",
    ),
    (
        "CPX-LINE-RATE",
        {"invoice": {"lines": (replace(LINE, name="", vat_rate="21.00"),)}},
        "“1” has a VAT rate of 21.00 %",
    ),
    (
        "CPX-LINE-QUANTITY",
        {"invoice": {"lines": (replace(LINE, quantity="0.00001"),)}},
        "4 decimals",
    ),
    (
        "CPX-LINE-PRICE",
        {"invoice": {"lines": (replace(LINE, price="0.0000001"),)}},
        "6 decimals",
    ),
    (
        "CPX-LINE-PRICE",
        {"invoice": {"lines": (replace(LINE, price="-1"),)}},
        "negative",
    ),
    (
        "CPX-LENGTH",
        {"invoice": {"texts": (TextFacts("BT-44", "Commune " + "x" * 92),)}},
        "has 100 characters; beyond 99",
    ),
    (
        "CPX-FILE-EXTENSION",
        {"attachments": (replace(FILE, name="plan.dwg", label=""),)},
        "plan.dwg",
    ),
    (
        "CPX-FILE-EXTENSION",
        {"attachments": (replace(FILE, name=".pdf"),)},
        "Bon de livraison.pdf",
    ),
    (
        "CPX-FILES-LEFT-OUT",
        {"left_out": ("plan.dwg", "réunion.msg")},
        "plan.dwg, réunion.msg.",
    ),
    (
        "CPX-FILE-NAME",
        {"attachments": (replace(FILE, name="x" * 47 + ".pdf"),)},
        "more than 50",
    ),
    ("CPX-FILE-EMPTY", {"attachments": (replace(FILE, size=0),)}, "is empty"),
    (
        "CPX-FILE-SIZE",
        {"attachments": (replace(FILE, size=packing.MAX_ATTACHMENT_BYTES + 1),)},
        "larger than 10 MB",
    ),
    (
        "CPX-FILES-SIZE",
        {
            "attachments": (
                *(replace(FILE, size=packing.MAX_ATTACHMENT_BYTES),) * 12,
                replace(FILE, size=1),
            )
        },
        "121 MB together",
    ),
    (
        "CPX-FILES-EMBEDDED",
        {
            "attachments": (
                replace(FILE, size=3_562_500),
                replace(FILE, size=3_562_502),
            ),
            "are_embedded": True,
        },
        "about 11 MB; Chorus Pro may refuse more than 10 MB",
    ),
)

# What looks alike and is right.
RESPECTED: tuple[dict[str, Any], ...] = (
    {},
    # Fictitious SIRETs of qualification.
    {
        "connection": {"is_production": False},
        "supplier": {"identifier": "33254021516357"},
        "recipient": {"siret": "12345678200051"},
    },
    # La Poste, whose establishments need not pass the usual key.
    {"supplier": {"identifier": "35600000000001"}},
    {"supplier": {"identifier_type": "TAHITI", "identifier": "A12345678"}},
    {"supplier": {"may_issue": None}},
    # Number and date come when a draft is confirmed.
    {"invoice": {"is_draft": True, "number": "", "issued_on": None}},
    {"invoice": {"number": "F" * 20}},
    {"invoice": {"number": "FAC 2026-00_1+a/9"}},
    {"invoice": {"issued_on": date(2000, 1, 1)}},
    {"invoice": CREDIT},
    {"invoice": {"lines": (), "payment_code": None, "total": None, "due": None}},
    {"invoice": {"payment_code": "10", "iban_is_valid": False}},
    {"invoice": {"framework": "A2", "due": "0.00"}},
    {"invoice": {"framework": "A2", "due": None}},
    {
        "invoice": {"framework": "A9"},
        "validator": ValidatorFacts("Titulaire", "73282932000074"),
    },
    # A validator left over from another frame is not written.
    {"validator": ValidatorFacts("Titulaire")},
    {"recipient": {**NOT_LOOKED_UP, "requires_service": True}},
    {"recipient": {**NOT_LOOKED_UP, "services": SERVICES}},
    {"invoice": {"service": ""}, "recipient": {"requires_either": True}},
    {"invoice": {"engagement": ""}, "recipient": {"requires_either": True}},
    {"invoice": {"engagement": ""}, "engagement": {"is_known": None}},
    {"engagement": {"is_asked": False, "is_known": False}},
    {"invoice": {"service": "Écoles_2 - nord"}, "recipient": {"services": ()}},
    # The portal itself gave that code, whatever its characters.
    {
        "invoice": {"service": "SVC.1/A"},
        "recipient": {"services": (ServiceFacts("SVC.1/A"),)},
    },
    {"invoice": {"service": "FACTURES_PUBLIQUES"}, "supplier": {"is_public": True}},
    {"invoice": {"lines": (replace(LINE, quantity="1.50000", vat_rate=None),)}},
    {"invoice": {"lines": (replace(LINE, price="0"),)}},
    {"attachments": ()},
    # A third larger in base64, and the rest of the invoice: 10 MB.
    {"attachments": (replace(FILE, size=3_562_500),) * 2, "are_embedded": True},
    # Each goes up by itself.
    {"attachments": (replace(FILE, size=packing.MAX_ATTACHMENT_BYTES),) * 4},
)


@pytest.mark.parametrize(("key", "changes", "words"), BROKEN)
def test_a_breach_is_told_once_by_its_rule_alone(
    key: str, changes: dict[str, Any], words: str
) -> None:
    violations = rules.check(facts(**changes))
    assert [violation.rule.id for violation in violations] == [key]
    assert words in violations[0].text


@pytest.mark.parametrize("changes", RESPECTED)
def test_what_is_right_is_left_in_peace(changes: dict[str, Any]) -> None:
    assert broken(facts(**changes)) == []


def test_every_rule_that_looks_at_facts_has_a_breach_here() -> None:
    looked_at = {rule.id for rule in rules.RULES if rule.check is not None}
    assert {key for key, _changes, _words in BROKEN} == looked_at


def test_all_that_is_wrong_is_told_at_once() -> None:
    given = facts(
        invoice={"number": "F#" + "1" * 20, "service": ""},
        recipient={"siret": "", "requires_service": True},
    )
    assert broken(given) == [
        "CPX-RECIPIENT-SIRET",
        "CPX-NUMBER-LENGTH",
        "CPX-NUMBER-CHARACTERS",
        "CPX-SERVICE",
    ]


def test_a_connection_that_does_not_exist_is_not_told_off_twice() -> None:
    given = facts(connection={"exists": False, "can_send": False, "is_held": True})
    assert broken(given) == ["CPX-CONNECTION"]


def test_a_right_is_not_missed_before_the_siret_is_there() -> None:
    given = facts(supplier={"may_issue": False, "identifier": ""})
    assert broken(given) == ["CPX-SUPPLIER-SIRET"]


@pytest.mark.parametrize(
    ("is_reform", "level"),
    [(False, rules.Level.WARNING), (True, rules.Level.ERROR)],
)
def test_a_credit_note_without_invoice_is_refused_in_the_reform_only(
    is_reform: bool, level: rules.Level
) -> None:
    credit = {**CREDIT, "origin": "", "is_reform": is_reform}
    [violation] = rules.check(facts(invoice=credit))
    assert (violation.rule.id, violation.level) == ("CPX-ORIGIN", level)


def test_a_file_at_fault_is_named_by_its_record() -> None:
    [violation] = rules.check(facts(attachments=(FILE, replace(FILE, size=0, ref=9))))
    assert violation.fault.ref == 9


def test_a_text_at_fault_is_named_by_its_term() -> None:
    texts = (TextFacts("BT-22", "x" * 1025),)
    [violation] = rules.check(facts(invoice={"texts": texts}))
    assert (violation.rule.term, violation.term) == ("", "BT-22")


def test_a_number_is_checked_without_the_rest_of_the_invoice() -> None:
    given = Facts(today=TODAY, invoice=InvoiceFacts(number="F#1"))
    [violation] = rules.check(given, only=rules.NUMBERING)
    assert violation.rule.id == "CPX-NUMBER-CHARACTERS"
