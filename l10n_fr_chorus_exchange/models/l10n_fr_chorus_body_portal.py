"""Asking the portal for the directory: questions only, nothing is written here."""

from odoo import api, models

from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.services import structures

# A person reads no more than this; beyond, a more precise name is asked for.
MOST_HITS = 50
# Each service whose demands are read is one call, for which a person waits. The others
# are read later: ``_read_on_later``.
MAX_SERVICES_READ = 5


class L10n_Fr_ChorusBody(models.Model):
    _inherit = "l10n_fr_chorus.body"

    @api.model
    def _find_on_portal(
        self, client, text, *, identifier_type=False, city="", limit=MOST_HITS
    ):
        """Structures of the portal that fit what somebody typed.

        :param text: a name with or without a postcode, a SIRET, or an identifier of
            ``identifier_type``
        :param city: a town, in addition
        :return: rows for ``_learn`` (identity only, what they demand is not read), and
            whether there are more than ``limit``
        :raise errors.ChorusError: no answer, or a refusal
        """
        wanted = structures.Wanted.from_text(
            text or "",
            identifier_type=IdentifierType(identifier_type)
            if identifier_type
            else None,
            city=city or "",
        )
        if not wanted.criteria():
            return [], False
        found, more = structures.search(client, wanted, limit=limit)
        rows = [self._portal_row(one) for one in found]
        if not wanted.identifier:
            for row in rows:
                # Only public ones were asked for.
                row["is_public"] = True
        return rows, more

    @api.model
    def _read_on_portal(self, client, structure):
        """What a structure demands, and its services.

        :param structure: ``Structure`` of the library
        :return: (StructureDetail, [(Service, ServiceDetail or None)])
        :raise errors.ChorusError: no answer, or a refusal
        """
        detail = structures.read(client, structure.portal_id)
        services = []
        # A body that always wants the engagement is not asked again service by service.
        budget = 0 if detail.requires_engagement else MAX_SERVICES_READ
        for service in structures.services(client, structure.portal_id):
            known = None
            if service.is_active and not service.is_reserved and budget:
                budget -= 1
                known = structures.read_service(
                    client, structure.portal_id, service.portal_id
                )
            services.append((service, known))
        return detail, services

    def _ask_portal(self, client):
        """This body as the portal knows it now.

        :return: row for ``_learn``, None when the portal does not know it (any more)
        :raise errors.ChorusError: no answer, or a refusal
        """
        self.ensure_one()
        structure = structures.find(
            client,
            self.identifier,
            identifier_type=IdentifierType(self.identifier_type),
        )
        if structure is None:
            return None
        return self._portal_row(structure, *self._read_on_portal(client, structure))
