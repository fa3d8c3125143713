"""What the file no longer lists: closed, unless the file may not be whole."""

from odoo import models
from odoo.tools import SQL

# Closed without a person saying so: the directory lists closed ones as such, few vanish.
MOST_CLOSED = 100
MOST_CLOSED_SHARE = 0.005


class L10n_Fr_ChorusDirectoryImport(models.Model):
    _inherit = "l10n_fr_chorus.directory.import"

    def _close_absent(self, kind, model, condition):
        """What the directory no longer lists is closed, unless the file may be cut."""
        unlisted = SQL(
            "kept.active AND %s "
            "AND NOT EXISTS (SELECT FROM %s staged WHERE staged.target = kept.id)",
            condition,
            self._staging(kind),
        )
        newer = self._is_known_newer(model)
        absent = SQL("%s AND NOT %s", unlisted, newer)
        table = SQL.identifier(self.env[model]._table)
        self.skipped_count += self._count(table, SQL("%s AND %s", unlisted, newer))
        # One by one: in a FILTER, what is absent would be looked for row by row.
        count = self._count(table, absent)
        known = self._count(table, SQL("kept.active"))
        if count and not self._may_close(kind, count, known):
            self.held_count += count
            return True
        self._close(model, table, absent)
        return True

    def _count(self, table, condition):
        self.env.cr.execute(
            SQL("SELECT count(*) FROM %s kept WHERE %s", table, condition)
        )
        [count] = self.env.cr.fetchone()
        return count

    def _may_close(self, kind, count, known):
        if self.close_absent:
            return True
        if self.is_cut or self.nameless_count or self._is_end_missing(kind):
            return False
        return count <= max(MOST_CLOSED, known * MOST_CLOSED_SHARE)

    def _is_end_missing(self, kind):
        """Whether the last row of the whole file before this one is not in this one.

        A file that was cut between two rows shows it in no other way.
        """
        name = "last_body" if kind == "bodies" else "last_service"
        before = self.search(
            [
                ("id", "<", self.id),
                ("state", "=", "done"),
                ("held_count", "=", 0),
                (name, "!=", False),
            ],
            order="id desc",
            limit=1,
        )
        if not before:
            return False
        identifier, _space, code = before[name].partition(" ")
        same = SQL("identifier = %s", identifier)
        if code:
            same = SQL("%s AND (is_bad OR code = %s)", same, code)
        return not self._count(SQL("%s", self._staging(kind)), same)

    def _close(self, model, table, absent):
        changes = {}
        linked = self._linked(model)
        if linked is not None:
            self.env.cr.execute(
                SQL(
                    "SELECT kept.id FROM %s kept WHERE %s AND %s", table, absent, linked
                )
            )
            changes = {
                id_: {"active": (True, False)} for [id_] in self.env.cr.fetchall()
            }
        # An older file must not bring back what this one closed; that it is closed tells
        # nothing of demands nobody read.
        checked_at = SQL(
            "CASE WHEN kept.checked_at IS NOT NULL THEN %s END", self._file_moment()
        )
        self.closed_count += self._run_sql(
            SQL(
                "UPDATE %s kept SET active = FALSE, checked_at = %s, filed_at = %s "
                "WHERE %s",
                table,
                checked_at,
                checked_at,
                absent,
            )
        )
        self._tell(changes, model)

    def _last_row(self, kind, key):
        """The key of the last row that can be used; of none, the one known before."""
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM %s WHERE NOT is_bad ORDER BY n DESC LIMIT 1",
                key,
                self._staging(kind),
            )
        )
        row = self.env.cr.fetchone()
        return row and row[0]
