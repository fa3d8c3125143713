"""Odoo 19: the Debian package unpacked into the home, or the one ODOO_PATH names."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from .apt_sources import AptState, own_suite, sid_suite
from .errors import SetupError
from .home import Home, fingerprint
from .progress import run_logged

SERIES = "19."
PACKAGE = "odoo-19"
# The package's web assets are links into these packages; without jquery every page
# answers 500.
FROM_SID = [
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
]
# Sid's 7.x has other paths than those Odoo links to.
FROM_OWN_SUITE = ["fonts-font-awesome"]
# The package leaves this file out, the web client asks for it, and the error it makes
# in the console fails every browser tour.
LEFT_OUT = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
RECIPE = "1"


class OdooSource(NamedTuple):
    """An Odoo: ``import_path`` for PYTHONPATH, ``addons`` for the add-ons path."""

    import_path: Path
    addons: tuple[Path, ...]
    version: str


def find_odoo(home: Home) -> OdooSource:
    """The Odoo of ``ODOO_PATH``, or that of the home, fetched when it is not there.

    :raise SetupError: no network, not Odoo 19, or nothing at ``ODOO_PATH``
    """
    chosen = os.environ.get("ODOO_PATH")
    if chosen:
        return _existing(home, Path(chosen).expanduser().resolve())
    wanted = fingerprint(RECIPE, PACKAGE, *FROM_SID, *FROM_OWN_SUITE)
    if not home.is_done("odoo", wanted):
        home.forget("odoo")
        _install(home)
        home.mark_done("odoo", wanted)
    return _described(home.odoo / "usr/lib/python3/dist-packages")


def _install(home: Home) -> None:
    own = own_suite(home)
    sid = sid_suite(home, own.mirror())
    packages = home.fresh_folder("odoo.packages")
    archives = _download(sid, own, packages)
    unpacked = home.fresh_folder("odoo.part")
    _unpack(archives, unpacked, home.logs / "odoo-unpack.log")
    source = _described(unpacked / "usr/lib/python3/dist-packages")
    left_out = source.import_path / "odoo" / LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.touch()
    if home.odoo.exists():
        shutil.rmtree(home.odoo)
    unpacked.rename(home.odoo)
    shutil.rmtree(packages)
    shutil.rmtree(home.apt)


def _unpack(archives: list[Path], into: Path, log: Path) -> None:
    script = 'for archive in "${@:2}"; do dpkg -x "$archive" "$1" || exit; echo 1; done'
    run_logged(
        "Odoo 19: unpacking",
        ["bash", "-c", script, "unpack", str(into), *map(str, archives)],
        log,
        how_far=lambda: f"{len(log.read_text().split())} of {len(archives)} packages",
    )


def _download(sid: AptState, own: AptState, into: Path) -> list[Path]:
    try:
        sid.download("Odoo 19: downloading", [PACKAGE, *FROM_SID], into)
    except SetupError as error:
        if "Unable to locate package" not in str(error):
            raise
        raise SetupError(
            f"Debian sid no longer has {PACKAGE} or one of its assets ({error})."
            " Name an existing Odoo 19 with ODOO_PATH."
        ) from error
    own.download("Odoo 19: downloading its icon font", FROM_OWN_SUITE, into)
    return sorted(into.glob("*.deb"))


def _existing(home: Home, chosen: Path) -> OdooSource:
    """A checkout, an unpacked package, or a folder Python packages are installed in."""
    for folder in (chosen, chosen / "usr/lib/python3/dist-packages"):
        if (folder / "odoo/release.py").is_file():
            break
    else:
        raise SetupError(f"ODOO_PATH: there is no odoo/release.py in {chosen}.")
    found = _described(folder)
    if not folder.name.endswith("-packages"):
        return found
    # Its neighbours must not hide what the virtual environment has: go through a link.
    link = home.run / f"odoo-{fingerprint(str(folder))}"
    link.mkdir(exist_ok=True)
    if not (link / "odoo").exists():
        (link / "odoo").symlink_to(folder / "odoo")
    return found._replace(import_path=link)


def _described(folder: Path) -> OdooSource:
    release = (folder / "odoo/release.py").read_text(encoding="utf-8")
    match = re.search(r"^version_info = \(\D*(\d+), (\d+)", release, re.MULTILINE)
    version = ".".join(match.groups()) if match else "unknown"
    if not version.startswith(SERIES):
        raise SetupError(
            f"{folder} holds Odoo {version}; the add-on needs 19.0:"
            " name an Odoo 19 with ODOO_PATH."
        )
    addons = [folder / "odoo/addons"]
    # A checkout has most modules beside the server, the package links them into it.
    if not (folder / "odoo/addons/account").is_dir():
        addons.append(folder / "addons")
    return OdooSource(folder, tuple(addons), version)
