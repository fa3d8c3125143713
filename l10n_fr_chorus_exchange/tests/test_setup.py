"""The guided set-up: from nothing to a tested connection, left and taken up again."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..wizard import l10n_fr_chorus_setup
from .common import BASE_URL, ChorusCase, seed


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSetup(ChorusCase):
    def setUp(self):
        super().setUp()
        self.supplier_connection.active = False
        self.admin = new_test_user(
            self.env,
            "setter",
            "base.group_system,account.group_account_manager",
            company_id=self.supplier.id,
            company_ids=[(6, 0, self.supplier.ids)],
        )
        self.setups = self.env["l10n_fr_chorus.setup"].with_user(self.admin)

    def opened(self):
        """The window, as the button opens it."""
        return self.setups.browse(self.setups.action_open()["res_id"])

    def fill(self, wizard, **values):
        with Form(wizard) as form:
            for name, value in values.items():
                setattr(form, name, value)

    def started(self):
        wizard = self.opened()
        self.fill(wizard, environment="custom", base_url=BASE_URL)
        wizard.action_next()
        return wizard

    def with_application(self, secret=seed.CLIENT_SECRET):
        wizard = self.started()
        self.fill(wizard, client_id=seed.CLIENT_ID, client_secret=secret)
        wizard.action_next()
        return wizard

    def with_account(self, password=seed.ACCOUNTS[seed.SUPPLIER_ACCOUNT]):
        wizard = self.with_application()
        wizard.action_next()
        self.fill(wizard, login=seed.SUPPLIER_ACCOUNT, password=password)
        wizard.action_next()
        return wizard

    def states(self, wizard):
        return {one["key"]: one["state"] for one in wizard.items}

    # -- the way --------------------------------------------------------------

    def test_nothing_is_made_before_the_first_step_is_done(self):
        wizard = self.opened()
        self.assertEqual(wizard.step, "start")
        self.assertEqual(wizard.siret, seed.SUPPLIER)
        self.assertFalse(wizard.connection_id)

    def test_the_way_leads_to_a_connection_that_works(self):
        wizard = self.with_account()
        self.assertEqual(wizard.step, "structures")
        self.assertEqual(wizard.structure_ids.mapped("siret"), [seed.SUPPLIER])
        self.assertEqual(wizard.own_structure_id.siret, seed.SUPPLIER)
        wizard.action_next()
        self.assertEqual(wizard.step, "done")
        connection = wizard.connection_id
        self.assertEqual((connection.state, connection.setup_step), ("ok", "done"))
        self.assertFalse(connection.is_being_set_up)
        self.assertEqual(wizard.action_finish()["res_id"], connection.id)

    def test_a_connection_to_receive_only_comes_to_its_end_as_well(self):
        self.supplier.company_registry = seed.TOWN_HALL
        wizard = self.opened()
        self.fill(
            wizard,
            environment="custom",
            base_url=BASE_URL,
            can_send=False,
            can_receive=True,
        )
        wizard.action_next()
        self.fill(wizard, client_id=seed.CLIENT_ID, client_secret=seed.CLIENT_SECRET)
        wizard.action_next()
        wizard.action_next()
        account = seed.TOWN_HALL_ACCOUNT
        # The town hall's account is on another connection: that one makes room.
        self.town_hall_connection.active = False
        self.fill(wizard, login=account, password=seed.ACCOUNTS[account])
        wizard.action_next()
        self.assertEqual(wizard.own_structure_id.siret, seed.TOWN_HALL)
        journal = self.company_data["default_journal_purchase"]
        wizard.purchase_journal_id = journal
        wizard.action_next()
        self.assertEqual(wizard.step, "done")
        self.assertEqual(wizard.connection_id.purchase_journal_id, journal)

    # -- left and taken up ----------------------------------------------------

    def test_it_opens_again_where_it_was_left(self):
        left = self.with_application()
        again = self.opened()
        self.assertNotEqual(again, left)
        self.assertEqual(again.step, "raccordement")
        self.assertEqual(again.connection_id, left.connection_id)
        self.assertEqual(again.client_id, seed.CLIENT_ID)
        self.assertEqual(len(self.supplier.l10n_fr_chorus_connection_ids), 1)

    def test_the_settings_and_the_connection_lead_to_the_same_step(self):
        connection = self.with_application().connection_id
        settings = self.env["res.config.settings"].with_user(self.admin).create({})
        for action in (
            settings.action_l10n_fr_chorus_setup(),
            connection.with_user(self.admin).action_set_up(),
        ):
            wizard = self.setups.browse(action["res_id"])
            self.assertEqual(wizard.step, "raccordement")
            self.assertEqual(wizard.connection_id, connection)

    def test_back_and_on_again_keeps_what_was_typed(self):
        wizard = self.with_application()
        wizard.action_back()
        self.assertEqual(wizard.step, "piste")
        wizard.action_next()
        self.assertEqual(wizard.step, "raccordement")

    def test_the_window_keeps_no_secret(self):
        wizard = self.with_account()
        self.assertNotIn(seed.CLIENT_SECRET, str(wizard.read()))
        self.assertNotIn(seed.ACCOUNTS[seed.SUPPLIER_ACCOUNT], str(wizard.read()))
        self.env.cr.execute("SELECT * FROM l10n_fr_chorus_setup")
        rows = str(self.env.cr.fetchall())
        self.assertNotIn(seed.CLIENT_SECRET, rows)
        self.assertNotIn(seed.ACCOUNTS[seed.SUPPLIER_ACCOUNT], rows)

    # -- each step is checked ---------------------------------------------------

    def test_a_wrong_secret_stays_at_the_application(self):
        wizard = self.with_application(secret="not-the-secret")
        self.assertEqual(wizard.step, "piste")
        self.assertTrue(wizard.is_wrong)
        self.assertIn("invalid_client", wizard.items_card)
        self.fill(wizard, client_secret=seed.CLIENT_SECRET)
        wizard.action_next()
        self.assertEqual(wizard.step, "raccordement")

    def test_an_api_that_is_not_open_is_found_before_there_is_an_account(self):
        self.fault("factures/rechercher/fournisseur", "forbidden", times=None)
        wizard = self.with_application()
        self.assertEqual(wizard.step, "piste")
        states = self.states(wizard)
        self.assertEqual(states.pop("factures"), "error")
        self.assertEqual(set(states.values()), {"ok"})
        self.assertIn("(CGU)", wizard.items_card)

    def test_the_application_is_checked_with_one_token_and_nobodys_account(self):
        self.with_application()
        self.assertEqual(self.calls("token"), 1)
        self.assertEqual(self.calls("structures/rechercher"), 1)

    def test_whoever_knows_better_goes_on_all_the_same(self):
        self.fault("factures/rechercher/fournisseur", "forbidden", times=None)
        wizard = self.with_application()
        wizard.action_skip()
        self.assertEqual(wizard.step, "raccordement")
        self.assertFalse(wizard.is_wrong)

    def test_an_account_that_is_not_let_in_yet_is_told_to_come_back(self):
        wizard = self.with_account(password="not-the-password")
        self.assertEqual(wizard.step, "account")
        self.assertIn("30 minutes later", wizard.message)
        self.assertEqual(self.states(wizard)["account"], "error")

    def test_after_half_an_hour_nobody_is_told_to_wait(self):
        wizard = self.with_account(password="not-the-password")
        wizard.connection_id.setup_account_at -= timedelta(minutes=31)
        wizard.action_next()
        self.assertFalse(wizard.message)
        self.assertIn("401", wizard.items_card)

    def test_an_empty_application_is_asked_for(self):
        wizard = self.started()
        wizard.action_next()
        self.assertEqual(wizard.step, "piste")
        self.assertIn("PISTE client ID", wizard.message)
        self.assertFalse(self.all_calls())

    def test_a_wrong_siret_of_the_company_is_settled_by_choosing_the_structure(self):
        self.supplier.company_registry = seed.OTHER_SUPPLIER
        wizard = self.with_account()
        self.assertEqual(wizard.step, "structures")
        wizard.own_structure_id = wizard.structure_ids
        wizard.action_next()
        self.assertEqual(wizard.step, "done")
        self.assertEqual(self.supplier.company_registry, seed.SUPPLIER)

    def test_the_portal_is_asked_before_anything_is_written(self):
        self.supplier.company_registry = "10000000199999"
        wizard = self.with_account()
        own = wizard.own_structure_id = wizard.structure_ids
        check, seen = l10n_fr_chorus_setup.check_connection, []

        def looked(connection, siret=None):
            seen.append((siret, self.supplier.company_registry))
            return check(connection, siret=siret)

        self.patch(l10n_fr_chorus_setup, "check_connection", looked)
        wizard.action_next()
        self.assertEqual(seen, [(own.siret, "10000000199999")])
        self.assertEqual(wizard.step, "done")
        self.assertEqual(self.supplier.company_registry, own.siret)

    def test_a_siret_that_was_only_tried_is_not_written(self):
        self.supplier.company_registry = seed.OTHER_SUPPLIER
        wizard = self.with_account()
        self.assertFalse(wizard.own_structure_id)
        wizard.own_structure_id = wizard.structure_ids
        self.fault("factures/rechercher/fournisseur", "forbidden", times=None)
        wizard.action_next()
        self.assertEqual((wizard.step, wizard.is_wrong), ("structures", True))
        self.assertEqual(self.supplier.company_registry, seed.OTHER_SUPPLIER)
        self.drive("DELETE", "faults")
        wizard.action_next()
        self.assertEqual(wizard.step, "done")
        self.assertEqual(self.supplier.company_registry, seed.SUPPLIER)

    def test_a_company_without_siret_gets_that_of_the_only_structure(self):
        wizard = self.with_account()
        # Otherwise the first step asks for it.
        self.supplier.company_registry = self.supplier.vat = False
        wizard.action_back()
        wizard.action_next()
        self.assertEqual(wizard.own_structure_id.siret, seed.SUPPLIER)
        wizard.action_next()
        self.assertEqual(wizard.step, "done")
        self.assertEqual(self.supplier.company_registry, seed.SUPPLIER)

    def test_a_siret_has_14_digits(self):
        wizard = self.opened()
        self.fill(wizard, siret="123")
        with self.assertRaisesRegex(UserError, "14 digits"):
            wizard.action_next()

    def test_something_must_be_done(self):
        wizard = self.opened()
        self.fill(wizard, can_send=False)
        with self.assertRaisesRegex(UserError, "Choose what to do"):
            wizard.action_next()

    def test_the_structures_chosen_are_those_used(self):
        wizard = self.with_account()
        with Form(wizard) as form, form.structure_ids.edit(0) as line:
            line.used_to_send = False
        self.assertFalse(wizard.connection_id.structure_ids.used_to_send)

    # -- beside another connection ----------------------------------------------

    def second(self):
        """The window at its structures: the company works for its own SIRET already, the
        new account serves another establishment."""
        self.supplier.company_registry = seed.TOWN_HALL
        # An account of one town hall, on one connection.
        self.town_hall_connection.active = False
        self.first = self._create_connection(
            self.supplier, seed.TOWN_HALL_ACCOUNT, can_receive=True
        )
        self.first.action_test_connection()
        return self.with_account()

    def test_the_account_of_another_establishment_leaves_the_company_alone(self):
        wizard = self.second()
        self.assertEqual(wizard.structure_ids.mapped("siret"), [seed.SUPPLIER])
        self.assertFalse(wizard.own_structure_id)
        wizard.action_next()
        self.assertEqual(wizard.step, "done")
        self.assertEqual(self.supplier.company_registry, seed.TOWN_HALL)
        self.assertEqual(wizard.connection_id.state, "ok")

    def test_the_siret_another_connection_works_for_is_not_taken_away(self):
        wizard = self.second()
        wizard.own_structure_id = wizard.structure_ids
        asked = self.all_calls()
        with self.assertRaisesRegex(UserError, f"works for {seed.TOWN_HALL}"):
            wizard.action_next()
        self.assertEqual(self.all_calls(), asked)
        self.assertEqual(self.supplier.company_registry, seed.TOWN_HALL)
        for _step in range(4):
            wizard.action_back()
        self.fill(wizard, siret=seed.SUPPLIER)
        with self.assertRaisesRegex(UserError, f"works for {seed.TOWN_HALL}"):
            wizard.action_next()
        # Whoever moves for good says so on the company; an archived one works no more.
        self.first.active = False
        wizard.action_next()
        self.assertEqual(self.supplier.company_registry, seed.SUPPLIER)

    # -- rights -----------------------------------------------------------------

    def test_only_the_system_group_sets_up(self):
        manager = new_test_user(
            self.env,
            "no_setter",
            "account.group_account_manager",
            company_id=self.supplier.id,
        )
        with self.assertRaises(AccessError):
            self.env["l10n_fr_chorus.setup"].with_user(manager).action_open()
