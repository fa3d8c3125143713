"""Small pieces of HTML; every value is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

STYLE = """
:root { --ink: #1e2530; --soft: #5b6675; --line: #dfe4ea; --paper: #ffffff;
  --ground: #f4f6f9; --mark: #1f4f8b; --good: #1c7a48; --bad: #b3261e; --wait: #8a6100; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
header { background: var(--mark); color: #fff; padding: 18px 28px; }
header h1 { margin: 0; font-size: 21px; }
header p { margin: 2px 0 0; opacity: .85; }
nav { background: var(--paper); border-bottom: 1px solid var(--line);
  padding: 0 28px; position: sticky; top: 0; }
nav a { display: inline-block; padding: 11px 14px 9px; color: var(--soft);
  text-decoration: none; border-bottom: 3px solid transparent; }
nav a.here, nav a:hover { color: var(--mark); border-color: var(--mark); }
main { max-width: 1180px; margin: 22px auto 60px; padding: 0 28px; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px;
  padding: 18px 22px; margin-bottom: 20px; overflow-x: auto; }
h2 { margin: 0 0 12px; font-size: 17px; }
h3 { margin: 18px 0 8px; font-size: 15px; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: 13px; }
th, td { padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td.num, th.num { text-align: right; font-variant-numeric: tabular-nums;
  white-space: nowrap; }
.soft { color: var(--soft); font-size: 13px; }
.code { font-family: ui-monospace, Consolas, monospace; font-size: 13px; }
.tag { display: inline-block; padding: 1px 9px; border-radius: 10px; font-size: 13px;
  background: #e8eef6; color: var(--mark); white-space: nowrap; }
.tag.good { background: #e2f3e9; color: var(--good); }
.tag.bad { background: #fbe6e4; color: var(--bad); }
.tag.wait { background: #fbf1d9; color: var(--wait); }
.notice { background: #e2f3e9; color: var(--good); border-radius: 8px;
  padding: 10px 16px; margin-bottom: 18px; }
.notice.bad { background: #fbe6e4; color: var(--bad); }
form.line { display: flex; flex-wrap: wrap; gap: 12px; align-items: end; }
label { display: block; font-size: 13px; color: var(--soft); }
input, select, textarea { font: inherit; padding: 6px 9px; color: var(--ink);
  border: 1px solid #b9c2cd; border-radius: 5px; background: #fff; display: block; }
input.wide { min-width: 330px; }
button { font: inherit; padding: 7px 16px; border: 0; border-radius: 5px;
  background: var(--mark); color: #fff; cursor: pointer; }
button.plain { background: none; color: var(--mark); padding: 0;
  text-decoration: underline; }
a { color: var(--mark); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 5px 22px; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
ul { margin: 0; padding-left: 18px; }
"""

MENU = (
    ("/", "Vue d'ensemble"),
    ("/simulator/depots", "Dépôts"),
    ("/simulator/factures", "Factures"),
    ("/simulator/structures", "Structures"),
    ("/simulator/pannes", "Pannes et horloge"),
    ("/simulator/appels", "Appels reçus"),
)


class Html(str):
    """Text that is already HTML."""

    __slots__ = ()


def html(value: object) -> Html:
    """Any value as HTML: escaped unless it is HTML already; None is a dash."""
    if isinstance(value, Html):
        return value
    return Html("—" if value is None or value == "" else escape(str(value)))


def join(parts: Iterable[object]) -> Html:
    return Html("".join(html(part) for part in parts))


def element(name: str, /, *content: object, **attributes: str | None) -> Html:
    """``element("a", "texte", href="/")``; a trailing _ lets reserved words through."""
    shown = "".join(
        f' {key.rstrip("_")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name == "input":
        return Html(f"<input{shown}>")
    return Html(f"<{name}{shown}>{join(content)}</{name}>")


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> Html:
    """A table; a head that ends with ``#`` names a column of numbers."""
    names = list(heads)
    classes = ["num" if name.endswith("#") else None for name in names]
    head = join(
        element("th", name.rstrip("#") or Html(""), class_=kind)
        for name, kind in zip(names, classes, strict=True)
    )
    body = join(
        element(
            "tr",
            *(
                element("td", cell, class_=kind)
                for cell, kind in zip(row, classes, strict=True)
            ),
        )
        for row in rows
    )
    return element("table", element("thead", element("tr", head)), body)


def link(target: str, text: object) -> Html:
    return element("a", text, href=target)


def tag(text: str, kind: str = "") -> Html:
    return element("span", text, class_=f"tag {kind}".strip())


def soft(text: object) -> Html:
    return element("span", text, class_="soft")


def code(text: object) -> Html:
    return element("span", text, class_="code")


def field(label: str, control: Html) -> Html:
    return element("label", label, control)


def entry(name: str, value: str = "", **attributes: str) -> Html:
    return element("input", name=name, value=value, **attributes)


def choice(
    name: str, options: Iterable[tuple[str, str]], chosen: str | None = None
) -> Html:
    return element(
        "select",
        *(
            element(
                "option",
                text,
                value=value,
                selected="selected" if value == chosen else None,
            )
            for value, text in options
        ),
        name=name,
    )


def facts(pairs: Iterable[tuple[str, object]]) -> Html:
    return element(
        "dl", *(join((element("dt", k), element("dd", v))) for k, v in pairs)
    )


def section(title: str, *content: object) -> Html:
    return element("section", element("h2", title), *content)


def document(title: str, here: str, subtitle: str, content: Html) -> bytes:
    """A whole page, with the menu."""
    menu = join(
        element("a", text, href=target, class_="here" if target == here else None)
        for target, text in MENU
    )
    page = (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html(title)}</title><style>{STYLE}</style></head><body>"
        f"<header><h1>Portail simulé</h1><p>{html(subtitle)}</p></header>"
        f"<nav>{menu}</nav><main>{content}</main></body></html>"
    )
    return page.encode("utf-8")
