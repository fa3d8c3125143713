"""Which documents go along, and under which names."""

import base64

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.l10n_fr_chorus_exchange.models.en16931 import attachments

from .deposit_common import DepositCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttachments(DepositCase):
    def _attach(self, move, name, content=b"%PDF-1.4 note", **values):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": move._name,
                "res_id": move.id or 0,
                **values,
            }
        )

    def _going(self, move):
        return move.l10n_fr_chorus_attachment_ids.mapped("name")

    # -------------------------------------------------------------------------
    # BY DEFAULT
    # -------------------------------------------------------------------------

    def test_what_is_attached_by_hand_goes_along(self):
        move = self.invoice()
        self.assertFalse(move.l10n_fr_chorus_attachment_ids)
        self._attach(move, "Bon de livraison.pdf")
        self.assertEqual(self._going(move), ["Bon de livraison.pdf"])

    def test_the_chatter_stays_at_home(self):
        move = self.invoice()
        move.message_post(body="See this", attachments=[("mail.pdf", b"%PDF-1.4")])
        draft = self._attach(self.env["mail.compose.message"], "composed.pdf")
        move.message_post(body="And this", attachment_ids=draft.ids)
        self.assertEqual(draft.res_id, move.id)
        self.assertFalse(self._going(move))
        self.assertEqual(
            set(move.l10n_fr_chorus_attachment_choice_ids.mapped("name")),
            {"mail.pdf", "composed.pdf"},
        )

    def test_what_odoo_made_itself_is_not_even_offered(self):
        move = self.invoice()
        self.assertTrue(move.invoice_pdf_report_id)
        self._attach(move, move._get_invoice_report_filename())
        self._attach(move, move._get_invoice_proforma_pdf_report_filename())
        self._attach(move, "ubl.xml", res_field="ubl_cii_xml_file")
        self._attach(move, "link.pdf", type="url", url="https://example.com/a.pdf")
        self.assertFalse(move.l10n_fr_chorus_attachment_choice_ids)

    def test_a_picture_pasted_in_the_terms_is_not_a_document(self):
        move = self.invoice()
        picture = self._attach(move, "image.png", b"\x89PNG\r\n\x1a\n")
        move.narration = f'<p><img src="/web/image/{picture.id}"/></p>'
        self.assertFalse(move.l10n_fr_chorus_attachment_choice_ids)

    def test_a_kind_of_file_the_portal_never_takes_waits_for_the_user(self):
        move = self.invoice()
        message = self._attach(
            move, "message.eml", b"From: a", mimetype="message/rfc822"
        )
        self.assertFalse(move.l10n_fr_chorus_attachment_ids)
        self.assertEqual(move.l10n_fr_chorus_attachment_choice_ids, message)

    def test_a_kind_of_file_the_portal_never_takes_is_told_of(self):
        move = self.invoice()
        self._attach(move, "plan.dwg", b"x", mimetype="image/vnd.dwg")
        message = self._attach(
            move, "message.eml", b"From: a", mimetype="message/rfc822"
        )
        self._attach(move, "bon.pdf")
        move.message_post(body="See this", attachments=[("film.mp4", b"x")])
        [found] = move._l10n_fr_chorus_findings()
        self.assertEqual(
            (found.id, found.level, found.record, found.field),
            ("CPX-FILES-LEFT-OUT", "warning", move, "l10n_fr_chorus_attachment_ids"),
        )
        self.assertIn("plan.dwg, message.eml.", found.sentence)
        self.assertEqual(move.l10n_fr_chorus_readiness, "ready.")
        self.assertTrue(move.l10n_fr_chorus_points)
        move.l10n_fr_chorus_attachment_left_ids = message
        [found] = move._l10n_fr_chorus_findings()
        self.assertNotIn("message.eml", found.sentence)

    def test_a_kind_of_file_the_user_left_out_is_not_told_of(self):
        move = self.invoice()
        plan = self._attach(move, "plan.dwg", b"x", mimetype="image/vnd.dwg")
        move.l10n_fr_chorus_attachment_left_ids = plan
        self.assertFalse(move._l10n_fr_chorus_findings())
        move.l10n_fr_chorus_attachment_ids = plan
        told = {found.id for found in move._l10n_fr_chorus_findings()}
        self.assertIn("CPX-FILE-EXTENSION", told)
        self.assertNotIn("CPX-FILES-LEFT-OUT", told, "ticked: said once")

    def test_vendor_bills_offer_nothing(self):
        bill = self.posted_invoice(move_type="in_invoice")
        self._attach(bill, "bill.pdf")
        self.assertFalse(bill.l10n_fr_chorus_attachment_choice_ids)

    def test_many_invoices_cost_as_many_queries_as_one(self):
        moves = self.env["account.move"].union(*(self.invoice() for _one in range(3)))
        for move in moves:
            self._attach(move, "a.pdf")

        def queries(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for move in some:
                self.assertEqual(self._going(move), ["a.pdf"])
            return self.env.cr.sql_log_count - before

        queries(moves)  # what is read once for all
        self.assertEqual(queries(moves[0]), queries(moves))

    def test_invoices_are_found_by_what_goes_along(self):
        move, other = self.invoice(), self.invoice()
        going = self._attach(move, "going.pdf")
        left = self._attach(other, "left.pdf")
        other.l10n_fr_chorus_attachment_ids -= left
        found = self.env["account.move"].search(
            [("l10n_fr_chorus_attachment_ids", "in", (going | left).ids)]
        )
        self.assertEqual(found, move)

    # -------------------------------------------------------------------------
    # THE USER'S CHOICE
    # -------------------------------------------------------------------------

    def test_what_was_unticked_stays_so_and_what_comes_later_is_ticked(self):
        move = self.invoice()
        first = self._attach(move, "first.pdf")
        self._attach(move, "second.pdf")
        move.l10n_fr_chorus_attachment_ids -= first
        self.env.invalidate_all()
        self.assertEqual(self._going(move), ["second.pdf"])
        self._attach(move, "third.pdf")
        self.assertEqual(self._going(move), ["second.pdf", "third.pdf"])
        self.assertIn(first, move.l10n_fr_chorus_attachment_choice_ids)

    def test_a_document_of_the_chatter_may_be_ticked(self):
        move = self.invoice()
        move.message_post(body="See this", attachments=[("mail.pdf", b"%PDF-1.4")])
        move.l10n_fr_chorus_attachment_ids = move.l10n_fr_chorus_attachment_choice_ids
        self.env.invalidate_all()
        self.assertEqual(self._going(move), ["mail.pdf"])

    def test_what_was_unticked_may_be_ticked_again(self):
        move = self.invoice()
        note = self._attach(move, "a.pdf")
        move.l10n_fr_chorus_attachment_ids = False
        move.l10n_fr_chorus_attachment_ids = note
        self.env.invalidate_all()
        self.assertEqual(move.l10n_fr_chorus_attachment_ids, note)
        self.assertFalse(move.l10n_fr_chorus_attachment_left_ids)

    def test_a_ticked_document_stays_when_a_mail_quotes_it(self):
        move = self.invoice()
        note = self._attach(move, "a.pdf")
        move.l10n_fr_chorus_attachment_ids = note
        move.message_post(body="Here it is", attachment_ids=note.ids)
        self.env.invalidate_all()
        self.assertEqual(move.l10n_fr_chorus_attachment_ids, note)

    def test_a_deleted_document_goes_no_more(self):
        move = self.invoice()
        note = self._attach(move, "a.pdf")
        move.l10n_fr_chorus_attachment_ids = note
        note.unlink()
        self.assertFalse(move.l10n_fr_chorus_attachment_ids)

    def test_a_copy_of_the_invoice_starts_without_documents(self):
        move = self.invoice()
        move.l10n_fr_chorus_attachment_ids = self._attach(move, "a.pdf")
        self.assertFalse(move.copy().l10n_fr_chorus_attachment_ids)

    def test_the_sending_window_shows_them_and_keeps_the_choice(self):
        move = self.invoice().with_user(self.supplier_user)
        self._attach(move, "a.pdf")
        unwanted = self._attach(move, "b.pdf")
        window = Form(
            move.env["account.move.send.wizard"].with_context(
                active_model=move._name, active_ids=move.ids
            )
        )
        self.assertEqual(
            window.l10n_fr_chorus_attachment_ids[:].mapped("name"), ["a.pdf", "b.pdf"]
        )
        window.l10n_fr_chorus_attachment_ids.remove(unwanted.id)
        wizard = window.save()
        # Nothing is sent yet, and the window may still be closed.
        self.assertEqual(self._going(move), ["a.pdf", "b.pdf"])
        wizard.action_send_and_print()
        self.assertEqual(self._going(move), ["a.pdf"])
        self.assertEqual(move.l10n_fr_chorus_attachment_left_ids, unwanted)

    def test_the_form_of_the_invoice_keeps_the_choice(self):
        move = self.posted_invoice(partner_bank_id=self.bank.id)
        note = self._attach(move, "a.pdf")
        with Form(move.with_user(self.supplier_user)) as form:
            form.l10n_fr_chorus_attachment_ids.remove(note.id)
        self.assertFalse(move.l10n_fr_chorus_attachment_ids)

    def test_the_ticked_ones_arrive_on_the_portal(self):
        move = self.invoice()
        self._attach(move, "Bon de livraison.pdf", b"%PDF-1.4 the note")
        left = self._attach(move, "internal.pdf", b"%PDF-1.4 not for them")
        move.l10n_fr_chorus_attachment_ids -= left
        self.sent(move)
        [invoice] = self.portal_invoices()
        names = [one["name"] for one in invoice["attachments"]]
        self.assertIn("Bon-de-livraison.pdf", names)
        self.assertNotIn("internal.pdf", names)

    def test_nobody_sends_a_file_that_he_may_not_read(self):
        move = self.invoice().with_user(self.supplier_user)
        secret = self._attach(self.town_hall_connection, "secret.pdf")
        for field in (
            "l10n_fr_chorus_attachment_ids",
            "l10n_fr_chorus_attachment_kept_ids",
        ):
            with self.assertRaises(AccessError):
                move[field] = secret.with_env(move.env)

    def test_after_a_deposit_the_ticks_tell_what_was_sent(self):
        move = self.invoice()
        sent = self._attach(move, "sent.pdf")
        deposit = self.send(move)
        later = self._attach(move, "later.pdf")
        self.assertEqual(move.l10n_fr_chorus_attachment_ids, sent)
        self.assertIn(later, move.l10n_fr_chorus_attachment_choice_ids)
        deposit.state = "rejected"
        self.assertEqual(move.l10n_fr_chorus_attachment_ids, sent | later)

    # -------------------------------------------------------------------------
    # NAMES
    # -------------------------------------------------------------------------

    def _file(self, name, mimetype, content=b"x"):
        return self.env["ir.attachment"].create(
            {"name": name, "datas": base64.b64encode(content), "mimetype": mimetype}
        )

    def test_the_extension_says_what_the_file_is(self):
        for name, mimetype, sent in (
            ("Bon", "application/pdf", "Bon.pdf"),
            ("Bon.PDF", "application/pdf", "Bon.PDF"),
            ("plan", "application/zip", "plan.zip"),
            ("plan.docx", "application/octet-stream", "plan.docx"),
            ("note.log", "text/plain", "note.log.txt"),
            ("note", "application/octet-stream", "note"),
        ):
            file = self._file(name, mimetype)
            self.assertEqual(attachments.sent_name(file), sent)

    def test_names_already_taken_are_numbered(self):
        file = self._file("plan.zip", "application/zip")
        self.assertEqual(attachments.sent_name(file, {"plan.zip"}), "plan-2.zip")

    def test_the_six_types_travel_inside_the_invoice_the_others_do_not(self):
        pdf, archive, message = (
            self._file("a.pdf", "application/pdf"),
            self._file("a.zip", "application/zip"),
            self._file("a.eml", "message/rfc822"),
        )
        self.assertEqual(
            [attachments.embeddable(one) for one in (pdf, archive, message)],
            [True, False, False],
        )
        self.assertEqual(
            [attachments.sendable(one) for one in (pdf, archive, message)],
            [True, True, False],
        )
