"""What is tried of receiving and of answering: troubles, calls, grounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from .cells import COMMON, NOT_OF_TOKENS, Cell, order
from .line import HISTORY, TOKEN

LIST = "factures/rechercher/recipiendaire"
DOWNLOAD = "factures/telecharger/groupe"
CONSULT = "factures/consulter/recipiendaire"
TREAT = "factures/traiter/recue"
ALLOWED = "transverses/recuperer/etats/traitement"
BLANK = {
    LIST: "listeFactures",
    DOWNLOAD: "fichierResultat",
    HISTORY: "historiquesDesStatuts",
    TREAT: "numeroFacture",
}
RECEIVING, ANSWERING = "receiving", "answering"
WORKS = (RECEIVING, ANSWERING)
# What the portal must have been told at the end, in this order.
ANSWERS = ("SERVICE_FAIT", "MANDATEE", "MISE_EN_PAIEMENT")


@dataclass(frozen=True)
class ReceivedCell(Cell):
    """One trouble of the recipient's side.

    :ivar count: documents that wait on the portal
    :ivar completed: once they are bills, the first one is suspended over there and
        completed by its supplier with a file; the trouble strikes from then on
    :ivar consulted: the files tell no VAT, so that the portal is asked for it
    :ivar may_refuse: an answer may end refused
    """

    count: int = 3
    completed: bool = False
    consulted: bool = False
    may_refuse: bool = False


def grounds(work):
    """``(operation, the cell it is)``: every call of the work is reached."""
    if work == ANSWERING:
        one = ReceivedCell("", count=1)
        return tuple((operation, one) for operation in (TOKEN, ALLOWED, HISTORY, TREAT))
    several = ReceivedCell("")
    completed = ReceivedCell("completed", completed=True)
    return (
        (TOKEN, several),
        (LIST, several),
        (DOWNLOAD, several),
        (DOWNLOAD, ReceivedCell("of twelve", count=12)),
        (HISTORY, several),
        (CONSULT, ReceivedCell("", count=2, consulted=True)),
        (LIST, completed),
        (DOWNLOAD, completed),
        (HISTORY, completed),
    )


def received_cells(work, *, short=False):
    """The cells of one work, in the order of the table."""
    found = []
    for operation, cell in grounds(work):
        for (name, kind, more, soon), times in product(COMMON, (1, 5)):
            if operation == TOKEN and kind in NOT_OF_TOKENS:
                continue
            if short and not (soon and times == 1 and cell.count < 12):
                continue
            found.append(_struck(cell, operation, name, kind, times, more))
        if operation in BLANK and not short:
            more = {"field": BLANK[operation]}
            found.append(_struck(cell, operation, "blank", "blank_field", 1, more))
    found.append(ReceivedCell("token refused", (order(TOKEN, "invalid_client"),)))
    return found


def _struck(cell, operation, name, kind, times, more):
    title = " ".join(
        filter(None, [operation.partition("/")[2] or operation, cell.name, name])
    )
    return replace(
        cell,
        name=f"{title} ×{times}" if times > 1 else title,
        faults=(order(operation, kind, times, **more),),
        may_refuse=kind in ("refused", "bad_request") and operation in (TREAT, HISTORY),
    )
