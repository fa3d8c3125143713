"""Many customers at once: which are on Chorus Pro, what is missing, what is applied."""

import base64
import csv
import io

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..tools.csv_file import csv_file
from .common import ChorusCase, seed


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMatch(ChorusCase):
    def setUp(self):
        super().setUp()
        self.town_hall_connection.active = False

    def customer(self, name, siret=False, **values):
        return self._create_public_body(name, siret, **values)

    def start(self, partners, user=None):
        partners = partners.with_user(user or self.supplier_user)
        action = partners.with_company(self.supplier).action_l10n_fr_chorus_match()
        return self.env["l10n_fr_chorus.match"].browse(action["res_id"])

    def run_match(self):
        self.run_cron("ir_cron_match")
        self.env.invalidate_all()

    def look(self, partners, user=None):
        match = self.start(partners, user)
        self.run_match()
        return match

    def result(self, match, partner):
        return match.line_ids.filtered(lambda one: one.partner_id == partner)

    def know(self, **values):
        """A body of the directory kept here."""
        body, _changes = self.env["l10n_fr_chorus.body"]._learn(
            [
                {
                    "identifier_type": "SIRET",
                    "active": True,
                    "is_public": True,
                    "requires_service": False,
                    "requires_engagement": False,
                    "requires_either": False,
                    **values,
                }
            ]
        )
        return body

    def rows(self, match):
        content = base64.b64decode(match.csv_data).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(content), delimiter=";"))

    # -- look up -------------------------------------------------------------

    def test_each_customer_gets_its_result(self):
        expected = {
            seed.NOTHING_REQUIRED: "found",
            seed.OTHER_SUPPLIER: "private",
            seed.CLOSED_BODY: "closed",
            "99999999900017": "unknown",
            "1234": "none",
            False: "none",
        }
        partners = {
            siret: self.customer(f"Customer {siret}", siret) for siret in expected
        }
        match = self.look(self.env["res.partner"].union(*partners.values()))
        self.assertEqual(match.state, "ready")
        results = {
            siret: self.result(match, one).state for siret, one in partners.items()
        }
        self.assertEqual(results, expected)
        self.assertEqual(match.progress, 100)
        self.assertEqual(
            [match.total_count, match.found_count, match.unmatched_count], [6, 1, 5]
        )

    def test_what_the_directory_knows_costs_no_call(self):
        self.know(
            identifier=seed.METROPOLIS, name="METROPOLE", portal_id="4", services=[]
        )
        partner = self.customer("Métropole", "200 000 004 00010")
        match = self.look(partner)
        self.assertFalse(self.all_calls())
        self.assertEqual(match.line_ids.state, "found")
        self.assertTrue(match.line_ids.to_apply)

    def test_customer_without_siret_is_proposed_by_name_and_never_ticked(self):
        body = self.know(
            identifier="21990009900017", name="COMMUNE DE TESTVILLE", zip="99999"
        )
        partner = self.customer("Commune de Testville")
        line = self.look(partner).line_ids
        self.assertEqual((line.state, line.body_id), ("proposed", body))
        self.assertFalse(line.to_apply)
        self.assertIn("COMMUNE DE TESTVILLE", line.note)

    def test_no_other_body_is_applied_than_that_of_the_siret(self):
        self.know(identifier=seed.METROPOLIS, name="METROPOLE", portal_id="4")
        other = self.know(identifier="21990009900017", name="COMMUNE DE TESTVILLE")
        partner = self.customer("Métropole", seed.METROPOLIS)
        match = self.look(partner)
        match.line_ids.with_user(self.supplier_user).write({"body_id": other.id})
        match.with_user(self.supplier_user).action_apply()
        self.run_match()
        self.assertFalse(partner.l10n_fr_chorus_body_id)
        self.assertIn(seed.METROPOLIS, match.line_ids.note)

    def test_a_body_nobody_has_read_is_not_told_to_be_applied(self):
        body, _changes = self.env["l10n_fr_chorus.body"]._learn(
            [
                {
                    "identifier": "21990009900017",
                    "name": "COMMUNE DE TESTVILLE",
                    "zip": "99999",
                }
            ]
        )
        partner = self.customer("Commune de Testville")
        match = self.look(partner)
        line = match.line_ids
        self.assertEqual((line.state, line.body_id), ("proposed", body))
        editor = self.env.ref("base.user_admin")
        line.to_apply = True
        match.sudo().write({"state": "applying", "applied_by_id": editor.id})
        self.run_match()
        self.assertFalse(partner.l10n_fr_chorus_is_public)
        self.assertEqual(line.state, "trouble")

    def test_contacts_of_one_customer_are_looked_up_once(self):
        partner = self.customer("Town hall", seed.NOTHING_REQUIRED)
        contacts = self.env["res.partner"].create(
            [{"name": name, "parent_id": partner.id} for name in ("One", "Two")]
        )
        match = self.look(contacts)
        self.assertEqual(match.line_ids.partner_id, partner)

    def test_second_contact_of_a_body_is_told_and_not_ticked(self):
        first = self.customer("First", seed.NOTHING_REQUIRED)
        first.action_l10n_fr_chorus_lookup()
        second = self.customer("Second", seed.NOTHING_REQUIRED)
        line = self.look(second).line_ids
        self.assertEqual(line.state, "twin")
        self.assertIn("First", line.note)
        self.assertFalse(line.to_apply)

    def test_private_customer_of_another_company_is_no_twin_of_a_shared_one(self):
        first = self.customer(
            "First", seed.NOTHING_REQUIRED, company_id=self.town_hall.id
        )
        body = self.know(identifier=seed.NOTHING_REQUIRED, name="A")
        first._l10n_fr_chorus_take(body)
        self.assertEqual(first.l10n_fr_chorus_body_id, body)
        shared = self.customer("Second", seed.NOTHING_REQUIRED)
        match = self.look(shared)
        self.assertEqual(match.line_ids.state, "found")
        match.sudo().write(
            {"state": "applying", "applied_by_id": self.supplier_user.id}
        )
        self.run_match()
        self.assertEqual(match.line_ids.state, "applied")
        self.assertEqual(shared.l10n_fr_chorus_body_id, body)

    def test_what_is_missing_is_said(self):
        partner = self.town_hall_partner
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.supplier.id,
                "partner_id": partner.id,
            }
        )
        line = self.look(partner).line_ids
        self.assertIn("default service (3 are open)", line.note)
        self.assertIn("lack what it demands: 1", line.note)

    def test_it_stops_with_the_calls_of_the_day_and_goes_on(self):
        partners = self.customer("A", seed.NOTHING_REQUIRED)
        partners |= self.customer("B", seed.DEPARTMENT)
        match = self.start(partners)
        self.supplier_connection.calls_per_day = 4
        self.run_match()
        self.assertEqual(match.state, "looking")
        self.assertIn("tomorrow", match.message)
        self.supplier_connection.calls_per_day = 0
        self.run_match()
        self.assertEqual(match.state, "ready")
        self.assertFalse(match.message)
        self.assertEqual(set(match.line_ids.mapped("state")), {"found"})

    def test_trouble_with_one_customer_leaves_the_others(self):
        partners = self.customer("A", seed.NOTHING_REQUIRED)
        partners |= self.customer("B", seed.DEPARTMENT)
        self.fault("structures/consulter", "refused")
        match = self.look(partners)
        self.assertEqual(match.line_ids.mapped("state"), ["trouble", "found"])
        match.with_user(self.supplier_user).action_resume()
        self.run_match()
        self.assertEqual(match.line_ids.mapped("state"), ["found", "found"])

    def test_closed_door_of_the_portal_pauses_and_asks_nobody_else(self):
        partners = self.customer("A", seed.NOTHING_REQUIRED)
        partners |= self.customer("B", seed.DEPARTMENT)
        self.fault("structures/rechercher", "forbidden", times=None)
        match = self.look(partners)
        self.assertEqual(self.calls("structures/rechercher"), 1)
        self.assertEqual(match.state, "looking")
        self.assertTrue(match.message)

    def test_company_without_connection_looks_in_the_directory_only(self):
        self.supplier_connection.active = False
        match = self.look(self.customer("A", seed.NOTHING_REQUIRED))
        self.assertEqual(match.line_ids.state, "trouble")
        self.assertIn("connection", match.line_ids.note)
        self.assertEqual(match.state, "ready")

    def test_stopped_search_keeps_what_was_found(self):
        match = self.start(self.customer("A", seed.NOTHING_REQUIRED))
        match.with_user(self.supplier_user).action_stop()
        self.run_match()
        self.assertEqual(match.state, "ready")
        self.assertFalse(self.all_calls())

    def test_thousands_of_customers_cost_few_queries_each(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": False} for n in range(1000)]
        )
        before = self.cr.sql_log_count
        match = self.start(partners)
        started = self.cr.sql_log_count - before
        self.assertLess(started, 40)
        self.run_match()
        self.assertEqual(match.unmatched_count, 1000)
        self.assertLess(self.cr.sql_log_count - before, 4000)

    # -- apply ---------------------------------------------------------------

    def apply(self, match, user=None):
        match.with_user(user or self.supplier_user).action_apply()
        self.run_match()

    def test_applied_customer_is_the_body_with_demands_and_services(self):
        partner = self.customer("Town hall", seed.DEPARTMENT)
        match = self.look(partner)
        self.apply(match)
        self.assertEqual(match.state, "ready")
        self.assertEqual(match.line_ids.state, "applied")
        self.assertTrue(partner.l10n_fr_chorus_is_public)
        self.assertTrue(partner.l10n_fr_chorus_requires_either)
        self.assertEqual(partner.l10n_fr_chorus_service_ids.mapped("code"), ["ROUTES"])
        self.assertEqual(partner.l10n_fr_chorus_body_id, match.line_ids.body_id)
        self.assertEqual(partner.name, "Town hall")

    def test_unticked_customer_is_left_alone(self):
        partner = self.customer("Town hall", seed.NOTHING_REQUIRED)
        other = self.customer("Department", seed.DEPARTMENT)
        match = self.look(partner | other)
        self.result(match, partner).with_user(self.supplier_user).to_apply = False
        self.apply(match)
        self.assertFalse(partner.l10n_fr_chorus_is_public)
        self.assertTrue(other.l10n_fr_chorus_is_public)

    def test_only_service_of_a_body_that_demands_one_becomes_the_default(self):
        partner = self.customer("Body", seed.SERVICE_REQUIRED)
        match = self.look(partner)
        self.assertIn("becomes the default", match.line_ids.note)
        self.apply(match)
        self.assertTrue(partner.l10n_fr_chorus_default_service_id)

    def linked(self, *services, **values):
        """A customer that is a body of the directory already, which came to demand a
        service since."""
        known = {
            "identifier": "21990009900017",
            "name": "COMMUNE DE TESTVILLE",
            "services": [
                {"portal_id": str(rank + 551), "code": code, "active": True}
                for rank, code in enumerate(services)
            ],
        }
        partner = self.customer("Commune de Testville", "21990009900017", **values)
        partner._l10n_fr_chorus_take(self.know(**known))
        self.know(**known, requires_service=True)
        self.env.invalidate_all()
        return partner

    def test_customer_linked_already_gets_the_default_service_it_is_promised(self):
        partner = self.linked("SEUL")
        match = self.look(partner)
        line = match.line_ids
        self.assertIn("SEUL becomes the default", line.note)
        self.assertEqual((line.state, match.to_apply_count), ("found", 1))
        self.apply(match)
        self.assertEqual(line.state, "applied")
        self.assertEqual(partner.l10n_fr_chorus_default_service_id.code, "SEUL")
        self.assertFalse(line.note)
        self.assertEqual(self.look(partner).line_ids.state, "applied")

    def test_default_service_is_promised_only_when_it_will_be_the_only_one(self):
        partner = self.linked("SEUL")
        services = self.env["l10n_fr_chorus.service"]
        typed = services.create({"partner_id": partner.id, "code": "TYPED"})
        line = self.look(partner).line_ids
        self.assertIn("default service (2 are open)", line.note)
        self.assertEqual((line.state, line.to_apply), ("applied", False))
        # One typed by hand beside the one that Chorus Pro knows.
        typed.code = "SEUL"
        match = self.look(partner)
        self.assertIn("SEUL becomes the default", match.line_ids.note)
        self.apply(match)
        self.assertTrue(partner.l10n_fr_chorus_default_service_id.portal_id)

    def test_linked_customer_without_its_siret_gets_it_from_who_may_edit(self):
        partner = self.linked("ONE", "TWO")
        partner.company_registry = False
        line = self.look(partner).line_ids
        self.assertEqual((line.state, line.to_apply), ("applied", False))
        self.assertIn("the SIRET is missing", line.note)
        self.assertIn("Choose a default service (2 are open)", line.note)
        self.assertNotIn("filled in", line.note)
        editor = self._editor()
        match = self.look(partner, editor)
        self.assertIn("The SIRET is filled in.", match.line_ids.note)
        self.assertEqual(match.to_apply_count, 1)
        self.apply(match, editor)
        self.assertEqual(partner.l10n_fr_chorus_siret, "21990009900017")
        self.assertEqual(match.line_ids.state, "applied")

    def test_default_service_needs_no_right_on_contacts_though_the_siret_does(self):
        partner = self.linked("SEUL")
        partner.company_registry = False
        match = self.look(partner)
        self.assertEqual(match.to_apply_count, 1)
        self.apply(match)
        self.assertTrue(partner.l10n_fr_chorus_default_service_id)
        self.assertFalse(partner.company_registry)
        self.assertEqual(match.line_ids.state, "applied")
        self.assertIn("the SIRET is missing", match.line_ids.note)

    def test_several_contacts_of_a_body_are_kept_by_who_may_edit_contacts(self):
        body = self.know(
            identifier="21990009900017", name="COMMUNE DE TESTVILLE", services=[]
        )
        first = self.customer("First", "21990009900017")
        first._l10n_fr_chorus_take(body)
        second = self.customer("Second", "21990009900017")
        for user in self.supplier_user, self._editor():
            match = self.look(second, user)
            line = match.line_ids
            self.assertEqual(line.state, "twin")
            line.with_user(user).to_apply = True
            self.apply(match, user)
            is_editor = user != self.supplier_user
            with self.subTest(user=user.login):
                self.assertEqual(second.l10n_fr_chorus_body_shared, is_editor)
                self.assertEqual(bool(second.l10n_fr_chorus_body_id), is_editor)
                self.assertEqual(line.state, "applied" if is_editor else "twin")
                self.assertFalse(line.to_apply)
            if not is_editor:
                self.assertIn("keep several", line.note)

    def _editor(self):
        return new_test_user(
            self.env,
            login="editor",
            groups="account.group_account_invoice,base.group_partner_manager,"
            "l10n_fr_chorus_exchange.group_sender",
            company_id=self.supplier.id,
            company_ids=[Command.set(self.supplier.ids)],
        )

    def test_chosen_proposal_fills_in_the_siret_for_who_may_edit_contacts(self):
        body = self.know(
            identifier="21990009900017", name="COMMUNE DE TESTVILLE", zip="99999"
        )
        partner = self.customer("Commune de Testville")
        editor = self._editor()
        for user in self.supplier_user, editor:
            match = self.look(partner, user)
            match.line_ids.with_user(user).body_id = body
            self.assertTrue(match.line_ids.to_apply)
            self.apply(match, user)
            self.assertEqual(bool(partner.company_registry), user == editor, user.login)
        self.assertEqual(partner.l10n_fr_chorus_siret, body.identifier)
        self.assertTrue(partner.l10n_fr_chorus_is_public)

    def test_customer_without_a_body_cannot_be_ticked(self):
        match = self.look(self.customer("Nobody"))
        with self.assertRaises(UserError):
            match.line_ids.with_user(self.supplier_user).to_apply = True

    def test_nothing_ticked_is_told(self):
        match = self.look(self.customer("Nobody"))
        with self.assertRaisesRegex(UserError, "Tick"):
            match.with_user(self.supplier_user).action_apply()

    def test_body_applied_already_is_shown_so(self):
        partner = self.customer("Town hall", seed.NOTHING_REQUIRED)
        partner.action_l10n_fr_chorus_lookup()
        self.assertEqual(self.look(partner).line_ids.state, "applied")

    # -- rights --------------------------------------------------------------

    def test_people_change_the_choice_and_nothing_else(self):
        match = self.look(self.customer("Body", seed.NOTHING_REQUIRED))
        line = match.line_ids.with_user(self.supplier_user)
        for values in {"state": "applied"}, {"note": "x"}, {"partner_id": 1}:
            with self.assertRaises(AccessError):
                line.write(values)
        mine = match.with_user(self.supplier_user)
        for values in (
            {"state": "applying"},
            {"line_ids": [Command.create({"partner_id": self.partner_a.id})]},
            {"line_ids": [Command.delete(line.id)]},
            {"line_ids": [Command.update(line.id, {"note": "x"})]},
        ):
            with self.assertRaises(AccessError):
                mine.write(values)

    def test_customers_are_ticked_on_the_form_itself(self):
        match = self.look(self.customer("Body", seed.NOTHING_REQUIRED))
        mine = match.with_user(self.supplier_user)
        with Form(mine) as form:
            self.assertEqual(form.to_apply_count, 1)
            with form.line_ids.edit(0) as line:
                line.to_apply = False
            self.assertEqual(form.to_apply_count, 0)
        self.assertFalse(match.line_ids.to_apply)

    def test_what_waits_for_a_choice_is_not_counted_as_unmatched(self):
        self.know(identifier="21990009900017", name="COMMUNE DE TESTVILLE", zip="99999")
        match = self.look(self.customer("Commune de Testville"))
        self.assertEqual([match.proposed_count, match.unmatched_count], [1, 0])

    def test_role_is_asked_for(self):
        reader = new_test_user(
            self.env,
            login="reader",
            groups="account.group_account_invoice",
            company_id=self.supplier.id,
            company_ids=[Command.set(self.supplier.ids)],
        )
        partner = self.customer("Body", seed.NOTHING_REQUIRED)
        with self.assertRaises(AccessError):
            self.start(partner, reader)
        match = self.look(partner)
        self.assertFalse(match.with_user(reader).has_access("read"))

    def test_other_company_sees_nothing_of_it(self):
        match = self.look(self.customer("Body", seed.NOTHING_REQUIRED))
        for record in match, match.line_ids:
            with self.assertRaises(AccessError):
                record.with_user(self.town_hall_user).check_access("read")

    # -- CSV -----------------------------------------------------------------

    def test_csv_lists_what_was_not_matched_with_its_advice(self):
        found = self.customer("Found", seed.NOTHING_REQUIRED)
        unknown = self.customer("Unknown; really", "999 999 999 00017")
        match = self.look(found | unknown)
        [header, row] = self.rows(match.with_user(self.supplier_user))
        self.assertEqual(header[0], "Customer")
        self.assertEqual(row[0], "Unknown; really")
        self.assertEqual(row[2], "999 999 999 00017")
        self.assertIn("Unknown", row[-2])
        self.assertIn("SIRET", row[-1])

    def test_csv_cannot_run_a_formula(self):
        for name in ("=1+1", "+33", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"):
            with self.subTest(name=name):
                content = csv_file(["Name"], [[name]]).decode("utf-8-sig")
                [_header, [cell]] = csv.reader(io.StringIO(content), delimiter=";")
                self.assertEqual(cell, f"'{name}")

    def test_csv_opens_in_excel_as_it_is(self):
        content = csv_file(["Nom"], [["Mairie d’Été"]])
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"))
        self.assertIn(b"\r\n", content)

    def test_download_is_of_the_match(self):
        match = self.look(self.customer("Nobody"))
        action = match.with_user(self.supplier_user).action_csv()
        self.assertIn(f"id={match.id}", action["url"])
        self.assertIn("csv_data", action["url"])
