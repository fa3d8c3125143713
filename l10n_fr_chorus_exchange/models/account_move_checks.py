import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.chorus_pro import rules
from ..tools.dates import paris_day
from . import findings, rule_facts

_logger = logging.getLogger(__name__)

CUSTOMER_DOCUMENTS = ("out_invoice", "out_refund")
INVOICING = "account.group_account_invoice"
# Calm colours on the form: nothing has gone wrong yet.
NOT_TAKEN = ("rejected", "refused")
FORM_LEVELS = {"error": "warning", "warning": "info"}


class AccountMove(models.Model):
    """Where the rules speak: on the form, at posting, when a number is chosen."""

    _inherit = "account.move"

    l10n_fr_chorus_readiness = fields.Char(
        "Readiness for Chorus Pro",
        compute="_compute_l10n_fr_chorus_points",
        groups=INVOICING,
    )
    l10n_fr_chorus_readiness_level = fields.Selection(
        [("ready", "Ready"), ("settle", "To settle")],
        "Readiness level for Chorus Pro",
        compute="_compute_l10n_fr_chorus_points",
        groups=INVOICING,
    )
    l10n_fr_chorus_points = fields.Json(
        "Points to settle for Chorus Pro",
        compute="_compute_l10n_fr_chorus_points",
        groups=INVOICING,
    )

    # -------------------------------------------------------------------------
    # FORM
    # -------------------------------------------------------------------------

    # No dependencies: the document is made again when the invoice is read, not at each
    # key that is pressed.
    def _compute_l10n_fr_chorus_points(self):
        for move in self:
            level, sentence, points = move._l10n_fr_chorus_readiness()
            move.l10n_fr_chorus_readiness_level = level
            move.l10n_fr_chorus_readiness = sentence
            move.l10n_fr_chorus_points = points

    def _l10n_fr_chorus_readiness(self):
        """Level, sentence and points of the form; all False where there is no question."""
        # While it is being changed, the form keeps what was said of it when it was saved.
        if self != self._origin or not self._l10n_fr_chorus_is_concerned():
            return False, False, False
        if self.state == "posted" and self.l10n_fr_chorus_deposit_state in NOT_TAKEN:
            # What Chorus Pro said of it stands there already, and says more.
            return False, False, False
        found = self._l10n_fr_chorus_findings()
        points = findings.alerts(
            self.env, {self: found}, single=True, levels=FORM_LEVELS
        )
        count = sum(finding.is_error for finding in found)
        if not count:
            return "ready", self.env._("ready."), points
        if count == 1:
            return "settle", self.env._("1 point to settle."), points
        return "settle", self.env._("%s points to settle.", count), points

    def _l10n_fr_chorus_is_concerned(self):
        """Whether this is to go to Chorus Pro, and still can be changed for it."""
        self.ensure_one()
        return (
            self.move_type in CUSTOMER_DOCUMENTS
            and self.state in ("draft", "posted")
            and self._l10n_fr_chorus_is_its_body()
            and not self.l10n_fr_chorus_portal_id
            and self._l10n_fr_chorus_can_send()
            and bool(
                self.env["l10n_fr_chorus.connection"]._for_company(self.company_id)
            )
        )

    # -------------------------------------------------------------------------
    # POSTING
    # -------------------------------------------------------------------------

    def _post(self, soft=True):
        # EXTENDS 'account': number and date are known now, and can still be undone.
        posted = super()._post(soft)
        posted._l10n_fr_chorus_check_posted()
        return posted

    def _l10n_fr_chorus_check_posted(self):
        """:raise UserError: all that would keep public bodies' invoices from going

        Without the company's setting, only what can never be mended afterwards: the
        number.
        """
        refusals = [
            f"{move.display_name}\n"
            + "\n".join(f"- {finding.sentence}" for finding in wrong)
            for move in self
            if move._l10n_fr_chorus_is_concerned()
            # A company that only receives invoices its customers by other means.
            and self.env["l10n_fr_chorus.connection"]
            ._for_sending(move.company_id, move)
            .sudo()
            .can_send
            and (wrong := move._l10n_fr_chorus_posting_findings())
        ]
        if refusals:
            raise UserError(
                self.env._(
                    "Not confirmed, because Chorus Pro would refuse it:\n%s",
                    "\n".join(refusals),
                )
            )

    def _l10n_fr_chorus_posting_findings(self):
        if not self.company_id.l10n_fr_chorus_check_at_posting:
            return self._l10n_fr_chorus_number_findings(self.name)
        own = (self, self.commercial_partner_id, self.company_id.partner_id)
        return [
            finding
            for finding in self._l10n_fr_chorus_findings()
            # The connection may be mended until the invoice is sent.
            if finding.is_error and finding.record in own
        ]

    # -------------------------------------------------------------------------
    # NUMBER
    # -------------------------------------------------------------------------

    def _l10n_fr_chorus_number_findings(self, number):
        """What Chorus Pro would say of ``number``, whatever the rest of the invoice."""
        facts = rules.Facts(
            today=paris_day(fields.Datetime.now()),
            invoice=rules.InvoiceFacts(number=number or ""),
        )
        return [
            findings.from_violation(self, violation)
            for violation in rules.check(facts, only=rules.NUMBERING)
        ]

    @api.onchange("name", "highest_name")
    def _onchange_name_warning(self):
        # EXTENDS 'account': the first number of a journal is the pattern of all others.
        res = super()._onchange_name_warning()
        found = self._l10n_fr_chorus_chosen_number_findings()
        if not found:
            return res
        before = (res or {}).get("warning", {})
        sentences = [before.get("message"), *(one.sentence for one in found)]
        return {
            **(res or {}),
            "warning": {
                "title": before.get("title") or self.env._("Chorus Pro"),
                "message": "\n\n".join(filter(None, sentences)),
            },
        }

    def _l10n_fr_chorus_chosen_number_findings(self):
        number = rule_facts.number_of(self)
        if not number or self.move_type not in CUSTOMER_DOCUMENTS:
            return []
        journal = self.journal_id
        if not (
            self.l10n_fr_chorus_is_public or journal._l10n_fr_chorus_serves_public()
        ):
            return []
        return self._l10n_fr_chorus_number_findings(number)
