from odoo import api, fields, models

from ..tools import schematron


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_schematron = fields.Boolean(
        "Check the EN 16931 rules",
        default=True,
        help="Each invoice is held against the official rules before it goes to Chorus "
        "Pro; one that breaks a rule stays here.",
    )

    @api.model
    def _l10n_fr_chorus_obstacle(self, error):
        """Why the rules cannot be run, and what to do.

        :param error: :class:`tools.schematron.Unavailable`
        """
        advised = f"{schematron.PACKAGE} {schematron.ADVISED_VERSION}"
        sentences = {
            schematron.MISSING: self.env._(
                "install the Python package %s on the server.", advised
            ),
            schematron.MEMORY: self.env._(
                "the rules engine needs more memory than this server allows: "
                "install %s.",
                advised,
            ),
            schematron.SLOW: self.env._(
                "the rules engine took more than %s seconds.", schematron.TIME_LIMIT
            ),
            schematron.LARGE: self.env._("the invoice is too large for it."),
        }
        return sentences.get(
            error.cause,
            self.env._("the rules engine does not run: see the server log."),
        )
