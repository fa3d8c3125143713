"""What changed about a public body is told to whoever has documents for it."""

from __future__ import annotations

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import html2plaintext
from odoo.tools.misc import formatLang

from . import drift
from .drift_sentences import say_change
from .l10n_fr_chorus_deposit import FAILED_STATES

PROBLEM = "drift"
# Documents listed in one activity; the rest is counted.
MOST_LISTED = 30
# Not sent, and nothing more to collect: nobody sends these any more.
DONE_PAYMENTS = ("paid", "in_payment", "reversed", "blocked", "invoicing_legacy")
RECURRING = ("monthly", "quarterly", "yearly")


class ResPartner(models.Model):
    """Drift watch: one activity per public body and company, closed with its cause."""

    _inherit = "res.partner"

    l10n_fr_chorus_drift = fields.Json(
        "Changes on Chorus Pro",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Changes of the public body that documents still have to follow.",
    )
    l10n_fr_chorus_drift_told = fields.Json(
        "Changes told",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="For each company, the changes that a person was told about.",
    )

    # -------------------------------------------------------------------------
    # WHAT CHANGED
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_take(self, body):
        # What the directory knows may differ from what stood here.
        before = self._l10n_fr_chorus_state()
        res = super()._l10n_fr_chorus_take(body)
        self._l10n_fr_chorus_compare(before)
        return res

    def _l10n_fr_chorus_state(self):
        """The public body as it is known now."""
        self.ensure_one()
        services = self.with_context(active_test=False).l10n_fr_chorus_service_ids
        flags = {
            drift.SERVICE: self.l10n_fr_chorus_requires_service,
            drift.ENGAGEMENT: self.l10n_fr_chorus_requires_engagement,
            drift.EITHER: self.l10n_fr_chorus_requires_either,
        }
        return drift.BodyState(
            is_known=bool(self.l10n_fr_chorus_checked_at),
            is_open=self.l10n_fr_chorus_is_public,
            name=self.l10n_fr_chorus_name or "",
            demands=frozenset(name for name, wanted in flags.items() if wanted),
            services={
                service.id: drift.ServiceState(
                    service.code,
                    service.active,
                    service.requires_engagement,
                    bool(service.checked_at),
                )
                for service in services
            },
        )

    def _l10n_fr_chorus_compare(self, before):
        """Note what is new since ``before``, and tell whom it concerns.

        :param before: ``BodyState`` of the last look-up
        """
        self.ensure_one()
        partner = self.sudo()
        state = partner._l10n_fr_chorus_state()
        changes = drift.compare(before, state)
        known = partner._l10n_fr_chorus_changes()
        standing = [one for one in known if one.kind != drift.GONE]
        if len(standing) < len(known):
            changes.insert(0, drift.Change(drift.FOUND))
        if not changes and not known:
            return
        partner._l10n_fr_chorus_trace(changes)
        partner._l10n_fr_chorus_settle_drift(drift.merge(standing, changes))

    def _l10n_fr_chorus_gone(self):
        """The portal no longer knows this body at all."""
        self.ensure_one()
        partner = self.sudo()
        known = partner._l10n_fr_chorus_changes()
        gone = drift.Change(drift.GONE)
        if not partner.l10n_fr_chorus_checked_at or gone in known:
            return
        partner._l10n_fr_chorus_trace([gone])
        partner._l10n_fr_chorus_settle_drift([*known, gone])

    def _l10n_fr_chorus_changes(self):
        """Changes that documents still had to follow when they were last looked at."""
        return [
            drift.Change.from_json(row)
            for row in self.sudo().l10n_fr_chorus_drift or []
        ]

    def _l10n_fr_chorus_trace(self, changes):
        """A line for each change in the chatter; it stays when the activity is done."""
        if not changes:
            return
        self = self._l10n_fr_chorus_speak(self.company_id or self.env.company)
        self._message_log(
            body=Markup("<p>%s</p>%s")
            % (
                self.env._("What Chorus Pro says of this public body has changed."),
                _list(say_change(self.env, self, change) for change in changes),
            )
        )

    # -------------------------------------------------------------------------
    # WHOM IT CONCERNS
    # -------------------------------------------------------------------------

    @api.model
    def _l10n_fr_chorus_settle_all_drift(self):
        """Activities of all bodies in line with what their documents are now."""
        # A handful of public bodies at a time have changed; nobody is asked anything.
        for partner in self.sudo().search([("l10n_fr_chorus_drift", "!=", False)]):
            partner._l10n_fr_chorus_settle_drift(partner._l10n_fr_chorus_changes())

    def _l10n_fr_chorus_settle_drift(self, changes):
        """Open, rewrite or close the activities about ``changes``.

        What no document has to follow any more is forgotten: it is in the chatter.
        """
        self.ensure_one()
        state = self._l10n_fr_chorus_state()
        standing = [one for one in changes if drift.stands(one, state)]
        documents = self._l10n_fr_chorus_documents() if standing else []
        touched = {
            change: [one for one in documents if drift.touches(change, one)]
            for change in standing
        }
        touched = {change: found for change, found in touched.items() if found}
        rows = [change.to_json() for change in touched]
        if rows != (self.l10n_fr_chorus_drift or []):
            self.l10n_fr_chorus_drift = rows or False
        companies = self._l10n_fr_chorus_drift_companies(touched)
        told = dict(self.l10n_fr_chorus_drift_told or {})
        self._l10n_fr_chorus_drift_activities().filtered(
            lambda one: one.l10n_fr_chorus_problem not in map(_problem, companies)
        ).unlink()
        kept = {}
        for company in companies:
            key = str(company.id)
            kept[key] = self._l10n_fr_chorus_tell_drift(
                company, touched, told.get(key, [])
            )
        if kept != told:
            self.l10n_fr_chorus_drift_told = kept or False

    def _l10n_fr_chorus_drift_companies(self, touched):
        """Companies with a document, or a default, that is touched."""
        documents = [one for found in touched.values() for one in found]
        companies = self.env["res.company"].union(
            *(one.company for one in documents if one.company)
        )
        if any(one.company is None for one in documents):
            companies |= self._l10n_fr_chorus_dealing_companies()
        return companies.sorted("id")

    def _l10n_fr_chorus_dealing_companies(self):
        """Companies that invoice this body, for what is the same for all of them."""
        if self.company_id:
            return self.company_id
        groups = self.env["account.move"]._read_group(
            [
                ("commercial_partner_id", "=", self.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ],
            aggregates=["company_id:recordset"],
        )
        return groups[0][0]

    def _l10n_fr_chorus_tell_drift(self, company, touched, told):
        """One activity for the person in charge in this company.

        An activity that somebody marked as done does not come back for the same change.

        :param told: changes that somebody was told about
        :return: those that somebody is told about now
        """
        self = self._l10n_fr_chorus_speak(company)
        concerned = {
            change: [one for one in found if one.company in (company, None)]
            for change, found in touched.items()
        }
        concerned = {change: found for change, found in concerned.items() if found}
        rows = [change.to_json() for change in concerned]
        activity = self._l10n_fr_chorus_drift_activities().filtered(
            lambda one: one.l10n_fr_chorus_problem == _problem(company)
        )[:1]
        news = [row for row in rows if row not in told]
        if not activity and not news:
            return [row for row in told if row in rows]
        vals = {
            "summary": self.env._("Chorus Pro: the public body has changed"),
            "note": self._l10n_fr_chorus_drift_note(concerned),
        }
        if not activity:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self._l10n_fr_chorus_in_charge(company, concerned).id,
                l10n_fr_chorus_problem=_problem(company),
                **vals,
            )
        elif _words(activity.note) != _words(vals["note"]):
            activity.write(vals)
        return rows

    def _l10n_fr_chorus_speak(self, company):
        """In the language of the people who read it; crons have one of their own."""
        return self.with_context(lang=company.partner_id.lang or self.env.lang)

    def _l10n_fr_chorus_drift_note(self, concerned):
        """Each change, with links to the documents that have to follow it."""
        parts = []
        for change, found in concerned.items():
            lines = [self._l10n_fr_chorus_link(one) for one in found[:MOST_LISTED]]
            if len(found) > MOST_LISTED:
                lines.append(self.env._("and %d more", len(found) - MOST_LISTED))
            parts.append(
                Markup("<p>%s</p>%s")
                % (say_change(self.env, self, change), _list(lines))
            )
        return Markup().join(parts)

    def _l10n_fr_chorus_link(self, document):
        """A link to the document, by words that tell drafts apart."""
        record = document.record.with_context(lang=self.env.context.get("lang"))
        title = record.display_name
        if document.kind in ("draft", "recurring"):
            amount = formatLang(
                self.env, record.amount_total, currency_obj=record.currency_id
            )
            title = f"{title}, {amount}"
        if document.kind == "recurring":
            title = self.env._("%s (recurring)", title)
        elif document.kind == "default":
            title = self.env._("Default service of %s", title)
        return record._get_html_link(title=title)

    def _l10n_fr_chorus_drift_activities(self):
        """Open activities of ours about changes of this body, of all companies."""
        return self.sudo().activity_ids.filtered(
            lambda one: (one.l10n_fr_chorus_problem or "").startswith(f"{PROBLEM}:")
        )

    def _l10n_fr_chorus_in_charge(self, company, concerned):
        """Who sees to it: whoever the company names, the salesperson of the body, the
        person in charge of the first document."""
        documents = [one.record for found in concerned.values() for one in found]
        for user in self._l10n_fr_chorus_drift_users(company, documents):
            if user.active and not user.share and company in user.company_ids:
                return user
        moves = [one for one in documents if one._name == "account.move"]
        if moves:
            return moves[0]._l10n_fr_chorus_in_charge()
        accountant = self.env["account.move"]._l10n_fr_chorus_accountant(company)
        return accountant or self.env.user

    def _l10n_fr_chorus_drift_users(self, company, documents):
        """Who is asked first, in order.

        :param list documents: records that are touched
        """
        return [*company.sudo().l10n_fr_chorus_user_id, *self.user_id]

    # -------------------------------------------------------------------------
    # DOCUMENTS
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_documents(self):
        """What carries references of this body and is not sent yet, of all companies.

        :return: list of ``drift.Document``
        """
        self.ensure_one()
        moves = self.env["account.move"].search(
            self._l10n_fr_chorus_unsent_domain(), order="id"
        )
        return [
            *self._l10n_fr_chorus_defaults(),
            *(
                drift.Document(
                    move,
                    _kind_of(move),
                    move.company_id,
                    move.buyer_reference or "",
                    move.purchase_order_reference or "",
                )
                for move in moves
            ),
        ]

    def _l10n_fr_chorus_unsent_domain(self):
        return [
            ("commercial_partner_id", "=", self.id),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("l10n_fr_chorus_portal_id", "=", False),
            ("l10n_fr_chorus_elsewhere", "=", False),
            ("l10n_fr_chorus_stays_out", "=", False),
            "|",
            ("state", "=", "draft"),
            "&",
            "&",
            ("state", "=", "posted"),
            ("payment_state", "not in", DONE_PAYMENTS),
            ("l10n_fr_chorus_deposit_state", "in", (False, "ready", *FAILED_STATES)),
        ]

    def _l10n_fr_chorus_defaults(self):
        """Services that new invoices take: of the body, and of its contacts."""
        partners = self.search(
            [
                ("commercial_partner_id", "=", self.id),
                ("l10n_fr_chorus_default_service_id", "!=", False),
            ]
        )
        return [
            drift.Document(
                partner,
                "default",
                partner.company_id or None,
                partner.l10n_fr_chorus_default_service_id.code,
                is_default=True,
            )
            for partner in partners
        ]


def _kind_of(move):
    if move.state == "posted":
        return "unsent"
    return "recurring" if move.auto_post in RECURRING else "draft"


def _problem(company):
    return f"{PROBLEM}:{company.id}"


def _words(note):
    return html2plaintext(note or "")


def _list(lines):
    items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
    return Markup("<ul>%s</ul>") % items
