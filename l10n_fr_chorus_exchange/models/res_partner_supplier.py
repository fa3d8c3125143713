"""The supplier of a received document: found by its identifier, or made."""

import re
from dataclasses import dataclass

from odoo import Command, api, models
from odoo.fields import Domain

from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.identifiers import clean_siret, is_siret_shape, siren_of
from ..lib.chorus_pro.suppliers import NO_DETAIL, SupplierDetail

# Country that an identifier implies, where the kind alone says it.
TYPE_COUNTRIES = {
    str(IdentifierType.SIRET): "FR",
    str(IdentifierType.RIDET): "NC",
    str(IdentifierType.TAHITI): "PF",
}
# Registers that give each number once; other identifiers may be somebody else's as well.
REGISTERS = (IdentifierType.RIDET, IdentifierType.TAHITI)
# The VAT prefix of Greece is not its country code.
PREFIX_COUNTRIES = {"EL": "GR", "XI": "GB"}


@dataclass(frozen=True)
class WantedSupplier:
    """A supplier as a document names it.

    ``identifier`` is as the portal has it: a SIRET, a VAT number, or other; ``id_type``
    an ``IdentifierType`` of the library, or an unknown text.
    """

    identifier: str
    id_type: str
    name: str = ""
    country: str = ""
    detail: SupplierDetail = NO_DETAIL

    @property
    def siret(self):
        """Fourteen digits, or ''."""
        digits = clean_siret(self.identifier)
        is_siret = self.id_type == IdentifierType.SIRET and is_siret_shape(digits)
        return digits if is_siret else ""

    @property
    def vat(self):
        """The VAT number that identifies it, or ''."""
        return _bare(self.identifier) if self.id_type == IdentifierType.EU else ""

    @property
    def own_vat(self):
        """The VAT number to write down, or ''; one of another SIREN is not its own."""
        told = self.vat or self.detail.vat
        siren = siren_of(self.siret)
        if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{2,13}", told):
            return ""
        return "" if siren and told[:2] == "FR" and told[4:] != siren else told

    @property
    def vats(self):
        """VAT numbers that may name it, the surest first."""
        of_siren = _vat_of_siren(siren_of(self.siret))
        return tuple(dict.fromkeys(filter(None, (self.vat, of_siren, self.own_vat))))

    @property
    def registries(self):
        """What may be typed as its company registry, beside a SIRET."""
        siren = siren_of(self.siret)
        if siren:
            return siren, f"{siren[:3]} {siren[3:6]} {siren[6:]}"
        return () if self.vat else (self.identifier,)

    @property
    def key(self):
        """Two documents with the same key are of one supplier."""
        return self.siret or self.vat or (self.identifier, self.name)


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _l10n_fr_chorus_suppliers(self, company, wanted):
        """The partners of received documents, created when there is none.

        A few queries for all of them, whatever their number.

        :param list wanted: ``WantedSupplier``
        :return: list of partners, one for each, usable by ``company``, archived if there
            is no other; an empty one without an identifier, for a name alone may be
            somebody else's
        """
        partners = self.with_company(company)
        asked = {one.key: one for one in wanted if _bare(one.identifier)}
        candidates = partners._l10n_fr_chorus_candidates(company, asked.values())
        found = {key: _pick(candidates, one) for key, one in asked.items()}
        missing = [one for key, one in asked.items() if not found[key]]
        self.env["l10n_fr_chorus.supplier.key"]._claim([one.key for one in missing])
        made = partners._l10n_fr_chorus_create_suppliers(missing)
        for partner, one in zip(made, missing, strict=True):
            partner._l10n_fr_chorus_note_sibling(candidates, one)
        found.update(zip((one.key for one in missing), made, strict=True))
        return [found.get(one.key, partners.browse()) for one in wanted]

    @api.model
    def _l10n_fr_chorus_candidates(self, company, wanted):
        """Those in use first, whole partners first, then those already suppliers."""
        vats = {
            text
            for one in wanted
            for vat in one.vats
            for text in (vat, f"{vat[:2]} {vat[2:]}")
        }
        registries = {text for one in wanted for text in one.registries}
        domains = [
            Domain(name, "in", sorted(values))
            for name, values in (
                ("l10n_fr_chorus_siret", {one.siret for one in wanted} - {""}),
                ("vat", vats),
                ("company_registry", registries),
            )
            if values
        ]
        if not domains:
            return self.browse()
        candidates = self.with_context(active_test=False).search(
            # Those of a head office are its branches' as well.
            Domain.OR(domains) & Domain(self._check_company_domain(company)),
            order="supplier_rank desc, id",
        )
        return candidates.sorted(
            lambda partner: (not partner.active, bool(partner.parent_id))
        )

    @api.model
    def _l10n_fr_chorus_create_suppliers(self, wanted):
        """What an accountant would type: identity, address, account."""
        if not wanted:
            return self.browse()
        codes = {one.key: one.country or _country_of(one) for one in wanted}
        countries = self.env["res.country"].search(
            [("code", "in", [code.upper() for code in codes.values()])]
        )
        by_code = countries.grouped("code")
        none = countries.browse()
        # The portal vouches for the number; a wrong key is no reason to lose the bill.
        return self.with_context(no_vat_validation=True).create(
            [
                _supplier_vals(one, by_code.get(codes[one.key].upper(), none))
                for one in wanted
            ]
        )

    def _l10n_fr_chorus_entity(self):
        """The legal entity: its SIREN, else the partner itself."""
        self.ensure_one()
        return siren_of(self.l10n_fr_chorus_siret or "") or self.id

    def _l10n_fr_chorus_note_sibling(self, candidates, wanted):
        """Say which establishment of the same company is known already."""
        siblings = candidates.filtered(lambda p: _bare(p.vat) in wanted.vats)
        if siblings:
            self._message_log(
                body=self.env._(
                    "Created from a document of Chorus Pro: another establishment of %s.",
                    siblings[0].display_name,
                )
            )


def _supplier_vals(wanted, country):
    detail = wanted.detail
    is_person = wanted.id_type == IdentifierType.PERSON
    return {
        "name": wanted.name or detail.name or wanted.identifier,
        "company_type": "person" if is_person else "company",
        "vat": wanted.own_vat or False,
        "company_registry": False if wanted.vat else wanted.identifier,
        "street": detail.street or False,
        "street2": detail.street2 or False,
        "zip": detail.zip or False,
        "city": detail.city or False,
        "country_id": country.id,
        "email": detail.email or False,
        "phone": detail.phone or False,
        "supplier_rank": 1,
        # Not to be paid on before a person trusts it, as for any account.
        "bank_ids": [
            Command.create(
                {"acc_number": account, "acc_holder_name": detail.payee or wanted.name}
            )
            for account in detail.accounts[:1]
        ],
    }


def _pick(candidates, wanted):
    """The best of the candidates, or none."""
    if wanted.siret:
        return _pick_siret(candidates, wanted)
    if wanted.vat:
        return candidates.filtered(lambda p: _bare(p.vat) == wanted.vat)[:1]
    return candidates.filtered(
        lambda p: (
            p.company_registry == wanted.identifier
            and (wanted.id_type in REGISTERS or p.name == wanted.name)
        )
    )[:1]


def _pick_siret(candidates, wanted):
    same = candidates.filtered(lambda p: p.l10n_fr_chorus_siret == wanted.siret)
    if same:
        return same[:1]
    # Known by its VAT number or SIREN only. Another SIRET there is another establishment,
    # which the portal, the registers and the payment files tell apart.
    siren = siren_of(wanted.siret)
    whole = candidates.filtered(
        lambda p: clean_siret(p.company_registry or "") in ("", siren)
    )
    for vat in wanted.vats:
        by_vat = whole.filtered(lambda p, vat=vat: _bare(p.vat) == vat)
        if by_vat:
            return by_vat[:1]
    return whole.filtered("company_registry")[:1]


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


def _country_of(wanted):
    """Code of the country that the identifier names, '' when it names none."""
    if wanted.detail.country:
        return wanted.detail.country
    if wanted.id_type in TYPE_COUNTRIES:
        return TYPE_COUNTRIES[wanted.id_type]
    if wanted.id_type in (IdentifierType.EU, IdentifierType.NON_EU):
        prefix = _bare(wanted.identifier)[:2]
        return PREFIX_COUNTRIES.get(prefix, prefix)
    return ""
