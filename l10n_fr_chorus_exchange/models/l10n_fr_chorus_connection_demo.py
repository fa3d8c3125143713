"""Demo data at one press, where nothing is real."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro.codes import IdentifierType
from ..tools.roles import ADMINISTRATOR, SENDER, check_role
from . import demo_data
from .demo_marks import mark

# Says of an invoice that it is one of ours.
ORIGIN = "Démonstration Chorus Pro"


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    may_have_demo = fields.Boolean(compute="_compute_may_have_demo")

    @api.depends("environment", "base_url", "can_send")
    def _compute_may_have_demo(self):
        # The directory is that of all companies: one that is in production wants no
        # public body that does not exist.
        connections = (
            self.sudo()
            .with_context(active_test=False)
            .search([("environment", "!=", "qualification")])
        )
        is_real = any(connection._is_production() for connection in connections)
        for connection in self:
            connection.may_have_demo = (
                not is_real and connection.can_send and not connection._is_production()
            )

    def action_demo_data(self):
        """Make what is missing of the demo data, and show its invoices, all drafts."""
        self.ensure_one()
        check_role(self.env, ADMINISTRATOR, "base.group_system")
        check_role(self.env, SENDER)
        if not self.may_have_demo:
            raise UserError(
                self.env._(
                    "This database is connected to the real Chorus Pro: no demo data here."
                )
            )
        company = self.company_id
        demo = self.with_company(company)
        demo._demo_bodies()
        moves = demo._demo_invoices(demo._demo_customers())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Demo data"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
        }

    def _demo_bodies(self):
        """Those that the directory does not know; what it knows is never touched."""
        bodies = self.env["l10n_fr_chorus.body"].sudo()
        known = bodies.with_context(active_test=False).search(
            [("identifier", "in", [row["identifier"] for row in demo_data.BODIES])]
        )
        made = bodies._learn(
            {
                "identifier_type": IdentifierType.SIRET.value,
                "is_public": True,
                "checked_at": fields.Datetime.now(),
                **demo_data.ADDRESS,
                **row,
            }
            for row in demo_data.BODIES
            if row["identifier"] not in known.mapped("identifier")
        )[0]
        mark(made)

    def _demo_customers(self):
        """One customer for each body, the one that is there or a new one.

        :return: ``{SIRET: partner}``
        """
        customers = {}
        for row in demo_data.BODIES:
            siret = row["identifier"]
            body = self.env["l10n_fr_chorus.body"].search([("identifier", "=", siret)])
            partner = self.env["res.partner"].search(
                [
                    ("company_registry", "=", siret),
                    ("parent_id", "=", False),
                    ("company_id", "in", (False, self.company_id.id)),
                ],
                limit=1,
            )
            if not partner:
                partner = self.env["res.partner"].create(_customer(self.env, row))
                mark(partner)
            if body and not partner.l10n_fr_chorus_body_id:
                partner._l10n_fr_chorus_take(body[:1])
            customers[siret] = partner
        return customers

    def _demo_invoices(self, customers):
        """The drafts; those of an earlier press stay as they are."""
        moves = self.env["account.move"]
        found = moves.search(
            [
                ("invoice_origin", "=", ORIGIN),
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_invoice"),
            ]
        )
        if found:
            return found
        made = moves.create(
            [
                {
                    "move_type": "out_invoice",
                    "company_id": self.company_id.id,
                    "partner_id": customers[siret].id,
                    "invoice_origin": ORIGIN,
                    "buyer_reference": service,
                    "purchase_order_reference": engagement,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": name, "quantity": quantity, "price_unit": price}
                        )
                        for name, quantity, price in lines
                    ],
                }
                for siret, service, engagement, lines in demo_data.INVOICES
            ]
        )
        mark(made)
        return made


def _customer(env, row):
    """Values of a partner for a row of the demo data."""
    address = demo_data.ADDRESS
    return {
        "name": demo_data.CUSTOMERS[row["identifier"]],
        "is_company": True,
        "company_registry": row["identifier"],
        "street": address["street"],
        "zip": address["zip"],
        "city": address["city"],
        "country_id": env.ref("base.fr").id,
        "lang": env.company.partner_id.lang,
    }
