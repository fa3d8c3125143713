"""Elements written in order, by prefixed name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element


class Writer:
    """Children by path, in the order they are asked for."""

    def __init__(self, root: _Element, prefixes: Mapping[str, str]) -> None:
        self.root = root
        self._prefixes = prefixes

    def put(
        self, parent: _Element, tag: str, text: object = None, **attributes: str
    ) -> _Element:
        prefix, _, name = tag.partition(":")
        child = etree.SubElement(
            parent, f"{{{self._prefixes[prefix]}}}{name}", attributes
        )
        child.text = None if text is None else str(text)
        return child

    def chain(
        self, parent: _Element, path: str, text: object = None, **attributes: str
    ) -> _Element:
        *above, last = path.split("/")
        for tag in above:
            parent = self.put(parent, tag)
        return self.put(parent, last, text, **attributes)

    def done(self) -> bytes:
        return etree.tostring(self.root, encoding="UTF-8", xml_declaration=True)
