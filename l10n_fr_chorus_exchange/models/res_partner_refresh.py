"""Nightly refresh: public bodies that are invoiced are looked up again."""

import logging
from datetime import timedelta
from functools import partial

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.services import structures
from ..tools.silence import MOST_UNANSWERED, is_silent
from ..tools.transactions import commit, write_down
from .sentences import advise

_logger = logging.getLogger(__name__)

# Looked up by hand during the day: not asked again the same night.
FRESH = timedelta(hours=20)
# Services nobody uses whose demands are read again each time, the longest unread first.
SPARE_SERVICES = 3
# Services in use whose demands are read again each time.
MOST_SERVICES = 30
# Part of the calls of a day that this leaves to the day's work.
LEFT_FOR_THE_DAY = 2  # half


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_fr_chorus_asked_at = fields.Datetime(
        "Last refresh tried on", readonly=True, copy=False
    )
    l10n_fr_chorus_trouble = fields.Char(
        "Last refresh",
        readonly=True,
        copy=False,
        help="Why the last refresh from Chorus Pro brought nothing.",
    )
    l10n_fr_chorus_unknown_at = fields.Datetime(
        "Not known to Chorus Pro on",
        readonly=True,
        copy=False,
        help="When a refresh found no public body with this SIRET; empty once one did.",
    )

    # -------------------------------------------------------------------------
    # CRON
    # -------------------------------------------------------------------------

    @api.model
    def _cron_l10n_fr_chorus_refresh(self):
        """Look up again the bodies with open or recurring business, then see which
        documents follow what changed."""
        companies = (
            self.env["l10n_fr_chorus.connection"]
            .search([("active", "=", True)])
            .company_id.filtered(lambda one: one._l10n_fr_chorus_refreshed_with())
        )
        self.env["ir.cron"]._commit_progress(remaining=len(companies) + 1)
        for company in companies.sorted("id"):
            if not self._l10n_fr_chorus_refresh_company(company):
                return
            if not self.env["ir.cron"]._commit_progress(1):
                return
        self._l10n_fr_chorus_settle_all_drift()
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _l10n_fr_chorus_refresh_company(self, company):
        """:return: False when the cron's time is over"""
        connection = self.env["l10n_fr_chorus.connection"]._for_questions(company)
        if not connection or not connection._may_refresh():
            return True
        connection = connection._speak()
        with connection._exclusive("refresh") as mine:
            if not mine:
                return True
            due = self._l10n_fr_chorus_due_for_refresh(company)
            offices = company | company._l10n_fr_chorus_refreshed_with()
            progress = self.env["ir.cron"]._commit_progress
            progress(remaining=len(due) + 1)
            try:
                client = connection._client()
            except errors.ChorusError as error:
                connection._failed(error)
                return True
            unanswered = 0
            # Each read for itself: every commit forgets what was read.
            for partner_id in due:
                if not connection._may_refresh():
                    break
                one = self.with_env(connection.env).browse(partner_id)
                one = one.with_context(allowed_company_ids=offices.ids)
                error = one._l10n_fr_chorus_refresh_alone(connection, client)
                unanswered = unanswered + 1 if is_silent(error) else 0
                if unanswered == MOST_UNANSWERED:
                    # It may be down: the others are asked about another night.
                    write_down(self.env, partial(connection._failed, error))
                if not progress(1):
                    return False
        return True

    def _l10n_fr_chorus_refresh_alone(self, connection, client):
        """Refresh one body; whatever breaks is undone, logged, and the next goes on.

        :return: the error of the call it ended with, or None
        """
        try:
            return self._l10n_fr_chorus_refresh_one(connection, client)
        except OperationalError as error:
            self.env.cr.rollback()
            _logger.info("Chorus Pro: %s not refreshed: %s", self, error)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Chorus Pro: %s not refreshed", self)
            sentence = self.env._("Unexpected error, see the server log.")
            write_down(self.env, partial(self._l10n_fr_chorus_not_refreshed, sentence))
        return None

    # -------------------------------------------------------------------------
    # WHICH
    # -------------------------------------------------------------------------

    @api.model
    def _l10n_fr_chorus_due_for_refresh(self, company):
        """Ids of the bodies to look up again by the connections of this company, the
        longest unasked first."""
        companies = company._l10n_fr_chorus_refreshed_with()
        # A branch invoices the customers of the companies above it as well.
        visible = companies.parent_ids
        limit = fields.Datetime.now() - FRESH
        in_business = Domain.OR(
            [
                *(
                    domain
                    for one in companies
                    for domain in self._l10n_fr_chorus_business_domains(one)
                ),
                # Until it is settled, also when it no longer counts as public.
                Domain("l10n_fr_chorus_drift", "!=", False),
            ]
        )
        fresh = [
            Domain(name, "=", False) | Domain(name, "<", limit)
            for name in ("l10n_fr_chorus_checked_at", "l10n_fr_chorus_asked_at")
        ]
        domain = Domain.AND(
            [
                self._l10n_fr_chorus_known_domain(),
                Domain("l10n_fr_chorus_siret", "!=", False)
                | Domain("l10n_fr_chorus_body_id", "!=", False),
                Domain("company_id", "in", (False, *visible.ids)),
                *fresh,
                in_business,
            ]
        )
        return (
            self.sudo()
            .search(domain, order="l10n_fr_chorus_asked_at ASC NULLS FIRST, id")
            .ids
        )

    @api.model
    def _l10n_fr_chorus_known_domain(self):
        """Public bodies, and those that documents still have to follow."""
        return Domain("l10n_fr_chorus_is_public", "=", True) | Domain(
            "l10n_fr_chorus_drift", "!=", False
        )

    @api.model
    def _l10n_fr_chorus_business_domains(self, company):
        """What makes a body worth refreshing for this company: domains on partners."""
        since = fields.Date.subtract(
            fields.Date.context_today(self),
            months=company.l10n_fr_chorus_refresh_months,
        )
        moves = self.env["account.move"].sudo()
        ours = Domain("company_id", "=", company.id) & Domain(
            "move_type", "in", ("out_invoice", "out_refund")
        )
        wanted = (
            Domain("state", "=", "draft")
            | Domain("invoice_date", ">=", since)
            | (
                Domain("state", "=", "posted")
                & Domain("payment_state", "in", ("not_paid", "partial"))
            )
        )
        return [Domain("id", "in", _bodies_of(moves, ours & wanted))]

    # -------------------------------------------------------------------------
    # ONE
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_refresh_one(self, connection, client):
        """Network first, then one short transaction.

        :return: the error of the call it ended with, or None
        """
        wanted = self._l10n_fr_chorus_services_to_read()
        # Nothing is held open in the database while the portal thinks.
        commit(self.env)
        try:
            with connection._calls_about(self):
                found = self._l10n_fr_chorus_ask_again(client, wanted)
        except errors.ChorusError as error:
            if isinstance(error, errors.NotSentError | errors.InvalidCallError):
                connection._failed(error)
            sentence = advise(self.env, error)
            write_down(self.env, partial(self._l10n_fr_chorus_not_refreshed, sentence))
            return error
        write_down(self.env, partial(self._l10n_fr_chorus_refreshed, found))
        return None

    def _l10n_fr_chorus_services_to_read(self):
        """Portal ids of the services whose demands are worth a call each: those in use,
        and a few others, so that all have their turn."""
        documents = self.sudo()._l10n_fr_chorus_documents()
        codes = {one.service for one in documents if one.service}
        services = self.sudo().l10n_fr_chorus_service_ids.filtered("portal_id")
        services = services.sorted(
            lambda one: (one.checked_at or one.create_date, one.id)
        )
        used = services.filtered(lambda one: one.code in codes)[:MOST_SERVICES]
        return set((used | (services - used)[:SPARE_SERVICES]).mapped("portal_id"))

    def _l10n_fr_chorus_ask_again(self, client, wanted):
        """As ``_l10n_fr_chorus_ask``, for few services.

        :param wanted: portal ids of the services to read; new ones are read as well
        """
        body = self.sudo().l10n_fr_chorus_body_id
        identifier, kind = self.l10n_fr_chorus_siret, IdentifierType.SIRET
        if not identifier:
            identifier, kind = body.identifier, IdentifierType(body.identifier_type)
        structure = structures.find(client, identifier, identifier_type=kind)
        if structure is None:
            return None
        detail = structures.read(client, structure.portal_id)
        known = set(self._l10n_fr_chorus_known_services())
        found, new = [], SPARE_SERVICES
        for service in structures.services(client, structure.portal_id):
            portal_id, read = str(service.portal_id), None
            is_new = portal_id not in known and new > 0
            may = (
                service.is_active
                and not service.is_reserved
                and not detail.requires_engagement
            )
            if may and (portal_id in wanted or is_new):
                new -= is_new
                read = structures.read_service(
                    client, structure.portal_id, service.portal_id
                )
            found.append((service, read))
        return structure, detail, found

    def _l10n_fr_chorus_known_services(self):
        services = self.sudo().with_context(active_test=False)
        return services.l10n_fr_chorus_service_ids.mapped("portal_id")

    def _l10n_fr_chorus_refreshed(self, found):
        """Write down what the portal said; None: it does not know this body."""
        if found is None:
            self._l10n_fr_chorus_not_refreshed(
                self.env._("Chorus Pro does not know this SIRET.")
            )
            self.l10n_fr_chorus_unknown_at = fields.Datetime.now()
            self._l10n_fr_chorus_gone()
            return
        self.write(
            {
                "l10n_fr_chorus_asked_at": fields.Datetime.now(),
                "l10n_fr_chorus_trouble": False,
            }
        )
        self._l10n_fr_chorus_record(*found)

    def _l10n_fr_chorus_not_refreshed(self, sentence):
        # Asked, in vain: the others come first the next time.
        self.write(
            {
                "l10n_fr_chorus_asked_at": fields.Datetime.now(),
                "l10n_fr_chorus_trouble": sentence,
            }
        )


def _bodies_of(documents, domain, field="commercial_partner_id"):
    """The partners of documents, as a query inside the one that asks for them."""
    query = documents._search(domain)
    return query.subselect(documents._field_to_sql(documents._table, field, query))


class L10n_Fr_ChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def _may_refresh(self):
        """Whether calls may be spent on what can wait for another night."""
        self.ensure_one()
        reserve = self.calls_per_day // LEFT_FOR_THE_DAY
        if not self._is_of_directory():
            return False
        return not self._is_paused() and self._has_budget(reserve)
