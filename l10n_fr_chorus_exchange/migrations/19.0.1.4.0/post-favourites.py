"""Our favourites begin with the word that tells them apart: a narrow menu cuts the end."""

NAMES = {
    "Chorus Pro: my morning list": "My morning list (Chorus Pro)",
    "Chorus Pro: payments to come, by month": "Payments to come (Chorus Pro)",
    "Chorus Pro: still to send, by public body": "Still to send (Chorus Pro)",
    "Chorus Pro: bills to settle, by status": "Bills to settle (Chorus Pro)",
}


def migrate(cr, version):
    """One that a person renamed has no label any more, and keeps its name. The other
    languages come back from the translations, which are loaded after this."""
    for old, new in NAMES.items():
        cr.execute(
            """
            UPDATE ir_filters favourite
               SET name = %(new)s,
                   l10n_fr_chorus_label = JSONB_BUILD_OBJECT('en_US', %(new)s::text)
              FROM ir_model_data known
             WHERE known.module = 'l10n_fr_chorus_exchange'
               AND known.model = 'ir.filters'
               AND known.res_id = favourite.id
               AND favourite.l10n_fr_chorus_label ->> 'en_US' = %(old)s
            """,
            {"old": old, "new": new},
        )
