"""What lists and filters say of invoices and bills."""

from ast import literal_eval

from lxml import etree

from odoo import Command, fields
from odoo.fields import Domain
from odoo.tools import mute_logger

from ..lib.chorus_pro.status_actions import RECIPIENT, SUPPLIER
from ..lib.chorus_pro.statuses import InvoiceStatus
from ..models.situations import calls_somebody, situation
from ..models.status_labels import status_label
from .common import CODES_LOGGER
from .deposit_common import DepositCase

# code | situation for the supplier, activity | for the public body, activity
TABLE = """
BROUILLON|waiting no|waiting no
INTERPRETEE_OCR|waiting no|waiting no
DEPOSEE|waiting no|waiting no
EN_COURS_ACHEMINEMENT|waiting no|waiting no
MISE_A_DISPOSITION|waiting no|to_settle no
A_RECYCLER|to_settle yes|waiting no
REJETEE|refused yes|refused no
SUSPENDUE|to_settle yes|waiting no
SERVICE_FAIT|waiting no|waiting no
MANDATEE|waiting no|waiting no
MISE_A_DISPOSITION_COMPTABLE|waiting no|waiting no
COMPTABILISEE|waiting no|waiting no
MISE_EN_PAIEMENT|paid_announced no|paid_announced no
COMPLETEE|waiting no|to_settle yes
VALIDEE_1|waiting no|waiting no
REFUSEE_1|refused yes|refused no
ABSENCE_VALIDATION_1_HORS_DELAI|waiting no|waiting no
VALIDEE_2|waiting no|waiting no
REFUSEE_2|refused yes|refused no
ABSENCE_VALIDATION_2_HORS_DELAI|waiting no|waiting no
REFUSEE_MOE|refused yes|refused no
REFUSEE_FOURNISSEUR|refused yes|refused no
ASSOCIEE|waiting no|waiting no
A_VALIDER_1|waiting no|waiting no
ERREUR_FOURNISSEUR_SUR_VALIDEUR|to_settle yes|waiting no
A_VALIDER_2|waiting no|waiting no
ERREUR_COTRAITANT_SUR_VALIDEUR|to_settle yes|waiting no
MISE_A_DISPOSITION_MOE|waiting no|waiting no
ERREUR_DE_MOE|to_settle yes|waiting no
PRISE_EN_COMPTE_MOE|waiting no|waiting no
MISE_A_DISPOSITION_MOA|waiting no|waiting no
ERREUR_DE_MOA|to_settle yes|waiting no
REFUSEE_MOA|refused yes|refused no
A_ASSOCIER_FOURNISSEUR|waiting no|waiting no
A_COMPLETER|to_settle yes|waiting no
TRANSMISE_MOA|waiting no|waiting no
PRISE_EN_COMPTE_DESTINATAIRE|waiting no|to_settle no
NON_CONFORME|refused yes|refused no
PRISE_EN_COMPTE_MOA|waiting no|waiting no
A_ASSOCIER_MOA|waiting no|waiting no
A_ASSOCIER_MOE|waiting no|waiting no
ABANDONNEE|refused yes|refused no
SUPPRIMEE|refused yes|refused no
EN_COURS_TRAITEMENT_PIVOT_S|waiting no|waiting no
A_VALIDER_MOE|waiting no|waiting no
EN_ATTENTE_RECYCLAGE_FOURNISSEUR|to_settle yes|waiting no
ERREUR_FOURNISSEUR_SUR_MOE|to_settle yes|waiting no
ERREUR_FOURNISSEUR_SUR_MOA|to_settle yes|waiting no
ERREUR_MOE_SUR_FOURNISSEUR|to_settle yes|waiting no
ERREUR_MOE_SUR_MOA|waiting no|waiting no
ERREUR_MOA_SUR_FOURNISSEUR|to_settle yes|waiting no
ERREUR_DESTINATAIRE_PD|to_settle yes|waiting no
ERREUR_DESTINATAIRE_EA|to_settle yes|waiting no
REMPLACEE_PAR_A22|None no|None no
DUPLIQUE_APRES_REFUS|None no|None no
TECHNIQUE_INCONNU|unknown no|unknown no
"""


def table():
    """``[(code, side, situation | None, activity)]``, two lines a status."""
    for line in TABLE.strip().splitlines():
        code, *sides = line.split("|")
        for side, cell in zip((SUPPLIER, RECIPIENT), sides, strict=True):
            word, told = cell.split()
            yield code, side, None if word == "None" else word, told == "yes"


class ListCase(DepositCase):
    """Invoices whose status is written down without the portal."""

    def invoice_with(self, code, at=None, **values):
        move = self.posted_invoice(**values)
        move.l10n_fr_chorus_portal_id = "77"
        return self.becomes(move, code, at)

    def bill_with(self, code, at=None):
        move = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "company_id": self.town_hall.id,
                "partner_id": self.town_hall_partner.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create({"name": "Fournitures", "price_unit": 100})
                ],
            }
        )
        return self.becomes(move, code, at)

    def becomes(self, move, code, at=None):
        """The portal says this status; ``at`` is naive UTC."""
        move.write(
            {
                "l10n_fr_chorus_status": code,
                "l10n_fr_chorus_status_at": at or fields.Datetime.now(),
            }
        )
        return move


class TestTable(ListCase):
    def test_the_table_names_every_status_once_per_side(self):
        rows = list(table())
        self.assertEqual(len(rows), 112)
        self.assertEqual(
            {code for code, *_rest in rows}, {status.value for status in InvoiceStatus}
        )

    def test_each_status_has_a_label_a_stage_and_the_situation_of_the_table(self):
        for code, side, word, told in table():
            with self.subTest(code=code, side=side):
                self.assertNotEqual(status_label(self.env, code), code)
                self.assertTrue(InvoiceStatus(code).stage)
                self.assertEqual(situation(code, side), word)
                self.assertEqual(calls_somebody(code, side), told)

    @mute_logger(CODES_LOGGER)
    def test_an_unknown_code_is_one_more_step_on_the_way(self):
        for side in (SUPPLIER, RECIPIENT):
            self.assertEqual(situation("NOUVEAU_STATUT", side), "waiting")
            self.assertFalse(calls_somebody("NOUVEAU_STATUT", side))

    def test_every_status_reaches_the_invoice_and_the_bill(self):
        moves = {SUPPLIER: self.posted_invoice(), RECIPIENT: self.bill_with("DEPOSEE")}
        for code, side, word, _told in table():
            with self.subTest(code=code, side=side):
                move = self.becomes(moves[side], code)
                self.assertEqual(move.l10n_fr_chorus_situation, word or False)


class TestSituation(ListCase):
    def test_a_posted_invoice_of_a_public_body_is_to_send_until_it_is_handed_over(self):
        move = self.invoice()
        self.assertEqual(move.l10n_fr_chorus_situation, "to_send")
        deposit = self.send(move)
        self.assertEqual(move.l10n_fr_chorus_situation, "sending")
        deposit.state = "unknown"
        self.assertEqual(move.l10n_fr_chorus_situation, "unknown")
        deposit.state = "rejected"
        self.assertEqual(move.l10n_fr_chorus_situation, "refused")

    def test_a_draft_and_an_invoice_of_a_private_customer_are_not_to_send(self):
        move = self.posted_invoice(partner_id=self.partner_a.id)
        self.assertFalse(move.l10n_fr_chorus_situation)
        draft = self.posted_invoice()
        draft.button_draft()
        self.assertFalse(draft.l10n_fr_chorus_situation)

    def test_knowing_a_customer_as_public_puts_its_invoices_among_those_to_send(self):
        move = self.posted_invoice(partner_id=self.partner_a.id)
        self.partner_a.l10n_fr_chorus_is_public = True
        self.assertEqual(move.l10n_fr_chorus_situation, "to_send")

    def test_what_was_sent_and_paid_before_is_not_to_send(self):
        move = self.posted_invoice()
        move.is_move_sent = True
        self.assertEqual(move.l10n_fr_chorus_situation, "to_send")
        self.pay(move)
        self.assertFalse(move.l10n_fr_chorus_situation)

    def test_an_invoice_paid_at_once_still_goes_to_the_portal(self):
        move = self.posted_invoice()
        self.pay(move)
        self.assertEqual(move.l10n_fr_chorus_situation, "to_send")

    def test_a_person_takes_out_what_reached_the_body_another_way_and_puts_it_back(
        self,
    ):
        move = self.posted_invoice().with_user(self.supplier_user)
        move.action_l10n_fr_chorus_elsewhere()
        self.assertFalse(move.l10n_fr_chorus_situation)
        move.action_l10n_fr_chorus_from_here()
        self.assertEqual(move.l10n_fr_chorus_situation, "to_send")

    def test_what_concerns_the_books_only_is_not_to_send(self):
        move = self.posted_invoice()
        move.l10n_fr_chorus_stays_out = True
        self.assertFalse(move.l10n_fr_chorus_situation)
        move.l10n_fr_chorus_stays_out = False
        self.assertEqual(move.l10n_fr_chorus_situation, "to_send")

    def test_an_announced_payment_is_awaited_until_it_is_there(self):
        move = self.invoice_with("MISE_EN_PAIEMENT")
        self.assertEqual(move.l10n_fr_chorus_situation, "paid_announced")
        self.pay(move)
        self.assertFalse(move.l10n_fr_chorus_situation)

    def test_a_rejected_invoice_is_settled_by_its_credit_note(self):
        move = self.invoice_with("REJETEE")
        self.assertEqual(move.l10n_fr_chorus_situation, "refused")
        move._reverse_moves(cancel=True)
        self.assertEqual(move.payment_state, "reversed")
        self.assertFalse(move.l10n_fr_chorus_situation)

    def test_what_differs_is_to_settle(self):
        move = self.invoice_with("MANDATEE")
        move.l10n_fr_chorus_has_difference = True
        self.assertEqual(move.l10n_fr_chorus_situation, "to_settle")

    def test_a_correction_on_its_way_is_being_sent_or_unknown(self):
        move = self.invoice_with("SUSPENDUE")
        correction = self.env["l10n_fr_chorus.correction"].sudo()
        correction = correction.create(
            {
                "move_id": move.id,
                "kind": "complete",
                "connection_id": self.supplier_connection.id,
            }
        )
        for state, word in (
            ("ready", "sending"),
            ("unknown", "unknown"),
            ("refused", "to_settle"),
        ):
            correction.state = state
            self.assertEqual(move.l10n_fr_chorus_situation, word)

    def test_a_cancelled_invoice_asks_nothing_of_anybody(self):
        move = self.invoice_with("SUSPENDUE")
        move.state = "cancel"
        self.assertFalse(move.l10n_fr_chorus_situation)

    def test_posting_for_a_private_customer_costs_no_query_more(self):
        def cost():
            move = self.posted_invoice(partner_id=self.partner_a.id)
            move.button_draft()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            move.action_post()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        cost()
        with_us = cost()
        moves = self.env.registry["account.move"]
        self.patch(
            moves,
            "_compute_l10n_fr_chorus_situation",
            lambda records: records.update({"l10n_fr_chorus_situation": False}),
        )
        self.assertLessEqual(with_us, cost())

    def pay(self, move):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()


class TestFilters(ListCase):
    @mute_logger(CODES_LOGGER)
    def test_groups_of_a_status_are_headed_by_words_and_open_what_they_count(self):
        moves = self.invoice_with("SUSPENDUE") + self.invoice_with("NOUVEAU_STATUT")
        groups = self.env["account.move"].formatted_read_group(
            [("id", "in", moves.ids)], ["l10n_fr_chorus_status"], ["__count"]
        )
        self.assertEqual(
            {
                group["l10n_fr_chorus_status"]: moves.filtered_domain(
                    group["__extra_domain"]
                )
                for group in groups
            },
            {"Suspended": moves[0], "NOUVEAU_STATUT": moves[1]},
        )

    def test_the_badge_says_what_the_portal_says_or_that_the_invoice_is_to_send(self):
        moves = self.invoice_with("SUSPENDUE") + self.posted_invoice()
        self.assertEqual(moves.mapped("l10n_fr_chorus_badge"), ["Suspended", "To send"])

    def test_each_filter_finds_the_invoices_of_its_situation_and_no_others(self):
        view = self.env["account.move"].get_view(
            self.env.ref("account.view_account_invoice_filter").id, "search"
        )
        search = etree.fromstring(view["arch"])
        moves = {
            "to_send": self.posted_invoice(),
            "to_settle": self.invoice_with("A_RECYCLER"),
            "waiting": self.invoice_with("MANDATEE"),
            "paid": self.invoice_with("MISE_EN_PAIEMENT"),
            "refused": self.invoice_with("NON_CONFORME"),
            "unknown": self.invoice_with("TECHNIQUE_INCONNU"),
        }
        everybody = self.env["account.move"].union(*moves.values())
        for name, move in moves.items():
            with self.subTest(filter=name):
                [node] = search.xpath(f"//filter[@name='l10n_fr_chorus_{name}']")
                domain = Domain(literal_eval(node.get("domain")))
                self.assertEqual(everybody.filtered_domain(domain), move)

    def test_the_filters_are_on_the_bills_as_well(self):
        view = self.env["account.move"].get_view(
            self.env.ref("account.view_account_bill_filter").id, "search"
        )
        search = etree.fromstring(view["arch"])
        self.assertTrue(search.xpath("//filter[@name='l10n_fr_chorus_to_settle']"))

    def test_lists_of_invoices_and_bills_and_the_cards_show_the_status(self):
        for xmlid, kind in (
            ("account.view_out_invoice_tree", "list"),
            ("account.view_in_invoice_bill_tree", "list"),
            ("account.view_account_move_kanban", "kanban"),
        ):
            arch = self.env["account.move"].get_view(self.env.ref(xmlid).id, kind)
            tree = etree.fromstring(arch["arch"])
            with self.subTest(view=xmlid):
                self.assertTrue(tree.xpath("//field[@name='l10n_fr_chorus_badge']"))
