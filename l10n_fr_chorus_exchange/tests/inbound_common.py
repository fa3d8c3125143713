"""Documents for the inbox: on the portal, or as the PIVOT it would hand out."""

import base64
import itertools
from unittest.mock import patch
from xml.sax.saxutils import escape

from odoo import SUPERUSER_ID
from odoo.tests import new_test_user
from odoo.tests.test_cursor import TestCursor

from simulator.documents import specimens

from ..lib.chorus_pro.services import invoices, transverse
from .common import ChorusCase, seed

NUMBERS = itertools.count(1)


def pivot_xml(
    *,
    portal_id,
    number="F-1",
    type_code="380",
    untaxed="100.00",
    taxed="120.00",
    payable=None,
    vat=(("20", "100.00", "20.00"),),
    lines=(),
    currency="EUR",
    supplier=("1", seed.SUPPLIER, "Atelier du Modèle", "FR"),
    original="",
    files=(),
    account="",
    issued="2026-10-12",
    engagement="EJ-7",
    contract="M-3",
    cadre="A1",
):
    """A PIVOT of one invoice.

    :param account: where the supplier wants its money
    :param vat: rate, base, amount
    :param lines: reference, quantity, unit price, net amount, rate
    :param files: name, content, TypePJ
    """
    return (
        "<CPPFacturePivot><CPPFactures Compteur='1'><CPPFacturePivotUnitaire NumOrdre='1'>"
        f"{_parties(*supplier, account)}"
        f"<DonneesFacture><Id>{escape(number)}</Id>"
        f"<IdFactureOrigine>{original}</IdFactureOrigine><IdCPRO>{portal_id}</IdCPRO>"
        f"<Type>{type_code}</Type><Cadre>{cadre}</Cadre>"
        f"<DateEmissionFacture>{issued}</DateEmissionFacture>"
        f"<Devise>{currency}</Devise><Montants><MontantHT>{untaxed}</MontantHT>"
        f"<MontantTTC>{taxed}</MontantTTC>"
        f"<MontantNetAPayer>{taxed if payable is None else payable}</MontantNetAPayer>"
        f"</Montants>{_vat(vat)}"
        f"<Engagement><NumeroEngagement>{engagement}</NumeroEngagement>"
        f"<NumeroMarche>{contract}</NumeroMarche></Engagement>"
        f"{_lines(lines)}</DonneesFacture>{_files(files)}"
        "</CPPFacturePivotUnitaire></CPPFactures></CPPFacturePivot>"
    ).encode()


def _parties(kind, identifier, name, country, account):
    bank = f"<ReferenceBancaire><Compte>{account}</Compte></ReferenceBancaire>"
    return (
        f"<Fournisseur><TypeIdentifiant>{kind}</TypeIdentifiant>"
        f"<Identifiant>{escape(identifier)}</Identifiant>"
        f"<RaisonSociale>{escape(name)}</RaisonSociale>"
        f"<CodePays>{country}</CodePays>{bank if account else ''}</Fournisseur>"
        "<Debiteur><TypeIdentifiant>1</TypeIdentifiant>"
        f"<Identifiant>{seed.TOWN_HALL}</Identifiant><Nom>Commune</Nom>"
        "<CodeService>ACHATS</CodeService></Debiteur>"
    )


def _vat(rows):
    told = "".join(
        f"<TVA><Taux>{rate}</Taux><BaseHt>{base}</BaseHt>"
        f"<MontantTVA>{amount}</MontantTVA></TVA>"
        for rate, base, amount in rows
    )
    return f"<TVAs>{told}</TVAs>"


def _lines(rows):
    told = "".join(
        f'<Ligne NumOrdre="{rank}"><ReferenceProduit>{reference}</ReferenceProduit>'
        f"<PrixUnitaire>{price}</PrixUnitaire><Quantite>{quantity}</Quantite>"
        f"<MontantHT>{net}</MontantHT><TauxTVA>{rate}</TauxTVA></Ligne>"
        for rank, (reference, quantity, price, net, rate) in enumerate(rows, start=1)
    )
    return f"<Lignes>{told}</Lignes>"


def _files(files):
    return "".join(
        f'<PJ NumOrdre="{rank}"><Contenu>{base64.b64encode(content).decode()}</Contenu>'
        f"<NomPJ>{escape(file_name)}</NomPJ><TypePJ>{role}</TypePJ></PJ>"
        for rank, (file_name, content, role) in enumerate(files, start=1)
    )


class _Between:
    """A transport that calls ``before(url)`` ahead of each request."""

    def __init__(self, inner, before):
        self.inner = inner
        self.before = before

    def send(self, request):
        self.before(request.url)
        return self.inner.send(request)


class InboundCase(ChorusCase):
    """The town hall's inbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As the cron does: nobody else writes in the inbox.
        cls.inbox = (
            cls.env["l10n_fr_chorus.inbound"]
            .with_user(SUPERUSER_ID)
            .with_company(cls.town_hall)
        )
        # A database that is used for more than tests has its own.
        own = cls.town_hall_connection + cls.supplier_connection
        others = cls.env["l10n_fr_chorus.connection"].sudo().search([]) - own
        others.write({"can_receive": False, "pause_until": "2099-01-01 00:00:00"})
        cls.default_tax = cls.town_hall.account_purchase_tax_id

    def kept(self, content=None, **values):
        """A document whose original is already here, waiting to become a bill."""
        portal_id = str(5_000_000_000 + next(NUMBERS))
        document = self.inbox.create(
            {
                "connection_id": self.town_hall_connection.id,
                "company_id": self.town_hall.id,
                "portal_id": portal_id,
                "number": values.get("number", "F-1"),
                "supplier_siret": seed.SUPPLIER,
                "portal_status": "MISE_A_DISPOSITION",
                "state": "fetched",
                # Nobody is there to be asked for more.
                "is_consulted": True,
            }
        )
        document._keep(content or pivot_xml(portal_id=portal_id, **values))
        document._unpack()
        return document

    def decoded(self, **values):
        """What became of a document with this content."""
        document = self.kept(**values)
        document._decode()
        return document

    def bill(self, **values):
        document = self.decoded(**values)
        self.assertEqual(document.state, "imported", document.reason)
        return document.move_id

    def quarantined(self, *words, **values):
        """Unreadable, with a reason in which ``words`` are read; no bill, no supplier."""
        return self.put_aside("quarantine", *words, **values)

    def to_settle(self, *words, **values):
        """Readable, left to a person with a reason in which ``words`` are read."""
        return self.put_aside("to_settle", *words, **values)

    def put_aside(self, state, *words, **values):
        partners = self.env["res.partner"].search_count([])
        document = self.decoded(**values)
        self.assertEqual(document.state, state, document.reason)
        for word in words:
            self.assertIn(word, document.reason)
        self.assertFalse(document.move_id)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        return document

    def post_on_portal(self, **values):
        """An invoice made available to the town hall another way; its id there."""
        number = values.pop("number", f"FA-{next(NUMBERS):06}")
        more = {
            key: values.pop(key)
            for key in ("status", "recipient", "service", "works")
            if key in values
        }
        specimen = specimens.Specimen(
            number=number, buyer_id=more.get("recipient", seed.TOWN_HALL), **values
        )
        content = specimens.facturx_pdf(specimen)
        more.setdefault("service", "ACHATS")
        return self.drop_invoice(f"{number}.pdf", content, **more)

    def documents(self, *domain):
        """What the town hall received, and nothing another test database holds."""
        return self.inbox.search(
            [("connection_id", "=", self.town_hall_connection.id), *domain]
        )

    def document_of(self, portal_id):
        return self.documents(("portal_id", "=", str(portal_id)))

    def receive(self):
        self.run_cron("ir_cron_receive")

    def received(self, **values):
        """Posted on the portal, fetched by the cron, turned into a bill."""
        self.know_structures()
        portal_id = self.post_on_portal(**values)
        self.receive()
        document = self.document_of(portal_id)
        self.assertEqual(document.state, "imported", document.reason)
        return document

    def treat_on_portal(self, portal_id, status, comment=""):
        """The public body acts on the portal itself, beside Odoo."""
        self.drive(
            "POST",
            "invoices/status",
            {"id": int(portal_id), "status": status, "comment": comment},
        )

    def as_supplier_of(self, document):
        """A client that acts for the supplier of this document over there."""
        self.drive(
            "POST",
            "accounts",
            {"login": seed.SUPPLIER_ACCOUNT, "issue": [document.supplier_siret]},
        )
        return self.supplier_connection._client()

    def complete(self, document, name, content):
        """What the supplier does over there after a suspension."""
        client = self.as_supplier_of(document)
        file_id = transverse.add_file(client, content, name)
        invoices.complete(
            client,
            int(document.portal_id),
            comment="Voici le bon",
            attachments=[invoices.ComplementaryFile(file_id, name)],
        )

    def recycle(self, document):
        """What the supplier does when the invoice went to the wrong service."""
        invoices.recycle(
            self.as_supplier_of(document),
            int(document.portal_id),
            recipient=seed.TOWN_HALL,
            service_code="ECOLES",
        )

    def portal_invoice(self, portal_id):
        [invoice] = self.drive("GET", f"invoices?id={portal_id}")["invoices"]
        return invoice

    def meanwhile(self, operation, action):
        """Somebody acts once, while the portal thinks about this operation."""
        left = [action]

        def before(url):
            if operation in url and left:
                left.pop()()
                self.env.flush_all()

        self.transport = _Between(self.transport, before)

    def watch_transactions(self):
        """Calls to the portal's services made while a transaction was open, from now on.

        :return: a list that fills up, one address per call
        """
        open_calls, state = [], {"dirty": False}

        def watched(name, dirty):
            original = getattr(TestCursor, name)

            def method(cursor, *args, **kwargs):
                result = original(cursor, *args, **kwargs)
                state["dirty"] = dirty
                return result

            self.startPatcher(patch.object(TestCursor, name, method))

        watched("execute", True)
        watched("commit", False)
        watched("rollback", False)

        def before(url):
            if "/cpro/" in url and state["dirty"]:
                open_calls.append(url)

        self.transport = _Between(self.transport, before)
        return open_calls

    def auditor(self):
        """A user who sees everything of the town hall's books and changes nothing."""
        return new_test_user(
            self.env,
            login="town_hall_auditor",
            groups="account.group_account_readonly",
            company_id=self.town_hall.id,
            company_ids=[(6, 0, self.town_hall.ids)],
        )
