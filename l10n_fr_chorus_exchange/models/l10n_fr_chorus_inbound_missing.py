"""Files the supplier added after the download: when to go for them, until they are here."""

from datetime import timedelta

from odoo import api, fields, models

from ..lib.chorus_pro.codes import InvoiceStatus
from ..lib.chorus_pro.transitions import is_whole_story, may_bring_files
from ..tools.dates import paris_minute, to_utc
from .l10n_fr_chorus_inbound import WAITING_STATES, WITHDRAWN_STATUSES
from .l10n_fr_chorus_inbound_receive import TRIES

# What could not be downloaded in a day is asked for once a day from then on.
MISSING_DELAY = timedelta(days=1)
# The reason of a refusal is of no concern here.
ANY_REASON = "?"


class L10n_Fr_ChorusInbound(models.Model):
    """Searches show the current status only. Where they leave steps out, the history that
    is read for the bill tells all that happened since the last download.
    """

    _inherit = "l10n_fr_chorus.inbound"

    # The last status known when the files were downloaded; a file imported by hand tells
    # none. By the portal's clock and order, not by ours.
    files_status = fields.Char(readonly=True)
    files_status_at = fields.Datetime(readonly=True)
    files_missing_at = fields.Datetime(
        "Files missing since",
        readonly=True,
        index="btree_not_null",
        help="The supplier may have added files that could not be brought. Odoo asks for "
        "them once a day.",
    )

    # -------------------------------------------------------------------------
    # WHAT IS TOLD
    # -------------------------------------------------------------------------

    def _files_due_vals(self, row):
        """What a row of a search tells at once of the files on a bill."""
        is_due = self.move_id and self._is_news(row) and self._may_bring(row.status)
        return {"files_due": True} if is_due else {}

    def _is_to_be_read_again(self, row):
        """Whether what is kept without a bill may be less than what the portal has now.

        No history is read of these: where steps may lie between, they are downloaded.
        """
        if self.state not in (*WAITING_STATES, "fetched") or not self._is_news(row):
            return False
        if self._may_bring(row.status):
            return True
        before = InvoiceStatus.parse(self.portal_status or "")
        return self.state != "fetched" and not is_whole_story(
            before, row.status, ANY_REASON
        )

    def _may_bring(self, status):
        return may_bring_files([self.portal_status or "", status])

    def _is_news(self, row):
        """Whether this is another step than the one known, be it from a history."""
        step = str(row.status), _minute(to_utc(row.status_at))
        return step != (self.portal_status, _minute(self.status_at))

    def _note_files_of(self, history):
        """A history may tell of files that the last download came too early for.

        :param history: ``History`` of the library
        """
        if not may_bring_files(self._steps_since_download(history.entries)):
            return
        if self.move_id:
            # Missing, they are asked for each day.
            self.files_due = self.files_due or not self.files_missing_at
        elif (
            self.state in (*WAITING_STATES, "fetched")
            and str(history.status) not in WITHDRAWN_STATUSES
        ):
            self.write(self._given_up_vals())

    def _steps_since_download(self, entries):
        """Statuses from the one of the download on; all of them when it is not known."""
        steps = [(str(entry.code), _minute(to_utc(entry.at))) for entry in entries]
        known = self.files_status, _minute(self.files_status_at)
        later = []
        for step in reversed(steps):
            if step == known:
                break
            # Without date an entry stands first; not listed, its minute decides.
            if self.files_status and step[1] < known[1]:
                break
            later.append(step[0])
        return [self.files_status or "", *reversed(later)]

    @api.model
    def _given_up_vals(self):
        """To be downloaded again: what is kept may not be what the portal has now."""
        return {**self._reopened_vals(), "pivot_attachment_id": False, "sha256": False}

    # -------------------------------------------------------------------------
    # WHAT CANNOT BE HAD
    # -------------------------------------------------------------------------

    def _lacks_files(self):
        """Whether what the portal has is on its way to the bill, and not there yet."""
        self.ensure_one()
        return bool(
            self.move_id
            and self._has_portal_id()
            and (self.files_due or not self.is_unpacked)
        )

    def _missing_vals(self, sentence):
        """The bill stays without files for now; a person is told, and Odoo asks again."""
        return {
            "files_missing_at": fields.Datetime.now(),
            # Nothing more comes of this original.
            "is_unpacked": True,
            # The history has tries of its own.
            "tries": 0,
            "history_due": self.history_due,
            "reason": self.env._(
                "Files that the supplier added on Chorus Pro are missing on the bill. "
                "%s You can bring them with “Fetch one” or “Import a file”.",
                sentence,
            ),
        }

    def _ask_for_missing(self, connection):
        """Those that are missing for a day are downloaded once more."""
        self.search(
            [
                ("connection_id", "=", connection.id),
                ("move_id", "!=", False),
                ("files_missing_at", "<=", fields.Datetime.now() - MISSING_DELAY),
            ]
        ).write(
            # One try a day: meanwhile its history is not kept waiting.
            {"files_due": True, "files_missing_at": False, "tries": len(TRIES)}
        )

    def _keep_for_bills(self, stored):
        """What a person downloaded by hand: files that the bills do not have."""
        other = self.filtered(
            lambda d: not (d.pivot_attachment_id and d.sha256 == stored.sha256)
        )
        other._keep(stored)
        other.write(
            {"is_unpacked": False, "reason": False, "tries": 0, "next_try_at": False}
        )

    def _fetch_files(self):
        """A person wants the files of these bills as the portal has them now."""
        self.filtered(lambda one: one.move_id and one._has_portal_id()).write(
            {"files_due": True, "tries": 0, "next_try_at": False}
        )


def _minute(moment):
    """To compare what searches tell in seconds and histories in minutes, as a text."""
    return paris_minute(moment) if moment else ""
