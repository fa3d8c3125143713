"""What is gathered of one invoice while its PIVOT goes by."""

from __future__ import annotations

from .archives import Allowance, Limits, safe_name
from .codes import AttachmentRole
from .contents import Incoming
from .errors import Flaw, UnreadableDocument
from .nodes import Node
from .pivot import (
    MAX_NAME,
    BrokenAttachment,
    PivotAttachment,
    PivotInvoice,
    portal_id_of,
    read_invoice,
)
from .sniffing import remarks_of
from .spool import Spool

_FILE = "PJ"
_CONTENT = "Contenu"


class PivotUnit:
    """One ``CPPFacturePivotUnitaire``: a small tree, and its files on the disk.

    Once it proved bad, its files are passed over; its first elements, which name it,
    are still read.
    """

    def __init__(self, limits: Limits, incoming: Incoming, root: Node) -> None:
        self._limits = limits
        self._incoming = incoming
        self._root = root
        self._stack = [root]
        self._elements = 0
        self._text = 0
        self._problem: UnreadableDocument | None = None
        self._good: list[PivotAttachment] = []
        self._broken: list[BrokenAttachment] = []
        self._allowance = Allowance(limits.max_attachment_bytes)
        self._spool = Spool()
        self._content: Node | None = None  # whose text goes to the disk

    @property
    def _is_full(self) -> bool:
        return (
            self._elements > self._limits.max_elements
            or self._text > self._limits.max_text
        )

    def start(self, node: Node) -> None:
        """An element inside begins."""
        self._elements += 1
        parent = self._stack[-1]
        self._stack.append(node)
        if self._is_full:
            self._spoil(Flaw.TOO_MANY_ELEMENTS)
            return
        if self._is_content(parent, node):
            self._content = node
        parent.append(node)
        if node.name == _FILE and parent is self._root:
            self._incoming.begin()
            count = 1 + len(self._good) + len(self._broken)
            if count > self._limits.max_attachments:
                self._spoil(Flaw.TOO_MANY_ATTACHMENTS)

    def _is_content(self, parent: Node, node: Node) -> bool:
        """Whether this is the content of a file, and the first one told."""
        return (
            node.name == _CONTENT
            and parent.name == _FILE
            and len(self._stack) == 3
            and not any(one.name == _CONTENT for one in parent.children)
        )

    def add(self, text: str) -> None:
        """A piece of the text of the innermost element."""
        node = self._stack[-1]
        if node is self._content:
            if self._problem is None:
                self._incoming.feed(text)
        elif not (self._is_full or node.children or (not node.text and text.isspace())):
            self._text += len(text)
            node.text += text
            if len(node.text) > self._limits.max_field:
                node.text = ""
                self._spoil(Flaw.FIELD_TOO_LARGE, node.name)

    def end(self) -> None:
        """The innermost element ends."""
        node = self._stack.pop()
        if node.name != _FILE or len(self._stack) != 1:
            return
        if self._problem is None:
            self._settle(node)
        self._root.drop(node)  # all of it is read
        self._content = None

    def _settle(self, node: Node) -> None:
        count = 1 + len(self._good) + len(self._broken)
        announced = node.value("NomPJ") or node.value("NomPJOrigine")
        taken = [one.name for one in self._good]
        name = safe_name(announced, taken, fallback=f"attachment-{count}")
        category = node.value("CategoriePJ")
        try:
            stored = self._incoming.settle(name, self._spool, self._allowance)
        except UnreadableDocument as problem:
            self._broken.append(
                BrokenAttachment(name, category, problem.flaw, problem.detail)
            )
        else:
            role = AttachmentRole.parse(node.value("TypePJ"))
            mime, remarks = remarks_of(name, stored)
            self._good.append(
                PivotAttachment(name, stored, category, role, mime, remarks)
            )
        if self._allowance.is_spent:
            self._spoil(Flaw.ATTACHMENTS_TOO_LARGE)

    def _spoil(self, flaw: Flaw, detail: str = "") -> None:
        if self._problem is None:
            line = self._stack[-1].line
            self._problem = UnreadableDocument(flaw, detail=detail, line=line)

    def result(self) -> PivotInvoice | UnreadableDocument:
        """The invoice, or why there is none."""
        if self._problem is None:
            try:
                return read_invoice(self._root, self._good, self._broken)
            except UnreadableDocument as problem:
                return problem
        self._problem.portal_id = portal_id_of(self._root)
        self._problem.number = self._root.value("DonneesFacture", "Id")[:MAX_NAME]
        return self._problem
