"""`siting sensitivity`: which uncertain figures move the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from siting.console import door, progress, show_heading_rows
from siting.options import Rules, Sets, switches

if TYPE_CHECKING:
    from optim.sensitivity import Design
    from siting.futures.sensitivity import Found


def sensitivity_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="scenario file (YAML)")],
    uncertain: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="uncertain figures (YAML); may be given again")
    ] = None,
    method: Annotated[
        Literal["morris", "sobol"], typer.Option(help="screening, or shares of the variance")
    ] = "morris",
    trajectories: Annotated[int, typer.Option(help="morris: trajectories, each of figures + 1 points")] = 6,
    samples: Annotated[
        int, typer.Option(help="sobol: base samples (a power of 2), each of figures + 2 points")
    ] = 64,
    province: Annotated[
        list[str] | None, typer.Option(help="whose MW are an answer; the largest if left out")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="folder to write; sensitivity/NAME if left out")] = None,
    sets: Sets = None,
    rules: Rules = None,
    gap: Annotated[float, typer.Option(help="relative gap of each point")] = 1e-4,
    seed: Annotated[int, typer.Option(help="seed of the design")] = 1,
    force: Annotated[bool, typer.Option("--force", help="replace an older one")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print what came out as JSON")] = False,
) -> None:
    """Say which uncertain figures move cost, carbon, water and places, over their whole ranges."""
    with door():
        from siting.folder import check_free
        from siting.futures.files import read_uncertain
        from siting.futures.sensitivity import run
        from siting.futures.sensitivity_page import MARKER, describe, write
        from siting.json_text import to_json
        from siting.scenario import ScenarioError, draft

        if not uncertain:
            raise ScenarioError("expected --uncertain FILE (docs/sensitivity.md)")
        design = _design(method, trajectories if method == "morris" else samples, seed)
        file = read_uncertain(uncertain)
        start = draft(scenario, (sets or []) + switches(rules))
        folder = out or Path("sensitivity") / scenario.stem
        check_free(folder, MARKER, force)
        with progress() as say:
            found = run(start, file, design, province or [], gap, say)
            say("writing")
            write(found, file.title, file.note, folder, force)
        if as_json:
            print(to_json(describe(found) | {"folder": str(folder)}), end="")
        else:
            _show(found, folder)


def _design(method: Literal["morris", "sobol"], count: int, seed: int) -> Design:
    from pydantic import ValidationError

    from optim.sensitivity import Design
    from siting.scenario import ScenarioError

    try:
        return Design(method=method, count=count, seed=seed)
    except ValidationError as error:
        words = "; ".join(fault["msg"].removeprefix("Value error, ") for fault in error.errors())
        raise ScenarioError(f"--trajectories or --samples {count}: {words}") from None


def _show(found: Found, folder: Path) -> None:
    from siting.futures.sensitivity_page import failed

    second = ("mu", "sigma") if found.design.method == "morris" else ("s1", "s1_confidence")
    columns = ["effect", "confidence", *second]
    rows = [
        [str(row["figure"]), str(row["name"]), *(f"{row[c]:.4g}" for c in columns)]
        for row in found.indices.to_dict("records")
    ]
    show_heading_rows("Indices", ["figure", "of", *columns], rows, 2)
    print(f"\n{len(found.points)} points, {failed(found)} without a plan")
    print(f"{folder}: written")
