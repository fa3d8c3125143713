"""Following what was sent: what is written down about one deposit."""

from datetime import timezone

from odoo import fields, models

from ..tools.dates import PARIS
from ..tools.notifications import TITLE
from .explanations import explain_sentences, is_number_used
from .l10n_fr_chorus_deposit import STUCK_DELAY, UNSENT_DELAY

# A flow integrated in part may show its invoices a little later: so many searches
# without a trace, and the invoice counts as rejected.
FRUITLESS_SEARCHES = 4
# Incidents of the portal after which a person has a look.
MOST_INCIDENTS = 3


class L10n_Fr_ChorusDeposit(models.Model):
    _inherit = "l10n_fr_chorus.deposit"

    # -------------------------------------------------------------------------
    # LATER
    # -------------------------------------------------------------------------

    def _not_known_yet(self):
        self._ask_again(self.env._("Chorus Pro does not know this deposit yet."))

    def _still_pending(self, report):
        self._note_report(report)
        self._ask_again(False)

    def _ask_again(self, sentence):
        """Nothing new: the next question comes later, a long silence is told."""
        now = fields.Datetime.now()
        for deposit in self:
            deposit.questions += 1
        self.write({"error": sentence, "asked_at": now})
        self._ask_later()
        for deposit in self:
            if now - deposit.sent_at >= STUCK_DELAY:
                deposit._alert_once(
                    self.env._(
                        "Chorus Pro has not said for more than three days what became of "
                        "this deposit (%s). Ask its support.",
                        deposit.flow_number or deposit.file_name,
                    )
                )

    def _put_off(self):
        """Not asked about this time: it keeps its place in the queue."""
        for deposit in self:
            deposit.questions += 1
        self._ask_later()

    def _note_report(self, report):
        self.flow_id._report(report)
        code = str(report.state)
        self.filtered(lambda deposit: deposit.flow_state != code).flow_state = code

    # -------------------------------------------------------------------------
    # NO ANSWER
    # -------------------------------------------------------------------------

    def _is_doubt_over(self):
        delay = self.connection_id._unknown_delay()
        if self.raw_error:
            # The portal said that it holds this number: it takes longer to show it.
            delay = STUCK_DELAY
        return fields.Datetime.now() - self.sent_at >= delay

    def _settle_unknown(self, found):
        """The portal was searched and shows nothing of an attempt without answer.

        :param Found found: the rows of that search
        """
        if self.raw_error:
            self._settle_number_taken(found.clashing(self._wanted()))
            return
        if not self._is_doubt_over():
            self._ask_again(self._being_looked_for())
            return
        sentence = self.env._(
            "Chorus Pro shows no trace of the deposit of %s: it goes again.",
            self.sent_at.replace(tzinfo=timezone.utc)
            .astimezone(PARIS)
            .strftime("%H:%M"),
        )
        self.flow_id._answer("not_sent", error=sentence)
        self.asked_at = fields.Datetime.now()
        self._go_again(sentence, now=True)
        self.move_id._message_log(body=f"{TITLE}: {sentence}")
        if fields.Datetime.now() - self.create_date >= UNSENT_DELAY:
            self._alert_once(
                self.env._(
                    "Chorus Pro gave no answer to any deposit of this invoice for more "
                    "than a day."
                )
            )

    # -------------------------------------------------------------------------
    # REPORT
    # -------------------------------------------------------------------------

    def _reported(self, report, row, clash):
        """The portal has finished with the flow: integrated, rejected, or it is unclear.

        :param report: ``FlowReport`` of the library, final
        :param row: ``SentInvoice`` that proves the integration, or None
        :param clash: ``SentInvoice`` that uses the number without being this invoice
        """
        self._note_report(report)
        if row:
            self._integrated(row)
        elif report.must_be_sent_again:
            self._incident(report)
        elif self._may_still_appear(report):
            self.lookups += 1
            self._ask_again(
                self.env._(
                    "Chorus Pro says that the deposit is integrated and does not show the "
                    "invoice yet."
                )
            )
        elif self._is_awaited(report, clash):
            self.lookups += 1
            self._ask_again(self._number_taken_sentence())
        elif self._suffered_for_others(report, clash):
            self._go_again(
                self.env._(
                    "Chorus Pro refused the whole group this invoice was in: it goes "
                    "again in a deposit of its own."
                ),
                alone=True,
                now=True,
            )
        else:
            self._rejected(report, clash)

    def _may_still_appear(self, report):
        """Integrated, not named among the rejected, and not found by the searches.

        The portal sometimes forgets a rejected invoice in its report: after a partial
        integration, what does not appear was rejected. After a whole one, it was not.
        """
        if report.is_rejected or report.lists(self.name):
            return False
        return report.is_accepted or self.lookups < FRUITLESS_SEARCHES

    def _is_awaited(self, report, clash):
        """Refused since its number is used, probably by itself: it must show up.

        The refusal proves an earlier deposit. Searches may show that one hours later.
        """
        if clash or self._suffered_for_others(report, clash):
            return False
        if not is_number_used(report.reason_for(self.name)):
            return False
        if not self._has_open_past():
            return self.lookups < FRUITLESS_SEARCHES
        return fields.Datetime.now() - self.sent_at < STUCK_DELAY

    def _has_open_past(self):
        """Whether an earlier attempt of the invoice may have arrived after all."""
        deposits = self.move_id.l10n_fr_chorus_deposit_ids
        if deposits == self and self.tries <= 1:
            return False
        earlier = deposits.flow_ids - self.flow_id
        return any(flow.state not in ("rejected", "refused") for flow in earlier)

    def _suffered_for_others(self, report, clash):
        """In an archive refused as a whole, and not itself at fault."""
        return (
            report.is_rejected
            and not clash
            and not report.lists(self.name)
            and len(self.flow_id.deposit_ids) > 1
        )

    def _incident(self, report):
        """The portal failed: the same bytes go again in a new flow, a few times."""
        incidents = self.flow_ids.filtered(lambda flow: flow.state == "incident")
        if len(incidents) < MOST_INCIDENTS:
            self._go_again(
                self.env._(
                    "Chorus Pro had a technical incident with this deposit: it goes again."
                ),
                # Whatever broke over there may be another invoice of the group.
                alone=len(self.flow_id.deposit_ids) > 1,
            )
            return
        self._fail(
            self.env._(
                "Chorus Pro had a technical incident with this deposit %d times. Ask its "
                "support, then send the invoice again.",
                len(incidents),
            ),
            report.reason_for(self.name),
        )

    def _rejected(self, report, clash):
        """Not integrated: what is wrong and what to do, then the portal's own words."""
        texts = [report.reason_for(self.name)]
        if clash:
            reason = "\n".join([self._clash_sentence(clash), *texts]).strip()
        elif any(texts):
            reason = explain_sentences(self.env, texts)
        else:
            reason = self.env._(
                "Chorus Pro gave no reason. Look at the report of flow %s on the portal.",
                self.flow_number,
            )
        self._fail(reason, texts[0])

    def _clash_sentence(self, clash):
        return self.env._(
            "Chorus Pro already holds another invoice %(number)s of this supplier, of "
            "%(date)s and %(amount)s. Cancel this one and make a new one, with "
            "another number.",
            number=clash.number,
            date=clash.issue_date or self.env._("an unknown date"),
            amount=clash.taxed,
        )

    def _number_taken_sentence(self):
        return self.env._(
            "Chorus Pro says that it has an invoice of this number already, probably from "
            "an earlier attempt, and does not show it yet. Odoo is looking for it."
        )

    def _settle_number_taken(self, clash):
        """A submission was refused since its number is used, and the portal searched.

        :param clash: ``SentInvoice`` that uses the number without being this invoice
        """
        raw = self.raw_error
        if clash:
            reason = "\n".join([self._clash_sentence(clash), raw])
        elif self._is_doubt_over():
            reason = explain_sentences(self.env, [raw])
        else:
            self._ask_again(self._number_taken_sentence())
            return
        self.flow_id._answer("refused", error=reason)
        self._fail(reason, raw)

    def _fail(self, sentence, raw):
        self.write(
            {
                "state": "rejected",
                "error": sentence,
                "raw_error": raw or False,
                "asked_at": fields.Datetime.now(),
                "next_try_at": False,
            }
        )
        self.move_id._l10n_fr_chorus_alert(sentence)

    # -------------------------------------------------------------------------
    # INTEGRATED
    # -------------------------------------------------------------------------

    def _integrated(self, row):
        """The portal holds the invoice, as ``row`` of a search proves.

        :param row: ``SentInvoice`` of the library
        """
        ours = self.flow_number
        self._held_by_portal(row)
        self.flow_id._found(row)
        if ours and row.flow_number and row.flow_number != ours:
            sentence = self.env._(
                "Chorus Pro already held this invoice, from deposit %(there)s: "
                "deposit %(here)s was of no use.",
                there=row.flow_number,
                here=ours,
            )
            self.flow_id._was_of_no_use(sentence)
            self.move_id._message_log(body=sentence)

    def _held_by_portal(self, row):
        """Write down the portal's id and status; its history is read when it changes."""
        self.write(
            {
                "state": "integrated",
                "portal_id": str(row.portal_id),
                "flow_number": row.flow_number or self.flow_number,
                "error": False,
                "raw_error": False,
                "asked_at": fields.Datetime.now(),
                "next_try_at": False,
            }
        )
        move = self.move_id
        move.l10n_fr_chorus_portal_id = str(row.portal_id)
        move._l10n_fr_chorus_record_row(row)
        move._l10n_fr_chorus_calm()
