"""Invoices with a history on the portal, for the tests of the payment clock."""

from .deposit_common import DepositCase


class ClockCase(DepositCase):
    def clocked(self, *lines, **values):
        """A confirmed invoice and its history: ``"2026-03-05 MISE_A_DISPOSITION"``."""
        move = self.posted_invoice(**values)
        self.tell(move, *lines)
        return move

    def tell(self, move, *lines):
        """The portal tells of steps, at noon in Paris."""
        known = len(move.l10n_fr_chorus_event_ids)
        self.env["l10n_fr_chorus.event"].sudo().create(
            [
                {
                    "move_id": move.id,
                    "portal_event_id": f"test-{number}",
                    "code": line.split()[1],
                    "at": f"{line.split()[0]} 11:00:00",
                }
                for number, line in enumerate(lines, known)
            ]
        )

    def paid_in(self, days, start="2026-03-02", **values):
        """An invoice whose payment was announced so many days after its disposal."""
        first = self.env["account.move"]._fields["date"].to_date(start)
        end = first.fromordinal(first.toordinal() + days)
        return self.clocked(
            f"{start} MISE_A_DISPOSITION", f"{end} MISE_EN_PAIEMENT", **values
        )
