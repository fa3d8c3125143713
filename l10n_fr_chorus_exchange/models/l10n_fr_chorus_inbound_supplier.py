"""The supplier of a received document, and the account it asks to be paid on."""

from odoo import models
from odoo.fields import Domain

from ..lib.chorus_pro.suppliers import (
    NO_DETAIL,
    SupplierDetail,
    clean_account,
    same_account,
)
from .res_partner_supplier import WantedSupplier

# After the accounts a person entered.
LAST = 100


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    # -------------------------------------------------------------------------
    # WHO
    # -------------------------------------------------------------------------

    def _bill_suppliers(self, pivots, details=None):
        """The suppliers of several documents, found or made with a few queries in all.

        :param pivots: ``PivotInvoice`` of each document, in the order of ``self``
        :param details: ``SupplierDetail`` of each or None: what the invoice file or the
            consultation tells beyond the PIVOT; serves to make a supplier, never changes
            a known one
        :return: list of partners, an empty one where the document identifies nobody
            (then ``_no_supplier(pivot)`` says so)
        """
        details = details or [None] * len(self)
        wanted = [
            document._wanted_supplier(pivot, detail)
            for document, pivot, detail in zip(self, pivots, details, strict=True)
        ]
        found = {}
        for company, documents in self.grouped("company_id").items():
            ranks = [rank for rank, one in enumerate(self) if one in documents]
            partners = self.env["res.partner"]._l10n_fr_chorus_suppliers(
                company, [wanted[rank] for rank in ranks]
            )
            found.update(zip(ranks, partners, strict=True))
        return [found[rank] for rank in range(len(self))]

    def _wanted_supplier(self, pivot, detail):
        party = pivot.supplier
        account = clean_account(pivot.account)
        told = SupplierDetail(accounts=(account,) if account else ())
        return WantedSupplier(
            identifier=(party.identifier or self.supplier_siret or "").strip(),
            id_type=str(party.identifier_type or self.supplier_id_type or ""),
            name=party.name or self.supplier_name or "",
            country=party.country,
            detail=told.completed_by(detail or NO_DETAIL),
        )

    def _no_supplier(self, pivot):
        return self.env._(
            "The document does not identify its supplier (%s): neither SIRET, nor VAT "
            "number, nor another identifier. Enter the bill by hand from the original, "
            "or reject it on Chorus Pro.",
            pivot.supplier.name or self.supplier_name or "–",
        )

    # -------------------------------------------------------------------------
    # ACCOUNT
    # -------------------------------------------------------------------------

    def _bill_banks(self, suppliers, pivots, refunds, details=None):
        """Which account each bill names, and which one it is to be paid on.

        An account that a known supplier did not have is kept apart: untrusted, marked to
        be checked, on no bill. ``account.move._l10n_fr_chorus_alert_bank`` tells of it
        once the bills are there.

        :param suppliers: what ``_bill_suppliers`` returned
        :param refunds: for each document, whether it is a credit note
        :return: list of values for the bills, ``{}`` where no account is named
        """
        details = details or [None] * len(self)
        told = [
            _told_accounts(pivot, detail)
            for pivot, detail in zip(pivots, details, strict=True)
        ]
        owners = [supplier.commercial_partner_id for supplier in suppliers]
        banks = self._known_banks(owners, told)
        self._keep_apart(owners, told, details, banks)
        return [
            _bank_vals(owner, numbers, banks, is_refund)
            for owner, numbers, is_refund in zip(owners, told, refunds, strict=True)
        ]

    def _known_banks(self, owners, told):
        """Accounts of these suppliers by partner, and who else has one of those told."""
        numbers = sorted({number for one in told for number in one})
        banks = self.env["res.partner.bank"]
        if not numbers:
            return {}
        found = banks.with_context(active_test=False).search(
            Domain("partner_id", "in", [owner.id for owner in owners])
            | Domain("sanitized_acc_number", "in", numbers)
        )
        self._doubt_shared(found, owners, numbers)
        return dict(found.grouped("partner_id"))

    def _doubt_shared(self, found, owners, numbers):
        """An account that is also another supplier's is checked before it is paid on."""
        for number in numbers:
            same = found.filtered(lambda b, n=number: b.sanitized_acc_number == n)
            holders = same.filtered("active").partner_id.commercial_partner_id
            if len({one._l10n_fr_chorus_entity() for one in holders}) > 1:
                doubtful = same.filtered(
                    lambda bank: (
                        bank.partner_id in owners
                        and not bank.allow_out_payment
                        and not bank.l10n_fr_chorus_to_check
                    )
                )
                doubtful.l10n_fr_chorus_to_check = True

    def _keep_apart(self, owners, told, details, banks):
        """Make the accounts that the suppliers did not have; added to ``banks``."""
        new = {}
        for owner, numbers, detail in zip(owners, told, details, strict=True):
            for number in numbers:
                if owner and not _find(banks.get(owner), number):
                    new[owner, number] = {
                        "acc_number": number,
                        "partner_id": owner.id,
                        "acc_holder_name": (detail and detail.payee) or owner.name,
                        "allow_out_payment": False,
                        "l10n_fr_chorus_to_check": True,
                        "sequence": LAST,
                    }
        made = self.env["res.partner.bank"].create(list(new.values()))
        for bank in made:
            banks[bank.partner_id] = banks.get(bank.partner_id, made.browse()) | bank
        # An account that was archived and comes back is a case for a person again.
        named = [
            _find(banks[owner], number)
            for owner, numbers in zip(owners, told, strict=True)
            for number in numbers
            if owner
        ]
        archived = (
            made.browse()
            .union(*named)
            .filtered(lambda bank: not bank.active and not bank.l10n_fr_chorus_to_check)
        )
        archived.write({"l10n_fr_chorus_to_check": True, "allow_out_payment": False})


def _told_accounts(pivot, detail):
    """Accounts that the document names, the portal's first, each once."""
    told = []
    for number in (clean_account(pivot.account), *(detail.accounts if detail else ())):
        if number and not any(
            same_account(one, number) or same_account(number, one) for one in told
        ):
            told.append(number)
    return told


def _find(banks, number):
    """The account of this number among those of one supplier, in use first."""
    if not banks:
        return banks
    same = banks.filtered(
        lambda bank: same_account(bank.sanitized_acc_number or "", number)
    )
    return same.sorted(lambda bank: not bank.active)[:1]


def _bank_vals(owner, numbers, banks, is_refund):
    """What the bill says of its accounts: one to check comes before the others."""
    named = [_find(banks.get(owner), number) for number in numbers if owner]
    if not named:
        return {}
    to_check = [bank for bank in named if bank.l10n_fr_chorus_to_check]
    told = (to_check or named)[0]
    vals = {"l10n_fr_chorus_bank_told_id": told.id}
    if not is_refund:
        # Whatever is to be checked, the bill goes on being paid where it was.
        paid = _known(banks[owner]) if to_check else told
        vals["partner_bank_id"] = paid.id
    return vals


def _known(banks):
    known = banks.filtered(
        lambda bank: bank.active and not bank.l10n_fr_chorus_to_check
    )
    return known.sorted(lambda bank: not bank.allow_out_payment)[:1]
