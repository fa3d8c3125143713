"""French as a person meets it, and a template that says what the add-on says."""

import io

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import trans_export

from ..lib.chorus_pro import errors, rules
from ..lib.chorus_pro.codes import FlowState
from ..lib.chorus_pro.statuses import InvoiceStatus
from ..models.explanations import CURES
from ..models.findings import say
from ..models.sentences import advise
from ..models.status_labels import INVOICE_STATUS_LABELS, flow_label, status_label

ADDON = "l10n_fr_chorus_exchange"
# Labels of the portal whose numeric id is not published.
PUBLISHED_WITHOUT_NUMBER = {InvoiceStatus.DRAFT, InvoiceStatus.READ_BY_OCR}
ADVICE = "Run `python3 -m chorus_setup translations` in setup/."


def export(env, lang):
    """What Odoo writes in a file of translations; ``lang`` None for the template."""
    exported = io.BytesIO()
    trans_export(lang, [ADDON], exported, "po", env)
    return polib.pofile(exported.getvalue().decode())


def committed_file(name):
    return polib.pofile(file_path(f"{ADDON}/i18n/{name}"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTemplate(TransactionCase):
    """Holds where only the modules the manifest asks for are installed: others may
    give our fields to their models, and their names to the template."""

    def words(self, entries):
        return {entry.msgid: sorted(entry.occurrences) for entry in entries}

    def test_committed_template_is_what_odoo_exports(self):
        fresh = self.words(export(self.env, None))
        committed = self.words(committed_file(f"{ADDON}.pot"))
        self.assertEqual(sorted(fresh), sorted(committed), ADVICE)
        moved = [word for word in fresh if fresh[word] != committed[word]]
        self.assertEqual(moved, [], ADVICE)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFrench(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms([ADDON], ["fr_FR"])
        cls.french = cls.env(context={"lang": "fr_FR"})

    def label(self, model, field):
        return self.french[model].fields_get([field])[field]["string"]

    def test_odoo_finds_each_word_of_the_french_file(self):
        # A word Odoo cannot put in its place is silently left in English.
        found = {entry.msgid: entry.msgstr for entry in export(self.env, "fr_FR")}
        lost = [
            entry.msgid
            for entry in committed_file("fr.po")
            # The same word in both languages is exported without its translation.
            if entry.msgstr != entry.msgid and found.get(entry.msgid) != entry.msgstr
        ]
        self.assertEqual(lost, [])

    def test_field_labels_are_french(self):
        self.assertEqual(
            self.label("account.move", "l10n_fr_chorus_status_label"),
            "Statut Chorus Pro",
        )
        self.assertEqual(
            self.label("l10n_fr_chorus.connection", "login"),
            "Identifiant du compte technique",
        )

    def test_field_of_an_inheriting_model_is_french(self):
        self.assertEqual(
            self.label("res.users", "l10n_fr_chorus_name"), "Nom sur Chorus Pro"
        )

    def test_selection_values_are_french(self):
        states = dict(
            self.french["l10n_fr_chorus.inbound"]
            ._fields["state"]
            ._description_selection(self.french)
        )
        self.assertEqual(states["quarantine"], "En quarantaine")

    def test_sending_method_is_french(self):
        methods = dict(
            self.french["res.partner"]
            ._fields["invoice_sending_method"]
            ._description_selection(self.french)
        )
        self.assertEqual(methods["chorus_pro"], "par Chorus Pro")

    def test_views_are_french(self):
        view = self.french.ref(f"{ADDON}.l10n_fr_chorus_treatment_wizard_view_form")
        arch = self.french["l10n_fr_chorus.treatment.wizard"].get_view(view.id)["arch"]
        self.assertIn('string="Suspendre"', arch)
        self.assertIn('string="Rejeter"', arch)

    def test_menus_are_french(self):
        menu = self.french.ref(f"{ADDON}.l10n_fr_chorus_menu_received")
        self.assertEqual(menu.name, "Reçu")

    def test_scheduled_actions_are_french(self):
        cron = self.french.ref(f"{ADDON}.ir_cron_send")
        self.assertEqual(cron.name, "Chorus Pro\xa0: déposer les factures")

    def test_lazy_sentence_is_french(self):
        error = errors.CredentialsError("no", cause="account")
        self.assertTrue(
            advise(self.french, error).startswith(
                "Chorus Pro refuse le compte technique (401)\xa0: l’identifiant ou le"
            )
        )

    def test_sentence_inside_a_sentence_is_french(self):
        error = errors.RefusedError("", code=20042, operation="x")
        self.assertEqual(
            advise(self.french, error),
            "Chorus Pro refuse\xa0: sans donner de motif [20042]",
        )

    def test_sentence_with_a_number_is_french(self):
        error = errors.NotSentError("wait", retry_after=12.0)
        self.assertIn("d’attendre 12 secondes", advise(self.french, error))

    def test_statuses_read_as_on_the_portal(self):
        published = [
            status
            for status in InvoiceStatus
            if status.number is not None or status in PUBLISHED_WITHOUT_NUMBER
        ]
        said = {
            s.value: status_label(self.french, s.value).replace("’", "'")
            for s in published
        }
        self.assertEqual(said, {status.value: status.label for status in published})

    def test_no_status_is_left_in_english(self):
        english = [
            code
            for code in INVOICE_STATUS_LABELS
            if status_label(self.french, code) == status_label(self.env, code)
        ]
        self.assertEqual(english, [])

    def test_flow_states_read_as_on_the_portal(self):
        published = [s for s in FlowState if s.label]
        said = {s.value: flow_label(self.french, s.value) for s in published}
        self.assertEqual(said, {state.value: state.label for state in published})

    def test_every_rule_speaks_french(self):
        # The library only marks its texts: a text Odoo does not find stays English.
        texts = {
            text
            for rule in rules.RULES
            if rule is not rules.DOCUMENT
            for text in (rule.title, rule.sentence)
        }
        self.assertEqual([text for text in texts if say(self.french, text) == text], [])

    def test_every_cure_of_a_refusal_speaks_french(self):
        english = [
            cause
            for cause, cure in CURES.items()
            if self.french._(cure) == self.env._(cure)
        ]
        self.assertEqual(english, [])

    def test_unknown_status_is_shown_as_the_portal_writes_it(self):
        self.assertEqual(status_label(self.french, "NOUVEAU"), "NOUVEAU")
