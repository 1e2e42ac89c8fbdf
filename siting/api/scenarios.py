"""Scenarios for notebooks: loaded by path or varied, with changes as texts or by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from siting.scenario import Draft, Scenario, ScenarioError, draft, read_override

SCENARIOS = Path(__file__).parents[2] / "scenarios"
Changes = Sequence[str] | Mapping[str, Any]


def load_scenario(start: str | Path | Scenario | None = None, changes: Changes = ()) -> Scenario:
    """Return a scenario: of a file, of another scenario, or of all defaults, with changes.

    Parameters
    ----------
    start : str, Path or Scenario, optional
        Scenario file (YAML), or a scenario to vary; none: every default.
    changes : dict or sequence of str
        Values by dotted key, or texts such as `geodata.demand.factor=1.2`. Relative paths are from the
        current folder.

    Raises
    ------
    ScenarioError
        All faults at once: an unknown key, a value that is refused, a file that cannot be read.

    Examples
    --------
    >>> from siting import SCENARIOS, load_scenario
    >>> tiny = load_scenario(SCENARIOS / "tiny.yaml", ["geodata.demand.factor=1.2"])
    >>> tiny.geodata.demand.factor
    1.2
    >>> load_scenario(tiny, {"optim.solve.gap_share": 0.01}).optim.solve.gap_share
    0.01
    >>> load_scenario(tiny, {"optim.solve.gap": 0.01})
    Traceback (most recent call last):
    ...
    siting.scenario.ScenarioError: changes: key optim.solve.gap: unknown key; did you mean ...
    """
    try:
        return changed(drafted(start), changes).scenario()
    except ScenarioError as error:
        told = str(error).replace("command line: key", "changes: key").replace("--set ", "changes: ")
        raise ScenarioError(told) from None


def drafted(start: str | Path | Scenario | None) -> Draft:
    """Return the keys of a file or of a scenario, to be changed."""
    if isinstance(start, Scenario):
        data, sites = start.model_dump(mode="json"), start.geodata.candidates.sites_file
        data["geodata"]["candidates"]["sites_file"] = sites  # the dump hides a password in an address
        return Draft(data, None, frozenset())
    return draft(None if start is None else Path(start))


def changed(start: Draft, changes: Changes) -> Draft:
    """Return a draft with changes; they are read as those of the command line."""
    if isinstance(changes, Mapping):
        return start.having(changes)
    texts = [changes] if isinstance(changes, str) else changes
    for text in texts:
        start = start.having(dict([read_override(text)]))
    return start
