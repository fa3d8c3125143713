"""Free ports of the loopback interface."""

from __future__ import annotations

import socket

ODOO_PORT = 8069
SIMULATOR_PORT = 8099
LOOPBACK = "127.0.0.1"


def free_port(wanted: int = 0) -> int:
    """``wanted`` if nobody listens there, else one the system chooses.

    Another process may still take it first: whoever starts a server on it says so.
    """
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on the loopback interface")
