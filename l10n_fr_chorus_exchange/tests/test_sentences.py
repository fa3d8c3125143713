from odoo.tests import TransactionCase, tagged

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.sniffing import FileRemark
from ..lib.chorus_pro.troubles import Trouble
from ..models.sentences import (
    FLAW_WORDS,
    REFUSAL_ADVICE,
    REMARK_WORDS,
    advise,
    explain,
    remark_words,
)
from ..models.troubles import NO_RIGHT, NOT_SUBSCRIBED, TROUBLES


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSentences(TransactionCase):
    def test_each_cause_of_a_refused_access_has_its_advice(self):
        said = {
            advise(self.env, errors.CredentialsError("no", cause=cause))
            for cause in ("piste", "account", "forbidden")
        }
        self.assertEqual(len(said), 3)

    def test_each_trouble_of_the_gateway_has_a_cause_and_a_cure(self):
        self.assertEqual(set(TROUBLES), set(Trouble))
        rows = [*TROUBLES.values(), NOT_SUBSCRIBED, NO_RIGHT]
        causes = {self.env._(words.cause) for words in rows}
        self.assertEqual(len(causes), len(rows), "each has its own words")
        for words in rows:
            for sentence in words:
                self.assertTrue(self.env._(sentence).endswith("."))

    def test_what_the_portal_says_itself_is_quoted_beside_the_cause(self):
        error = errors.RefusedError("Requête mal formulée", code=400, operation="x")
        said = explain(self.env, error)
        self.assertIn("(400)", said.cause)
        self.assertIn("Requête mal formulée", said.cause)
        self.assertTrue(said.cure)

    def test_a_message_of_the_portal_comes_before_the_status(self):
        error = errors.RefusedError("GDP_MSG_11.022", code=413, operation="x")
        self.assertIn("too large for Chorus Pro", advise(self.env, error))

    def test_known_refusal_says_what_to_do_and_keeps_the_message_id(self):
        for message_id in REFUSAL_ADVICE:
            error = errors.RefusedError(message_id, code=20001, operation="x")
            self.assertIn(f"({message_id})", advise(self.env, error))

    def test_unknown_refusal_quotes_the_portal(self):
        error = errors.RefusedError("Le motif est absent", code=20042, operation="x")
        self.assertEqual(
            advise(self.env, error), "Chorus Pro says no: Le motif est absent [20042]"
        )

    def test_refusal_without_a_word_is_still_a_sentence(self):
        error = errors.RefusedError("", code=20042, operation="x")
        self.assertIn("without giving a reason", advise(self.env, error))

    def test_answer_413_is_about_size(self):
        error = errors.RefusedError("", code=413, operation="x")
        self.assertIn("too large", advise(self.env, error))

    def test_unreadable_document_gives_its_reason(self):
        error = errors.UnreadableDocument(errors.Flaw.SEVERAL_FILES, detail="3")
        self.assertEqual(
            advise(self.env, error),
            "The document cannot be read: the archive holds 3 files instead of one.",
        )

    def test_each_flaw_of_a_document_has_its_words(self):
        self.assertEqual(set(FLAW_WORDS), set(errors.Flaw))

    def test_unreadable_document_says_in_which_line(self):
        error = errors.UnreadableDocument(errors.Flaw.NOT_XML, line=12)
        self.assertEqual(
            advise(self.env, error),
            "The document cannot be read: its XML is broken (line 12 of the XML).",
        )

    def test_each_flaw_that_tells_a_detail_has_room_for_it(self):
        for flaw in errors.Flaw:
            words = str(FLAW_WORDS[flaw])
            self.assertEqual(words.count("%s"), flaw.value.count("{}"), flaw)

    def test_remarks_on_a_file_are_sentences(self):
        self.assertEqual(set(REMARK_WORDS), set(errors.Remark))
        remarks = (
            FileRemark(errors.Remark.WRONG_TYPE, "text/html"),
            FileRemark(errors.Remark.PDF_LOCKED),
        )
        self.assertEqual(
            remark_words(self.env, remarks),
            "Its name does not say what it holds (text/html). This PDF is encrypted.",
        )
        self.assertEqual(remark_words(self.env, ()), "")

    def test_wrong_call_is_a_sentence(self):
        error = errors.InvalidCallError("a datetime needs a zone")
        self.assertIn("could not be made", advise(self.env, error))

    def test_sentences_are_in_the_language_of_the_reader(self):
        error = errors.CredentialsError("no", cause="piste")
        self.env["res.lang"]._activate_lang("fr_FR")
        # Without a translation yet, the source; with one, another text: never an error.
        self.assertTrue(advise(self.env(context={"lang": "fr_FR"}), error))
