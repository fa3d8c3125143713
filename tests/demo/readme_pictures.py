"""The five main screens, small, for the readme and for Odoo's list of applications.

``./setup/demo --check --pictures`` makes them anew where they are kept, under
``static/description`` of the add-on; look at them before you commit them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from description_page import PICTURES
from PIL import Image

from chorus_setup.home import ADDON, REPOSITORY
from demo import world
from demo.pages import ACTION, ROW, Page
from demo.screenshots import (
    PAID,
    SEND_BUTTON,
    faulty_invoice,
    one_with_status,
    photograph,
)
from demo.sides import Supplier
from demo.stage import Stage

FOLDER = REPOSITORY / ADDON / "static" / "description"
# Enough to read the labels, little enough for a page with five of them.
WIDTH = 1000
COLOURS = 96
SEARCH = ".modal [name='text'] input"
HEALTH = ".o_l10n_fr_chorus_health"


def make_pictures(stage: Stage) -> list[Path]:
    """PNG files, in the order of the page that shows them.

    :raise SetupError: no browser
    :raise NotSeen: a page shows an error, or a picture is missing
    """
    with tempfile.TemporaryDirectory(prefix="chorus-pictures-") as large:
        taken = photograph(stage, _pages(stage), Path(large))
        return [_shrink(path) for path in taken if path.name in PICTURES]


def _pages(stage: Stage) -> Iterator[Page]:
    supplier, user = Supplier(stage), world.SUPPLIER.user
    at = f"{stage.odoo.url}/odoo"
    paid = one_with_status(supplier, PAID)
    yield Page("screen-invoice", user, f"{at}/customer-invoices/{paid}")
    faulty = faulty_invoice(supplier)
    yield Page(
        "screen-send",
        user,
        f"{at}/customer-invoices/{faulty}",
        click=SEND_BUTTON,
        shows=".modal .alert",
    )
    yield Page(
        "screen-search",
        user,
        f"{at}/{ACTION}.l10n_fr_chorus_search_action",
        types=(SEARCH, "modele"),
        shows=f".modal {ROW}",
    )
    inbox = f"{at}/{ACTION}.l10n_fr_chorus_inbound_action"
    yield Page("screen-inbox", world.TOWN_HALL.user, inbox, ROW)
    admin = stage.log_in(world.ADMIN)
    [connection] = admin.search(
        "l10n_fr_chorus.connection",
        [("company_id.company_registry", "=", world.SUPPLIER.siret)],
        "id",
    )
    yield Page(
        "screen-health",
        world.ADMIN,
        f"{at}/{ACTION}.l10n_fr_chorus_connection_action/{connection['id']}",
        shows=HEALTH,
    )


def _shrink(path: Path) -> Path:
    with Image.open(path) as large:
        height = round(large.height * WIDTH / large.width)
        small = large.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    target = FOLDER / path.name
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    return target
