"""Which records are demo data, and whether anything else hangs on them.

A record is marked by an external id, as one that an import has made; a customer or a
public body that was there before has none, and is never removed.
"""

from odoo.tools import SQL

# Of no installed add-on: no upgrade looks at these.
MODULE = "__l10n_fr_chorus_demo__"
# Tables whose rows go along with a record and are nothing of their own.
GO_ALONG = frozenset(
    (
        "mail_followers",
        "mail_notification",
        "l10n_fr_chorus_body_service",
        "l10n_fr_chorus_match_line",
        "l10n_fr_chorus_service",
    )
)


def mark(records):
    """Remember that these were made as demo data."""
    records.env["ir.model.data"].sudo()._update_xmlids(
        [
            {
                "xml_id": f"{MODULE}.{record._table}_{record.id}",
                "record": record,
                "noupdate": True,
            }
            for record in records
        ]
    )


def marked(env, model):
    """Demo records of this model that still exist, whatever their company."""
    ids = (
        env["ir.model.data"]
        .sudo()
        .search([("module", "=", MODULE), ("model", "=", model)])
        .mapped("res_id")
    )
    return env[model].with_context(active_test=False).browse(ids).exists()


def forget(records):
    """They are no demo data any more: gone, or known from elsewhere."""
    records.env["ir.model.data"].sudo().search(
        [
            ("module", "=", MODULE),
            ("model", "=", records._name),
            ("res_id", "in", records.ids),
        ]
    ).unlink()


def in_use(records):
    """Those of these records that a row of another table points at.

    Rows of a window, of a list of tags and the like are no use of a record.
    """
    env = records.env
    env.flush_all()
    used = set()
    for table, column in env["base.partner.merge.automatic.wizard"]._get_fk_on(
        records._table
    ):
        if _goes_along(env, table):
            continue
        found = env.execute_query(
            SQL(
                "SELECT DISTINCT %(column)s FROM %(table)s "
                "WHERE %(column)s IN %(ids)s%(other)s",
                column=SQL.identifier(column),
                table=SQL.identifier(table),
                ids=tuple(records.ids) or (0,),
                # A customer is its own commercial entity.
                other=SQL(" AND id NOT IN %s", tuple(records.ids) or (0,))
                if table == records._table
                else SQL(),
            )
        )
        used.update(id_ for [id_] in found)
    return records.browse(used)


def _goes_along(env, table):
    models = [model for model in env.registry.values() if model._table == table]
    # A table without a model relates two others.
    return table in GO_ALONG or all(model._transient for model in models)
