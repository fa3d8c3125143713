from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """The public bodies that customers were looked up as go into the directory, as far
    as they were known; the next look-up adds address and the rest."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    partners = env["res.partner"].search(
        [
            ("l10n_fr_chorus_portal_id", "!=", False),
            ("l10n_fr_chorus_siret", "!=", False),
            ("l10n_fr_chorus_body_id", "=", False),
        ],
        order="l10n_fr_chorus_checked_at desc NULLS LAST, id",
    )
    bodies = env["l10n_fr_chorus.body"]
    for partner in partners:
        siret = partner.l10n_fr_chorus_siret
        # The contact looked up last knows best.
        body = bodies.search([("identifier", "=", siret)], limit=1)
        if not body:
            body, _changes = bodies._learn([_row(partner)])
        # The second contact of a body is linked by a person.
        if partner._l10n_fr_chorus_may_be(body):
            partner.l10n_fr_chorus_body_id = body


def _row(partner):
    services = partner.with_context(active_test=False).l10n_fr_chorus_service_ids
    return {
        "portal_id": partner.l10n_fr_chorus_portal_id,
        "identifier": partner.l10n_fr_chorus_siret,
        "name": partner.l10n_fr_chorus_name or partner.name,
        "is_public": partner.l10n_fr_chorus_is_public,
        "requires_service": partner.l10n_fr_chorus_requires_service,
        "requires_engagement": partner.l10n_fr_chorus_requires_engagement,
        "requires_either": partner.l10n_fr_chorus_requires_either,
        "reports_payment": partner.l10n_fr_chorus_reports_payment,
        "checked_at": partner.l10n_fr_chorus_checked_at,
        "services": [
            {
                "portal_id": service.portal_id,
                "code": service.code,
                "name": service.name,
                "active": service.active,
                "requires_engagement": service.requires_engagement,
                "checked_at": service.checked_at,
            }
            for service in services.filtered("portal_id")
        ],
    }
