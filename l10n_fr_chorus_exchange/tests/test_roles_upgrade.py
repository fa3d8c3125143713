"""Whoever could do it before the upgrade can do it afterwards, and nobody else."""

import importlib.util
from pathlib import Path

from odoo import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from .roles_common import BILLING, MODULE

SCRIPT = Path(__file__).parents[1] / "migrations/19.0.1.4.0/post-roles.py"
ROLES = ("sender", "receiver", "officer", "accountant", "answer", "administrator")


def migrate(cr):
    spec = importlib.util.spec_from_file_location("post_roles", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.migrate(cr, "19.0.1.3.0")


@tagged("post_install", "-at_install")
class TestRolesUpgrade(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = {role: cls.env.ref(f"{MODULE}.group_{role}") for role in ROLES}
        cls._as_before()

    @classmethod
    def _as_before(cls):
        """Groups as version 19.0.1.3.0 left them."""
        manager = cls.env.ref("account.group_account_manager")
        manager.implied_ids -= cls.env["res.groups"].union(*cls.group.values())
        old = cls.env["res.groups.privilege"].create(
            {"name": "Chorus Pro authorising officer"}
        )
        cls.env["ir.model.data"].create(
            {
                "module": MODULE,
                "name": "privilege_officer",
                "model": old._name,
                "res_id": old.id,
                "noupdate": True,
            }
        )
        cls.group["officer"].write(
            {
                "privilege_id": old.id,
                "implied_by_ids": [Command.link(cls.env.ref(BILLING).id)],
            }
        )
        cls.group["accountant"].implied_by_ids = [
            Command.link(cls.env.ref(name).id)
            for name in ("account.group_account_user", "account.group_account_manager")
        ]

    def roles_of(self, user):
        return {
            role for role, group in self.group.items() if group in user.all_group_ids
        }

    def upgraded(self, *users):
        migrate(self.env.cr)
        self.env.invalidate_all()
        self.env.registry.clear_cache("groups")
        return [self.roles_of(user) for user in users]

    def test_people_keep_what_they_could_do(self):
        clerk = new_test_user(self.env, "clerk", groups=BILLING)
        gone = new_test_user(self.env, "gone", groups=BILLING)
        gone.active = False
        books = new_test_user(self.env, "books", groups="account.group_account_user")
        boss = new_test_user(self.env, "boss", groups="account.group_account_manager")
        found = self.upgraded(clerk, gone, books, boss)
        billing = {"sender", "receiver", "officer"}
        self.assertEqual(found[0], billing)
        self.assertEqual(found[1], billing)
        self.assertEqual(found[2], billing | {"accountant", "answer"})
        self.assertEqual(found[3], set(ROLES))

    def test_nobody_gets_what_he_did_not_have(self):
        auditor = new_test_user(
            self.env, "auditor", groups="account.group_account_readonly"
        )
        employee = new_test_user(self.env, "employee", groups="base.group_user")
        website = new_test_user(self.env, "website", groups="base.group_portal")
        found = self.upgraded(auditor, employee, website)
        self.assertEqual(found, [set(), set(), set()])

    def test_the_next_one_gets_nothing_by_invoicing(self):
        self.upgraded()
        clerk = new_test_user(self.env, "clerk", groups=BILLING)
        boss = new_test_user(self.env, "boss", groups="account.group_account_manager")
        self.assertEqual(self.roles_of(clerk), set())
        self.assertEqual(self.roles_of(boss), set(ROLES))

    def test_a_manager_who_leaves_the_books_leaves_the_roles(self):
        boss = new_test_user(self.env, "boss", groups="account.group_account_manager")
        self.upgraded()
        boss.group_ids -= self.env.ref("account.group_account_manager")
        self.assertEqual(self.roles_of(boss), set())

    def test_the_qualities_move_below_the_answers(self):
        self.upgraded()
        self.assertEqual(
            self.group["officer"].privilege_id, self.group["answer"].privilege_id
        )
        self.assertFalse(
            self.env.ref(f"{MODULE}.privilege_officer", raise_if_not_found=False)
        )

    def test_running_it_again_changes_nothing(self):
        clerk = new_test_user(self.env, "clerk", groups=BILLING)
        [first] = self.upgraded(clerk)
        [again] = self.upgraded(clerk)
        self.assertEqual(first, again)

    def test_qualities_that_somebody_separated_stay_separate(self):
        self.group["officer"].implied_by_ids = [
            Command.unlink(self.env.ref(BILLING).id)
        ]
        boss = new_test_user(self.env, "boss", groups="account.group_account_manager")
        [found] = self.upgraded(boss)
        self.assertEqual(found, set(ROLES) - {"officer", "answer"})
