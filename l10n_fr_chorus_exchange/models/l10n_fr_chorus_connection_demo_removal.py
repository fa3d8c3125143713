"""Demo data away again, but for what somebody has built on."""

from odoo import fields, models

from ..tools.notifications import notification
from ..tools.roles import ADMINISTRATOR, SENDER, check_role
from . import demo_marks


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    has_demo = fields.Boolean(compute="_compute_has_demo")

    def _compute_has_demo(self):
        marks = self.env["ir.model.data"].sudo()
        found = bool(marks.search_count([("module", "=", demo_marks.MODULE)], limit=1))
        for connection in self:
            connection.has_demo = found

    def action_remove_demo(self):
        """Remove the demo data of this company that nothing hangs on; say what remains.

        Also in a database that has been connected to the real portal since.
        """
        self.ensure_one()
        check_role(self.env, ADMINISTRATOR, "base.group_system")
        check_role(self.env, SENDER)
        connection = self.with_company(self.company_id)
        left = connection._say_demo_left(
            connection._remove_demo_invoices(),
            connection._remove_demo_customers(),
            connection._remove_demo_bodies(),
        )
        return notification(
            left or self.env._("The demo data is removed."),
            "warning" if left else "success",
            sticky=bool(left),
        )

    def _remove_demo_invoices(self):
        """The drafts that were never sent.

        :return: those that remain
        """
        moves = demo_marks.marked(self.env, "account.move").sudo()
        moves = moves.filtered(lambda move: move.company_id == self.company_id)
        # What had a number or was sent is part of the books.
        removable = moves.filtered(
            lambda move: (
                move.state == "draft"
                and not move.posted_before
                and not move.l10n_fr_chorus_deposit_ids
            )
        )
        demo_marks.forget(removable)
        removable.sudo(False).unlink()
        return moves - removable

    def _remove_demo_customers(self):
        """:return: those that something hangs on, which remain"""
        customers = demo_marks.marked(self.env, "res.partner")
        used = demo_marks.in_use(customers)
        demo_marks.forget(customers - used)
        (customers - used).unlink()
        return used

    def _remove_demo_bodies(self):
        """:return: those that somebody's customer is, which remain"""
        bodies = demo_marks.marked(self.env, "l10n_fr_chorus.body").sudo()
        # What the portal has told since is knowledge like any other.
        told = bodies.filtered(lambda body: body.portal_id or body.source == "file")
        used = demo_marks.in_use(bodies - told)
        demo_marks.forget(bodies - used)
        (bodies - told - used).unlink()
        return used

    def _say_demo_left(self, invoices, customers, bodies):
        """One sentence for each kind that remains, with the reason."""
        told = []
        if invoices:
            told.append(
                self.env._(
                    "These invoices remain, for they were confirmed or sent: %s.",
                    _names(invoices),
                )
            )
        if customers:
            told.append(
                self.env._(
                    "These customers remain, for they are in use: %s.",
                    _names(customers),
                )
            )
        if bodies:
            told.append(
                self.env._(
                    "These public bodies remain, for they have a customer: %s.",
                    _names(bodies),
                )
            )
        return " ".join(told)


def _names(records):
    return ", ".join(records.sudo().mapped("display_name"))
