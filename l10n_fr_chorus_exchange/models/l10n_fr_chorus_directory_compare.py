"""Staged rows against the directory, set by set: only differences are written."""

from odoo import models
from odoo.tools import SQL

from .l10n_fr_chorus_directory_read import (
    BODY_COLUMNS,
    READING,
)

CHUNK = 50_000  # rows written in one transaction
KEYS = ("identifier", "identifier_type")
# Columns that tell nobody anything new.
_UNSEEN = ("search_text", "source")
# Of a staged row: it tells all that an invoice needs to know.
KNOWS = {
    "bodies": SQL(
        "(staged.requires_service IS NOT NULL AND staged.requires_engagement IS NOT "
        "NULL AND staged.requires_either IS NOT NULL)"
    ),
    "services": SQL("staged.requires_engagement IS NOT NULL"),
}
_STEPS = (
    "_settle_bodies",
    "_change_bodies",
    "_add_bodies",
    "_settle_services",
    "_change_services",
    "_add_services",
    "_close_absent_services",
    "_close_absent_bodies",
)


class L10n_Fr_ChorusDirectoryImport(models.Model):
    _inherit = "l10n_fr_chorus.directory.import"

    def _compare_bite(self):
        """One step, or one chunk of a step; each could be done twice without harm."""
        if self.step >= len(_STEPS):
            self._drop_staging()
            self._end("done", self._closing_words())
            return
        if not self._is_staging_whole():
            self._start_over()
            self.state = "reading"
            return
        is_over = getattr(self, _STEPS[self.step])()
        if is_over:
            self.step += 1
            share = self.step / len(_STEPS)
            self.progress = READING + (100 - READING) * share
        self.env["l10n_fr_chorus.body"].invalidate_model()
        self.env["l10n_fr_chorus.body.service"].invalidate_model()

    def _closing_words(self):
        words = []
        if self.held_count:
            words.append(
                self.env._(
                    "%(count)d structures and services are absent from the file and "
                    "were left open, because the file may not be whole. If it is, press "
                    "“Close what is absent”.",
                    count=self.held_count,
                )
            )
        if self.skipped_count:
            words.append(
                self.env._(
                    "%(count)d structures and services differ from the file and were "
                    "left as they are, because what is known of them is newer.",
                    count=self.skipped_count,
                )
            )
        return "\n".join(words) or False

    def _run_sql(self, query):
        """:return: how many rows it touched"""
        self.env.cr.execute(query)
        return self.env.cr.rowcount

    def _columns(self, told, columns):
        """Columns of the file that are kept, those made from them included."""
        # Where the file does not say so, whoever is in it is active.
        names = {*(told or "").split(), "active"}
        if names & {"street2", "street3"}:
            names.add("street2")
        if {"name", "zip", "city"} <= names or "code" in names:
            names.add("search_text")
        return [name for name in columns if name in names]

    # -------------------------------------------------------------------------
    # BODIES
    # -------------------------------------------------------------------------

    def _settle_bodies(self):
        """Which staged row is which body; the last of several with the same key."""
        staged = self._staging("bodies")
        self._run_sql(
            SQL(
                "DELETE FROM %(staged)s one USING %(staged)s other "
                "WHERE one.identifier = other.identifier AND NOT one.is_bad "
                "AND one.identifier_type = other.identifier_type AND one.n < other.n",
                staged=staged,
            )
        )
        self._run_sql(
            SQL(
                "UPDATE %s staged SET target = body.id FROM l10n_fr_chorus_body body "
                "WHERE body.identifier = staged.identifier AND (staged.is_bad "
                "OR body.identifier_type = staged.identifier_type)",
                staged,
            )
        )
        self._run_sql(SQL("CREATE INDEX ON %s (target)", staged))
        self._run_sql(SQL("ANALYZE %s", staged))
        self.env["l10n_fr_chorus.body"]._note_words(
            SQL(
                "SELECT staged.search_text FROM %s staged LEFT JOIN l10n_fr_chorus_body "
                "body ON body.id = staged.target WHERE NOT staged.is_bad "
                "AND body.search_text IS DISTINCT FROM staged.search_text",
                staged,
            )
        )
        self._fit_staged_count()
        self.last_body = self._last_row("bodies", SQL("identifier"))
        return True

    def _fit_staged_count(self):
        """What was left out as doubled is not lost."""
        self.staged_count = self._count_staged()

    def _change_bodies(self):
        columns = self._columns(self.body_fields, BODY_COLUMNS)
        self._change("bodies", "l10n_fr_chorus.body", columns, SQL("'file'"))
        return True

    def _add_bodies(self):
        """A chunk of new bodies."""
        staged = self._staging("bodies")
        names = list(BODY_COLUMNS)
        values = SQL(", ").join(
            value_of(SQL.identifier("staged", name), name) for name in names
        )
        count = self._run_sql(
            SQL(
                """
                WITH chunk AS (
                    SELECT n FROM %(staged)s WHERE target IS NULL AND NOT is_bad
                     ORDER BY n LIMIT %(most)s
                ), made AS (
                    INSERT INTO l10n_fr_chorus_body
                        (%(names)s, is_public, source, checked_at, filed_at)
                    SELECT %(values)s, TRUE, 'file',
                           CASE WHEN %(knows)s THEN %(at)s::timestamp END,
                           CASE WHEN %(knows)s THEN %(at)s::timestamp END
                      FROM %(staged)s staged JOIN chunk USING (n)
                    ON CONFLICT DO NOTHING
                    RETURNING id, identifier, identifier_type
                )
                UPDATE %(staged)s staged SET target = made.id FROM made
                 WHERE staged.identifier = made.identifier
                   AND staged.identifier_type = made.identifier_type
                   AND NOT staged.is_bad
                """,
                staged=staged,
                most=CHUNK,
                names=SQL(", ").join(map(SQL.identifier, names)),
                values=values,
                knows=KNOWS["bodies"],
                at=self._as_of(),
            )
        )
        self.created_count += count
        if not count:
            self._run_sql(SQL("ANALYZE l10n_fr_chorus_body"))
        return not count

    def _close_absent_bodies(self):
        if not self.body_fields:
            return True
        listed = SQL("kept.source = 'file'")
        return self._close_absent("bodies", "l10n_fr_chorus.body", listed)

    # -------------------------------------------------------------------------
    # BOTH
    # -------------------------------------------------------------------------

    def _change(self, kind, model, columns, source=None):
        """Write what differs; partners' bodies are told about.

        :param source: of a body that is in the directory now
        """
        table = SQL.identifier(self.env[model]._table)
        values = {
            name: value_of(
                SQL.identifier("staged", name), name, SQL.identifier("kept", name)
            )
            for name in columns
            if name not in KEYS
        }
        if source:
            # Whatever is listed takes invoices, also what was known by its number only.
            values |= {"source": source, "is_public": SQL("TRUE")}
        newer = self._is_known_newer(model)
        where = SQL("%s AND NOT %s", self._where_differing(kind, values), newer)
        self._note_skipped(kind, table, values, newer)
        # Where the file does not tell of demands, both stay.
        moments = {
            name: SQL(
                "CASE WHEN %s THEN %s ELSE %s END",
                KNOWS[kind],
                self._file_moment(),
                SQL.identifier("kept", name),
            )
            for name in ("checked_at", "filed_at")
        }
        # That demands are known now is news as well; that they still are is none.
        first = SQL("COALESCE(kept.checked_at, %s)", moments["checked_at"])
        told = {**values, "checked_at": first}
        changes = self._changes_told(kind, model, list(told), told, where)
        self.changed_count += self._run_sql(
            SQL(
                "UPDATE %s kept SET %s FROM %s staged WHERE %s",
                table,
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in {**values, **moments}.items()
                ),
                self._staging(kind),
                where,
            )
        )
        self._tell(changes, model)

    def _where_differing(self, kind, values):
        """A condition on ``kept`` and ``staged``: the file says something else of it."""
        differs = SQL(" OR ").join(
            SQL("%s IS DISTINCT FROM %s", SQL.identifier("kept", name), value)
            for name, value in values.items()
        )
        return SQL(
            "staged.target = kept.id AND NOT staged.is_bad "
            "AND (%s OR kept.checked_at IS NULL AND %s)",
            differs,
            KNOWS[kind],
        )

    def _note_skipped(self, kind, table, values, newer):
        """Count what would be written, were nothing newer known of it."""
        seen = {name: new for name, new in values.items() if name not in _UNSEEN}
        self.skipped_count += self._count(
            SQL("%s staged, %s", self._staging(kind), table),
            SQL("%s AND %s", self._where_differing(kind, seen), newer),
        )

    def _file_moment(self):
        """What ``checked_at`` of ``kept`` becomes: never older than an earlier file."""
        return SQL("GREATEST(kept.checked_at, %s::timestamp)", self._as_of())

    def _is_known_newer(self, model):
        """A condition on ``kept``: what is known of it is newer than the file.

        The services of a body are read with it, most of them without their demands,
        and so without a date of their own.
        """
        if model == "l10n_fr_chorus.body":
            return self._is_newer("kept")
        return SQL("(%s OR %s)", self._is_newer("kept"), self._is_body_newer())

    def _is_body_newer(self):
        """A condition on ``kept``, a service, known or staged: as that of its body."""
        return SQL(
            "kept.body_id IN (SELECT body.id FROM l10n_fr_chorus_body body WHERE %s)",
            self._is_newer("body"),
        )

    def _is_newer(self, row):
        """A condition on a body or service.

        A file that tells no day says more than the files imported before it, or nobody
        would import it; only of what was looked up is it not known which came first.
        """
        checked_at = SQL.identifier(row, "checked_at")
        newer = SQL("COALESCE(%s > %s, FALSE)", checked_at, self._as_of())
        if self.published_at:
            return newer
        filed_at = SQL.identifier(row, "filed_at")
        return SQL("(%s AND %s IS DISTINCT FROM %s)", newer, checked_at, filed_at)

    def _changes_told(self, kind, model, names, values, where):
        """Old and new values of what belongs to bodies that partners are linked to."""
        linked = self._linked(model)
        if linked is None:
            return {}
        names = [name for name in names if name not in _UNSEEN]
        self.env.cr.execute(
            SQL(
                "SELECT kept.id, %s, %s FROM %s kept, %s staged WHERE %s AND %s",
                SQL(", ").join(SQL.identifier("kept", name) for name in names),
                SQL(", ").join(values[name] for name in names),
                SQL.identifier(self.env[model]._table),
                self._staging(kind),
                where,
                linked,
            )
        )
        found = {}
        for id_, *cells in self.env.cr.fetchall():
            pairs = zip(cells[: len(names)], cells[len(names) :], strict=True)
            differing = {
                name: (_read(old), _read(new))
                for name, (old, new) in zip(names, pairs, strict=True)
                if old != new
            }
            if differing:
                found[id_] = differing
        return found

    def _linked(self, model):
        """A condition on ``kept``: a partner has it; None when none can."""
        if "l10n_fr_chorus_body_id" not in self.env["res.partner"]._fields:
            return None
        column = SQL("kept.id" if model == "l10n_fr_chorus.body" else "kept.body_id")
        return SQL(
            "%s IN (SELECT l10n_fr_chorus_body_id FROM res_partner "
            "WHERE l10n_fr_chorus_body_id IS NOT NULL)",
            column,
        )

    def _tell(self, changes, model):
        if not changes:
            return
        self.env.invalidate_all()
        records = self.env[model]
        self.env["l10n_fr_chorus.body"]._after_learn(
            {records.browse(id_): values for id_, values in changes.items()}
        )


def value_of(staged, name, kept=None):
    """What a staged cell stands for; what the file does not tell stays as it was."""
    if name == "active":
        return SQL("COALESCE(%s, %s, TRUE)", staged, kept or SQL("TRUE"))
    if kept is not None and name in _NEVER_EMPTIED:
        return SQL("COALESCE(%s, %s)", staged, kept)
    if kept is None and name in _FALSE_UNLESS_TOLD:
        return SQL("COALESCE(%s, %s)", staged, SQL(_FALSE_UNLESS_TOLD[name]))
    return staged


_FLAGS = (
    "requires_service",
    "requires_engagement",
    "requires_either",
    "is_moa",
    "is_moa_only",
)
_NEVER_EMPTIED = {*_FLAGS, "reports_payment", "portal_id"}
_FALSE_UNLESS_TOLD = {**dict.fromkeys(_FLAGS, "FALSE"), "reports_payment": "TRUE"}


def _read(value):
    """As the ORM reads a column."""
    return False if value is None else value
