"""The records that shapes are made of, and the few words they are written in."""

from __future__ import annotations

import itertools

from odoo import Command, fields
from odoo.tests import tagged

from ..common import Portal, PortalTransport, seed
from ..deposit_common import DepositCase

SERVICE = "ACHATS"
IBAN = "FR7630006000011234567890189"


@tagged("chorus_shapes", "post_install", "-at_install", "-standard")
class ShapeCase(DepositCase):
    """A supplier with the French chart, and all it may put on an invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.bank.bank_id = cls.env["res.bank"].create(
            {"name": "Banque d'essai", "bic": "PSSTFRPPXXX"}
        )
        cls.numbers = itertools.count(1)
        cls.standard = cls.chart_tax("tva_normale")
        cls.reduced = cls.chart_tax("tva_reduite")
        cls.intermediate = cls.chart_tax("tva_intermediaire")
        cls.smallest = cls.chart_tax("tva_super_reduite")
        cls.goods = cls._product("Volet roulant", "consu", "VOL-180")
        cls.labour = cls._product("Pose d'un volet", "service", "POSE")
        (cls.standard | cls.reduced | cls.intermediate | cls.smallest).active = True

    def setUp(self):
        super().setUp()
        # What every portal is told beforehand: (path, body) of its driving interface.
        self.known_to_portals = []

    # WORDS OF THE CATALOGUE ---------------------------------------------------------

    @classmethod
    def chart_tax(cls, name, company=None):
        """A sale tax of the French chart, by its name there."""
        company = company or cls.supplier
        chart = cls.env["account.chart.template"].with_company(company)
        return chart.ref(name)

    @classmethod
    def tax(cls, amount, **values):
        """Another sale tax of the supplier, a percentage unless said otherwise."""
        company = values.pop("company", cls.supplier)
        return cls.env["account.tax"].create(
            {
                "name": f"Tax {amount} no. {next(cls.numbers)}",
                "amount": amount,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
                "company_id": company.id,
                "country_id": cls.env.ref("base.fr").id,
                "tax_group_id": cls.tax_sale_a.tax_group_id.id,
                **values,
            }
        )

    @classmethod
    def _product(cls, name, kind, code):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": kind,
                "default_code": code,
                "lst_price": 100.0,
                "taxes_id": [Command.clear()],
            }
        )

    def line(self, price, tax=None, quantity=1.0, **values):
        """An invoice line; words only, unless a product is given."""
        taxes = self.standard if tax is None else tax
        return Command.create(
            {
                "name": "Pose de volets",
                "quantity": quantity,
                "price_unit": price,
                "tax_ids": [Command.set(taxes.ids)],
                **values,
            }
        )

    def words(self, kind, text, **values):
        """A section (``line_section``) or a note (``line_note``)."""
        return Command.create({"display_type": kind, "name": text, **values})

    def bill(self, *lines, post=True, **values):
        """An invoice to the town hall, confirmed; today, payable in a month."""
        values.setdefault("company_id", self.supplier.id)
        values.setdefault("partner_bank_id", self.bank.id)
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.town_hall_partner.id,
                "invoice_date": self.today,
                "invoice_date_due": fields.Date.add(self.today, days=30),
                "invoice_payment_term_id": False,
                "buyer_reference": SERVICE,
                "invoice_line_ids": list(lines) or [self.line(100.0)],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def credit(self, *lines, origin=None, **values):
        """A credit note, of ``origin`` if there is one."""
        return self.bill(
            *lines,
            move_type="out_refund",
            reversed_entry_id=origin.id if origin else False,
            **values,
        )

    def body(self, siret, **values):
        """Another recipient among those the portal knows."""
        known = {one.identifier: one for one in seed.STRUCTURES}[siret]
        partner = self._create_public_body(known.name.title(), siret, **values)
        partner.l10n_fr_chorus_is_public = True
        return partner

    def fresh_portal(self):
        """Another portal, that has seen no invoice; the client speaks to it from now on."""
        self.portal = Portal(":memory:")
        self.addCleanup(self.portal.close)
        self.transport = PortalTransport(self.portal)
        for path, body in self.known_to_portals:
            self.drive("POST", path, body)

    def pay(self, move, amount=None, journal=None):
        """Register a payment, as the accountant's wizard does."""
        values = {"payment_date": self.today}
        if amount is not None:
            values.update({"amount": amount, "payment_difference_handling": "open"})
        wizard = self.env["account.payment.register"]
        context = {"active_model": "account.move", "active_ids": move.ids}
        wizard.with_context(**context).create(values)._create_payments()

    def second_supplier(self):
        """Another company with its own chart, bank account and connection.

        :return: the company and its bank account
        """
        data = self.setup_other_company(name="Agence du Modèle")
        company = data["company"]
        company.company_registry = seed.OTHER_SUPPLIER
        company.partner_id.write(
            {
                "vat": "FR23334175221",
                "street": "3 quai du Canevas",
                "zip": "99999",
                "city": "Modeleville",
                "country_id": self.env.ref("base.fr").id,
                "email": "agence@example.com",
            }
        )
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7612345987650123456789014",
                "partner_id": company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        self._create_connection(company, seed.OTHER_SUPPLIER_ACCOUNT, can_send=True)
        return company, bank

    def attach(self, move, *files):
        """Attach files by hand and mark them to go along; ``(name, bytes, type)``."""
        made = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "mimetype": kind,
                    "res_model": move._name,
                    "res_id": move.id,
                }
                for name, content, kind in files
            ]
        )
        move.l10n_fr_chorus_attachment_ids = made
        return made
