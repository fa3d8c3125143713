"""Each action asks for its role: hidden buttons stop nobody who calls the method."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.account_move_send import METHOD
from .correction_common import CorrectionCase
from .roles_common import BILLING, MODULE, ROLES, RolePeople
from .treatment_common import TreatmentCase

SENT_ACTIONS = (
    "action_l10n_fr_chorus_ask_now",
    "action_l10n_fr_chorus_correct",
    "action_l10n_fr_chorus_check_engagement",
    "action_l10n_fr_chorus_propose_late_interest",
    "action_l10n_fr_chorus_elsewhere",
    "action_l10n_fr_chorus_from_here",
    "action_l10n_fr_chorus_complete",
    "action_l10n_fr_chorus_recycle",
    "action_l10n_fr_chorus_correct_validator",
    "action_l10n_fr_chorus_acknowledge",
    "action_l10n_fr_chorus_reinvoice",
)
INBOX_ACTIONS = (
    "action_fetch_now",
    "action_ignore",
    "action_link_existing",
    "action_make_bill_of_files",
    "action_retry",
)
ANSWERS = {
    "officer": ("suspend", "reject", "redirect", "take_back", "certify", "mandate"),
    "accountant": ("hand_over", "book", "announce"),
}
NO_SENDER = ("employee", "auditor", "billing", "receiver", "answer", "administrator")
NO_RECEIVER = ("employee", "auditor", "billing", "sender", "answer", "administrator")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSenderRole(RolePeople, CorrectionCase):
    def setUp(self):
        super().setUp()
        self.move = self.invoice()

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_each_action_on_an_invoice_sent_asks_for_the_sender(self):
        self.send(self.move)
        for role in NO_SENDER:
            move = self.seen_by(role, self.move)
            for action in SENT_ACTIONS:
                with self.subTest(role=role, action=action):
                    with self.assertRaisesRegex(AccessError, "Sender"):
                        getattr(move, action)()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_sender_of_another_company_does_nothing_here(self):
        self.send(self.move)
        move = self.seen_by("sender", self.move, self.town_hall)
        for action in SENT_ACTIONS:
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(move, action)()

    def test_a_sender_asks_where_the_invoice_stands(self):
        self.send(self.move)
        self.seen_by("sender", self.move).action_l10n_fr_chorus_ask_now()

    def test_whoever_only_invoices_reads_the_status(self):
        self.send(self.move)
        seen = self.seen_by("billing", self.move)
        self.assertTrue(seen.l10n_fr_chorus_summary)
        self.assertEqual(seen.l10n_fr_chorus_deposit_state, "ready")

    def window(self, role):
        return (
            self.env["account.move.send.wizard"]
            .with_user(self.person(role, self.supplier))
            .with_context(active_model="account.move", active_ids=self.move.ids)
            .create({"move_id": self.move.id})
        )

    def test_the_window_offers_chorus_pro_to_senders_only(self):
        self.assertIn(METHOD, self.window("sender").sending_method_checkboxes)
        self.assertNotIn(METHOD, self.window("billing").sending_method_checkboxes)

    def test_a_billing_user_who_names_the_method_is_refused(self):
        window = self.window("billing")
        window.sending_methods = [METHOD]
        with self.assertRaisesRegex(AccessError, "Sender"):
            window.action_send_and_print()
        self.assertFalse(self.move.l10n_fr_chorus_deposit_ids)

    def test_a_sender_sends(self):
        self.window("sender").action_send_and_print()
        self.assertEqual(self.move.l10n_fr_chorus_deposit_state, "ready")

    def left_to_the_cron(self, role, author):
        user = self.person(role, self.supplier)
        self.move.with_user(user).sending_data = {
            "author_user_id": author.id,
            "author_partner_id": author.partner_id.id,
        }
        with self.enter_registry_test_mode():
            self.env.ref("account.ir_cron_account_move_send").method_direct_trigger()

    def test_the_cron_sends_what_a_sender_left_to_it(self):
        self.left_to_the_cron("sender", self.person("sender", self.supplier))
        self.assertTrue(self.move.l10n_fr_chorus_deposit_ids)

    def test_the_cron_does_not_send_for_somebody_else(self):
        for author in ("billing", "sender"):
            with self.subTest(author=author):
                self.left_to_the_cron("billing", self.person(author, self.supplier))
                self.assertFalse(self.move.l10n_fr_chorus_deposit_ids)

    def test_an_invoice_made_for_the_cron_is_not_in_another_name(self):
        user = self.person("billing", self.supplier)
        sender = self.person("sender", self.supplier)
        made = self.move.with_user(user).create(
            {
                "move_type": "out_invoice",
                "partner_id": self.move.partner_id.id,
                "sending_data": {"author_user_id": sender.id},
            }
        )
        self.assertEqual(made.sending_data["author_user_id"], user.id)

    def test_an_invoice_of_a_public_body_takes_no_other_network_instead(self):
        send = self.env["account.move.send"]
        sender = send.with_user(self.person("sender", self.supplier))
        billing = send.with_user(self.person("billing", self.supplier))
        for who in sender, billing:
            self.assertTrue(who._l10n_fr_chorus_is_its_way(self.move))

    def test_the_directory_is_asked_by_senders(self):
        partner = self.town_hall_partner
        for role in "employee", "billing", "receiver":
            user = self.person(role, self.supplier)
            with self.subTest(role=role), self.assertRaises(AccessError):
                partner.with_user(user).action_l10n_fr_chorus_lookup()
        sender = self.person("sender", self.supplier)
        partner.with_user(sender).action_l10n_fr_chorus_lookup()
        self.assertTrue(partner.l10n_fr_chorus_service_ids)

    def test_what_there_is_to_do_goes_to_somebody_who_may_do_it(self):
        self.move.invoice_user_id = self.person("billing", self.supplier)
        in_charge = self.move._l10n_fr_chorus_in_charge()
        self.assertTrue(in_charge.has_group(f"{MODULE}.group_sender"))
        self.move.invoice_user_id = sender = self.person("sender", self.supplier)
        self.assertEqual(self.move._l10n_fr_chorus_in_charge(), sender)

    def test_a_wish_is_retried_and_withdrawn_by_senders(self):
        wish = (
            self.env["l10n_fr_chorus.correction"]
            .sudo()
            .create(
                {
                    "move_id": self.move.id,
                    "kind": "acknowledge",
                    "connection_id": self.supplier_connection.id,
                }
            )
        )
        for action in "action_retry", "action_cancel":
            with self.subTest(action), self.assertRaisesRegex(AccessError, "Sender"):
                getattr(self.seen_by("billing", wish), action)()
        self.seen_by("sender", wish).action_cancel()
        self.assertEqual(wish.state, "cancelled")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReceiverRole(RolePeople, TreatmentCase):
    @mute_logger("odoo.addons.base.models.ir_access")
    def test_each_action_of_the_inbox_asks_for_the_receiver(self):
        document = self.kept()
        document._quarantine("Illisible")
        for role in NO_RECEIVER:
            seen = self.seen_by(role, document)
            for action in INBOX_ACTIONS:
                with self.subTest(role=role, action=action):
                    with self.assertRaisesRegex(AccessError, "Receiver"):
                        getattr(seen, action)()
        self.assertEqual(document.state, "quarantine")
        self.seen_by("receiver", document).action_retry()
        self.assertEqual(document.state, "seen")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_receiver_of_another_company_does_nothing_here(self):
        document = self.kept()
        document._quarantine("Illisible")
        seen = self.seen_by("receiver", document, self.supplier)
        # Asking for news concerns the companies of whoever asks.
        for action in {*INBOX_ACTIONS} - {"action_fetch_now"}:
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(seen, action)()

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_the_windows_of_the_inbox_open_for_receivers(self):
        for model in "l10n_fr_chorus.inbound.fetch", "l10n_fr_chorus.inbound.import":
            values = {"connection_id": self.town_hall_connection.id}
            for role in NO_RECEIVER:
                wizards = self.env[model].with_user(self.person(role, self.town_hall))
                with self.subTest(model=model, role=role):
                    with self.assertRaises(AccessError):
                        wizards.create(values)
            receiver = self.person("receiver", self.town_hall)
            self.assertTrue(self.env[model].with_user(receiver).create(values))

    def test_a_difference_of_a_bill_is_settled_by_receivers(self):
        difference = (
            self.env["l10n_fr_chorus.difference"]
            .sudo()
            .create(
                {"move_id": self.move.id, "kind": "service", "ours": "A", "theirs": "B"}
            )
        )
        for role in "billing", "sender", "officer":
            with self.subTest(role), self.assertRaisesRegex(AccessError, "Receiver"):
                self.seen_by(role, difference).action_keep_ours()
        self.seen_by("receiver", difference).action_keep_ours()
        self.assertEqual(difference.state, "settled")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAnswerRole(RolePeople, TreatmentCase):
    @mute_logger("odoo.addons.base.models.ir_access")
    def test_each_answer_asks_for_its_quality(self):
        # None of these changes the quality: the accountant's answers are not the
        # officer's, and those who send or receive have neither.
        others = {"billing", "auditor", "sender", "receiver", "administrator"}
        for quality, answers in ANSWERS.items():
            for role in others | (ANSWERS.keys() - {quality}):
                move = self.seen_by(role, self.move)
                for answer in answers:
                    with self.subTest(role=role, answer=answer):
                        with self.assertRaises(AccessError):
                            getattr(move, f"action_l10n_fr_chorus_{answer}")()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_answers_for_another_company(self):
        move = self.seen_by("answer", self.move, self.supplier)
        for answer in ANSWERS["officer"] + ANSWERS["accountant"]:
            with self.subTest(answer), self.assertRaises(AccessError):
                getattr(move, f"action_l10n_fr_chorus_{answer}")()

    def test_both_qualities_go_with_the_role_above_them(self):
        move = self.seen_by("answer", self.move)
        for answer in ANSWERS["officer"] + ANSWERS["accountant"]:
            with self.subTest(answer):
                self.assertTrue(getattr(move, f"action_l10n_fr_chorus_{answer}")())

    def test_an_officer_who_receives_nothing_answers(self):
        user = self.person("officer", self.town_hall)
        self.tell("certify", user=user)
        self.assertEqual(self.answers(), ["SERVICE_FAIT"])

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_nobody_else_makes_the_window_by_hand(self):
        values = {
            "target": "SERVICE_FAIT",
            "line_ids": [Command.create({"inbound_id": self.document.id})],
        }
        wizards = self.env["l10n_fr_chorus.treatment.wizard"]
        for role in "billing", "sender", "receiver", "administrator":
            user = self.person(role, self.town_hall)
            with self.subTest(role), self.assertRaises(AccessError):
                wizards.with_user(user).create(values).action_confirm()
        self.assertFalse(self.answers())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRolesShown(RolePeople, TreatmentCase):
    def buttons(self, model, role, view_type="form"):
        records = self.env[model].with_user(self.person(role, self.town_hall))
        arch = etree.fromstring(records.get_view(view_type=view_type)["arch"])
        return {
            name
            for name in arch.xpath("//button/@name")
            if "chorus" in name or model.startswith("l10n_fr_chorus")
        }

    def test_whoever_only_invoices_sees_no_button_that_acts(self):
        acting = {
            *SENT_ACTIONS,
            *(
                f"action_l10n_fr_chorus_{answer}"
                for answers in ANSWERS.values()
                for answer in answers
            ),
            "action_l10n_fr_chorus_link_twin",
        }
        shown = self.buttons("account.move", "billing")
        self.assertFalse(shown & acting)
        for role in "sender", "answer", "receiver":
            self.assertTrue(self.buttons("account.move", role) & acting, role)

    def test_the_inbox_shows_its_buttons_to_receivers(self):
        for view_type in "form", "list":
            shown = self.buttons("l10n_fr_chorus.inbound", "billing", view_type)
            self.assertFalse(shown & {*INBOX_ACTIONS, "action_suspend"})
            shown = self.buttons("l10n_fr_chorus.inbound", "receiver", view_type)
            self.assertTrue(shown & {*INBOX_ACTIONS})

    def test_the_administrator_finds_the_settings_and_no_invoice(self):
        user = self.person("administrator", self.town_hall)
        menus = self.env["ir.ui.menu"].with_user(user)
        visible = menus.browse(menus._visible_menu_ids())
        finance = self.env.ref("account.menu_finance")
        below = visible.filtered(
            lambda menu: menu.action and f"/{finance.id}/" in f"/{menu.parent_path}"
        )
        names = below.sudo().get_external_id().values()
        self.assertIn(f"{MODULE}.l10n_fr_chorus_menu_connection", names)
        # Besides, what every employee may read: products, customers, taxes.
        actions = [menu.sudo().action for menu in below]
        models = {a.res_model for a in actions if a._name == "ir.actions.act_window"}
        self.assertFalse(models & {"account.move", "account.move.line"})

    def test_one_person_may_have_several_roles(self):
        """The form of a user offers one choice for each privilege."""
        roles = ("sender", "receiver", "answer", "administrator")
        groups = [self.env.ref(f"{MODULE}.group_{role}") for role in roles]
        privileges = {group.privilege_id for group in groups}
        self.assertEqual(len(privileges), len(roles))
        [category] = {privilege.category_id for privilege in privileges}
        self.assertEqual(category.name, "Chorus Pro")

    def test_roles_bring_no_right_on_the_books(self):
        for role in "sender", "receiver", "answer", "administrator":
            group = self.env.ref(f"{MODULE}.group_{role}")
            names = group.all_implied_ids.get_external_id().values()
            self.assertFalse([n for n in names if n.startswith("account.")], role)

    def test_the_administrator_of_the_books_starts_with_all_roles(self):
        user = new_test_user(self.env, "boss", groups="account.group_account_manager")
        for role in "sender", "receiver", "officer", "accountant", "administrator":
            self.assertTrue(user.has_group(f"{MODULE}.group_{role}"), role)
        clerk = new_test_user(self.env, "clerk", groups=BILLING)
        for role in ROLES:
            group = f"{MODULE}.group_{role}"
            if self.env.ref(group, raise_if_not_found=False):
                self.assertFalse(clerk.has_group(group), role)
