"""What Odoo runs as tests.

Where only the add-on is installed there are none to run: the portal simulator is in the
repository.
"""

from pathlib import Path

if Path(__file__).resolve().parents[2].joinpath("setup", "bootstrap.sh").is_file():
    from .suite import *  # noqa: F403 (the modules of tests, for Odoo to find)
