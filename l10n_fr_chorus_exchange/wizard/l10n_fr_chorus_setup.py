"""The way from nothing to a working connection, one step after the other."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_time

from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.identifiers import clean_siret, is_siret_shape
from ..lib.chorus_pro.troubles import Trouble
from ..models.connection_check import check_application, check_connection
from ..models.connection_items import ERROR

STEPS = [
    ("start", "Your company"),
    ("piste", "PISTE"),
    ("raccordement", "Connection request"),
    ("account", "Technical account"),
    ("structures", "Structures"),
    ("done", "Ready"),
]
ORDER = [key for key, _label in STEPS]
# From its creation until the account is let in (API reference, 1.2).
ACCOUNT_DELAY = timedelta(minutes=30)
# What the next step settles.
LATER = "rights"


class L10n_Fr_ChorusSetup(models.TransientModel):
    """Guides whoever connects a company; may be left at any step and taken up again.

    What is typed goes to the connection at once, and the step is remembered there: the
    window itself keeps nothing, least of all a secret.
    """

    _name = "l10n_fr_chorus.setup"
    _description = "Chorus Pro set-up"

    step = fields.Selection(STEPS, required=True, default="start", readonly=True)
    connection_id = fields.Many2one("l10n_fr_chorus.connection", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    siret = fields.Char(
        "SIRET",
        compute="_compute_siret",
        store=True,
        readonly=False,
        help="14 digits, of the establishment that sends or receives.",
    )
    is_siret = fields.Boolean(compute="_compute_is_siret")
    environment = fields.Selection(
        selection=lambda self: (
            self.env["l10n_fr_chorus.connection"]
            ._fields["environment"]
            ._description_selection(self.env)
        ),
        required=True,
        default="qualification",
    )
    base_url = fields.Char("Address")
    can_send = fields.Boolean("Send customer invoices", default=True)
    can_receive = fields.Boolean("Receive vendor bills")

    client_id = fields.Char(
        "PISTE client ID", compute="_compute_client_id", inverse="_inverse_client_id"
    )
    client_secret = fields.Char(
        "PISTE client secret", compute="_compute_empty", inverse="_inverse_secret"
    )
    login = fields.Char(
        "Technical login", compute="_compute_client_id", inverse="_inverse_login"
    )
    password = fields.Char(
        "Technical password", compute="_compute_empty", inverse="_inverse_password"
    )
    client_secret_source = fields.Selection(
        related="connection_id.client_secret_source", string="Secret"
    )
    password_source = fields.Selection(
        related="connection_id.password_source", string="Password"
    )
    purchase_journal_id = fields.Many2one(
        related="connection_id.purchase_journal_id", readonly=False
    )
    structure_ids = fields.One2many(
        related="connection_id.structure_ids", readonly=False
    )
    own_structure_id = fields.Many2one(
        "l10n_fr_chorus.structure",
        "Your company on Chorus Pro",
        domain="[('connection_id', '=', connection_id)]",
        help="Its SIRET becomes that of the company once it is found in order, if the "
        "company has another one. Empty: the company keeps its own.",
    )

    is_wrong = fields.Boolean(readonly=True)
    message = fields.Text(readonly=True)
    # Items of the last check, as on the health card.
    items = fields.Json(readonly=True)
    items_card = fields.Html(compute="_compute_items_card", sanitize=False)

    # -------------------------------------------------------------------------
    # COMPUTE
    # -------------------------------------------------------------------------

    @api.depends("company_id")
    def _compute_siret(self):
        for wizard in self:
            wizard.siret = wizard.company_id._l10n_fr_chorus_identity()[1]

    @api.depends("company_id")
    def _compute_is_siret(self):
        for wizard in self:
            kind = wizard.company_id._l10n_fr_chorus_identity()[0]
            wizard.is_siret = kind is IdentifierType.SIRET

    @api.depends("connection_id")
    def _compute_client_id(self):
        for wizard in self:
            wizard.client_id = wizard.connection_id.client_id
            wizard.login = wizard.connection_id.login

    def _compute_empty(self):
        for wizard in self:
            wizard.client_secret = wizard.password = False

    def _inverse_client_id(self):
        self._hand_over("client_id")

    def _inverse_secret(self):
        self._hand_over("client_secret")

    def _inverse_login(self):
        self._hand_over("login")

    def _inverse_password(self):
        self._hand_over("password")

    def _hand_over(self, name):
        """Write what was typed on the connection; an empty field changes nothing."""
        for wizard in self:
            connection, typed = wizard.connection_id, (wizard[name] or "").strip()
            if not typed:
                continue
            vals = {name: typed}
            if name == "password":
                vals["setup_account_at"] = fields.Datetime.now()
            connection.write(vals)
        if name in ("client_secret", "password"):
            self.invalidate_recordset([name], flush=False)

    @api.depends("items")
    @api.depends_context("lang")
    def _compute_items_card(self):
        for wizard in self:
            connection = wizard.connection_id
            wizard.items_card = bool(wizard.items) and self.env["ir.qweb"]._render(
                "l10n_fr_chorus_exchange.connection_health_items",
                {"items": [connection._shown_item(one) for one in wizard.items]},
            )

    # -------------------------------------------------------------------------
    # OPEN
    # -------------------------------------------------------------------------

    @api.model
    def action_open(self, company=None, connection=None):
        """The window, at the step where it was left.

        :param company: to connect; by default that of the user
        :param connection: to go on with; by default the unfinished one of the company
        """
        self.check_access("create")
        company = company or self.env.company
        connection = connection or self._unfinished(company)
        wizard = self.create(self._values(connection, company))
        return wizard._reopen()

    @api.model
    def _unfinished(self, company):
        return self.env["l10n_fr_chorus.connection"].search(
            [
                ("company_id", "=", company.id),
                ("setup_step", "not in", (False, "done")),
            ],
            limit=1,
        )

    @api.model
    def _values(self, connection, company):
        if not connection:
            return {"company_id": company.id}
        step = connection.setup_step
        return {
            "connection_id": connection.id,
            "company_id": connection.company_id.id,
            "step": step if step in ORDER else "start",
            "environment": connection.environment,
            "base_url": connection.base_url,
            "can_send": connection.can_send,
            "can_receive": connection.can_receive,
            "own_structure_id": self._own_structure(connection).id,
        }

    @api.model
    def _own_structure(self, connection):
        """The structure of the company, as far as can be told.

        A company with a SIRET is no other establishment because an account has but one:
        that account may be for another one. A person says so.
        """
        siret = connection.company_id._l10n_fr_chorus_identity()[1]
        found = connection.structure_ids
        if siret:
            return found.filtered(lambda one: one.siret == siret)[:1]
        return found if len(found) == 1 else found.browse()

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect to Chorus Pro"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    # -------------------------------------------------------------------------
    # STEPS
    # -------------------------------------------------------------------------

    def action_next(self):
        """Check this step live, then show the next one; or say what is wrong."""
        self.ensure_one()
        check = getattr(self, f"_check_{self.step}")
        if check():
            self._go(1)
        return self._reopen()

    def action_skip(self):
        """The next step, whatever the check said."""
        self.ensure_one()
        self._go(1)
        return self._reopen()

    def action_back(self):
        self.ensure_one()
        self._go(-1)
        return self._reopen()

    def _go(self, by):
        step = ORDER[max(0, min(ORDER.index(self.step) + by, len(ORDER) - 1))]
        self.write({"step": step, "is_wrong": False, "message": False})
        if by < 0 or step not in ("structures", "done"):
            self.items = False
        if step == "structures":
            self.own_structure_id = self._own_structure(self.connection_id)
        self.connection_id.setup_step = step

    def _check_start(self):
        if not self.can_send and not self.can_receive:
            raise UserError(self.env._("Choose what to do: send, receive, or both."))
        if siret := self._check_siret(self.siret or ""):
            self._write_siret(siret)
        vals = {
            "environment": self.environment,
            "can_send": self.can_send,
            "can_receive": self.can_receive,
        }
        if self.environment == "custom":
            vals["base_url"] = self.base_url
        if self.connection_id:
            changed = {
                name: value
                for name, value in vals.items()
                if self.connection_id[name] != value
            }
            self.connection_id.write(changed)
        else:
            self.connection_id = self.env["l10n_fr_chorus.connection"].create(
                {
                    **vals,
                    "name": self.env._("Chorus Pro – %s", self.company_id.name),
                    "company_id": self.company_id.id,
                    "setup_step": "start",
                }
            )
        return True

    def _check_siret(self, typed):
        """:param typed: False or None: none was chosen, the company keeps its own
        :return: the SIRET to give the company; None for a company that has none
        :raise UserError: it is not one
        """
        if not self.is_siret or typed in (False, None):
            return None
        siret = clean_siret(typed)
        if not is_siret_shape(siret):
            raise UserError(
                self.env._(
                    "Type the SIRET of %s: 14 digits.", self.company_id.display_name
                )
            )
        self._check_siret_is_free(siret)
        return siret

    def _check_siret_is_free(self, siret):
        """Nobody takes the SIRET of a company from a connection that works for it.

        Its invoices would bear another one from then on, and leave by another connection.

        :raise UserError: the company would get another SIRET
        """
        company = self.company_id.sudo()
        own = company._l10n_fr_chorus_identity()[1]
        if not own or siret == own:
            return
        serving = self.env["l10n_fr_chorus.structure"].sudo()
        serving = serving.search(
            [
                # A branch may send by the connection of a company above.
                ("connection_id.company_id", "in", company.parent_ids.ids),
                ("connection_id.active", "=", True),
                ("connection_id", "!=", self.connection_id.id),
                ("siret", "=", own),
                "|",
                ("used_to_send", "=", True),
                ("used_to_receive", "=", True),
            ],
            limit=1,
        )
        if serving:
            raise UserError(
                self.env._(
                    "%(connection)s works for %(siret)s, the SIRET of %(company)s, which "
                    "therefore stays. This connection can work for other establishments "
                    "beside it: leave the SIRET as it is, and “Your company on Chorus "
                    "Pro” empty. To move for good, change the SIRET on the company itself.",
                    connection=serving.connection_id.display_name,
                    siret=own,
                    company=company.display_name,
                )
            )

    def _write_siret(self, siret):
        if siret != self.company_id._l10n_fr_chorus_identity()[1]:
            self.company_id.company_registry = siret

    def _check_piste(self):
        return self._note(check_application(self.connection_id))

    def _check_raccordement(self):
        """Nothing of it can be seen from here, before the account is let in."""
        return True

    def _check_account(self):
        result = check_connection(self.connection_id)
        self._write_result(result)
        return self._note(result, later=LATER)

    def _check_structures(self):
        """The portal first: nothing is held open in the database while it thinks.

        The company gets the SIRET that works, never one that was only tried.
        """
        siret = self._check_siret(self.own_structure_id.siret)
        result = check_connection(self.connection_id, siret=siret)
        self._write_result(result)
        is_done = self._note(result)
        if siret and is_done:
            self._write_siret(siret)
        return is_done

    def _write_result(self, result):
        if result.asked:
            state = "ok" if result.ok else "error"
            self.connection_id._record_check(result, state)

    def _note(self, result, later=None):
        """Keep what was found for the reader.

        :param later: key of an item that does not stop this step
        :return bool: whether the step is done
        """
        wrong = [one for one in result.items if one.state == ERROR and one.key != later]
        is_wrong = bool(wrong) or not result.asked
        self.write(
            {
                "items": [one.as_json() for one in result.items] or False,
                "is_wrong": is_wrong,
                "message": self._sentence(result, wrong) if is_wrong else False,
            }
        )
        return not is_wrong

    def _sentence(self, result, wrong):
        since = self.connection_id.setup_account_at
        if (
            wrong
            and wrong[0].trouble is Trouble.ACCOUNT
            and since
            and fields.Datetime.now() - since < ACCOUNT_DELAY
        ):
            return self.env._(
                "Was the account created just now? It works about 30 minutes later: "
                "close this window and come back after %s. Otherwise type the login "
                "and the password again.",
                format_time(self.env, since + ACCOUNT_DELAY, time_format="short"),
            )
        return "" if wrong else result.message

    # -------------------------------------------------------------------------
    # END
    # -------------------------------------------------------------------------

    def action_finish(self):
        """Open the connection that was set up."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Chorus Pro connection"),
            "res_model": "l10n_fr_chorus.connection",
            "res_id": self.connection_id.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_first_invoice(self):
        """Customer invoices: confirm one to a public body, and send it."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )

    def action_first_reception(self):
        """Look for documents now, and show the inbox."""
        self.env.ref("l10n_fr_chorus_exchange.ir_cron_receive").sudo()._trigger()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_chorus_exchange.l10n_fr_chorus_inbound_action"
        )
