"""Finding in the directory: words in any order, at once.

Words are looked for by their beginning, in an index. What is found nowhere like this is
looked for inside the words of the directory.
"""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.search_words import folded, words_of

# What is looked through to find the best; "commune" alone has tens of thousands.
MOST_CANDIDATES = 1_000
MOST_FOUND = 200


class L10n_Fr_ChorusBody(models.Model):
    _inherit = "l10n_fr_chorus.body"

    @api.model
    def _find(self, text, limit=20, *, closed=False, kind=False):
        """Structures whose name, town, postcode or identifier hold all these words.

        :param text: as somebody types it: "mairie lyon", "213 400", "69001"
        :param closed: also those that are no longer active
        :param kind: only those with this type of identifier
        :return: the best first: the whole identifier, what begins like this, whole
            words, the shortest name
        """
        self.check_access("read")
        words = words_of(text)
        if not words:
            return self.browse()
        start = words[0] if words[0].isdecimal() else folded(text)
        limit = min(limit, MOST_FOUND)
        self.flush_model(
            ["search_text", "name", "identifier", "identifier_type", "active"]
        )
        shown = SQL("TRUE") if closed else SQL("active")
        if kind:
            shown = SQL("%s AND identifier_type = %s", shown, kind)
        # SQL: the ORM neither ranks nor stops at a number of candidates.
        for holds in _begin, self._hold:
            condition = holds(SQL.identifier("search_text"), words)
            if condition is None:
                break
            query = _ranked(self._table, condition, words, start, limit, shown)
            found = [id_ for [id_] in self.env.execute_query(query)]
            if found:
                return self.browse(found)
        return self.browse()

    @api.model
    def _search_display_name(self, operator, value):
        words = words_of(value) if isinstance(value, str) else []
        if operator not in ("ilike", "like") or not words:
            return super()._search_display_name(operator, value)
        if self._find(value, 1, closed=True)._begin_with(words):
            return _words_domain(words, _begin, before=" ")
        return _words_domain(
            words, lambda column, parts: self._hold(column, parts) or SQL("FALSE")
        )

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        # The nearest first, not the first of the alphabet.
        if domain or operator != "ilike" or not words_of(name):
            return super().name_search(name, domain, operator, limit)
        found = self._find(name, limit or MOST_FOUND)
        return [(body.id, body.display_name) for body in found]

    def _begin_with(self, words):
        """Whether this body has words that begin like each of these."""
        return any(
            all(f" {word}" in f" {body.search_text}" for word in words) for body in self
        )


class L10n_Fr_ChorusBodyService(models.Model):
    _inherit = "l10n_fr_chorus.body.service"

    @api.model
    def _search_display_name(self, operator, value):
        words = words_of(value) if isinstance(value, str) else []
        if operator not in ("ilike", "like") or not words:
            return super()._search_display_name(operator, value)
        return _words_domain(words, _like)


def _words_domain(words, holds, before=""):
    """Records whose ``search_text`` has all the words, each with this before it.

    SQL, as Odoo would compare without case and accents, past the index.
    """

    def to_sql(model, alias, query):
        return holds(model._field_to_sql(alias, "search_text", query), words)

    def predicate(record):
        text = f" {record.search_text or ''}"
        return all(f"{before}{word}" in text for word in words)

    return Domain.custom(to_sql=to_sql, predicate=predicate)


def _begin(column, words):
    # Words are letters and digits: nothing to escape, nothing to parse.
    query = " & ".join(f"'{word}':*" for word in words)
    return SQL("to_tsvector('simple', %s) @@ %s::tsquery", column, query)


def _like(column, words):
    return SQL(" AND ").join(SQL("%s LIKE %s", column, f"%{word}%") for word in words)


def _ranked(table, condition, words, start, limit, shown):
    source = SQL.identifier(table)
    whole = SQL(" + ").join(
        SQL("(' ' || search_text || ' ' LIKE %s)::int", f"% {word} %") for word in words
    )
    return SQL(
        """
        WITH candidate AS MATERIALIZED (
            (SELECT id, identifier, name, search_text FROM %(source)s
              WHERE %(shown)s AND search_text LIKE %(prefix)s
              ORDER BY search_text USING ~<~ LIMIT %(most)s)
            UNION
            (SELECT id, identifier, name, search_text FROM %(source)s
              WHERE %(shown)s AND %(condition)s LIMIT %(most)s)
        )
        SELECT id FROM candidate
         ORDER BY lower(identifier) = %(start)s DESC,
                  search_text LIKE %(prefix)s DESC,
                  %(whole)s DESC,
                  length(name), name, id
         LIMIT %(limit)s
        """,
        source=source,
        shown=shown,
        prefix=f"{start}%",
        condition=condition,
        start=start,
        whole=whole,
        most=MOST_CANDIDATES,
        limit=limit,
    )
