"""The states of the outbox take the words of the portal."""

NEW_NAMES = {"sent": "deposited", "accepted": "integrated"}


def migrate(cr, version):
    # The index on live states is made anew by the update of the model that follows.
    for old, new in NEW_NAMES.items():
        cr.execute(
            "UPDATE l10n_fr_chorus_deposit SET state = %s WHERE state = %s", (new, old)
        )
        cr.execute(
            "UPDATE account_move SET l10n_fr_chorus_deposit_state = %s "
            "WHERE l10n_fr_chorus_deposit_state = %s",
            (new, old),
        )
