"""The journeys of the demonstration, one test each."""

from __future__ import annotations

from demo.beside import credit_note, rejected_then_corrected
from demo.main_job import main_job
from demo.protocol import Protocol
from demo.sides import Supplier, TownHall
from e2e.journeys import integrated_invoice


def test_an_invoice_becomes_a_bill_and_its_payment_comes_back(
    supplier: Supplier, town_hall: TownHall
) -> None:
    main_job(supplier, town_hall, Protocol())


def test_a_rejected_invoice_is_corrected_and_sent_again(supplier: Supplier) -> None:
    rejected_then_corrected(supplier, Protocol())


def test_a_credit_note_becomes_a_draft_refund(
    supplier: Supplier, town_hall: TownHall
) -> None:
    credit_note(supplier, town_hall, integrated_invoice(supplier), Protocol())
