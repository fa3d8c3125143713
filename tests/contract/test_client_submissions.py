"""The client library on the second road: stored files, the form, the validator."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from contract.client_world import TODAY, World
from submission_kit import pdf

from chorus_pro import (
    BillingFramework,
    InvoiceKind,
    InvoiceStatus,
    OutcomeUnknownError,
    RefusedError,
    invoices,
    structures,
    submissions,
    transverse,
    unpacking,
)
from chorus_pro.codes import PaymentMode, PdfFormat, VatRegime
from chorus_pro.records import Submission, SubmissionLine, VatShare
from chorus_pro.services.invoices import ComplementaryFile
from simulator import seed

SUBMIT = "factures/soumettre"
PDF = "factures/deposer/pdf"


@pytest.fixture
def world():
    with World() as made:
        yield made


def mine(world):
    (found,) = transverse.issuing_structures(world.supplier)
    return found.portal_id


def wish(world, **changes):
    return Submission(
        **{
            "number": "FA-2026-9",
            "issue_date": TODAY,
            "recipient": seed.TOWN_HALL,
            "service_code": "ACHATS",
            "engagement": "EJ0000123",
            "contract": "M-1",
            "supplier_id": mine(world),
            "currency": "EUR",
            "untaxed": Decimal("100.00"),
            "tax": Decimal("20.00"),
            "taxed": Decimal("120.00"),
            "payable": Decimal("120.00"),
            "vat": (VatShare(Decimal(20), Decimal("100.00"), Decimal("20.00")),),
            "comment": "Livré",
            **changes,
        }
    )


def submit(world, submission=None, annexes=()):
    supplier = world.supplier
    draft = submissions.deposit_pdf(supplier, pdf(), "FA-2026-9.pdf")
    frozen = submissions.freeze(submission or wish(world))
    return submissions.submit(supplier, frozen, draft.file_id, annexes)


def kept(world, portal_id):
    (found,) = world.drive("GET", f"invoices?id={portal_id}")["invoices"]
    return found


def test_values_the_portal_read_are_told(world):
    draft = submissions.deposit_pdf(world.supplier, pdf(), "F.pdf", PdfFormat.PADES)
    assert draft.number == "FA-2026-777"
    assert draft.recipient == seed.TOWN_HALL
    scan = submissions.deposit_pdf(world.supplier, pdf(""), "F.pdf")
    assert scan.file_id == draft.file_id + 1
    assert scan.number == ""


def test_submission_and_its_annex_reach_the_town_hall(world):
    (kind,) = [
        one
        for one in submissions.attachment_types(world.supplier)
        if one.code == "DIVERS"
    ]
    file_id = transverse.add_file(world.supplier, b"PK plan", "plan.docx")
    annex = ComplementaryFile(file_id, "Plan", kind.code)
    line = SubmissionLine(
        name="Étude",
        quantity=Decimal("0.0150"),
        unit="lot",
        price=Decimal("6666.666667"),
        rate=Decimal(20),
    )
    receipt = submit(world, wish(world, lines=(line,)), [annex])
    assert (receipt.number, receipt.status) == ("FA-2026-9", InvoiceStatus.DEPOSITED)
    (found,) = invoices.search_sent(world.supplier, number="FA-2026-9")
    assert found.portal_id == receipt.portal_id
    assert (found.untaxed, found.taxed) == (Decimal(100), Decimal(120))
    content = invoices.download_pivot(world.town_hall, [receipt.portal_id])
    (received,) = unpacking.read_pivot(content)
    assert received.number == "FA-2026-9"
    assert [file.name for file in received.attachments] == [
        "FA-2026-9.pdf",
        "plan.docx",
    ]


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        (
            {"kind": InvoiceKind.CREDIT_NOTE, "original_number": "FA-1"},
            {"type": "AVOIR", "original_number": "FA-1"},
        ),
        (
            {"framework": BillingFramework.A2, "payable": Decimal(0)},
            {"cadre": "A2", "payable": "0"},
        ),
        ({"vat_regime": VatRegime.ON_RECEIPTS}, {"vat_type": "TVA_SUR_ENCAISSEMENT"}),
        (
            {
                "vat_regime": VatRegime.NO_VAT,
                "vat": (),
                "tax": Decimal(0),
                "taxed": Decimal("100.00"),
                "payable": Decimal("100.00"),
            },
            {"vat_type": "SANS_TVA", "vat": "0"},
        ),
        ({"payment_mode": PaymentMode.CHEQUE}, {"payment_mode": "CHEQUE"}),
    ],
)
def test_each_shape_is_kept_as_it_was_meant(world, changes, seen):
    receipt = submit(world, wish(world, **changes))
    assert seen.items() <= kept(world, receipt.portal_id).items()


@pytest.mark.parametrize("framework", [BillingFramework.A9, BillingFramework.A12])
def test_validator_comes_before_the_recipient(world, framework):
    validator = structures.find(world.supplier, seed.TOWN_HALL)
    assert validator is not None
    submission = wish(
        world,
        framework=framework,
        validator=seed.TOWN_HALL,
        validator_service="ACHATS",
    )
    receipt = submit(world, submission)
    assert receipt.status == "A_VALIDER_1"
    world.drive("POST", "validations", id=receipt.portal_id, action="VALIDATION")
    assert kept(world, receipt.portal_id)["status"] == InvoiceStatus.AVAILABLE


def test_rule_that_is_broken_is_a_refusal_and_no_invoice(world):
    submission = wish(world, issue_date=date(2026, 12, 1))
    with pytest.raises(RefusedError) as caught:
        submit(world, submission)
    assert caught.value.code == 20013
    assert world.drive("GET", "invoices")["invoices"] == []


@pytest.mark.parametrize(
    ("kind", "more", "stored"),
    [
        ("cut_before", {}, 0),
        ("cut_after", {}, 1),
        ("half_answer", {}, 1),
        ("server_error", {}, 0),
        ("server_error", {"after_work": True}, 1),
        ("html_answer", {}, 0),
        ("html_answer", {"after_work": True}, 1),
        ("blank_field", {"field": "identifiantFactureCPP"}, 1),
    ],
)
def test_submission_without_a_clear_answer_is_unknown_and_never_sent_again(
    world, kind, more, stored
):
    world.fault(SUBMIT, kind, **more)
    with pytest.raises(OutcomeUnknownError):
        submit(world)
    assert world.counts()[SUBMIT] == 1
    found = list(invoices.search_sent(world.supplier, number="FA-2026-9"))
    assert len(found) == stored


def test_pdf_that_got_lost_leaves_no_invoice(world):
    world.fault(PDF, "cut_after")
    with pytest.raises(OutcomeUnknownError):
        submit(world)
    assert SUBMIT not in world.counts()
    assert world.drive("GET", "summary")["drafts"] == {"waiting": 1}
