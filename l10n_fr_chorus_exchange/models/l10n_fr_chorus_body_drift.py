import logging

from psycopg2 import OperationalError

from odoo import api, models

_logger = logging.getLogger(__name__)


class L10n_Fr_ChorusBody(models.Model):
    _inherit = "l10n_fr_chorus.body"

    @api.model
    def _after_learn(self, changes):
        # EXTENDS: the partners that stand for these bodies follow, and tell of it.
        res = super()._after_learn(changes)
        services = [one for one in changes if one._name != self._name]
        bodies = self.union(*(one for one in changes if one._name == self._name))
        bodies |= self.union(*(one.body_id for one in services))
        for body in bodies.sudo():
            body._partners()._l10n_fr_chorus_follow(body)
        return res

    def _partners(self):
        """The customers, of all companies, that are this body."""
        self.ensure_one()
        return self.env["res.partner"].search(
            [("l10n_fr_chorus_body_id", "=", self.id)], order="id"
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _l10n_fr_chorus_follow(self, body):
        """What was learnt about their body goes to these partners.

        One that cannot take it must not stop the import of a whole directory; the
        nightly refresh will try again.
        """
        for partner in self:
            try:
                with self.env.cr.savepoint():
                    partner._l10n_fr_chorus_take(body)
            except OperationalError:
                # A conflict: whoever opened the transaction tries again.
                raise
            except Exception:
                _logger.exception("Chorus Pro: %s does not follow %s", partner, body)
