"""How long originals are kept; the files of a bill are never touched."""

import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..lib.chorus_pro.codes import FINAL_STATUSES

_logger = logging.getLogger(__name__)

PURGED_AT_ONCE = 200
ENDED = tuple(map(str, FINAL_STATUSES))


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    purged_on = fields.Date(
        "Originals removed on",
        readonly=True,
        help="The originals were kept as long as the settings say; their checksums and "
        "the files of the bill stay.",
    )

    @api.autovacuum
    def _gc_originals(self):
        """Remove originals and their files some months after the end of the invoice.

        The end is the last status of one that is over on the portal, or that was left
        out here. Names, sizes and SHA-256 stay, as proof of what was received.

        :return: ``(removed, whether there is more)``
        """
        removed, is_more = 0, False
        companies = self.env["res.company"].search(
            [("l10n_fr_chorus_original_months", ">", 0)]
        )
        for company in companies:
            documents = self._past_retention(company)
            documents[:PURGED_AT_ONCE]._purge()
            removed += len(documents[:PURGED_AT_ONCE])
            is_more = is_more or len(documents) > PURGED_AT_ONCE
        return removed, is_more

    def _past_retention(self, company):
        limit = fields.Datetime.now() - relativedelta(
            months=company.l10n_fr_chorus_original_months
        )
        return self.search(
            [
                ("company_id", "=", company.id),
                ("purged_on", "=", False),
                "|",
                ("state", "=", "ignored"),
                "&",
                ("state", "=", "imported"),
                ("portal_status", "in", ENDED),
                "|",
                ("status_at", "<", limit),
                "&",
                ("status_at", "=", False),
                ("write_date", "<", limit),
            ],
            limit=PURGED_AT_ONCE + 1,
        )

    def _purge(self):
        attachments = self.env["ir.attachment"]
        originals = self.pivot_attachment_id | attachments.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        # What a person added to the conversation never came from the portal.
        originals -= self.message_ids.attachment_ids
        self.write(
            {"pivot_attachment_id": False, "purged_on": fields.Date.context_today(self)}
        )
        # One download may hold documents that are still open.
        needed = self.search([("pivot_attachment_id", "in", originals.ids)])
        (originals - needed.pivot_attachment_id).unlink()
        _logger.info("Chorus Pro inbox: originals of %d documents removed", len(self))
