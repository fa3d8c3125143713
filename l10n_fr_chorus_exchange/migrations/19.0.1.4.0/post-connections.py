"""Secrets leave the table of connections; each establishment gets its connection; a
connection to production waits for somebody who says that this is the real database.

An upgrade is tried on a copy before it is done. Until this version nothing in a
connection told the copy from the original, so neither does this script: in both, the
person in charge finds an activity, and one press on the connection sets the original
going again. Nothing is lost in between; what is due waits."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL
from odoo.tools.sql import column_exists

HIDDEN = ("client_secret", "password")


def migrate(cr, version):
    # One connection per company was the rule until now.
    cr.execute("DROP INDEX IF EXISTS l10n_fr_chorus_connection_company_uniq")
    _hide_secrets(cr)
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    env["l10n_fr_chorus.connection"].search([])._settle_first()
    _share_out(env["l10n_fr_chorus.structure"].search([("active", "=", True)]))


def _hide_secrets(cr):
    for name in HIDDEN:
        if not column_exists(cr, "l10n_fr_chorus_connection", name):
            continue
        column = SQL.identifier(name)
        cr.execute(
            SQL(
                """
                INSERT INTO l10n_fr_chorus_connection_secret (connection_id, name, value)
                     SELECT id, %(name)s, %(column)s
                       FROM l10n_fr_chorus_connection
                      WHERE %(column)s != ''
                ON CONFLICT DO NOTHING
                """,
                name=name,
                column=column,
            )
        )
        cr.execute(SQL("ALTER TABLE l10n_fr_chorus_connection DROP COLUMN %s", column))


def _share_out(structures):
    """An establishment goes to the company that has its SIRET, else to the first."""
    for structure in structures.sorted(
        lambda one: (
            one.siret != one.company_id._l10n_fr_chorus_supplier_identifier(),
            one.id,
        )
    ):
        structure._claim(("used_to_send", "used_to_receive"))
