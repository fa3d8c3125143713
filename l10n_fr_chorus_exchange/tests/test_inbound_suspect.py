"""Files that would do something, or are not what they are called."""

import io
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .inbound_common import InboundCase, specimens

GOOD = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj"
SCRIPT = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"


def archive(name, content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(name, content)
    return packed.getvalue()


HOSTILE = {
    "script.pdf": (SCRIPT, "JavaScript"),
    "launch.pdf": (b"%PDF-1.7 <</S/Launch/F(cmd.exe)>>", "starts a program"),
    "inside.pdf": (b"%PDF-1.7 <</S/GoToE/T<</R/C>>>>", "opens a file"),
    "program.pdf": (b"MZ\x90\0", "It is a program"),
    "page.pdf": (b"<html><script>1</script>", "text/html"),
    "image.png": (GOOD + b" ", "application/pdf"),
    "archive.pdf": (archive("outer.zip", archive("a.exe", b"MZ")), "application/zip"),
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInboundSuspect(InboundCase):
    def suspect(self, name="script.pdf", content=SCRIPT, **values):
        files = (("facture.pdf", GOOD, "01"), (name, content, "02"))
        return self.decoded(files=files, **values)

    def names_on(self, move):
        return set(move.attachment_ids.mapped("name"))

    def test_each_puts_the_document_in_quarantine_and_is_named(self):
        for name, (content, words) in HOSTILE.items():
            with self.subTest(name):
                document = self.suspect(name, content, number=f"F-{name}")
                self.assertEqual(document.state, "quarantine")
                self.assertIn(f"{name}: ", document.reason)
                self.assertIn(words, document.reason)
                self.assertNotIn("facture.pdf", document.reason)
                self.assertFalse(document.move_id)
                self.assertEqual(len(document.file_ids.attachment_id), 2, "kept")

    def test_honest_mistakes_are_told_and_the_bill_is_made(self):
        facturx = specimens.facturx_pdf(specimens.Specimen(number="F-1"))
        document = self.decoded(
            files=(
                ("facture.pdf", facturx, "01"),
                ("photo.png", b"\xff\xd8\xff\xe0", "02"),
                ("note.txt", b"<b>Bonjour</b>", "02"),
            )
        )
        self.assertEqual(document.state, "imported", document.reason)
        self.assertEqual(document.file_ids.filtered("problem").name, "photo.png")
        notes = html2plaintext("".join(document.move_id.message_ids.mapped("body")))
        self.assertIn("About the file photo.png: Its name does not say", notes)

    def test_accepted_by_a_person_it_becomes_a_bill_with_all_files(self):
        document = self.suspect()
        self.assertTrue(document.can_accept_files)
        document.with_user(self.town_hall_user).action_accept_files()
        told = document.message_ids.filtered(lambda m: "accepted" in (m.body or ""))
        self.assertEqual(told.author_id, self.town_hall_user.partner_id)
        self.assertIn("script.pdf", told.body)
        document._unpack()
        document._decode()
        self.assertEqual(document.state, "imported", document.reason)
        self.assertEqual(self.names_on(document.move_id), {"facture.pdf", "script.pdf"})
        suspect = document.file_ids.filtered("is_suspect")
        self.assertEqual(suspect.accepted_by_id, self.town_hall_user)
        self.assertFalse(document.can_accept_files)

    def test_read_again_without_being_accepted_it_stays(self):
        document = self.suspect()
        document._reopen()
        document.state = "fetched"
        document._unpack()
        document._decode()
        self.assertEqual(document.state, "quarantine")

    def test_a_bill_made_without_them_gets_them_once_accepted(self):
        document = self.suspect()
        document.with_user(self.town_hall_user).action_make_bill_of_files()
        move = document.move_id
        self.assertEqual(self.names_on(move), {"facture.pdf"})
        self.assertIn("script.pdf", move.l10n_fr_chorus_inbound_reason)
        document.with_user(self.town_hall_user).action_accept_files()
        self.assertEqual(self.names_on(move), {"facture.pdf", "script.pdf"})
        self.assertFalse(document.reason)

    def test_what_comes_after_the_bill_waits_in_the_inbox(self):
        document = self.decoded(files=(("facture.pdf", GOOD, "01"),))
        move = document.move_id
        completed = self.suspect(number="F-OTHER")
        document.write(
            {
                "pivot_attachment_id": completed.pivot_attachment_id.id,
                "portal_id": completed.portal_id + "0",
                "is_unpacked": False,
            }
        )
        completed.portal_id, document.portal_id = "9" * 10, completed.portal_id
        document._unpack()
        self.assertEqual(document.state, "imported")
        self.assertEqual(self.names_on(move), {"facture.pdf"})
        self.assertIn("script.pdf: This PDF holds JavaScript", document.reason)

    def test_imported_by_hand_it_is_no_safer(self):
        [document] = self.inbox._import_file(
            self.town_hall_connection, "script.pdf", io.BytesIO(SCRIPT)
        )
        self.assertEqual(document.state, "quarantine")
        self.assertIn("script.pdf: This PDF holds JavaScript", document.reason)
        document.with_user(self.town_hall_user).action_accept_files()
        self.assertEqual(document.state, "to_settle")
        self.assertIn("holds no invoice data", document.reason)

    def test_an_invoice_imported_by_hand_is_looked_through_as_well(self):
        content = specimens.facturx_pdf(specimens.Specimen()) + SCRIPT
        [document] = self.inbox._import_file(
            self.town_hall_connection, "invoice.pdf", io.BytesIO(content)
        )
        document._unpack()
        self.assertEqual(document.state, "quarantine", document.reason)

    def test_only_who_makes_bills_accepts(self):
        document = self.suspect()
        with self.assertRaises(AccessError):
            document.with_user(self.auditor()).action_accept_files()
