"""Merging contacts: what each has from Chorus Pro comes together before they do."""

from odoo import api, models

# What says which public body a contact is.
LINK = (
    "l10n_fr_chorus_body_id",
    "l10n_fr_chorus_body_shared",
    "l10n_fr_chorus_portal_id",
    "l10n_fr_chorus_name",
    "l10n_fr_chorus_checked_at",
    "l10n_fr_chorus_unknown_at",
)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # All rows move in one bare UPDATE: two that would be the same are one before.
        sources, destination = src_partners.sudo(), dst_partner.sudo()
        self._l10n_fr_chorus_join_services(sources, destination)
        _join_match_lines(sources, destination)
        _join_default(sources, destination)
        _join_body(sources, destination)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """A demand of one contact is not one of the body: the directory knows better."""
        # Odoo writes what comes together as the user, who may type none of these.
        _join_facts(src_partners.sudo(), dst_partner.sudo())
        res = super()._update_values(src_partners, dst_partner)
        if body := dst_partner.sudo().l10n_fr_chorus_body_id:
            dst_partner._l10n_fr_chorus_take(body)
        return res

    def _l10n_fr_chorus_join_services(self, sources, destination):
        """One service where several contacts have it; whatever names one of them, a
        default service or an order, names the one that stays."""
        holder = destination.commercial_partner_id
        owners = (sources | destination | holder).with_context(active_test=False)
        services = owners.l10n_fr_chorus_service_ids
        for same in _same_services(services):
            if len(same.partner_id) == 1:
                continue
            kept = max(same, key=lambda one: _worth(one, holder))
            latest = same.filtered("checked_at").sorted("checked_at")[-1:]
            kept.write(
                {
                    "active": any(same.mapped("active")),
                    "requires_engagement": (latest or kept).requires_engagement,
                    "checked_at": latest.checked_at,
                }
            )
            doubles = same - kept
            self._update_foreign_keys_generic(services._name, doubles, kept)
            services -= doubles
            doubles.unlink()
        services.filtered(lambda one: one.partner_id != holder).partner_id = holder


def _same_services(services):
    """Records for each service: by the portal's number, else by their code."""
    numbered = services.filtered("portal_id")
    groups = numbered.grouped("portal_id")
    number_of = {one.code: one.portal_id for one in reversed(numbered)}
    typed = services - numbered
    for code, same in typed.grouped("code").items():
        # One typed by hand is the one of the same code.
        key = number_of.get(code, ("code", code))
        groups[key] = groups.get(key, same) | same
    return list(groups.values())


def _worth(service, holder):
    return (
        bool(service.structure_id),
        bool(service.portal_id),
        service.partner_id == holder,
        service.active,
        -service.id,
    )


def _join_match_lines(sources, destination):
    """A selection looks up each customer once."""
    lines = sources.env["l10n_fr_chorus.match.line"].search(
        [("partner_id", "in", (sources | destination).ids)]
    )
    for same in lines.grouped("match_id").values():
        kept = max(
            same,
            key=lambda one: (
                one.state == "applied",
                one.partner_id == destination,
                -one.id,
            ),
        )
        (same - kept).unlink()


def _join_default(sources, destination):
    """The default service, unless it is of another public body than what stays."""
    name = "l10n_fr_chorus_default_service_id"
    holder = destination.commercial_partner_id
    offered = [one[name] for one in (destination, *reversed(sources)) if one[name]]
    sources.write({name: False})
    if offered and not destination[name] and offered[0].partner_id == holder:
        destination[name] = offered[0]


def _join_body(sources, destination):
    """The link goes to the contact that stays; those to be deleted stand in no way."""
    values = {}
    is_shared = any((sources | destination).mapped("l10n_fr_chorus_body_shared"))
    given = destination if destination.l10n_fr_chorus_body_id else None
    if not given and destination == destination.commercial_partner_id:
        given = next(
            (one for one in reversed(sources) if _may_give(one, destination)), None
        )
    if given:
        values = {name: given[name] for name in LINK}
    for source in sources:
        if given or source.l10n_fr_chorus_body_id or _is_other(source, destination):
            source.write(dict.fromkeys(LINK, False))
    if given:
        body = values["l10n_fr_chorus_body_id"]
        others = destination._l10n_fr_chorus_same_body(body) - sources
        # One of several only as long as there is another one.
        values["l10n_fr_chorus_body_shared"] = is_shared and bool(others)
        destination.write(values)


def _join_facts(sources, destination):
    """What is left on the others and blank on the one that stays, as Odoo itself does."""
    values = {}
    for name in destination._l10n_fr_chorus_facts():
        field = destination._fields[name]
        if field.compute or field.groups or destination[name]:
            continue
        if given := [one[name] for one in sources if one[name]]:
            values[name] = field.convert_to_write(given[-1], destination)
    if values:
        destination.write(values)


def _may_give(source, destination):
    body = source.l10n_fr_chorus_body_id
    return body and not destination._l10n_fr_chorus_is_other(body)


def _is_other(source, destination):
    sirets = {source.l10n_fr_chorus_siret, destination.l10n_fr_chorus_siret} - {False}
    return len(sirets) > 1
