"""An invoice as a PDF and figures, from the upload to the recipient, through the client."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from contract.client_world import TODAY, World
from reportlab.pdfgen import canvas

from chorus_pro import (
    InvoiceStatus,
    RefusedError,
    engagements,
    invoices,
    submissions,
    transverse,
    unpacking,
)
from chorus_pro.codes import DepositMode
from chorus_pro.records import Submission, SubmissionLine, VatShare
from chorus_pro.services.invoices import ComplementaryFile
from simulator import seed

PLAN = b"PK\x03\x04 a plan"


def page(*lines):
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer)
    for rank, line in enumerate(lines):
        drawing.drawString(50, 800 - 20 * rank, line)
    drawing.save()
    return buffer.getvalue()


PDF = page("Facture n° FA-2026-777", "Total TTC : 1 200,00 EUR")


@pytest.fixture
def world():
    with World() as made:
        yield made


def submission(world, **values):
    (supplier,) = transverse.issuing_structures(world.supplier)
    return replace(
        Submission(
            number="FA/1",
            issue_date=TODAY,
            recipient=seed.TOWN_HALL,
            service_code="ACHATS",
            engagement="EJ0000123",
            supplier_id=supplier.portal_id,
            currency="EUR",
            untaxed=Decimal("100.02"),
            tax=Decimal("20.00"),
            taxed=Decimal("120.02"),
            payable=Decimal("120.02"),
            lines=(
                SubmissionLine(
                    "Pose",
                    Decimal("3"),
                    "heure",
                    Decimal("33.34"),
                    rate=Decimal("20.00"),
                ),
            ),
            vat=(VatShare(Decimal("20.00"), Decimal("100.02"), Decimal("20.00")),),
        ),
        **values,
    )


def submit(world, one=None, annexes=()):
    draft = submissions.deposit_pdf(world.supplier, PDF, "FA-1.pdf")
    frozen = submissions.freeze(one or submission(world))
    return submissions.submit(world.supplier, frozen, draft.file_id, annexes)


def test_pdf_and_its_annexes_reach_the_recipient_with_their_bytes(world):
    file_id = transverse.add_file(world.supplier, PLAN, "plan.docx")
    receipt = submit(world, annexes=[ComplementaryFile(file_id, "Plan de pose")])
    assert (receipt.number, receipt.status) == ("FA/1", InvoiceStatus.DEPOSITED)
    assert receipt.deposited_on == TODAY
    (row,) = invoices.search_sent(world.supplier, number="FA/1")
    assert row.portal_id == receipt.portal_id
    assert (row.taxed, row.issue_date) == (Decimal("120.02"), TODAY)
    assert row.deposit_mode is DepositMode.API_DEPOSIT
    world.drive("POST", "clock", advance=86400)
    content = invoices.download_pivot(world.town_hall, [receipt.portal_id])
    document = unpacking.read_pivot_of(content, receipt.portal_id)
    files = {file.name: file.content for file in document.attachments}
    assert files["FA-1.pdf"] == PDF
    assert files["plan.docx"] == PLAN


def test_number_used_twice_is_refused(world):
    submit(world)
    with pytest.raises(RefusedError):
        submit(world)
    assert len(list(invoices.search_sent(world.supplier, number="FA/1"))) == 1


def test_lists_of_the_portal_are_read(world):
    (supplier,) = transverse.issuing_structures(world.supplier)
    codes = {one.code for one in submissions.attachment_types(world.supplier)}
    assert "DIVERS" in codes
    accounts = submissions.bank_accounts(world.supplier, supplier.portal_id)
    assert all(one.portal_id and one.name for one in accounts)


def test_commitment_of_the_state_is_known_and_another_is_not(world):
    (supplier,) = transverse.issuing_structures(world.supplier)
    known = engagements.search(world.supplier, supplier.portal_id, seed.ENGAGEMENT)
    assert [one.number for one in known] == [seed.ENGAGEMENT]
    assert not engagements.search(world.supplier, supplier.portal_id, "9999999999")
