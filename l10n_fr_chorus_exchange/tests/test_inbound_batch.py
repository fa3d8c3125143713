"""Many documents at once: one in trouble never stops the others."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.inbound_draft import BillDraft
from .inbound_common import InboundCase, pivot_xml

LOGGER = "odoo.addons.l10n_fr_chorus_exchange.models.l10n_fr_chorus_inbound_bill"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundBatch(InboundCase):
    def batch(self, *values):
        documents = self.inbox
        for rank, one in enumerate(values):
            documents |= self.kept(**{"number": f"L-{rank}", **one})
        return documents

    def test_documents_become_bills_in_one_creation(self):
        documents = self.batch({}, {}, {})
        moves = type(self.env["account.move"])
        with patch.object(
            moves, "create", autospec=True, side_effect=moves.create
        ) as create:
            documents._decode()
        self.assertEqual(create.call_count, 1)
        self.assertEqual(set(documents.mapped("state")), {"imported"})
        self.assertEqual(len(documents.move_id), 3)

    def test_the_one_whose_figures_are_wrong_is_left_to_a_person(self):
        documents = self.batch({}, {"taxed": "999.00"}, {})
        documents._decode()
        self.assertEqual(
            documents.mapped("state"), ["imported", "to_settle", "imported"]
        )

    def test_the_one_that_odoo_refuses_goes_aside_and_the_others_are_made(self):
        documents = self.batch({}, {}, {})
        check = type(self.inbox)._check_total
        locked = "The period is locked."

        def refuse(document, draft):
            if draft.pivot.number == "L-1":
                raise UserError(locked)
            return check(document, draft)

        with patch.object(type(self.inbox), "_check_total", refuse):
            documents._decode()
        self.assertEqual(
            documents.mapped("state"), ["imported", "to_settle", "imported"]
        )
        self.assertEqual(documents[1].reason, "The period is locked.")
        self.assertFalse(documents[1].move_id)
        bills = self.env["account.move"].search_count(
            [("ref", "in", ["L-0", "L-1", "L-2"])]
        )
        self.assertEqual(bills, 2)

    def test_an_error_nobody_foresaw_blames_only_its_document(self):
        documents = self.batch({}, {}, {})
        finish = type(self.inbox)._after_bill

        def fail(document, draft):
            if draft.pivot.number == "L-2":
                raise ValueError("disk full")
            return finish(document, draft)

        with patch.object(type(self.inbox), "_after_bill", fail):
            with self.assertLogs(LOGGER, "ERROR"):
                documents._decode()
        self.assertEqual(
            documents.mapped("state"), ["imported", "imported", "quarantine"]
        )

    def test_the_same_invoice_twice_in_a_batch_is_one_bill(self):
        documents = self.batch({"number": "T-1"}, {"number": "t 1"})
        documents._decode()
        self.assertEqual(documents.mapped("state"), ["imported", "fetched"])
        documents._decode()
        self.assertEqual(documents[1].state, "to_settle")
        self.assertEqual(documents[1].existing_move_id, documents[0].move_id)

    def test_drafts_keep_no_bytes_of_the_files(self):
        document = self.kept(files=(("facture.pdf", b"%PDF-1.4\n%%EOF\n", "01"),))
        [draft] = document._drafts()
        self.assertIsInstance(draft, BillDraft)
        self.assertEqual(draft.pivot.attachments, ())

    def test_one_original_of_several_invoices_is_read_once(self):
        first = self.kept(number="G-1")
        second = self.kept(number="G-2")
        units = [
            pivot_xml(portal_id=one.portal_id, number=one.number)
            for one in (first, second)
        ]
        start, end = b"<CPPFacturePivotUnitaire", b"</CPPFactures>"
        whole = units[0][: units[0].index(end)] + units[1][units[1].index(start) :]
        documents = first | second
        documents._keep(whole)
        documents.is_unpacked = False
        documents._unpack()
        documents._decode()
        self.assertEqual(documents.move_id.mapped("ref"), ["G-1", "G-2"])

    # -------------------------------------------------------------------------
    # THE CRON
    # -------------------------------------------------------------------------

    def test_the_portal_is_consulted_for_what_the_download_lacks(self):
        self.know_structures()
        portal_id = self.post_on_portal()
        unpack = type(self.inbox)._read_from

        def without_vat(documents, original):
            for document, found in unpack(documents, original):
                bare = pivot_xml(
                    portal_id=document.portal_id,
                    number=found.number,
                    untaxed="",
                    taxed=str(found.amounts.taxed),
                    vat=(),
                )
                document._keep(bare)
                yield from unpack(document, document.pivot_attachment_id)

        with patch.object(type(self.inbox), "_read_from", without_vat):
            self.receive()
        document = self.document_of(portal_id)
        self.assertEqual(document.state, "imported", document.reason)
        self.assertTrue(document.is_consulted)
        self.assertEqual(document.source, "consultation")
        self.assertTrue(document.move_id.invoice_line_ids.tax_ids)

    def test_a_consultation_that_is_refused_leaves_the_totals(self):
        document = self.kept(untaxed="", vat=())
        document.write({"is_consulted": False, "consultation_due": True})
        # The portal does not know this id.
        self.know_structures()
        self.receive()
        self.assertTrue(document.is_consulted)
        self.assertFalse(document.consultation_due)
        self.assertEqual(document.source, "files")
