"""The tokens of PISTE of this server: one per application, for all its processes."""

from functools import cache
from pathlib import Path

from odoo.tools import config

from ..lib.chorus_pro.piste import TokenStore
from ..lib.chorus_pro.token_files import TokenFiles

FOLDER = "l10n_fr_chorus_exchange"


def shared_tokens():
    """The store of this process, which shares its tokens with the other ones.

    They lie in the data folder of Odoo, beside the sessions, and not in the database: a
    copy of it must not be let in.
    """
    return _store(str(config["data_dir"]))


@cache
def _store(data_dir):
    return TokenStore(files=TokenFiles(Path(data_dir) / FOLDER / "tokens"))
