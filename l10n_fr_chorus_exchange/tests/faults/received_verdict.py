"""What must hold at the end of every cell of receiving and of answering."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from .received_cells import ANSWERS

OPEN_ANSWERS = ("ready", "sending", "unknown")


def received_failures(world):
    """Every invoice there is one document and one bill here, with each file once.

    :param world: the cell that was played (``ReceivedCase``)
    """
    found = list(dict.fromkeys(world.violations))
    there = {str(one["id"]): one for one in world.portal_invoices()}
    documents = world.documents()
    if sorted(documents.mapped("portal_id")) != sorted(there):
        found.append(f"{documents.mapped('portal_id')} here, {list(there)} there")
    for document in documents:
        if document.portal_id in there:
            found += _of_document(world, document, there[document.portal_id])
    bills = Counter(world.bills().mapped("ref"))
    wanted = Counter(one["number"] for one in there.values())
    if bills != wanted:
        found.append(f"bills {dict(bills)} for {dict(wanted)}")
    if world.faults_left():
        found.append("a trouble never struck")
    return found


def _of_document(world, document, invoice):
    name, move = document.number, document.move_id
    if document.state != "imported" or not move:
        return [f"{name} ends {document.state}: {document.reason}"]
    found = []
    if document.history_due or document.files_due:
        found.append(f"{name} stays due")
    if Decimal(str(move.amount_total)) != Decimal(invoice["taxed"]):
        found.append(f"{name}: {move.amount_total} here, {invoice['taxed']} there")
    asked = world.cell.consulted and not world.cell.faults
    if asked and document.source != "consultation":
        found.append(f"{name}: lines taken from {document.source}")
    names = Counter(world.files_of(move).mapped("name"))
    twice = [name for name, count in names.items() if count > 1]
    if twice or not names:
        found.append(f"{name}: files {dict(names)}")
    completed, added = world.added or ("", "")
    if document.portal_id == completed and added not in names:
        found.append(f"{name}: the file of the completion is missing")
    statuses = {document.portal_status, move.l10n_fr_chorus_status, invoice["status"]}
    if len(statuses) != 1:
        found.append(f"{name}: statuses differ: {statuses}")
    return found


def answered_failures(world):
    """Each answer reached the portal once, in its order, or is refused and told."""
    found = list(dict.fromkeys(world.violations))
    [invoice] = world.portal_invoices()
    told = [one["status"] for one in invoice["history"] if one["status"] in ANSWERS]
    answers = world.document.treatment_ids.sorted("id")
    for answer in answers:
        state, count = answer.state, told.count(answer.target)
        if state in OPEN_ANSWERS:
            found.append(f"{answer.target} stays {state}: {answer.error}")
        elif count != (state == "done"):
            found.append(f"{answer.target} is {state}, told {count} times")
        if state != "done" and not (world.cell.may_refuse and answer.error):
            found.append(f"{answer.target} ends {state}: {answer.error}")
    if told != [one for one in ANSWERS if one in told]:
        found.append(f"told out of order: {told}")
    document = world.document
    here = {document.portal_status, document.move_id.l10n_fr_chorus_status}
    if here != {invoice["status"]}:
        found.append(f"{here} here, {invoice['status']} there")
    if world.faults_left():
        found.append("a trouble never struck")
    return found
