"""What the health card says, and that it is right."""

from unittest.mock import patch

from lxml import html

from odoo import fields
from odoo.tests import Form, new_test_user, tagged

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.transport import Response
from ..models.connection_items import IDLE, OK
from .common import ChorusCase, seed
from .deposit_common import DepositCase
from .directory_common import TITLES, DirectoryCase, csv
from .directory_common import body as body_row

# isort: split
from simulator.faults import KINDS

HEALTH = "transverses/health-check"
SHARED = ("directory", "services", "refresh", "match")
FAMILIES = {
    "transverses": HEALTH,
    "utilisateurs": "utilisateurs/monCompte/recuperer/rattachements",
    "structures": "structures/rechercher",
    "factures": "factures/rechercher/fournisseur",
}
# Orders to the simulator at the gateway, the item they show up on, and words of the
# cause and of the cure.
GATEWAY = [
    ("token", "invalid_client", {}, "token", "invalid_client", "client"),
    ("token", "server_error", {}, "token", "closed or overloaded", "test again later"),
    ("token", "forbidden", {}, "token", "refuses the application", "PISTE"),
    ("token", "too_many", {"retry_after": 90}, "token", "wait 90 seconds", "wait"),
    ("token", "html_answer", {}, "token", "web page", "network"),
    ("token", "half_answer", {}, "token", "could not be reached", "firewall"),
    (HEALTH, "bad_request", {}, "transverses", "(400)", "Check what was typed"),
    (HEALTH, "unauthorized", {}, "account", "(401)", "30 minutes"),
    (HEALTH, "forbidden", {}, "transverses", "(403)", "(CGU)"),
    (HEALTH, "too_many", {"retry_after": 90}, "transverses", "90 seconds", "wait"),
    (HEALTH, "server_error", {"status": 500}, "transverses", "(500)", "Test again"),
    (HEALTH, "server_error", {"status": 502}, "transverses", "502", "test again"),
    (HEALTH, "server_error", {"status": 503}, "transverses", "503", "test again"),
    (HEALTH, "server_error", {"status": 504}, "transverses", "504", "test again"),
    (HEALTH, "half_answer", {}, "transverses", "no usable answer", "network checked"),
    (HEALTH, "cut_before", {}, "transverses", "no usable answer", "network checked"),
    (HEALTH, "cut_after", {}, "transverses", "no usable answer", "network checked"),
    (HEALTH, "html_answer", {}, "transverses", "web page", "network checked"),
    (
        "utilisateurs/monCompte/recuperer/rattachements",
        "refused",
        {},
        "utilisateurs",
        "may not act",
        "manager of the structure",
    ),
    (
        "structures/rechercher",
        "blank_field",
        {"field": "codeRetour"},
        "structures",
        "no usable answer",
        "Test again later",
    ),
]
# Troubles of the simulator that are none of the way to it: of the flows and the reports,
# and shapes of an answer that are read all the same. A delay is told as silence, below.
ELSEWHERE = {
    "broken_download",
    "delay",
    "single_object",
    "flow_pending",
    "flow_late",
    "flow_incident",
    "flow_rejected",
    "flow_partial",
    "missing_report_line",
}
# What the simulator's gateway gives without an order, or cannot give at all.
STATUSES = [
    (404, "(404)", "address of the connection"),
    (413, "(413)", "smaller"),
    (415, "(415)", "proxy"),
    (408, "did not answer in time", "firewall"),
    (429, "(429)", "quota"),
]


class Answering:
    """The network of another transport, but one address answers with a status."""

    def __init__(self, transport, status):
        self.transport, self.status = transport, status

    def send(self, request):
        if "health-check" in request.url:
            return Response(self.status, {}, b"")
        return self.transport.send(request)


def _successes(card):
    """Keys of the rows of work that tell a moment."""
    rows = html.fromstring(str(card)).xpath("//tr[@data-job]")
    told = {row.get("data-job"): row.findall("td")[1].text_content() for row in rows}
    return [key for key, text in told.items() if any(map(str.isdigit, text))]


class Silent:
    def send(self, request):
        raise errors.OutcomeUnknownError(
            "no usable answer (ReadTimeout)", timed_out=True
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionHealth(ChorusCase):
    def setUp(self):
        super().setUp()
        self.connection = self.supplier_connection

    def tested_card(self):
        self.connection.action_test_connection()
        return str(self.connection.health_card)

    def items(self):
        self.connection.action_test_connection()
        return {one["key"]: one for one in self.connection.health["items"]}

    def states(self):
        return {key: one["state"] for key, one in self.items().items()}

    def run_night(self):
        self.run_cron("ir_cron_health")

    # -- what was found -----------------------------------------------------

    def test_a_good_access_is_in_order_from_the_token_to_the_rights(self):
        self.assertEqual(set(self.states().values()), {OK})
        self.assertEqual(self.connection.health_label, "All in order")

    def test_a_wrong_secret_is_the_only_thing_asked_and_the_only_thing_to_mend(self):
        self.connection.client_secret = "not-the-secret"
        states = self.states()
        self.assertEqual(states.pop("token"), "error")
        self.assertEqual(set(states.values()), {IDLE})
        self.assertEqual(self.connection.health_label, "To mend: PISTE application")

    def test_a_wrong_password_stops_before_the_account_is_locked(self):
        self.connection.password = "not-the-password"
        states = self.states()
        self.assertEqual((states["token"], states["account"]), (OK, "error"))
        self.assertEqual(states["structures"], IDLE)
        # One call and what the client repeats of it: 401 happens on good accounts too.
        self.assertLessEqual(sum(self.all_calls().values()) - self.calls("token"), 3)

    def test_each_closed_api_is_named_and_the_others_are_in_order(self):
        for key, operation in FAMILIES.items():
            with self.subTest(key=key):
                self.drive("DELETE", "faults")
                self.fault(operation, "forbidden", times=None)
                states = self.states()
                wrong = {one for one, state in states.items() if state == "error"}
                self.assertEqual(wrong, {key})
                self.assertEqual(states["account"], OK)

    def test_an_api_that_only_serves_commitments_is_no_error(self):
        self.fault("engagementsJuridiques/rechercher", "forbidden", times=None)
        self.assertEqual(self.states()["engagements"], "warning")
        self.assertEqual(self.connection.state, "ok")

    # -- in words -----------------------------------------------------------

    def assert_words(self, key, cause, cure):
        item = self.items()[key]
        self.assertEqual(item["state"], "error")
        self.assertIn(cause, item["cause"])
        self.assertIn(cure, f"{item['cause']} {item['cure']}")
        self.assertIn(cause, str(self.connection.health_card))
        self.assertNotIn(seed.CLIENT_SECRET, str(self.connection.health))
        self.assertNotIn(
            seed.ACCOUNTS[seed.SUPPLIER_ACCOUNT], str(self.connection.health)
        )

    def test_each_error_of_the_gateway_has_its_cause_and_cure(self):
        for operation, kind, more, key, cause, cure in GATEWAY:
            with self.subTest(operation=operation, kind=kind, **more):
                self.drive("DELETE", "faults")
                self.connection._client_options()["tokens"]._kept.clear()
                self.fault(operation, kind, times=None, **more)
                self.assert_words(key, cause, cure)

    def test_no_trouble_of_the_simulator_was_forgotten(self):
        self.assertEqual({row[1] for row in GATEWAY} | ELSEWHERE, set(KINDS))

    def test_each_status_has_its_cause_and_cure(self):
        for status, cause, cure in STATUSES:
            network = Answering(self.transport, status)
            with self.subTest(status=status), patch.object(self, "transport", network):
                self.assert_words("transverses", cause, cure)

    def test_silence_is_told_as_silence(self):
        with patch.object(self, "transport", Silent()):
            self.assert_words("token", "did not answer in time", "firewall")

    # -- between two looks ----------------------------------------------------

    def test_a_refused_access_is_on_the_card_until_a_call_goes_through(self):
        connection = self.connection
        for cause, key, label, words in (
            ("account", "account", "Technical account", "(401)"),
            ("piste", "token", "PISTE application", "invalid_client"),
            ("forbidden", "rights", "Rights of the account", "(403)"),
        ):
            with self.subTest(cause=cause):
                self.assertEqual(self.states()[key], OK)
                found = connection.health
                for _again in range(2):
                    connection._failed(errors.CredentialsError("no", cause=cause))
                self.assertEqual(connection.health_label, f"To mend: {label}")
                card = str(connection.health_card)
                self.assertIn(words, card)
                connection._worked()
                self.assertEqual(connection.health, found)
                self.assertEqual(connection.health_label, "All in order")

    def test_a_refused_access_is_told_on_a_connection_that_was_never_tested(self):
        self.connection._failed(errors.CredentialsError("no", cause="account"))
        self.assertEqual(self.connection.health_label, "To mend: Technical account")
        self.connection._worked()
        self.assertEqual(self.connection.health_label, "Not tested yet")

    def test_a_call_that_goes_through_proves_what_was_wrong_at_the_last_look(self):
        self.connection.password = "not-the-password"
        self.assertEqual(self.states()["account"], "error")
        self.connection._worked()
        self.assertNotIn("Technical account", self.connection.health_label)

    def test_nothing_is_all_in_order_while_the_portal_is_waited_for(self):
        self.connection.action_test_connection()
        self.connection._failed(errors.OutcomeUnknownError("HTTP 503"))
        self.assertIn("Waiting", self.connection.health_label)
        self.connection._failed(errors.InvalidCallError("the access is not filled in"))
        self.assertIn("To mend", self.connection.health_label)

    # -- the card -----------------------------------------------------------

    def test_the_card_names_structures_with_their_rights_and_services(self):
        self.connection = self.town_hall_connection
        card = self.tested_card()
        self.assertIn(f'data-structure="{seed.TOWN_HALL}"', card)
        right = next(
            one
            for one in self.connection.health["rights"]
            if one["identifier"] == seed.TOWN_HALL
        )
        self.assertEqual((right["send"], right["receive"]), (False, True))
        self.assertEqual(right["status"], "VALIDEE")

    def test_the_card_says_that_a_scheduled_action_is_off(self):
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_send").active = False
        self.assertIn("switched off", self.tested_card())

    def test_billing_users_read_the_card_without_asking(self):
        before = self.all_calls()
        card = self.connection.with_user(self.supplier_user).health_card
        self.assertIn("Test the connection", str(card))
        self.assertEqual(self.all_calls(), before)

    # -- at night -----------------------------------------------------------

    def test_the_night_looks_at_connections_in_use_only(self):
        self.run_night()
        self.assertFalse(self.all_calls())
        self.connection.action_test_connection()
        before = sum(self.all_calls().values())
        self.run_night()
        self.assertGreater(sum(self.all_calls().values()), before)
        self.assertEqual(self.connection.state, "ok")
        self.assertFalse(self.town_hall_connection.last_check_at)

    def test_the_pause_of_a_refused_access_does_not_keep_the_night_away(self):
        self.connection.action_test_connection()
        self.connection._failed(errors.CredentialsError("no", cause="account"))
        self.assertTrue(self.connection._is_paused())
        self.run_night()
        self.assertEqual(self.connection.state, "ok")
        self.assertEqual(self.connection.health_label, "All in order")

    def test_the_pause_that_the_portal_asked_for_keeps_the_night_away(self):
        self.connection.action_test_connection()
        self.connection._failed(errors.NotSentError("429", retry_after=1800))
        before = self.all_calls()
        self.run_night()
        self.assertEqual(self.all_calls(), before)

    def test_a_passing_trouble_at_night_makes_no_error_of_a_connection(self):
        self.connection.action_test_connection()
        self.fault("*", "server_error", times=None)
        self.run_night()
        self.assertEqual(self.connection.state, "ok")
        self.assertIn("To mend", self.connection.health_label)

    def test_a_right_taken_away_is_found_at_night_and_told_once(self):
        self.connection.user_id = new_test_user(
            self.env, "keeper", "base.group_system", company_id=self.supplier.id
        )
        self.connection.action_test_connection()
        self.drive("POST", "accounts", {"login": seed.SUPPLIER_ACCOUNT, "issue": []})
        self.run_night()
        self.assertEqual(self.connection.state, "error")
        activity = self.connection.activity_ids
        self.assertEqual(activity.user_id, self.connection.user_id)
        self.assertIn("may not send invoices", activity.note)
        self.run_night()
        self.assertEqual(self.connection.activity_ids, activity)

    def test_an_activity_ends_when_the_connection_works_again(self):
        self.connection.action_test_connection()
        self.connection._failed(errors.CredentialsError("no", cause="account"))
        self.assertIn("no longer works", self.connection.activity_ids.summary)
        self.connection._worked()
        self.assertFalse(self.connection.activity_ids)

    def test_whoever_tests_a_new_connection_gets_no_activity(self):
        admin = new_test_user(
            self.env, "maker", "base.group_system", company_id=self.supplier.id
        )
        self.connection.password = "not-the-password"
        self.connection.with_user(admin).action_test_connection()
        self.assertEqual(self.connection.state, "error")
        self.assertFalse(self.connection.activity_ids)

    def test_a_spent_budget_is_not_spent_on_health(self):
        self.connection.action_test_connection()
        self.connection.calls_per_day = 1
        before = self.all_calls()
        self.run_night()
        self.assertEqual(self.all_calls(), before)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionWork(DepositCase):
    def test_the_card_counts_what_waits_and_when_it_last_went_through(self):
        connection = self.supplier_connection
        connection.action_test_connection()
        self.assertNotIn("1 waiting", str(connection.health_card))
        self.send(self.invoice())
        connection.invalidate_recordset(["health_card"])
        self.assertIn("1 waiting", str(connection.health_card))
        jobs = {one["key"]: one for one in connection._health_jobs()}
        exchange, shared = {"send", "follow", "correct"}, set(SHARED)
        self.assertEqual(set(jobs), exchange | shared)
        self.assertEqual(jobs["send"]["waiting"], 1)
        # The test of the connection itself searched what was sent.
        self.assertTrue(jobs["follow"]["success_at"])
        self.assertFalse(jobs["send"]["success_at"])
        self.run_cron("ir_cron_send")
        jobs = {one["key"]: one for one in connection._health_jobs()}
        self.assertEqual(jobs["send"]["waiting"], 0)
        self.assertTrue(jobs["send"]["success_at"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionSharedWork(DirectoryCase):
    """Rows of the work that one connection does for all."""

    def jobs(self, connection=None):
        connection = connection or self.supplier_connection
        found = {one["key"]: one for one in connection._health_jobs()}
        return {key: found[key] for key in SHARED if key in found}

    def waiting(self):
        return {key: one["waiting"] for key, one in self.jobs().items()}

    def test_nothing_waits_and_nothing_succeeded_at_first(self):
        jobs = self.jobs()
        self.assertEqual(list(jobs), list(SHARED))
        # A look at a connection asks the same, but does none of this work.
        self.supplier_connection.action_test_connection()
        for one in self.jobs().values():
            self.assertEqual(
                (one["success_at"], one["waiting"], one["message"]), (None, 0, "")
            )

    def test_each_row_tells_its_backlog_and_its_last_success(self):
        body, _changes = self.bodies._learn(
            [
                {
                    "identifier": seed.TOWN_HALL,
                    "name": "Commune de Modeleville",
                    "portal_id": "26100003",
                    "active": True,
                    "is_public": True,
                    "requires_service": True,
                    "requires_engagement": False,
                    "services": [
                        {"portal_id": "27000002", "code": "ACHATS", "active": True}
                    ],
                    "all_services": True,
                }
            ]
        )
        self.town_hall_partner.action_l10n_fr_chorus_lookup()
        self.assertEqual(self.waiting(), dict.fromkeys(SHARED, 0))
        body = body.sudo()
        body.is_reading = True
        body.with_context(active_test=False).service_ids.checked_at = False
        old = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        self.town_hall_partner.l10n_fr_chorus_checked_at = old
        self.posted_invoice()
        other = self._create_public_body("Autre", seed.NOTHING_REQUIRED)
        match = self.env["l10n_fr_chorus.match"].with_company(self.supplier)
        match = match.browse(match._start(other)["res_id"])
        self.start(csv(TITLES, body_row(1)))
        self.assertEqual(self.waiting(), dict.fromkeys(SHARED, 1))
        for cron, key in (
            ("ir_cron_directory", "directory"),
            ("ir_cron_directory_services", "services"),
            ("ir_cron_refresh", "refresh"),
            ("ir_cron_match", "match"),
        ):
            self.assertFalse(self.jobs()[key]["success_at"], key)
            # What is read of its services is known of the customer.
            self.town_hall_partner.l10n_fr_chorus_checked_at = old
            self.run_cron(cron)
            one = self.jobs()[key]
            self.assertTrue(one["success_at"], key)
            self.assertEqual(one["waiting"], 0, key)
        self.assertEqual(match.state, "ready")
        self.assertEqual(
            set(_successes(self.supplier_connection.health_card)), set(SHARED)
        )

    def test_customers_to_apply_wait_as_well(self):
        self.town_hall_partner.action_l10n_fr_chorus_lookup()
        match = self.env["l10n_fr_chorus.match"].with_company(self.supplier)
        twin = self._create_public_body("Autre", seed.NOTHING_REQUIRED)
        match = match.browse(match._start(twin)["res_id"])
        self.run_cron("ir_cron_match")
        before = self.jobs()["match"]["success_at"]
        match = match.sudo()
        match.line_ids.to_apply = True
        match.action_apply()
        self.assertEqual(self.jobs()["match"]["waiting"], 1)
        match.through_at = fields.Datetime.subtract(before, days=1)
        self.run_cron("ir_cron_match")
        self.assertEqual(match.line_ids.state, "applied")
        self.assertEqual(self.jobs()["match"]["waiting"], 0)
        self.assertGreaterEqual(self.jobs()["match"]["success_at"], before)

    def test_a_company_that_wants_no_refresh_has_no_such_row(self):
        self.supplier.l10n_fr_chorus_refresh = False
        self.assertEqual(list(self.jobs()), ["directory", "services", "match"])
        self.assertIn("refresh", self.jobs(self.town_hall_connection))

    def test_a_scheduled_action_that_is_switched_off_is_told(self):
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_match").active = False
        self.assertIn("switched off", self.jobs()["match"]["message"])
        self.assertFalse(self.jobs()["refresh"]["message"])

    def test_what_a_connection_is_for_is_still_asked(self):
        connection = self.supplier_connection
        self.assertNotIn("Choose above what to do", str(connection.health_card))
        connection.can_send = False
        connection.invalidate_recordset(["health_card"])
        self.assertIn("Choose above what to do", str(connection.health_card))

    def test_whoever_sees_the_connection_sees_its_work(self):
        connection = self.supplier_connection.with_user(self.supplier_user)
        self.assertEqual(list(self.jobs(connection)), list(SHARED))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionTyping(ChorusCase):
    """Its form draws the card again while somebody types."""

    def test_every_field_of_the_form_can_be_changed(self):
        self.env.user.group_ids |= self.env.ref("base.group_system")
        connection = self.supplier_connection
        connection.action_test_connection()
        changed = set()
        for name, value in self.other_values(connection).items():
            form = Form(connection)
            with self.subTest(field=name):
                try:
                    setattr(form, name, value)
                    changed.add(name)
                except AssertionError as error:
                    # Nobody types in these.
                    self.assertRegex(str(error), "can't write on (readonly|invisible)")
        self.assertLessEqual(
            {"name", "calls_per_day", "password_changed_on", "can_receive"}, changed
        )

    def test_the_card_counts_on_while_the_budget_is_typed(self):
        connection = self.supplier_connection
        connection.action_test_connection()
        count = connection.calls_today
        self.assertTrue(count)
        with Form(connection) as form:
            form.calls_per_day = 4321
            self.assertIn(f"{count} of 4,321 calls", form.health_card)
            self.assertIn('data-job="follow"', form.health_card)
            self.assertEqual(_successes(form.health_card), ["follow"])
        self.assertEqual(connection.calls_per_day, 4321)

    def other_values(self, connection):
        """Another value of each field of its form, as far as its kind has a plain one."""
        form, values = Form(connection), {}
        for name in form._view["fields"]:
            field, value = connection._fields[name], form[name]
            if field.type == "boolean":
                values[name] = not value
            elif field.type in ("integer", "float"):
                values[name] = (value or 0) + 1
            elif field.type in ("char", "text"):
                values[name] = "https://other.test" if "url" in name else "other"
            elif field.type == "date":
                values[name] = "2026-11-01"
            elif field.type == "datetime":
                values[name] = "2026-11-01 00:00:00"
            elif field.type == "selection":
                keys = field.get_values(self.env)
                values[name] = next((one for one in keys if one != value), value)
            elif field.type == "many2one":
                values[name] = self.env[field.comodel_name].browse()
        return values
