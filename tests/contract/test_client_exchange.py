"""From the deposit to the payment, seen from both sides, through the client."""

from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal

import pytest
from contract.client_world import NOTE, TODAY, World, invoice

from chorus_pro import (
    FlowSyntax,
    InvoiceKind,
    InvoiceStatus,
    RefusedError,
    invoices,
    structures,
    transverse,
    unpacking,
)
from chorus_pro.codes import BillingFramework, HistoryAction
from chorus_pro.services.invoices import ComplementaryFile
from simulator import seed


@pytest.fixture
def world():
    with World() as made:
        yield made


def deposit(world, number="FA-1", **changed):
    """Deposit one invoice; gives its flow number."""
    content = invoice(number, **changed)
    return invoices.deposit_flow(world.supplier, content, f"{number}.pdf").flow_number


def sent(world, flow_number):
    (found,) = invoices.search_sent(world.supplier, flow_number=flow_number)
    return found


def town_hall_id(world):
    return structures.find(world.town_hall, seed.TOWN_HALL).portal_id


def received(world, **criteria):
    return list(
        invoices.search_received(world.town_hall, town_hall_id(world), **criteria)
    )


# --- deposit ----------------------------------------------------------------------


def test_deposited_invoice_is_integrated_and_found_by_its_flow(world):
    flow = deposit(world)
    report = transverse.flow_report(world.supplier, flow)
    assert report.is_accepted
    found = sent(world, flow)
    assert found.portal_id
    assert found.status is InvoiceStatus.AVAILABLE
    assert (found.number, found.flow_number) == ("FA-1", flow)
    assert found.recipient.service_code == "ACHATS"
    assert found.engagement == "EJ0000123"
    assert found.taxed == Decimal("110.22")
    assert found.issue_date == TODAY


def test_flow_passes_through_its_states(world):
    world.drive("POST", "settings", integration_delay=60)
    flow = deposit(world)
    seen = []
    while not (report := transverse.flow_report(world.supplier, flow)).is_final:
        seen.append(str(report.state))
        world.drive("POST", "clock", advance=60)
    assert seen[0] == "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP"
    assert len(seen) == len(set(seen)) >= 4


def test_rejected_invoice_says_why(world):
    flow = deposit(world, service="INCONNU")
    report = transverse.flow_report(world.supplier, flow)
    assert report.is_rejected
    assert "service" in report.reason_for("FA-1").lower()
    assert list(invoices.search_sent(world.supplier, flow_number=flow)) == []


def test_rejected_invoice_missing_from_the_report_is_still_rejected(world):
    world.fault("transverses/consulterCRDetaille", "missing_report_line")
    flow = deposit(world, service="INCONNU")
    report = transverse.flow_report(world.supplier, flow)
    assert not report.lists("FA-1")
    assert list(invoices.search_sent(world.supplier, flow_number=flow)) == []


def test_flow_that_is_no_invoice_is_refused_as_a_whole(world):
    receipt = invoices.deposit_flow(world.supplier, b"<x/>", "x.xml", FlowSyntax.CII)
    report = transverse.flow_report(world.supplier, receipt.flow_number)
    assert report.is_rejected
    assert report.technical_errors
    assert report.reason_for("x")


def test_credit_note_goes_the_same_way(world):
    deposit(world, "FA-1")
    flow = deposit(world, "AV-1", type_code="381", original="FA-1", payment_code=None)
    assert transverse.flow_report(world.supplier, flow).is_accepted
    assert sent(world, flow).kind is InvoiceKind.CREDIT_NOTE


# --- searches ---------------------------------------------------------------------


@pytest.mark.parametrize("size", [2, 5, 100])
def test_search_gives_every_invoice_once_whatever_the_page(world, size):
    wanted = {world.drop(f"N-{number}") for number in range(5)}
    found = received(world, page_size=size)
    assert [one.portal_id for one in found] == sorted(wanted)


def test_search_goes_past_the_default_cap(world):
    world.drive("POST", "settings", search_cap=3)
    for number in range(5):
        world.drop(f"N-{number}")
    assert len(received(world, page_size=2)) == 5


@pytest.mark.parametrize("code", [0, 20000])
def test_search_that_finds_nothing_is_empty(world, code):
    world.drive("POST", "settings", empty_search_code=code)
    assert received(world) == []
    assert list(invoices.search_sent(world.supplier, number="NONE")) == []


def test_search_by_number_is_exact(world):
    deposit(world, "FA-1")
    deposit(world, "FA-10")
    found = list(invoices.search_sent(world.supplier, number="FA-1"))
    assert [one.number for one in found] == ["FA-1"]


def test_search_by_change_sees_the_whole_last_day(world):
    world.drop("N-1")
    day_before = date(2026, 11, 22)
    assert len(received(world, changed_from=TODAY, changed_to=TODAY)) == 1
    assert received(world, changed_from=day_before, changed_to=day_before) == []


def test_search_by_status_and_download_flag(world):
    first, second = world.drop("N-1"), world.drop("N-2")
    invoices.download_pivot(world.town_hall, [first])
    found = received(world, downloaded=False, statuses=[InvoiceStatus.AVAILABLE])
    assert [one.portal_id for one in found] == [second]
    assert received(world, statuses=[InvoiceStatus.PAID]) == []


def test_account_sees_only_its_own_invoices(world):
    deposit(world)
    assert list(invoices.search_sent(world.other_supplier)) == []


def test_works_invoices_are_searched_apart(world):
    world.drop("N-1")
    assert received(world, kind="FACTURE_TRAVAUX") == []


def test_a_works_invoice_tells_who_manages_and_who_ordered_the_works(world):
    world.drive(
        "POST",
        "invoices",
        name="T-1.pdf",
        content=base64.b64encode(invoice("T-1", cadre="A6")).decode(),
        recipient=seed.TOWN_HALL,
        works={"MOE": seed.SUPPLIER, "MOA": seed.SYNDICATE},
    )
    assert received(world) == []
    [found] = received(world, kind="FACTURE_TRAVAUX")
    assert found.project_manager.identifier == seed.SUPPLIER
    assert found.contracting_authority.identifier == seed.SYNDICATE
    assert found.contracting_authority.name


# --- consultation and history -----------------------------------------------------


def test_both_sides_read_the_same_invoice(world):
    portal_id = sent(world, deposit(world)).portal_id
    one = invoices.read_sent(world.supplier, portal_id)
    other = invoices.read_received(world.town_hall, portal_id)
    for detail in (one, other):
        assert detail.number == "FA-1"
        assert detail.framework is BillingFramework.A1
        assert detail.supplier.identifier == seed.SUPPLIER
        assert detail.recipient.identifier == seed.TOWN_HALL
        assert (detail.untaxed, detail.taxed) == (Decimal("98.7"), Decimal("110.22"))
        assert sum(line.amount for line in detail.vat_lines) == detail.vat
        assert detail.engagement == "EJ0000123"
        assert detail.attachments


def test_history_is_read_to_its_last_page(world):
    portal_id = sent(world, deposit(world)).portal_id
    for _ in range(60):  # 120 steps: more than a page
        for status in ("SERVICE_FAIT", "MISE_A_DISPOSITION"):
            world.drive("POST", "clock", advance=60)
            invoices.treat_received(world.town_hall, portal_id, status)
    found = invoices.history(world.supplier, portal_id)
    codes = [str(entry.code) for entry in found.entries]
    assert len(codes) == 123
    assert codes[:3] == ["DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"]
    assert found.status is found.last.code is InvoiceStatus.AVAILABLE
    assert all(entry.at.utcoffset() is not None for entry in found.entries)


def test_unknown_invoice_is_a_refusal(world):
    with pytest.raises(RefusedError) as caught:
        invoices.history(world.supplier, 1)
    assert caught.value.message_id == "GDP_MSG_11.008"


def test_invoice_of_others_is_a_refusal(world):
    portal_id = sent(world, deposit(world)).portal_id
    with pytest.raises(RefusedError) as caught:
        invoices.read_sent(world.other_supplier, portal_id)
    assert caught.value.message_id == "GDP_MSG_11.005"


# --- download ---------------------------------------------------------------------


@pytest.mark.parametrize("delivery", ["zip", "xml"])
@pytest.mark.parametrize("files", ["zipped", "plain"])
def test_recipient_gets_what_the_supplier_deposited(world, delivery, files):
    world.drive("POST", "settings", pivot_delivery=delivery, pivot_attachments=files)
    content = invoice("FA-1")
    flow = invoices.deposit_flow(world.supplier, content, "FA-1.pdf").flow_number
    portal_id = sent(world, flow).portal_id
    data = invoices.download_pivot(world.town_hall, [portal_id])
    found = unpacking.read_pivot_of(data, portal_id)
    assert (found.number, found.type_code) == ("FA-1", "380")
    assert found.cadre is BillingFramework.A1
    assert found.supplier.identifier == seed.SUPPLIER
    assert found.recipient.service_code == "ACHATS"
    assert found.amounts.taxed == Decimal("110.22")
    assert sum(line.amount for line in found.vat_lines) == (
        found.amounts.taxed - found.amounts.untaxed
    )
    assert found.engagement == "EJ0000123"
    assert found.main_attachment.content == content
    assert NOTE.content in [one.content for one in found.attachments]
    assert found.broken_attachments == ()


def test_several_invoices_come_in_one_download(world):
    ids = [world.drop(f"N-{number}") for number in range(3)]
    found = unpacking.read_pivot(invoices.download_pivot(world.town_hall, ids))
    assert [one.portal_id for one in found] == ids


def test_readable_copy_is_a_pdf_or_an_archive(world):
    portal_id = sent(world, deposit(world)).portal_id
    alone = invoices.download_pdf(world.town_hall, [portal_id], with_attachments=False)
    whole = invoices.download_pdf(world.town_hall, [portal_id], with_attachments=True)
    assert alone.content.startswith(b"%PDF")
    assert whole.content.startswith(b"PK")


def test_download_leaves_its_trace(world):
    portal_id = sent(world, deposit(world)).portal_id
    invoices.download_pivot(world.town_hall, [portal_id])
    (action,) = invoices.history(world.supplier, portal_id).actions
    assert action.code is HistoryAction.DOWNLOADED


# --- treatment --------------------------------------------------------------------


def test_payment_status_comes_back_to_the_supplier(world):
    flow = deposit(world)
    portal_id = sent(world, flow).portal_id
    for status, number in ((InvoiceStatus.MANDATED, "DP7"), (InvoiceStatus.PAID, None)):
        receipt = invoices.treat_received(
            world.town_hall, portal_id, status, mandate_number=number
        )
        assert receipt.status is status
    assert sent(world, flow).status is InvoiceStatus.PAID
    assert invoices.read_sent(world.supplier, portal_id).mandate_number == "DP7"


def test_suspended_invoice_is_completed_with_a_file(world):
    flow = deposit(world)
    portal_id = sent(world, flow).portal_id
    invoices.treat_received(
        world.town_hall, portal_id, InvoiceStatus.SUSPENDED, reason="Bon manquant"
    )
    assert sent(world, flow).status_comment == "Bon manquant"
    file_id = transverse.add_file(world.supplier, b"%PDF-1.4 complet", "complet.pdf")
    invoices.complete(
        world.supplier,
        portal_id,
        comment="Voici le bon",
        attachments=[ComplementaryFile(file_id, "Bon de livraison")],
    )
    last = invoices.history(world.supplier, portal_id).last
    assert (last.code, last.comment) == (InvoiceStatus.COMPLETED, "Voici le bon")
    data = invoices.download_pivot(world.town_hall, [portal_id])
    contents = [one.content for one in unpacking.read_pivot(data)[0].attachments]
    assert b"%PDF-1.4 complet" in contents


def test_only_a_suspended_invoice_is_completed(world):
    portal_id = sent(world, deposit(world)).portal_id
    with pytest.raises(RefusedError) as caught:
        invoices.complete(world.supplier, portal_id, comment="x")
    assert caught.value.message_id == "GDP_MSG_11.033"


def test_invoice_is_recycled_to_another_service(world):
    flow = deposit(world)
    portal_id = sent(world, flow).portal_id
    invoices.treat_received(
        world.town_hall, portal_id, InvoiceStatus.TO_RECYCLE, reason="Autre service"
    )
    invoices.recycle(
        world.supplier,
        portal_id,
        recipient=seed.TOWN_HALL,
        service_code="VOIRIE",
        engagement="EJ0000999",
        comment="Nouveau service",
    )
    found = sent(world, flow)
    assert (found.portal_id, found.number) == (portal_id, "FA-1")
    assert found.recipient.service_code == "VOIRIE"
    assert found.engagement == "EJ0000999"


def test_rejection_is_acknowledged(world):
    flow = deposit(world)
    portal_id = sent(world, flow).portal_id
    invoices.treat_received(
        world.town_hall, portal_id, InvoiceStatus.REJECTED, reason="Doublon"
    )
    assert sent(world, flow).rejection_treated is False
    invoices.acknowledge_rejections(world.supplier, [portal_id])
    found = sent(world, flow)
    assert found.rejection_treated is True
    assert found.status is InvoiceStatus.REJECTED


def test_paid_invoice_is_at_its_end(world):
    portal_id = world.drop("N-1", status="MISE_EN_PAIEMENT")
    with pytest.raises(RefusedError):
        invoices.treat_received(
            world.town_hall, portal_id, InvoiceStatus.REJECTED, reason="Trop tard"
        )
