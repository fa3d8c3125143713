"""The records every test starts from, and the imaginary portal plugged in."""

from __future__ import annotations

import base64
import json
import sys
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tests.test_cursor import TestCursor

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..lib.chorus_pro.errors import OutcomeUnknownError
from ..lib.chorus_pro.piste import TokenStore
from ..lib.chorus_pro.transport import Response
from ..tools import schematron

# The simulator lies beside the add-on in the checkout. Resolved, so that a link to the
# add-on works as well; a missing simulator is an error, never a skip.
SIMULATOR_HOME = Path(__file__).resolve().parents[2] / "tests"
if str(SIMULATOR_HOME) not in sys.path:
    sys.path.append(str(SIMULATOR_HOME))

from simulator import seed  # noqa: E402
from simulator.portal import Portal  # noqa: E402

BASE_URL = "https://portal.test"
# What whoever invoiced might do before there were roles.
ROLES_OF_BILLING = (
    "account.group_account_invoice,"
    "l10n_fr_chorus_exchange.group_sender,"
    "l10n_fr_chorus_exchange.group_receiver,"
    "l10n_fr_chorus_exchange.group_officer"
)
# Tells once of a code that the library does not know.
CODES_LOGGER = "odoo.addons.l10n_fr_chorus_exchange.lib.chorus_pro.statuses"


class PortalTransport:
    """Carries the requests of the library into the simulator by a call."""

    def __init__(self, portal):
        self.portal = portal

    def send(self, request):
        parts = urlsplit(request.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = self.portal.handle(
            request.method, target, request.headers, request.body
        )
        if answer.cut:
            raise OutcomeUnknownError("no usable answer (cut)")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status, headers, answer.body)


@contextmanager
def _cursor_of_test(connection):
    """A cursor of its own where the test pretends to commit; else that of the test,
    whose records no other cursor would see."""
    if isinstance(connection.env.cr, TestCursor):
        with connection.env.registry.cursor() as cr:
            yield cr
    else:
        yield connection.env.cr


@tagged("post_install_l10n", "post_install", "-at_install")
class ChorusCase(AccountTestInvoicingCommon):
    """A supplier and a town hall, one company each, both connected to one portal.

    ``portal`` is new for each test. Its state is looked at and driven with ``drive``.
    """

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()
        # Odoo wants no process left behind.
        cls.addClassCleanup(schematron.close)
        cls.supplier = cls.company_data["company"]
        cls.supplier.write(
            {"name": "Supplier under test", "company_registry": seed.SUPPLIER}
        )
        cls.supplier.partner_id.write(
            {
                "vat": "FR88100000009",
                "street": "12 rue des Essais",
                "zip": "99999",
                "city": "Modeleville",
                "email": "atelier@example.com",
                "phone": "+33 1 99 00 00 00",
            }
        )
        cls.town_hall_data = cls.setup_other_company(name="Town hall under test")
        cls.town_hall = cls.town_hall_data["company"]
        cls.town_hall.company_registry = seed.TOWN_HALL
        cls.town_hall_partner = cls._create_public_body(
            "Commune de Modeleville", seed.TOWN_HALL
        )
        cls.supplier_connection = cls._create_connection(
            cls.supplier, seed.SUPPLIER_ACCOUNT, can_send=True
        )
        cls.town_hall_connection = cls._create_connection(
            cls.town_hall,
            seed.TOWN_HALL_ACCOUNT,
            can_receive=True,
            purchase_journal_id=cls.town_hall_data["default_journal_purchase"].id,
        )
        cls.supplier_user = cls._create_billing_user("supplier_billing", cls.supplier)
        cls.town_hall_user = cls._create_billing_user(
            "town_hall_billing", cls.town_hall
        )

    def setUp(self):
        super().setUp()
        self.portal = Portal(":memory:")
        self.addCleanup(self.portal.close)
        self.transport = PortalTransport(self.portal)
        self.pauses = []
        connection_class = self.env.registry["l10n_fr_chorus.connection"]
        self.startPatcher(
            patch.object(connection_class, "_transport", lambda _self: self.transport)
        )
        # The library keeps tokens for the whole process; those of another test's portal
        # are worth nothing here. And no test waits for the clock.
        options = {"tokens": TokenStore(), "sleep": self.pauses.append}
        self.startPatcher(
            patch.object(connection_class, "_client_options", lambda _self: options)
        )
        self.startPatcher(
            patch.object(connection_class, "_calls_cursor", _cursor_of_test)
        )

    @classmethod
    def _create_connection(cls, company, login, **values):
        return cls.env["l10n_fr_chorus.connection"].create(
            {
                "name": f"Chorus Pro {company.name}",
                "company_id": company.id,
                "environment": "custom",
                "base_url": BASE_URL,
                "client_id": seed.CLIENT_ID,
                "client_secret": seed.CLIENT_SECRET,
                "login": login,
                "password": seed.ACCOUNTS[login],
                "can_send": False,
                "can_receive": False,
                **values,
            }
        )

    @classmethod
    def _create_public_body(cls, name, siret, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "company_registry": siret,
                "country_id": cls.env.ref("base.fr").id,
                "street": "1 place de l'Exemple",
                "zip": "99999",
                "city": "Modeleville",
                **values,
            }
        )

    @classmethod
    def _create_billing_user(cls, login, company):
        """Who makes invoices and exchanges them, in one company only; no administrator.

        An answer is given as the authorising officer.
        """
        return new_test_user(
            cls.env,
            login=login,
            groups=ROLES_OF_BILLING,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def posted_invoice(self, **values):
        """A confirmed invoice of the supplier to the town hall, not sent yet."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.supplier.id,
                "partner_id": self.town_hall_partner.id,
                "invoice_date": fields.Date.today(),
                "buyer_reference": "ACHATS",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Fournitures",
                            "quantity": 3,
                            "price_unit": 100,
                            "tax_ids": [Command.set(self.tax_sale_a.ids)],
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def drive(self, method, path, body=None):
        """Ask or order the simulator: ``drive("POST", "faults", {...})``.

        :return: the JSON of the answer
        """
        answer = self.portal.handle(
            method,
            f"/simulator/api/{path}",
            {"Content-Type": "application/json"},
            b"" if body is None else json.dumps(body).encode(),
        )
        self.assertLess(answer.status, 300, answer.body)
        return json.loads(answer.body or b"null")

    def fault(self, operation, kind, times=1, **more):
        """Order a trouble: ``fault("factures/deposer/flux", "cut_after")``; ``times``
        None is for ever. The kinds are those of ``simulator.faults``."""
        self.drive(
            "POST",
            "faults",
            {"operation": operation, "kind": kind, "times": times, **more},
        )

    def calls(self, operation):
        """How many times the portal was asked for this operation."""
        return self.all_calls().get(operation, 0)

    def all_calls(self):
        """Calls the portal received, counted: ``{"factures/deposer/flux": 1}``."""
        return self.drive("GET", "calls")["counts"]

    def deposits(self):
        """The flows the portal received, oldest first."""
        return self.drive("GET", "deposits")["deposits"]

    def portal_invoices(self):
        """The invoices the portal holds, with status, history and attachments."""
        return self.drive("GET", "invoices")["invoices"]

    def treat_on_portal(self, portal_id, status, comment=""):
        """Act as the public body would by hand on the portal."""
        body = {"id": int(portal_id), "status": status, "comment": comment}
        self.drive("POST", "invoices/status", body)

    def drop_invoice(self, name, content, recipient=seed.TOWN_HALL, **more):
        """Put a file on the portal, an invoice that came another way; its id there."""
        body = {
            "name": name,
            "content": base64.b64encode(content).decode(),
            "recipient": recipient,
            **more,
        }
        return self.drive("POST", "invoices", body)["id"]

    def speak_french(self, company):
        """The accountants of this company read French; the crons' user does not."""
        self.env["res.lang"]._activate_lang("fr_FR")
        company.partner_id.lang = "fr_FR"

    def know_structures(self):
        """What the button "Test the connection" brings: structures of each account."""
        for connection in self.supplier_connection, self.town_hall_connection:
            connection.action_test_connection()

    def run_cron(self, name, *, is_cut=False):
        """Run an action as the scheduler does: ``run_cron("ir_cron_send")``.

        A run that ends with something left is repeated at once by the scheduler, for
        ever: what cannot be done now must not count as left.

        :param is_cut: the run is stopped on its way, and is to be repeated
        """
        cron = self.env.ref(f"l10n_fr_chorus_exchange.{name}")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        last = self.env["ir.cron.progress"].sudo()
        last = last.search([("cron_id", "=", cron.id)], order="id desc", limit=1)
        if not is_cut:
            self.assertEqual(last.remaining, 0, f"{name} would run again at once")
