"""What people want to know at once."""

from odoo import fields, models


class L10n_Fr_ChorusQuestion(models.Model):
    """A person asked where an invoice stands; the next run of the cron asks the portal.

    A row of its own, only ever added by people and removed by the cron: a mark on the
    invoice would be written by both at the same moment, and one of them would fail.
    """

    _name = "l10n_fr_chorus.question"
    _description = "Question about an invoice to Chorus Pro"
    _log_access = False

    move_id = fields.Many2one(
        "account.move", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )

    def _pending(self, moves_domain):
        """What people asked about these invoices.

        :param moves_domain: of ``account.move``
        :return: ``{move id: ids of its questions}``, first asked first
        """
        questions = self.sudo().search([("move_id", "any", moves_domain)], order="id")
        return {
            move.id: several.ids
            for move, several in questions.grouped("move_id").items()
        }
