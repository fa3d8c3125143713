"""Stand-ins for the network: scripted answers, a scripted socket, a PIVOT on order."""

from __future__ import annotations

import base64
import io
import json
import random
import socket
import threading
import zipfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chorus_pro import Client, Credentials, Environment, Request, Response, TokenStore

ENVIRONMENT = Environment.custom("https://portal.test")
CREDENTIALS = Credentials("app-1", "s3cret", "TECH_1_1@cpro.fr", "pâss")
SUCCESS = {"codeRetour": 0, "libelle": "GCU_MSG_01_000"}

Scripted = Response | Exception


def reply(
    body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A response whose body is JSON, unless it already is bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, headers or {"content-type": "application/json"}, content)


def ok(**fields: Any) -> Response:
    return reply({**SUCCESS, **fields})


def refusal(code: int, label: str, status: int = 200) -> Response:
    return reply({"codeRetour": code, "libelle": label}, status)


class Wire:
    """A transport that plays prepared answers and keeps what was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: deque[Scripted] = deque()
        self.token_answers: deque[Scripted] = deque()
        self.tokens_given = 0

    def will(self, *answers: Scripted) -> None:
        self.answers.extend(answers)

    def send(self, request: Request) -> Response:
        if request.url == ENVIRONMENT.token_url:
            return self._play(self.token_answers, self._token)
        self.requests.append(request)
        return self._play(self.answers, None)

    def _play(
        self, script: deque[Scripted], otherwise: Callable[[], Response] | None
    ) -> Response:
        if not script:
            assert otherwise, f"unexpected request: {self.requests[-1].url}"
            return otherwise()
        answer = script.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _token(self) -> Response:
        self.tokens_given += 1
        return reply({"access_token": f"t{self.tokens_given}", "expires_in": 3600})

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.body) for request in self.requests]

    @property
    def paths(self) -> list[str]:
        return [request.url.partition("/cpro/")[2] for request in self.requests]


class Pauses(list[float]):
    """A ``sleep`` that only takes note."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def make_client(wire: Wire, pauses: Pauses, **options: Any) -> Client:
    return Client(
        ENVIRONMENT,
        CREDENTIALS,
        transport=wire,
        tokens=options.pop("tokens", None) or TokenStore(),
        sleep=pauses,
        random=lambda: 0.5,
        **options,
    )


class RawServer:
    """Accepts connections on the loopback and plays one prepared byte string on each.

    ``None`` means: read the request, then close without a word; a callable gets the
    socket.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.script: deque[bytes | Callable[[socket.socket], None] | None] = deque()
        self.received: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        # Wakes the thread up from its accept.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            with connection:
                self.received.append(_read_request(connection))
                act = self.script.popleft() if self.script else None
                if callable(act):
                    act(connection)
                elif act is not None:
                    connection.sendall(act)


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:  # the other side spoke something else and left
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def http(body: bytes, head: str = "", status: str = "200 OK") -> bytes:
    lines = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{head}\r\n"
    return lines.encode() + body


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The same archive for the same files, whatever the time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def attachment(
    name: str = "FAC-1.pdf",
    content: bytes = b"%PDF-1.7",
    *,
    role: str = "01",
    category: str = "Facture PDF",
    wrap: bool = True,
    encoded: str | None = None,
) -> str:
    if encoded is None:
        packed = zipped({name: content}) if wrap else content
        encoded = base64.b64encode(packed).decode()
    return (
        f'<PJ NumOrdre="1"><Contenu>{encoded}</Contenu><NomPJ>{name}</NomPJ>'
        f"<CategoriePJ>{category}</CategoriePJ><TypePJ>{role}</TypePJ>"
        "<MimeTypePJ>application/zip</MimeTypePJ></PJ>"
    )


def unit(
    number: str = "FAC-1",
    portal_id: str = "9100001",
    data: str = "",
    files: Sequence[str] = (),
) -> str:
    return f"""<CPPFacturePivotUnitaire NumOrdre="1">
      <Fournisseur><TypeIdentifiant>1</TypeIdentifiant>
        <Identifiant>10000000100019</Identifiant>
        <RaisonSociale>ATELIER MODELE</RaisonSociale><CodePays>FR</CodePays>
        <ReferenceBancaire Type="IBAN"><Compte>FR7600000000</Compte></ReferenceBancaire>
      </Fournisseur>
      <Debiteur><TypeIdentifiant>1</TypeIdentifiant>
        <Identifiant>10000000200017</Identifiant><Nom>COMMUNE MODELE</Nom>
        <CodeService>ACHATS</CodeService><NomService>Achats</NomService></Debiteur>
      <DonneesFacture><Id>{number}</Id><IdCPRO>{portal_id}</IdCPRO>{data}
      </DonneesFacture>{"".join(files)}</CPPFacturePivotUnitaire>"""


FULL_DATA = """<IdFactureOrigine>FAC-0</IdFactureOrigine><Renvoi>Recyclée</Renvoi>
  <Type>380</Type><Cadre>A1</Cadre>
  <DateEmissionFacture>2026-03-01</DateEmissionFacture>
  <DateLivraison>2026-02-27</DateLivraison><DateReception>2026-03-02</DateReception>
  <ModePaiement><Code>30</Code><Libelle>VIREMENT</Libelle></ModePaiement>
  <Devise>EUR</Devise>
  <Montants><MontantHT>100.00</MontantHT><MontantTTC>120.00</MontantTTC>
    <MontantNetAPayer>110.00</MontantNetAPayer></Montants>
  <TVAs><TVA><Taux>20</Taux><BaseHt>100.00</BaseHt><MontantTVA>20.00</MontantTVA></TVA>
  </TVAs>
  <Engagement><NumeroEngagement>EJ1</NumeroEngagement>
    <NumeroMarche>M1</NumeroMarche></Engagement>
  <Lignes><Ligne NumOrdre="0001"><ReferenceProduit>REF</ReferenceProduit>
    <PrixUnitaire>50</PrixUnitaire><Quantite>2</Quantite><MontantHT>100</MontantHT>
    <TauxTVA>20</TauxTVA></Ligne></Lignes>"""


def pivot(*units: str, prolog: str = "") -> bytes:
    return f"""{prolog}<CPPFacturePivot
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      xsi:noNamespaceSchemaLocation="CPPFacturePivot_V2_02.xsd">
      <Enveloppe><EnveloppeUnitaire NumOrdre="1"/></Enveloppe><!-- made up -->
      <CPPFactures Compteur="{len(units)}">{"".join(units)}</CPPFactures>
      </CPPFacturePivot>""".encode()


# Letters, separators of every system, ends, invisible and astral characters.
_NASTY = 'aZ0 .-_/\\:*?<>|"\x00\n\t\u00e9\u0301\u202e\u200b\ud800\uffff\U0001f600'


def nasty_texts(count: int = 300) -> list[str]:
    """Always the same odd texts, from empty to long."""
    luck = random.Random(20261123)  # noqa: S311  (no secret depends on it)
    return [
        "".join(luck.choices(_NASTY, k=luck.choice((0, 1, 2, 5, 20, 80))))
        for _ in range(count)
    ]
