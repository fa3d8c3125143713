"""A directory as large as the published one, of bodies that do not exist."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from simulator.directory_file import SERVICES, STRUCTURES

_STARTS = [
    "Mo",
    "Vil",
    "Bour",
    "Sain",
    "Cha",
    "Ro",
    "La",
    "Bel",
    "Fon",
    "Mar",
    "Per",
    "Gri",
    "Tou",
    "Val",
    "Ker",
    "Oyo",
]
_MIDDLES = [
    "de",
    "le",
    "ti",
    "vi",
    "na",
    "ro",
    "mé",
    "li",
    "za",
    "ga",
    "nou",
    "bé",
    "ci",
    "fe",
    "lu",
    "ra",
    "so",
]
_ENDS = [
    "ville",
    "court",
    "mont",
    "sur-Rive",
    "bourg",
    "gnac",
    "ac",
    "ieux",
    "heim",
    "ay",
    "ône",
    "les-Bains",
]
_KINDS = (
    "Commune de {}",
    "Commune de {}",
    "Commune de {}",
    "Centre communal d'action sociale de {}",
    "École primaire publique de {}",
    "Collège de {}",
    "Lycée polyvalent de {}",
    "Centre hospitalier de {}",
    "Communauté de communes du pays de {}",
    "Syndicat intercommunal des eaux de {}",
    "Caisse des écoles de {}",
    "Office public de l'habitat de {}",
)
_DESKS = ("ACHATS", "TECHNIQUE", "ECOLES", "CULTURE", "VOIRIE", "FACTURES_PUBLIQUES")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Made:
    """Rows of structures and services; every ``odd``-th one differs from the first."""

    def __init__(self, bodies: int, services: int, odd: int = 0) -> None:
        self._bodies = bodies
        self._services = services
        self._odd = odd

    def bodies(self) -> Iterator[list[str]]:
        chance = random.Random(20261116)  # noqa: S311  (the same names each time)
        towns = [_town(chance) for _each in range(max(1, self._bodies // 6))]
        for rank in range(self._bodies):
            town = towns[rank % len(towns)]
            kind = _KINDS[(rank // len(towns) + rank) % len(_KINDS)]
            name = kind.format(town)
            demands = [_flag(chance.random() < share) for share in (0.1, 0.2, 0.1)]
            if self._odd and rank % self._odd == 0:
                name += " (nouvelle)"
            yield [
                "SIRET",
                siret(rank),
                name.upper() if rank % 2 else name,
                "false",
                "false",
                "true",
                *demands,
                "false",
                "false",
                _flag(rank % 50),
                f"{rank % 200} rue de l'Exemple",
                "Bâtiment B" if rank % 7 == 0 else "",
                "",
                f"{1 + rank % 95:02}{rank % 1000:03}",
                town,
                "",
                "",
                "FR",
                "France",
            ]

    def services(self) -> Iterator[list[str]]:
        for rank in range(self._services):
            engages = (rank % 3 == 0) != bool(self._odd and rank % self._odd == 0)
            yield [
                str(9_100_000_000 + rank),
                siret(rank * 2 % self._bodies),
                "",
                f"{_DESKS[rank % len(_DESKS)]}{rank // self._bodies or ''}{rank % 97}",
                f"Service {_DESKS[rank % len(_DESKS)].lower()} {rank % 97}",
                _flag(engages),
                _flag(rank % 40),
            ]

    def write_csv(self, folder: Path) -> list[Path]:
        paths = folder / "structures.csv", folder / "services.csv"
        tables = (STRUCTURES, self.bodies()), (SERVICES, self.services())
        for path, (titles, rows) in zip(paths, tables, strict=True):
            with path.open("w", encoding="utf-8", newline="") as file:
                file.write(";".join(titles) + "\r\n")
                file.writelines(";".join(row) + "\r\n" for row in rows)
        return list(paths)

    def write_workbook(self, folder: Path) -> list[Path]:
        """As a spreadsheet writes it: each text once, the cells name their place."""
        path = folder / "annuaire.xlsx"
        texts: dict[str, int] = {}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            for rank, (titles, rows) in enumerate(
                ((STRUCTURES, self.bodies()), (SERVICES, self.services())), 1
            ):
                name = f"xl/worksheets/sheet{rank}.xml"
                with archive.open(name, "w", force_zip64=True) as raw:
                    with io.TextIOWrapper(raw, "utf-8") as file:
                        file.write(f'<worksheet xmlns="{_MAIN}"><sheetData>')
                        for number, row in enumerate((titles, *rows), 1):
                            file.write(_row(number, row, texts))
                        file.write("</sheetData></worksheet>")
            items = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
            archive.writestr(
                "xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{items}</sst>'
            )
        return [path]


def siret(rank: int) -> str:
    return f"99{rank:07}{rank % 100_000:05}"


def _town(chance: random.Random) -> str:
    middle = "".join(chance.choices(_MIDDLES, k=chance.randint(1, 3)))
    return f"{chance.choice(_STARTS)}{middle}{chance.choice(_ENDS)}".capitalize()


def _flag(value: object) -> str:
    return "true" if value else "false"


def _row(number: int, row: Sequence[str], texts: dict[str, int]) -> str:
    cells = "".join(
        f'<c r="{chr(65 + place)}{number}" t="s">'
        f"<v>{texts.setdefault(text, len(texts))}</v></c>"
        for place, text in enumerate(row)
        if text
    )
    return f'<row r="{number}">{cells}</row>'
