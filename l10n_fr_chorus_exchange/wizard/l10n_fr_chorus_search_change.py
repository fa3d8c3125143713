"""What choosing a public body would change of a contact, field by field."""

from odoo import api, fields, models

from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.identifiers import clean_siret, siren_of, siret_checksum_ok
from ..models.res_partner_supplier import TYPE_COUNTRIES, _vat_of_siren
from ..tools.search_words import folded

# The order they are read in.
IDENTITY = (
    "name",
    "company_registry",
    "vat",
    "street",
    "street2",
    "zip",
    "city",
    "country_id",
)
# Parts of France that Odoo counts as countries, by the beginning of their postcodes.
# The portal knows them as France, or under their own code.
OVERSEAS = {
    "97133": "BL",
    "97150": "MF",
    "971": "GP",
    "972": "MQ",
    "973": "GF",
    "974": "RE",
    "975": "PM",
    "976": "YT",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
# Where a French VAT number is in use.
FRENCH_VAT = ("FR", "GP", "MQ", "RE")


class L10n_Fr_ChorusSearchChange(models.TransientModel):
    _name = "l10n_fr_chorus.search.change"
    _description = "Change of a contact"

    search_id = fields.Many2one("l10n_fr_chorus.search", ondelete="cascade")
    field = fields.Char(required=True)
    take = fields.Boolean()
    is_needed = fields.Boolean(compute="_compute_texts")
    label = fields.Char("What", compute="_compute_texts")
    old = fields.Char("Now", compute="_compute_texts")
    new = fields.Char("On Chorus Pro", compute="_compute_texts")

    @api.depends("field", "search_id.body_id", "search_id.target_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        for line in self:
            proposed = line.search_id.body_id._partner_values()
            known = line.field in proposed
            line.is_needed = line.field == line.search_id.body_id._identifying_field()
            line.label = known and line._label()
            now = line.search_id.target_id._l10n_fr_chorus_identity_now()
            line.old = known and line._text(now[line.field])
            line.new = known and line._text(proposed[line.field])

    def _label(self):
        if self.is_needed:
            kinds = self.search_id.body_id._fields["identifier_type"]
            told = dict(kinds._description_selection(self.env))
            return told[self.search_id.body_id.identifier_type]
        field = self.env["res.partner"]._fields[self.field]
        label = field._description_string(self.env)
        if self.search_id.body_id._is_derived(self.field):
            return self.env._("%s, derived from the SIREN", label)
        return label

    def _text(self, value):
        if self.field == "country_id":
            return self.env["res.country"].browse(value).name
        return value


class L10n_Fr_ChorusBody(models.Model):
    _inherit = "l10n_fr_chorus.body"

    def _partner_values(self):
        """Identity of a contact that is this body: ``{field: value}``, in the order of
        ``IDENTITY``; False where the directory says nothing."""
        if not self:
            return dict.fromkeys(IDENTITY, False)
        self.ensure_one()
        country = self._country()
        return {
            "name": self.name,
            "company_registry": False if self._is_vat() else self.identifier,
            "vat": self._vat(country),
            "street": self.street,
            "street2": self.street2,
            "zip": self.zip,
            "city": self.city,
            "country_id": country.id,
        }

    def _identifying_field(self):
        """What a contact is told by to be this body."""
        return "vat" if self._is_vat() else "company_registry"

    def _is_vat(self):
        return self.identifier_type == IdentifierType.EU

    def _vat(self, country):
        """The VAT number that the identifier is, that the portal tells, or that the
        SIREN gives."""
        if self._is_vat():
            return self.identifier
        if self.vat_number:
            return self.vat_number
        if self.identifier_type != IdentifierType.SIRET:
            return False
        # Fictitious structures of tests fail the check digit; nothing derives from them.
        if country.code not in FRENCH_VAT or not siret_checksum_ok(self.identifier):
            return False
        return _vat_of_siren(siren_of(self.identifier))

    def _is_derived(self, name):
        """Whether this value of a contact is none that the portal said: many public
        bodies have a SIREN and no VAT number."""
        return name == "vat" and not self._is_vat() and not self.vat_number

    def _country(self):
        code = (self.country_code or "").upper() or TYPE_COUNTRIES.get(
            self.identifier_type, ""
        )
        if code == "FR" and self.zip:
            postcode = self.zip.replace(" ", "")
            code = next(
                (
                    country
                    for prefix, country in OVERSEAS.items()
                    if postcode.startswith(prefix)
                ),
                code,
            )
        return self.env["res.country"].search([("code", "=", code)], limit=1)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _l10n_fr_chorus_identity_now(self):
        """Present values, ids for relations; all False for a contact to be made."""
        if not self:
            return dict.fromkeys(IDENTITY, False)
        [values] = self.read(IDENTITY, load=None)
        return values

    def _l10n_fr_chorus_is_same(self, name, value):
        """Whether only spaces, case or accents differ."""
        now = self._l10n_fr_chorus_identity_now()[name]
        if name == "country_id":
            return now == value
        if name in ("company_registry", "vat"):
            return clean_siret(now or "").upper() == clean_siret(value).upper()
        return folded(now or "") == folded(value)
