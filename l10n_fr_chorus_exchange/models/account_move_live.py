"""An open form learns that its invoice changed: through Odoo's bus, only the id of it.

One message for each changed invoice and commit, none when nothing changed; who may not
read the invoice cannot listen (``ir_websocket.py``).
"""

from odoo import api, models

NOTICE = "l10n_fr_chorus_exchange/changed"
SUBCHANNEL = "l10n_fr_chorus"
_PENDING = "l10n_fr_chorus_exchange.told"


class L10n_Fr_ChorusLive(models.AbstractModel):
    """Records shown on the form of an invoice (``move_id``)."""

    _name = "l10n_fr_chorus.live"
    _description = "Chorus Pro record shown live"

    # Their changes are told; a date that moves with each question is no change.
    _l10n_fr_chorus_told = ("state", "error")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.move_id._l10n_fr_chorus_tell()
        return records

    def write(self, vals):
        changed = _changed(self, vals, self._l10n_fr_chorus_told)
        res = super().write(vals)
        changed.move_id._l10n_fr_chorus_tell()
        return res


class L10n_Fr_ChorusDeposit(models.Model):
    _name = "l10n_fr_chorus.deposit"
    _inherit = ["l10n_fr_chorus.deposit", "l10n_fr_chorus.live"]


class L10n_Fr_ChorusTreatment(models.Model):
    _name = "l10n_fr_chorus.treatment"
    _inherit = ["l10n_fr_chorus.treatment", "l10n_fr_chorus.live"]


class L10n_Fr_ChorusEvent(models.Model):
    _name = "l10n_fr_chorus.event"
    _inherit = ["l10n_fr_chorus.event", "l10n_fr_chorus.live"]


class L10n_Fr_ChorusCorrection(models.Model):
    _name = "l10n_fr_chorus.correction"
    _inherit = ["l10n_fr_chorus.correction", "l10n_fr_chorus.live"]


class L10n_Fr_ChorusDifference(models.Model):
    _name = "l10n_fr_chorus.difference"
    _inherit = ["l10n_fr_chorus.difference", "l10n_fr_chorus.live"]

    _l10n_fr_chorus_told = ("state", "ours", "theirs")


class AccountMove(models.Model):
    _inherit = "account.move"

    _l10n_fr_chorus_told = (
        "l10n_fr_chorus_status",
        "l10n_fr_chorus_status_at",
        "l10n_fr_chorus_status_comment",
    )

    def write(self, vals):
        # EXTENDS 'account'
        changed = _changed(self, vals, self._l10n_fr_chorus_told)
        res = super().write(vals)
        changed._l10n_fr_chorus_tell()
        return res

    def _l10n_fr_chorus_tell(self):
        """Tell the open forms of these invoices, once, when the change is committed."""
        if not self:
            return
        hooks = self.env.cr.precommit
        if _PENDING not in hooks.data:
            hooks.data[_PENDING] = set()
            hooks.add(self.env["account.move"]._l10n_fr_chorus_send_told)
        hooks.data[_PENDING].update(self.ids)

    def _l10n_fr_chorus_send_told(self):
        bus = self.env["bus.bus"]
        for move in self.browse(sorted(self.env.cr.precommit.data.pop(_PENDING, ()))):
            bus._sendone((move, SUBCHANNEL), NOTICE, {"id": move.id})


def _changed(records, vals, names):
    """Those of the records in which ``vals`` changes one of the names."""
    watched = [name for name in names if name in vals]
    if not watched:
        return records.browse()
    return records.filtered(
        lambda record: any(
            (record[name] or False) != (vals[name] or False) for name in watched
        )
    )
