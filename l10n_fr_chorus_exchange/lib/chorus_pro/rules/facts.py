"""What the rules look at: an invoice and its surroundings, as plain values.

Nothing here is computed: the caller fills it from its records and from the EN 16931
terms of the document it would send. Amounts, prices, quantities and rates are the texts
of those terms.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ..codes import IdentifierType


@dataclass(frozen=True)
class ConnectionFacts:
    """The access of the supplier's company to the portal.

    :ivar is_held: it is paused after a trouble, or its last test failed
    """

    company: str = ""
    exists: bool = True
    can_send: bool = True
    is_held: bool = False
    is_production: bool = False


@dataclass(frozen=True)
class SupplierFacts:
    """Who invoices.

    :ivar identifier: without spaces; of the kind ``identifier_type`` says
    :ivar is_public: a public body itself
    :ivar may_issue: whether the portal lists it among those the account sends for; None
        when it was never asked
    """

    name: str = ""
    identifier: str = ""
    identifier_type: str = IdentifierType.SIRET.value
    is_public: bool = False
    may_issue: bool | None = None


@dataclass(frozen=True)
class ServiceFacts:
    """One service of the recipient, as of the last look-up."""

    code: str
    is_active: bool = True


@dataclass(frozen=True)
class RecipientFacts:
    """Who is invoiced, with what the portal demands as of the last look-up.

    :ivar siret: as typed, without spaces
    :ivar looked_up_on: None when the portal was never asked
    :ivar unknown_on: when the portal last knew no such SIRET; None once it did again
    :ivar is_public: an active public body there, or ticked by hand
    :ivar service_requires_engagement: the service chosen on the invoice wants one
    :ivar service_name: of that service
    """

    name: str = ""
    siret: str = ""
    is_public: bool = True
    looked_up_on: date | None = None
    unknown_on: date | None = None
    requires_service: bool = False
    requires_engagement: bool = False
    requires_either: bool = False
    service_requires_engagement: bool = False
    service_name: str = ""
    services: tuple[ServiceFacts, ...] = ()


@dataclass(frozen=True)
class EngagementFacts:
    """What the portal said of the commitment number.

    :ivar is_asked: the company wants it looked up before sending
    :ivar is_known: None when this number was not looked up yet
    """

    is_asked: bool = False
    is_known: bool | None = None
    looked_up_on: date | None = None


@dataclass(frozen=True)
class ValidatorFacts:
    """Main contractor of a subcontractor's invoice, mandatary of a joint contractor."""

    name: str = ""
    siret: str = ""


@dataclass(frozen=True)
class LineFacts:
    """One line of the document (BG-25)."""

    number: int
    name: str = ""
    quantity: str = "1"
    price: str = "0"
    vat_category: str | None = None
    vat_rate: str | None = None


@dataclass(frozen=True)
class TextFacts:
    """A text whose length is limited, under the term it stands for."""

    term: str
    text: str


@dataclass(frozen=True)
class AttachmentFacts:
    """A file that goes along; ``name`` as it will be sent, ``size`` in bytes.

    :ivar label: what the user calls it
    :ivar ref: id of the caller's record, given back with a violation
    """

    name: str
    size: int
    label: str = ""
    ref: int = 0


@dataclass(frozen=True)
class ChannelFacts:
    """Other ways this invoice may reach the same customer.

    :ivar sent_by: name of the channel that has, or will have, this invoice
    :ivar chosen_too: channels ticked beside Chorus Pro for this sending
    :ivar preferred: channel set on the customer, when it is another one
    """

    sent_by: str = ""
    chosen_too: tuple[str, ...] = ()
    preferred: str = ""


@dataclass(frozen=True)
class InvoiceFacts:
    """The document itself.

    :ivar number: BT-1; of a draft, the number it is going to have, "" if unknown
    :ivar framework: code of the "cadre de facturation", as in A1
    :ivar is_reform: written in the dialect of the national platforms
    :ivar is_under_way: an earlier deposit of it is not settled, or succeeded
    :ivar handed_to: another environment, by its name, that has seen it; "" if none
    :ivar number_used_by: what holds this number already, "" if nothing
    :ivar was_told_used: the portal refused an earlier deposit for its number
    :ivar total: BT-112, with VAT; due: BT-115
    :ivar payment_code: BT-81, None when no payment means is written
    :ivar iban: BT-84; ``iban_is_valid`` by the key of the account
    """

    name: str = ""
    number: str = ""
    is_draft: bool = False
    is_credit_note: bool = False
    issued_on: date | None = None
    currency: str = "EUR"
    framework: str = "A1"
    is_reform: bool = False
    is_under_way: bool = False
    handed_to: str = ""
    number_used_by: str = ""
    was_told_used: bool = False
    origin: str = ""
    service: str = ""
    engagement: str = ""
    contract: str = ""
    payment_code: str | None = None
    iban: str = ""
    iban_is_valid: bool = False
    total: str | None = None
    due: str | None = None
    lines: tuple[LineFacts, ...] = ()
    texts: tuple[TextFacts, ...] = ()


@dataclass(frozen=True)
class Facts:
    """All that the rules may look at; ``today`` is the day in Paris.

    :ivar are_embedded: ``attachments`` travel inside one structured file
    :ivar left_out: names of files that are attached, that nobody has set aside, and that
        do not go along because of their kind
    """

    today: date
    invoice: InvoiceFacts = field(default_factory=InvoiceFacts)
    supplier: SupplierFacts = field(default_factory=SupplierFacts)
    recipient: RecipientFacts = field(default_factory=RecipientFacts)
    connection: ConnectionFacts = field(default_factory=ConnectionFacts)
    engagement: EngagementFacts = field(default_factory=EngagementFacts)
    validator: ValidatorFacts | None = None
    attachments: tuple[AttachmentFacts, ...] = ()
    are_embedded: bool = False
    left_out: tuple[str, ...] = ()
    channel: ChannelFacts = field(default_factory=ChannelFacts)
