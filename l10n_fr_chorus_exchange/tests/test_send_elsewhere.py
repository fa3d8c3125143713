"""Odoo's own sending, where Chorus Pro has no part in it or stumbles."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .deposit_common import DepositCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendStumbles(DepositCase):
    def _stumble(self, error, on):
        """Making the document of the invoice ``on`` ends in ``error``."""
        sender = self.env.registry["account.move.send"]
        made = sender._l10n_fr_chorus_made

        def make(model, invoice, pdf):
            if invoice == on:
                raise error
            return made(model, invoice, pdf)

        self.startPatcher(patch.object(sender, "_l10n_fr_chorus_made", make))

    def _send(self, moves):
        self.env["account.move.send"]._generate_and_send_invoices(
            moves, sending_methods={"chorus_pro"}, allow_raising=False
        )

    def test_one_document_that_cannot_be_made_does_not_keep_the_others(self):
        good, bad = self.invoice(), self.invoice()
        self._stumble(ZeroDivisionError(), bad)
        with self.assertLogs("odoo.addons.l10n_fr_chorus_exchange", "ERROR"):
            self._send(good + bad)
        self.assertEqual(good.l10n_fr_chorus_deposit_state, "ready")
        self.assertFalse(bad.l10n_fr_chorus_deposit_state)

    def test_what_another_transaction_disturbed_is_run_again_as_a_whole(self):
        move = self.invoice()
        self._stumble(SerializationFailure(), move)
        with self.assertRaises(SerializationFailure):
            self._send(move)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendWithoutMore(DepositCase):
    """Who may send invoices and not change them: salespersons, as ``sale`` has them."""

    READ = (
        "account.account",
        "account.journal",
        "account.move",
        "account.move.line",
        "account.partial.reconcile",
        "account.payment.term",
        "account.tax",
        "product.product",
        "uom.uom",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env["res.groups"].create({"name": "May send"})
        rights = dict.fromkeys(cls.READ, False)
        rights["account.move.send.wizard"] = True
        cls.env["ir.model.access"].create(
            [
                {
                    "name": f"May send: {name}",
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": group.id,
                    "perm_read": True,
                    "perm_write": full,
                    "perm_create": full,
                    "perm_unlink": False,
                }
                for name, full in rights.items()
            ]
        )
        cls.salesperson = new_test_user(
            cls.env,
            login="may_send",
            groups="l10n_fr_chorus_exchange.group_sender",
            company_id=cls.supplier.id,
            company_ids=[Command.set(cls.supplier.ids)],
        )
        cls.salesperson.group_ids |= group

    def _window(self, move):
        move.invalidate_recordset()
        return Form(
            self.env["account.move.send.wizard"]
            .with_user(self.salesperson)
            .with_context(active_model=move._name, active_ids=move.ids)
        )

    def _attach(self, move, name):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": b"%PDF-1.4",
                "res_model": move._name,
                "res_id": move.id,
            }
        )

    def test_a_salesperson_sends_and_says_what_goes_along(self):
        move = self.invoice()
        self._attach(move, "a.pdf")
        unwanted = self._attach(move, "b.pdf")
        window = self._window(move)
        self.assertEqual(window.sending_methods, ["chorus_pro"])
        window.l10n_fr_chorus_attachment_ids.remove(unwanted.id)
        window.save().action_send_and_print()
        self.assertEqual(move.l10n_fr_chorus_deposit_state, "ready")
        self.assertEqual(move.l10n_fr_chorus_attachment_ids.mapped("name"), ["a.pdf"])

    def test_opening_the_window_changes_nothing_of_the_invoice(self):
        move = self.invoice()
        self._attach(move, "a.pdf")
        move.is_manually_modified = False
        self._window(move).save()
        self.assertFalse(move.is_manually_modified)
        self.assertFalse(move.l10n_fr_chorus_attachment_kept_ids)

    def test_an_email_is_sent_as_before(self):
        self.town_hall_partner.with_company(
            self.supplier
        ).invoice_sending_method = "email"
        self.town_hall_partner.email = "mairie@example.com"
        move = self.posted_invoice()
        self._attach(move, "a.pdf")
        self._window(move).save().action_send_and_print()
        self.assertTrue(move.is_move_sent)
        self.assertFalse(move.l10n_fr_chorus_deposit_state)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendElsewhere(DepositCase):
    """A company that has nothing to do with Chorus Pro, beside one that has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.setup_other_company(name="Elders BV")["company"]
        cls.elsewhere.partner_id.country_id = cls.env.ref("base.be")
        cls.clerk = cls._create_billing_user("clerk_elsewhere", cls.elsewhere)
        cls.client = cls.env["res.partner"].create(
            {
                "name": "Klant",
                "email": "klant@example.com",
                "country_id": cls.env.ref("base.be").id,
            }
        )

    def _posted(self, count=1):
        invoice = {
            "move_type": "out_invoice",
            "partner_id": self.client.id,
            "invoice_date": fields.Date.today(),
            "invoice_line_ids": [
                Command.create({"name": "Werk", "price_unit": 10.0, "tax_ids": []})
            ],
        }
        moves = self.env["account.move"].with_user(self.clerk)
        moves = moves.with_company(self.elsewhere).create([invoice] * count)
        moves.action_post()
        return moves

    def _wizard(self, name, **values):
        return self.env[name].with_user(self.clerk).create(values)

    def test_the_windows_of_send_know_nothing_of_it(self):
        moves = self._posted(2)
        wizard = self._wizard("account.move.send.wizard", move_id=moves[0].id)
        self.assertEqual(wizard.sending_methods, ["email"])
        self.assertNotIn("chorus_pro", wizard.sending_method_checkboxes)
        self.assertFalse(wizard.alerts)
        batch = self._wizard(
            "account.move.send.batch.wizard", move_ids=[Command.set(moves.ids)]
        )
        self.assertEqual(list(batch.summary_data), ["email"])
        self.assertFalse(batch.alerts)

    def test_invoices_are_mailed_downloaded_reset_and_deleted(self):
        moves = self._posted(3)
        send = self.env["account.move.send"].with_user(self.clerk)
        send._generate_and_send_invoices(moves[:2], sending_methods={"email"})
        self.assertEqual(moves.mapped("is_move_sent"), [True, True, False])
        self.assertTrue(moves[0]._get_invoice_legal_documents("pdf"))
        moves[2].button_draft()
        self.assertFalse(moves[2].l10n_fr_chorus_readiness)
        moves[2].unlink()

    def test_nothing_is_looked_up_for_invoices_of_elsewhere(self):
        counts = []
        connections = self.env.registry["l10n_fr_chorus.connection"]
        for count in (2, 12):
            moves = self._posted(count)
            self.env.flush_all()
            self.env.invalidate_all()
            with patch.object(
                connections,
                "_for_company",
                autospec=True,
                side_effect=connections._for_company,
            ) as looked_up:
                moves.read(["l10n_fr_chorus_status_label", "l10n_fr_chorus_severity"])
                moves.button_draft()
                moves.action_post()
            counts.append(looked_up.call_count)
        self.assertEqual(counts, [0, 0])

    def test_a_customer_that_prefers_chorus_pro_is_not_sent_to_without_connection(self):
        self.client.with_company(self.elsewhere).write(
            {"invoice_sending_method": "chorus_pro", "invoice_edi_format": "chorus_ubl"}
        )
        move = self._posted()
        wizard = self._wizard("account.move.send.wizard", move_id=move.id)
        self.assertNotIn("chorus_pro", wizard.sending_method_checkboxes)
        send = self.env["account.move.send"].with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "Set up the Chorus Pro connection"):
            send._generate_and_send_invoices(move)
        send._generate_and_send_invoices(move, sending_methods={"email"})
        self.assertTrue(move.is_move_sent)

    def test_a_customer_s_chorus_pro_format_does_not_hinder_core_s_download(self):
        customer = self.town_hall_partner.with_company(self.supplier)
        for chosen in ("chorus_facturx", "chorus_cii", "chorus_ubl"):
            customer.invoice_edi_format = chosen
            move = self.posted_invoice()
            found = move._get_invoice_legal_documents("ubl", allow_fallback=True)
            self.assertIn(b"CrossIndustryInvoice", found["content"])
            self.assertTrue(move.get_extra_print_items())
