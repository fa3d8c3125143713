"""Runs inside Odoo, through its shell: many invoices in every state of the outbox.

For looking at lists only: these states are written, not lived through.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from demo import world

COUNT = 200
PRICE = 119.5
# State of the deposit (None: not sent), status on the portal, the portal's words.
STATES: tuple[tuple[str | None, str | None, str], ...] = (
    (None, None, ""),
    ("ready", None, ""),
    ("deposited", None, ""),
    ("unknown", None, "No answer came to this deposit."),
    ("rejected", None, "Le code service ABC est inconnu pour le destinataire."),
    ("refused", None, "GDP_MSG_11.022"),
    ("integrated", "MISE_A_DISPOSITION", ""),
    ("integrated", "SUSPENDUE", "Bon de livraison manquant"),
    ("integrated", "A_RECYCLER", "Mauvais service"),
    ("integrated", "REJETEE", "Prix non conforme au marché"),
    ("integrated", "MANDATEE", ""),
    ("integrated", "MISE_EN_PAIEMENT", ""),
)

WAITING = ("ready", "deposited", "unknown")
# What comes before a status, with the days after the invoice's date on which it came.
WAY = (("DEPOSEE", 0), ("EN_COURS_ACHEMINEMENT", 1), ("MISE_A_DISPOSITION", 2))
DECIDED = 14
ORDERED = ("MANDATEE", 21)
PAYMENT = 30
# Days between the oldest invoice and today.
OLDEST = 75


def fill(env: Any) -> None:
    """Make them and commit."""
    company = env.ref("base.main_company")
    env = env(context={**env.context, "allowed_company_ids": [company.id]})
    customer = env["res.partner"].search(
        [("company_registry", "=", world.TOWN_HALL.siret), ("parent_id", "=", False)],
        limit=1,
    )
    product = env["product.product"].search(
        [("name", "=", world.PRODUCTS[0][0])], limit=1
    )
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": _day(number),
                "invoice_date_due": _day(number) + timedelta(days=PAYMENT),
                "buyer_reference": world.SERVICE,
                "purchase_order_reference": f"ENG-2026-{number:04}",
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "quantity": 1 + number % 9,
                            "price_unit": PRICE + number,
                        },
                    )
                ],
            }
            for number in range(COUNT)
        ]
    )
    moves.action_post()
    for number, move in enumerate(moves):
        _put(env, move, *STATES[number % len(STATES)])
    env.cr.commit()


def _day(number: int) -> Any:
    """Date of an invoice: the first ones are the oldest."""
    now = datetime.now(timezone.utc)
    return (now - timedelta(days=OLDEST - number * OLDEST // COUNT)).date()


def _put(env: Any, move: Any, state: str | None, status: str | None, text: str) -> None:
    if not state:
        return
    deposit = env["l10n_fr_chorus.deposit"].create(
        {
            "name": move.name,
            "move_id": move.id,
            "company_id": move.company_id.id,
            "connection_id": move.company_id.l10n_fr_chorus_connection_id.id,
            "file_name": f"{move.name.replace('/', '-')}.pdf",
            "sha256": "0" * 64,
            "syntax": "IN_DP_E2_CII_FACTURX",
            "supplier_siret": world.SUPPLIER.siret,
            "invoice_date": move.invoice_date,
            "amount_total": str(move.amount_total),
            "error": False if status else text,
        }
    )
    move.is_move_sent = True
    # Far enough for no scheduled action to touch it while people look.
    later = "2099-01-01 00:00:00" if state in WAITING else False
    deposit.write({"state": state, "next_try_at": later})
    if status:
        _tell(env, move, status, text)


def _tell(env: Any, move: Any, status: str, text: str) -> None:
    """The history that ends with this status, as far as it is not in the future."""
    move.write(
        {
            "l10n_fr_chorus_portal_id": str(9900000 + move.id),
            # For nobody to ask the portal about it: it knows none of these.
            "l10n_fr_chorus_asked_at": datetime.now(timezone.utc).replace(tzinfo=None),
        }
    )
    start = datetime.combine(move.invoice_date, datetime.min.time(), timezone.utc)
    steps = [
        (code, start + timedelta(days=days, hours=9), said)
        for code, days, said in _steps(status, text, move.id % 9)
    ]
    told = [step for step in steps if step[1] < datetime.now(timezone.utc)]
    env["l10n_fr_chorus.event"].create(
        [
            {
                "move_id": move.id,
                "portal_event_id": f"{move.id} {position}",
                "position": position,
                "code": code,
                "at": at.replace(tzinfo=None),
                "comment": said,
            }
            for position, (code, at, said) in enumerate(told)
        ]
    )
    move._l10n_fr_chorus_note(*told[-1])


def _steps(status: str, text: str, slower: int) -> list[tuple[str, int, str]]:
    """Code, day and reason of each step; some public bodies' days are slower."""
    steps = [(code, days, "") for code, days in WAY]
    if status == "MISE_EN_PAIEMENT":
        code, days = ORDERED
        steps += [(code, days + slower, ""), (status, PAYMENT + slower, text)]
    elif status != WAY[-1][0]:
        steps.append((status, DECIDED + slower, text))
    return steps
