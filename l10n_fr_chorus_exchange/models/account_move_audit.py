"""Audit file: all that proves what was sent and answered, readable without Odoo."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain

from ..tools.audit_file import AuditFile, named, safe_name
from .account_move import READERS
from .audit_tables import (
    ATTEMPT,
    CALL,
    DEPOSIT,
    DOCUMENT,
    EVENT,
    INVOICE,
    attachments,
    report_on,
    rows,
)
from .status_labels import status_label

# A search over all invoices names none; those just before something was learnt count.
SEARCHES = (
    "factures/v1/rechercher/fournisseur",
    "factures/v1/rechercher/recipiendaire",
)
BEFORE = timedelta(minutes=2)
AFTER = timedelta(seconds=10)
MOST_MOMENTS = 100
MOST_CALLS = 5_000
MOST_SEARCHES = 500

# What was done about the invoice besides sending it, each in a file of its own.
DOINGS = {
    "answers": "l10n_fr_chorus.treatment",
    "corrections": "l10n_fr_chorus.correction",
    "differences": "l10n_fr_chorus.difference",
}


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_l10n_fr_chorus_audit_file(self):
        """Download the audit file of this invoice or bill."""
        if len(self) != 1:
            raise UserError(self.env._("Choose one invoice."))
        self._l10n_fr_chorus_check_audit()
        return {
            "type": "ir.actions.act_url",
            "url": f"/l10n_fr_chorus/audit/{self.id}",
            "target": "download",
        }

    def _l10n_fr_chorus_check_audit(self):
        """:raise AccessError: not for this user; MissingError, UserError: nothing to show"""
        self.ensure_one()
        if not self.exists():
            raise MissingError(self.env._("This invoice no longer exists."))
        self.check_access("read")
        if not self.env.su and not any(
            map(self.env.user.has_group, READERS.split(","))
        ):
            raise AccessError(self.env._("Audit files are for accountants."))
        if not self.l10n_fr_chorus_deposit_ids and not self.l10n_fr_chorus_inbound_ids:
            raise UserError(
                self.env._(
                    "This invoice was neither sent to Chorus Pro nor received from it."
                )
            )

    def _l10n_fr_chorus_audit_name(self):
        number = safe_name(self.name or self.ref, otherwise=str(self.id))
        return f"chorus-pro-audit-{number}.zip"

    def _l10n_fr_chorus_write_audit(self, target):
        """Write the ZIP.

        :param target: a binary file to write on
        """
        self._l10n_fr_chorus_check_audit()
        audit = AuditFile(target)
        self._l10n_fr_chorus_audit_deposits(audit)
        self._l10n_fr_chorus_audit_documents(audit)
        doings = self._l10n_fr_chorus_audit_doings(audit)
        history = self._l10n_fr_chorus_audit_history()
        calls = self._l10n_fr_chorus_audit_calls()
        audit.add_json("history.json", history)
        audit.add_json("calls.json", calls)
        audit.add_csv("calls.csv", calls)
        page = self.env["ir.qweb"]._render(
            "l10n_fr_chorus_exchange.audit_page",
            {
                "move": self,
                "deposits": self.l10n_fr_chorus_deposit_ids.sorted("id"),
                "documents": self.l10n_fr_chorus_inbound_ids.sorted("id"),
                "events": self._l10n_fr_chorus_audit_events(),
                "doings": doings,
                "calls": calls,
                "outcomes": dict(
                    self.env["l10n_fr_chorus.call"]
                    ._fields["outcome"]
                    ._description_selection(self.env)
                ),
                "status": status_label(self.env, self.l10n_fr_chorus_status),
                "tz": self.env.tz,
            },
        )
        audit.add("history.html", f"<!DOCTYPE html>\n{page}\n".encode())
        audit.add("README.txt", self._l10n_fr_chorus_audit_readme(audit).encode())
        audit.close()

    # -------------------------------------------------------------------------
    # WHAT WAS SENT
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_audit_deposits(self, audit):
        """One folder for each deposit: the frozen files, what became of each attempt."""
        deposits = self.l10n_fr_chorus_deposit_ids.sorted("id")
        for place, deposit in enumerate(deposits, start=1):
            folder = f"deposits/{place}"
            # Their owner was read with the rights of the user.
            file = deposit.attachment_id.sudo()
            audit.add(f"{folder}/{safe_name(deposit.file_name)}", file.raw or b"")
            for annex in deposit.annex_ids.sudo().sorted("id"):
                audit.add(f"{folder}/annexes/{safe_name(annex.name)}", annex.raw or b"")
            if deposit.payload:
                audit.add(f"{folder}/data.json", deposit.payload.encode())
            [told] = named(deposit, DEPOSIT)
            attempts = []
            for flow in deposit.flow_ids.sorted("id"):
                [attempt] = named(flow, ATTEMPT)
                attempt["invoices_in_the_same_file"] = flow.deposit_count
                attempt["report"] = report_on(flow, deposit.name)
                attempts.append(attempt)
            audit.add_json(f"{folder}/deposit.json", {**told, "attempts": attempts})

    def _l10n_fr_chorus_audit_documents(self, audit):
        """What was received, as it came."""
        for document in self.l10n_fr_chorus_inbound_ids.sorted("id"):
            original = document.pivot_attachment_id.sudo()
            if original:
                audit.add(f"received/{safe_name(original.name)}", original.raw or b"")
            audit.add_json("received/document.json", named(document, DOCUMENT))

    # -------------------------------------------------------------------------
    # WHAT WAS SAID AND DONE
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_audit_events(self):
        # Those without a date first: the portal gives them none when it forgot.
        events = self.l10n_fr_chorus_event_ids | self.l10n_fr_chorus_action_ids
        return events.sorted(
            lambda event: (
                event.at or fields.Datetime.to_datetime("1970-01-01"),
                event.position,
                event.id,
            )
        )

    def _l10n_fr_chorus_audit_history(self):
        events = self._l10n_fr_chorus_audit_events()
        extra = {"known_since": "seen_at", "read_in": "origin", "kind": "kind"}
        names = {**EVENT, **{k: v for k, v in extra.items() if v in events._fields}}
        [invoice] = named(self, INVOICE)
        return {
            "times": "UTC",
            "invoice": {
                **invoice,
                "currency": self.currency_id.name,
                "company": self.company_id.name,
                "partner": self.commercial_partner_id.display_name,
                "partner_identifier": self.commercial_partner_id.company_registry
                or None,
            },
            "events": [
                {**row, "label": event.label}
                for row, event in zip(named(events, names), events, strict=True)
            ],
        }

    def _l10n_fr_chorus_audit_doings(self, audit):
        """Add answers, corrections, differences, each with its files.

        :return: ``{name: records}``
        """
        doings = {}
        for name, model in DOINGS.items():
            if model not in self.env or "move_id" not in self.env[model]._fields:
                continue
            records = self.env[model].search([("move_id", "=", self.id)], order="id")
            if not records:
                continue
            doings[name] = records
            audit.add_json(f"{name}.json", rows(records))
            for attachment in attachments(records).sudo():
                audit.add(f"{name}/{safe_name(attachment.name)}", attachment.raw or b"")
        return doings

    # -------------------------------------------------------------------------
    # CALLS
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_audit_calls(self):
        """The calls about this invoice, and the searches over all that told of it."""
        own = self._l10n_fr_chorus_own_calls()
        general = self._l10n_fr_chorus_general_calls() - own
        lines = (own | general).sorted(lambda call: (call.at, call.id))
        return [
            {**row, "over_all_invoices": call in general}
            for row, call in zip(named(lines, CALL), lines, strict=True)
        ]

    def _l10n_fr_chorus_own_calls(self):
        deposits = self.l10n_fr_chorus_deposit_ids
        documents = self.l10n_fr_chorus_inbound_ids
        flows = deposits.flow_ids
        subjects = {
            self.l10n_fr_chorus_portal_id,
            *deposits.mapped("name"),
            *deposits.mapped("portal_id"),
            *flows.mapped("flow_number"),
            *documents.mapped("portal_id"),
        } - {False}
        about = Domain("subject", "in", list(subjects))
        for records in (self, flows, documents):
            about |= Domain("res_model", "=", records._name) & Domain(
                "res_id", "in", records.ids
            )
        return self._l10n_fr_chorus_search_calls(about)

    def _l10n_fr_chorus_general_calls(self):
        windows = Domain.OR(
            Domain("at", ">=", moment - BEFORE) & Domain("at", "<=", moment + AFTER)
            for moment in self._l10n_fr_chorus_moments()
        )
        return self._l10n_fr_chorus_search_calls(
            Domain("operation", "in", SEARCHES)
            & Domain("subject", "=", False)
            & windows,
            MOST_SEARCHES,
        )

    def _l10n_fr_chorus_search_calls(self, domain, limit=MOST_CALLS):
        connections = (
            self.l10n_fr_chorus_deposit_ids.connection_id
            | self.l10n_fr_chorus_inbound_ids.connection_id
        )
        # Companies may share an account, and one search then serves them all.
        sharing = connections.browse(
            {one.id for each in connections for one in each._same_account()}
        )
        # Whoever may read the invoice may read which calls it took.
        return (
            self.env["l10n_fr_chorus.call"]
            .sudo()
            .search(
                Domain("connection_id", "in", sharing.ids) & domain,
                order="at desc, id desc",
                limit=limit,
            )
        )

    def _l10n_fr_chorus_moments(self):
        """When something was learnt of this invoice; the latest ones."""
        flows = self.l10n_fr_chorus_deposit_ids.flow_ids
        events = self.l10n_fr_chorus_event_ids
        moments = {
            *flows.mapped("answered_at"),
            *self.l10n_fr_chorus_deposit_ids.mapped("asked_at"),
            *events.mapped("seen_at" if "seen_at" in events._fields else "create_date"),
            *self.l10n_fr_chorus_inbound_ids.mapped("create_date"),
        } - {False}
        return sorted(moments, reverse=True)[:MOST_MOMENTS]

    # -------------------------------------------------------------------------
    # README
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_audit_readme(self, audit):
        has_certificate = any(
            self.l10n_fr_chorus_deposit_ids.flow_ids.mapped("certificate")
        )
        certificate = (
            self.env._(
                "The fingerprint of the deposit certificate is in deposits/*/deposit.json."
            )
            if has_certificate
            else self.env._(
                "No fingerprint of a deposit certificate: Chorus Pro tells one for invoices "
                "sent as PDF and data only. The certificate itself is downloaded from its "
                "website."
            )
        )
        parts = [
            self.env._(
                "Audit file of %s, exchanged with Chorus Pro.", self.display_name
            ),
            self.env._(
                "history.html: everything on one page, to read or print.\n"
                "history.json: the history of the invoice on Chorus Pro.\n"
                "deposits/: each deposit, with the files exactly as they were sent, the "
                "attempts and the reports of Chorus Pro.\n"
                "received/: what was received, exactly as it came.\n"
                "calls.csv, calls.json: each call to Chorus Pro about this invoice, and the "
                "searches over all invoices that told of it. What the calls carried is not "
                "kept.\n"
                "answers.json, corrections.json, differences.json: what was done about it."
            ),
            self.env._(
                "To check that nothing has changed: unpack, then run “sha256sum --check "
                "SHA256SUMS” (Linux, macOS: “shasum -a 256 --check SHA256SUMS”). On "
                "Windows compare “certutil -hashfile FILE SHA256” with SHA256SUMS. The "
                "hash that was taken when a file was frozen for sending is in deposit.json."
            ),
            certificate,
            self.env._(
                "A file sent for several invoices at once is not in here, only its name "
                "and hash: it holds invoices of others. Times are in UTC, except in "
                "history.html."
            ),
        ]
        if audit.left_out:
            lines = "\n".join(f"{d}  {path}" for path, d in audit.left_out.items())
            parts.append(
                self.env._("Left out, being too large (SHA-256 and name):\n%s", lines)
            )
        return "\n\n".join(parts) + "\n"
