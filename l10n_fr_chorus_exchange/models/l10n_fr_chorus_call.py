"""Every call to the portal, one line each: what the budget counts and audits list."""

from datetime import timedelta

from odoo import api, fields, models

OUTCOMES = [
    ("done", "Done"),
    ("refused", "Refused by Chorus Pro"),
    ("denied", "Access refused"),
    ("not_sent", "Not arrived"),
    ("unknown", "No answer"),
    ("too_large", "Answer too large"),
    ("failed", "Broken off"),
]
# Lines removed in one go; the cleaner comes back for the rest.
PURGE = 10_000


class L10n_Fr_ChorusCall(models.Model):
    """One HTTP attempt; no body, no header, nothing secret. Never changed.

    A line is written in a transaction of its own, right after the call: whatever becomes
    of the work that asked for it, the call took place.
    """

    _name = "l10n_fr_chorus.call"
    _description = "Chorus Pro call"
    _order = "at desc, id desc"
    _rec_name = "operation"
    _log_access = False  # written by the software only, and ``at`` tells when

    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    at = fields.Datetime("Time", required=True, readonly=True)
    method = fields.Char(readonly=True)
    operation = fields.Char(required=True, readonly=True)
    # Texts: a missing one and a zero are two things.
    http_status = fields.Char("HTTP status", readonly=True)
    code_retour = fields.Char(
        "Return code",
        readonly=True,
        help="“codeRetour”: 0 is a success; other codes belong to each operation.",
    )
    duration_ms = fields.Integer("Duration (ms)", readonly=True, aggregator="avg")
    size = fields.Integer("Size of the answer (bytes)", readonly=True)
    size_sent = fields.Integer("Size of the request (bytes)", readonly=True)
    correlation_id = fields.Char(
        readonly=True,
        help="The gateway's own number of this call; its support asks for it.",
    )
    attempt = fields.Integer(readonly=True, aggregator="max")
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    writes = fields.Boolean(
        "Changes something",
        readonly=True,
        help="Deposits, submissions, answers: kept as long as the connection.",
    )
    subject = fields.Char(
        "About",
        readonly=True,
        help="Chorus Pro identifier, flow number or invoice number.",
    )
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)

    _of_day = models.Index("(connection_id, at)")
    _of_subject = models.Index("(subject, connection_id) WHERE subject IS NOT NULL")
    _of_record = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.autovacuum
    def _gc_calls(self):
        """Remove what is older than the connection keeps.

        What changed something on the portal stays: it may have to be proved as long as
        the invoice is kept (Code de commerce, art. L123-22: ten years).

        :return: ``(removed, whether there is more)``
        """
        old = self.browse()
        connections = self.env["l10n_fr_chorus.connection"]
        for connection in connections.with_context(active_test=False).search(
            [("calls_kept_days", ">", 0)]
        ):
            limit = fields.Datetime.now() - timedelta(days=connection.calls_kept_days)
            old |= self.search(
                [
                    ("connection_id", "=", connection.id),
                    ("at", "<", limit),
                    ("writes", "=", False),
                ],
                order="id",
                limit=PURGE,
            )
        old.unlink()
        return len(old), len(old) >= PURGE
