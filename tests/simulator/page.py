"""The portal for a person: French pages under ``/``, forms that redirect."""

from __future__ import annotations

import logging
from collections.abc import Callable
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from . import acts, codes, details, faults, flows, seed, views
from .acts import NotTaken
from .clock import in_paris
from .markup import (
    Html,
    choice,
    code,
    document,
    element,
    entry,
    field,
    join,
    link,
    section,
    soft,
    table,
)
from .replies import Answer, Refused
from .routes import HANDLERS as OPERATIONS

if TYPE_CHECKING:
    from .gateway import Request
    from .portal import Portal

PREFIX = "/simulator/"
BLANK = "numeroFacture"  # the member a person most often wants to see missing

_logger = logging.getLogger(__name__)

Query = dict[str, str]
Form = dict[str, str]


def answer(portal: Portal, request: Request, query: str) -> Answer:
    """A page, a file, or a redirection after a form; 404 for anything else."""
    asked = {key: values[-1] for key, values in parse_qs(query).items()}
    if request.method == "POST":
        return _post(portal, request)
    if request.method != "GET":
        return Answer(405, {"Allow": "GET, POST"})
    show = PAGES.get(request.path)
    if show is not None:
        return _page(portal, request.path, show(portal, asked), asked)
    return _one_thing(portal, request.path, asked)


def _page(portal: Portal, here: str, content: Html | None, asked: Query) -> Answer:
    if content is None:
        return Answer(404)
    parts: list[object] = []
    if asked.get("message"):
        kind = "notice bad" if asked.get("refus") else "notice"
        parts.append(element("p", asked["message"], class_=kind))
    clock = in_paris(portal.clock.now()).strftime("%d/%m/%Y %H:%M:%S")
    subtitle = f"Imitation locale de Chorus Pro et de PISTE — il est {clock} (Paris)"
    menu = here if here in PAGES else "/" + "/".join(here.split("/")[1:3])
    body = document("Portail simulé", menu, subtitle, join((*parts, content)))
    return Answer(
        200,
        {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
            "form-action 'self'",
        },
        body,
    )


def _home(portal: Portal, _asked: Query) -> Html:
    store = portal.store
    return join(
        (
            views.deposit_section(store, 10),
            views.invoice_section(store, 15),
            views.structure_section(store, detailed=False),
        )
    )


def _deposits(portal: Portal, _asked: Query) -> Html:
    return views.deposit_section(portal.store, 200)


def _invoices(portal: Portal, asked: Query) -> Html:
    search = asked.get("q", "")
    page = int(asked["page"]) if asked.get("page", "").isdigit() else 1
    page = min(max(page, 1), 10_000)
    offset = (page - 1) * views.PER_PAGE
    links = []
    if page > 1:
        links.append(link(f"?q={quote(search)}&page={page - 1}", "Page précédente"))
    total = views.count_invoices(portal.store, search)
    if offset + views.PER_PAGE < total:
        links.append(link(f"?q={quote(search)}&page={page + 1}", "Page suivante"))
    return join(
        (
            _search_form(search),
            views.invoice_section(portal.store, views.PER_PAGE, offset, search),
            element("p", *(item for pair in links for item in (pair, " "))),
            _drop_section(portal),
        )
    )


def _search_form(search: str) -> Html:
    return section(
        "Chercher",
        element(
            "form",
            field("Numéro, fournisseur ou statut", entry("q", search, class_="wide")),
            element("button", "Chercher"),
            method="get",
            class_="line",
        ),
    )


def _drop_section(portal: Portal) -> Html:
    recipients = [
        (row["identifier"], f"{row['name']} ({row['identifier']})")
        for row in portal.store.all(
            "SELECT * FROM structure WHERE public = 1 AND active = 1 ORDER BY name"
        )
    ]
    return section(
        "Agir pour un fournisseur : remettre un fichier",
        element(
            "form",
            field(
                "Facture (Factur-X, CII ou UBL)",
                entry("file", type="file", required="required"),
            ),
            field("Destinataire", choice("recipient", recipients, seed.TOWN_HALL)),
            field("Code service", entry("service")),
            field("Engagement", entry("engagement")),
            element("button", "Remettre"),
            method="post",
            action="/simulator/remettre",
            enctype="multipart/form-data",
            class_="line",
        ),
        element("p", soft("Les règles du dépôt direct ne s'appliquent pas ici.")),
    )


def _structures(portal: Portal, _asked: Query) -> Html:
    return join(
        (
            views.account_section(portal.store),
            views.structure_section(portal.store, detailed=True),
        )
    )


def _faults(portal: Portal, _asked: Query) -> Html:
    ordered = faults.listing(portal.store)
    rows = [
        (
            faults.KINDS[item["kind"]],
            code(item["operation"]),
            item.get("invoice") or "toutes",
            "toujours" if item["times"] is None else item["times"],
            f"{item['probability']:.0%}",
            element(
                "form",
                entry("id", str(item["id"]), type="hidden"),
                element("button", "retirer", class_="plain"),
                method="post",
                action="/simulator/pannes/retirer",
            ),
        )
        for item in ordered
    ]
    listed = (
        table(("Panne", "Opération", "Facture", "Fois", "Probabilité", ""), rows)
        if rows
        else soft("Aucune panne n'est demandée.")
    )
    return join(
        (
            section("Pannes en cours", listed),
            section("Demander une panne", _fault_form()),
            section("Horloge du portail", _clock_form()),
        )
    )


def _fault_form() -> Html:
    statuses = [(str(status), str(status)) for status in faults.STATUSES]
    operations = [("*", "toutes"), ("token", "jeton"), *((n, n) for n in OPERATIONS)]
    return element(
        "form",
        field("Panne", choice("kind", list(faults.KINDS.items()))),
        field("Opération", choice("operation", operations)),
        field("Fois (vide : toujours)", entry("times", "1", type="number", min="1")),
        field("Secondes", entry("seconds", "5", type="number", min="0")),
        field("Statut HTTP", choice("status", statuses, "503")),
        field("Champ de la réponse", entry("field", BLANK)),
        field("Facture (vide : toutes)", entry("invoice", "", type="number", min="1")),
        element("button", "Demander"),
        method="post",
        action="/simulator/pannes",
        class_="line",
    )


def _clock_form() -> Html:
    return element(
        "form",
        field("Avancer de (heures)", entry("hours", "24", type="number", min="0")),
        element("button", "Avancer"),
        method="post",
        action="/simulator/horloge",
        class_="line",
    )


def _calls(portal: Portal, _asked: Query) -> Html:
    return views.call_section(portal.store)


PAGES: dict[str, Callable[[Portal, Query], Html]] = {
    "/": _home,
    "/simulator/depots": _deposits,
    "/simulator/factures": _invoices,
    "/simulator/structures": _structures,
    "/simulator/pannes": _faults,
    "/simulator/appels": _calls,
}


def _one_thing(portal: Portal, path: str, asked: Query) -> Answer:
    """``/simulator/<things>/<id>``, and the files behind them."""
    parts = path.strip("/").split("/")[1:]
    if len(parts) == 2 and parts[0] == "factures" and parts[1].isdigit():
        return _page(
            portal, path, details.invoice_page(portal.store, int(parts[1])), asked
        )
    if len(parts) == 2 and parts[0] == "depots":
        return _page(portal, path, details.deposit_page(portal.store, parts[1]), asked)
    if len(parts) == 3 and parts[0] == "depots" and parts[2] == "fichier":
        row = portal.store.one(
            "SELECT name, content FROM flow WHERE number = ?", parts[1]
        )
        return _file(row["name"], row["content"]) if row else Answer(404)
    if len(parts) == 2 and parts[0] == "fichiers" and parts[1].isdigit():
        row = portal.store.one(
            "SELECT name, content FROM file WHERE id = ?", int(parts[1])
        )
        return _file(row["name"], row["content"]) if row else Answer(404)
    return Answer(404)


def _file(name: str, content: bytes) -> Answer:
    """Always a download: what was deposited is never rendered as a page."""
    return Answer(
        200,
        {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "X-Content-Type-Options": "nosniff",
        },
        bytes(content),
    )


def _post(portal: Portal, request: Request) -> Answer:
    act = FORMS.get(request.path)
    if act is None:
        return Answer(404)
    form, content, name = _read_form(request)
    try:
        with portal.store.transaction():
            target, message = act(portal, form, content, name)
    except NotTaken as verdict:
        return _redirect(_back(request.path, form), verdict.reason, is_refusal=True)
    except Refused as refusal:
        words = f"{refusal.code} {refusal.label}"
        return _redirect(_back(request.path, form), words, is_refusal=True)
    except (KeyError, ValueError) as error:
        _logger.info("Form %s: %s", request.path, error)
        words = "Formulaire incomplet."
        return _redirect(_back(request.path, form), words, is_refusal=True)
    return _redirect(target, message)


def _back(path: str, form: Form) -> str:
    if path == "/simulator/statut" and form.get("id", "").isdigit():
        return f"/simulator/factures/{form['id']}"
    return {
        "/simulator/remettre": "/simulator/factures",
        "/simulator/statut": "/simulator/factures",
    }.get(path, "/simulator/pannes")


def _redirect(target: str, message: str, *, is_refusal: bool = False) -> Answer:
    refusal = "&refus=1" if is_refusal else ""
    return Answer(303, {"Location": f"{target}?message={quote(message)}{refusal}"})


def _read_form(request: Request) -> tuple[Form, bytes, str]:
    """Fields of a form, with the one file it may carry and its name."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        pairs = parse_qs(request.body.decode("utf-8", "replace"))
        return {key: values[-1] for key, values in pairs.items()}, b"", ""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + request.body)
    form: Form = {}
    content, file_name = b"", ""
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        if part.get_filename() is not None:
            content, file_name = data, part.get_filename() or ""
        elif isinstance(name, str):
            form[name] = data.decode("utf-8", "replace")
    return form, content, file_name


def _treat(portal: Portal, form: Form, _content: bytes, _name: str) -> tuple[str, str]:
    invoice_id = int(form["id"])
    status = form["status"]
    acts.treat(
        portal.store,
        portal.clock.now(),
        invoice_id,
        status,
        form.get("comment", ""),
        form.get("mandate", ""),
    )
    words = f"Nouveau statut : {codes.LABELS[status]}."
    return f"/simulator/factures/{invoice_id}", words


def _drop(portal: Portal, form: Form, content: bytes, name: str) -> tuple[str, str]:
    invoice_id = acts.drop_invoice(
        portal.store,
        portal.clock.now(),
        content,
        name or "facture",
        form["recipient"],
        service=form.get("service") or None,
        engagement=form.get("engagement") or None,
    )
    return f"/simulator/factures/{invoice_id}", "Facture remise au destinataire."


def _order(portal: Portal, form: Form, _content: bytes, _name: str) -> tuple[str, str]:
    kind = form["kind"]
    faults.order(
        portal.store,
        {
            "kind": kind,
            "operation": faults.ONLY_ON.get(kind, form.get("operation", "*")),
            "times": int(form["times"]) if form.get("times") else None,
            "seconds": float(form.get("seconds") or 0),
            "status": int(form.get("status") or 503),
            "field": form.get("field") or BLANK,
            "invoice": int(form["invoice"]) if form.get("invoice") else None,
        },
    )
    return "/simulator/pannes", "La panne est prête."


def _lift(portal: Portal, form: Form, _content: bytes, _name: str) -> tuple[str, str]:
    faults.clear(portal.store, int(form["id"]))
    return "/simulator/pannes", "La panne est retirée."


def _advance(
    portal: Portal, form: Form, _content: bytes, _name: str
) -> tuple[str, str]:
    portal.clock.set(advance=float(form["hours"]) * 3600)
    flows.advance(portal.store, portal.clock.now())
    return "/simulator/pannes", "L'horloge est avancée."


FORMS: dict[str, Callable[[Portal, Form, bytes, str], tuple[str, str]]] = {
    "/simulator/statut": _treat,
    "/simulator/remettre": _drop,
    "/simulator/pannes": _order,
    "/simulator/pannes/retirer": _lift,
    "/simulator/horloge": _advance,
}
