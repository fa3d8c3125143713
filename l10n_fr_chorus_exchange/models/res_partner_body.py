"""A partner and the public body of the directory that it is."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.identifiers import clean_siret
from ..tools.roles import ADMINISTRATOR, SENDER, check_role


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_fr_chorus_body_id = fields.Many2one(
        "l10n_fr_chorus.body",
        "Public body",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="What the directory of Chorus Pro knows of this customer.",
    )
    l10n_fr_chorus_body_shared = fields.Boolean(
        "One of several contacts of this body",
        readonly=True,
        copy=False,
        help="Somebody decided to keep this contact beside another one for the same "
        "public body.",
    )
    l10n_fr_chorus_twin_ids = fields.Many2many(
        "res.partner",
        string="Other contacts of this body",
        compute="_compute_l10n_fr_chorus_twin_ids",
    )

    @api.depends(
        "l10n_fr_chorus_body_id",
        "l10n_fr_chorus_siret",
        "l10n_fr_chorus_is_public",
        "l10n_fr_chorus_body_shared",
        "company_id",
    )
    @api.depends_context("allowed_company_ids")
    def _compute_l10n_fr_chorus_twin_ids(self):
        for partner in self:
            is_asked = (
                partner.l10n_fr_chorus_is_public
                and not partner.l10n_fr_chorus_body_shared
            )
            partner.l10n_fr_chorus_twin_ids = is_asked and (
                partner._l10n_fr_chorus_same_body(
                    partner.l10n_fr_chorus_body_id, partner.l10n_fr_chorus_siret
                ).filtered(lambda twin: not twin.l10n_fr_chorus_body_shared)
            )

    def _l10n_fr_chorus_same_body(self, body, siret=False):
        """Other partners that are this body, for the companies this one is for.

        :param body: of the directory; may be empty
        :param siret: those with this SIRET as well
        """
        same = [
            Domain(name, "=", value)
            for name, value in (
                ("l10n_fr_chorus_body_id", body.id),
                ("l10n_fr_chorus_siret", siret),
            )
            if value
        ]
        if not same:
            return self.browse()
        domain = Domain.OR(same) & Domain(
            [
                ("id", "not in", self._origin.ids),
                # Our own company is no customer, though its SIRET be the same.
                ("ref_company_ids", "=", False),
            ]
        )
        # A contact of the body may carry its SIRET: only who is invoiced counts.
        domain &= Domain("parent_id", "=", False) | Domain("is_company", "=", True)
        # One that all companies share meets the customers of those one works in: those
        # of another company are not to be seen here.
        companies = self.company_id or self.env.companies
        domain &= Domain("company_id", "in", (False, *companies.ids))
        return self.search(domain, order="id")

    @api.constrains(
        "l10n_fr_chorus_body_id",
        "l10n_fr_chorus_body_shared",
        "company_id",
        "active",
        "parent_id",
        "is_company",
    )
    def _check_l10n_fr_chorus_body_once(self):
        """One partner for each body, unless somebody wanted another one."""
        for partner in self:
            if not partner.active or partner.l10n_fr_chorus_body_shared:
                continue
            if partner != partner.commercial_partner_id:
                continue
            others = partner.sudo()._l10n_fr_chorus_same_body(
                partner.l10n_fr_chorus_body_id
            )
            other = others.filtered(lambda one: not one.l10n_fr_chorus_body_shared)[:1]
            if other:
                raise ValidationError(
                    self.env._(
                        "%(other)s is already the contact of %(body)s. Use it, merge "
                        "the two, or keep both from the tab Chorus Pro.",
                        other=other.display_name,
                        body=partner.l10n_fr_chorus_body_id.name,
                    )
                )

    def write(self, vals):
        res = super().write(vals)
        if not {"company_registry", "vat"}.isdisjoint(vals):
            self.sudo().filtered("l10n_fr_chorus_unknown_at").write(
                {"l10n_fr_chorus_unknown_at": False}
            )
            self.sudo()._l10n_fr_chorus_leave_body()
        return res

    def _l10n_fr_chorus_leave_body(self):
        """With another identifier it is another body: what is known of the old one ends.

        The directory would go on to overwrite demands and services with those of it.
        """
        for partner in self:
            if partner._l10n_fr_chorus_is_other(partner.l10n_fr_chorus_body_id):
                partner.write(
                    {
                        "l10n_fr_chorus_body_id": False,
                        "l10n_fr_chorus_body_shared": False,
                        "l10n_fr_chorus_portal_id": False,
                        "l10n_fr_chorus_name": False,
                        "l10n_fr_chorus_checked_at": False,
                    }
                )

    def _l10n_fr_chorus_is_other(self, body):
        """Whether the identifier of this partner says that it is not this body."""
        siret = self.l10n_fr_chorus_siret
        if body.identifier_type == IdentifierType.SIRET:
            own = siret
        elif body.identifier_type == IdentifierType.EU:
            own = siret or self.vat
        else:
            own = self.company_registry
        same = _bare(own) == _bare(body.identifier)
        return bool(body and own) and not same

    # -------------------------------------------------------------------------
    # TAKE
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_take(self, body):
        """What the directory knows of this body goes to its partner: name there,
        demands, services. Nothing that a person types is touched.

        Where another partner already is this body, the link is left to a person.

        :param body: record of ``l10n_fr_chorus.body``, of this partner's SIRET
        """
        self.ensure_one()
        # No right is asked for: it is what the portal says, not what somebody chooses.
        self = self.sudo()
        values = {"l10n_fr_chorus_name": body.name}
        # The number of another body would be asked about instead of this one.
        if body.portal_id or self.l10n_fr_chorus_body_id not in (body, body.browse()):
            values["l10n_fr_chorus_portal_id"] = body.portal_id
        if body.checked_at:
            values.update(
                {
                    "l10n_fr_chorus_is_public": body.is_public and body.active,
                    "l10n_fr_chorus_requires_service": body.requires_service,
                    "l10n_fr_chorus_requires_engagement": body.requires_engagement,
                    "l10n_fr_chorus_requires_either": body.requires_either,
                    "l10n_fr_chorus_reports_payment": body.reports_payment,
                    "l10n_fr_chorus_checked_at": body.checked_at,
                }
            )
            unknown_at = self.l10n_fr_chorus_unknown_at
            if unknown_at and unknown_at <= body.checked_at:
                values["l10n_fr_chorus_unknown_at"] = False
        if self._l10n_fr_chorus_may_be(body):
            values["l10n_fr_chorus_body_id"] = body.id
        self.write(values)
        if body.checked_at:
            self._l10n_fr_chorus_take_services(body)

    def _l10n_fr_chorus_may_be(self, body):
        """Whether the link to this body needs nobody's decision."""
        if self.l10n_fr_chorus_body_id == body or self.l10n_fr_chorus_body_shared:
            return True
        return not self._l10n_fr_chorus_same_body(body)

    def _l10n_fr_chorus_take_services(self, body):
        """Services as the directory has them; those gone are archived."""
        self = self.sudo()
        no_service = self.env["l10n_fr_chorus.service"]
        existing = self.with_context(active_test=False).l10n_fr_chorus_service_ids
        existing = existing.sorted("active", reverse=True)
        by_id = existing.grouped("portal_id")
        typed = existing.filtered(lambda one: not one.portal_id).grouped("code")
        by_code = existing.grouped("code") | typed
        seen, new = no_service, []
        for service in self._l10n_fr_chorus_services_of(body):
            vals = _service_values(service)
            # A service typed by hand is the one of the same code.
            if service.portal_id:
                record = by_id.get(service.portal_id) or (
                    typed.get(service.code, no_service) - seen
                )
            else:
                record = by_code.get(service.code)
            record = (record or no_service)[:1]
            if record:
                record.write(_differences(record, vals))
            else:
                new.append({"partner_id": self.id, **vals})
            seen |= record
        no_service.create(new)
        (existing - seen).filtered("portal_id").action_archive()

    def _l10n_fr_chorus_services_of(self, body):
        """The services a supplier may choose; the reserved one only for those who may."""
        services = body.sudo().with_context(active_test=False).service_ids
        if self.env["res.company"]._l10n_fr_chorus_any_public():
            return services
        return services.filtered(lambda service: not service.is_reserved)

    # -------------------------------------------------------------------------
    # SEVERAL PARTNERS FOR ONE BODY
    # -------------------------------------------------------------------------

    def action_l10n_fr_chorus_search(self):
        """Find this customer in the directory, or another one."""
        check_role(self.env, SENDER, ADMINISTRATOR)
        partner = self.commercial_partner_id
        return self.env["l10n_fr_chorus.search"]._open(
            partner_id=partner.id,
            text=partner.l10n_fr_chorus_siret or partner.name or False,
        )

    def action_l10n_fr_chorus_keep_twin(self):
        """Several contacts for this body, knowingly."""
        self.ensure_one()
        self.check_access("write")
        body = (
            self.l10n_fr_chorus_body_id
            or self.l10n_fr_chorus_twin_ids.l10n_fr_chorus_body_id[:1]
        )
        # What they decide is theirs to decide; nobody types it.
        kept = self.sudo()
        kept.write({"l10n_fr_chorus_body_shared": True})
        if body:
            kept.write({"l10n_fr_chorus_body_id": body.id})

    def action_l10n_fr_chorus_merge_twins(self):
        """Merge the contacts of this body, in Odoo's own window for it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "base.action_partner_merge"
        )
        both = self | self.l10n_fr_chorus_twin_ids
        return {
            **action,
            "context": {
                "active_model": self._name,
                "active_ids": both.ids,
                "active_id": self.id,
            },
        }


def _bare(identifier):
    return clean_siret(identifier or "").upper()


def _service_values(service):
    vals = {
        "code": service.code,
        "name": service.name,
        "active": service.active,
    }
    if service.portal_id:
        vals["portal_id"] = service.portal_id
    if service.checked_at:
        vals["requires_engagement"] = service.requires_engagement
        vals["checked_at"] = service.checked_at
    return vals


def _differences(record, values):
    return {name: value for name, value in values.items() if record[name] != value}
