"""The inbox says what a bill made of a document is called: imported, not done."""


def migrate(cr, version):
    cr.execute(
        "UPDATE l10n_fr_chorus_inbound SET state = 'imported' WHERE state = 'done'"
    )
