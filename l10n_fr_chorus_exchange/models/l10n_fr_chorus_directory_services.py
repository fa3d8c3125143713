"""Services of the file against those of the directory; see the comparison of bodies."""

from odoo import models
from odoo.tools import SQL

from .l10n_fr_chorus_body_portal_change import QUALIFICATION
from .l10n_fr_chorus_directory_compare import CHUNK, KNOWS, value_of
from .l10n_fr_chorus_directory_read import MOST_TOLD, SERVICE_COLUMNS


class L10n_Fr_ChorusDirectoryImport(models.Model):
    _inherit = "l10n_fr_chorus.directory.import"

    def _settle_services(self):
        """Which structure and which service each staged row is."""
        staged = self._staging("services")
        if self._has_other_numbers():
            self._run_sql(SQL("UPDATE %s SET portal_id = NULL", staged))
        self._run_sql(SQL("CREATE INDEX ON %s (identifier)", staged))
        # A row does not say the type of its identifier: rather a SIRET than another.
        self._run_sql(
            SQL(
                "UPDATE %s staged SET body_id = body.id FROM (SELECT DISTINCT ON "
                "(identifier) identifier, id FROM l10n_fr_chorus_body ORDER BY "
                "identifier, identifier_type = 'SIRET' DESC, id) body "
                "WHERE body.identifier = staged.identifier",
                staged,
            )
        )
        # As it is written it is nobody's: what a spreadsheet may have left of a SIRET.
        self._run_sql(
            SQL(
                "UPDATE %s staged SET body_id = body.id, identifier = staged.siret "
                "FROM l10n_fr_chorus_body body WHERE staged.body_id IS NULL "
                "AND body.identifier = staged.siret AND body.identifier_type = 'SIRET'",
                staged,
            )
        )
        self._tell_orphans(staged)
        self._run_sql(
            SQL(
                "DELETE FROM %(staged)s one USING %(staged)s other "
                "WHERE one.body_id = other.body_id AND NOT one.is_bad "
                "AND NOT other.is_bad AND CASE WHEN one.portal_id IS NULL THEN "
                "one.code = other.code AND (other.portal_id IS NOT NULL "
                "OR one.n < other.n) "
                "ELSE one.portal_id = other.portal_id AND one.n < other.n END",
                staged=staged,
            )
        )
        self._match_services(staged)
        self._run_sql(SQL("CREATE INDEX ON %s (target)", staged))
        self._run_sql(SQL("ANALYZE %s", staged))
        self._fit_staged_count()
        self.last_service = self._last_row("services", SQL("identifier || ' ' || code"))
        return True

    def _has_other_numbers(self):
        """Whether the numbers of the file are not those of the directory's portal.

        Files that people bring are published by production: in a database that is only
        on trial, the codes must do.
        """
        portal = self.env["l10n_fr_chorus.connection"]._directory_portal()
        return self.source == "file" and portal == QUALIFICATION

    def _match_services(self, staged):
        """By their number on the portal, or else by code: each row one service, and no
        service twice."""
        self._run_sql(
            SQL(
                "UPDATE %s staged SET target = service.id "
                "FROM l10n_fr_chorus_body_service service "
                "WHERE service.body_id = staged.body_id "
                "AND service.portal_id = staged.portal_id",
                staged,
            )
        )
        self._run_sql(
            SQL(
                """
                UPDATE %(staged)s staged SET target = pair.id FROM (
                    SELECT DISTINCT ON (one.n) one.n, service.id
                      FROM (SELECT DISTINCT ON (body_id, code) n, body_id, code, portal_id
                              FROM %(staged)s WHERE target IS NULL AND NOT is_bad
                             ORDER BY body_id, code, n) one
                      JOIN l10n_fr_chorus_body_service service
                        ON service.body_id = one.body_id AND service.code = one.code
                       AND (one.portal_id IS NULL OR service.portal_id IS NULL)
                     WHERE NOT EXISTS (SELECT FROM %(staged)s other
                                        WHERE other.target = service.id)
                     ORDER BY one.n, service.portal_id IS NOT NULL,
                              service.active DESC, service.id
                ) pair WHERE staged.n = pair.n
                """,
                staged=staged,
            )
        )

    def _tell_orphans(self, staged):
        """Services of structures that nobody knows: counted as unreadable."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE body_id IS NULL RETURNING identifier, code, is_bad",
                staged,
            )
        )
        orphans = [row for row in self.env.cr.fetchall() if not row[2]]
        if not orphans:
            return
        lines = (self.bad_rows or "").splitlines()
        lines += [
            self.env._(
                "Service %(code)s: structure %(id)s unknown", code=code, id=owner
            )
            for owner, code, _is_bad in orphans[:MOST_TOLD]
        ]
        self.bad_rows = "\n".join(lines[:MOST_TOLD])
        self.bad_count += len(orphans)

    def _change_services(self):
        columns = self._columns(self.service_fields, SERVICE_COLUMNS)
        columns = [name for name in columns if name != "identifier"]
        self._change("services", "l10n_fr_chorus.body.service", columns)
        return True

    def _add_services(self):
        """A chunk of new services; a look-up that is newer than the file would have
        found those of its body, had they not closed since."""
        staged, newer = self._staging("services"), self._is_body_newer()
        names = [name for name in SERVICE_COLUMNS if name != "identifier"]
        self.env.cr.execute(
            "SELECT COALESCE(max(id), 0) FROM l10n_fr_chorus_body_service"
        )
        [last] = self.env.cr.fetchone()
        count = self._run_sql(
            SQL(
                """
                WITH chunk AS (
                    SELECT n FROM %(staged)s kept WHERE target IS NULL
                       AND NOT is_bad AND NOT %(newer)s
                     ORDER BY n LIMIT %(most)s
                ), made AS (
                    INSERT INTO l10n_fr_chorus_body_service
                        (body_id, checked_at, filed_at, %(names)s)
                    SELECT body_id, CASE WHEN %(knows)s THEN %(at)s::timestamp END,
                           CASE WHEN %(knows)s THEN %(at)s::timestamp END, %(values)s
                      FROM %(staged)s staged JOIN chunk USING (n)
                    ON CONFLICT DO NOTHING
                    RETURNING id, body_id, code, portal_id
                )
                UPDATE %(staged)s staged SET target = made.id FROM made
                 WHERE staged.body_id = made.body_id AND staged.code = made.code
                   AND staged.portal_id IS NOT DISTINCT FROM made.portal_id
                   AND NOT staged.is_bad
                """,
                staged=staged,
                newer=newer,
                most=CHUNK,
                names=SQL(", ").join(map(SQL.identifier, names)),
                values=SQL(", ").join(
                    value_of(SQL.identifier("staged", name), name) for name in names
                ),
                knows=KNOWS["services"],
                at=self._as_of(),
            )
        )
        self.created_count += count
        self._tell_new_services(last)
        if not count:
            self._run_sql(SQL("ANALYZE l10n_fr_chorus_body_service"))
            # That a closed one is not added is no loss.
            self.skipped_count += self._count(
                staged,
                SQL(
                    "target IS NULL AND NOT is_bad AND active IS NOT FALSE AND %s",
                    newer,
                ),
            )
        return not count

    def _tell_new_services(self, last):
        """:param last: id of the newest service before"""
        model = "l10n_fr_chorus.body.service"
        linked = self._linked(model)
        if linked is None:
            return
        self.env.cr.execute(
            SQL(
                "SELECT kept.id FROM l10n_fr_chorus_body_service kept "
                "WHERE kept.id > %s AND kept.active AND %s",
                last,
                linked,
            )
        )
        changes = {id_: {"active": (False, True)} for [id_] in self.env.cr.fetchall()}
        self._tell(changes, model)

    def _close_absent_services(self):
        if not self.service_fields:
            return True
        # Of a structure that was only looked up, the directory need not tell.
        listed = SQL(
            "kept.body_id IN (SELECT id FROM l10n_fr_chorus_body WHERE source = 'file') "
            "AND NOT EXISTS (SELECT FROM %(staged)s bad WHERE bad.is_bad "
            "AND bad.body_id = kept.body_id) "
            # A row without number stands for all services of its code.
            "AND NOT EXISTS (SELECT FROM %(staged)s one WHERE one.portal_id IS NULL "
            "AND one.body_id = kept.body_id AND one.code = kept.code)",
            staged=self._staging("services"),
        )
        return self._close_absent("services", "l10n_fr_chorus.body.service", listed)
