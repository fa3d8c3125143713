"""The one way into the directory for what was read on the portal: differences only."""

from dataclasses import astuple

from odoo import api, fields, models

from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.identifiers import clean_siret
from .drift import is_other_name
from .l10n_fr_chorus_body import IDENTIFIER_TYPES

# What a body is known for only once its demands were read.
DEMANDS = (
    "requires_service",
    "requires_engagement",
    "requires_either",
    "reports_payment",
)
_KNOWN_TYPES = dict(IDENTIFIER_TYPES)


class L10n_Fr_ChorusBody(models.Model):
    _inherit = "l10n_fr_chorus.body"

    @api.model
    def _learn(self, rows):
        """Bring the directory in line with what was read; only differences are written.

        Rights are not asked for: what is written is what the portal says.

        :param rows: one dict per structure: ``identifier``, and whatever else was read
            among the fields of this model; what is not named stays. ``services``: dicts
            of the fields of a service (``code`` at least); with ``all_services`` True,
            those not named are closed. ``is_kind_untold``: the portal was asked whether
            it is public, and did not say. See :meth:`_portal_row`.
        :return: the bodies in the order of the rows, and what changed of those that
            were known: ``{body or service: {field: (old, new)}}``; a new service is one
            that became active
        """
        rows = [row for row in map(_clean, rows) if row["identifier"]]
        bodies = self.sudo().with_context(active_test=False)
        found = bodies.search(
            [("identifier", "in", list({row["identifier"] for row in rows}))]
        )
        known = {_key(body): body for body in found}
        changes, told = {}, []
        for row in rows:
            body = known.get(_key(row))
            values = _values(row)
            if row["is_kind_untold"] and not (
                body and (body.checked_at or body.is_public)
            ):
                # It would pass for private.
                values.pop("checked_at", None)
            # All is new of a new one: nobody need be told.
            noted = {} if body is None else changes
            if body is None:
                body = bodies.create({"name": row["identifier"], **values})
                known[_key(row)] = body
            else:
                body._take_values(values, changes)
            body._learn_services(row, noted)
            told.append(body.id)
        self._after_learn(changes)
        return self.browse(dict.fromkeys(told)), changes

    @api.model
    def _after_learn(self, changes):
        """What others do with a change of what was known already.

        Also called by the import of the whole directory, with the bodies that partners
        are linked to.

        :param dict changes: ``{body or service: {field: (old, new)}}``
        """

    @api.model
    def _portal_row(self, structure, detail=None, services=None):
        """A row for :meth:`_learn` out of records of the library.

        :param structure: ``Structure``
        :param detail: ``StructureDetail``, None when it was not read
        :param services: ``[(Service, ServiceDetail or None)]``, all of them; None when
            they were not read
        """
        row = {
            "portal_id": str(structure.portal_id),
            "identifier": structure.identifier,
            "identifier_type": str(structure.identifier_type),
            "name": structure.name or (detail and detail.name) or "",
            "active": structure.is_active,
        }
        if detail is not None:
            row |= _detail_values(detail)
            row["is_kind_untold"] = detail.is_public is None
        if services is not None:
            row["services"] = [_service_values(*pair) for pair in services]
            row["all_services"] = True
        return row

    def _take_values(self, values, changes):
        """Write what differs.

        :param dict changes: gets what did
        """
        self.ensure_one()
        different = _different(self, values)
        if different:
            changes.setdefault(self, {}).update(different)
        fresh = {name: new for name, (_old, new) in different.items()}
        if "checked_at" in values:
            fresh["checked_at"] = values["checked_at"]
        # What the directory lists stays of the directory, whoever looks it up.
        if values.get("source") == "file" and self.source != "file":
            fresh["source"] = "file"
        if fresh:
            self.write(fresh)

    def _learn_services(self, row, changes):
        self.ensure_one()
        existing = self.service_ids
        by_id = {one.portal_id: one for one in existing if one.portal_id}
        typed = {one.code: one for one in existing if not one.portal_id}
        # Of a row that tells no number, the code must do.
        by_code = {one.code: one for one in existing.sorted("active")} | typed
        seen = existing.browse()
        for values in row["services"]:
            if portal_id := values.get("portal_id"):
                # Each stands for one: another of the same code is a second desk.
                service = by_id.get(portal_id) or typed.pop(values["code"], None)
            else:
                service = by_code.get(values["code"])
            if service is None:
                service = existing.create({"body_id": self.id, **values})
                if service.active:
                    changes[service] = {"active": (False, True)}
            else:
                service._take_values(values, changes)
            seen |= service
        if row["all_services"]:
            for service in (existing - seen).filtered("active"):
                service._take_values({"active": False}, changes)


class L10n_Fr_ChorusBodyService(models.Model):
    _inherit = "l10n_fr_chorus.body.service"

    def _take_values(self, values, changes):
        """As that of a body."""
        self.ensure_one()
        different = _different(self, values)
        if different:
            changes.setdefault(self, {}).update(different)
        fresh = {name: new for name, (_old, new) in different.items()}
        if "checked_at" in values:
            fresh["checked_at"] = values["checked_at"]
        if fresh:
            self.write(fresh)


def _different(record, values):
    """``{field: (old, new)}``; a name written in other letters is the same name."""
    return {
        name: (record[name], value)
        for name, value in values.items()
        if name not in ("checked_at", "source")
        and record[name] != value
        and (name != "name" or is_other_name(record.name or "", value or ""))
    }


def _clean(row):
    """A row whose key is as the directory keeps it; an unknown type is another one."""
    kind = str(row.get("identifier_type") or IdentifierType.SIRET.value)
    if kind not in _KNOWN_TYPES:
        kind = IdentifierType.OTHER.value
    identifier = (row.get("identifier") or "").strip()
    if kind == IdentifierType.SIRET.value:
        identifier = clean_siret(identifier)
    return {
        "all_services": False,
        "is_kind_untold": False,
        **row,
        "services": row.get("services") or [],
        "identifier": identifier,
        "identifier_type": kind,
    }


def _key(row):
    return row["identifier"], row["identifier_type"]


def _values(row):
    """Values of the body, an empty text as Odoo reads it back."""
    values = {
        name: False if value == "" else value
        for name, value in row.items()
        if name not in ("services", "all_services", "is_kind_untold")
    }
    if not values.get("name"):
        values.pop("name", None)
    if not values.keys().isdisjoint(DEMANDS):
        values.setdefault("checked_at", fields.Datetime.now())
    return values


def _detail_values(detail):
    """What was told; what the answer leaves out stays as it was."""
    values = {
        "vat_number": detail.vat_number or None,
        "is_public": detail.is_public,
        "requires_service": detail.requires_service,
        "requires_engagement": detail.requires_engagement,
        "requires_either": detail.requires_either,
        "reports_payment": detail.reports_payment,
        "is_moa_only": detail.works_only,
    }
    told = {name: value for name, value in values.items() if value is not None}
    address = detail.address
    if any(astuple(address)):
        told |= {
            "street": address.street,
            "street2": " ".join(filter(None, [address.street2, address.street3])),
            "zip": address.postcode,
            "city": address.city,
            "country_code": address.country,
        }
    return told


def _service_values(service, known):
    values = {
        "portal_id": str(service.portal_id),
        "code": service.code,
        "name": service.name or False,
        "active": service.is_active,
    }
    if known is not None and known.requires_engagement is not None:
        values["requires_engagement"] = known.requires_engagement
        values["checked_at"] = fields.Datetime.now()
    return values
