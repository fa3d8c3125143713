"""The services an account receives for: what may have settings of its own."""

import logging
from datetime import timedelta
from functools import partial

from odoo import fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import structures
from ..tools.transactions import write_down
from .l10n_fr_chorus_inbound import OPEN_STATES, WAITING_STATES

_logger = logging.getLogger(__name__)

# A new service is usable at once without settings of its own: once a day is enough.
SERVICES_DELAY = timedelta(days=1)


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def _receiving_structures(self, client):
        receiving = super()._receiving_structures(client)
        limit = fields.Datetime.now() - SERVICES_DELAY
        for structure in receiving:
            read_at = structure.services_read_at
            if not read_at or read_at < limit:
                structure._learn_services(client)
        return receiving


class L10n_Fr_ChorusStructure(models.Model):
    _inherit = "l10n_fr_chorus.structure"

    def _learn_services(self, client):
        """Services of this structure, network first; without them it receives as well.

        :raise errors.NotSentError: the connection's trouble
        """
        portal_id = int(self.portal_id)
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        try:
            found = list(structures.services(client, portal_id))
        except errors.NotSentError:
            raise
        except errors.ChorusError as error:
            _logger.info("Chorus Pro: services of %s not listed: %s", self, error)
            found = None
        write_down(self.env, partial(self._record_services, found))

    def _record_services(self, found):
        """New ones appear, names follow; one that is closed there receives no more, but
        its settings stay for what comes late.

        :param list found: services of the library; None: they could not be read
        """
        self.services_read_at = fields.Datetime.now()
        if found is None:
            return
        partner = self._own_partner()
        services = self.env["l10n_fr_chorus.service"].with_context(active_test=False)
        known = services.search([("partner_id", "=", partner.id)]).grouped("portal_id")
        for one in found:
            if not one.code or one.is_reserved:
                continue
            vals = {
                "structure_id": self.id,
                "code": one.code,
                "name": one.name,
                "active": one.is_active,
            }
            if service := known.get(str(one.portal_id)):
                service.write(_changed(service, vals))
            else:
                services.create(
                    {**vals, "partner_id": partner.id, "portal_id": str(one.portal_id)}
                )
        self._name_services()

    def _own_partner(self):
        """The contact that stands for this structure, else the company's own."""
        company = self.company_id
        partners = self.env["res.partner"].search(
            [
                *self.env["res.partner"]._check_company_domain(company),
                ("is_company", "=", True),
                ("company_registry", "=", self.siret),
            ],
            limit=1,
        )
        return partners if self.siret and partners else company.partner_id

    def _name_services(self):
        """Documents that arrived before their service was known."""
        inbox = self.env["l10n_fr_chorus.inbound"]
        documents = inbox.search(
            [
                ("structure_id", "=", self.id),
                ("service_id", "=", False),
                ("service_code", "!=", False),
                ("state", "in", (*OPEN_STATES, *WAITING_STATES)),
            ]
        )
        self.env.add_to_compute(inbox._fields["service_id"], documents)


def _changed(record, vals):
    return {
        name: value
        for name, value in vals.items()
        if (record[name].id if name.endswith("_id") else record[name] or "")
        != (value or "")
    }
