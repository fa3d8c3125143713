"""Runs inside Odoo: the invoices that are measured, all of one company."""

from __future__ import annotations

from typing import Any

from demo import world

# The price of a line changes with its place, so that nothing can be taken twice.
PRICE = 10.37
SERVICE = "ECOLES"


class Bench:
    """The supplier, its customer and its taxes in an Odoo of its own."""

    def __init__(self, env: Any, portal_url: str) -> None:
        self.company = env.ref("base.main_company")
        self.env = env(
            context={**env.context, "allowed_company_ids": [self.company.id]}
        )
        self.customer = self.env["res.partner"].create(
            {
                "name": world.TOWN_HALL.name,
                "is_company": True,
                "company_registry": world.TOWN_HALL.siret,
                "country_id": self.env.ref("base.fr").id,
                "street": world.TOWN_HALL.street,
                "zip": world.TOWN_HALL.zip,
                "city": world.TOWN_HALL.city,
                "phone": "+33 1 99 00 00 01",
                "email": world.TOWN_HALL.email,
                "l10n_fr_chorus_is_public": True,
            }
        )
        # What core's builders ask for and ours does without.
        self.company.partner_id.phone = "+33 1 99 00 00 00"
        self.taxes = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", "in", (20.0, 10.0, 5.5)),
                ("price_include", "=", False),
            ],
            limit=2,
        )
        self.portal_url = portal_url

    def connect(self, **more: Any) -> Any:
        """The connection of the company to the simulator, made once."""
        from simulator import seed

        found = self.env["l10n_fr_chorus.connection"]._for_company(self.company)
        if found:
            return found
        return self.env["l10n_fr_chorus.connection"].create(
            {
                "name": "Bench",
                "company_id": self.company.id,
                "environment": "custom",
                "base_url": self.portal_url,
                "client_id": seed.CLIENT_ID,
                "client_secret": seed.CLIENT_SECRET,
                "login": world.SUPPLIER.account,
                "password": seed.ACCOUNTS[world.SUPPLIER.account],
                "can_send": True,
                "can_receive": False,
                **more,
            }
        )

    def invoices(self, count: int, lines: int) -> Any:
        """``count`` posted invoices of ``lines`` lines each."""
        moves = self.env["account.move"].create(
            [self._invoice(number, lines) for number in range(count)]
        )
        moves.action_post()
        return moves

    def _invoice(self, number: int, lines: int) -> dict[str, Any]:
        return {
            "move_type": "out_invoice",
            "company_id": self.company.id,
            "partner_id": self.customer.id,
            "buyer_reference": SERVICE,
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "name": f"Fourniture {number} {place}",
                        "quantity": 1 + place % 7,
                        "price_unit": PRICE + place,
                        "discount": 5.0 if place % 5 == 4 else 0.0,
                        "tax_ids": [(6, 0, self.taxes[place % len(self.taxes)].ids)],
                    },
                )
                for place in range(lines)
            ],
        }


def small_pdf() -> bytes:
    """A printed page, made without Odoo's printing program."""
    import io

    from reportlab.pdfbase import pdfmetrics, ttfonts
    from reportlab.pdfgen import canvas

    # With its font inside: a Factur-X is an archive.
    pdfmetrics.registerFont(ttfonts.TTFont("Vera", "Vera.ttf"))
    page = io.BytesIO()
    drawing = canvas.Canvas(page, initialFontName="Vera")
    drawing.drawString(72, 720, "Facture")
    drawing.save()
    return page.getvalue()
