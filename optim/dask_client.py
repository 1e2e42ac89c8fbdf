"""A Dask scheduler by its address: its form, and a client connected to it."""

from __future__ import annotations

import importlib.util
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator

from optim.tables import SolverError

_SCHEMES = ("tcp", "tls", "ws", "wss", "ucx")
_CONNECT_S = 10.0


def checked_address(address: str) -> str:
    """Return the address of a Dask scheduler as it is.

    Parameters
    ----------
    address : str
        ``HOST:PORT``, with or without a scheme of Dask before it. Nobody is asked yet.

    Raises
    ------
    ValueError
        It has not that form.
    """
    if not _is_address(address):
        raise ValueError("expected the address of a Dask scheduler, tcp://HOST:PORT")
    return address


Address = Annotated[str, AfterValidator(checked_address)]


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        return parts.scheme in _SCHEMES and bool(parts.hostname) and bool(parts.port)
    except ValueError:  # a port that is no number, or half an IPv6 address
        return False


def check_installed(what: str) -> None:
    """Raise SolverError if the package that speaks to a cluster is missing; `what` asks for it."""
    if importlib.util.find_spec("distributed") is None:
        raise SolverError(
            f"{what} needs the package distributed, which is not installed here: "
            "pip install 'siting-planner[cluster]', on every machine of the cluster too"
        )


def connect(address: str, what: str) -> Any:
    """Return a client of a scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler.
    what : str
        The option or key that names it, for messages.

    Raises
    ------
    SolverError
        The package is missing, or no scheduler answers.
    """
    check_installed(what)
    from distributed import Client

    try:
        return Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SolverError(
            f"{what}: no Dask scheduler answers at {address} ({error}); start one with: dask scheduler"
        ) from None
