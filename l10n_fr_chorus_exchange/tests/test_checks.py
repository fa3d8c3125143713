"""What is wrong with an invoice, found before it leaves."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..lib.chorus_pro import rules
from ..lib.chorus_pro.codes import BillingFramework, IdentifierType
from ..models import findings
from ..tools import facturx_gateway
from ..tools.dates import paris_day
from .common import seed
from .deposit_common import DepositCase
from .test_translations import ADDON, export

# Words of the portal; the exact ones are not published.
NUMBER_USED = "Le numéro de facture existe déjà pour ce fournisseur"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFindings(DepositCase):
    def findings(self, move, **kwargs):
        return {one.id: one for one in move._l10n_fr_chorus_findings(**kwargs)}

    def draft(self, **values):
        move = self.posted_invoice(partner_bank_id=self.bank.id, **values)
        move.button_draft()
        return move

    def test_nothing_is_found_on_a_good_invoice(self):
        self.assertEqual(self.invoice()._l10n_fr_chorus_findings(), [])

    def test_each_finding_knows_the_record_and_field_that_mend_it(self):
        self.town_hall_partner.company_registry = False
        self.supplier.partner_id.company_registry = "732829320"
        move = self.invoice(buyer_reference=False)
        found = self.findings(move)
        self.assertEqual(
            {key: (one.record, one.field) for key, one in found.items()},
            {
                "CPX-SUPPLIER-SIRET": (self.supplier.partner_id, "company_registry"),
                "CPX-RECIPIENT-SIRET": (self.town_hall_partner, "company_registry"),
                "CPX-SERVICE": (move, "buyer_reference"),
            },
        )

    def test_errors_come_before_warnings(self):
        self.env["l10n_fr_chorus.service"].create(
            {"partner_id": self.town_hall_partner.id, "code": "ACHATS"}
        )
        self.supplier_connection.sudo().environment = "production"
        move = self.invoice(buyer_reference="NULLE_PART")
        levels = [one.level for one in move._l10n_fr_chorus_findings()]
        self.assertEqual(levels, ["error", "error", "warning"])

    def test_what_the_document_misses_is_a_finding_said_once(self):
        move = self.draft()
        move.invoice_line_ids.tax_ids = False
        move.partner_bank_id = False
        sentences = [one.sentence for one in move._l10n_fr_chorus_findings()]
        self.assertEqual(len([s for s in sentences if "no VAT" in s]), 1)
        self.assertEqual(len([s for s in sentences if "Recipient Bank" in s]), 1)

    def test_the_only_line_without_vat_is_neither_missing_nor_free(self):
        move = self.draft()
        move.invoice_line_ids.tax_ids = False
        [found] = move._l10n_fr_chorus_findings()
        self.assertIn("no VAT", found.sentence)

    def test_what_the_schema_objects_to_is_a_finding(self):
        move = self.invoice()
        error = facturx_gateway.InvalidInvoiceError(("BT-1 is odd",))
        with patch.object(facturx_gateway, "build_xml", side_effect=error):
            found = self.findings(move)
            self.assertEqual(self.findings(move, schema=False), {})
        self.assertIn("BT-1 is odd", found["CPX-XSD"].sentence)

    def test_data_nobody_thought_of_leave_the_invoice_readable(self):
        move = self.invoice()
        with (
            patch.object(
                self.env.registry["account.move"],
                "_l10n_fr_chorus_terms",
                side_effect=KeyError("odd"),
            ),
            self.assertLogs(level="ERROR"),
        ):
            self.assertIn("CPX-DOCUMENT", self.findings(move))

    def test_a_service_closed_at_the_last_look_up_stops_the_invoice(self):
        self.town_hall_partner.action_l10n_fr_chorus_lookup()
        found = self.findings(self.invoice(buyer_reference="ANCIEN"))
        self.assertEqual(found["CPX-SERVICE-CLOSED"].level, "error")

    def test_the_commitment_number_of_a_service_is_asked_for(self):
        self.town_hall_partner.action_l10n_fr_chorus_lookup()
        found = self.findings(self.invoice(buyer_reference="VOIRIE"))
        self.assertIn("Voirie", found["CPX-ENGAGEMENT"].sentence)

    def test_a_body_that_the_portal_has_closed_stops_the_invoice(self):
        closed = self._create_public_body("Ancienne commune", seed.CLOSED_BODY)
        closed.action_l10n_fr_chorus_lookup()
        found = self.findings(self.invoice(partner_id=closed.id))
        self.assertEqual(found["CPX-RECIPIENT-STRUCTURE"].record, closed)

    def test_an_account_without_the_right_to_send_is_doubted(self):
        self.know_structures()
        move = self.invoice()
        self.assertEqual(self.findings(move), {})
        self.supplier_connection.structure_ids.can_issue = False
        found = self.findings(move)["CPX-SUPPLIER-RIGHTS"]
        self.assertEqual(
            (found.level, found.record), ("warning", self.supplier_connection)
        )

    def test_a_paused_connection_is_said_and_stops_nothing(self):
        self.supplier_connection.pause_until = fields.Datetime.add(
            fields.Datetime.now(), hours=1
        )
        found = self.findings(self.invoice())
        self.assertEqual(found["CPX-CONNECTION-HELD"].level, "warning")

    def test_a_number_of_a_sister_company_on_the_same_siren_cannot_go_again(self):
        first = self.invoice()
        self.send(first)
        sister_data = self.setup_other_company(name="Sister under test")
        sister = sister_data["company"]
        sister.company_registry = seed.SUPPLIER[:9] + "00020"
        journal = sister_data["default_journal_sale"]
        journal.code = first.journal_id.code
        self._create_connection(sister, seed.SUPPLIER_ACCOUNT, can_send=True)
        second = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": sister.id,
                "journal_id": journal.id,
                "partner_id": self.town_hall_partner.id,
                "invoice_date": fields.Date.today(),
                "name": first.name,
            }
        )
        self.assertIn(
            "Supplier under test", self.findings(second)["CPX-NUMBER-USED"].sentence
        )
        # Another year is another number, before as after.
        for years in (-1, 1):
            second.invoice_date = fields.Date.add(first.invoice_date, years=years)
            self.assertNotIn("CPX-NUMBER-USED", self.findings(second))

    def test_two_networks_for_one_invoice_are_refused(self):
        move = self.invoice()
        found = self.findings(move, methods=("chorus_pro", "peppol"))
        self.assertEqual(found["CPX-CHANNEL-CHOSEN"].level, "error")

    def open_network(self):
        """Peppol may be installed or not: here it takes any invoice it is given."""
        sender = self.env.registry["account.move.send"]
        self.startPatcher(
            patch.object(sender, "_is_applicable_to_company", lambda *_args: True)
        )
        return self.env["account.move.send"]

    def test_what_goes_by_chorus_pro_is_not_offered_to_another_network(self):
        private = self.invoice(partner_id=self.partner_a.id)
        public = self.invoice()
        sender = self.open_network()
        if "peppol_move_state" not in private._fields:
            self.assertTrue(sender._is_applicable_to_move("peppol", private))
        self.assertFalse(sender._is_applicable_to_move("peppol", public))
        self.assertEqual(sender._get_default_sending_methods(public), {"chorus_pro"})

    def test_a_customer_who_is_to_be_reached_by_chorus_pro_is_reached_by_it_alone(self):
        self.partner_a.invoice_sending_method = "chorus_pro"
        move = self.invoice(partner_id=self.partner_a.id)
        sender = self.open_network()
        self.assertEqual(sender._get_default_sending_methods(move), {"chorus_pro"})

    def test_what_chorus_pro_has_is_refused_to_another_network(self):
        move = self.invoice()
        self.send(move)
        data = {"sending_methods": {"peppol"}, "invoice_edi_format": False}
        sender = self.env["account.move.send"]
        sender._hook_invoice_document_before_pdf_report_render(move, data)
        self.assertIn("twice", data["error"]["errors"][0])
        mail = {"sending_methods": {"email"}, "invoice_edi_format": False}
        sender._hook_invoice_document_before_pdf_report_render(move, mail)
        self.assertNotIn("error", mail)

    def test_a_credit_note_that_quotes_nothing_is_doubted(self):
        move = self.invoice(move_type="out_refund")
        self.assertEqual(self.findings(move)["CPX-ORIGIN"].level, "warning")

    def test_files_are_looked_at_before_the_document_is_made(self):
        move = self.invoice()
        move.l10n_fr_chorus_attachment_ids = self.env["ir.attachment"].create(
            [
                {"name": "plan.dwg", "raw": b"x", "mimetype": "image/vnd.dwg"},
                {"name": "vide.pdf", "raw": b"", "mimetype": "application/pdf"},
            ]
        )
        found = self.findings(move)
        self.assertIn("plan.dwg", found["CPX-FILE-EXTENSION"].sentence)
        self.assertIn("vide.pdf", found["CPX-FILE-EMPTY"].sentence)

    def test_a_frame_of_the_portal_alone_is_said_once(self):
        move = self.invoice(l10n_fr_chorus_framework=BillingFramework.A4.value)
        [found] = [one for one in move._l10n_fr_chorus_findings() if one.is_error]
        self.assertEqual(
            (found.id, found.field), ("CPX-FRAMEWORK", "l10n_fr_chorus_framework")
        )

    def test_a_subcontractor_without_main_contractor_is_told_so_once(self):
        self.know_structures()
        move = self.invoice(l10n_fr_chorus_framework=BillingFramework.A9.value)
        [found] = move._l10n_fr_chorus_findings()
        self.assertEqual(
            (found.id, found.field), ("CPX-VALIDATOR", "l10n_fr_chorus_validator_id")
        )
        move.l10n_fr_chorus_validator_id = self.partner_a
        [found] = move._l10n_fr_chorus_findings()
        self.assertEqual(
            (found.id, found.record), ("CPX-VALIDATOR-SIRET", self.partner_a)
        )

    def test_a_supplier_without_siret_is_known_by_its_own_identifier(self):
        self.supplier.l10n_fr_chorus_identifier_type = IdentifierType.PERSON.value
        move = self.invoice()
        found = self.findings(move)["CPX-SUPPLIER-IDENTIFIER"]
        self.assertEqual(
            (found.record, found.field), (self.supplier, "l10n_fr_chorus_identifier")
        )
        self.assertNotIn("CPX-SUPPLIER-SIRET", self.findings(move))
        self.supplier.l10n_fr_chorus_identifier = "1234567890"
        self.assertNotIn("CPX-SUPPLIER-IDENTIFIER", self.findings(move))

    def test_a_number_that_the_portal_said_it_holds_is_doubted(self):
        move = self.invoice()
        deposit = self.send(move).sudo()
        deposit.write({"state": "rejected", "raw_error": NUMBER_USED})
        self.assertEqual(self.findings(move)["CPX-NUMBER-TOLD-USED"].level, "warning")
        deposit.raw_error = "autre motif"
        self.assertEqual(self.findings(move), {})

    # -------------------------------------------------------------------------
    # SENTENCES
    # -------------------------------------------------------------------------

    def test_odoo_finds_every_sentence_of_the_rules(self):
        exported = {entry.msgid for entry in export(self.env, None)}
        own = {rules.DOCUMENT.sentence}  # nothing but the words of the document
        texts = {r.sentence for r in rules.RULES} | {r.title for r in rules.RULES}
        self.assertEqual(texts - exported - own, set())

    def test_a_french_user_reads_french_with_french_dates(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms([ADDON], ["fr_FR"])
        french = self.env(context={"lang": "fr_FR"})
        english = [
            rule.id
            for rule in rules.RULES
            if rule is not rules.DOCUMENT
            and findings.say(french, rule.title) == rule.title
        ]
        self.assertEqual(english, [])
        closed = self._create_public_body("Ancienne commune", seed.CLOSED_BODY)
        closed.action_l10n_fr_chorus_lookup()
        move = self.invoice(partner_id=closed.id).with_env(french)
        sentence = self.findings(move)["CPX-RECIPIENT-STRUCTURE"].sentence
        today = paris_day(fields.Datetime.now())
        self.assertIn(today.strftime("%d/%m/%Y"), sentence)
