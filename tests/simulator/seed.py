"""The fictitious world the portal starts with. Nothing here is a secret.

Our own identifiers have the shape of a SIRET but not its check digit, as in the
qualification portal. The five recipients of its published data set keep their
published numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from .clock import parse_moment
from .state import Store

CLIENT_ID = "demo-piste-client"
CLIENT_SECRET = "demo-piste-secret"

SUPPLIER_ACCOUNT = "TECH_1_1001@cpro.fr"
TOWN_HALL_ACCOUNT = "TECH_1_1002@cpro.fr"
OTHER_SUPPLIER_ACCOUNT = "TECH_1_1003@cpro.fr"
ABROAD_ACCOUNT = "TECH_1_1005@cpro.fr"
# login: password
ACCOUNTS = {
    SUPPLIER_ACCOUNT: "demo-tech-1001",
    TOWN_HALL_ACCOUNT: "demo-tech-1002",
    OTHER_SUPPLIER_ACCOUNT: "demo-tech-1003",
    ABROAD_ACCOUNT: "demo-tech-1005",
}

SUPPLIER = "10000000100012"
OTHER_SUPPLIER = "10000000300018"
TOWN_HALL = "20000000200014"
DEPARTMENT = "20000000300012"
METROPOLIS = "20000000400010"
CLOSED_BODY = "20000000500017"
SYNDICATE = "20000000600015"
NOTHING_REQUIRED = "12345678200051"
ENGAGEMENT_REQUIRED = "12345678200036"
SERVICE_REQUIRED = "12345678200028"
BOTH_REQUIRED = "12345678200044"
STATE = "11000201100044"

# Suppliers that have no SIRET, one per kind of identifier.
EU_SUPPLIER = "DE100000001"
FOREIGN_SUPPLIER = "CHMUSTERWERKSTATT"
CALEDONIAN_SUPPLIER = "0100001001"
POLYNESIAN_SUPPLIER = "A10000001"
WALLIS_SUPPLIER = "FRWFATELIERDUMODEL"
PERSON_SUPPLIER = "1000000001"

ENGAGEMENT = "1000000123"
IBAN = "FR7630006000011234567890189"

FROM_START = "2017-01-01"
OPEN_END = "2050-12-31"
PUBLIC_INVOICES = "FACTURES_PUBLIQUES"


@dataclass(frozen=True)
class SeedService:
    code: str
    name: str
    active: bool = True
    needs_engagement: bool = False
    reports_payment: bool = True


@dataclass(frozen=True)
class SeedStructure:
    identifier: str
    name: str
    services: tuple[SeedService, ...] = ()
    public: bool = True
    active: bool = True
    state: bool = False
    needs_service: bool = False
    needs_engagement: bool = False
    needs_either: bool = False
    hides_payment: bool = False
    street: str = "1 place de l'Exemple"
    zip: str = "99999"
    city: str = "MODELEVILLE"
    vat: str | None = None
    id_type: str = "SIRET"
    country: str = "FR"


_PUBLIC = SeedService(PUBLIC_INVOICES, "Service des factures publiques")

_METROPOLIS_SERVICES = tuple(
    SeedService(f"DIRECTION_{number:02d}", f"Direction numéro {number}")
    for number in range(1, 14)
)

STRUCTURES = (
    SeedStructure(
        SUPPLIER,
        "ATELIER DU MODELE",
        (SeedService("SERVICE_PRIVE_1_" + SUPPLIER, "Service facturation"),),
        public=False,
        street="12 rue des Essais",
        vat="FR64100000001",
    ),
    SeedStructure(
        OTHER_SUPPLIER,
        "IMPRIMERIE DE L'EXEMPLE",
        public=False,
        street="3 quai du Canevas",
        vat="FR70100000003",
    ),
    SeedStructure(
        TOWN_HALL,
        "COMMUNE DE MODELEVILLE",
        (
            SeedService("ACHATS", "Service des achats"),
            SeedService("ECOLES", "Écoles et cantines"),
            SeedService("VOIRIE", "Voirie (engagement exigé)", needs_engagement=True),
            SeedService("ANCIEN", "Ancien service des fêtes", active=False),
            _PUBLIC,
        ),
        needs_service=True,
    ),
    SeedStructure(
        DEPARTMENT,
        "DEPARTEMENT DU MODELE",
        (SeedService("ROUTES", "Direction des routes"), _PUBLIC),
        needs_either=True,
    ),
    SeedStructure(
        METROPOLIS,
        "METROPOLE DE MODELEVILLE",
        (*_METROPOLIS_SERVICES, _PUBLIC),
    ),
    SeedStructure(CLOSED_BODY, "ANCIENNE COMMUNE DISSOUTE", active=False),
    SeedStructure(
        SYNDICATE,
        "SYNDICAT DES EAUX DU MODELE",
        (SeedService("TRAVAUX", "Service travaux", reports_payment=False),),
        hides_payment=True,
    ),
    SeedStructure(
        NOTHING_REQUIRED,
        "DESTINATAIRE SANS OBLIGATION",
        (SeedService("SERVICE_PUBLIQUE_1_12345678200051", "Service public 1"),),
    ),
    SeedStructure(
        ENGAGEMENT_REQUIRED,
        "DESTINATAIRE ENGAGEMENT OBLIGATOIRE",
        needs_engagement=True,
    ),
    SeedStructure(
        SERVICE_REQUIRED,
        "DESTINATAIRE SERVICE OBLIGATOIRE",
        (SeedService("SERVICE_DEST_SERV_OBL", "Service destinataire"), _PUBLIC),
        needs_service=True,
    ),
    SeedStructure(
        BOTH_REQUIRED,
        "DESTINATAIRE SERVICE ET ENGAGEMENT OBLIGATOIRES",
        (SeedService("SERVICE_PUBLIQUE_1_12345678200044", "Service public 1"),),
        needs_service=True,
        needs_engagement=True,
    ),
    SeedStructure(STATE, "ETAT", state=True),
    SeedStructure(
        EU_SUPPLIER,
        "MUSTERBAU",
        public=False,
        city="MUSTERSTADT",
        vat=EU_SUPPLIER,
        id_type="UE_HORS_FRANCE",
        country="DE",
    ),
    SeedStructure(
        FOREIGN_SUPPLIER,
        "MUSTERWERKSTATT",
        public=False,
        city="MUSTERDORF",
        id_type="HORS_UE",
        country="CH",
    ),
    SeedStructure(
        CALEDONIAN_SUPPLIER,
        "ATELIER DU LAGON MODELE",
        public=False,
        id_type="RIDET",
        country="NC",
    ),
    SeedStructure(
        POLYNESIAN_SUPPLIER,
        "ATELIER DE L'ATOLL MODELE",
        public=False,
        id_type="TAHITI",
        country="PF",
    ),
    SeedStructure(
        WALLIS_SUPPLIER,
        "ATELIER DU MODELE DES ILES",
        public=False,
        id_type="AUTRE",
        country="WF",
    ),
    SeedStructure(
        PERSON_SUPPLIER,
        "PARTICULIER DU MODELE",
        public=False,
        id_type="PARTICULIER",
    ),
)
ABROAD = tuple(entry.identifier for entry in STRUCTURES if entry.id_type != "SIRET")

# login, identifier, may issue, may receive
RIGHTS = (
    (SUPPLIER_ACCOUNT, SUPPLIER, True, False),
    (OTHER_SUPPLIER_ACCOUNT, OTHER_SUPPLIER, True, False),
    (TOWN_HALL_ACCOUNT, TOWN_HALL, False, True),
    (TOWN_HALL_ACCOUNT, NOTHING_REQUIRED, False, True),
    *((ABROAD_ACCOUNT, identifier, True, False) for identifier in ABROAD),
)


def plant(store: Store, now: float) -> None:
    """Fill an empty store; passwords of technical accounts expire in 90 days."""
    for entry in STRUCTURES:
        _plant_structure(store, entry, now)
    for login, password in ACCOUNTS.items():
        store.insert(
            "account",
            {
                "login": login,
                "password": password,
                "first_name": "Compte",
                "last_name": login.partition("@")[0],
            },
        )
    _plant_references(store)
    for login, identifier, issue, receive in RIGHTS:
        row = store.one("SELECT id FROM structure WHERE identifier = ?", identifier)
        store.insert(
            "account_right",
            {
                "login": login,
                "structure_id": row["id"] if row else 0,
                "may_issue": issue,
                "may_receive": receive,
            },
        )


def _plant_references(store: Store) -> None:
    """What a supplier refers to: its bank account, an engagement of the State."""
    row = store.one("SELECT id FROM structure WHERE identifier = ?", SUPPLIER)
    supplier = row["id"] if row else 0
    store.insert(
        "bank_account",
        {"structure_id": supplier, "name": "Compte principal", "iban": IBAN},
    )
    store.insert(
        "engagement",
        {
            "number": ENGAGEMENT,
            "supplier_id": supplier,
            "state": "COMMANDE",
            "status": "A_TRAITER",
        },
    )


def _plant_structure(store: Store, entry: SeedStructure, now: float) -> None:
    structure_id = store.insert(
        "structure",
        {
            "id_type": entry.id_type,
            "identifier": entry.identifier,
            "name": entry.name,
            "public": entry.public,
            "active": entry.active,
            "state": entry.state,
            "needs_service": entry.needs_service,
            "needs_engagement": entry.needs_engagement,
            "needs_either": entry.needs_either,
            "hides_payment": entry.hides_payment,
            "street": entry.street,
            "zip": entry.zip,
            "city": entry.city,
            "country": entry.country,
            "vat": entry.vat,
            "password_expires": now + 90 * 86400,
        },
    )
    for service in entry.services:
        store.insert(
            "service",
            {
                "structure_id": structure_id,
                "code": service.code,
                "name": service.name,
                "active": service.active,
                "needs_engagement": service.needs_engagement,
                "reports_payment": service.reports_payment,
                "starts": parse_moment(FROM_START),
                "ends": parse_moment(OPEN_END),
            },
        )
