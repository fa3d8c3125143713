"""A connection to production, as far as a test may have one."""

from unittest.mock import patch

from odoo.tests import new_test_user

from ..lib.chorus_pro import environment
from ..tools.roles import SENDER
from .common import BASE_URL
from .deposit_common import DepositCase


class HomeCase(DepositCase):
    """The address of the simulator is that of the real portal here."""

    def setUp(self):
        super().setUp()
        real = environment.Environment.custom(BASE_URL)
        self.startPatcher(patch.object(environment, "PRODUCTION", real))
        self.know_structures()
        self.connection = self.supplier_connection
        self.parameters = self.env["ir.config_parameter"].sudo()

    def _copy(self):
        """What copying a database with Odoo changes in the copy."""
        self.parameters.set_param("database.uuid", "another")

    def _person(self, login, *groups):
        return new_test_user(
            self.env,
            login=login,
            groups=",".join(("account.group_account_invoice", SENDER, *groups)),
            company_id=self.supplier.id,
            company_ids=[(6, 0, self.supplier.ids)],
        )
