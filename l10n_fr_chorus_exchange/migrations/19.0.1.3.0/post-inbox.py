"""Originals of bills made before are not read again for their files: the bills have them."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE l10n_fr_chorus_inbound
           SET is_unpacked = TRUE
         WHERE state NOT IN ('seen', 'fetched')
        """
    )
