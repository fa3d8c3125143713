"""A second attempt, a recycled document, a button pressed while the portal thinks."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .inbound_common import InboundCase, specimens

DOWNLOAD = "factures/telecharger/groupe"
HISTORY = "factures/consulter/historique"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundAgain(InboundCase):
    def setUp(self):
        super().setUp()
        self.know_structures()

    def unknown_rate(self):
        """A document on the portal that becomes no bill as things are."""
        line = specimens.SpecimenLine(
            "x", *map(specimens.data.Decimal, ("1", "100", "7"))
        )
        portal_id = self.post_on_portal(lines=(line,))
        self.receive()
        document = self.document_of(portal_id)
        self.assertEqual(document.state, "to_settle")
        return document

    def mend_rate(self):
        self.default_tax.copy({"name": "7 % achats", "amount": 7})

    # -------------------------------------------------------------------------
    # RETRY
    # -------------------------------------------------------------------------

    def test_retry_downloads_again_what_came_broken(self):
        portal_id = self.post_on_portal()
        self.receive()
        document = self.document_of(portal_id)
        document.move_id.unlink()
        document.write({"state": "fetched", "move_id": False, "is_unpacked": False})
        document._keep(b"<CPPFacturePivot><CPPFactu")
        document._unpack()
        self.assertEqual(document.state, "quarantine")
        document.with_user(self.town_hall_user).action_retry()
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)

    def test_retry_reads_the_original_kept_while_the_portal_is_out_of_reach(self):
        document = self.unknown_rate()
        self.mend_rate()
        document.with_user(self.town_hall_user).action_retry()
        self.fault(DOWNLOAD, "server_error", times=None)
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)

    def test_a_gateway_that_is_closed_keeps_the_original_for_the_next_run(self):
        document = self.unknown_rate()
        self.mend_rate()
        document.with_user(self.town_hall_user).action_retry()
        self.fault(DOWNLOAD, "too_many", times=None, retry_after=60)
        self.receive()
        self.assertEqual(document.state, "fetched")
        self.town_hall_connection.pause_until = False
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)

    def test_the_same_original_is_kept_once(self):
        document = self.unknown_rate()
        first = document.pivot_attachment_id
        document._keep(first.raw)
        self.assertEqual(document.pivot_attachment_id, first)

    # -------------------------------------------------------------------------
    # RECYCLING
    # -------------------------------------------------------------------------

    def test_what_was_recycled_is_downloaded_again(self):
        document = self.unknown_rate()
        self.treat_on_portal(document.portal_id, "A_RECYCLER", "Autre service")
        self.receive()
        self.assertEqual(document.state, "ignored")
        self.mend_rate()
        self.recycle(document)
        before = self.calls(DOWNLOAD)
        self.fault(DOWNLOAD, "server_error", times=None)
        self.receive()
        self.assertEqual(document.state, "seen", "the old original is not used")
        self.drive("DELETE", "faults")
        document.next_try_at = False
        self.receive()
        self.assertEqual(document.state, "imported", document.reason)
        self.assertGreater(self.calls(DOWNLOAD), before)

    def test_the_bill_of_a_recycled_document_gets_its_new_files(self):
        document = self.received()
        self.treat_on_portal(document.portal_id, "A_RECYCLER", "Autre service")
        self.receive()
        before = self.calls(DOWNLOAD)
        self.recycle(document)
        self.receive()
        self.assertEqual(self.calls(DOWNLOAD), before + 1)
        self.assertFalse(document.files_due)

    # -------------------------------------------------------------------------
    # MEANWHILE
    # -------------------------------------------------------------------------

    def test_what_a_person_ignores_during_the_download_stays_ignored(self):
        portal_id = self.post_on_portal()
        self.meanwhile(
            DOWNLOAD.rsplit("/", 1)[-1],
            lambda: (
                self.document_of(portal_id)
                .with_user(self.town_hall_user)
                .action_ignore()
            ),
        )
        self.receive()
        self.assertEqual(self.document_of(portal_id).state, "ignored")

    def test_what_a_person_ignores_during_a_failing_download_stays_ignored(self):
        portal_id = self.post_on_portal()
        self.fault(DOWNLOAD, "refused", times=None, code=413, label="trop gros")
        self.meanwhile(
            DOWNLOAD.rsplit("/", 1)[-1],
            lambda: (
                self.document_of(portal_id)
                .with_user(self.town_hall_user)
                .action_ignore()
            ),
        )
        self.receive()
        self.assertEqual(self.document_of(portal_id).state, "ignored")

    def test_no_transaction_is_open_while_the_portal_thinks(self):
        document = self.received()
        self.treat_on_portal(document.portal_id, "SUSPENDUE", "Il manque le bon")
        self.complete(document, "bon_signe.pdf", b"%PDF-1.4\nbon signe\n%%EOF")
        self.post_on_portal()
        self.town_hall_connection.structures_read_at = False
        open_calls = self.watch_transactions()
        before = self.calls(HISTORY), self.calls(DOWNLOAD)
        self.receive()
        self.assertEqual(open_calls, [])
        self.assertGreater(self.calls(HISTORY), before[0])
        self.assertEqual(self.calls(DOWNLOAD), before[1] + 1, "both in one")

    # -------------------------------------------------------------------------
    # ARCHIVED CONNECTION
    # -------------------------------------------------------------------------

    def test_a_connection_with_open_documents_is_not_archived(self):
        document = self.unknown_rate()
        with self.assertRaisesRegex(UserError, "without a bill: 1"):
            self.town_hall_connection.action_archive()
        document.with_user(self.town_hall_user).action_ignore()
        self.town_hall_connection.action_archive()
        self.assertFalse(self.town_hall_connection.active)

    def test_a_document_of_an_archived_connection_says_so(self):
        document = self.unknown_rate()
        document.with_user(self.town_hall_user).action_ignore()
        self.town_hall_connection.action_archive()
        with self.assertRaisesRegex(UserError, "archived"):
            document.with_user(self.town_hall_user).action_retry()

    # -------------------------------------------------------------------------
    # LINK
    # -------------------------------------------------------------------------

    def test_a_bill_paid_before_it_was_linked_has_its_payment_announced(self):
        document = self.received()
        bill = document.move_id
        document.write({"state": "quarantine", "move_id": False})
        document.existing_move_id = bill
        bill.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create({"payment_date": bill.date})._create_payments()
        self.assertFalse(document.treatment_ids)
        document.with_user(self.town_hall_user).action_link_existing()
        self.assertEqual(document.treatment_ids.target, "MISE_EN_PAIEMENT")

    def test_an_auditor_does_not_look_partners_up(self):
        partner = self.town_hall_partner
        with self.assertRaises(AccessError):
            partner.with_user(self.auditor()).action_l10n_fr_chorus_lookup()
        self.assertFalse(partner.l10n_fr_chorus_checked_at)
