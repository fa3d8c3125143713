"""Directories made for the tests: CSV and workbooks."""

from __future__ import annotations

from xml.sax.saxutils import escape

from unit.fakes import zipped

from chorus_pro.directory import BadRow, read_sheets

SIRET = "21990001200019"
TITLES = "TypeIdentifiant;Identifiant;RaisonSociale;StructureActive"
BODY_TITLES = (
    "TypeIdentifiant;Identifiant;RaisonSociale;EmetteurEdi;RecepteurEdi;"
    "GestionStatutMiseEnPaiement;GestionEngagement;GestionService;"
    "GestionServiceEngagement;EstMOA;EstMOAUniquement;StructureActive;Adresse;"
    "ComplementAdresse1;ComplementAdresse2;CodePostal;Ville;NumTelephone;Courriel;"
    "CodePays;LibellePays"
)
BODY = (
    "SIRET;21990001200019;Commune de Modèleville;false;false;true;false;true;false;"
    "false;false;true;1 place de l'Exemple;Étage 2;Porte B;99999;Modeleville;;;FR;France"
)
SERVICE_TITLES = "idService;Identifiant;RaisonSociale;Code;Nom;GestionEGMT;ServiceActif"
SERVICE = "9123456789;21990001200019;Commune de Modèleville;ACHATS;Achats;true;true"


def csv(*lines):
    return "\r\n".join((*lines, "")).encode()


def column(place):
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cells_xml(row, number, kind):
    xml = []
    for place, text in enumerate(row):
        reference = f"{column(place)}{number}"
        if text is None:
            continue
        if kind == "inline":
            xml.append(
                f'<c r="{reference}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            )
        else:
            xml.append(f'<c r="{reference}" t="str"><v>{escape(text)}</v></c>')
    return "".join(xml)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_xml(rows, kind="inline"):
    lines = "".join(
        f'<row r="{number}">{cells_xml(row, number, kind)}</row>'
        for number, row in enumerate(rows, 1)
    )
    return (
        f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData><x/></worksheet>'
    ).encode()


def book(*sheets, strings=None, **more):
    members = {"xl/workbook.xml": b"<workbook/>"}
    if strings is not None:
        members["xl/sharedStrings.xml"] = strings
    for rank, sheet in enumerate(sheets, 1):
        members[f"xl/worksheets/sheet{rank}.xml"] = sheet
    return zipped(members | more)


def the_rows(data, **named):
    [sheet] = read_sheets(data, **named)
    return [
        row if isinstance(row, BadRow) else dict(zip(sheet.fields, row, strict=True))
        for row in sheet.rows()
    ]


def titled(titles, *lines):
    return [line.split(";") for line in (titles, *lines)]
