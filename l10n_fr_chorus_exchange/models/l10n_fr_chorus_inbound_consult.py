"""What the portal's consultation tells when the download leaves something out."""

from functools import partial

from odoo import fields, models

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.services import invoices
from ..tools.transactions import write_down
from .inbound_content import told_by
from .l10n_fr_chorus_inbound_fetch import is_out_of_reach
from .sentences import advise


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    source = fields.Selection(
        [
            ("facturx", "the Factur-X invoice"),
            ("cii", "the CII invoice"),
            ("ubl", "the UBL invoice"),
            ("pivot_lines", "the lines of Chorus Pro"),
            ("pivot_vat", "the VAT totals of Chorus Pro"),
            ("consultation", "the consultation of Chorus Pro"),
            ("files", "none, only totals and files"),
        ],
        "Lines taken from",
        readonly=True,
    )
    consultation = fields.Json(readonly=True)
    consultation_due = fields.Boolean(readonly=True)
    is_consulted = fields.Boolean(readonly=True)

    def _reopened_vals(self):
        # EXTENDS: another attempt asks again.
        return {
            **super()._reopened_vals(),
            "consultation": False,
            "consultation_due": False,
            "is_consulted": False,
        }

    def _may_consult(self):
        """Whether the portal was not asked yet, and knows this document."""
        return not self.is_consulted and self._has_portal_id()

    def _consult(self, client):
        """Ask; the bill is made of what is known afterwards, whatever the answer."""
        portal_id = int(self.portal_id)
        # Nothing is held open in the database while the portal thinks.
        self.env["ir.cron"]._commit_progress()
        try:
            told = told_by(invoices.read_received(client, portal_id))
        except errors.NotSentError:
            raise
        except errors.UnreadableDocument as error:
            write_down(self.env, partial(self._absurd, error))
            return
        except errors.ChorusError as error:
            write_down(self.env, partial(self._not_consulted, error))
            return
        write_down(self.env, partial(self._consulted, told))

    def _not_consulted(self, error):
        documents = self.filtered("consultation_due")
        if is_out_of_reach(error):
            documents._try_later(advise(self.env, error))
        else:
            documents._consulted(False)

    def _absurd(self, error):
        """The portal answered, with figures or dates that no invoice has."""
        documents = self.filtered("consultation_due")
        documents._consulted(False)
        for document in documents:
            document._aside(error)

    def _consulted(self, told):
        self.filtered("consultation_due").write(
            {
                "consultation": told,
                "consultation_due": False,
                "is_consulted": True,
                "tries": 0,
                "next_try_at": False,
            }
        )
