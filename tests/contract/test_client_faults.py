"""What the client does when the gateway misbehaves, by a call and through a socket."""

from __future__ import annotations

from decimal import Decimal

import pytest
from contract.client_world import TODAY, World, invoice
from submission_kit import pdf

from chorus_pro import (
    CredentialsError,
    InvoiceStatus,
    NotSentError,
    OutcomeUnknownError,
    RequestsTransport,
    TokenStore,
    engagements,
    invoices,
    structures,
    submissions,
    transverse,
    unpacking,
    users,
)
from chorus_pro.client import Client
from chorus_pro.environment import Credentials
from chorus_pro.records import Submission, VatShare
from simulator import seed
from simulator.contract import contract

DEPOSIT = "factures/deposer/flux"
SEARCH = "factures/rechercher/fournisseur"


@pytest.fixture(params=["call", "socket"])
def world(request):
    with World(socket=request.param == "socket") as made:
        yield made


def deposit(world):
    return invoices.deposit_flow(world.supplier, invoice("FA-1"), "FA-1.pdf")


@pytest.mark.parametrize(
    ("kind", "stored"),
    [("cut_before", 0), ("cut_after", 1), ("half_answer", 1), ("server_error", 0)],
)
def test_deposit_without_answer_is_never_sent_twice(world, kind, stored):
    world.fault(DEPOSIT, kind)
    with pytest.raises(OutcomeUnknownError):
        deposit(world)
    assert world.counts()[DEPOSIT] == 1
    assert len(world.drive("GET", "deposits")["deposits"]) == stored


def test_portal_tells_afterwards_whether_a_deposit_arrived(world):
    assert list(invoices.search_sent(world.supplier, number="FA-1")) == []
    world.fault(DEPOSIT, "cut_after")
    with pytest.raises(OutcomeUnknownError):
        deposit(world)
    assert len(list(invoices.search_sent(world.supplier, number="FA-1"))) == 1


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "half_answer"])
def test_search_without_answer_is_asked_again(world, kind):
    deposit(world)
    world.fault(SEARCH, kind, times=2)
    assert len(list(invoices.search_sent(world.supplier))) == 1
    assert world.counts()[SEARCH] == 3
    assert world.pauses == [1.0, 2.0]


def test_search_gives_up_on_a_closed_portal(world):
    world.fault(SEARCH, "server_error", times=3)
    with pytest.raises(OutcomeUnknownError, match="HTTP 503"):
        list(invoices.search_sent(world.supplier))


@pytest.mark.parametrize(
    ("operation", "kind"), [(DEPOSIT, "unauthorized"), ("token", "invalid_client")]
)
def test_refusal_by_accident_costs_a_second_not_a_deposit(world, operation, kind):
    world.fault(operation, kind, times=2)
    assert deposit(world).flow_number
    assert len(world.drive("GET", "deposits")["deposits"]) == 1
    assert world.pauses == [1.0, 1.0]


def test_forbidden_deposit_is_not_insisted_on(world):
    world.fault(DEPOSIT, "forbidden")
    with pytest.raises(CredentialsError) as caught:
        deposit(world)
    assert caught.value.cause == "forbidden"
    assert world.counts()[DEPOSIT] == 1


def test_deposit_told_to_wait_was_not_taken(world):
    world.fault(DEPOSIT, "too_many", retry_after=7)
    with pytest.raises(NotSentError) as caught:
        deposit(world)
    assert caught.value.retry_after == 7.0
    assert world.drive("GET", "deposits")["deposits"] == []


def test_search_told_to_wait_waits(world):
    world.fault(SEARCH, "too_many", retry_after=7)
    assert list(invoices.search_sent(world.supplier)) == []
    assert world.pauses == [7.0]


def test_expired_token_is_replaced(world):
    deposit(world)
    world.drive("POST", "clock", advance=3601)
    assert list(invoices.search_sent(world.supplier))
    assert world.counts()["token"] == 2


def test_undeclared_route_is_forbidden(world):
    with pytest.raises(CredentialsError) as caught:
        world.supplier.probe("organisations/v1/healthcheck")
    assert caught.value.cause == "forbidden"


def test_slow_answer_to_a_deposit_leaves_the_outcome_unknown():
    with World(socket=True) as world:
        world.fault(DEPOSIT, "delay", seconds=30)
        hasty = Client(
            world.environment,
            Credentials(
                seed.CLIENT_ID,
                seed.CLIENT_SECRET,
                seed.SUPPLIER_ACCOUNT,
                seed.ACCOUNTS[seed.SUPPLIER_ACCOUNT],
            ),
            transport=RequestsTransport(timeout=(5.0, 1.0)),
            tokens=TokenStore(),
        )
        with pytest.raises(OutcomeUnknownError, match="ReadTimeout"):
            invoices.deposit_flow(hasty, invoice("FA-1"), "FA-1.pdf")
        assert len(world.drive("GET", "deposits")["deposits"]) == 1


def test_every_operation_of_the_portal_is_reached_through_a_socket():
    with World(socket=True) as world:
        _journey(world)
        asked = set(world.counts()) - {"token"}
    assert asked == set(contract().operations) - NOT_ASKED


# The client needs none of these: it knows its own lists, and is no validator.
NOT_ASKED = {
    "factures/corriger/valideur/facture",
    "factures/traiter/factureAValider",
    "transverses/recuperer/cadrefacturation",
    "transverses/recuperer/devises",
    "transverses/recuperer/formatflux",
    "transverses/recuperer/modedepot",
    "transverses/recuperer/modereglements",
    "transverses/recuperer/motifs/exonerationtva",
    "transverses/recuperer/pays",
    "transverses/recuperer/typeidentifiant/structure",
}


def _journey(world):
    """Each service function once, in the order of a real exchange."""
    supplier, body = world.supplier, world.town_hall
    transverse.health(supplier)
    transverse.issuing_structures(supplier)
    assert transverse.receiving_structures(body)
    transverse.vat_rates(supplier)
    assert transverse.recipient_directory(supplier)
    assert list(users.attachments(supplier))
    town_hall = structures.find(supplier, seed.TOWN_HALL)
    structures.read(supplier, town_hall.portal_id)
    service = next(structures.services(supplier, town_hall.portal_id))
    structures.read_service(supplier, town_hall.portal_id, service.portal_id)
    ids = []
    for number in ("FA-1", "FA-2", "FA-3"):
        flow = invoices.deposit_flow(supplier, invoice(number), "F.pdf").flow_number
        assert transverse.flow_report(supplier, flow).is_accepted
        ids += [
            one.portal_id for one in invoices.search_sent(supplier, flow_number=flow)
        ]
    found = invoices.search_received(body, town_hall.portal_id)
    assert [one.portal_id for one in found] == ids
    assert unpacking.read_pivot(invoices.download_pivot(body, ids))
    invoices.download_pdf(body, ids)
    invoices.read_received(body, ids[0])
    assert transverse.possible_treatments(body, InvoiceStatus.AVAILABLE)
    for portal_id, status in zip(
        ids,
        (InvoiceStatus.SUSPENDED, InvoiceStatus.TO_RECYCLE, InvoiceStatus.REJECTED),
        strict=True,
    ):
        invoices.treat_received(body, portal_id, status, reason="Motif")
    transverse.add_file(supplier, b"%PDF-1.4", "bon.pdf")
    invoices.complete(supplier, ids[0], comment="Voici")
    invoices.recycle(supplier, ids[1], recipient=seed.TOWN_HALL, service_code="ECOLES")
    invoices.acknowledge_rejections(supplier, [ids[2]])
    invoices.read_sent(supplier, ids[0])
    assert invoices.history(supplier, ids[0]).entries
    _second_road(supplier)


def _second_road(supplier):
    """A PDF and a form, with what a client asks beforehand."""
    (mine,) = transverse.issuing_structures(supplier)
    assert engagements.search(supplier, mine.portal_id, seed.ENGAGEMENT)
    (account,) = submissions.bank_accounts(supplier, mine.portal_id)
    kinds = {kind.code for kind in submissions.attachment_types(supplier)}
    assert "DIVERS" in kinds
    draft = submissions.deposit_pdf(supplier, pdf(), "FA-4.pdf")
    wish = Submission(
        number="FA-4",
        issue_date=TODAY,
        recipient=seed.TOWN_HALL,
        service_code="ACHATS",
        supplier_id=mine.portal_id,
        bank_id=account.portal_id,
        currency="EUR",
        untaxed=Decimal("100.00"),
        tax=Decimal("20.00"),
        taxed=Decimal("120.00"),
        payable=Decimal("120.00"),
        vat=(VatShare(Decimal(20), Decimal("100.00"), Decimal("20.00")),),
    )
    receipt = submissions.submit(supplier, submissions.freeze(wish), draft.file_id)
    assert receipt.number == "FA-4"
    (found,) = invoices.search_sent(supplier, number="FA-4")
    assert found.portal_id == receipt.portal_id
