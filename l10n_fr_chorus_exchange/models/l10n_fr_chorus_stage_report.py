from odoo import fields, models
from odoo.tools import SQL

from ..lib.chorus_pro.statuses import FINAL_STATUSES, InvoiceStatus, Stage

# Groups stand in the order of these keys, which is that of an invoice's life.
STAGES = [
    ("0_draft", "Draft on the portal"),
    ("1_validation", "With a validator"),
    ("2_routing", "On its way"),
    ("3_recipient", "With the public body"),
    ("4_supplier", "With the supplier"),
    ("5_payment", "Being paid"),
    ("6_refused", "Refused"),
    ("7_works", "Works circuit"),
    ("8_closed", "Closed"),
]
KEYS = {key.partition("_")[2]: key for key, _label in STAGES}
SECONDS_A_DAY = 86400


class L10n_Fr_ChorusStageReport(models.Model):
    """How long invoices stayed in each stage, from the history that the portal gives.

    One line each time an invoice enters a stage: the days until it leaves it, or until
    now for the stage it is in.
    """

    _name = "l10n_fr_chorus.stage.report"
    _description = "Time per stage on Chorus Pro"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "move_id"
    _depends = {
        "account.move": ["company_id", "commercial_partner_id", "move_type"],
        "l10n_fr_chorus.event": ["move_id", "kind", "code", "at", "position"],
    }

    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Structure", readonly=True)
    move_type = fields.Selection(
        [
            ("out_invoice", "Customer invoice"),
            ("out_refund", "Customer credit note"),
            ("in_invoice", "Vendor bill"),
            ("in_refund", "Vendor credit note"),
        ],
        "Type",
        readonly=True,
    )
    stage = fields.Selection(STAGES, readonly=True)
    date = fields.Datetime("Since", readonly=True)
    is_current = fields.Boolean("Current stage", readonly=True)
    days = fields.Float("Days (average)", aggregator="avg", readonly=True)
    days_max = fields.Float("Days (longest)", aggregator="max", readonly=True)
    days_total = fields.Float("Days (total)", aggregator="sum", readonly=True)
    invoice_count = fields.Integer(
        "Invoices", aggregator="count_distinct", readonly=True
    )

    @property
    def _table_query(self):
        """The history, with the steps of one stage put together.

        The stages come from the table of statuses. A code that it does not know counts
        with the stage before it; a final one lasts no time and is left out.
        """
        stages = SQL(", ").join(
            SQL(
                "(%s, %s, %s)",
                status.value,
                KEYS[status.stage.value],
                _is_end(status),
            )
            for status in InvoiceStatus
        )
        return SQL(
            """
            WITH stages (code, stage, is_end) AS (VALUES %(stages)s),
            steps AS (
                SELECT event.id, event.move_id, event.at, event.position,
                       stages.stage, stages.is_end,
                       stages.stage IS DISTINCT FROM LAG(stages.stage) OVER history
                       OR stages.is_end AS is_first
                  FROM l10n_fr_chorus_event event
                  JOIN stages ON stages.code = event.code
                 WHERE event.at IS NOT NULL
                   AND event.kind = 'status'
                WINDOW history AS (
                    PARTITION BY event.move_id
                        ORDER BY event.at, event.position, event.id
                )
            ),
            lasting AS (
                SELECT steps.*,
                       LEAD(steps.at) OVER (
                           PARTITION BY steps.move_id
                               ORDER BY steps.at, steps.position, steps.id
                       ) AS until
                  FROM steps
                 WHERE steps.is_first
            ),
            measured AS (
                SELECT lasting.*,
                       EXTRACT(EPOCH FROM (
                           COALESCE(lasting.until, NOW() AT TIME ZONE 'UTC')
                           - lasting.at
                       )) / %(day)s AS days
                  FROM lasting
                 WHERE NOT (lasting.is_end AND lasting.until IS NULL)
            )
            SELECT measured.id,
                   measured.move_id,
                   measured.move_id AS invoice_count,
                   move.company_id,
                   move.commercial_partner_id AS partner_id,
                   move.move_type,
                   measured.stage,
                   measured.at AS date,
                   measured.until IS NULL AS is_current,
                   GREATEST(measured.days, 0) AS days,
                   GREATEST(measured.days, 0) AS days_max,
                   GREATEST(measured.days, 0) AS days_total
              FROM measured
              JOIN account_move move ON move.id = measured.move_id
            """,
            stages=stages,
            day=SECONDS_A_DAY,
        )

    def action_open_invoice(self):
        """The invoice that this line is about."""
        self.ensure_one()
        return self.move_id._get_records_action()


def _is_end(status):
    return status in FINAL_STATUSES or status.stage is Stage.CLOSED
