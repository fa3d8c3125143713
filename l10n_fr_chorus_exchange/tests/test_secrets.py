"""Secrets are looked for wherever something may be read: by whom, and by what means."""

import base64
import logging
import traceback

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..lib.chorus_pro import errors
from .common import seed
from .correction_common import CorrectionCase
from .roles_common import ROLES, RolePeople
from .treatment_common import TreatmentCase

# Not worn by chance by anything else in the database.
SECRET = "s3cr3t-of-the-application-7f1b"
PASSWORD = "p4ssw0rd-of-the-account-9c2d"
# Where something of the exchange may be written: a text for PostgreSQL to match.
TABLES = (
    "^(l10n_fr_chorus|mail_|bus_|ir_logging|ir_attachment|ir_config_parameter|ir_cron"
    "|account_move|res_partner)"
)
FIELDS = ("client_secret", "password")
# What every connection of the database has of its own, to be told from what it keeps.
STORES = "l10n_fr_chorus_connection"


def hidden_texts(login, secret, password):
    """The secrets as they are, and as they travel."""
    pair = base64.b64encode(f"{login}:{password}".encode()).decode()
    return {secret, password, pair}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecretsRead(RolePeople, CorrectionCase):
    """What people and programs get out of a connection that holds secrets."""

    def setUp(self):
        super().setUp()
        self.connection = self.supplier_connection
        self.connection.write({"client_secret": SECRET, "password": PASSWORD})
        self.env.flush_all()
        self.env.invalidate_all()

    def check_silent(self, told):
        text = repr(told)
        for secret in (SECRET, PASSWORD, SECRET[:12], PASSWORD[:12]):
            self.assertNotIn(secret, text)

    def readers(self):
        for role in ROLES:
            records = self.seen_by(role, self.connection)
            if records.has_access("read"):
                yield role, records

    def test_somebody_may_read_connections(self):
        roles = {role for role, _records in self.readers()}
        self.assertLessEqual({"billing", "administrator", "system"}, roles)

    def test_no_read_gives_them(self):
        for role, records in self.readers():
            with self.subTest(role):
                self.check_silent(records.get_views([(False, "form")]))
                for name in {*records.fields_get(), *FIELDS} - {"id"}:
                    for told in (
                        self.asked(records.read, [name]),
                        self.asked(records.search_read, [], [name]),
                        self.asked(records.web_read, {name: {}}),
                    ):
                        self.check_silent(told)

    @staticmethod
    def asked(method, *args):
        """What a call returns, or what its refusal says."""
        try:
            return method(*args)
        except AccessError as error:
            return str(error)

    def test_no_export_gives_them(self):
        for role, records in self.readers():
            for name in FIELDS:
                with self.subTest(role=role, name=name):
                    try:
                        told = records.export_data([name, "display_name"])
                    except (AccessError, UserError) as error:
                        told = str(error)
                    self.check_silent(told)

    @mute_logger("odoo.addons.base.models.ir_access")
    def test_no_search_tells_how_they_begin(self):
        for role, records in self.readers():
            for name, secret in (("client_secret", SECRET), ("password", PASSWORD)):
                with self.subTest(role=role, name=name):
                    right = self.found(records, name, f"{secret[:5]}%")
                    wrong = self.found(records, name, "zzzzz%")
                    self.assertEqual(right, wrong)

    def found(self, records, name, pattern):
        try:
            return records.search([(name, "=like", pattern)]).ids
        except (AccessError, UserError, ValueError, NotImplementedError):
            return "refused"

    def test_no_grouping_or_sorting_tells_them(self):
        for role, records in self.readers():
            for name in FIELDS:
                with self.subTest(role=role, name=name):
                    try:
                        told = records.formatted_read_group([], [name])
                    except (AccessError, UserError, ValueError) as error:
                        told = str(error)
                    self.check_silent(told)

    def test_a_copy_and_the_defaults_hold_none(self):
        copy = self.connection.copy({"active": False, "login": "other"})
        self.check_silent(copy.read())
        self.assertTrue(copy._missing_access())
        self.check_silent(self.connection.copy_data())
        self.check_silent(self.connection.default_get(list(self.connection._fields)))

    def test_nothing_that_works_with_them_shows_them(self):
        client = self.connection._client()
        told = [
            self.connection,
            client,
            vars(client),
            client._credentials,
            self.connection._call_observer(),
        ]
        self.check_silent(told)
        self.check_silent([str(one) for one in told])

    def test_an_error_tells_them_neither(self):
        for fault in (
            "bad_request",
            "unauthorized",
            "forbidden",
            "server_error",
            "cut_after",
        ):
            with self.subTest(fault):
                self.fault("factures/rechercher/fournisseur", fault)
                try:
                    self.connection._client().read(
                        "factures/v1/rechercher/fournisseur", {"idStructure": 1}
                    )
                except errors.ChorusError as error:
                    self.check_silent(traceback.format_exception(error))
                    self.check_silent([error.args, vars(error)])

    def test_what_people_write_to_each_other_holds_none(self):
        self.connection.write({"client_secret": f"{SECRET}2", "name": "Other"})
        messages = self.env["mail.message"].search(
            [("model", "=", self.connection._name), ("res_id", "=", self.connection.id)]
        )
        self.check_silent(messages.mapped("body"))
        self.check_silent(messages.sudo().tracking_value_ids.read())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecretsWritten(RolePeople, TreatmentCase, CorrectionCase):
    """What is left behind by an exchange that goes through all the roads."""

    def exchange(self):
        """Deposits, follow-up, receipt, answers, and a few calls that go wrong."""
        self.supplier_connection.action_record_bodies()
        self.town_hall_connection.action_record_bodies()
        self.send(self.invoice())
        self.fault("factures/deposer/flux", "cut_after")
        self.run_cron("ir_cron_send")
        for cron in "ir_cron_send", "ir_cron_follow", "ir_cron_receive":
            self.run_cron(cron)
        self.tell("certify")
        self.fault("factures/traiter/recue", "server_error")
        self.run_cron("ir_cron_answer")
        self.supplier_connection.action_test_connection()
        self.supplier_connection.password = "wrong-for-a-while-5e6f"
        self.supplier_connection.action_test_connection()

    def secrets(self):
        found = {"wrong-for-a-while-5e6f", seed.CLIENT_SECRET}
        for login in seed.SUPPLIER_ACCOUNT, seed.TOWN_HALL_ACCOUNT:
            found |= hidden_texts(login, seed.CLIENT_SECRET, seed.ACCOUNTS[login])
        return found

    def test_no_log_line_holds_a_secret(self):
        with self.assertLogs(level="DEBUG") as logs:
            # What PostgreSQL is told is a log of its own, that nobody has in production.
            logging.getLogger("odoo.sql_db").setLevel(logging.INFO)
            self.addCleanup(logging.getLogger("odoo.sql_db").setLevel, logging.NOTSET)
            self.exchange()
        written = "\n".join(logs.output)
        self.assertIn("deposer/flux", written)
        for secret in self.secrets():
            self.assertNotIn(secret, written)
        self.assertNotRegex(written, r"Bearer (?!\*)")

    def test_no_table_holds_a_secret_but_the_one_that_keeps_it(self):
        with mute_logger("odoo.addons.l10n_fr_chorus_exchange"):
            self.exchange()
        self.env.flush_all()
        for secret in self.secrets():
            with self.subTest(secret):
                tables = {table for table, _column in self.places_of(secret)}
                self.assertFalse([t for t in tables if not t.startswith(STORES)])
                self.assertLessEqual(len(tables), 1)

    def test_the_search_finds_what_is_there(self):
        self.town_hall_partner.comment = "Needle-in-a-haystack"
        self.env.flush_all()
        self.assertIn(
            ("res_partner", "comment"), set(self.places_of("Needle-in-a-haystack"))
        )

    def places_of(self, text):
        """Tables and columns of text or JSON where ``text`` occurs."""
        cr = self.env.cr
        cr.execute(
            """
            SELECT c.table_name, array_agg(c.column_name::text)
              FROM information_schema.columns c
              JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
               AND c.data_type IN ('text', 'character varying', 'json', 'jsonb')
               AND table_name ~ %s
          GROUP BY c.table_name
            """,
            [TABLES],
        )
        for table, columns in cr.fetchall():
            for column in columns:
                cr.execute(
                    SQL(
                        "SELECT 1 FROM %s WHERE strpos(%s::text, %s) > 0 LIMIT 1",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        text,
                    )
                )
                if cr.rowcount:
                    yield table, column
