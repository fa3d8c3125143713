"""The words of the directory: what is typed is looked for inside these, not row by row.

A part of a word is in some dozens of the words there are, and rows are found by whole
words in an index. Needs no extension of PostgreSQL.
"""

from odoo import api, models
from odoo.tools import SQL

# Numbers apart: each structure has one of its own, the words are far fewer.
WORDS, NUMBERS = "l10n_fr_chorus_body_word", "l10n_fr_chorus_body_number"
# A part of more words than these is in so many rows that the first are soon found.
MOST_WORDS = 500
_SEARCHED = {"name", "zip", "city", "identifier"}


class L10n_Fr_ChorusBody(models.Model):
    _inherit = "l10n_fr_chorus.body"

    def init(self):
        res = super().init()
        for table in WORDS, NUMBERS:
            self.env.cr.execute(
                SQL(
                    "CREATE TABLE IF NOT EXISTS %s (word varchar PRIMARY KEY)",
                    SQL.identifier(table),
                )
            )
        self.env.cr.execute(SQL("SELECT 1 FROM %s LIMIT 1", SQL.identifier(NUMBERS)))
        if not self.env.cr.rowcount:
            self._note_words(SQL("SELECT search_text FROM l10n_fr_chorus_body"))
        return res

    @api.model_create_multi
    def create(self, vals_list):
        bodies = super().create(vals_list)
        bodies._note_own_words()
        return bodies

    def write(self, vals):
        res = super().write(vals)
        if not _SEARCHED.isdisjoint(vals):
            self._note_own_words()
        return res

    def _note_own_words(self):
        texts = [body.search_text or "" for body in self]
        self._note_words(SQL("SELECT unnest(%s::text[]) AS search_text", texts))

    @api.model
    def _note_words(self, texts):
        """Words once noted stay: to look for one that is gone finds nothing.

        :param SQL texts: a query for ``search_text``
        """
        self.env.cr.execute(
            SQL(
                """
                WITH found AS MATERIALIZED (
                    SELECT DISTINCT unnest(string_to_array(search_text, ' ')) AS word
                      FROM (%(texts)s) text
                ), noted AS (
                    INSERT INTO %(numbers)s
                    SELECT word FROM found WHERE word ~ '^[0-9]+$'
                    ON CONFLICT DO NOTHING
                )
                INSERT INTO %(words)s SELECT word FROM found WHERE word !~ '^[0-9]+$'
                ON CONFLICT DO NOTHING
                """,
                texts=texts,
                numbers=SQL.identifier(NUMBERS),
                words=SQL.identifier(WORDS),
            )
        )

    @api.model
    def _hold(self, column, parts):
        """A condition: each of these is a part of some word of the text.

        :return: None where one of them is in no word at all
        """
        conditions, groups = [], []
        for part in parts:
            found = self._words_with(part)
            if not found:
                return None
            if len(found) > MOST_WORDS:
                conditions.append(SQL("%s LIKE %s", column, f"%{part}%"))
            else:
                groups.append(" | ".join(f"'{word}'" for word in found))
        if groups:
            # Words are letters and digits: nothing to escape, nothing to parse.
            query = " & ".join(f"({group})" for group in groups)
            conditions.append(
                SQL("to_tsvector('simple', %s) @@ %s::tsquery", column, query)
            )
        return SQL(" AND ").join(conditions)

    @api.model
    def _words_with(self, part):
        """Words this is a part of, one more than ``MOST_WORDS`` where there are more."""
        # A word of letters and digits is among the words.
        tables = (NUMBERS, WORDS) if part.isdecimal() else (WORDS,)
        queries = [
            SQL(
                "(SELECT word FROM %s WHERE word LIKE %s LIMIT %s)",
                SQL.identifier(table),
                f"%{part}%",
                MOST_WORDS + 1,
            )
            for table in tables
        ]
        query = SQL(" UNION ALL ").join(queries)
        return [word for [word] in self.env.execute_query(query)]
