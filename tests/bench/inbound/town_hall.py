"""Runs inside Odoo: the public body that receives, and those who invoice it."""

from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal
from typing import Any

import requests

from demo import world

TIMEOUT = (5.0, 60.0)
LINES = 3
SUPPLIERS = 10
SERVICE = "ACHATS"


class TownHall:
    """The company of the database in the place of the public body."""

    def __init__(self, env: Any, portal_url: str) -> None:
        from simulator import seed

        company = env.ref("base.main_company")
        self.env = env(
            context={**env.context, "allowed_company_ids": [company.id]}, su=True
        )
        self.portal_url = portal_url
        self.posted = 0
        connections = self.env["l10n_fr_chorus.connection"]
        connections.search([]).active = False
        self.connection = connections.create(
            {
                "name": "Bench",
                "company_id": company.id,
                "environment": "custom",
                "base_url": portal_url,
                "client_id": seed.CLIENT_ID,
                "client_secret": seed.CLIENT_SECRET,
                "login": world.TOWN_HALL.account,
                "password": seed.ACCOUNTS[world.TOWN_HALL.account],
                "can_send": False,
                "can_receive": True,
            }
        )
        self.connection.action_test_connection()
        self.journal = self.connection._purchase_journal()
        self.inbox = self.env["l10n_fr_chorus.inbound"].with_company(company)
        self.env.cr.commit()

    def post(self, count: int) -> dict[str, bytes]:
        """Invoices of a few suppliers put at the disposal of the town hall.

        :return: Factur-X files by name
        """
        files = {}
        for _each in range(count):
            self.posted += 1
            name, content = self._invoice(self.posted)
            files[name] = content
            answer = requests.post(
                f"{self.portal_url}/simulator/api/invoices",
                json={
                    "name": name,
                    "content": base64.b64encode(content).decode(),
                    "recipient": world.TOWN_HALL.siret,
                    "service": SERVICE,
                },
                timeout=TIMEOUT,
            )
            answer.raise_for_status()
        return files

    def _invoice(self, rank: int) -> tuple[str, bytes]:
        from simulator.documents import specimens

        specimen = specimens.Specimen(
            number=f"BENCH-{rank:06}",
            issue_date=date(2026, 10, 1 + rank % 28),
            supplier_id=f"1000000{rank % SUPPLIERS:02}00011",
            supplier_name=f"Fournisseur {rank % SUPPLIERS}",
            buyer_id=world.TOWN_HALL.siret,
            iban=None,
            lines=tuple(
                specimens.SpecimenLine(
                    f"Fourniture {rank} {place}",
                    Decimal(1 + place),
                    Decimal(1037 + place + rank % 50) / 100,
                    Decimal(20),
                    f"REF-{place}",
                )
                for place in range(LINES)
            ),
        )
        return f"{specimen.number}.pdf", specimens.facturx_pdf(specimen)

    def receive(self) -> None:
        """As the scheduler does, until nothing is left."""
        self.inbox._cron_receive()
        self.env.cr.commit()
        self.env.invalidate_all()

    def bills(self, count: int) -> Any:
        """The last ``count`` bills; each invoice posted has become one."""
        documents = self.inbox.search(
            [("connection_id", "=", self.connection.id)], order="id"
        )
        bad = documents.filtered(lambda one: one.state != "imported")
        if bad or len(documents) != self.posted:
            raise AssertionError(
                f"{len(documents)} of {self.posted} received, {len(bad)} without bill: "
                f"{bad[:3].mapped('reason')}"
            )
        return documents[-count:].move_id
