"""An invoice that one environment of the portal has seen goes to no other one."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.en16931.document import Document
from .common import seed
from .deposit_common import DepositCase

RULE = "CPX-OTHER-ENVIRONMENT"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDepositEnvironment(DepositCase):
    def _moved(self, environment, **values):
        """The company sends by another connection from now on."""
        self.supplier_connection.active = False
        return self._create_connection(
            self.supplier,
            seed.OTHER_SUPPLIER_ACCOUNT,
            environment=environment,
            can_send=True,
            **values,
        )

    def _rejected(self):
        move = self.invoice(buyer_reference="NULLE_PART")
        self.assertEqual(self.sent(move).state, "rejected")
        move.button_draft()
        move.buyer_reference = "ACHATS"
        move.action_post()
        self._render(move)
        return move

    def _told(self, move):
        return [one for one in move._l10n_fr_chorus_findings() if one.id == RULE]

    def test_what_one_environment_rejected_is_not_sent_to_another(self):
        move = self._rejected()
        self.assertFalse(self._told(move))
        self._moved("qualification", base_url=False)
        [told] = self._told(move)
        self.assertTrue(told.is_error)
        self.assertIn("Other addresses", told.sentence)
        self.assertIn("duplicate it", told.sentence)
        before = move.sudo().l10n_fr_chorus_deposit_ids
        with self.assertRaisesRegex(UserError, "another environment"):
            self.send(move)
        self.assertEqual(move.sudo().l10n_fr_chorus_deposit_ids, before)

    def test_nor_is_it_put_into_the_outbox_past_the_checks(self):
        move = self._rejected()
        self._moved("qualification", base_url=False)
        outbox = self.env["l10n_fr_chorus.deposit"].sudo()
        document = Document(b"%PDF-1.4", "F.pdf", "IN_DP_E2_CII_FACTURX")
        with self.assertRaisesRegex(UserError, "duplicate it"):
            outbox._freeze(move, document)

    def test_the_copy_goes(self):
        move = self._rejected()
        self._moved("qualification", base_url=False)
        copy = move.copy({"invoice_date": move.invoice_date})
        copy.action_post()
        self._render(copy)
        self.assertFalse(self._told(copy))
        self.assertEqual(self.send(copy).state, "ready")

    def test_another_account_of_the_same_environment_takes_it(self):
        move = self._rejected()
        other = self._moved("custom")
        self.assertFalse(self._told(move))
        self.assertEqual(self.send(move).connection_id, other)

    def test_what_never_left_is_bound_to_no_environment(self):
        move = self.invoice()
        deposit = self.send(move)
        move.button_draft()
        self.assertEqual(deposit.state, "cancelled")
        move.action_post()
        self._render(move)
        self._moved("qualification", base_url=False)
        self.assertFalse(self._told(move))

    def test_an_attempt_that_did_not_arrive_binds_to_nothing(self):
        move = self._rejected()
        deposit = move.sudo().l10n_fr_chorus_deposit_ids
        deposit.flow_number = False
        deposit.flow_ids.state = "not_sent"
        self._moved("qualification", base_url=False)
        self.assertFalse(self._told(move))
        deposit.flow_ids.state = "unknown"
        self.assertTrue(self._told(move))
