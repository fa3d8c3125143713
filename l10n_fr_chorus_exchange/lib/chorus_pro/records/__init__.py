"""Frozen records with English names, built from the portal's answers.

Absent texts are "", absent numbers and dates None. Dates without a zone are Paris time;
moments are always aware; amounts are ``Decimal``.
"""

from __future__ import annotations

from .engagements import Engagement
from .flows import DepositReceipt, FlowReport, InvoiceError, TechnicalError
from .invoices import (
    AttachmentRow,
    FoundInvoice,
    InvoiceDetail,
    InvoiceLine,
    Party,
    ReceivedInvoice,
    SentInvoice,
    UnreadableRow,
    VatLine,
)
from .structures import (
    PUBLIC_BILLING_SERVICE,
    Address,
    Health,
    OwnStructure,
    Service,
    ServiceAttachment,
    ServiceDetail,
    Structure,
    StructureAttachment,
    StructureDetail,
    VatRate,
)
from .submissions import (
    AttachmentType,
    BankAccount,
    OcrDraft,
    Submission,
    SubmissionLine,
    SubmissionReceipt,
    VatShare,
)
from .treatments import (
    ActionEvent,
    CorrectionReceipt,
    History,
    StatusEvent,
    TreatmentReceipt,
)

__all__ = [
    "PUBLIC_BILLING_SERVICE",
    "ActionEvent",
    "Address",
    "AttachmentRow",
    "AttachmentType",
    "BankAccount",
    "CorrectionReceipt",
    "DepositReceipt",
    "Engagement",
    "FlowReport",
    "FoundInvoice",
    "Health",
    "History",
    "InvoiceDetail",
    "InvoiceError",
    "InvoiceLine",
    "OcrDraft",
    "OwnStructure",
    "Party",
    "ReceivedInvoice",
    "SentInvoice",
    "Service",
    "ServiceAttachment",
    "ServiceDetail",
    "StatusEvent",
    "Structure",
    "StructureAttachment",
    "StructureDetail",
    "Submission",
    "SubmissionLine",
    "SubmissionReceipt",
    "TechnicalError",
    "TreatmentReceipt",
    "UnreadableRow",
    "VatLine",
    "VatRate",
    "VatShare",
]
