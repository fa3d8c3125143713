"""Where the search is offered, and what it is not asked for."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..wizard.l10n_fr_chorus_search import MOST_SHOWN
from .common import seed
from .search_common import SearchCase

MODULE = "l10n_fr_chorus_exchange"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSearchReach(SearchCase):
    def person(self, login, *groups):
        return new_test_user(
            self.env,
            login=login,
            groups=",".join(groups),
            company_id=self.supplier.id,
            company_ids=[(6, 0, self.supplier.ids)],
        )

    def arch(self, model, user):
        return self.env[model].with_user(user).get_view(view_type="form")["arch"]

    def test_kind_of_identifier_is_looked_for_among_all_and_not_among_the_first(self):
        self.bodies._learn(
            [
                {"identifier": f"219900{n:08}", "name": f"COMMUNE DE VILLE {n}"}
                for n in range(MOST_SHOWN)
            ]
        )
        wanted = self.learn(
            "0123456789",
            "COMMUNE DE VILLE DES ILES LES PLUS LOINTAINES",
            identifier_type="RIDET",
        )
        self.assertNotIn(wanted, self.open("commune ville").body_ids)
        search = self.open("commune ville", identifier_type="RIDET")
        self.assertEqual(search.body_ids, wanted)

    def test_siren_is_found_here_and_never_asked_for_as_a_name(self):
        body = self.learn("21990001200019", "Mairie")
        search = self.open("219 900 012")
        self.assertEqual(search.body_ids, body)
        with self.assertRaisesRegex(UserError, "14 digits"):
            search.action_find_on_portal()
        self.assertFalse(self.all_calls())

    def test_search_stays_on_the_invoice_once_a_customer_is_chosen(self):
        groups = "account.group_account_invoice", f"{MODULE}.group_administrator"
        arch = self.arch("account.move", self.person("search_admin", *groups))
        [button] = [
            one
            for one in arch.split("<button")
            if 'name="action_l10n_fr_chorus_search"' in one
        ]
        self.assertNotIn("partner_id", button.partition(">")[0])

    def test_import_is_offered_to_those_who_may(self):
        label = "Import the directory now"
        # Who sees the settings of invoicing has the role in a new installation, and
        # not where roles were given one by one.
        books = self.env.ref("account.group_account_manager")
        role = self.env.ref(f"{MODULE}.group_administrator")
        books.implied_ids -= role
        groups = "base.group_system", "account.group_account_manager"
        system = self.person("only_system", *groups)
        self.assertFalse(system.has_group(f"{MODULE}.group_administrator"))
        self.assertNotIn(label, self.arch("res.config.settings", system))
        both = self.person("both", *groups, f"{MODULE}.group_administrator")
        self.assertIn(label, self.arch("res.config.settings", both))

    def test_own_company_is_no_public_body_that_was_found(self):
        self.supplier_connection.state = "ok"
        partners = self.env["res.partner"]
        partners.search(
            [("l10n_fr_chorus_is_public", "=", True)]
        ).l10n_fr_chorus_is_public = False
        self.supplier.partner_id.l10n_fr_chorus_is_public = True

        def found():
            steps = self.supplier._l10n_fr_chorus_steps(self.supplier_connection)
            return next(one["done"] for one in steps if one["key"] == "customer")

        self.assertFalse(found())
        self._create_public_body(
            "Town", seed.NOTHING_REQUIRED
        ).l10n_fr_chorus_is_public = True
        self.assertTrue(found())
