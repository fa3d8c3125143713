"""XML parsed with a size limit, without entities, DTD or network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from .model import Family, Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_XML = 120 * 1024 * 1024  # documented limit of an invoice with its attachments
MAX_DEPTH = 200

_ROOTS = {
    ("CrossIndustryInvoice", "CrossIndustryInvoice:100"): Family.CII,
    ("Invoice", "ubl:schema:xsd:Invoice-2"): Family.UBL,
    ("CreditNote", "ubl:schema:xsd:CreditNote-2"): Family.UBL,
}


def parse(data: bytes) -> _Element:
    """Root element of ``data``.

    :raise Unreadable: too large, not well-formed, a DOCTYPE, too deep
    """
    if len(data) > MAX_XML:
        raise Unreadable("le fichier XML est trop volumineux")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        # Attachments are single text nodes of several megabytes; MAX_XML bounds them.
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"le XML est mal formé ({error.msg})") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("le XML contient une déclaration DOCTYPE")
    _check_depth(root)
    return root


def _check_depth(root: _Element) -> None:
    depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise Unreadable("le XML est trop imbriqué")


def family_of(root: _Element) -> Family:
    """CII or UBL, by the root element.

    :raise Unreadable: another document
    """
    name = etree.QName(root)
    for (local, ending), family in _ROOTS.items():
        if name.localname == local and (name.namespace or "").endswith(ending):
            return family
    raise Unreadable(f"<{name.localname}> n'est pas une facture CII ou UBL lisible")


def as_text(root: _Element) -> str:
    """The document without XML declaration, for an engine that takes text."""
    return etree.tostring(root, encoding="unicode")
