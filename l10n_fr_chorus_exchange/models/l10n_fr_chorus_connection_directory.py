"""Whose directory is kept here: one for all companies, while each may work with another
portal, whose numbers and demands mean nothing on this one."""

from odoo import api, models
from odoo.exceptions import UserError

from .l10n_fr_chorus_body_portal_change import PRODUCTION, QUALIFICATION

DIRECTORY_PORTAL = "l10n_fr_chorus_exchange.directory_portal"
# What may make another portal the one of the directory.
DECISIVE = {"active", "environment", "base_url", "state"}


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    @api.model_create_multi
    def create(self, vals_list):
        connections = super().create(vals_list)
        self._settle_directory()
        return connections

    def write(self, vals):
        res = super().write(vals)
        if DECISIVE & vals.keys():
            self._settle_directory()
        return res

    def unlink(self):
        res = super().unlink()
        self._settle_directory()
        return res

    # -------------------------------------------------------------------------
    # WHICH PORTAL
    # -------------------------------------------------------------------------

    @api.model
    def _directory_portal(self):
        """The portal that the directory kept here was read on; "" before there is one."""
        parameters = self.env["ir.config_parameter"].sudo()
        return parameters.get_param(DIRECTORY_PORTAL) or ""

    @api.model
    def _settle_directory(self):
        """Real invoices rely on the directory: it is that of production as soon as there
        is one. Else it stays where it is, as long as somebody works there."""
        known = self._directory_portal()
        portal = self._portal_wanted(known)
        if portal == known:
            return
        self.env["ir.config_parameter"].sudo().set_param(DIRECTORY_PORTAL, portal)
        # Before the first connection there were only files, with numbers of production.
        if known or portal == QUALIFICATION:
            self.env["l10n_fr_chorus.body"]._forget_portal()

    @api.model
    def _portal_wanted(self, known):
        active = self.sudo().search([("active", "=", True)])
        # Whatever was let in once comes before what nobody has tried yet.
        tried = active.filtered(lambda one: one.state != "draft")
        names = [one._portal_name() for one in tried | active]
        if PRODUCTION in names[: len(tried)]:
            return PRODUCTION
        return known if known in names else next(iter(names), known)

    # -------------------------------------------------------------------------
    # WHO MAY LEARN
    # -------------------------------------------------------------------------

    def _is_of_directory(self):
        """Whether what this connection is told may go into the directory."""
        return not self._other_portal()

    def _other_portal(self):
        """The portal of the directory, when it is another one; else ""."""
        self.ensure_one()
        portal = self._directory_portal()
        return "" if portal == self.sudo()._portal_name() else portal

    def _check_directory(self):
        """:raise UserError: what this connection is told would be wrong in the directory"""
        if refusal := self._directory_refusal():
            raise UserError(refusal)

    def _directory_refusal(self):
        """Why the directory is not asked about here, and who can; False if it may."""
        portal = self._other_portal()
        if not portal:
            return False
        mine = self.sudo()
        words = {
            "company": mine.company_id.name,
            "mine": self._say_portal(mine._portal_name()),
            "kept": self._say_portal(portal),
        }
        if mine._is_production():
            return self.env._(
                "The public bodies kept here, for all companies, are those of “%(kept)s”. "
                "Test the connection of %(company)s first: from then on they are those of "
                "“%(mine)s”.",
                **words,
            )
        return self.env._(
            "%(company)s works with “%(mine)s”, but the public bodies kept here, for all "
            "companies, are those of “%(kept)s”. Choose a company that works with it at "
            "the top of Odoo, or ask somebody of that company.",
            **words,
        )

    @api.model
    def _say_portal(self, name):
        labels = dict(self._fields["environment"]._description_selection(self.env))
        # One with an address of its own is named by it.
        return labels.get(name, name)


class L10n_Fr_ChorusDirectoryImport(models.Model):
    _inherit = "l10n_fr_chorus.directory.import"

    @api.model
    def _question_connection(self):
        """A connection that may ask now: of any company that works with the portal of
        the directory."""
        connections = self.env["l10n_fr_chorus.connection"]
        active = connections.sudo().search([("active", "=", True)])
        usable = active.filtered(lambda one: one._is_of_directory())
        for company in usable.company_id:
            found = connections._for_questions(company)
            if found in usable and found._may_look() and not found._is_paused():
                return found
        return connections
