"""All models of the add-on, walked over: who reads, who changes, in which company.

A new model is met here without being named: it belongs to a company or is known to be
shared, nobody changes it by hand or it is known to be a setting.
"""

import ast

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .correction_common import CorrectionCase
from .roles_common import MODULE, ROLES, RolePeople
from .treatment_common import TreatmentCase

OWN = "l10n_fr_chorus."
CHANGES = ("write", "create", "unlink")
# What a person may change by hand, by role; the rest is written by the software only.
SETTINGS = {
    "l10n_fr_chorus.connection": {
        "administrator": ("write",),
        "system": CHANGES,
    },
    "l10n_fr_chorus.structure": {
        "administrator": ("write",),
        "system": CHANGES,
    },
    "l10n_fr_chorus.service": {
        "sender": ("write", "create"),
        "administrator": CHANGES,
    },
    "l10n_fr_chorus.posting.rule": {"administrator": CHANGES},
    "l10n_fr_chorus.refusal.reason": {"administrator": CHANGES},
    "l10n_fr_chorus.late_rate": {"administrator": CHANGES},
    # A list to work through: thrown away, and ticked; its own fields refuse.
    "l10n_fr_chorus.match": {
        "sender": ("write", "unlink"),
        "administrator": ("write", "unlink"),
    },
    "l10n_fr_chorus.match.line": {"sender": ("write",), "administrator": ("write",)},
}
# Of no company: the directory of the State; digests of suppliers, for partners are
# shared too.
SHARED = {
    "l10n_fr_chorus.body",
    "l10n_fr_chorus.body.service",
    "l10n_fr_chorus.directory.import",
    "l10n_fr_chorus.supplier.key",
    # Only their author reads these.
    "l10n_fr_chorus.treatment.batch",
}
# What is kept on a customer is seen with it: which company, by model.
OF_A_CUSTOMER = {"l10n_fr_chorus.service": "partner_id.company_id"}
# Records of the other company that the scenario makes.
MET = (
    "call",
    "connection",
    "deposit",
    "flow",
    "inbound",
    "inbound.file",
    "service",
    "structure",
    "treatment",
)
# A branch sends and receives by the connection of the company above it.
OF_A_BRANCH = {"l10n_fr_chorus.connection", "l10n_fr_chorus.structure"}
# What whoever works here may read without a right on invoices.
READ_BY_EMPLOYEES = {"l10n_fr_chorus.service"}


class OwnModels(RolePeople):
    def own_models(self, transient=False):
        """Models of the add-on with records, by name."""
        return [
            self.env[name]
            for name, model in sorted(self.env.registry.items())
            if name.startswith(OWN)
            and not model._abstract
            and bool(model._transient) == transient
        ]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRightsOfModels(OwnModels, TreatmentCase, CorrectionCase):
    def test_each_model_says_who_reads_it(self):
        granted = self.env["ir.model.access"].sudo()
        for model in self.own_models() + self.own_models(transient=True):
            lines = granted.search([("model_id.model", "=", model._name)])
            with self.subTest(model._name):
                self.assertTrue(lines)
                # Without a group, the whole world.
                self.assertTrue(all(line.group_id for line in lines))

    def test_each_model_of_a_company_is_seen_in_that_company_only(self):
        user = self.person("billing", self.supplier)
        for model in self.own_models():
            with self.subTest(model._name):
                if "company_id" not in model._fields:
                    self.assertIn(model._name, SHARED)
                    continue
                self.assertTrue(self.is_bound(model, "write", user))
                if model._name not in SHARED:
                    is_above = model._name in {*OF_A_BRANCH, *OF_A_CUSTOMER}
                    reads = ("in", "parent_of") if is_above else ()
                    self.assertTrue(self.is_bound(model, "read", user, reads))

    def is_bound(self, model, mode, user, operators=()):
        """Whether a rule for everybody holds this model to the companies chosen."""
        rules = self.env["ir.rule"].with_user(user)._get_rules(model._name, mode).sudo()
        return any(
            f"'company_id', '{operator}', company_ids" in (rule.domain_force or "")
            for rule in rules.filtered(lambda rule: not rule.groups)
            for operator in operators or ("in",)
        )

    def test_records_of_another_company_are_neither_found_nor_read(self):
        self.tell("certify")
        self.send(self.invoice())
        self.run_cron("ir_cron_send")
        for company in self.supplier, self.town_hall:
            self._service_of_a_customer(company)
        met = set()
        for company, other in (
            (self.supplier, self.town_hall),
            (self.town_hall, self.supplier),
        ):
            for role in "billing", "auditor", "administrator", "answer":
                user = self.person(role, company)
                met |= self.foreign_models(user, other)
        # Not vacuous: these had records of the other company.
        self.assertGreaterEqual(
            met,
            {f"{OWN}{name}" for name in MET},
        )

    def foreign_models(self, user, other):
        """Models with records of another company; none of them shows."""
        met = set()
        for model in self.own_models():
            if "company_id" not in model._fields or model._name in SHARED:
                continue
            theirs = model.sudo().with_context(active_test=False)
            path = OF_A_CUSTOMER.get(model._name, "company_id")
            theirs = theirs.search([(path, "=", other.id)])
            seen = model.with_user(user)
            if not theirs or not seen.has_access("read"):
                continue
            met.add(model._name)
            with self.subTest(user=user.login, model=model._name):
                found = seen.with_context(active_test=False).search([])
                self.assertFalse(set(found.ids) & set(theirs.ids))
                with self.assertRaises(AccessError), mute_logger("odoo"):
                    seen.browse(theirs.ids[:1]).read()
        return met

    # -- services of customers -----------------------------------------------

    def _service_of_a_customer(self, company, **values):
        customer = self._create_public_body(
            f"Customer of {company.name or 'all'}",
            "21990009900017",
            company_id=company.id,
        )
        return self.env["l10n_fr_chorus.service"].create(
            {"partner_id": customer.id, "code": "ARCHIVES", **values}
        )

    def _may(self, service, user, *changes):
        """Which of these the user may do with the service."""
        return [one for one in changes if service.with_user(user).has_access(one)]

    @mute_logger("odoo.addons.base.models.ir_access", "odoo.addons.base.models.ir_rule")
    def test_services_of_a_customer_of_another_company_are_out_of_reach(self):
        theirs = self._service_of_a_customer(self.town_hall)
        mine = self._service_of_a_customer(self.supplier)
        for role in "sender", "administrator":
            user = self.person(role, self.supplier)
            with self.subTest(role):
                self.assertFalse(self._may(theirs, user, "read", *CHANGES))
                for vals in {"code": "OTHER"}, {"active": False}:
                    with self.assertRaises(AccessError):
                        theirs.with_user(user).write(vals)
                with self.assertRaises(AccessError):
                    theirs.with_user(user).create(
                        {"partner_id": theirs.partner_id.id, "code": "PLANTED"}
                    )
                # Nor is one planted by way of a customer that is one's own.
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    mine.with_user(user).partner_id = theirs.partner_id
        with self.assertRaises(AccessError):
            theirs.with_user(user).unlink()
        self.env.invalidate_all()
        self.assertEqual(theirs.code, "ARCHIVES")
        self.assertEqual(mine.partner_id.company_id, self.supplier)

    def test_services_of_a_customer_all_companies_share_are_for_all(self):
        shared = self._service_of_a_customer(self.env["res.company"])
        shared.partner_id.active = False
        for company in self.supplier, self.town_hall:
            for role, changes in SETTINGS["l10n_fr_chorus.service"].items():
                user = self.person(role, company)
                with self.subTest(role=role, company=company.name):
                    self.assertEqual(self._may(shared, user, *changes), [*changes])
            for role in "employee", "billing":
                user = self.person(role, company)
                self.assertEqual(self._may(shared, user, "read", *CHANGES), ["read"])

    def test_own_services_are_seen_by_whoever_invoices_us_and_changed_by_us(self):
        structure = self.town_hall_connection.structure_ids[:1]
        own = self._service_of_a_customer(
            self.env["res.company"], structure_id=structure.id
        )
        ours = self.person("sender", self.town_hall)
        other = self.person("sender", self.supplier)
        self.assertEqual(self._may(own, ours, "read", "write"), ["read", "write"])
        self.assertEqual(self._may(own, other, "read", "write"), ["read"])
        # The contact that stands for the structure may be of its company.
        own.partner_id.company_id = self.town_hall
        self.assertEqual(self._may(own, ours, "read", "write"), ["read", "write"])
        self.assertFalse(self._may(own, other, "read", "write"))

    def test_branch_uses_the_services_of_the_customers_of_its_company(self):
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Branch", "parent_id": self.supplier.id})
        )
        user = self.person("sender", branch)
        above = self._service_of_a_customer(self.supplier)
        beside = self._service_of_a_customer(self.town_hall)
        self.assertEqual(self._may(above, user, "read", "write"), ["read", "write"])
        self.assertFalse(self._may(beside, user, "read", "write"))

    def test_invoice_and_customer_are_read_with_their_service_by_whoever_may(self):
        mine = self._service_of_a_customer(self.supplier)
        mine.partner_id.sudo().write(
            {
                "l10n_fr_chorus_is_public": True,
                "l10n_fr_chorus_default_service_id": mine.id,
            }
        )
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.supplier.id,
                "partner_id": mine.partner_id.id,
            }
        )
        for role in "billing", "auditor", "administrator":
            seen = self.seen_by(role, mine.partner_id, self.supplier)
            with self.subTest(role):
                self.assertEqual(seen.l10n_fr_chorus_service_ids.code, "ARCHIVES")
                if role != "administrator":
                    seen = self.seen_by(role, move)
                    self.assertEqual(seen.l10n_fr_chorus_service_id.code, "ARCHIVES")

    # -- changes by hand -----------------------------------------------------

    def test_nobody_changes_by_hand_what_the_software_writes(self):
        for model in self.own_models():
            for role in ROLES:
                records = model.with_user(self.person(role, self.supplier))
                allowed = SETTINGS.get(model._name, {}).get(role, ())
                for change in CHANGES:
                    with self.subTest(model=model._name, role=role, change=change):
                        self.assertEqual(records.has_access(change), change in allowed)

    def test_employees_read_nothing_and_website_users_nothing_at_all(self):
        employee = self.person("employee", self.supplier)
        portal = self.env["res.users"].search(
            [("share", "=", True), ("active", "=", True)], limit=1
        ) or self.env.ref("base.public_user")
        for model in self.own_models() + self.own_models(transient=True):
            with self.subTest(model._name):
                self.assertFalse(model.with_user(portal).has_access("read"))
                self.assertEqual(
                    model.with_user(employee).has_access("read"),
                    model._name in READ_BY_EMPLOYEES,
                )

    def test_whoever_only_invoices_opens_no_window_that_acts(self):
        user = self.person("billing", self.supplier)
        for model in self.own_models(transient=True):
            with self.subTest(model._name):
                self.assertFalse(model.with_user(user).has_access("create"))

    def test_each_window_is_of_whoever_opened_it(self):
        user = self.person("system", self.supplier)
        windows = self.own_models(transient=True)
        self.assertTrue(windows)
        for model in windows:
            for mode in "read", "write", "create", "unlink":
                rules = self.env["ir.rule"].with_user(user)
                rules = rules._get_rules(model._name, mode).sudo()
                with self.subTest(model=model._name, mode=mode):
                    self.assertTrue(
                        any(
                            "('create_uid', '=', user.id)" in rule.domain_force
                            for rule in rules.filtered(lambda rule: not rule.groups)
                        )
                    )

    def test_what_calls_carried_is_for_the_administrator_alone(self):
        for role in ROLES:
            bodies = self.env["l10n_fr_chorus.call.body"]
            bodies = bodies.with_user(self.person(role, self.supplier))
            with self.subTest(role):
                self.assertEqual(bodies.has_access("read"), role == "administrator")

    def test_no_rule_of_ours_opens_more_than_the_companies_chosen(self):
        """A domain for a company is never widened by ``company_id`` of the user."""
        rules = (
            self.env["ir.rule"].sudo().search([("model_id.model", "=like", OWN + "%")])
        )
        for rule in rules:
            with self.subTest(rule.name):
                names = {
                    node.id
                    for node in ast.walk(ast.parse(rule.domain_force, mode="eval"))
                    if isinstance(node, ast.Name)
                }
                self.assertLessEqual(names, {"company_ids", "user"})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAdministrator(RolePeople, CorrectionCase):
    def setUp(self):
        super().setUp()
        self.connection = self.seen_by("administrator", self.supplier_connection)

    def test_he_sets_what_is_sent_and_received(self):
        self.connection.write({"can_receive": True, "calls_per_day": 500})
        self.assertEqual(self.supplier_connection.calls_per_day, 500)

    def test_he_tests_the_connection(self):
        self.connection.action_test_connection()
        self.assertEqual(self.supplier_connection.state, "ok")

    def test_he_changes_no_secret_and_not_where_the_calls_lead(self):
        for vals in (
            {"password": "guess"},
            {"client_secret": "guess"},
            {"base_url": "https://elsewhere.test"},
            {"token_url": "https://elsewhere.test"},
            {"environment": "qualification"},
            {"company_id": self.town_hall.id},
        ):
            with self.subTest(**vals), self.assertRaises(AccessError):
                self.connection.write(vals)
        self.env.invalidate_all()
        self.assertEqual(self.supplier_connection.company_id, self.supplier)

    def test_he_makes_and_removes_no_connection(self):
        with self.assertRaises(AccessError):
            self.connection.create({"company_id": self.supplier.id})
        with self.assertRaises(AccessError):
            self.connection.unlink()

    def test_he_does_nothing_in_another_company(self):
        user = self.person("administrator", self.supplier)
        theirs = self.town_hall_connection.with_user(user)
        with self.assertRaises(AccessError), mute_logger("odoo"):
            theirs.write({"can_send": True})
        with self.assertRaises(AccessError), mute_logger("odoo"):
            theirs.action_test_connection()

    def test_he_is_not_an_invoicing_user(self):
        user = self.person("administrator", self.supplier)
        self.assertFalse(user.has_group("account.group_account_invoice"))
        self.assertFalse(self.env["account.move"].with_user(user).has_access("write"))
        self.assertTrue(user.has_group(f"{MODULE}.group_administrator"))
