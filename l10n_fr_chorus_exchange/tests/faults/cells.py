"""What is tried: troubles, the calls they befall, and the ground they fall on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product

from .line import DEPOSIT, FILE, HISTORY, PDF, REPORT, SEARCH, SUBMIT, TOKEN

ONE, GROUPED, SECOND_ROAD = "one", "grouped", "second road"
FORMS = (ONE, GROUPED, SECOND_ROAD)
TAKEN = frozenset({"integrated"})
# The portal said no: that is how it ends, and it is told.
TURNED_DOWN = frozenset({"integrated", "rejected", "refused"})


@dataclass(frozen=True)
class Cell:
    """One trouble on its ground.

    :ivar faults: orders to the simulator, in the words of its driving interface
    :ivar settings: of the simulator
    :ivar release: minutes after which stuck flows go on
    :ivar treated: the public body orders the payment once the invoice is there
    :ivar belated: seconds a call is held up on its way after it was given up
    :ivar ends: states that a deposit may end in
    """

    name: str
    faults: tuple = ()
    settings: dict = field(default_factory=dict)
    release: int = 0
    treated: bool = False
    belated: int = 0
    ends: frozenset = TAKEN


def order(operation, kind, times=1, **more):
    return {"operation": operation, "kind": kind, "times": times, **more}


# TROUBLES OF ANY CALL -------------------------------------------------------------

# Column: short name, kind, what is ordered along, whether it is in the short form.
COMMON = (
    ("cut before", "cut_before", {}, True),
    ("cut after", "cut_after", {}, True),
    ("half an answer", "half_answer", {}, True),
    ("400", "bad_request", {}, True),
    ("401", "unauthorized", {}, True),
    ("403", "forbidden", {}, True),
    ("429", "too_many", {"retry_after": 1200}, True),
    ("429 for a moment", "too_many", {"retry_after": 2}, False),
    ("500", "server_error", {"status": 500}, False),
    ("500 after", "server_error", {"status": 500, "after_work": True}, False),
    ("502", "server_error", {"status": 502}, False),
    ("503", "server_error", {"status": 503}, True),
    ("503 after", "server_error", {"status": 503, "after_work": True}, False),
    ("504", "server_error", {"status": 504}, False),
    ("504 after", "server_error", {"status": 504, "after_work": True}, True),
    ("a page", "html_answer", {}, True),
    ("a page after", "html_answer", {"after_work": True}, False),
    ("answer too late", "delay", {"seconds": 900}, False),
    ("refused", "refused", {}, True),
    ("one as an object", "single_object", {}, False),
)
NOT_OF_TOKENS = {"refused", "single_object", "blank_field"}
# The member without which an answer says nothing.
BLANK = {
    DEPOSIT: "numeroFluxDepot",
    SUBMIT: "identifiantFactureCPP",
    FILE: "pieceJointeId",
    PDF: "pieceJointeId",
    SEARCH: "listeFactures",
    REPORT: "etatCourantDepotFlux",
    HISTORY: "historiquesDesStatuts",
}

# GROUNDS --------------------------------------------------------------------------

LOST = {
    ONE: order(DEPOSIT, "cut_before"),
    GROUPED: order(DEPOSIT, "cut_before"),
    SECOND_ROAD: order(SUBMIT, "cut_before"),
}
DOUBT = {form: {**one, "kind": "cut_after"} for form, one in LOST.items()}


def grounds(form):
    """``(operation, name of the ground, the cell it is)``: every step is reached."""
    treated = Cell("treated", treated=True)
    lost = Cell("lost", (LOST[form],))
    doubt = Cell("doubt", (DOUBT[form],))
    if form == SECOND_ROAD:
        return (
            (TOKEN, "", Cell("")),
            (FILE, "", Cell("")),
            (PDF, "", Cell("")),
            (SUBMIT, "", Cell("")),
            (SUBMIT, "after a loss", Cell("", ({**LOST[form]},))),
            (SEARCH, "in doubt", doubt),
            (SEARCH, "after a loss", lost),
            (HISTORY, "treated", treated),
        )
    return (
        (TOKEN, "", Cell("")),
        (DEPOSIT, "", Cell("")),
        (DEPOSIT, "after a loss", lost),
        (SEARCH, "", Cell("")),
        (SEARCH, "in doubt", doubt),
        (SEARCH, "after a loss", lost),
        (REPORT, "slow", Cell("", settings={"integration_delay": 90})),
        (REPORT, "not shown yet", Cell("", settings={"search_delay": 5400})),
        (HISTORY, "treated", treated),
    )


def cells(form, *, short=False):
    """The cells of one form of deposit, in the order of the table."""
    found = []
    for operation, ground, cell in grounds(form):
        for (name, kind, more, soon), times in product(COMMON, (1, 5)):
            if operation == TOKEN and kind in NOT_OF_TOKENS:
                continue
            if short and not (soon and times == 1 and ground != "after a loss"):
                continue
            found.append(_struck(cell, operation, ground, name, kind, times, more))
        if operation in BLANK:
            more = {"field": BLANK[operation]}
            found.append(
                _struck(cell, operation, ground, "blank", "blank_field", 1, more)
            )
    found += _token_cells(short)
    found += _late_cells(form)
    if form != SECOND_ROAD:
        found += _flow_cells()
    return found


def _struck(cell, operation, ground, name, kind, times, more):
    # A ground made by a trouble of the same call comes first; of the same kind, they
    # take turns anyway.
    spared = sum(
        one["operation"] == operation and one["kind"] != kind for one in cell.faults
    )
    title = " ".join(
        filter(None, [operation.partition("/")[2] or operation, ground, name])
    )
    final = operation in (DEPOSIT, SUBMIT, FILE, PDF) and kind in (
        "refused",
        "bad_request",
    )
    return replace(
        cell,
        name=f"{title} ×{times}" if times > 1 else title,
        faults=(*cell.faults, order(operation, kind, times, skip=spared, **more)),
        ends=TURNED_DOWN if final else TAKEN,
    )


def _token_cells(short):
    return [
        Cell("token refused", (order(TOKEN, "invalid_client"),)),
        Cell("token refused ×5", (order(TOKEN, "invalid_client", 5),)),
    ][: 1 if short else 2]


# WHAT BECOMES OF FLOWS ------------------------------------------------------------


def _flow_cells():
    def flow(kind, times=1, **more):
        return order(DEPOSIT, kind, times, **more)

    cut = order(DEPOSIT, "cut_after")
    late = flow("flow_late", seconds=1800)
    return [
        Cell("flow stuck for an hour", (flow("flow_pending"),), release=60),
        Cell("flow stuck for two days", (flow("flow_pending"),), release=2880),
        Cell("flow late", (late,)),
        Cell("flow broken", (flow("flow_incident"),)),
        Cell("flow broken twice", (flow("flow_incident", 2),)),
        Cell("flow broken always", (flow("flow_incident", None),), ends=TURNED_DOWN),
        Cell("invoices rejected", (flow("flow_rejected"),), ends=TURNED_DOWN),
        Cell(
            "flow rejected", (flow("flow_rejected", technical=True),), ends=TURNED_DOWN
        ),
        Cell("last rejected", (flow("flow_partial"),), ends=TURNED_DOWN),
        Cell(
            "last rejected without a word",
            (flow("flow_partial"), order(REPORT, "missing_report_line", None)),
            ends=TURNED_DOWN,
        ),
        Cell(
            "report not known yet", settings={"report_delay": 900, "search_delay": 60}
        ),
        Cell("no answer, flow late", (cut, late)),
        Cell("no answer, both flows late", (cut, {**late, "times": 2})),
        Cell(
            "no answer, stuck for two hours",
            (cut, flow("flow_pending")),
            release=120,
        ),
        Cell("no answer, broken", (cut, flow("flow_incident"))),
        Cell("no answer, rejected", (cut, flow("flow_rejected")), ends=TURNED_DOWN),
        Cell("broken, then no answer", (flow("flow_incident"), {**cut, "skip": 1})),
    ]


def _late_cells(form):
    """Doubts that outlast the delay: the portal has it and shows it hours later."""
    cut = DOUBT[form]
    return [
        *(
            Cell(
                f"no answer, shown after {hours} h",
                (cut,),
                {"search_delay": 3600 * hours},
            )
            for hours in (1, 2, 7, 30)
        ),
        *(
            Cell(f"arrives {minutes} min after it was given up", belated=minutes * 60)
            for minutes in (15, 25, 45, 180)
        ),
        Cell(
            "arrives after 45 min, shown after 7 h",
            belated=2700,
            settings={"search_delay": 7 * 3600},
        ),
    ]
