"""What a bill is paid against: its numbers may change when the supplier sends it on."""

from odoo import fields, models

# What a download tells, and where the bill has it.
REFERENCES = {
    "engagement": "purchase_order_reference",
    "contract": "contract_reference",
}


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    # As last downloaded: what a person typed on the bill is told from what was there.
    engagement = fields.Char("Commitment number", readonly=True)
    contract = fields.Char("Contract number", readonly=True)

    def _learn_references(self, pivot):
        """Numbers that the portal tells of the invoice since the bill was made.

        A draft takes them up, and its order is looked for; what a person typed, or
        confirmed, is left and shown as a difference.
        """
        self.ensure_one()
        move, taken, found = self.move_id, {}, {}
        for name, on_bill in REFERENCES.items():
            theirs, before = getattr(pivot, name) or "", self[name] or ""
            ours = move[on_bill] or ""
            if not theirs or theirs in (before, ours):
                continue
            if move.state == "draft" and ours in ("", before):
                taken[on_bill] = theirs
            else:
                found[name] = (ours, theirs)
        self.write(reference_vals(pivot))
        if taken:
            move.write(dict(taken))
            move._message_log(
                body=self.env._(
                    "The supplier sent the invoice on with other references: %s.",
                    ", ".join(taken.values()),
                )
            )
            if move.l10n_fr_chorus_order_state != "matched":
                self._match_orders(move, pivot)
        if found:
            self.env["l10n_fr_chorus.difference"]._found(move, list(found), found)


def reference_vals(pivot):
    """What to keep of a download; what it leaves out stays unknown."""
    return {
        name: value for name in REFERENCES if (value := getattr(pivot, name) or False)
    }
