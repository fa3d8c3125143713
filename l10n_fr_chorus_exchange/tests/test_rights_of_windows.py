"""A window is of whoever opened it: what leaves by it leaves in that person's name."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_inbound_rights import Rights
from .treatment_common import ANSWER, TreatmentCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRightsOfWindows(Rights, TreatmentCase):
    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_window_is_filled_in_and_confirmed_by_whoever_opened_it(self):
        action = self.user_move.action_l10n_fr_chorus_suspend()
        wizard = self.window(action, reason="Il manque le bon de livraison")
        others = self.accountant() | self.person(
            f"account.group_account_invoice,{ANSWER}", self.supplier
        )
        for other in others:
            theirs = wizard.with_user(other)
            for change in (
                lambda seen: seen.read(["reason"]),
                lambda seen: seen.line_ids.read(["mandate_number"]),
                lambda seen: seen.write({"reason": "Payez un autre"}),
                lambda seen: seen.line_ids.write({"mandate_number": "1"}),
                lambda seen: seen.line_ids.create(
                    {"wizard_id": seen.id, "inbound_id": self.document.id}
                ),
                lambda seen: seen.action_confirm(),
                lambda seen: seen.unlink(),
            ):
                self.env.invalidate_all()
                with self.subTest(user=other.login), self.assertRaises(AccessError):
                    change(theirs)
        self.env.invalidate_all()
        self.assertFalse(self.document.treatment_ids)
        wizard.action_confirm()
        self.assertIn("bon de livraison", self.document.treatment_ids.reason)
