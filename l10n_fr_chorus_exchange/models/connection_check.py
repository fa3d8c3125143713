"""Does this connection work, and if not, what must a person do?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from odoo.tools import format_date

from ..lib.chorus_pro import errors
from ..lib.chorus_pro.codes import IdentifierType
from ..lib.chorus_pro.services import invoices, structures, transverse, users
from ..tools.dates import PARIS
from .sentences import advise
from .status_labels import attachment_label

# Days before its end from which an expiring technical password is an alarm.
PASSWORD_ALARM = 15
# Attachments to a structure that are not in force (API reference, 2.5).
VALID_ATTACHMENT = "VALIDEE"


@dataclass(frozen=True)
class CheckResult:
    """``structures`` is ``{portal id: values}``, or None when they were not read."""

    ok: bool
    message: str
    structures: dict | None = None


class _NotUsableError(Exception):
    """The portal answers, but not for this company; the text is the sentence."""


def check_connection(connection):
    """Ask each API the exchange needs once; nothing is changed over there.

    :return CheckResult: whatever goes wrong, never an exception of the library
    """
    missing = connection._missing_access()
    if missing:
        return CheckResult(
            False, connection.env._("Please fill in: %s.", ", ".join(missing))
        )
    return _Check(connection).run()


class _Check:
    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.company = connection.company_id
        self.kind, self.siret = self.company._l10n_fr_chorus_identity()
        self.api = ""
        self.found = None

    def run(self):
        try:
            client = self.connection._client()
            self._check_portal(client)
            issuing, receiving, attachments = self._read_rights(client)
            own = self._check_company(client, issuing, receiving, attachments)
            self._check_invoices(client, own)
            expiry = self._read_expiry(client, own)
        except errors.ChorusError as error:
            return CheckResult(False, self._sentence(error), self.found)
        except _NotUsableError as error:
            return CheckResult(False, str(error), self.found)
        return CheckResult(True, self._success(issuing, receiving, expiry), self.found)

    # -------------------------------------------------------------------------
    # STEPS
    # -------------------------------------------------------------------------

    def _check_portal(self, client):
        self.api = "Transverses"
        health = transverse.health(client)
        if not health.is_up:
            raise _NotUsableError(
                self.env._(
                    "Chorus Pro says that it is not available (%s). Test again later.",
                    health.message or self.env._("no reason given"),
                )
            )

    def _read_rights(self, client):
        """Structures the account may send for, may receive for, is attached to."""
        self.api = "Transverses"
        issuing = {s.portal_id: s for s in transverse.issuing_structures(client)}
        receiving = {s.portal_id: s for s in transverse.receiving_structures(client)}
        self.api = "Utilisateurs"
        attachments = list(users.attachments(client))
        self.found = {
            str(portal_id): {
                "siret": structure.identifier,
                "name": structure.name or structure.identifier,
                "can_issue": portal_id in issuing,
                "can_receive": portal_id in receiving,
            }
            for portal_id, structure in {**issuing, **receiving}.items()
        }
        return issuing, receiving, attachments

    def _check_company(self, client, issuing, receiving, attachments):
        """Portal id of the company's own structure.

        :raise _NotUsableError: the account may not act for the company
        """
        if not self.siret:
            raise _NotUsableError(self._no_identifier())
        self.api = "Structures"
        own = structures.find(client, self.siret, identifier_type=self.kind)
        if own is None:
            raise _NotUsableError(self._unknown_identifier())
        if self.connection.can_send and own.portal_id not in issuing:
            raise _NotUsableError(self._no_right(own, issuing, attachments, "send"))
        if self.connection.can_receive and own.portal_id not in receiving:
            raise _NotUsableError(
                self._no_right(own, receiving, attachments, "receive")
            )
        return own.portal_id

    def _check_invoices(self, client, own):
        """A search of today's changes: is the API of invoices open to us?"""
        self.api = "Factures"
        today = datetime.now(timezone.utc).astimezone(PARIS)
        window = {"changed_from": today, "changed_to": today}
        if self.connection.can_send:
            next(iter(invoices.search_sent(client, **window)), None)
        if self.connection.can_receive:
            next(iter(invoices.search_received(client, own, **window)), None)

    def _read_expiry(self, client, own):
        """Paris day on which the technical password ends, None if not told."""
        self.api = "Structures"
        expires = structures.read(client, own).password_expires
        return expires and expires.astimezone(PARIS).date()

    # -------------------------------------------------------------------------
    # SENTENCES
    # -------------------------------------------------------------------------

    def _sentence(self, error):
        advice = advise(self.env, error)
        if isinstance(error, errors.CredentialsError):
            if error.cause != "forbidden":
                return advice
            return self.env._(
                "%(advice)s API asked: %(api)s.", advice=advice, api=self.api
            )
        if isinstance(error, errors.NotSentError) and error.retry_after is None:
            environment = self.connection._environment()
            hosts = {
                urlsplit(url).netloc: None
                for url in (environment.token_url, environment.api_url)
            }
            return self.env._(
                "%(advice)s Address: %(hosts)s.", advice=advice, hosts=", ".join(hosts)
            )
        return advice

    def _no_identifier(self):
        if self.kind is IdentifierType.SIRET:
            return self.env._(
                "The access works, but %s has no SIRET: type its 14 digits in "
                "the SIRET field of the company.",
                self.company.name,
            )
        return self.env._(
            "The access works, but the identifier of %s on Chorus Pro is missing: "
            "type it in the settings.",
            self.company.name,
        )

    def _unknown_identifier(self):
        if self.kind is IdentifierType.SIRET:
            return self.env._(
                "The access works, but Chorus Pro does not know the SIRET "
                "%(siret)s of %(company)s. Check the SIRET, or create the "
                "structure on the portal of this environment.",
                siret=self.siret,
                company=self.company.name,
            )
        return self.env._(
            "The access works, but Chorus Pro does not know %(company)s under the "
            "identifier %(identifier)s. Type the one of the portal in the settings.",
            identifier=self.siret,
            company=self.company.name,
        )

    def _no_right(self, own, allowed, attachments, what):
        status = next(
            (a.status for a in attachments if a.portal_id == own.portal_id), None
        )
        parts = [
            self.env._(
                "The access works, but the technical account may not send invoices for "
                "%(name)s (%(siret)s).",
                name=own.name,
                siret=self.siret,
            )
            if what == "send"
            else self.env._(
                "The access works, but the technical account may not receive invoices "
                "for %(name)s (%(siret)s).",
                name=own.name,
                siret=self.siret,
            )
        ]
        if status and status != VALID_ATTACHMENT:
            parts.append(
                self.env._(
                    "Its attachment to the structure is not in force: %s.",
                    attachment_label(self.env, status),
                )
            )
        if allowed:
            parts.append(self.env._("It may act for: %s.", self._names(allowed)))
        parts.append(
            self.env._(
                "Ask the manager of the structure to grant the right on the Chorus Pro "
                "portal, or correct the SIRET of the company."
            )
        )
        return " ".join(parts)

    def _success(self, issuing, receiving, expiry):
        parts = [self.env._("Connected.")]
        if self.connection.can_send:
            parts.append(self.env._("May send for: %s.", self._names(issuing)))
        if self.connection.can_receive:
            parts.append(self.env._("May receive for: %s.", self._names(receiving)))
        if not self.connection.can_send and not self.connection.can_receive:
            parts.append(self.env._("Choose below what to do: send, receive, or both."))
        if expiry:
            parts.append(self._expiry_sentence(expiry))
        return " ".join(parts)

    def _expiry_sentence(self, expiry):
        day = format_date(self.env, expiry)
        today = datetime.now(timezone.utc).astimezone(PARIS).date()
        if expiry - today <= timedelta(days=PASSWORD_ALARM):
            return self.env._(
                "Attention: the technical password ends on %s; renew it on the Chorus "
                "Pro portal and type the new one here.",
                day,
            )
        return self.env._("The technical password ends on %s.", day)

    def _names(self, allowed):
        shown = [f"{s.name} ({s.identifier})" for s in list(allowed.values())[:5]]
        if len(allowed) > len(shown):
            shown.append(self.env._("%d more", len(allowed) - len(shown)))
        return ", ".join(shown)
