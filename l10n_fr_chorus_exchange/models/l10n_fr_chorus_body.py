from odoo import api, fields, models

from ..lib.chorus_pro.codes import IdentifierType
from ..tools.search_words import folded
from .demand_words import say_demands

IDENTIFIER_TYPES = [
    (IdentifierType.SIRET.value, "SIRET"),
    (IdentifierType.EU.value, "VAT number (European Union)"),
    (IdentifierType.NON_EU.value, "Country and name (outside the EU)"),
    (IdentifierType.RIDET.value, "RIDET (New Caledonia)"),
    (IdentifierType.TAHITI.value, "TAHITI (French Polynesia)"),
    (IdentifierType.OTHER.value, "Other"),
    (IdentifierType.PERSON.value, "Individual"),
]


class L10n_Fr_ChorusBody(models.Model):
    """One structure of the Chorus Pro directory, whether somebody invoices it or not.

    The same for all companies. Nobody types here: it is imported or read on the portal,
    through ``_learn``. What is demanded, and whether it is public, means something once
    ``checked_at`` is there.
    """

    _name = "l10n_fr_chorus.body"
    _description = "Public body of the Chorus Pro directory"
    _order = "name, id"
    # Written in hundreds of thousands by one author: these columns would tell nothing.
    _log_access = False

    # The portal counts in 64 bits, Odoo's integers have 32.
    portal_id = fields.Char(
        "Chorus Pro identifier", readonly=True, copy=False, index="btree_not_null"
    )
    identifier_type = fields.Selection(
        IDENTIFIER_TYPES,
        required=True,
        readonly=True,
        default=IdentifierType.SIRET.value,
    )
    identifier = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    vat_number = fields.Char(
        "VAT number", readonly=True, help="As Chorus Pro has it, where it says one."
    )
    street = fields.Char(readonly=True)
    street2 = fields.Char(readonly=True)
    zip = fields.Char(readonly=True)
    city = fields.Char(readonly=True)
    country_code = fields.Char(readonly=True)
    is_public = fields.Boolean("Public", readonly=True)
    requires_service = fields.Boolean("Service code required", readonly=True)
    requires_engagement = fields.Boolean("Commitment number required", readonly=True)
    requires_either = fields.Boolean(
        "Service code or commitment number required", readonly=True
    )
    reports_payment = fields.Boolean("Reports payment", readonly=True, default=True)
    is_moa = fields.Boolean("Contracting authority of works", readonly=True)
    is_moa_only = fields.Boolean("Works invoices only", readonly=True)
    active = fields.Boolean(default=True, readonly=True)
    checked_at = fields.Datetime(
        "Checked on",
        readonly=True,
        copy=False,
        help="When Chorus Pro was last asked what this body demands, or when the "
        "directory last said something new about it.",
    )
    # The moment above when a file wrote it; any other one is of a look-up.
    filed_at = fields.Datetime("Told by a file on", readonly=True, copy=False)
    source = fields.Selection(
        [("file", "Directory"), ("portal", "Looked up")],
        required=True,
        readonly=True,
        default="portal",
        help="Directory: it is in the directory that Chorus Pro publishes.",
    )
    service_ids = fields.One2many(
        "l10n_fr_chorus.body.service", "body_id", "Services", readonly=True
    )
    # Name, town, postcode and identifier, as ``folded`` makes them.
    search_text = fields.Char(compute="_compute_search_text", store=True, readonly=True)
    demands = fields.Char(compute="_compute_demands")

    _identifier_uniq = models.UniqueIndex(
        "(identifier, identifier_type)",
        "This structure is already in the directory.",
    )
    _name_order = models.Index("(name, id) WHERE active")
    # For what begins as it was typed, and found first.
    _search_prefix = models.Index("(search_text text_pattern_ops)")
    # For the beginnings of words, in any order; PostgreSQL needs no extension for it.
    _search_words = models.Index("USING gin (to_tsvector('simple', search_text))")

    @api.depends("name", "zip", "city", "identifier")
    def _compute_search_text(self):
        for body in self:
            body.search_text = search_text(
                body.name, body.zip, body.city, body.identifier
            )

    @api.depends("name", "identifier", "city")
    def _compute_display_name(self):
        for body in self:
            body.display_name = (
                f"{body.name} ({body.identifier})" if body.identifier else body.name
            )

    @api.depends(
        "checked_at",
        "requires_service",
        "requires_engagement",
        "requires_either",
        "service_ids.requires_engagement",
    )
    @api.depends_context("lang")
    def _compute_demands(self):
        for body in self:
            body.demands = body._demands_sentence()

    def _demands_sentence(self):
        """What an invoice to this body must carry, in a sentence; False when unknown."""
        self.ensure_one()
        if not self.checked_at:
            return False
        demands = {
            "service": self.requires_service,
            "engagement": self.requires_engagement,
            "either": self.requires_either,
        }
        services = self.service_ids.filtered(
            lambda service: service.active and not service.is_reserved
        )
        return say_demands(self.env, demands, services)


def search_text(name, postcode, city, identifier):
    """What is searched of a body, the name first.

    >>> search_text("Commune d'Été", "99999", "ÉTÉ", "21990001200019")
    'commune d ete 99999 ete 21990001200019'
    """
    return folded(name, postcode, city, identifier)
