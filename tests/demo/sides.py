"""The two sides of the exchange, each as the person in front of Odoo sees it.

Every method is what one click or one form does; nothing reaches around the user's
rights, and what crons do is waited for.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

from demo import world
from demo.stage import Stage
from platform_kit.odoo_client import OdooClient

DEPOSIT_FIELDS = ("state", "flow_number", "portal_id", "error", "sha256", "file_name")
INVOICE_FIELDS = (
    "name",
    "state",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "payment_state",
    "l10n_fr_chorus_deposit_state",
    "l10n_fr_chorus_portal_id",
    "l10n_fr_chorus_status",
    "l10n_fr_chorus_status_label",
    "l10n_fr_chorus_summary",
    "l10n_fr_chorus_event_ids",
)
# What the portal will not change any more, whatever is asked.
SETTLED = ("integrated", "rejected", "refused")
# Seconds for what takes one run of a scheduled action.
PATIENCE = 120.0
# Seconds before an impatient person presses the same button again.
IMPATIENCE = 3.0


class Side:
    """One company, by the eyes of its only user."""

    def __init__(self, stage: Stage, company: world.Company) -> None:
        self.stage = stage
        self.company = company
        self.odoo: OdooClient = stage.log_in(company.user)
        self.company_id = self.odoo.one_id(
            "res.company", [("company_registry", "=", company.siret)]
        )
        self.odoo.in_companies(self.company_id)

    def move(self, move_id: int, *more: str) -> dict[str, Any]:
        return self.odoo.read("account.move", move_id, *INVOICE_FIELDS, *more)

    def post(self, move_id: int) -> None:
        self.odoo.press("account.move", move_id, "action_post")

    def attachment(self, attachment_id: int) -> bytes:
        row = self.odoo.read("ir.attachment", attachment_id, "datas")
        return base64.b64decode(row["datas"])

    def events(self, move_id: int) -> list[dict[str, Any]]:
        """History of an invoice or a bill, oldest first."""
        return self.odoo.search(
            "l10n_fr_chorus.event",
            [("move_id", "=", move_id), ("kind", "=", "status")],
            "code",
            "label",
            "at",
            "comment",
            # Times are to the minute.
            order="at, position, id",
        )


class Supplier(Side):
    """Makes invoices and sends them."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage, world.SUPPLIER)
        self.customer_id = self.odoo.one_id(
            "res.partner",
            [
                ("company_registry", "=", world.TOWN_HALL.siret),
                ("parent_id", "=", False),
            ],
        )

    def look_up_customer(self) -> dict[str, Any]:
        self.odoo.press("res.partner", self.customer_id, "action_l10n_fr_chorus_lookup")
        return self.odoo.read(
            "res.partner",
            self.customer_id,
            "l10n_fr_chorus_name",
            "l10n_fr_chorus_is_public",
            "l10n_fr_chorus_demands",
            "l10n_fr_chorus_service_ids",
        )

    def make_invoice(
        self, *, service: str, engagement: str = "", discount: float
    ) -> int:
        """A draft with one line per product of the demonstration, hence two VAT rates."""
        products = self.odoo.search(
            "product.product",
            [("name", "in", [name for name, _price, _rate in world.PRODUCTS])],
            "id",
        )
        quantities = (24, 60)
        lines = [
            (
                0,
                0,
                {"product_id": product["id"], "quantity": quantity, "discount": less},
            )
            for product, quantity, less in zip(
                products, quantities, (discount, 0.0), strict=True
            )
        ]
        return self.odoo.create(
            "account.move",
            {
                "move_type": "out_invoice",
                "partner_id": self.customer_id,
                "buyer_reference": service,
                "purchase_order_reference": engagement,
                "invoice_line_ids": lines,
            },
            context={"default_move_type": "out_invoice"},
        )

    def attach(self, move_id: int, name: str, content: bytes) -> None:
        """A supporting document that is to travel with the invoice."""
        attachment_id = self.odoo.create(
            "ir.attachment",
            {
                "name": name,
                "datas": base64.b64encode(content).decode(),
                "res_model": "account.move",
                "res_id": move_id,
            },
        )
        self.odoo.write(
            "account.move",
            move_id,
            {"l10n_fr_chorus_attachment_ids": [(4, attachment_id)]},
        )

    def correct(self, move_id: int, values: dict[str, Any]) -> None:
        """Back to draft, changed, posted again under the same number."""
        self.odoo.press("account.move", move_id, "button_draft")
        self.odoo.write("account.move", move_id, values)
        self.post(move_id)

    def credit(self, move_id: int, reason: str) -> int:
        """A posted credit note for a whole invoice, by Odoo's own wizard."""
        journal = self.odoo.read("account.move", move_id, "journal_id")["journal_id"]
        wizard_id = self.odoo.create(
            "account.move.reversal",
            {"reason": reason, "journal_id": journal[0]},
            context={"active_model": "account.move", "active_ids": [move_id]},
        )
        action = self.odoo.press("account.move.reversal", wizard_id, "refund_moves")
        refund_id = int(action["res_id"])
        self.post(refund_id)
        return refund_id

    def open_sending(self, move_id: int) -> int:
        """Press *Send & Print*: the wizard with its own choice of methods."""
        return self.odoo.create(
            "account.move.send.wizard",
            {"move_id": move_id},
            context={"active_model": "account.move", "active_ids": [move_id]},
        )

    def send(self, move_id: int) -> dict[str, Any]:
        """Send & Print with what the wizard proposes; the wizard's choices."""
        wizard_id = self.open_sending(move_id)
        wizard = self.odoo.read(
            "account.move.send.wizard", wizard_id, "sending_methods", "alerts"
        )
        self.odoo.press("account.move.send.wizard", wizard_id, "action_send_and_print")
        return wizard

    def deposits(self, move_id: int) -> list[dict[str, Any]]:
        """Deposits of an invoice, the oldest first."""
        return self.odoo.search(
            "l10n_fr_chorus.deposit", [("move_id", "=", move_id)], *DEPOSIT_FIELDS
        )

    def deposit(self, move_id: int) -> dict[str, Any]:
        """The last one; LookupError when there is none."""
        found = self.deposits(move_id)
        if not found:
            raise LookupError(f"invoice {move_id} has no deposit")
        return found[-1]

    def ask_now(self, move_id: int) -> None:
        """The button *Ask Chorus Pro now*."""
        self.odoo.press("account.move", move_id, "action_l10n_fr_chorus_ask_now")

    def wait_until_deposited(
        self, move_id: int, *states: str, seconds: float = PATIENCE
    ) -> dict[str, Any]:
        """Wait for the cron that sends."""
        wanted = states or ("deposited", *SETTLED)
        return self.stage.wait(
            f"the deposit is {' or '.join(wanted)}",
            lambda: self.deposit(move_id),
            lambda deposit: deposit["state"] in wanted,
            seconds=seconds,
            shown=lambda deposit: (
                f"{deposit['state']} ({deposit['error'] or 'no message'})"
            ),
        )

    def wait_until_settled(
        self, move_id: int, seconds: float = PATIENCE
    ) -> dict[str, Any]:
        """Ask, as an impatient person would, until the portal has decided."""
        return self._wait_asking(
            move_id,
            "the portal has decided",
            lambda: self.deposit(move_id),
            lambda deposit: deposit["state"] in SETTLED,
            seconds,
            lambda deposit: f"{deposit['state']} ({deposit['error'] or 'no message'})",
        )

    def wait_for_status(
        self, move_id: int, status: str, seconds: float = PATIENCE
    ) -> dict[str, Any]:
        """Ask until the invoice shows a status of the portal."""
        return self._wait_asking(
            move_id,
            f"the invoice shows {status}",
            lambda: self.move(move_id),
            lambda move: move["l10n_fr_chorus_status"] == status,
            seconds,
            lambda move: move["l10n_fr_chorus_status"],
        )

    def _wait_asking(
        self,
        move_id: int,
        title: str,
        ask: Callable[[], dict[str, Any]],
        holds: Callable[[dict[str, Any]], object],
        seconds: float,
        shown: Callable[[dict[str, Any]], object],
    ) -> dict[str, Any]:
        """Press *Ask Chorus Pro now*, look, and press again when nothing comes."""
        pressed_at: list[float] = []

        def ask_impatiently() -> dict[str, Any]:
            answer = ask()
            now = time.monotonic()
            if not holds(answer) and (
                not pressed_at or now - pressed_at[-1] >= IMPATIENCE
            ):
                self.ask_now(move_id)
                pressed_at.append(now)
            return answer

        return self.stage.wait(
            title, ask_impatiently, holds, seconds=seconds, shown=shown
        )


class TownHall(Side):
    """Receives bills, pays them."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage, world.TOWN_HALL)

    def fetch_now(self) -> None:
        """The button *Fetch now* of the inbox."""
        self.odoo.press("l10n_fr_chorus.inbound", None, "action_fetch_now")

    def documents(self, *domain: Any) -> list[dict[str, Any]]:
        """Rows of the inbox."""
        return self.odoo.search(
            "l10n_fr_chorus.inbound",
            domain,
            "portal_id",
            "number",
            "state",
            "reason",
            "move_id",
            "amount_total",
            "portal_status",
        )

    def wait_for_document(
        self, portal_id: str, seconds: float = PATIENCE
    ) -> dict[str, Any]:
        """The row of the inbox for a portal id, once nothing is left to do on it."""

        def ask() -> list[dict[str, Any]]:
            return self.documents(("portal_id", "=", portal_id))

        rows = self.stage.wait(
            f"document {portal_id} is in the inbox",
            ask,
            lambda found: found and found[0]["state"] not in ("seen", "fetched"),
            seconds=seconds,
            shown=lambda found: found[0]["state"] if found else "nothing",
        )
        return rows[0]

    def attachments(self, move_id: int) -> list[dict[str, Any]]:
        return self.odoo.search(
            "ir.attachment",
            [("res_model", "=", "account.move"), ("res_id", "=", move_id)],
            "name",
            "mimetype",
        )

    def pay(self, move_id: int) -> None:
        """*Register payment* with what the wizard proposes."""
        chosen = {"active_model": "account.move", "active_ids": [move_id]}
        wizard_id = self.odoo.create("account.payment.register", {}, context=chosen)
        self.odoo.call(
            "account.payment.register",
            "action_create_payments",
            [wizard_id],
            context=chosen,
        )

    def answers(self, move_id: int) -> list[dict[str, Any]]:
        """Statuses sent back for a bill."""
        return self.odoo.search(
            "l10n_fr_chorus.treatment",
            [("move_id", "=", move_id)],
            "target",
            "state",
            "error",
        )

    def wait_until_answered(
        self, move_id: int, target: str, seconds: float = PATIENCE
    ) -> dict[str, Any]:
        def ask() -> list[dict[str, Any]]:
            return [row for row in self.answers(move_id) if row["target"] == target]

        rows = self.stage.wait(
            f"{target} was told to the portal",
            ask,
            lambda found: found and found[-1]["state"] in ("done", "refused"),
            seconds=seconds,
            shown=lambda found: found[-1] if found else "no such answer",
        )
        return rows[-1]
