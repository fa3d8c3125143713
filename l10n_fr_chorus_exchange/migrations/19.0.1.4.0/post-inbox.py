"""A document that has its bill is imported, whatever the portal made of it afterwards."""


def migrate(cr, version):
    """Those imported by hand could be put aside when the portal listed them, bill and
    all; Retry would have made a second one."""
    cr.execute(
        """
        UPDATE l10n_fr_chorus_inbound
           SET state = 'imported',
               reason = NULL,
               existing_move_id = NULL,
               ignored_by_id = NULL,
               tries = 0,
               next_try_at = NULL
         WHERE move_id IS NOT NULL
           AND state != 'imported'
        """
    )
