"""The supplier of a received document: found by its identifier, or made."""

import re

from odoo import api, models

from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.identifiers import clean_siret, is_siret_shape

# Country that an identifier implies, where the kind alone says it.
TYPE_COUNTRIES = {
    str(IdentifierType.SIRET): "FR",
    str(IdentifierType.RIDET): "NC",
    str(IdentifierType.TAHITI): "PF",
}
# The VAT prefix of Greece is not its country code.
PREFIX_COUNTRIES = {"EL": "GR", "XI": "GB"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _l10n_fr_chorus_supplier(
        self, company, *, identifier, id_type, name, country_code=""
    ):
        """The partner of a received document, created when there is none.

        :param str identifier: as the portal has it: a SIRET, a VAT number, or other
        :param str id_type: ``IdentifierType`` of the library, or an unknown text
        :return: one partner, usable by ``company``, archived if there is no other; none
            without an identifier
        """
        partners = self.with_company(company)
        identifier = identifier.strip()
        if not _bare(identifier):
            # A name alone may be somebody else's.
            return self.browse()
        name = name or identifier
        if id_type == IdentifierType.SIRET and is_siret_shape(clean_siret(identifier)):
            found = partners._l10n_fr_chorus_by_siret(company, clean_siret(identifier))
        elif id_type == IdentifierType.EU:
            found = partners._l10n_fr_chorus_by_vat(company, identifier)
        else:
            found = partners._l10n_fr_chorus_by_identifier(company, identifier, name)
        return found or partners._l10n_fr_chorus_create_supplier(
            identifier, id_type, name, country_code
        )

    @api.model
    def _l10n_fr_chorus_candidates(self, company, domain):
        """Those in use first, whole partners first, then those already suppliers."""
        candidates = self.with_context(active_test=False).search(
            [*domain, ("company_id", "in", (False, company.id))],
            order="supplier_rank desc, id",
        )
        return candidates.sorted(
            lambda partner: (not partner.active, bool(partner.parent_id))
        )

    @api.model
    def _l10n_fr_chorus_by_siret(self, company, siret):
        if not siret:
            return self.browse()
        same = self._l10n_fr_chorus_candidates(
            company, [("l10n_fr_chorus_siret", "=", siret)]
        )
        if same:
            return same[:1]
        # Known by its VAT number only. Another SIRET there is another establishment.
        siren = siret[:9]
        by_vat = self._l10n_fr_chorus_by_vat(company, _vat_of_siren(siren))
        registered = clean_siret(by_vat.company_registry or "")
        return by_vat if registered in ("", siren) else self.browse()

    @api.model
    def _l10n_fr_chorus_by_vat(self, company, vat):
        vat = _bare(vat)
        if not vat:
            return self.browse()
        return self._l10n_fr_chorus_candidates(
            company, [("vat", "in", (vat, f"{vat[:2]} {vat[2:]}"))]
        )[:1]

    @api.model
    def _l10n_fr_chorus_by_identifier(self, company, identifier, name):
        """Same name and same stored identifier: either alone may be somebody else's."""
        return self._l10n_fr_chorus_candidates(
            company, [("company_registry", "=", identifier), ("name", "=", name)]
        )[:1]

    @api.model
    def _l10n_fr_chorus_create_supplier(self, identifier, id_type, name, country_code):
        """What an accountant would type: name, identifier, country."""
        code = country_code or _country_of(identifier, id_type)
        country = self.env["res.country"].search([("code", "=", code.upper())], limit=1)
        by_vat = id_type == IdentifierType.EU
        # The portal vouches for the number; a wrong key is no reason to lose the bill.
        return self.with_context(no_vat_validation=True).create(
            {
                "name": name,
                "company_type": "person"
                if id_type == IdentifierType.PERSON
                else "company",
                "vat": _bare(identifier) if by_vat else False,
                "company_registry": False if by_vat else identifier,
                "country_id": country.id,
                "supplier_rank": 1,
            }
        )


def _bare(identifier):
    """
    >>> _bare("be 0477.472.701")
    'BE0477472701'
    """
    return re.sub(r"[\W_]", "", identifier or "").upper()


def _vat_of_siren(siren):
    """
    >>> _vat_of_siren("732829320")
    'FR44732829320'
    """
    if not siren.isdecimal():
        return ""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _country_of(identifier, id_type):
    """Code of the country that the identifier names, '' when it names none."""
    if id_type in TYPE_COUNTRIES:
        return TYPE_COUNTRIES[id_type]
    if id_type in (IdentifierType.EU, IdentifierType.NON_EU):
        prefix = _bare(identifier)[:2]
        return PREFIX_COUNTRIES.get(prefix, prefix)
    return ""
