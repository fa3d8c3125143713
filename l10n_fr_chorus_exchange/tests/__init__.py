"""What Odoo runs as tests.

They speak to the portal simulator, which is in the repository and no part of the add-on:
where only the add-on is installed, from its wheel say, there are none to run. In the
repository a missing simulator is an error, never a skip.
"""

from pathlib import Path

if Path(__file__).resolve().parents[2].joinpath("setup", "bootstrap.sh").is_file():
    from .suite import *  # noqa: F403 (the modules of tests, for Odoo to find)
