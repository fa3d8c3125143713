"""Secrets of a connection: taken, used, never given back."""

import json
import logging
import os
import tempfile
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import config, file_open, file_path

from ..lib.chorus_pro import errors
from ..models.l10n_fr_chorus_connection_access import ACCESS, HIDDEN
from .common import BASE_URL, ChorusCase, seed

TYPED = {
    "client_secret": "typed-Secret-1",
    "password": "typed-Passw0rd-2",
    "proxy_access": "typed-user:typed-Proxy-3",
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionSecrets(ChorusCase):
    def setUp(self):
        super().setUp()
        self.connection = self.supplier_connection
        self.connection.write(TYPED)

    def _assert_hidden(self, told):
        text = json.dumps(told, default=str) if not isinstance(told, str) else told
        for value in TYPED.values():
            self.assertNotIn(value, text)

    # -- never given back ---------------------------------------------------

    def test_what_was_typed_is_used(self):
        kept = {name: value for name, (value, _) in self.connection._access().items()}
        self.assertEqual({name: kept[name] for name in TYPED}, TYPED)

    def test_spaces_that_came_with_a_paste_are_no_part_of_a_secret(self):
        pasted = {name: f" {value}\n" for name, value in TYPED.items()}
        self.connection.write(pasted)
        kept = {name: value for name, (value, _) in self.connection._access().items()}
        self.assertEqual({name: kept[name] for name in TYPED}, TYPED)

    def test_no_way_to_read_gives_a_secret_back_not_even_to_the_superuser(self):
        connection = self.connection
        fields = list(connection._fields)
        self._assert_hidden(connection.read(fields))
        self._assert_hidden(connection.web_read({name: {} for name in HIDDEN}))
        self._assert_hidden(
            connection.web_save({"name": "X"}, {name: {} for name in HIDDEN})
        )
        self._assert_hidden(connection.export_data(list(HIDDEN)))
        self._assert_hidden(connection.search_read([], list(HIDDEN)))
        self._assert_hidden(connection.copy_data())
        self._assert_hidden(repr(connection))
        self._assert_hidden([connection[name] for name in HIDDEN])

    def test_saving_a_secret_answers_without_it(self):
        told = self.connection.web_save(
            {"client_secret": TYPED["client_secret"]}, {"client_secret": {}}
        )
        self._assert_hidden(told)

    def test_a_secret_cannot_be_guessed_by_searching_grouping_or_sorting(self):
        for name in HIDDEN:
            with self.subTest(name=name):
                for domain in ([(name, "=like", "t%")], [(name, "!=", False)]):
                    with self.assertRaises(ValueError):
                        self.connection.search(domain)
                with self.assertRaises(ValueError):
                    self.connection.search([], order=name)
                with self.assertRaises(ValueError):
                    self.connection._read_group([], [name])

    def test_the_table_of_connections_holds_no_secret(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM l10n_fr_chorus_connection")
        self._assert_hidden([str(row) for row in self.env.cr.fetchall()])

    def test_only_the_system_group_writes_a_secret(self):
        administrator = new_test_user(
            self.env,
            login="chorus_administrator",
            groups="l10n_fr_chorus_exchange.group_administrator",
            company_id=self.supplier.id,
            company_ids=[Command.set(self.supplier.ids)],
        )
        for user in (administrator, self.supplier_user):
            for name in HIDDEN:
                with self.assertRaises(AccessError):
                    self.connection.with_user(user).write({name: "x"})
                with self.assertRaises(AccessError):
                    self.connection.with_user(user).read([name])

    def test_no_user_of_invoices_learns_a_secret_from_the_form(self):
        user = self.supplier_user
        fields = self.connection.with_user(user).fields_get()
        self.assertFalse(set(HIDDEN) & fields.keys())
        plain = [name for name, told in fields.items() if "2many" not in told["type"]]
        self._assert_hidden(self.connection.with_user(user).read(plain))

    def test_form_that_is_saved_untouched_keeps_the_secrets(self):
        with Form(self.connection) as form:
            self.assertFalse(form.client_secret)
            form.name = "Renamed"
        self.assertEqual(
            self.connection._access()["client_secret"][0], TYPED["client_secret"]
        )

    def test_form_says_that_a_secret_is_kept(self):
        self.assertEqual(self.connection.client_secret_source, "database")
        self.connection.client_secret = False
        self.assertEqual(self.connection.client_secret_source, "empty")

    def test_a_whole_day_of_calls_leaves_no_secret_in_the_log(self):
        secrets = {
            "client_secret": seed.CLIENT_SECRET,
            "password": seed.ACCOUNTS[seed.SUPPLIER_ACCOUNT],
        }
        with self.assertLogs(level=logging.INFO) as logs:
            self.connection.write(secrets)
            self.env.flush_all()
            self.connection.action_test_connection()
            self.connection.password = "wrong-Passw0rd"
            self.connection.action_test_connection()
        text = "\n".join(logs.output)
        for value in (*secrets.values(), "wrong-Passw0rd"):
            self.assertNotIn(value, text)

    def test_a_server_that_logs_each_statement_logs_no_secret(self):
        with self.assertLogs("odoo.sql_db", level=logging.DEBUG) as logs:
            for number in range(2):  # a new one, and one that takes its place
                self.connection.write(
                    {name: f"{value}{number}" for name, value in TYPED.items()}
                )
            self.env.flush_all()
            kept = self.connection._access()
            self.connection._client()
        self.assertEqual(kept["password"][0], TYPED["password"] + "1")
        self.assertIn("FROM l10n_fr_chorus_connection_secret", "".join(logs.output))
        self._assert_hidden("\n".join(logs.output))

    def test_a_secret_ends_with_the_transaction_it_was_typed_in(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.connection.password = "typed-and-gone"
            raise ZeroDivisionError
        self.connection.invalidate_recordset()
        self.assertEqual(self.connection._access()["password"][0], TYPED["password"])

    def test_client_and_its_parts_do_not_show_secrets(self):
        client = self.connection._client()
        network = self.connection._network()
        self._assert_hidden(repr(client) + repr(client._credentials) + repr(network))
        self.connection.password = False
        with self.assertRaises(errors.InvalidCallError) as caught:
            self.connection._client()
        self._assert_hidden(str(caught.exception))

    def test_secret_ends_with_its_connection(self):
        connection = self.connection.copy({"active": False})
        connection.client_secret = "typed-Secret-9"
        self.env.flush_all()
        connection.unlink()
        self.env.cr.execute(
            "SELECT count(*) FROM l10n_fr_chorus_connection_secret "
            "WHERE value = 'typed-Secret-9'"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_neutralized_copy_keeps_no_secret_and_no_name_on_the_server(self):
        self.connection.server_name = "supplier"
        self.env.flush_all()
        with file_open("l10n_fr_chorus_exchange/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        with self._environ(supplier_client_secret="x", supplier_base_url=BASE_URL):
            self.assertFalse(self.connection._access())
        self.env.cr.execute("SELECT count(*) FROM l10n_fr_chorus_connection_secret")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    # -- from the server ----------------------------------------------------

    @contextmanager
    def _environ(self, **values):
        variables = {f"CHORUS_PRO_{name}".upper(): v for name, v in values.items()}
        with patch.dict(os.environ, variables):
            yield

    @contextmanager
    def _file(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(text)
            file.flush()
            with patch.dict(config.options, {"config": file.name}):
                yield

    def test_access_kept_by_the_server_comes_before_what_is_typed(self):
        self.connection.write({"server_name": "shop", "base_url": BASE_URL})
        section = (
            "[l10n_fr_chorus_exchange.shop]\n"
            f"base_url = {BASE_URL}\nclient_secret = of-file\npassword = of-file-2\n"
        )
        with self._file(section), self._environ(shop_password="of-environment"):
            access = self.connection._access()
            self.assertEqual(access["client_secret"], ("of-file", "file"))
            self.assertEqual(access["password"], ("of-environment", "environment"))
            self.assertEqual(access["login"], (seed.SUPPLIER_ACCOUNT, "database"))
            self.connection.invalidate_recordset()
            self.assertEqual(self.connection.client_secret_source, "file")
            self.assertEqual(self.connection.password_source, "environment")

    def test_connection_without_anything_typed_works_with_the_access_of_the_server(
        self,
    ):
        self.connection.write({**dict.fromkeys(ACCESS, False), "server_name": "shop"})
        with self._environ(
            shop_base_url=BASE_URL,
            shop_client_id=seed.CLIENT_ID,
            shop_client_secret=seed.CLIENT_SECRET,
            shop_login=seed.SUPPLIER_ACCOUNT,
            shop_password=seed.ACCOUNTS[seed.SUPPLIER_ACCOUNT],
        ):
            self.connection.action_test_connection()
        self.assertEqual(self.connection.state, "ok")

    def test_access_of_the_server_goes_to_no_other_address(self):
        self.connection.server_name = "shop"
        with self._environ(shop_client_secret="x"):
            self.assertEqual(
                self.connection._access()["client_secret"],
                (TYPED["client_secret"], "database"),
            )
        with self._environ(shop_client_secret="x", shop_base_url="https://other.test"):
            self.assertEqual(self.connection.client_secret_source, "database")

    def test_access_of_the_server_goes_to_the_gateways_of_the_state(self):
        self.connection.write({"environment": "qualification", "server_name": "shop"})
        with self._environ(shop_client_secret="x"):
            self.assertEqual(
                self.connection._access()["client_secret"], ("x", "environment")
            )

    def test_access_of_the_server_is_for_the_database_it_names(self):
        self.connection.write({"environment": "qualification", "server_name": "shop"})
        with self._environ(shop_client_secret="x", shop_database="another"):
            self.assertEqual(self.connection._access()["client_secret"][1], "database")
        name = self.env.cr.dbname
        with self._environ(shop_client_secret="x", shop_database=name):
            self.assertEqual(
                self.connection._access()["client_secret"][1], "environment"
            )

    def test_name_on_the_server_is_a_plain_name(self):
        for name in ("Shop", "../x", "a b", "1st"):
            with self.assertRaises(ValidationError):
                self.connection.server_name = name

    def test_configuration_that_cannot_be_read_is_as_if_there_were_none(self):
        self.connection.write({"environment": "qualification", "server_name": "shop"})
        with (
            self._file("[l10n_fr_chorus_exchange.shop\nclient_secret = s3cr3t\n"),
            self.assertLogs("odoo.addons.l10n_fr_chorus_exchange.tools") as logs,
        ):
            self.assertEqual(self.connection._access()["client_secret"][1], "database")
        self.assertNotIn("s3cr3t", "".join(logs.output))

    def test_two_connections_of_one_account_share_a_budget_wherever_it_is_kept(self):
        other = self.connection.copy({"active": False, "server_name": "shop"})
        with self._environ(shop_base_url=BASE_URL, shop_login=seed.SUPPLIER_ACCOUNT):
            self.assertEqual(self.connection._same_account(), self.connection | other)
        self.assertEqual(self.connection._same_account(), self.connection)

    # -- from before --------------------------------------------------------

    def test_secrets_of_an_older_version_move_and_leave_their_columns(self):
        cr = self.env.cr
        self.env.flush_all()
        cr.execute("DELETE FROM l10n_fr_chorus_connection_secret")
        cr.execute(
            "ALTER TABLE l10n_fr_chorus_connection "
            "ADD COLUMN IF NOT EXISTS client_secret varchar, "
            "ADD COLUMN IF NOT EXISTS password varchar"
        )
        cr.execute(
            "UPDATE l10n_fr_chorus_connection "
            "SET client_secret = 'old-1', password = '' WHERE id = %s",
            [self.connection.id],
        )
        path = file_path(
            "l10n_fr_chorus_exchange/migrations/19.0.1.4.0/post-connections.py"
        )
        spec = spec_from_file_location("post_connections", path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module._hide_secrets(cr)
        self.env.invalidate_all()
        self.assertEqual(self.connection._kept(), {"client_secret": "old-1"})
        cr.execute(
            "SELECT count(*) FROM information_schema.columns "
            "WHERE table_name = 'l10n_fr_chorus_connection' "
            "AND column_name IN ('client_secret', 'password')"
        )
        self.assertEqual(cr.fetchone(), (0,))
