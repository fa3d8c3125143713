"""What changes with the channel that an invoice goes through, in one place.

Terms are made in the direct dialect; `dialects` turns them into that of the national
platforms, which want other values (SIREN as legal identifier, B/S/M frames, electronic
addresses): one document cannot serve both.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    legal_id_scheme: str  # of BT-30 and BT-47, ISO 6523
    note_length: int  # BT-22, BT-20, BT-127: characters
    vat_due_codes: tuple[tuple[str, str], ...]  # exigibility of Odoo -> BT-8

    def vat_due_code(self, exigibility: str) -> str:
        return dict(self.vat_due_codes)[exigibility]


# Deposit on Chorus Pro itself (portal, API, EDI). 0009 is the scheme of the SIRET; BT-8
# takes UNTDID 2475 in CII: 5 is the date of the invoice, 72 that of the payment.
DIRECT = Dialect(
    legal_id_scheme="0009",
    note_length=1024,
    vat_due_codes=(("on_invoice", "5"), ("on_payment", "72")),
)
