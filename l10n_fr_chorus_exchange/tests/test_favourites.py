"""Ready-made searches of the lists of invoices and bills."""

from ast import literal_eval
from importlib.util import module_from_spec, spec_from_file_location
from json import loads

from odoo import fields
from odoo.tools import file_path

from .test_lists import ListCase


class TestFavourites(ListCase):
    """Ready-made searches, found where people look for them."""

    ACTIONS = ("account.action_move_%s_invoice", "account.action_move_%s_invoice_type")

    def favourites(self, direction, lang="en_US"):
        """``[(what the search bar gets)]``, the same from the menu and the dashboard."""
        self.env.user.lang = lang
        menu, dashboard = (
            [
                {**one, "id": None}
                for one in self.env["ir.filters"].get_filters(
                    "account.move", self.env.ref(action % direction).id
                )
                if "Chorus Pro" in one["name"]
            ]
            for action in self.ACTIONS
        )
        self.assertEqual(menu, dashboard)
        return menu

    def found(self, favourite):
        domain = literal_eval(favourite["domain"])
        groups = literal_eval(favourite["context"])["group_by"]
        moves = self.env["account.move"]
        moves.formatted_read_group(domain, groups, ["__count"])
        return moves.search(domain, order=", ".join(loads(favourite["sort"])))

    def test_those_of_customers_find_what_waits_for_a_person(self):
        suspended = self.invoice_with("SUSPENDUE")
        rejected = self.invoice_with("REJETEE")
        waiting = self.invoice_with("MANDATEE")
        unsent = self.posted_invoice()
        waiting.l10n_fr_chorus_expected_payment = fields.Date.today()
        by_name = {one["name"]: self.found(one) for one in self.favourites("out")}
        ours = suspended | rejected | waiting | unsent
        self.assertEqual(
            {name: found & ours for name, found in by_name.items()},
            {
                "My morning list (Chorus Pro)": suspended | rejected,
                "Payments to come (Chorus Pro)": waiting,
                "Still to send (Chorus Pro)": unsent,
            },
        )

    def test_that_of_bills_finds_what_lies_on_our_desk(self):
        disposed = self.bill_with("MISE_A_DISPOSITION")
        suspended = self.bill_with("SUSPENDUE")
        [favourite] = self.favourites("in")
        self.assertEqual(self.found(favourite) & (disposed | suspended), disposed)

    def test_they_speak_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        favourite = self.env.ref("l10n_fr_chorus_exchange.ir_filters_morning")
        favourite.with_context(lang="fr_FR").l10n_fr_chorus_label = "Chorus Pro : matin"
        twin = self.env.ref("l10n_fr_chorus_exchange.ir_filters_morning_dashboard")
        twin.with_context(lang="fr_FR").l10n_fr_chorus_label = "Chorus Pro : matin"
        names = [one["name"] for one in self.favourites("out", "fr_FR")]
        self.assertIn("Chorus Pro : matin", names)

    def test_upgrade_gives_the_new_names_to_those_nobody_renamed(self):
        morning = self.env.ref("l10n_fr_chorus_exchange.ir_filters_morning")
        typed = self.env.ref("l10n_fr_chorus_exchange.ir_filters_to_send")
        old = "Chorus Pro: my morning list"
        morning.write({"name": old, "l10n_fr_chorus_label": old})
        typed.name = "Chorus Pro: still to send, by public body"
        self.env.flush_all()
        path = "l10n_fr_chorus_exchange/migrations/19.0.1.4.0/post-favourites.py"
        spec = spec_from_file_location("post_favourites", file_path(path))
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        self.assertEqual(morning.name, "My morning list (Chorus Pro)")
        self.assertEqual(morning.l10n_fr_chorus_label, "My morning list (Chorus Pro)")
        self.assertEqual(typed.name, "Chorus Pro: still to send, by public body")

    def test_one_that_a_person_renames_keeps_that_name(self):
        for suffix in ("", "_dashboard"):
            self.env.ref(
                f"l10n_fr_chorus_exchange.ir_filters_morning{suffix}"
            ).name = "Chorus Pro: Monday"
        names = [one["name"] for one in self.favourites("out")]
        self.assertIn("Chorus Pro: Monday", names)
        self.assertNotIn("My morning list (Chorus Pro)", names)
