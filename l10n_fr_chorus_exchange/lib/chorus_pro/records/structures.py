"""Structures, their services, and what the account may do for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .. import reading as r
from ..codes import IdentifierType, StructureStatus
from ..reading import Item

# Reserved for bills between public bodies; not to be offered to a supplier.
PUBLIC_BILLING_SERVICE = "FACTURES_PUBLIQUES"


@dataclass(frozen=True)
class Structure:
    """Row of ``structures/rechercher``."""

    portal_id: int
    identifier: str
    identifier_type: IdentifierType | str
    name: str
    status: StructureStatus | str

    @classmethod
    def from_answer(cls, item: Item) -> Structure:
        return cls(
            portal_id=r.needed_id(item, "idStructureCPP"),
            identifier=r.text(item, "identifiantStructure"),
            identifier_type=IdentifierType.parse(
                r.text(item, "typeIdentifiantStructure")
            ),
            name=r.text(item, "designationStructure"),
            status=StructureStatus.parse(r.text(item, "statut")),
        )

    @property
    def is_active(self) -> bool:
        return self.status is not StructureStatus.INACTIVE


@dataclass(frozen=True)
class Address:
    """Postal address; ``country`` as the portal writes it (mostly ISO 3166)."""

    street: str = ""
    street2: str = ""
    street3: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""

    @classmethod
    def from_answer(cls, item: Item) -> Address:
        return cls(
            street=r.text(item, "adresse"),
            street2=r.text(item, "complementAdresse1"),
            street3=r.text(item, "complementAdresse2"),
            postcode=r.text(item, "codePostal"),
            city=r.text(item, "ville"),
            country=r.text(item, "pays"),
        )


@dataclass(frozen=True)
class StructureDetail:
    """Answer of ``structures/consulter``: identity and what an invoice must carry.

    ``None`` is what the answer leaves out, which is not the same as "no".
    ``password_expires`` is only told for a structure of the technical account.
    """

    portal_id: int
    identifier: str
    identifier_type: IdentifierType | str
    name: str
    is_public: bool | None
    email: str
    vat_number: str
    address: Address
    requires_service: bool | None
    requires_engagement: bool | None
    requires_either: bool | None
    # False: the status "mise en paiement" never comes back
    reports_payment: bool | None
    works_only: bool | None
    password_expires: datetime | None = field(default=None)

    @classmethod
    def from_answer(cls, answer: Item) -> StructureDetail:
        general = r.part(answer, "informationGenerales")
        settings = r.part(answer, "parametres")
        kind = r.text(general, "structurePriveePublique")
        is_silent = r.flag(settings, "statutMiseEnPaiementNestPasRemonte")
        return cls(
            portal_id=r.needed_id(general, "idStructureCPP"),
            identifier=r.text(general, "identifiantStructure"),
            identifier_type=IdentifierType.parse(
                r.text(general, "typeIdentifiantStructure")
            ),
            name=_name(general),
            is_public={"PUBLIQUE": True, "PRIVEE": False}.get(kind),
            email=r.text(general, "emailStructure"),
            vat_number=r.text(general, "numeroTVA"),
            address=Address.from_answer(r.part(answer, "adressePostaleDuSiege")),
            requires_service=r.flag(settings, "codeServiceDoitEtreRenseigne"),
            requires_engagement=r.flag(settings, "numeroEJDoitEtreRenseigne"),
            requires_either=r.flag(settings, "gestionNumeroEJOuCodeService"),
            reports_payment=None if is_silent is None else not is_silent,
            works_only=r.flag(settings, "estMoaUniquement"),
            password_expires=r.moment(general, "dateExpirationMotPasseCompteTech"),
        )


def _name(general: Item) -> str:
    person = " ".join(
        filter(
            None,
            (r.text(general, "prenomStructure"), r.text(general, "nomStructure")),
        )
    )
    return (
        r.text(general, "raisonSocialeStructure")
        or r.text(general, "libelleStructure")
        or person
    )


@dataclass(frozen=True)
class Service:
    """Row of ``structures/rechercher/services``; ``ends`` in 2050 means open-ended."""

    portal_id: int
    code: str
    name: str
    is_active: bool
    starts: datetime | None = None
    ends: datetime | None = None

    @classmethod
    def from_answer(cls, item: Item) -> Service:
        return cls(
            portal_id=r.needed_id(item, "idService"),
            code=r.text(item, "codeService"),
            name=r.text(item, "libelleService"),
            is_active=r.flag(item, "estActif") is not False,
            starts=r.moment(item, "dateDbtService"),
            ends=r.moment(item, "dateFinService"),
        )

    @property
    def is_reserved(self) -> bool:
        """Whether the service only takes bills between public bodies."""
        return self.code == PUBLIC_BILLING_SERVICE


@dataclass(frozen=True)
class ServiceDetail:
    """Answer of ``structures/consulter/service``."""

    code: str
    name: str
    description: str
    address: Address
    requires_engagement: bool | None  # None: not told
    reports_payment: bool | None
    valid_from: datetime | None
    valid_until: datetime | None

    @classmethod
    def from_answer(cls, answer: Item) -> ServiceDetail:
        general = r.part(answer, "informationsGenerales")
        settings = r.part(answer, "parametres")
        return cls(
            code=r.text(general, "codeService"),
            name=r.text(general, "nomService"),
            description=r.text(general, "descriptionService"),
            address=Address.from_answer(r.part(answer, "adressePostale")),
            requires_engagement=r.flag(settings, "numeroEngagement"),
            reports_payment=r.flag(settings, "miseEnPaiement"),
            valid_from=r.moment(settings, "dateDebutValidite"),
            valid_until=r.moment(settings, "dateFinValidite"),
        )


@dataclass(frozen=True)
class OwnStructure:
    """A structure the account may issue or receive for."""

    portal_id: int
    identifier: str
    name: str

    @classmethod
    def from_answer(cls, item: Item) -> OwnStructure:
        return cls(
            portal_id=r.needed_id(item, "idStructureCPP"),
            identifier=r.text(item, "identifiant"),
            name=r.text(item, "designationStructure"),
        )


@dataclass(frozen=True)
class ServiceAttachment:
    """Service the account is attached to."""

    portal_id: int | None
    code: str
    name: str
    status: str  # EN_COURS_DE_VALIDATION, REFUSEE, VALIDEE, DESACTIVEE, SUPPRIMEE
    is_active: bool

    @classmethod
    def from_answer(cls, item: Item) -> ServiceAttachment:
        return cls(
            portal_id=r.integer(item, "idService"),
            code=r.text(item, "codeService"),
            name=r.text(item, "libelleService"),
            status=r.text(item, "statutRattachementService"),
            is_active=r.flag(item, "estActif") is not False,
        )


@dataclass(frozen=True)
class StructureAttachment:
    """Structure the account is attached to, with its services."""

    portal_id: int
    identifier: str
    identifier_type: IdentifierType | str
    name: str
    role: str
    status: str  # as for a service
    services: tuple[ServiceAttachment, ...] = ()

    @classmethod
    def from_answer(cls, item: Item) -> StructureAttachment:
        services = r.items(item, "listeServicesRattache")
        return cls(
            portal_id=r.needed_id(item, "idStructure"),
            identifier=r.text(item, "identifiantStructure"),
            identifier_type=IdentifierType.parse(
                r.text(item, "typeIdentifiantStructure")
            ),
            name=r.text(item, "designationStructure"),
            role=r.text(item, "roleUtilisateur"),
            status=r.text(item, "statutRattachementStructure"),
            services=tuple(map(ServiceAttachment.from_answer, services)),
        )


@dataclass(frozen=True)
class VatRate:
    """Rate known to the portal; ``rate`` in percent."""

    code: str
    label: str
    rate: Decimal | None

    @classmethod
    def from_answer(cls, item: Item) -> VatRate:
        return cls(
            code=r.needed_text(item, "codeTauxTva"),
            label=r.text(item, "libelleTauxTva"),
            rate=r.number(item, "valeurTauxTva"),
        )


@dataclass(frozen=True)
class Health:
    """Answer of the health check; ``message`` is French."""

    is_up: bool
    message: str

    @classmethod
    def from_answer(cls, answer: Item) -> Health:
        return cls(
            is_up=r.integer(answer, "statusCodeValue") == 200,
            message=r.text(answer, "body"),
        )
