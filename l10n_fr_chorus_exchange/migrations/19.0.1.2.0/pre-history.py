"""History lines known before: since when, and in which order of the portal."""

from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    table = "l10n_fr_chorus_event"
    if column_exists(cr, table, "seen_at"):
        return
    create_column(cr, table, "seen_at", "timestamp")
    create_column(cr, table, "position", "int4")
    # The portal counts its ids up; a line without one was keyed by what it says.
    cr.execute(
        """
        UPDATE l10n_fr_chorus_event event
           SET seen_at = event.create_date, position = told.position
          FROM (
                SELECT id,
                       ROW_NUMBER() OVER (
                           PARTITION BY move_id
                           ORDER BY at NULLS FIRST,
                                    CASE WHEN portal_event_id ~ '^[0-9]{1,18}$'
                                         THEN portal_event_id::bigint END NULLS FIRST,
                                    id
                       ) - 1 AS position
                  FROM l10n_fr_chorus_event
               ) told
         WHERE told.id = event.id
        """
    )
