"""Invoice files of other programs, where their folder lies beside the checkout."""

from __future__ import annotations

import base64
import io
import json
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from odoo import fields
from odoo.exceptions import UserError

from .common import Portal, PortalTransport, seed
from .inbound_common import InboundCase

# After the line above: it is found beside the simulator.
from demo.sample_reader import read_sample  # isort: skip

RATES = (25, 21, 19, 16, 15, 12, 7, 6)
CURRENCIES = ("SEK", "DKK", "NOK", "CHF", "GBP", "USD", "HRK")

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
SUFFIXES = {".xml", ".pdf"}
CENT = Decimal("0.01")
NOT_READ = 422
# Of the document that carries a file which says nothing to a program.
CARRIED = Decimal("120.00")
WIDTHS = (66, 13, 11, 12, 12)


def sample_files():
    """Every invoice-like file of the folder; none where it is not at hand."""
    return sorted(
        path
        for path in SAMPLES.rglob("*")
        if path.suffix.lower() in SUFFIXES and path.is_file()
    )


@dataclass
class Row:
    """What became of one file.

    :ivar door: ``portal``: put there and pulled; ``by hand``: the portal cannot read
        it, a person imports it; ``carried``: it comes attached to another invoice
    :ivar state: of the inbox record; ``refused`` when there is none
    """

    name: str
    door: str
    state: str
    wanted: Decimal | None
    total: Decimal | None
    reason: str = ""
    fault: str = ""

    def cells(self):
        amounts = ["" if one is None else str(one) for one in (self.wanted, self.total)]
        told = f"NOT OK: {self.fault}" if self.fault else self.reason
        return (self.name, self.door, self.state, *amounts, told)


def table(rows):
    """All files, one line each."""
    head = ("file", "door", "ends", "in the file", "bill", "why")
    lines = [head, *(row.cells() for row in rows)]
    return "\n".join(
        "  ".join(
            [
                *(cell.ljust(width) for cell, width in zip(line, WIDTHS, strict=False)),
                line[-1],
            ]
        ).rstrip()
        for line in lines
    )


class SampleCase(InboundCase):
    """Files put on the portal by their own suppliers, pulled, and looked at."""

    def setUp(self):
        super().setUp()
        self.know_structures()
        # Nothing of an earlier portal is asked of a later one.
        self.town_hall_connection.structures_read_at = fields.Datetime.now()

    def buys_abroad(self):
        """The town hall has the taxes and the currencies of its neighbours."""
        for rate in RATES:
            self.town_hall_data["default_tax_purchase"].copy(
                {"name": f"{rate} % abroad", "amount": rate}
            )
        self.env["res.currency"].with_context(active_test=False).search(
            [("name", "in", CURRENCIES)]
        ).active = True

    # -------------------------------------------------------------------------
    # DOORS
    # -------------------------------------------------------------------------

    def put(self, name, content):
        """The portal's id of this file; None when the portal cannot read it."""
        answer = self.portal.handle(
            "POST",
            "/simulator/api/invoices",
            {"Content-Type": "application/json"},
            json.dumps(
                {
                    "name": name[-50:],
                    "content": base64.b64encode(content).decode(),
                    "recipient": seed.TOWN_HALL,
                    "service": "ACHATS",
                }
            ).encode(),
        )
        if answer.status == NOT_READ:
            return None
        self.assertEqual(answer.status, 200, answer.body)
        return str(json.loads(answer.body)["id"])

    def pull_each(self, files):
        """Rows of all files, each on a portal of its own and in books of its own.

        :param files: ``{name: (content, total of the file or None)}``
        """
        rows = []
        for name, (content, total) in files.items():
            with self.alone():
                rows += self._pull({name: (content, total)})
        return rows

    def pull_all(self, files):
        """Rows of all files, as one morning brings them."""
        with self.without_complaints():
            return self._pull(files)

    @contextmanager
    def alone(self):
        savepoint = self.env.cr.savepoint()
        self.portal.close()
        self.portal = Portal(":memory:")
        self.addCleanup(self.portal.close)
        self.transport = PortalTransport(self.portal)
        try:
            with self.without_complaints():
                yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    @contextmanager
    def without_complaints(self):
        """No warning and no traceback, whoever would write it."""
        with self.assertNoLogs(level="WARNING"):
            yield

    def _pull(self, files):
        ids = {
            name: self.put(name, content) for name, (content, _total) in files.items()
        }
        self.receive()
        rows = []
        for name, (content, total) in files.items():
            if ids[name]:
                document = self.document_of(ids[name])
                rows.append(self.row_of(document, name, "portal", total))
            else:
                rows.append(self.by_hand(name, content))
                rows.append(self.carried(name, content))
        return rows

    def by_hand(self, name, content):
        try:
            documents = self.inbox._import_file(
                self.town_hall_connection, name, io.BytesIO(content)
            )
        except UserError as error:
            return Row(name, "by hand", "refused", None, None, str(error))
        self.receive()
        return self.row_of(documents[:1], name, "by hand", self.total_of(documents[:1]))

    def carried(self, name, content):
        """The supplier typed the invoice over there and attached this."""
        file = (name.rpartition("/")[2], content, "01")
        document = self.decoded(number=f"F-{name[-40:]}", files=(file,))
        row = self.row_of(document, name, "carried", CARRIED)
        if not row.fault and not document.file_ids:
            row.fault = "the file is lost"
        return row

    # -------------------------------------------------------------------------
    # VERDICT
    # -------------------------------------------------------------------------

    def total_of(self, document):
        """What the portal's own data say, for files that are no invoice by themselves."""
        return Decimal(str(document.amount_total)).quantize(CENT)

    def row_of(self, document, name, door, wanted):
        wanted = None if wanted is None else wanted.quantize(CENT)
        if len(document) != 1:
            return Row(name, door, "lost", wanted, None, fault="not in the inbox")
        move, reason = document.move_id, " ".join((document.reason or "").split())
        total = Decimal(str(move.amount_total)).quantize(CENT) if move else None
        if wanted is None:
            wanted = self.total_of(document)
        row = Row(name, door, document.state, wanted, total, reason)
        row.fault = self._fault_of(document, row)
        return row

    def _fault_of(self, document, row):
        move = document.move_id
        if document.state in ("to_settle", "quarantine"):
            if move:
                return "aside, with a bill"
            return "" if row.reason else "aside without a reason"
        if document.state != "imported" or not move:
            return "left open"
        if row.total != abs(row.wanted):
            return "the totals differ"
        if row.wanted < 0 and move.move_type != "in_refund":
            return f"below zero, but a {move.move_type}"
        if row.wanted and not move.invoice_line_ids:
            return "an empty bill"
        return "" if move.attachment_ids else "a bill without a file"


def read_all(paths):
    """``{name: (content, total)}`` of files on disk."""
    found = {}
    for path in paths:
        sample = read_sample(path)
        found[path.relative_to(SAMPLES).as_posix()] = (
            path.read_bytes(),
            sample.total if sample else None,
        )
    return found
