"""The last step: a public body becomes a customer, and the customer of an invoice."""

from odoo import models
from odoo.exceptions import AccessError, UserError

from ..tools.opening import form_of
from ..tools.roles import ADMINISTRATOR, SENDER, check_role


class L10n_Fr_ChorusSearch(models.TransientModel):
    _inherit = "l10n_fr_chorus.search"

    def action_apply(self):
        """Write what is ticked, take over what the body demands, fill in the invoice."""
        self._check_window()
        if self.twin_id and not self.keep_both:
            raise UserError(
                self.env._(
                    "%s is already this public body: use it, or tick “Keep both”.",
                    self.twin_id.display_name,
                )
            )
        if self.twin_id and not self.may_edit:
            raise AccessError(
                self.env._("You may not edit contacts: use the one that is there.")
            )
        values = self._ticked()
        partner = self._write_partner(values)
        # Invoicing users may not edit contacts, but this is what the portal says.
        known = partner.sudo()
        if self.twin_id:
            known.l10n_fr_chorus_body_shared = True
        known._l10n_fr_chorus_take(self.body_id)
        if self.move_id:
            self.move_id.partner_id = partner
        if self.move_id or self.partner_id:
            return {"type": "ir.actions.act_window_close"}
        return form_of(partner)

    def _check_window(self):
        """What the window is about may be handed over by any caller, past its form.

        :raise AccessError: a company, a contact or an invoice that is not the user's
        :raise UserError: an address of a contact; an invoice that is confirmed
        """
        self.ensure_one()
        check_role(self.env, SENDER, ADMINISTRATOR)
        self._check_company()
        target = self.target_id
        (target | self.partner_id).check_access("read")
        if target.commercial_partner_id != target:
            raise UserError(
                self.env._(
                    "%s belongs to another contact: complete that one.",
                    target.display_name,
                )
            )
        if self.move_id:
            self.move_id._l10n_fr_chorus_check_customer_open()

    def _ticked(self):
        proposed = self.body_id._partner_values()
        wanted = set(self.change_ids.filtered("take").mapped("field"))
        if self._needs_identifier():
            wanted.add(self.body_id._identifying_field())
        return {
            name: value
            for name, value in proposed.items()
            if name in wanted and self.may_edit
        }

    def _write_partner(self, values):
        partner = self.target_id
        if partner:
            if not self.may_edit and self._needs_identifier():
                raise AccessError(
                    self.env._(
                        "You may not edit contacts: ask somebody who may to give %s the "
                        "SIRET of this public body.",
                        partner.display_name,
                    )
                )
            if values:
                partner.write(values)
            return partner
        if not self.may_edit:
            raise AccessError(
                self.env._(
                    "You may not create contacts: ask somebody who may to create %s.",
                    self.body_id.display_name,
                )
            )
        return partner.create({**values, "is_company": True, "customer_rank": 1})

    def _needs_identifier(self):
        """Whether the contact has another identifier than the body it is to be."""
        name = self.body_id._identifying_field()
        identifier = self.body_id._partner_values()[name]
        return bool(identifier) and not self.target_id._l10n_fr_chorus_is_same(
            name, identifier
        )
