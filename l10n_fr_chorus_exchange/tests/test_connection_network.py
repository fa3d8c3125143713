"""How a connection travels: bounds, pace, proxy, tokens shared by the processes."""

import stat
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import config

from ..lib.chorus_pro import network
from ..lib.chorus_pro.piste import TokenStore
from ..lib.chorus_pro.token_files import TokenFiles
from ..models.l10n_fr_chorus_connection_network import CALLS_PER_SECOND
from ..tools import tokens
from .common import ChorusCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionNetwork(ChorusCase):
    def setUp(self):
        super().setUp()
        self.connection = self.supplier_connection

    def test_new_connection_has_the_defaults_of_the_library(self):
        told = self.connection._network()
        self.assertEqual(told, network.Network(calls_per_second=CALLS_PER_SECOND))

    def test_figures_out_of_bounds_are_refused_with_the_bounds(self):
        for name, (least, most) in network.BOUNDS.items():
            for figure in (least - 1, most + 1):
                with self.assertRaises(ValidationError) as caught:
                    self.connection[name] = figure
                self.assertIn(f"{least} to {most}", str(caught.exception))

    def test_proxy_with_a_user_in_its_address_is_refused_without_being_quoted(self):
        with self.assertRaises(ValidationError) as caught:
            self.connection.proxy_url = "http://user:s3cret@proxy.example:3128"
        self.assertNotIn("s3cret", str(caught.exception))

    def test_calls_go_by_the_proxy_of_the_connection(self):
        self.connection.write(
            {"proxy_url": "http://proxy.example:3128", "proxy_access": "user:s3cret"}
        )
        classes = type(self.connection)
        with patch.object(classes, "_transport", lambda _self: None):
            client = self.connection._client()
        self.assertEqual(
            client._transport._proxies["https"],
            "http://user:s3cret@proxy.example:3128",
        )

    def test_searches_ask_for_the_pages_that_are_set(self):
        self.connection.page_size = 50
        self.assertEqual(self.connection._client().page_size, 50)

    def test_pace_is_shared_by_the_connections_of_one_account(self):
        unpatched = self.connection._options_of_network()
        other = self.connection.copy({"active": False, "login": self.connection.login})
        turns = [unpatched["pace"](), other._options_of_network()["pace"]()]
        self.assertGreater(turns[1], 0)
        self.assertLessEqual(turns[1], 1 / CALLS_PER_SECOND)

    def test_token_is_asked_for_once_by_three_processes(self):
        with tempfile.TemporaryDirectory() as folder:
            # Each process has a store of its own over the same files.
            for _process in range(3):
                store = TokenStore(files=TokenFiles(Path(folder)))
                client = self.connection._client(tokens=store)
                client.probe("transverses/v1/health-check")
        self.assertEqual(self.calls("token"), 1)

    def test_tokens_lie_in_the_data_folder_for_the_server_only(self):
        with (
            tempfile.TemporaryDirectory() as folder,
            patch.dict(config.options, {"data_dir": folder}),
        ):
            client = self.connection._client(tokens=tokens.shared_tokens())
            client.probe("transverses/v1/health-check")
            found = Path(folder) / tokens.FOLDER / "tokens"
            modes = {stat.S_IMODE(path.stat().st_mode) for path in found.iterdir()}
            names = " ".join(path.name for path in found.iterdir())
        self.assertEqual(modes, {0o600})
        self.assertNotIn(self.connection.client_id, names)
