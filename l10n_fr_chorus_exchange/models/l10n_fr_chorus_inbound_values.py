"""The values of a bill: its header from the portal, its lines from the best source."""

from datetime import timezone

from odoo import fields, models

from odoo.addons.account_edi_ubl_cii.models.account_edi_common import (
    UOM_TO_UNECE_CODE,
)

from ..lib.chorus_pro.payment_clock import ClockEvent, read_clock
from ..lib.chorus_pro.statuses import InvoiceStatus
from ..tools.numbers import rate_words

UOM_OF_UNECE = {code: xmlid for xmlid, code in UOM_TO_UNECE_CODE.items()}


class L10n_Fr_ChorusInbound(models.Model):
    _inherit = "l10n_fr_chorus.inbound"

    # -------------------------------------------------------------------------
    # HEADER
    # -------------------------------------------------------------------------

    def _bill_vals(self, draft, products):
        document, pivot, plan = draft.document, draft.pivot, draft.plan
        return {
            "move_type": "in_refund" if plan.is_refund else "in_invoice",
            "company_id": document.company_id.id,
            "partner_id": draft.supplier.id,
            "currency_id": draft.currency.id,
            "journal_id": draft.journal.id,
            "ref": pivot.number,
            "invoice_date": pivot.issue_date or document.invoice_date,
            "delivery_date": pivot.delivery_date,
            "buyer_reference": pivot.recipient.service_code or False,
            "contract_reference": pivot.contract or False,
            "purchase_order_reference": pivot.engagement or False,
            "payment_reference": draft.told("payment_reference") or pivot.number,
            "l10n_fr_chorus_source": plan.source,
            "l10n_fr_chorus_paid_before": document._paid_before(draft),
            **({"invoice_user_id": draft.user.id} if draft.user else {}),
            **document._due_vals(draft),
            **document._move_status_vals(),
            **draft.bank,
            "invoice_line_ids": [
                fields.Command.create(
                    document._line_vals(rank, line, draft, products.get(id(line.told)))
                )
                for rank, line in enumerate(plan.lines, start=1)
            ],
        }

    def _move_status_vals(self):
        """What the bill knows of the portal; its history follows."""
        return {
            "l10n_fr_chorus_portal_id": self._has_portal_id() and self.portal_id,
            "l10n_fr_chorus_status": self.portal_status,
            "l10n_fr_chorus_status_at": self.status_at,
            "l10n_fr_chorus_status_comment": self.status_comment,
        }

    def _paid_before(self, draft):
        """What the supplier does not ask for: paid already (A2), or held back."""
        payable = draft.pivot.amounts.payable
        total = draft.plan.total
        if draft.is_paid:
            # Whatever it writes as what is left to pay: the framework is what it chose.
            return float(total)
        return 0.0 if payable is None else max(0.0, float(total - abs(payable)))

    def _due_vals(self, draft):
        """The document's own date, else the supplier's terms, else the law's."""
        due = draft.told("due_date")
        terms = draft.supplier.property_supplier_payment_term_id
        if not due and not terms:
            due = self._legal_due_date()
        issued = draft.pivot.issue_date or self.invoice_date
        if not due or (issued and due < issued):
            return {}
        return {"invoice_date_due": due, "invoice_payment_term_id": False}

    def _legal_due_date(self):
        """Last day to pay of a public body, as far as the status tells; or None."""
        if not (self.portal_status and self.status_at):
            return None
        told = ClockEvent(
            InvoiceStatus.parse(self.portal_status),
            self.status_at.replace(tzinfo=timezone.utc),
        )
        kind = self.company_id.partner_id._l10n_fr_chorus_kind()
        return read_clock([told], kind).due

    # -------------------------------------------------------------------------
    # LINES
    # -------------------------------------------------------------------------

    def _line_vals(self, rank, line, draft, product):
        tax = self.env["account.tax"] if line.rate is None else draft.taxes[line.rate]
        vals = {
            "name": line.name or self._line_name(rank, line, draft.plan),
            "quantity": float(line.quantity),
            "price_unit": float(line.unit_price),
            "discount": float(line.discount),
            "tax_ids": [fields.Command.set(tax.ids)],
            "sequence": rank,
        }
        if product:
            vals["product_id"] = product.id
        if draft.account and not product:
            vals["account_id"] = draft.account.id
        if draft.analytic:
            vals["analytic_distribution"] = draft.analytic
        uom = self._line_uom(line, product)
        if uom:
            vals["product_uom_id"] = uom.id
        return vals

    def _line_name(self, rank, line, plan):
        """Words for a line the document does not name."""
        if line.is_rounding:
            return self.env._("Rounding difference of the supplier")
        if plan.source == "files":
            return (
                self.env._("Total of the document, VAT to be entered")
                if len(plan.lines) == 1
                else self.env._("Total without tax, VAT to be entered")
                if rank == 1
                else self.env._("VAT of the document, rates to be entered")
            )
        if plan.is_detailed:
            return self.env._("Line %d", rank)
        return self.env._(
            "%(number)s — VAT %(rate)s %%",
            number=self.number,
            rate=rate_words(self.env, line.rate),
        )

    def _line_uom(self, line, product):
        """The unit the file tells, unless the product is counted otherwise."""
        xmlid = line.told and UOM_OF_UNECE.get(line.told.unit)
        # From the cache: `env.ref` would ask the database for each line.
        uom_id = xmlid and self.env["ir.model.data"]._xmlid_to_res_id(xmlid)
        uom = self.env["uom.uom"].browse(uom_id or [])
        if not uom or (product and not uom._has_common_reference(product.uom_id)):
            return None
        return uom

    # -------------------------------------------------------------------------
    # PRODUCTS
    # -------------------------------------------------------------------------

    def _find_products(self, drafts):
        """The company's products that the lines name for certain; three queries at most.

        By bar code, by our own reference (BT-156), by the supplier's code as purchasing
        keeps it. Never by words: an account would follow from a guess.

        :return: ``{id(line of the content): product.product}``
        """
        told = [
            (draft, line.told)
            for draft in drafts
            for line in draft.plan.lines
            if line.told
        ]
        by_code = self._products_by(
            "barcode", {line.gtin for _draft, line in told}
        ) | self._products_by(
            "default_code", {line.buyer_reference for _draft, line in told}
        )
        of_supplier = self._products_of_suppliers(told)
        found = {}
        for draft, line in told:
            product = (
                by_code.get(("barcode", line.gtin))
                or by_code.get(("default_code", line.buyer_reference))
                or of_supplier.get(
                    (draft.supplier.commercial_partner_id, line.reference)
                )
            )
            if product:
                found[id(line)] = product
        return found

    def _products_by(self, field, codes):
        """``{(field, code): product}`` of the codes that one product alone has."""
        codes = sorted(filter(None, codes))
        if not codes:
            return {}
        products = self.env["product.product"].search(
            [
                *self.env["product.product"]._check_company_domain(self.company_id),
                (field, "in", codes),
            ]
        )
        return {
            (field, code): same
            for code, same in products.grouped(field).items()
            if len(same) == 1
        }

    def _products_of_suppliers(self, told):
        """``{(supplier, code): product}`` from the price lists of the suppliers."""
        codes = sorted({line.reference for _draft, line in told} - {""})
        if not codes:
            return {}
        suppliers = {one.supplier.commercial_partner_id.id for one, _line in told}
        rows = self.env["product.supplierinfo"].search(
            [
                *self.env["product.supplierinfo"]._check_company_domain(
                    self.company_id
                ),
                ("partner_id", "in", sorted(suppliers)),
                ("product_code", "in", codes),
            ]
        )
        found = {}
        for row in rows:
            product = row.product_id or row.product_tmpl_id.product_variant_id
            found.setdefault((row.partner_id, row.product_code), product)
        return found
