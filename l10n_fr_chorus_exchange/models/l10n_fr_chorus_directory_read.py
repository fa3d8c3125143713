"""Rows of the file into the staging tables, a bite at a time."""

import io
from contextlib import ExitStack
from itertools import islice

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.sql import table_exists

from ..lib.chorus_pro.directory import (
    BadRow,
    RowFlaw,
    SheetKind,
    read_sheets,
    siret_of,
)
from ..tools.search_words import folded
from .l10n_fr_chorus_body import search_text

BITE = 20_000  # rows of one transaction
MOST_TOLD = 100  # bad rows that are listed
READING = 70.0  # percent of the whole work
# Those that tell of no structure, so that nobody knows which one they were.
_NAMELESS = (RowFlaw.BROKEN, RowFlaw.WIDTH)
_TEXT, _FLAG = SQL("varchar"), SQL("boolean")
BODY_COLUMNS = {
    "identifier": _TEXT,
    "identifier_type": _TEXT,
    "name": _TEXT,
    "street": _TEXT,
    "street2": _TEXT,
    "zip": _TEXT,
    "city": _TEXT,
    "country_code": _TEXT,
    "requires_service": _FLAG,
    "requires_engagement": _FLAG,
    "requires_either": _FLAG,
    "reports_payment": _FLAG,
    "is_moa": _FLAG,
    "is_moa_only": _FLAG,
    "active": _FLAG,
    "search_text": _TEXT,
}
SERVICE_COLUMNS = {
    "identifier": _TEXT,
    "portal_id": _TEXT,
    "code": _TEXT,
    "name": _TEXT,
    "requires_engagement": _FLAG,
    "active": _FLAG,
    "search_text": _TEXT,
}
# Of a service, and kept nowhere: the SIRET its structure may have, where that is not
# what is written.
SIRET = "siret"
# Open files of the imports under way in this process, by database and import: to go on
# with a workbook from its beginning would read it again at each bite.
_READERS = {}


class L10n_Fr_ChorusDirectoryImport(models.Model):
    _inherit = "l10n_fr_chorus.directory.import"

    # -------------------------------------------------------------------------
    # STAGING
    # -------------------------------------------------------------------------

    def _staging(self, kind):
        """The staging table of ``bodies`` or ``services``."""
        return SQL.identifier(f"l10n_fr_chorus_staged_{kind}_{int(self.id)}")

    def _create_staging(self):
        # Of this run alone and worth nothing after it: not written to the journal.
        kinds = {
            "bodies": BODY_COLUMNS,
            "services": {**SERVICE_COLUMNS, SIRET: _TEXT},
        }
        for kind, columns in kinds.items():
            self.env.cr.execute(
                SQL(
                    "CREATE UNLOGGED TABLE %s (n serial, is_bad boolean, target integer, "
                    "body_id integer, %s)",
                    self._staging(kind),
                    SQL(", ").join(
                        SQL("%s %s", SQL.identifier(name), type_)
                        for name, type_ in columns.items()
                    ),
                )
            )

    def _drop_staging(self):
        self._forget_reader()
        for kind in ("bodies", "services"):
            self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", self._staging(kind)))

    def _is_staging_whole(self):
        """Whether what was staged is there: a crash of the database empties it."""
        return self._count_staged() == self.staged_count

    def _count_staged(self):
        count = 0
        for kind in ("bodies", "services"):
            if not table_exists(self.env.cr, f"l10n_fr_chorus_staged_{kind}_{self.id}"):
                return -1
            self.env.cr.execute(SQL("SELECT count(*) FROM %s", self._staging(kind)))
            count += self.env.cr.fetchone()[0]
        return count

    # -------------------------------------------------------------------------
    # READ
    # -------------------------------------------------------------------------

    def _prepare(self):
        """See what the file holds.

        :raise UnreadableDocument: nothing of a directory
        """
        self._drop_staging()
        self._create_staging()
        sheets = self._reader().sheets
        names = {kind: dict.fromkeys(()) for kind in SheetKind}
        for sheet in sheets:
            names[sheet.kind].update(dict.fromkeys(sheet.fields))
        self.write(
            {
                "state": "reading",
                "started_at": fields.Datetime.now(),
                "body_fields": " ".join(names[SheetKind.BODIES]),
                "service_fields": " ".join(names[SheetKind.SERVICES]),
            }
        )

    def _reader(self):
        """The file at the row to go on with; opened again where it was not."""
        key = self.env.cr.dbname, self.id
        reader = _READERS.get(key)
        if reader and reader.place != (self.sheet_rank, self.row_rank):
            self._forget_reader()
            reader = None
        if not reader:
            if self.staged_count and not self._is_staging_whole():
                self._start_over()
            for other in list(_READERS):
                # One is enough to keep open.
                _READERS.pop(other).close()
            reader = _READERS[key] = _Reader(self)
        return reader

    def _forget_reader(self):
        for one in self:
            reader = _READERS.pop((self.env.cr.dbname, one.id), None)
            if reader:
                reader.close()

    def _start_over(self):
        self._drop_staging()
        self._create_staging()
        self.write(
            {
                "step": 0,
                "sheet_rank": 0,
                "row_rank": 0,
                "staged_count": 0,
                "bad_count": 0,
                "held_count": 0,
                "skipped_count": 0,
                "nameless_count": 0,
                "body_count": 0,
                "service_count": 0,
                "bad_rows": False,
                "is_cut": False,
            }
        )

    def _read_bite(self):
        reader = self._reader()
        sheet = reader.sheet
        if sheet is None:
            self._all_read()
            return
        rows = reader.take(BITE)
        bad = [row for row in rows if isinstance(row, BadRow)]
        count = f"{_NAMES[sheet.kind]}_count"
        staged = self._stage(sheet, rows)
        values = {
            "staged_count": self.staged_count + staged,
            count: self[count] + len(rows) - len(bad),
            "bad_count": self.bad_count + len(bad),
            "progress": READING * reader.share,
        }
        if bad:
            values["nameless_count"] = self.nameless_count + sum(
                row.flaw in _NAMELESS for row in bad
            )
            values["bad_rows"] = self._told(self.bad_rows, sheet, bad)
        if len(rows) < BITE:
            values["is_cut"] = self.is_cut or sheet.is_cut
            reader.next_sheet()
        values["sheet_rank"], values["row_rank"] = reader.place
        self.write(values)

    def _all_read(self):
        if not (self.body_count or self.service_count):
            self._drop_staging()
            self._end("failed", self.env._("No row of the file can be used."))
            return
        self._forget_reader()
        self.write({"state": "comparing", "step": 0, "progress": READING})

    def _stage(self, sheet, rows):
        """COPY: the ORM would take minutes for what takes seconds."""
        is_body = sheet.kind is SheetKind.BODIES
        line = _body_line if is_body else _service_line
        names = [*BODY_COLUMNS] if is_body else [*SERVICE_COLUMNS, SIRET]
        columns = [*names, "is_bad"]
        lines = [line(sheet.fields, row) for row in rows]
        text = "".join(filter(None, lines))
        statement = SQL(
            "COPY %s (%s) FROM STDIN",
            self._staging(sheet.kind.value),
            SQL(", ").join(map(SQL.identifier, columns)),
        )
        self.env.cr.copy_expert(statement.code, io.StringIO(text))
        return len(list(filter(None, lines)))

    def _told(self, before, sheet, bad):
        """The list of bad rows with some more of them."""
        lines = (before or "").splitlines()
        lines += [self._bad_sentence(sheet, row) for row in bad[: MOST_TOLD + 1]]
        return "\n".join(lines[:MOST_TOLD])

    def _bad_sentence(self, sheet, row):
        where = (
            self.env._("Structures, line %d", row.line)
            if sheet.kind is SheetKind.BODIES
            else self.env._("Services, line %d", row.line)
        )
        return f"{where}: {self._flaw_words(row)}"

    def _flaw_words(self, row):
        words = {
            RowFlaw.BROKEN: self.env._("quotes that do not end"),
            RowFlaw.WIDTH: self.env._("number of cells (%s)", row.detail),
            RowFlaw.NO_IDENTIFIER: self.env._("no identifier"),
            RowFlaw.NOT_A_SIRET: self.env._("%s is no SIRET", row.detail),
            RowFlaw.NO_NAME: self.env._("%s has no name", row.detail),
            RowFlaw.NO_CODE: self.env._("service of %s without code", row.detail),
            RowFlaw.NOT_A_FLAG: self.env._("%s is neither yes nor no", row.detail),
            RowFlaw.TOO_LONG: self.env._("%s… is too long", row.detail),
        }
        return words[row.flaw]


_NAMES = {SheetKind.BODIES: "body", SheetKind.SERVICES: "service"}


class _Reader:
    """The sheets of all the files of an import, one after the other."""

    def __init__(self, run):
        self._open = ExitStack()
        self.sheets = []
        for attachment in run.sudo().attachment_ids:
            file = self._open.enter_context(attachment._l10n_fr_chorus_open())
            self.sheets += read_sheets(file, attachment.name)
        # Structures before services, whatever the order of the files.
        self.sheets.sort(key=lambda sheet: sheet.kind is SheetKind.SERVICES)
        self._sheet_rank, self._row_rank = run.sheet_rank, run.row_rank
        self._rows = None

    @property
    def place(self):
        return self._sheet_rank, self._row_rank

    @property
    def sheet(self):
        """The one being read, None after the last."""
        if self._sheet_rank < len(self.sheets):
            return self.sheets[self._sheet_rank]
        return None

    @property
    def share(self):
        """How much of all sheets is read, from 0 to 1."""
        whole = sum(sheet.size for sheet in self.sheets) or 1
        done = sum(sheet.size for sheet in self.sheets[: self._sheet_rank])
        return min(1.0, (done + (self.sheet.read if self.sheet else 0)) / whole)

    def take(self, count):
        if self._rows is None:
            self._rows = self.sheet.rows(skip=self._row_rank)
        rows = list(islice(self._rows, count))
        self._row_rank += len(rows)
        return rows

    def next_sheet(self):
        self._rows = None
        self._sheet_rank += 1
        self._row_rank = 0

    def close(self):
        if self._rows is not None:
            self._rows.close()
        self._open.close()


def _body_line(fields_, row):
    if isinstance(row, BadRow):
        return _bad_line(row, BODY_COLUMNS)
    values = dict(zip(fields_, row, strict=True))
    values["street2"] = " ".join(
        filter(None, [values.get("street2"), values.get("street3")])
    )
    values.setdefault("identifier_type", "SIRET")
    values.setdefault("active", True)
    values["search_text"] = search_text(
        values["name"], values.get("zip"), values.get("city"), values["identifier"]
    )
    return _line([values.get(name) for name in BODY_COLUMNS])


def _service_line(fields_, row):
    if isinstance(row, BadRow):
        return _bad_line(row, [*SERVICE_COLUMNS, SIRET])
    values = dict(zip(fields_, row, strict=True))
    values.setdefault("active", True)
    values["search_text"] = folded(values["code"], values.get("name"))
    values[SIRET] = _other_siret(values["identifier"])
    return _line([values.get(name) for name in [*SERVICE_COLUMNS, SIRET]])


def _other_siret(written):
    found = siret_of(written)
    return found if found != written else None


def _bad_line(row, columns):
    """A row that cannot be used, but whose structure was in the file; None without."""
    if not row.identifier:
        return None
    values = {"identifier": row.identifier, SIRET: _other_siret(row.identifier)}
    return _line([values.get(name) for name in columns], is_bad=True)


def _line(values, *, is_bad=False):
    """As COPY reads it; texts have no line breaks left."""
    return "\t".join(map(_cell, [*values, is_bad])) + "\n"


def _cell(value):
    if value is None or value == "":
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.replace("\\", "\\\\")
