"""Options that several commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from maps.texts import Language

_OTHER = {"on": "off", "off": "on"}

DataFolder = Annotated[
    Path | None, typer.Option("--data", envvar="SITING_DATA", help="data folder to survey from")
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="change a key, e.g. geodata.demand.path=low"),
]

Rules = Annotated[
    list[str] | None,
    typer.Option("--rule", metavar="ID=on|off", help="put a policy rule on or off, e.g. GRN-01=off"),
]


Chromium = Annotated[
    Path | None,
    typer.Option(
        "--chromium", envvar="SITING_BROWSER", metavar="PATH", help="Chromium, Chrome or Edge for PDF and PNG"
    ),
]

OptimSets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="change an optim key, e.g. optim.hours.days_max=1"),
]
MapSets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="change a maps key, e.g. maps.tiles_datum=gcj02"),
]
Tiles = Annotated[
    str | None,
    typer.Option(help="background: none, osm, tianditu, gaode, or an address with {z}, {x} and {y}"),
]
TilesKey = Annotated[
    str | None,
    typer.Option(
        envvar="SITING_TIANDITU_KEY", show_envvar=True, help="key of Tianditu; it stands in the page only"
    ),
]
Boundaries = Annotated[
    Path | None, typer.Option(help="your own boundary lines: GeoPackage, Shapefile or GeoJSON")
]


def optim_only(sets: list[str] | None) -> list[str]:
    """Return `--set` texts of a command on a run, whose survey is made already.

    Raises
    ------
    siting.scenario.ScenarioError
        A key of another part.
    """
    strange = [text for text in sets or [] if not text.startswith("optim.")]
    if strange:
        from siting.scenario import ScenarioError

        raise ScenarioError(
            f"--set {', '.join(strange)}: expected a key that begins with optim.; the survey of a run stays"
        )
    return sets or []


def language_of(word: str) -> Language:
    """Return a language of pages.

    Raises
    ------
    siting.scenario.ScenarioError
        No such language.
    """
    if word == "en":
        return "en"
    if word == "zh":
        return "zh"
    from siting.scenario import ScenarioError

    raise ScenarioError(f"--lang {word}: expected en or zh")


def switches(rules: list[str] | None) -> list[str]:
    """Return `--rule` texts as `--set` texts.

    Raises
    ------
    siting.scenario.ScenarioError
        Another form than ID=on or ID=off, or one rule both on and off.
    """
    pairs = [tuple(part.strip() for part in text.rpartition("=")[::2]) for text in rules or []]
    wrong = [
        text for text, (rule, word) in zip(rules or [], pairs, strict=True) if not _is_switch(rule, word)
    ]
    wrong += sorted({rule for rule, word in pairs if (rule, _OTHER.get(word)) in pairs})
    if wrong:
        from siting.scenario import ScenarioError

        raise ScenarioError(f"--rule {', '.join(wrong)}: expected ID=on or ID=off once, such as GRN-01=off")
    return [f"geodata.policy.switches={json.dumps({rule: word == 'on'})}" for rule, word in pairs]


def _is_switch(rule: str, word: str) -> bool:
    return rule != "" and word in _OTHER


def overrides(sets: list[str] | None, options: dict[str, object]) -> list[str]:
    """Return `--set` texts, then those options that were given, by the keys that they stand for."""
    given = {key: str(value) if isinstance(value, Path) else value for key, value in options.items()}
    return (sets or []) + [f"{key}={json.dumps(value)}" for key, value in given.items() if value is not None]
