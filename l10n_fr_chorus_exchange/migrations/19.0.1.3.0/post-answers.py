"""Payments were announced by a switch of the connection; the company has it now."""

from odoo.tools.sql import column_exists


def migrate(cr, version):
    # The column of a field that is gone is still there until the upgrade ends.
    if column_exists(cr, "l10n_fr_chorus_connection", "announce_payment"):
        cr.execute(
            """
            UPDATE res_company company
               SET l10n_fr_chorus_answer_sent = connection.announce_payment,
                   l10n_fr_chorus_answer_paid = connection.announce_payment
              FROM l10n_fr_chorus_connection connection
             WHERE connection.company_id = company.id
               AND connection.active
               AND connection.announce_payment IS NOT NULL
            """
        )
    # Until now a payment was always announced by itself.
    cr.execute(
        """
        UPDATE l10n_fr_chorus_treatment
           SET is_automatic = TRUE
         WHERE target = 'MISE_EN_PAIEMENT'
        """
    )
