from odoo.tests import TransactionCase, tagged

from ..lib.chorus_pro.explanations import Cause
from ..models.explanations import CURES, explain_refusal, explain_sentences

MISSING_SERVICE = (
    "L'element FichierXml.SupplyChainTradeTransaction.ApplicableHeaderTradeAgreement"
    ".BuyerReference.value est obligatoire"
)
UNHEARD = "Une erreur que personne n'a encore vue"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestExplanations(TransactionCase):
    def test_each_known_cause_has_its_cure(self):
        self.assertEqual(set(CURES), set(Cause) - {Cause.OTHER})

    def test_a_text_becomes_a_sentence_and_is_kept(self):
        said = explain_sentences(self.env, [MISSING_SERVICE])
        self.assertIn("demands a service code", said.splitlines()[0])
        self.assertIn(MISSING_SERVICE, said.splitlines()[1])

    def test_the_same_cause_is_said_once(self):
        self.assertEqual(
            len(explain_refusal(self.env, [MISSING_SERVICE, MISSING_SERVICE])), 1
        )

    def test_a_text_nobody_knows_stands_alone(self):
        self.assertEqual(explain_refusal(self.env, [UNHEARD]), [])
        self.assertEqual(explain_sentences(self.env, [UNHEARD, " "]), UNHEARD)

    def test_a_french_reader_gets_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self.env(context={"lang": "fr_FR"})
        [said] = explain_refusal(french, [MISSING_SERVICE])
        self.assertIn("code service", said)
