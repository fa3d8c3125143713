"""Each attack is read by a process with little memory and time, which must survive."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from unit.attacks import ATTACKS, Attack

TESTS = Path(__file__).resolve().parents[1]
LIBRARY = TESTS.parent / "l10n_fr_chorus_exchange" / "lib"


def read_apart(path: Path, folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-B", "-m", "unit.attack_child", str(path)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{LIBRARY}{os.pathsep}{TESTS}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_is_told_and_its_neighbour_still_read(attack: Attack, tmp_path):
    path, folder = tmp_path / "attack", tmp_path / "work"
    folder.mkdir()
    attack.write(path)
    assert tuple(read_apart(path, folder)) == attack.told
    # Nothing was written where a name in an archive pointed to.
    assert list(folder.iterdir()) == []
    assert not Path("/tmp/outside.pdf").exists()  # noqa: S108
    assert not Path("/tmp/outside.xml").exists()  # noqa: S108
    path.unlink()
