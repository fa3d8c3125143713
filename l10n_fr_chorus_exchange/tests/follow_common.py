"""Many sent invoices at once, copied from one that was really sent."""

from odoo.tools import SQL

from .deposit_common import DepositCase

SEARCH = "factures/rechercher/fournisseur"
HISTORY = "factures/consulter/historique"


class FollowCase(DepositCase):
    def sent_invoice(self, **values):
        """An invoice that the portal holds and Odoo knows of."""
        move = self.invoice(**values)
        self.sent(move)
        return move

    def follow(self):
        self.run_cron("ir_cron_follow")

    def many(self, count):
        """So many sent invoices, made by copying rows on both sides.

        :return: all of them, the one that was copied first
        """
        first = self.sent_invoice()
        self.env.flush_all()
        portal_id = int(first.l10n_fr_chorus_portal_id)
        self._copy_on_portal(portal_id, count - 1)
        moves = self._copy_moves(first, portal_id, count - 1)
        self.env.invalidate_all()
        return first | moves

    def _copy_on_portal(self, portal_id, count):
        store = self.portal.store
        names = [row["name"] for row in store.all("PRAGMA table_info(invoice)")]
        others = ", ".join(name for name in names if name not in ("id", "number"))
        with store.transaction():
            for number in range(1, count + 1):
                store.run(
                    f"INSERT INTO invoice (id, number, {others}) "  # noqa: S608
                    f"SELECT ?, number || ?, {others} FROM invoice WHERE id = ?",
                    portal_id + number,
                    f"-{number}",
                    portal_id,
                )

    def _copy_moves(self, first, portal_id, count):
        """Copies of the invoice and of its deposit, numbered from 1."""
        copied = {
            "name": SQL("name || '-' || n"),
            "sequence_number": SQL("sequence_number + n"),
            "l10n_fr_chorus_portal_id": SQL("(%s + n)::varchar", portal_id),
            "payment_reference": SQL("NULL"),
            "access_token": SQL("NULL"),
        }
        ids = self._copy_rows("account_move", first.id, count, copied)
        [deposit] = first.l10n_fr_chorus_deposit_ids
        self._copy_rows(
            "l10n_fr_chorus_deposit",
            deposit.id,
            count,
            {"move_id": SQL("(%s::int[])[n]", ids), "name": SQL("name || '-' || n")},
        )
        return self.env["account.move"].browse(ids)

    def _copy_rows(self, table, record_id, count, replaced):
        self.env.cr.execute(
            SQL(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_name = %s AND column_name != 'id'",
                table,
            )
        )
        names = [name for [name] in self.env.cr.fetchall()]
        values = [replaced.get(name, SQL.identifier(name)) for name in names]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) AS n "
                "WHERE id = %s ORDER BY n RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(values),
                SQL.identifier(table),
                count,
                record_id,
            )
        )
        return [new for [new] in self.env.cr.fetchall()]
