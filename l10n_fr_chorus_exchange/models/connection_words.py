"""What a look at a connection says, in the language of whoever asked."""

from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from odoo.tools import format_date

from ..lib.chorus_pro.codes import IdentifierType
from ..tools.dates import PARIS
from .connection_items import APIS
from .status_labels import attachment_label

# Days before its end from which an expiring technical password is an alarm.
PASSWORD_ALARM = 15
# Attachments to a structure that are not in force (API reference, 2.5).
VALID_ATTACHMENT = "VALIDEE"


class Sentences:
    """Of ``_Check``, which has the facts."""

    def _api_asked(self, key):
        return self.env._("API asked: %s.", APIS[key])

    def _addresses(self):
        environment = self.connection._environment()
        hosts = {
            urlsplit(url).netloc: None
            for url in (environment.token_url, environment.api_url)
        }
        return self.env._("Address: %s.", ", ".join(hosts))

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

    def _no_right(self, allowed, what):
        own = self.own
        status = next(
            (a.status for a in self.attachments or () if a.portal_id == own.portal_id),
            None,
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

    def _success(self):
        parts = [self.env._("Connected.")]
        if self.connection.can_send:
            parts.append(self.env._("May send for: %s.", self._names(self.issuing)))
        if self.connection.can_receive:
            parts.append(
                self.env._("May receive for: %s.", self._names(self.receiving))
            )
        if not self.connection.can_send and not self.connection.can_receive:
            parts.append(self.env._("Choose below what to do: send, receive, or both."))
        if self.expiry:
            parts.append(self._expiry_sentence(self.expiry))
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
