"""Invoices that concern Chorus Pro get their situation; the others have none."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    moves = env["account.move"]
    cr.execute(
        """
        SELECT move.id
          FROM account_move move
          LEFT JOIN res_partner partner ON partner.id = move.commercial_partner_id
         WHERE move.move_type IN ('out_invoice', 'out_refund', 'in_invoice', 'in_refund')
           AND move.state != 'cancel'
           AND (
                move.l10n_fr_chorus_status IS NOT NULL
                OR move.l10n_fr_chorus_deposit_state IS NOT NULL
                OR (
                    partner.l10n_fr_chorus_is_public
                    AND move.state = 'posted'
                    AND move.move_type IN ('out_invoice', 'out_refund')
                    AND move.payment_state NOT IN ('paid', 'in_payment', 'reversed')
                )
           )
        """
    )
    env.add_to_compute(
        moves._fields["l10n_fr_chorus_situation"],
        moves.browse(row[0] for row in cr.fetchall()),
    )
    env.flush_all()
