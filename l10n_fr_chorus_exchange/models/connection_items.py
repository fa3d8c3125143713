"""What a look at a connection finds: one item for each thing that may stand in the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from odoo.tools.translate import LazyTranslate

from ..lib.chorus_pro.troubles import Trouble

_lt = LazyTranslate(__name__)

OK = "ok"
WARNING = "warning"
ERROR = "error"
IDLE = "idle"  # not asked

# In the order of the way to the portal; the API families as PISTE names them.
LABELS = {
    "token": _lt("PISTE application"),
    "account": _lt("Technical account"),
    "transverses": _lt("API Transverses"),
    "utilisateurs": _lt("API Utilisateurs"),
    "structures": _lt("API Structures"),
    "factures": _lt("API Factures"),
    "engagements": _lt("API Engagements juridiques"),
    "rights": _lt("Rights of the account"),
}
APIS = {
    "transverses": "Transverses",
    "utilisateurs": "Utilisateurs",
    "structures": "Structures",
    "factures": "Factures",
    "engagements": "Engagements juridiques",
}
# An operation of each API that changes nothing: ``(method, path)``.
PROBES = {
    "transverses": ("GET", "transverses/v1/health-check"),
    "utilisateurs": ("POST", "utilisateurs/v1/monCompte/recuperer/rattachements"),
    "structures": ("POST", "structures/v1/rechercher"),
    "factures": ("POST", "factures/v1/rechercher/fournisseur"),
    "engagements": ("POST", "engagementsJuridiques/v1/rechercher"),
}
# Without these nothing else can be learnt, or another call would make things worse.
STOPPERS = frozenset(
    {
        Trouble.PISTE,
        Trouble.ACCOUNT,
        Trouble.TOO_MANY,
        Trouble.TIMEOUT,
        Trouble.UNREACHABLE,
    }
)
# What goes by without anybody doing anything.
PASSING = frozenset(
    {
        Trouble.TOO_MANY,
        Trouble.SERVER_ERROR,
        Trouble.CLOSED,
        Trouble.TIMEOUT,
        Trouble.CUT,
        Trouble.PAGE,
        Trouble.UNREACHABLE,
    }
)


@dataclass(frozen=True)
class Item:
    """``cause`` and ``cure`` are sentences in the language of whoever asked."""

    key: str
    state: str
    cause: str = ""
    cure: str = ""
    trouble: Trouble | None = None

    def __str__(self):
        return f"{self.cause} {self.cure}".strip()

    @property
    def is_passing(self):
        return self.trouble in PASSING

    def as_json(self):
        return {
            "key": self.key,
            "state": self.state,
            "cause": self.cause,
            "cure": self.cure,
        }


@dataclass(frozen=True)
class CheckResult:
    """``structures`` is ``{portal id: values}``, or None when they were not read.

    ``rights`` are rows for the health card, None as well; ``password_ends`` is the day in
    Paris that the portal tells, None when it does not.
    """

    ok: bool
    message: str
    structures: dict | None = None
    items: tuple[Item, ...] = ()
    rights: list | None = None
    password_ends: date | None = None
    asked: bool = field(default=True)

    @property
    def is_passing(self):
        """Whether all that is wrong may be right again by itself."""
        return all(one.is_passing for one in self.items if one.state == ERROR)
