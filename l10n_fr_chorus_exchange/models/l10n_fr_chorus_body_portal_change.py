"""The directory of another portal: what only the one before meant is forgotten."""

from odoo import api, models
from odoo.tools import SQL

# Portals as connections name them.
PRODUCTION = "production"
QUALIFICATION = "qualification"

# Our own services, those of a structure, are of a connection, which knows where it is.
_NUMBERS = (
    # Desks of one code were told apart by their numbers alone.
    SQL(
        """
        DELETE FROM l10n_fr_chorus_body_service WHERE id IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (
                           PARTITION BY body_id, code ORDER BY active DESC, id) AS rank
                  FROM l10n_fr_chorus_body_service) one
             WHERE rank > 1)
        """
    ),
    SQL(
        "UPDATE l10n_fr_chorus_body_service SET portal_id = NULL "
        "WHERE portal_id IS NOT NULL"
    ),
    SQL(
        "UPDATE l10n_fr_chorus_body SET portal_id = NULL, is_reading = FALSE "
        "WHERE portal_id IS NOT NULL"
    ),
    SQL(
        "UPDATE l10n_fr_chorus_service SET portal_id = NULL "
        "WHERE portal_id IS NOT NULL AND structure_id IS NULL"
    ),
    SQL(
        "UPDATE res_partner SET l10n_fr_chorus_portal_id = NULL "
        "WHERE l10n_fr_chorus_portal_id IS NOT NULL"
    ),
)
_DATES = (
    SQL(
        "UPDATE l10n_fr_chorus_body_service SET checked_at = NULL "
        "WHERE checked_at IS NOT NULL"
    ),
    SQL(
        "UPDATE l10n_fr_chorus_body SET checked_at = NULL WHERE checked_at IS NOT NULL"
    ),
    SQL(
        "UPDATE l10n_fr_chorus_service SET checked_at = NULL "
        "WHERE checked_at IS NOT NULL AND structure_id IS NULL"
    ),
    SQL(
        """
        UPDATE res_partner
           SET l10n_fr_chorus_checked_at = NULL,
               l10n_fr_chorus_asked_at = NULL,
               l10n_fr_chorus_unknown_at = NULL,
               l10n_fr_chorus_trouble = NULL
         WHERE l10n_fr_chorus_checked_at IS NOT NULL
            OR l10n_fr_chorus_asked_at IS NOT NULL
            OR l10n_fr_chorus_unknown_at IS NOT NULL
        """
    ),
)


class L10n_Fr_ChorusBody(models.Model):
    _inherit = "l10n_fr_chorus.body"

    @api.model
    def _forget_portal(self):
        """Numbers and look-ups go, so that everything is looked up again.

        Codes, names, links and what people chose stay: by them, what is the same over
        there is found again, and keeps its place.
        """
        self._forget_numbers()
        self._run_forgetting(_DATES)

    @api.model
    def _forget_numbers(self):
        self._run_forgetting(_NUMBERS)

    @api.model
    def _run_forgetting(self, queries):
        self.env.flush_all()
        # SQL: hundreds of thousands of bodies and services.
        for query in queries:
            self.env.cr.execute(query)
        self.env.invalidate_all()
