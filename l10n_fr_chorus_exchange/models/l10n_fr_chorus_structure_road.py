from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import submissions
from ..tools.notifications import notification
from .sentences import advise


class L10n_Fr_ChorusStructure(models.Model):
    """What an invoice sent as a PDF may say of its supplier, in numbers of the portal."""

    _inherit = "l10n_fr_chorus.structure"

    supplier_service_number = fields.Char(
        "Own service (portal number)",
        help="Only for invoices sent as a PDF, and only if Chorus Pro asks for it: the "
        "number it gave to the service of yours that sends them.",
    )
    bank_details_number = fields.Char(
        "Bank details (portal number)",
        help="Only for invoices sent as a PDF: the number Chorus Pro gave to the bank "
        "details you want to be paid on. Empty: those it takes by default.",
    )
    exemption_code = fields.Char(
        "VAT exemption (portal code)",
        help="Only for invoices without VAT sent as a PDF: the code of the reason in "
        "the list of Chorus Pro. Empty: they are sent as invoices without VAT.",
    )

    @api.constrains("supplier_service_number", "bank_details_number")
    def _check_portal_numbers(self):
        for structure in self:
            for number in (
                structure.supplier_service_number,
                structure.bank_details_number,
            ):
                if number and not number.strip().isdecimal():
                    raise ValidationError(
                        self.env._(
                            "A number of Chorus Pro is made of digits: %s.", number
                        )
                    )

    def action_look_up_bank_details(self):
        """Ask Chorus Pro which bank details it keeps; the only one is filled in."""
        self.ensure_one()
        self.check_access("write")
        try:
            found = submissions.bank_accounts(
                self.connection_id._client(), int(self.portal_id)
            )
        except errors.ChorusError as error:
            raise UserError(advise(self.env, error)) from error
        if not found:
            message = self.env._("Chorus Pro has no bank details of %s.", self.name)
            return notification(message, "warning")
        if len(found) == 1:
            self.bank_details_number = str(found[0].portal_id)
        listed = ", ".join(f"{one.portal_id} ({one.name})" for one in found)
        return notification(
            self.env._(
                "Bank details of %(structure)s on Chorus Pro: %(numbers)s.",
                structure=self.name,
                numbers=listed,
            )
        )
