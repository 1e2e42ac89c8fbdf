"""Runs it: scenario, plan, run folder, command line; and the names that notebooks import (docs/api.md)."""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "SCENARIOS": "siting.api.scenarios",
    "load_scenario": "siting.api.scenarios",
    "survey": "siting.api.places",
    "plan": "siting.api.run",
    "read_run": "siting.api.run",
    "compare": "siting.api.studies",
    "pareto": "siting.api.studies",
    "sweep": "siting.api.sweeps",
    "PlannerError": "geodata.tables",
}
__all__ = [*_HOME, "__version__"]


def __getattr__(name: str) -> object:
    """Return a name of the interface, from its module; nothing heavy is imported before."""
    if name not in _HOME:
        raise AttributeError(f"module 'siting' has no attribute {name!r}; it has {', '.join(_HOME)}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """Return the names of the interface, for completion."""
    return sorted(__all__)
