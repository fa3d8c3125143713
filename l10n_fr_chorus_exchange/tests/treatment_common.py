"""A bill received from the portal, and what its town hall answers."""

from odoo.tests import Form, new_test_user

from .inbound_common import InboundCase

TREAT = "factures/traiter/recue"
HISTORY = "factures/consulter/historique"
ALLOWED = "transverses/recuperer/etats/traitement"
OFFICER = "l10n_fr_chorus_exchange.group_officer"
ACCOUNTANT = "l10n_fr_chorus_exchange.group_accountant"
ANSWER = "l10n_fr_chorus_exchange.group_answer"


class TreatmentCase(InboundCase):
    """``move`` is the draft bill of ``document``, seen by a user of the town hall."""

    def setUp(self):
        super().setUp()
        self.document = self.received()
        self.move = self.document.move_id
        self.user_move = self.as_user(self.move)

    def as_user(self, records, user=None):
        return (
            self.env[records._name]
            .with_user(user or self.town_hall_user)
            .browse(records.ids)
        )

    def accountant(self):
        """Who invoices and answers in both qualities."""
        return new_test_user(
            self.env,
            login="town_hall_accountant",
            groups=f"account.group_account_invoice,{ANSWER}",
            company_id=self.town_hall.id,
            company_ids=[(6, 0, self.town_hall.ids)],
        )

    def window(self, action, user=None, **values):
        """The window that an action of a button opens, filled in by a user."""
        wizards = self.env[action["res_model"]].with_user(user or self.town_hall_user)
        wizards = wizards.with_context(**action["context"])
        form = Form(wizards.browse(action["res_id"])) if "res_id" in action else None
        form = form or Form(wizards)
        for name, value in values.items():
            form[name] = value
        return form.save()

    def tell(self, name, move=None, user=None, **values):
        """Press a button of the bill and confirm; the answer queued."""
        moves = self.as_user(move or self.move, user)
        action = getattr(moves, f"action_l10n_fr_chorus_{name}")()
        self.window(action, user, **values).action_confirm()
        return moves.sudo().l10n_fr_chorus_treatment_ids.sorted("id")[-1:]

    def answer(self):
        for treatment in self.documents().treatment_ids:
            treatment.next_try_at = False
        self.town_hall_connection.pause_until = False
        self.run_cron("ir_cron_answer")

    def register_payment(self, move=None, **values):
        move = move or self.move
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": move.date, **values})
            ._create_payments()
        )

    def pay(self):
        self.move.action_post()
        return self.register_payment()

    def status(self, document=None):
        portal_id = (document or self.document).portal_id
        return self.portal_invoice(portal_id)["status"]

    def answers(self):
        """Targets queued for the document, oldest first."""
        return self.document.treatment_ids.sorted("id").mapped("target")
