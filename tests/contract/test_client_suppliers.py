"""What the consultation tells of a supplier, through the client."""

from __future__ import annotations

import pytest
from contract.client_world import World, invoice

from chorus_pro import invoices
from simulator import seed


@pytest.fixture
def world():
    with World() as made:
        yield made


def test_the_recipient_reads_address_and_account_of_the_supplier(world):
    flow = invoices.deposit_flow(world.supplier, invoice("FA-1"), "FA-1.pdf")
    (sent,) = invoices.search_sent(world.supplier, flow_number=flow.flow_number)
    found = invoices.read_received(world.town_hall, sent.portal_id).supplier_detail
    assert found.accounts == (seed.IBAN,)
    assert (found.country, bool(found.street), bool(found.city)) == ("FR", True, True)
