"""The add-on as a wheel: built, put into an environment with Odoo, used from there."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path

import pytest

from chorus_setup.base_database import base_database
from chorus_setup.home import ADDON, ADDONS, REPOSITORY, SALE_BRIDGE
from chorus_setup.odoo_log import complaints
from chorus_setup.prepared import Platform

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*")
# Of what the wheel asks for, what no package index has or what is Odoo itself.
NOT_ASKED = "odoo"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Built from the addresses that stay, the links under ``setup/``."""
    built = {}
    for addon in ADDONS:
        folder = tmp_path_factory.mktemp(addon)
        source = folder / addon
        # A copy: building writes beside the sources.
        shutil.copytree(REPOSITORY / "setup" / addon, source, ignore=LEFT_OUT)
        _pip("wheel", "--no-deps", "--no-build-isolation", "-w", folder, source)
        [built[addon]] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel(wheels: dict[str, Path]) -> Path:
    return wheels[ADDON]


@pytest.fixture(scope="module")
def python(wheels: dict[str, Path], wheel: Path, platform: Platform) -> Path:
    """An environment that sees Odoo and its needs, with the wheels installed in it."""
    home = wheel.parent / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    interpreter = home / "bin" / "python"
    [packages] = home.glob("lib/python*/site-packages")
    seen = [path for path in sys.path if path.endswith("site-packages")]
    seen.append(str(platform.odoo.import_path))
    (packages / "seen.pth").write_text("\n".join(seen) + "\n", encoding="utf-8")
    _pip("--python", interpreter, "install", "--no-deps", *wheels.values())
    return interpreter


@pytest.fixture
def database(platform: Platform) -> Iterator[str]:
    name = f"{platform.database_prefix}wheel_{secrets.token_hex(3)}"
    platform.databases.copy(base_database(platform), name)
    yield name
    platform.databases.drop(name)


def test_the_wheel_holds_the_add_on_where_odoo_looks_for_it(wheel: Path) -> None:
    place = f"odoo/addons/{ADDON}"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for name in (
        "__manifest__.py",
        "lib/chorus_pro/py.typed",
        "i18n/fr.po",
        "static/description/index.html",
        "static/description/icon.png",
        "data/neutralize.sql",
    ):
        assert f"{place}/{name}" in names
    assert not {"odoo/__init__.py", "odoo/addons/__init__.py"} & names


def test_what_the_wheel_asks_for_is_what_the_manifest_names(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = (one for one in archive.namelist() if one.endswith("/METADATA"))
        told = Parser().parsestr(archive.read(name).decode("utf-8"))
    asked = told.get_all("Requires-Dist") or []
    assert "odoo==19.0.*" in asked
    for one in asked:
        if not one.startswith(NOT_ASKED):
            assert version(one), one


def test_the_wheel_of_the_bridge_holds_it_and_asks_for_the_add_on(
    wheels: dict[str, Path],
) -> None:
    with zipfile.ZipFile(wheels[SALE_BRIDGE]) as archive:
        names = set(archive.namelist())
        [name] = (one for one in names if one.endswith("/METADATA"))
        told = Parser().parsestr(archive.read(name).decode("utf-8"))
    place = f"odoo/addons/{SALE_BRIDGE}"
    assert {f"{place}/__manifest__.py", f"{place}/i18n/fr.po"} <= names
    asked = [one.replace("-", "_") for one in told.get_all("Requires-Dist") or []]
    assert any(ADDON in one for one in asked), asked


def test_odoo_finds_and_installs_it_from_the_environment(
    python: Path, platform: Platform, database: str, tmp_path: Path
) -> None:
    environment = {
        name: value
        for name, value in (os.environ | platform.environment).items()
        if name != "PYTHONPATH"
    }
    found = subprocess.run(
        [python, "-c", _WHERE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    ).stdout.strip()
    assert Path(found).is_relative_to(python.parents[1])
    log = tmp_path / "odoo.log"
    # No folder of add-ons but Odoo's own.
    folders = ",".join(map(str, platform.odoo.addons))
    # The bridge by name: by itself it comes only where a company is in France.
    wanted = ",".join(ADDONS)
    command = [python, "-m", "odoo", "-d", database, "-i", wanted, "--no-http"]
    command += ["--stop-after-init", f"--addons-path={folders}", f"--logfile={log}"]
    # Whoever runs the tests of a whole database meets ours, without the simulator.
    command += ["--test-tags", ",".join(f"/{addon}" for addon in ADDONS)]
    subprocess.run(command, env=environment, check=True, cwd=tmp_path)
    told = log.read_text(encoding="utf-8")
    for addon in ADDONS:
        assert f"Module {addon} loaded" in told
    # It found none to run, and failed on none: Odoo warns of that, and of nothing else.
    [warned] = complaints(log)
    assert "0 failed, 0 error(s) of 0 tests" in warned.message


_WHERE = f"""
from importlib.util import find_spec
print(find_spec("odoo.addons.{ADDON}").origin)
"""


def _pip(*arguments: object) -> None:
    environment = {
        **os.environ,
        # The version is that of the manifest, whatever was committed since.
        "WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "pip", "--no-input", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
