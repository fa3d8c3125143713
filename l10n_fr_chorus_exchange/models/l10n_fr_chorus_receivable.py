from odoo import api, fields, models
from odoo.tools import SQL

from ..lib.chorus_pro.statuses import FINAL_STATUSES
from .account_move_situation import SETTLED_PAYMENTS
from .res_partner_clock import PAYER_KINDS
from .status_labels import status_label

AGES = [
    ("0_open", "In time"),
    ("1_late", "1 to 30 days late"),
    ("2_late", "31 to 60 days late"),
    ("3_late", "More than 60 days late"),
    ("9_stopped", "No last day yet"),
]


class L10n_Fr_ChorusReceivable(models.Model):
    """What public bodies still owe: one line for each open invoice or credit note.

    The portal's dates where it gave some; Odoo's due date for what is expected of an
    invoice that is not with the public body yet; nothing is expected of a refused one.
    """

    _name = "l10n_fr_chorus.receivable"
    _description = "Public receivables"
    _auto = False
    _order = "expected_on, id"
    _rec_name = "move_id"
    _depends = {
        "account.move": [
            "state",
            "move_type",
            "payment_state",
            "company_id",
            "commercial_partner_id",
            "buyer_reference",
            "invoice_date",
            "invoice_date_due",
            "amount_residual_signed",
            "l10n_fr_chorus_status",
            "l10n_fr_chorus_clock_start",
            "l10n_fr_chorus_pay_by",
            "l10n_fr_chorus_paid_on",
            "l10n_fr_chorus_expected_payment",
        ],
        "res.partner": ["l10n_fr_chorus_is_public", "l10n_fr_chorus_payer_kind"],
    }

    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Public body", readonly=True)
    payer_kind = fields.Selection(PAYER_KINDS, "Kind of public body", readonly=True)
    service_code = fields.Char(readonly=True)
    status = fields.Char("Status code", readonly=True)
    status_label = fields.Char("Status", compute="_compute_status_label")
    invoice_date = fields.Date(readonly=True)
    received_on = fields.Date("Received by the public body", readonly=True)
    pay_by = fields.Date("Legal last day to pay", readonly=True)
    expected_on = fields.Date("Expected payment", readonly=True)
    amount_due = fields.Monetary("Amount due", readonly=True)
    days = fields.Integer(
        "Age (days)",
        aggregator="avg",
        readonly=True,
        help="Since the public body received it, else since the invoice date.",
    )
    days_late = fields.Integer(aggregator="max", readonly=True)
    age = fields.Selection(AGES, "Delay", readonly=True)

    @api.depends("status")
    @api.depends_context("lang")
    def _compute_status_label(self):
        for line in self:
            line.status_label = status_label(self.env, line.status)

    @property
    def _table_query(self):
        today = self.env["account.move"]._l10n_fr_chorus_today()
        return SQL(
            """
            WITH lines AS (
                SELECT move.id AS id,
                       move.id AS move_id,
                       move.company_id,
                       move.commercial_partner_id AS partner_id,
                       partner.l10n_fr_chorus_payer_kind AS payer_kind,
                       move.buyer_reference AS service_code,
                       move.l10n_fr_chorus_status AS status,
                       move.invoice_date,
                       move.l10n_fr_chorus_clock_start AS received_on,
                       move.l10n_fr_chorus_pay_by AS pay_by,
                       COALESCE(
                           move.l10n_fr_chorus_expected_payment,
                           CASE WHEN move.l10n_fr_chorus_clock_start IS NULL
                                 AND COALESCE(move.l10n_fr_chorus_status, '')
                                     NOT IN %(final)s
                                THEN move.invoice_date_due
                            END
                       ) AS expected_on,
                       move.amount_residual_signed AS amount_due,
                       %(today)s - COALESCE(
                           move.l10n_fr_chorus_clock_start, move.invoice_date
                       ) AS days,
                       GREATEST(
                           0,
                           COALESCE(move.l10n_fr_chorus_paid_on, %(today)s)
                           - move.l10n_fr_chorus_pay_by
                       ) AS days_late
                  FROM account_move move
                  JOIN res_partner partner ON partner.id = move.commercial_partner_id
                 WHERE move.move_type IN ('out_invoice', 'out_refund')
                   AND move.state = 'posted'
                   AND move.payment_state NOT IN %(settled)s
                   AND (
                        partner.l10n_fr_chorus_is_public
                        OR move.l10n_fr_chorus_status IS NOT NULL
                   )
            )
            SELECT lines.*,
                   CASE WHEN pay_by IS NULL THEN '9_stopped'
                        WHEN days_late = 0 THEN '0_open'
                        WHEN days_late <= 30 THEN '1_late'
                        WHEN days_late <= 60 THEN '2_late'
                        ELSE '3_late'
                    END AS age
              FROM lines
            """,
            today=today,
            settled=SETTLED_PAYMENTS,
            final=tuple(sorted(status.value for status in FINAL_STATUSES)),
        )

    def action_open(self):
        """The invoice behind the line."""
        self.ensure_one()
        return self.move_id._get_records_action()
