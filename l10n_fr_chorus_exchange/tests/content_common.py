"""Invoices as Chorus Pro would read them: held to the norm and to the portal's rules."""

import datetime

from lxml import etree

from odoo import Command, fields
from odoo.exceptions import UserError

from odoo.addons.l10n_fr_chorus_exchange.tools import facturx_gateway

from . import common  # noqa: F401 - puts the simulator on the path
from .en16931_common import En16931Common, broken_rules

from simulator.documents import check_direct, read_flow  # isort: skip

TODAY = datetime.date(2026, 11, 23)
CII = "IN_DP_E1_CII_16B"


class ContentCase(En16931Common):
    def read_back(self, move, types=("380", "381")):
        """What the portal reads of an invoice in the direct dialect, which it takes.

        :param types: BT-3 codes accepted
        """
        xml = move._l10n_fr_chorus_xml("cii", dialect="direct")
        self.assertEqual(facturx_gateway.schema_problems(xml), ())
        self.assertEqual(broken_rules(xml), [])
        [found] = read_flow(xml, "invoice.xml", CII)
        self.assertEqual(check_direct(found, CII, today=TODAY, types=types), [])
        return found

    def tree(self, move):
        self.read_back(move, types=("380", "381", "384", "386"))
        return etree.fromstring(move._l10n_fr_chorus_xml("cii", dialect="direct"))

    def terms(self, move):
        return move._l10n_fr_chorus_en16931()

    def refused(self, move, words):
        with self.assertRaisesRegex(UserError, words):
            self.terms(move)

    def problems(self, move):
        draft = move._l10n_fr_chorus_draft()
        move._l10n_fr_chorus_terms(draft)
        return draft.problems

    def pay(self, move, amount=None, journal=None, **values):
        journal = journal or self.company_data["default_journal_bank"]
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        values = {
            "journal_id": journal.id,
            "payment_date": fields.Date.to_date("2026-03-20"),
            **({"amount": amount} if amount else {}),
            **values,
        }
        return wizard.create(values)._create_payments()

    def credit(self, move, amount=None):
        """A posted credit note set against ``move``, of a part of it if ``amount``."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": move.date})
        )
        wizard.reverse_moves()
        note = wizard.new_move_ids
        if amount:
            note.invoice_line_ids.write({"price_unit": amount, "quantity": 1})
        note.action_post()
        lines = (move + note).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        lines.reconcile()
        return note

    def words(self, kind, name, sequence=10):
        return Command.create(
            {"display_type": kind, "name": name, "sequence": sequence}
        )
