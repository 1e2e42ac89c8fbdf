"""`siting futures`: one plan for several futures, and what it is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from siting.console import door, progress, show_heading_rows
from siting.options import Rules, Sets, overrides, switches

if TYPE_CHECKING:
    from optim.futures.study import Settings
    from siting.futures.files import Draw, TreeFile, UncertainFile
    from siting.futures.run import Found

Aims = Literal["expected", "cvar", "regret"]


def futures_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="scenario file (YAML)")],
    tree: Annotated[Path | None, typer.Option(help="tree of futures (YAML)")] = None,
    sample: Annotated[str | None, typer.Option(metavar="lhs:N", help="draw N futures, or random:N")] = None,
    uncertain: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="what is drawn (YAML); may be given again")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="folder to write; futures/NAME if left out")] = None,
    sets: Sets = None,
    rules: Rules = None,
    decision_year: Annotated[
        int | None, typer.Option(help="last year that is the same in all futures; else as in the file")
    ] = None,
    objective: Annotated[Aims | None, typer.Option(help="what is kept low; else as in the file")] = None,
    alpha: Annotated[float | None, typer.Option(help="cvar: mean of the dearest 1 - alpha")] = None,
    weight: Annotated[float | None, typer.Option(help="cvar: its weight beside the expected cost")] = None,
    method: Annotated[
        Literal["auto", "extensive", "benders"], typer.Option(help="how it is solved")
    ] = "auto",
    integers: Annotated[bool, typer.Option("--integers", help="whole campuses, extensive form only")] = False,
    gap: Annotated[
        float | None,
        typer.Option(help="relative gap at which benders stops; 1e-4, or 5e-4 of problems in parts"),
    ] = None,
    rounds: Annotated[
        int, typer.Option(help="most rounds of benders; it ends after 10 in which the gap got no smaller")
    ] = 60,
    seed: Annotated[int, typer.Option(help="seed of the sample")] = 1,
    workers: Annotated[int | None, typer.Option(help="processes that hold futures")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Dask scheduler, such as tcp://host:8786")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace an older study")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print what came out as JSON")] = False,
) -> None:
    """Plan for several futures at once: build now, adapt later; cost, risk, regret, places."""
    with door():
        from siting.folder import check_free
        from siting.futures.run import run
        from siting.futures.write import MARKER, describe, write
        from siting.json_text import to_json
        from siting.scenario import draft

        file, draws = _draws(tree, sample, uncertain or [], seed)
        changes: dict[str, object] = {"kind": objective, "alpha": alpha, "weight": weight}
        settings = _settings(file, decision_year, changes, (method, integers, gap, rounds))
        options: dict[str, object] = {"optim.solve.workers": workers, "optim.solve.scheduler": scheduler}
        start = draft(scenario, overrides(sets, options) + switches(rules))
        folder = out or Path("futures") / scenario.stem
        check_free(folder, MARKER, force)
        with progress() as say:
            found = run(start, file, draws, settings, say)
            say("writing")
            write(found, file.title, file.note, folder, force)
        if as_json:
            print(to_json(describe(found) | {"folder": str(folder)}), end="")
        else:
            _show(found, folder)


def _draws(
    tree: Path | None, sample: str | None, uncertain: list[Path], seed: int
) -> tuple[TreeFile | UncertainFile, list[Draw]]:
    from siting.futures.files import read_tree, read_uncertain
    from siting.futures.sampling import draws, read_sample
    from siting.scenario import ScenarioError

    if tree is not None and sample is None and not uncertain:
        found = read_tree(tree)
        return found, found.draws()
    if tree is None and sample is not None and uncertain:
        file = read_uncertain(uncertain)
        return file, draws(file.uncertain, read_sample(sample), seed)
    raise ScenarioError("expected --tree FILE, or --sample lhs:N with --uncertain FILE")


def _settings(
    file: TreeFile | UncertainFile,
    year: int | None,
    changes: dict[str, object],
    how: tuple[Literal["auto", "extensive", "benders"], bool, float | None, int],
) -> Settings:
    from pydantic import ValidationError

    from optim.futures.cases import Aim
    from optim.futures.study import Settings
    from siting.scenario import ScenarioError

    year = year or file.decision_year
    if year is None:
        raise ScenarioError("expected a decision_year, in the file or as --decision-year")
    try:
        aim = Aim.model_validate(file.aim.model_dump() | {k: v for k, v in changes.items() if v is not None})
        method, integers, gap, rounds = how
        gaps = {} if gap is None else {"gap_share": gap, "gap_share_in_parts": gap}
        return Settings(
            decision_year=year, aim=aim, method=method, integers=integers, rounds_max=rounds, **gaps
        )
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: found {e['input']}, {e['msg']}" for e in error.errors()]
        raise ScenarioError("; ".join(faults)) from None


def _show(found: Found, folder: Path) -> None:
    from siting.futures.page import sentence
    from siting.futures.run import places

    print(sentence(found))
    plans = found.study.plans
    columns = ["expected_m_cny", "cvar_m_cny", "regret_max_m_cny", "penalty_expected_m_cny"]
    rows = [[str(row["plan"]), *(f"{row[c]:.2f}" for c in columns)] for row in plans.to_dict("records")]
    show_heading_rows("Plans [M CNY]", ["plan", *columns], rows)
    provinces = places(found, "province")
    rows = [
        [
            str(row["province"]),
            f"{row['end_share']:.2f}",
            f"{row['first_mw']:.0f}",
            f"{row['end_mean_mw']:.0f}",
        ]
        for row in provinces.to_dict("records")
    ]
    show_heading_rows("Provinces", ["province", "end_share", "first_mw", "end_mean_mw"], rows)
    print(f"\n{folder}: written")
