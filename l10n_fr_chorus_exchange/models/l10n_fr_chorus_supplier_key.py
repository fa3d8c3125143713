"""One transaction at a time makes a supplier that all companies share."""

import hashlib

from odoo import api, fields, models
from odoo.tools import SQL


class L10n_Fr_ChorusSupplierKey(models.Model):
    """An identifier for which a supplier was made once, as a digest.

    Partners have no unique identifier: two companies that receive the first invoice of
    one supplier at the same instant would each make it. Both write this row before, so
    that the later one is undone by the database and finds the partner when it is tried
    again.
    """

    _name = "l10n_fr_chorus.supplier.key"
    _description = "Supplier made from Chorus Pro"
    _rec_name = "digest"
    _log_access = False

    digest = fields.Char(required=True, readonly=True)
    claimed_at = fields.Datetime(required=True, readonly=True)

    _digest_uniq = models.Constraint("UNIQUE(digest)", "This key is already there.")

    @api.model
    def _claim(self, keys):
        """Nobody else makes these suppliers before this transaction is over.

        :param keys: as ``WantedSupplier.key``
        :raise SerializationFailure: somebody did since this transaction began
        """
        if not keys:
            return
        # In one order for all, or two transactions would wait for each other.
        rows = [
            SQL("(%s, now() AT TIME ZONE 'UTC')", digest)
            for digest in sorted(set(map(digest_of, keys)))
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (digest, claimed_at) VALUES %s "
                "ON CONFLICT (digest) DO UPDATE SET claimed_at = EXCLUDED.claimed_at",
                SQL.identifier(self._table),
                SQL(", ").join(rows),
            ),
            # Nothing is wrong when somebody was quicker.
            log_exceptions=False,
        )


def digest_of(key):
    return hashlib.sha256(repr(key).encode()).hexdigest()
