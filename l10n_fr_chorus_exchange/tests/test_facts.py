"""What Odoo finds out by itself is typed by nobody, and mended by the method for it."""

from datetime import datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ChorusCase, seed
from .roles_common import RolePeople
from .test_rights_of_models import SETTINGS, OwnModels
from .treatment_common import TreatmentCase

PARIS = ZoneInfo("Europe/Paris")
# What the administrator of the exchange sets; whatever else there is, is not his.
MAIL = ("mail.thread", "mail.activity.mixin")
SET_BY_ADMINISTRATOR = {
    "l10n_fr_chorus.connection": {
        "active",
        "bodies_hours",
        "bodies_kept_days",
        "calls_kept_days",
        "calls_per_day",
        "calls_per_second",
        "can_receive",
        "can_send",
        "connect_timeout",
        "group_deposits",
        "is_read_only",
        "name",
        "page_size",
        "password_changed_on",
        "purchase_journal_id",
        "read_timeout",
        "receive_from",
        "structure_ids",
        "total_timeout",
        "unknown_delay",
        "user_id",
        # Each line of these has its own rights.
        "attachment_type_ids",
        "treatment_target_ids",
    },
    "l10n_fr_chorus.structure": {
        "active",
        "analytic_distribution",
        "bank_details_number",
        "exemption_code",
        "expense_account_id",
        "journal_id",
        "service_ids",
        "supplier_service_number",
        "used_to_receive",
        "used_to_send",
        "user_id",
    },
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFacts(OwnModels, TreatmentCase):
    def _closed_fields(self, model):
        """Stored, or written through, and no setting of the administrator."""
        mail = {name for mixin in MAIL for name in self.env[mixin]._fields}
        return [
            name
            for name, field in model._fields.items()
            if (field.store or field.inverse)
            and name not in SET_BY_ADMINISTRATOR[model._name]
            and name not in mail
        ]

    def _records(self):
        connection = self.town_hall_connection
        return connection, connection.structure_ids[:1]

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_the_administrator_writes_settings_and_no_other_field(self):
        for record in self._records():
            seen = self.seen_by("administrator", record, self.town_hall)
            closed = self._closed_fields(record)
            self.assertTrue(closed)
            for name in closed:
                with self.subTest(model=record._name, name=name):
                    value = record[name]
                    if isinstance(value, type(self.env["base"])):
                        value = value.id
                    with self.assertRaises(AccessError):
                        seen.write({name: value})

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_the_administrator_writes_each_of_the_settings(self):
        for record in self._records():
            seen = self.seen_by("administrator", record, self.town_hall)
            for name in SET_BY_ADMINISTRATOR[record._name]:
                field = record._fields[name]
                if field.type in ("one2many", "many2one"):
                    continue
                with self.subTest(model=record._name, name=name):
                    self.assertFalse(field.readonly)
                    seen.write({name: record[name]})

    def test_whoever_may_write_a_model_writes_no_fact_of_it(self):
        """By walking: a new model of settings, or a new fact, is met here."""
        for name, roles in SETTINGS.items():
            model = self.env[name]
            facts = [
                fact
                for fact, field in model._fields.items()
                if field.readonly
                and field.store
                and fact not in MAGIC_COLUMNS
                # Odoo computes these over again whatever is written.
                and not field.compute
            ]
            for role, changes in roles.items():
                records = model.with_user(self.person(role, self.town_hall))
                for fact in facts:
                    for change in {"write", "create"} & {*changes}:
                        if role == "system":
                            continue
                        with self.subTest(name=name, fact=fact, change=change):
                            with self.assertRaises(AccessError):
                                if change == "create":
                                    records.create({fact: False})
                                else:
                                    records.write({fact: False})

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_no_account_is_given_another_structure(self):
        structure = self.town_hall_connection.structure_ids[:1]
        seen = self.seen_by("administrator", structure, self.town_hall)
        for vals in (
            {"connection_id": self.supplier_connection.id},
            {"siret": "99999999999999"},
        ):
            with self.assertRaises(AccessError):
                seen.write(vals)
        connection = self.seen_by("administrator", self.town_hall_connection)
        with self.assertRaises(AccessError):
            connection.write({"structure_ids": [(1, structure.id, {"siret": "1"})]})
        with self.assertRaises(AccessError):
            connection.write(
                {"structure_ids": [(0, 0, {"portal_id": "1", "name": "x"})]}
            )

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_no_fact_comes_in_by_the_context(self):
        services = self.env["l10n_fr_chorus.service"]
        services = services.with_user(self.person("sender", self.supplier))
        vals = {"partner_id": self.town_hall_partner.id, "code": "TYPED"}
        with self.assertRaisesRegex(AccessError, "nobody types it"):
            services.with_context(default_portal_id="1").create(vals)
        made = services.with_context(default_company_id=self.supplier.id).create(vals)
        self.assertFalse(made.portal_id)

    def test_what_odoo_finds_out_is_written_for_the_administrator_who_asks(self):
        connection = self.seen_by("administrator", self.town_hall_connection)
        self.town_hall_connection.state = "draft"
        connection.action_test_connection()
        self.assertEqual(self.town_hall_connection.state, "ok")
        self.assertTrue(self.town_hall_connection.health)
        connection.receive_from = fields.Date.today()
        connection.receive_from = False
        connection.password_changed_on = fields.Date.today()
        connection.action_record_bodies()
        self.assertTrue(self.town_hall_connection.bodies_until)
        connection.action_forget_bodies()
        self.assertFalse(self.town_hall_connection.bodies_until)

    def test_a_person_who_tests_reads_the_outcome_and_needs_no_activity(self):
        self.town_hall_connection.write({"password": "wrong", "state": "draft"})
        connection = self.seen_by("administrator", self.town_hall_connection)
        connection.action_test_connection()
        self.assertEqual(self.town_hall_connection.state, "error")
        self.assertFalse(self.town_hall_connection.activity_ids)

    def test_the_administrator_saves_the_form_of_a_structure(self):
        structure = self.town_hall_connection.structure_ids[:1]
        with Form(self.seen_by("administrator", structure, self.town_hall)) as form:
            form.user_id = self.town_hall_user
        self.assertEqual(structure.user_id, self.town_hall_user)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFactsOfCustomers(RolePeople, ChorusCase):
    """A customer is Odoo's own, and edited by whoever edits contacts."""

    def setUp(self):
        super().setUp()
        self.partner = self.town_hall_partner
        self.partner.action_l10n_fr_chorus_lookup()
        self.editor = new_test_user(
            self.env,
            login="editor",
            groups="base.group_partner_manager,base.group_allow_export,"
            "account.group_account_invoice",
            company_id=self.supplier.id,
            company_ids=[Command.set(self.supplier.ids)],
        )
        self.seen = self.partner.with_user(self.editor)

    def _typed(self):
        """Other values than those that stand, for each fact that is stored."""
        other = self.env["l10n_fr_chorus.body"].sudo()
        other = other.create({"identifier": "21990009900017", "name": "Another body"})
        by_type = {
            "boolean": True,
            "char": "1",
            "datetime": "2026-01-01 00:00:00",
            "json": {"kind": "closed"},
            "many2one": other.id,
        }
        return {
            name: by_type[self.partner._fields[name].type]
            for name in self.partner._l10n_fr_chorus_facts()
            if self.partner._fields[name].store
        }

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_whoever_edits_contacts_types_no_fact_of_a_customer(self):
        typed = self._typed()
        self.assertGreaterEqual(
            typed.keys(),
            {
                "l10n_fr_chorus_body_id",
                "l10n_fr_chorus_body_shared",
                "l10n_fr_chorus_checked_at",
                "l10n_fr_chorus_drift",
                "l10n_fr_chorus_name",
                "l10n_fr_chorus_portal_id",
                "l10n_fr_chorus_siret",
                "l10n_fr_chorus_unknown_at",
            },
        )
        values = self.partner.sudo().read([*typed])
        for name, value in typed.items():
            with self.subTest(name=name):
                with self.assertRaises(AccessError):
                    self.seen.write({name: value})
                with self.assertRaises(AccessError):
                    self.seen.create({"name": "New", name: value})
                # A field they do not see is left out; what is in its place is empty.
                if not self.partner._fields[name].groups:
                    # Odoo creates contacts of a contact as whoever began the request.
                    with (
                        patch.object(
                            self.env.transaction, "default_env", self.seen.env
                        ),
                        self.assertRaises(AccessError),
                    ):
                        self.seen.create(
                            {"name": "New", "child_ids": [(0, 0, {name: value})]}
                        )
                with self.assertRaises(AccessError):
                    self.seen.with_context(**{f"default_{name}": value}).create(
                        {"name": "New"}
                    )
        self.env.invalidate_all()
        self.assertEqual(self.partner.sudo().read([*typed]), values)

    def test_a_default_that_a_user_keeps_is_no_way_in(self):
        defaults = self.env["ir.default"].with_user(self.editor)
        defaults.set("res.partner", "l10n_fr_chorus_portal_id", "1", user_id=True)
        with self.assertRaisesRegex(AccessError, "nobody types it"):
            self.seen.create({"name": "New"})

    def test_what_people_know_of_a_customer_is_theirs_to_type(self):
        with Form(self.seen) as form:
            form.name = "Mairie"
            form.city = "Ailleurs"
        service = self.partner.l10n_fr_chorus_service_ids[0]
        self.seen.write(
            {
                "l10n_fr_chorus_requires_engagement": True,
                "l10n_fr_chorus_default_service_id": service.id,
            }
        )
        self.assertEqual((self.partner.name, self.partner.city), ("Mairie", "Ailleurs"))
        # With another SIRET it is another body: Odoo takes back what it wrote.
        self.seen.company_registry = "21990009900017"
        self.assertFalse(self.partner.l10n_fr_chorus_body_id)
        self.assertFalse(self.partner.l10n_fr_chorus_checked_at)
        copied = self.seen.copy()
        self.assertFalse(copied.l10n_fr_chorus_portal_id)

    def test_a_file_of_customers_is_imported(self):
        names = ["id", "name", "company_registry", "city"]
        rows = [["import.one", "Nouvelle mairie", "21990009900017", "Ailleurs"]]
        customers = self.env["res.partner"].with_user(self.editor)
        result = customers.load(names, rows)
        self.assertTrue(result["ids"], result["messages"])
        self.assertEqual(customers.browse(result["ids"]).city, "Ailleurs")
        # One that was exported with our columns comes back with them.
        facts = ["l10n_fr_chorus_portal_id", "l10n_fr_chorus_checked_at"]
        names = [".id", "name", *facts]
        [row] = self.seen.export_data(names)["datas"]
        row = [str(one) for one in row]
        result = customers.load(names, [[row[0], "Mairie", *row[2:]]])
        self.assertTrue(result["ids"], result["messages"])
        self.assertEqual(self.partner.name, "Mairie")
        self.assertTrue(self.partner.l10n_fr_chorus_checked_at)
        result = customers.load(names, [[row[0], "Mairie", "1", row[3]]])
        self.assertFalse(result["ids"])
        self.assertIn("nobody types it", result["messages"][0]["message"])

    def test_contacts_are_kept_and_merged_by_whoever_edits_them(self):
        second = self._create_public_body("Mairie bis", seed.TOWN_HALL)
        seen = second.with_user(self.editor)
        seen.action_l10n_fr_chorus_keep_twin()
        self.assertTrue(second.l10n_fr_chorus_body_shared)
        self.partner.sudo().write(
            {
                "l10n_fr_chorus_trouble": "The portal was silent.",
                "l10n_fr_chorus_asked_at": "2026-01-01 00:00:00",
            }
        )
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(self.editor)
            .with_context(
                active_model="res.partner", active_ids=(self.partner | second).ids
            )
            .create({})
        )
        wizard.dst_partner_id = second
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertFalse(self.partner.exists())
        self.assertTrue(second.l10n_fr_chorus_checked_at)
        self.assertEqual(second.l10n_fr_chorus_trouble, "The portal was silent.")

    def test_what_chorus_pro_says_is_written_for_whoever_asks(self):
        old = "2020-01-01 00:00:00"
        self.partner.sudo().l10n_fr_chorus_checked_at = old
        self.seen.with_user(self.supplier_user).action_l10n_fr_chorus_lookup()
        self.assertGreater(
            self.partner.l10n_fr_chorus_checked_at, fields.Datetime.to_datetime(old)
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLookAgain(RolePeople, TreatmentCase):
    def setUp(self):
        super().setUp()
        self.structure = self.town_hall_connection.structure_ids[:1]
        # Nothing would be asked for until then.
        self.structure.sudo().received_cursor = fields.Datetime.now() + timedelta(300)

    def _window(self, role="administrator"):
        structure = self.seen_by(role, self.structure, self.town_hall)
        action = structure.action_look_again()
        return (
            self.env[action["res_model"]]
            .with_user(structure.env.user)
            .with_context(**action["context"])
        )

    def test_a_place_in_the_future_is_put_back_by_a_person(self):
        today = datetime.now(PARIS).date()
        with Form(self._window()) as form:
            self.assertEqual(form.day, today)
            form.day = today - timedelta(3)
        form.record.action_look_again()
        midnight = datetime.combine(
            today - timedelta(3), datetime.min.time(), tzinfo=PARIS
        )
        moment = midnight.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        self.assertEqual(self.structure.received_cursor, moment)
        self.assertFalse(self.town_hall_connection.looked_at)

    def test_no_day_looks_for_all_that_is_open(self):
        with Form(self._window()) as form:
            form.day = False
        form.record.action_look_again()
        self.assertFalse(self.structure.received_cursor)

    def test_a_day_to_come_is_refused(self):
        with Form(self._window()) as form:
            form.day = datetime.now(PARIS).date() + timedelta(1)
        with self.assertRaisesRegex(UserError, "today or an earlier day"):
            form.record.action_look_again()
        self.assertGreater(self.structure.received_cursor, fields.Datetime.now())

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_whoever_only_receives_does_not_put_it_back(self):
        for role in "receiver", "sender", "billing":
            with self.subTest(role), self.assertRaises(AccessError):
                self._window(role)
            structure = self.seen_by(role, self.structure, self.town_hall)
            with self.subTest(role), self.assertRaises(AccessError):
                structure._look_again_from(None)

    def test_the_settings_administrator_puts_it_back(self):
        self._window("system").create({}).action_look_again()
        self.assertLess(self.structure.received_cursor, fields.Datetime.now())
