"""What the follow-up of invoices looks like: pages to take pictures of."""

from __future__ import annotations

from collections.abc import Iterator

from demo import world
from demo.pages import ACTION, ROW, Page
from demo.sides import Supplier
from demo.stage import Stage

ANSWER = ".o_statusbar_buttons button[name='action_l10n_fr_chorus_complete']"
SEND_ON = ".o_statusbar_buttons button[name='action_l10n_fr_chorus_recycle']"
WINDOW = ".modal button[name='action_confirm']"
COUNTERS = "[name='l10n_fr_chorus_counters'] a"
DASHBOARD = "action-account.open_account_journal_dashboard_kanban"
GROUP = ".o_list_view .o_group_header .o_group_name"
DELIVERED = "MISE_A_DISPOSITION"


def answer_pages(supplier: Supplier) -> Iterator[Page]:
    """Invoices that the public body did something with, and how one answers."""
    user = world.SUPPLIER.user
    at = f"{supplier.stage.odoo.url}/odoo/customer-invoices"
    suspended = _treated(supplier, "SUSPENDUE", "Bon de livraison manquant", 5.0)
    yield Page("invoice-suspended", user, f"{at}/{suspended}")
    yield Page("answer-window", user, f"{at}/{suspended}", click=ANSWER, shows=WINDOW)
    sent_back = _treated(supplier, "A_RECYCLER", "Facture destinée à la voirie", 6.0)
    yield Page("send-on-window", user, f"{at}/{sent_back}", click=SEND_ON, shows=WINDOW)
    refused = _treated(supplier, "REJETEE", "Prix non conforme au marché", 8.0)
    yield Page("invoice-refused", user, f"{at}/{refused}")


def overview_pages(stage: Stage) -> Iterator[Page]:
    """Lists and figures; worth looking at with many invoices."""
    user, at = world.SUPPLIER.user, f"{stage.odoo.url}/odoo"
    yield Page("dashboard", user, f"{at}/{DASHBOARD}", COUNTERS)
    receivables = f"{at}/{ACTION}.l10n_fr_chorus_receivable_action"
    yield Page("receivables", user, receivables, click=GROUP, shows=ROW)
    times = f"{at}/{ACTION}.l10n_fr_chorus_stage_report_action"
    yield Page("time-per-stage", user, times, ".o_pivot table tbody td")
    yield Page(
        "time-per-stage-graph",
        user,
        times,
        click=".o_switch_view.o_graph",
        shows=".o_graph_renderer canvas",
    )


def call_pages(stage: Stage) -> Iterator[Page]:
    """What is asked of the portal, and what late interest is made of."""
    at = f"{stage.odoo.url}/odoo/{ACTION}"
    yield Page("calls", world.ADMIN, f"{at}.l10n_fr_chorus_call_action", ROW)
    yield Page("late-rates", world.ADMIN, f"{at}.l10n_fr_chorus_late_rate_action", ROW)


def _treated(supplier: Supplier, status: str, comment: str, discount: float) -> int:
    """An invoice that reached the public body, which gave it this status.

    :param discount: another one each time: Odoo warns of invoices that are the same
    """
    invoice_id = supplier.make_invoice(
        service=world.SERVICE, engagement=world.ENGAGEMENT, discount=discount
    )
    supplier.post(invoice_id)
    supplier.send(invoice_id)
    supplier.wait_until_settled(invoice_id)
    move = supplier.wait_for_status(invoice_id, DELIVERED)
    supplier.stage.simulator.post(
        "invoices/status",
        id=int(move["l10n_fr_chorus_portal_id"]),
        status=status,
        comment=comment,
    )
    supplier.wait_for_status(invoice_id, status)
    return invoice_id
