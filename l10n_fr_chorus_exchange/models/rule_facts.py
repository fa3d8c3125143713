"""From the records of Odoo to the facts that the rules look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from odoo import fields

from ..lib.chorus_pro import identifiers, rules
from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.explanations import Cause, explain
from ..tools.dates import paris_day
from ..tools.facturx_gateway import is_iban
from .en16931 import attachments as files
from .en16931.document import FLOW
from .l10n_fr_chorus_deposit import FAILED_STATES

# Networks that deliver the invoice itself, as Chorus Pro does: one of them is enough. An
# e-mail or a letter is only a copy.
NETWORKS = frozenset(["peppol"])
PEPPOL_HAS_IT = ("to_send", "processing", "done")
NO_NUMBER = (False, "/")
DIRECT_FRAMEWORK = "A"


def facts_of(move, terms: Mapping[str, Any], methods=()) -> rules.Facts:
    """What is known of ``move``; no question is put to the portal.

    :param terms: EN 16931 terms of the document, possibly incomplete
    :param methods: sending methods chosen for it
    """
    connection = move.env["l10n_fr_chorus.connection"]._about_sending(
        move.company_id, move
    )
    return rules.Facts(
        today=paris_day(fields.Datetime.now()),
        invoice=_invoice(move, terms, connection.sudo()),
        supplier=_supplier(move, connection.sudo()),
        recipient=_recipient(move),
        connection=_connection(move, connection.sudo()),
        engagement=_engagement(move),
        validator=_validator(move),
        attachments=_attachments(move),
        are_embedded=move._l10n_fr_chorus_road() == FLOW,
        left_out=tuple(move.sudo().l10n_fr_chorus_attachment_unfit_ids.mapped("name")),
        channel=_channel(move, methods),
    )


def number_of(move) -> str:
    """Its number; that of a draft is a forecast, "" when there is none."""
    return "" if move.name in NO_NUMBER else move.name


def _invoice(move, terms: Mapping[str, Any], connection) -> rules.InvoiceFacts:
    number = number_of(move)
    process = terms.get("BT-23") or ""
    origins = terms.get("BG-3") or [{}]
    account = terms.get("BT-84") or ""
    return rules.InvoiceFacts(
        name=move.display_name,
        number=number or move.name_placeholder or "",
        is_draft=move.state == "draft",
        is_credit_note=move.move_type == "out_refund",
        issued_on=move.invoice_date or None,
        currency=move.currency_id.name,
        framework=_framework(move, process),
        is_reform=bool(process) and not process.startswith(DIRECT_FRAMEWORK),
        is_under_way=is_under_way(move),
        handed_to=handed_to(move, connection),
        number_used_by=_number_used_by(move, number),
        was_told_used=_was_told_used(move, number),
        origin=origins[0].get("BT-25") or "",
        service=move.buyer_reference or "",
        engagement=move.purchase_order_reference or "",
        contract=move.contract_reference or "",
        payment_code=terms.get("BT-81"),
        iban=account,
        iban_is_valid=is_iban(account),
        # Without a line it is no total: why there is none is told by another rule.
        total=terms.get("BT-112") if terms.get("BG-25") else None,
        due=terms.get("BT-115"),
        lines=tuple(map(_line, terms.get("BG-25") or ())),
        texts=tuple(_texts(terms)),
    )


def _framework(move, written: str) -> str:
    """The "cadre" by its Chorus Pro code, whatever the dialect writes."""
    if written.startswith(DIRECT_FRAMEWORK):
        return written
    return (move.l10n_fr_chorus_framework or "A1_").partition("_")[0]


def is_under_way(move) -> bool:
    """Whether Chorus Pro has it, or may: a deposit that has not failed."""
    state = move.l10n_fr_chorus_deposit_state
    return bool(state) and state not in FAILED_STATES


def handed_to(move, connection) -> str:
    """Another environment than that of ``connection`` that an earlier deposit of this
    invoice has reached, by its name; "" when there is none.

    What is known of it there, its number and its history, means nothing elsewhere; nor
    does a trial become a real invoice, or the other way round, under one number.
    """
    deposits = move.sudo().l10n_fr_chorus_deposit_ids
    if not (deposits and connection):
        return ""
    there = _environment(connection)
    for deposit in deposits:
        known = _environment(deposit.connection_id)
        if known != there and deposit._has_arrived():
            labels = connection._fields["environment"]._description_selection(move.env)
            return dict(labels).get(known) or known
    return ""


def _environment(connection) -> str:
    """That of its documents; of a connection that has none yet, its own."""
    return connection.home_environment or connection.environment


def _number_used_by(move, number: str) -> str:
    """Another invoice of the same SIREN and year that went out with this number.

    A second company, or a second journal, may number alike; Odoo only looks inside one
    journal.
    """
    siren = identifiers.siren_of(move.company_id.partner_id.l10n_fr_chorus_siret or "")
    day = move.invoice_date
    if not (number and siren and day):
        return ""
    other = move.sudo().search(
        [
            ("name", "=", number),
            ("id", "not in", move.ids),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("company_id.partner_id.l10n_fr_chorus_siret", "=like", f"{siren}%"),
            ("invoice_date", ">=", day.replace(month=1, day=1)),
            ("invoice_date", "<=", day.replace(month=12, day=31)),
            ("l10n_fr_chorus_deposit_state", "not in", (False, *FAILED_STATES)),
        ],
        limit=1,
    )
    return f"{other.company_id.name} ({other.invoice_date})" if other else ""


def _was_told_used(move, number: str) -> bool:
    """Whether the portal refused the last deposit because it holds this number."""
    last = move.sudo().l10n_fr_chorus_deposit_ids.sorted("id")[-1:]
    if not number or last.name != number or last.state not in FAILED_STATES:
        return False
    return Cause.NUMBER_USED in {one.cause for one in explain(last.raw_error or "")}


def _line(line: Mapping[str, Any]) -> rules.LineFacts:
    return rules.LineFacts(
        number=int(line["BT-126"]),
        name=line.get("BT-153") or "",
        quantity=line["BT-129"],
        price=line["BT-146"],
        vat_category=line.get("BT-151"),
        vat_rate=line.get("BT-152"),
    )


def _texts(terms: Mapping[str, Any]):
    seller, buyer = terms.get("BG-4") or {}, terms.get("BG-7") or {}
    notes = [note.get("BT-22") for note in terms.get("BG-1") or ()]
    held = [
        ("BT-20", terms.get("BT-20")),
        *(("BT-22", note) for note in notes),
        ("BT-27", seller.get("name")),
        ("BT-35", seller.get("addr_l1")),
        ("BT-36", seller.get("addr_l2")),
        ("BT-44", buyer.get("name")),
        ("BT-50", buyer.get("addr_l1")),
        ("BT-51", buyer.get("addr_l2")),
    ]
    return (rules.TextFacts(term, text) for term, text in held if text)


def _supplier(move, connection) -> rules.SupplierFacts:
    company = move.company_id
    kind, identifier = company._l10n_fr_chorus_identity()
    if kind is IdentifierType.SIRET:
        # Looked at as it was typed, even where it is no SIRET yet.
        identifier = move._l10n_fr_chorus_establishment() or identifiers.clean_siret(
            company.company_registry or ""
        )
    structures = connection.structure_ids
    listed = structures.filtered(lambda s: s.siret == identifier and s.can_issue)
    return rules.SupplierFacts(
        name=company.partner_id.display_name,
        identifier=identifier,
        identifier_type=kind.value,
        is_public=company.partner_id.l10n_fr_chorus_is_public,
        may_issue=bool(listed) if structures else None,
    )


def _recipient(move) -> rules.RecipientFacts:
    return recipient_facts(move.commercial_partner_id, move.l10n_fr_chorus_service_id)


def recipient_facts(partner, chosen) -> rules.RecipientFacts:
    """What is known of a public body.

    :param chosen: the service an invoice is for, possibly empty
    """
    services = partner.with_context(active_test=False).l10n_fr_chorus_service_ids
    looked_up = partner.l10n_fr_chorus_checked_at
    unknown = partner.l10n_fr_chorus_unknown_at
    return rules.RecipientFacts(
        name=partner.display_name,
        siret=identifiers.clean_siret(partner.company_registry or ""),
        is_public=partner.l10n_fr_chorus_is_public,
        looked_up_on=paris_day(looked_up) if looked_up else None,
        unknown_on=paris_day(unknown) if unknown else None,
        requires_service=partner.l10n_fr_chorus_requires_service,
        requires_engagement=partner.l10n_fr_chorus_requires_engagement,
        requires_either=partner.l10n_fr_chorus_requires_either,
        service_requires_engagement=chosen.requires_engagement,
        service_name=chosen.name or "",
        services=tuple(
            rules.ServiceFacts(service.code, service.active) for service in services
        ),
    )


def _connection(move, connection) -> rules.ConnectionFacts:
    return rules.ConnectionFacts(
        company=move.company_id.name,
        exists=bool(connection),
        can_send=connection.can_send,
        is_held=connection.is_paused or connection.state == "error",
        is_production=connection.environment == "production",
    )


def _engagement(move) -> rules.EngagementFacts:
    number = move.purchase_order_reference
    known, looked_up_on = None, None
    if number and number == move.l10n_fr_chorus_engagement_checked:
        known = move.l10n_fr_chorus_engagement_known
        looked_up_on = paris_day(move.l10n_fr_chorus_engagement_checked_at)
    return rules.EngagementFacts(
        is_asked=move.company_id.l10n_fr_chorus_check_engagement,
        is_known=known,
        looked_up_on=looked_up_on,
    )


def _validator(move) -> rules.ValidatorFacts | None:
    validator = move.l10n_fr_chorus_validator_id.commercial_partner_id
    if not validator:
        return None
    return rules.ValidatorFacts(
        name=validator.display_name,
        siret=identifiers.clean_siret(validator.company_registry or ""),
    )


def _attachments(move) -> tuple[rules.AttachmentFacts, ...]:
    found, names = [], set()
    # Whoever may read the invoice may know what goes along with it.
    for file in move.sudo().l10n_fr_chorus_attachment_ids:
        name = files.sent_name(file, names)
        names.add(name)
        found.append(rules.AttachmentFacts(name, file.file_size, file.name, file.id))
    return tuple(found)


def _channel(move, methods) -> rules.ChannelFacts:
    labels = dict(
        move.env["res.partner"]
        ._fields["invoice_sending_method"]
        ._description_selection(move.env)
    )
    partner = move.commercial_partner_id.with_company(move.company_id)
    preferred = partner.invoice_sending_method
    state = "peppol_move_state" in move._fields and move["peppol_move_state"]
    return rules.ChannelFacts(
        sent_by="Peppol" if state in PEPPOL_HAS_IT else "",
        chosen_too=tuple(labels.get(m, m) for m in methods if m in NETWORKS),
        preferred=labels.get(preferred, "") if preferred in NETWORKS else "",
    )
