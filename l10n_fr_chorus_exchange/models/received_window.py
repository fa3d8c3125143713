from datetime import date
from functools import partial

from odoo import fields

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import RECIPIENT_OPEN_STATUSES, InvoiceStatus, RequestKind
from ..lib.chorus_pro.services import invoices
from ..tools.dates import paris_day, to_utc
from ..tools.windows import OVERLAP, whole_window

# The very first search has no date to start from: everything still to be treated.
FIRST_STATUSES = (
    *RECIPIENT_OPEN_STATUSES,
    InvoiceStatus.SUSPENDED,
    InvoiceStatus.TAKEN_BY_RECIPIENT,
)
# The portal opened that day; where a first search that was cut begins.
OPENING = date(2017, 1, 1)
# Rows in one answer; clients use up to ten times as many.
PAGE_SIZE = 1000


class Window:
    """What changed for one structure since a moment; read without the database.

    ``rows`` is ``{portal id: (kind, row)}``; ``has_nameless`` tells that some have no
    id; ``is_cut`` that the portal kept rows back although only one day was asked for;
    ``odd`` the ids of rows that could not be written down.

    Two searches, one for each kind of payment request, a thousand rows an answer.

    :param int portal_id: of the structure
    :param datetime since: when it was looked at last; None: never
    :param date start: first day of deposit, for a first look
    """

    def __init__(self, client, portal_id, since, start=None):
        self.client = client
        self.portal_id = portal_id
        self.since = max(paris_day(since - OVERLAP), OPENING) if since else None
        # Later windows also bring what changed of older documents that are known.
        self.start = None if since else start or None
        self.began = fields.Datetime.now()
        self.today = paris_day(self.began)
        self.rows = {}
        self.has_nameless = False
        self.is_cut = False
        self.odd = set()

    def look(self):
        for kind in (RequestKind.INVOICE, RequestKind.WORKS):
            try:
                self._ask(kind, self.since)
            except errors.SearchCutError:
                since = self.since or self.start or OPENING
                whole_window(partial(self._ask, kind), since, max(since, self.today))

    def _ask(self, kind, since=None, until=None):
        found = invoices.search_received(
            self.client,
            self.portal_id,
            kind=kind,
            changed_from=since,
            changed_to=until,
            deposited_from=self.start,
            statuses=None if self.since else FIRST_STATUSES,
            page_size=PAGE_SIZE,
        )
        try:
            for row in found:
                if row.portal_id is None:
                    self.has_nameless = True
                else:
                    self.rows[str(row.portal_id)] = (str(kind), row)
        except errors.SearchCutError:
            if since is None or since != until:
                raise
            # Less than a day cannot be asked for; the other days can.
            self.is_cut = True
        return ()


def was_over_before(row, moment):
    """Whether this had left the desk for good before that moment.

    :param row: ``ReceivedInvoice`` or ``UnreadableRow``
    :param datetime moment: naive UTC, or False
    """
    at, status = getattr(row, "status_at", None), getattr(row, "status", None)
    return (
        bool(moment and at and status and to_utc(at) < moment)
        and status not in FIRST_STATUSES
    )
