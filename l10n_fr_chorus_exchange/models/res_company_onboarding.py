"""First steps on the dashboard, until the first invoice is deposited."""

from odoo import api, fields, models

from ..tools.roles import ADMINISTRATOR, SENDER, check_role, has_role

# States of a deposit that the portal has.
ARRIVED = ("deposited", "integrated")
ON_ITS_WAY = ("ready", "sending", "unknown")


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_welcome_closed = fields.Boolean(
        "First steps closed",
        readonly=True,
        help="Somebody closed the first steps on the dashboard of this company.",
    )

    def action_l10n_fr_chorus_close_welcome(self):
        """Show the first steps to nobody of these companies any more."""
        check_role(self.env, ADMINISTRATOR, "base.group_system")
        # Only one's own: the role is for the companies of the user.
        companies = self & self.env.companies
        # Who administers Chorus Pro need not be allowed to change companies.
        companies.sudo().l10n_fr_chorus_welcome_closed = True
        return True

    def _l10n_fr_chorus_welcome(self):
        """What the banner of the dashboard shows: steps done and to do, or None.

        Companies that closed it and those outside France cost no query.

        :return: ``{"company": id, "may_close": bool, "steps": [step]}`` where a step is
            ``{"key", "title", "hint", "done", "model", "method"}``; without a method
            there is nothing to press for this user
        """
        self.ensure_one()
        if (
            self.l10n_fr_chorus_welcome_closed
            or self.account_fiscal_country_id.id != self._l10n_fr_chorus_france()
            or not has_role(self.env, SENDER, ADMINISTRATOR, "base.group_system")
        ):
            return None
        connections = self.env["l10n_fr_chorus.connection"]
        connection = connections._about_sending(self).sudo()
        if connection and not connection.can_send:
            # A public body that receives only.
            return None
        if self._l10n_fr_chorus_has_deposit(ARRIVED):
            return None
        return {
            "company": self.id,
            "may_close": has_role(self.env, ADMINISTRATOR, "base.group_system"),
            "steps": self._l10n_fr_chorus_steps(connection),
        }

    @api.model
    def _l10n_fr_chorus_france(self):
        # Not ``env.ref``: it asks the database whether the country still exists.
        return self.env["ir.model.data"]._xmlid_to_res_id("base.fr")

    def _l10n_fr_chorus_steps(self, connection):
        """The steps of the banner, in their order."""
        may_connect = has_role(self.env, "base.group_system")
        may_find = has_role(self.env, SENDER, ADMINISTRATOR)
        connected = connection.state == "ok"
        customer = connected and self._l10n_fr_chorus_has_customer()
        waiting = customer and self._l10n_fr_chorus_has_deposit(ON_ITS_WAY)
        return [
            {
                "key": "connect",
                "title": self.env._("Connect to Chorus Pro"),
                "hint": self.env._("Five minutes, one step after the other.")
                if may_connect
                else self.env._("A system administrator does it."),
                "done": connected,
                "model": "l10n_fr_chorus.setup",
                "method": may_connect and "action_open",
            },
            {
                "key": "customer",
                "title": self.env._("Find a public body"),
                "hint": self.env._(
                    "By name, town or SIRET; what it demands comes along."
                ),
                "done": customer,
                "model": "l10n_fr_chorus.search",
                "method": connected and may_find and "action_open",
            },
            {
                "key": "invoice",
                "title": self.env._("Send the first invoice"),
                "hint": self.env._("It is on its way to Chorus Pro.")
                if waiting
                else self.env._("Confirm an invoice, press Send, tick by Chorus Pro."),
                "done": False,
                "model": "res.company",
                "method": customer and "action_l10n_fr_chorus_first_invoice",
            },
        ]

    def _l10n_fr_chorus_has_customer(self):
        """Whether this company has a public body among its customers."""
        # Whoever looks at the dashboard need not see every company.
        return bool(
            self.env["res.partner"]
            .sudo()
            .search_count(
                [
                    ("l10n_fr_chorus_is_public", "=", True),
                    # Our own company is no customer.
                    ("ref_company_ids", "=", False),
                    ("company_id", "in", (False, self.id)),
                ],
                limit=1,
            )
        )

    def _l10n_fr_chorus_has_deposit(self, states):
        """Whether this company has a deposit in one of these states."""
        domain = [("company_id", "=", self.id), ("state", "in", states)]
        # Whoever looks at the dashboard need not see every deposit.
        deposits = self.env["l10n_fr_chorus.deposit"].sudo()
        return bool(deposits.search_count(domain, limit=1))

    def action_l10n_fr_chorus_first_invoice(self):
        """Customer invoices, to confirm one and send it."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
