-- A copy of the database must reach nobody: no secret, no production, nothing queued.
-- The environment stays that of the documents: their numbers mean something else in
-- another. In a neutralized database, production answers to nobody.
UPDATE l10n_fr_chorus_connection
   SET client_id = NULL,
       login = NULL,
       server_name = NULL,
       proxy_url = NULL,
       base_url = NULL,
       token_url = NULL,
       home_uuid = NULL,
       home_url = NULL,
       home_database = NULL,
       home_place = NULL,
       state = 'draft',
       last_message = NULL,
       pause_until = NULL,
       active = FALSE;
DELETE FROM l10n_fr_chorus_connection_secret;
UPDATE l10n_fr_chorus_deposit
   SET state = 'cancelled'
 WHERE state IN ('ready', 'sending', 'unknown');
-- Nobody asks about these any more, and nobody need be told.
UPDATE l10n_fr_chorus_deposit
   SET alerted = TRUE
 WHERE state = 'deposited';
UPDATE l10n_fr_chorus_flow
   SET state = 'not_sent'
 WHERE state IN ('sending', 'unknown');
UPDATE l10n_fr_chorus_treatment
   SET state = 'cancelled'
 WHERE state IN ('ready', 'sending', 'unknown');
UPDATE l10n_fr_chorus_correction
   SET state = 'cancelled'
 WHERE state IN ('ready', 'sending', 'unknown');
-- Stored on the invoice as well: a copy must let its invoices be worked with.
UPDATE account_move
   SET l10n_fr_chorus_deposit_state = 'cancelled'
 WHERE l10n_fr_chorus_deposit_state IN ('ready', 'sending', 'unknown');
UPDATE l10n_fr_chorus_structure
   SET received_cursor = NULL;
