"""What was handed over so far becomes one attempt for each deposit."""


def migrate(cr, version):
    # Of the attempts before the last one only their number was kept.
    _number_flows(cr)
    _insert_flows(cr)
    _link_flows(cr)


def _number_flows(cr):
    cr.execute(
        """
        CREATE TEMPORARY TABLE l10n_fr_chorus_migrated ON COMMIT DROP AS
        SELECT id AS deposit_id, nextval('l10n_fr_chorus_flow_id_seq') AS flow_id
          FROM l10n_fr_chorus_deposit
         WHERE sent_at IS NOT NULL
           AND flow_id IS NULL
         ORDER BY id
        """
    )


def _insert_flows(cr):
    cr.execute(
        """
        INSERT INTO l10n_fr_chorus_flow (
            id, company_id, connection_id, state, started_at, answered_at,
            flow_number, flow_state, error, file_name, syntax, sha256, attachment_id,
            create_uid, create_date, write_uid, write_date
        )
        SELECT migrated.flow_id,
               deposit.company_id,
               deposit.connection_id,
               CASE WHEN deposit.state IN ('ready', 'cancelled') THEN 'not_sent'
                    ELSE deposit.state
                END,
               deposit.sent_at,
               CASE WHEN deposit.state NOT IN ('sending', 'unknown')
                    THEN COALESCE(deposit.asked_at, deposit.sent_at)
                END,
               deposit.flow_number,
               deposit.flow_state,
               deposit.error,
               deposit.file_name,
               deposit.syntax,
               deposit.sha256,
               deposit.attachment_id,
               deposit.create_uid,
               deposit.sent_at,
               deposit.write_uid,
               deposit.write_date
          FROM l10n_fr_chorus_deposit deposit
          JOIN l10n_fr_chorus_migrated migrated ON migrated.deposit_id = deposit.id
        """
    )


def _link_flows(cr):
    cr.execute(
        """
        INSERT INTO l10n_fr_chorus_flow_deposit_rel (flow_id, deposit_id)
        SELECT flow_id, deposit_id FROM l10n_fr_chorus_migrated
        """
    )
    cr.execute(
        """
        UPDATE l10n_fr_chorus_deposit deposit
           SET flow_id = migrated.flow_id
          FROM l10n_fr_chorus_migrated migrated
         WHERE migrated.deposit_id = deposit.id
        """
    )
