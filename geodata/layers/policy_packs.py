"""Policy packs: small YAML files that say which rules of the table hold, what is changed, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geodata.read import BUILTIN
from geodata.readers.yaml_file import parse
from geodata.tables import TableError

FOLDER = BUILTIN / "policy_packs"
WHERE = "geodata.policy.pack"


class Change(BaseModel):
    """What a pack says of one rule. What it leaves out stays as in the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    why: str = Field(min_length=1, description="the reason, shown in the note of the rule")
    enabled: bool = Field(True, description="in force")
    number: float | None = Field(None, allow_inf_nan=False, description="another limit, in the rule's unit")
    hard: bool | None = Field(None, description="hard, or soft with its price")
    price_m_cny_per_unit: float | None = Field(None, ge=0, description="of a soft rule, per unit missed")
    scope: str | None = Field(None, description="hubs, province, all, or names joined by ';'")
    hub_scope: Literal["", "province", "prefecture", "start_area"] | None = Field(
        None, description="which places count as in a hub"
    )
    large_from_mw: float | None = Field(None, ge=0, description="IT power from which a site is large")
    local_load_exempt: bool | None = Field(None, description="load of the site's own province does not count")
    accounting: Literal["certificates", "annual", "monthly", "hourly"] | None = Field(
        None, description="of a green share: what counts, and over which span"
    )
    pue_from: float | None = Field(None, ge=1, le=3, description="of a surcharge: PUE above which it is due")
    from_year: int | None = Field(None, description="first year")
    to_year: int | None = Field(None, description="last year of the target")
    after_end: Literal["keep", "lapse"] | None = Field(None, description="what holds after to_year")

    def cells(self) -> dict[str, Any]:
        """Return the cells of the table that are changed."""
        return self.model_dump(exclude={"why"}, exclude_none=True)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field("", description="what the pack is, in a line")
    description: str = Field("", description="how it reads the documents")
    base: str | None = Field(
        None, description="pack to begin with, by name or path; none: every rule is off at first"
    )
    table: Path | None = Field(None, description="own table of rules; none: the built-in one")
    rules: dict[str, Change] = Field(default_factory=dict, description="by rule_id")


class Pack(BaseModel):
    """A pack with all that it begins with: each rule that it names, as the last of them says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    path: Path
    title: str
    description: str
    table: Path | None
    rules: dict[str, Change]


def shipped_packs() -> list[str]:
    """Return the names of the packs that come with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def is_shipped(pack: Path) -> bool:
    """Return whether `pack` is the name of a shipped pack, and no file that is there."""
    return pack.suffix == "" and pack.name in shipped_packs() and not pack.exists()


def read_pack(pack: Path) -> Pack:
    """Return a policy pack, merged with those that it begins with.

    Parameters
    ----------
    pack : Path
        The name of a shipped pack, or the path of a YAML file.

    Raises
    ------
    TableError
        No such pack, not readable, an unknown key, a rule without reason, packs in a circle.
    """
    return _read(pack, ())


def _read(pack: Path, seen: tuple[Path, ...]) -> Pack:
    path = FOLDER / f"{pack.name}.yaml" if is_shipped(pack) else pack
    if path.resolve() in seen:
        raise TableError(f"{WHERE} ({path}): key base: the packs begin with each other in a circle")
    file = _file(path)
    table = None if file.table is None else path.parent / file.table.expanduser()
    below = None if file.base is None else _read(_based(file.base, path), (*seen, path.resolve()))
    rules = {} if below is None else dict(below.rules)
    for rule, change in file.rules.items():
        rules[rule] = _over(rules.get(rule), change)
    return Pack(
        name=path.stem,
        path=path,
        title=file.title,
        description=file.description,
        table=table or (below.table if below else None),
        rules=rules,
    )


def _based(base: str, path: Path) -> Path:
    return Path(base) if is_shipped(Path(base)) else path.parent / Path(base).expanduser()


def _over(below: Change | None, above: Change) -> Change:
    """Return a change on top of another one of the same rule; its reason and its `enabled` hold."""
    return (
        above if below is None else Change.model_validate(below.cells() | above.cells() | {"why": above.why})
    )


def _file(path: Path) -> _File:
    if not path.is_file():
        raise TableError(
            f"{WHERE}: no pack {path}; expected one of {', '.join(shipped_packs())}, or a path (YAML)"
        )
    try:
        data = parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{WHERE} ({path}): cannot be read as a UTF-8 text file ({error})") from None
    except yaml.YAMLError as error:
        raise TableError(f"{WHERE} ({path}): is not valid YAML: {' '.join(str(error).split())}") from None
    try:
        return _File.model_validate({} if data is None else data)
    except ValidationError as error:
        raise TableError(f"{WHERE} ({path}): " + "; ".join(_words(error))) from None


def _words(error: ValidationError) -> list[str]:
    known = f"known are {', '.join(Change.model_fields)}"
    words = []
    for fault in error.errors(include_url=False):
        key = ".".join(str(part) for part in fault["loc"]) or "the file"
        if fault["type"] == "extra_forbidden":
            words.append(f"key {key}: unknown key; {known if len(fault['loc']) == 3 else _top()}")
        elif fault["type"] == "missing":
            words.append(f"key {key}: is missing; each rule that a pack names has its reason")
        else:
            message = fault["msg"].replace("Input should", "expected to", 1)
            words.append(f"key {key}: found {fault['input']!r}, {message[:1].lower()}{message[1:]}")
    return words


def _top() -> str:
    return f"known are {', '.join(_File.model_fields)}"
