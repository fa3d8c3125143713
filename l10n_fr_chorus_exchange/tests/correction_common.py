"""An invoice of the supplier that the portal holds, in the statuses that call for it."""

import base64

from odoo import Command
from odoo.tests import Form, new_test_user

from ..lib.chorus_pro.services import invoices
from .common import seed
from .deposit_common import DepositCase
from .inbound_common import InboundCase

COMPLETE = "factures/completer"
RECYCLE = "factures/recycler"
ACKNOWLEDGE = "factures/traiterRejet"
VALIDATOR = "factures/corriger/valideur/facture"
UPLOAD = "transverses/ajouter/fichier"
HISTORY = "factures/consulter/historique"


def file_values(name="bon.pdf", content=b"%PDF-1.4 bon"):
    return {
        "name": name,
        "designation": name,
        "content": base64.b64encode(content),
    }


class CorrectionCase(DepositCase, InboundCase):
    """The supplier's side of a suspension, a wrong address, a rejection."""

    def setUp(self):
        super().setUp()
        self.know_structures()

    # -------------------------------------------------------------------------
    # INVOICES
    # -------------------------------------------------------------------------

    def accepted(self, **values):
        """An invoice that the town hall has on its desk."""
        move = self.invoice(**values)
        deposit = self.sent(move)
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.drive("POST", "clock", {"advance": 3600})
        return move

    def in_status(self, status, comment="Il manque le bon", **values):
        move = self.accepted(**values)
        self.treat_on_portal(move.l10n_fr_chorus_portal_id, status, comment)
        self.read_again(move)
        self.assertEqual(move.l10n_fr_chorus_status, status)
        return move

    def read_again(self, move):
        """What the crons find out about the status."""
        client = self.supplier_connection._client()
        history = invoices.history(client, int(move.l10n_fr_chorus_portal_id))
        move.sudo()._l10n_fr_chorus_record_history(history)

    def suspended(self):
        return self.in_status("SUSPENDUE")

    def to_recycle(self):
        return self.in_status("A_RECYCLER", "Mauvais service")

    def rejected(self):
        return self.in_status("REJETEE", "Prix faux")

    def validator(self, siret=seed.OTHER_SUPPLIER):
        return self._create_public_body("Entreprise principale", siret)

    def wrong_validator(self):
        move = self.invoice(
            l10n_fr_chorus_framework="A9_FACTURE_SOUSTRAITANT",
            l10n_fr_chorus_validator_id=self.validator().id,
        )
        deposit = self.send(move)
        self.run_cron("ir_cron_send")
        self.assertEqual(deposit.state, "integrated", deposit.error)
        self.drive(
            "POST",
            "validations",
            {
                "id": int(move.l10n_fr_chorus_portal_id),
                "action": "ERREUR_ACHEMINEMENT",
                "comment": "Pas nous",
            },
        )
        self.read_again(move)
        self.assertTrue(move.l10n_fr_chorus_can_correct_validator)
        return move

    def other_body(self):
        return seed.DEPARTMENT

    def other_service(self):
        [service] = self.town_hall_partner.l10n_fr_chorus_service_ids.filtered(
            lambda one: one.code == "ECOLES"
        )
        return service

    # -------------------------------------------------------------------------
    # ACTS
    # -------------------------------------------------------------------------

    def as_user(self, move):
        return move.with_user(self.supplier_user).sudo(False)

    def window(self, move, action):
        opened = getattr(self.as_user(move), action)()
        return (
            self.env[opened["res_model"]]
            .with_user(self.supplier_user)
            .with_context(**opened["context"])
        )

    def complete(self, move, comment="Voici le bon", lines=()):
        wizard = self.window(move, "action_l10n_fr_chorus_complete").create(
            {
                "move_id": move.id,
                "comment": comment,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        wizard.action_confirm()
        return move.sudo().l10n_fr_chorus_correction_ids.sorted("id")[-1]

    def recycle(self, move, **values):
        form = Form(self.window(move, "action_l10n_fr_chorus_recycle"))
        for name, value in values.items():
            form[name] = value
        form.save().action_confirm()
        return move.sudo().l10n_fr_chorus_correction_ids.sorted("id")[-1]

    def acknowledge(self, move):
        self.as_user(move).action_l10n_fr_chorus_acknowledge()
        return move.sudo().l10n_fr_chorus_correction_ids.sorted("id")[-1]

    def name_validator(self, move, partner):
        form = Form(self.window(move, "action_l10n_fr_chorus_correct_validator"))
        form.partner_id = partner
        form.save().action_confirm()
        return move.sudo().l10n_fr_chorus_correction_ids.sorted("id")[-1]

    def correct(self):
        """The cron, and as much time as it wants between two looks."""
        corrections = self.env["l10n_fr_chorus.correction"].sudo().search([])
        corrections.next_try_at = False
        self.supplier_connection.pause_until = False
        self.run_cron("ir_cron_correct")

    def attach(self, move, name):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": b"%PDF-1.4 attached",
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": move.id,
            }
        )

    # -------------------------------------------------------------------------
    # LOOKING
    # -------------------------------------------------------------------------

    def held(self, move):
        """The invoice as the portal holds it."""
        return self.portal_invoice(move.l10n_fr_chorus_portal_id)

    def portal_files(self, move):
        """What was added to the portal's invoice, with the kind of each."""
        return self.portal.store.all(
            "SELECT * FROM invoice_file WHERE invoice_id = ? AND kind = 'complement'",
            int(move.l10n_fr_chorus_portal_id),
        )

    def steps(self, move, code):
        """How many times the portal's invoice took a status."""
        return [step["status"] for step in self.held(move)["history"]].count(code)

    def chatter(self, move):
        return " ".join(move.message_ids.mapped("body"))

    def auditor(self):
        return new_test_user(
            self.env,
            login="supplier_auditor",
            groups="account.group_account_readonly",
            company_id=self.supplier.id,
            company_ids=[(6, 0, self.supplier.ids)],
        )
