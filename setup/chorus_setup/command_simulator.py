"""`./setup/simulator [--port N] [--state FILE]`: the local Chorus Pro alone."""

from __future__ import annotations

from .home import home_from_environment
from .prepared import python_only
from .processes import run_in_foreground


def main(arguments: list[str]) -> int:
    home = home_from_environment()
    environment = python_only(home)
    return run_in_foreground(
        [str(home.python), "-m", "simulator", *arguments], environment
    )
