"""Client of Chorus Pro, the French State's invoicing portal, without Odoo.

What the package promises:

* nothing of it imports Odoo; the network is in :mod:`.transport` only;
* it raises nothing but :class:`ChorusError`, whose branches say what to do next;
* a call that changes something is never repeated once it may have arrived;
* every answer is read up to a limit; no secret is in a log, a repr or a message;
* French names are on the wire, English ones in the code.

::

    client = Client(QUALIFICATION, Credentials(app_id, app_secret, login, password))
    receipt = invoices.deposit_flow(client, pdf, "FAC-0001.pdf", FlowSyntax.FACTURX)
    report = transverse.flow_report(client, receipt.flow_number)
"""

from __future__ import annotations

from .client import Client
from .codes import (
    BillingFramework,
    FlowState,
    FlowSyntax,
    InvoiceKind,
    InvoiceStatus,
    RequestKind,
)
from .environment import PRODUCTION, QUALIFICATION, Credentials, Environment
from .errors import (
    AnswerTooLargeError,
    ChorusError,
    CredentialsError,
    Flaw,
    FlowNotFound,
    InvalidCallError,
    NotSentError,
    OutcomeUnknownError,
    RefusedError,
    SearchCutError,
    UnreadableDocument,
)
from .observing import CallOutcome, CallRecord, Observer
from .piste import TokenStore
from .services import (
    engagements,
    invoices,
    structures,
    submissions,
    transverse,
    users,
)
from .transport import Request, RequestsTransport, Response, Transport

__all__ = [
    "PRODUCTION",
    "QUALIFICATION",
    "AnswerTooLargeError",
    "BillingFramework",
    "CallOutcome",
    "CallRecord",
    "ChorusError",
    "Client",
    "Credentials",
    "CredentialsError",
    "Environment",
    "Flaw",
    "FlowNotFound",
    "FlowState",
    "FlowSyntax",
    "InvalidCallError",
    "InvoiceKind",
    "InvoiceStatus",
    "NotSentError",
    "Observer",
    "OutcomeUnknownError",
    "RefusedError",
    "Request",
    "RequestKind",
    "RequestsTransport",
    "Response",
    "SearchCutError",
    "TokenStore",
    "Transport",
    "UnreadableDocument",
    "engagements",
    "invoices",
    "structures",
    "submissions",
    "transverse",
    "users",
]
