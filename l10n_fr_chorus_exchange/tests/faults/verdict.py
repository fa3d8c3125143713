"""What must hold at the end of every cell."""

from __future__ import annotations

from decimal import Decimal

SETTLED = {"integrated", "rejected", "refused"}
OPEN_FLOWS = {"sending", "unknown", "deposited"}
# Of flows on the portal, in its words.
INTEGRATED = "IN_INTEGRE"


def failures_of(world, deposits):
    """What does not hold, one sentence each.

    :param world: the cell that was played (``FaultCase``)
    :param deposits: of that cell, settled or not
    """
    found = list(dict.fromkeys(world.violations))
    there = {}
    for invoice in world.portal_invoices():
        there.setdefault(invoice["number"], []).append(invoice)
    for deposit in deposits:
        found += _of_deposit(world.cell, deposit, there.get(deposit.name, []))
    for flow in deposits.flow_ids.filtered(lambda flow: flow.state in OPEN_FLOWS):
        found.append(f"an attempt stays {flow.state}")
    found += _of_flows(world, deposits)
    if world.faults_left():
        found.append("a trouble never struck")
    return found


def _of_deposit(cell, deposit, invoices):
    name, state, move = deposit.name, deposit.state, deposit.move_id
    if state not in SETTLED:
        return [f"{name} stays {state}: {deposit.error}"]
    found = []
    if state not in cell.ends:
        found.append(f"{name} ends {state}: {deposit.error}")
    if len(invoices) != (state == "integrated"):
        found.append(f"{name} is {state}, the portal has {len(invoices)}")
    if state != "integrated" and not (deposit.error and move.activity_ids):
        found.append(f"{name} is {state} and nobody is told why")
    for invoice in invoices:
        if Decimal(invoice["taxed"]) != Decimal(deposit.amount_total):
            found.append(f"{name}: {invoice['taxed']} on the portal")
        ids = {deposit.portal_id, move.l10n_fr_chorus_portal_id, str(invoice["id"])}
        if len(ids) != 1:
            found.append(f"{name}: identifiers differ: {ids}")
        if move.l10n_fr_chorus_status != invoice["status"]:
            found.append(
                f"{name}: {move.l10n_fr_chorus_status} here, {invoice['status']} there"
            )
    return found


def _of_flows(world, deposits):
    """At most one flow of a number was integrated, whatever was deposited."""
    found = []
    flows = [flow for flow in world.deposits() if INTEGRATED in str(flow["state"])]
    for deposit in deposits:
        own = [flow for flow in flows if deposit.name in str(flow.get("invoices"))]
        if len(own) > 1:
            found.append(f"{deposit.name}: {len(own)} flows integrated")
    return found
