"""Deposited flows: the receipt, then the integration report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from .. import reading as r
from ..codes import FlowState, FlowSyntax
from ..reading import Item

# Where the portal cut a text that was too long for it.
CUT_MARK = "[...]"


@dataclass(frozen=True)
class DepositReceipt:
    """The file was received, nothing more; see :class:`FlowReport` for the checks."""

    flow_number: str
    deposit_date: date | None
    syntax: FlowSyntax | str

    @classmethod
    def from_answer(cls, item: Item) -> DepositReceipt:
        return cls(
            flow_number=r.needed_text(item, "numeroFluxDepot"),
            deposit_date=r.day(item, "dateDepot"),
            syntax=FlowSyntax.parse(r.text(item, "syntaxeFlux")),
        )


@dataclass(frozen=True)
class InvoiceError:
    """Why one invoice of the flow was rejected.

    ``texts`` are in French as the portal wrote them; ``cut`` says that more was lost.
    """

    number: str
    supplier: str
    recipient: str
    texts: tuple[str, ...]
    cut: bool

    @classmethod
    def from_answer(cls, item: Item) -> InvoiceError:
        label = r.text(item, "libelleErreurDP")
        texts = (text.strip() for text in label.replace(CUT_MARK, "").split("|"))
        return cls(
            number=r.text(item, "numeroDP"),
            supplier=r.text(item, "identifiantFournisseur"),
            recipient=r.text(item, "identifiantDestinataire"),
            texts=tuple(filter(None, texts)),
            cut=CUT_MARK in label,
        )


@dataclass(frozen=True)
class TechnicalError:
    """Why a whole flow was refused."""

    nature: str
    code: str
    text: str

    @classmethod
    def from_answer(cls, item: Item) -> TechnicalError:
        return cls(
            nature=r.text(item, "natureErreur"),
            code=r.text(item, "codeErreur"),
            text=r.text(item, "libelleErreur"),
        )

    @property
    def sentence(self) -> str:
        """Code and text, or the nature of the error for want of them."""
        return " – ".join(filter(None, (self.code, self.text))) or self.nature


@dataclass(frozen=True)
class FlowReport:
    """What became of a deposited flow (``consulterCRDetaille``).

    A rejected invoice is sometimes missing from ``errors``: after an integration only a
    search tells, to its last page.
    """

    flow_number: str
    state: FlowState | str
    state_at: datetime | None = None
    deposited_at: datetime | None = None
    file_name: str = ""
    interface: str = ""
    errors: tuple[InvoiceError, ...] = ()
    technical_errors: tuple[TechnicalError, ...] = ()

    @classmethod
    def from_answer(cls, flow_number: str, item: Item) -> FlowReport:
        return cls(
            flow_number=flow_number,
            state=FlowState.parse(r.needed_text(item, "etatCourantDepotFlux")),
            state_at=r.moment(item, "dateHeureEtatCourantFlux"),
            deposited_at=r.moment(item, "dateDepotFlux"),
            file_name=r.text(item, "nomFichier"),
            interface=r.text(item, "codeInterfaceDepotFlux"),
            errors=tuple(map(InvoiceError.from_answer, r.items(item, "listeErreurDP"))),
            technical_errors=tuple(
                map(TechnicalError.from_answer, r.items(item, "listeErreurTechnique"))
            ),
        )

    @property
    def is_final(self) -> bool:
        """Whether the portal has finished; a state we do not know is not final."""
        return isinstance(self.state, FlowState) and self.state.is_final

    @property
    def is_accepted(self) -> bool:
        """Every invoice was integrated."""
        return self.state is FlowState.INTEGRATED

    @property
    def is_partial(self) -> bool:
        """Only the correct invoices were integrated."""
        return self.state is FlowState.PARTLY_INTEGRATED

    @property
    def is_rejected(self) -> bool:
        """Nothing was integrated; the errors say why."""
        return self.state in (FlowState.REJECTED, FlowState.INADMISSIBLE)

    @property
    def must_be_sent_again(self) -> bool:
        """The portal failed; the same flow has to be deposited once more."""
        return self.state is FlowState.FAILED

    def lists(self, number: str) -> bool:
        """Whether the report names this invoice among the rejected ones."""
        return any(error.number == number.strip() for error in self.errors)

    def reasons_for(self, number: str) -> tuple[tuple[str, ...], bool]:
        """Texts about one invoice then about the flow, and whether some were cut."""
        own = [error for error in self.errors if error.number == number.strip()]
        if not own:
            # Without a number an error is about whatever the flow holds.
            own = [error for error in self.errors if not error.number]
        texts = [text for error in own for text in error.texts]
        texts += [error.sentence for error in self.technical_errors]
        return tuple(filter(None, texts)), any(error.cut for error in own)

    def reason_for(self, number: str) -> str:
        """The same as one text, a line each; "" when the portal says nothing."""
        texts, cut = self.reasons_for(number)
        return "\n".join([*texts, CUT_MARK] if cut else texts)
