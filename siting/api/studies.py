"""Studies of several plans: a Pareto front of a scenario, and runs side by side."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from maps.front import pairs as front_curves
from maps.page import Settings as MapSettings
from maps.texts import texts
from optim.pareto.tables import COLUMNS
from siting.api.page import Figure
from siting.api.places import Say, silent
from siting.api.run import Run
from siting.api.study import Study
from siting.artefacts import survey_tables
from siting.comparison.page import cost_chart, map_page, page, provinces_chart
from siting.comparison.pair import TABLES, together
from siting.comparison.pair import compare as paired
from siting.comparison.shared import Run as Labelled
from siting.comparison.words import Teller, notes, sentences
from siting.comparison.write import write_comparison
from siting.front_page import front_page, knee_sentence
from siting.pareto_run import ParetoRun, objectives, write_pareto
from siting.pareto_run import pareto as front_of
from siting.scenario import Scenario


def pareto(
    scenario: Scenario,
    goals: Sequence[str] = ("cost", "carbon"),
    points: int = 20,
    integers: bool = False,
    say: Say = silent,
) -> Study:
    """Return the front of a scenario's best plans; the command `siting pareto`.

    Parameters
    ----------
    scenario : Scenario
        Of `siting.load_scenario`.
    goals : sequence of str
        Two to four of cost, carbon, water, latency.
    points : int
        Points of the whole grid, about.
    integers : bool
        Whole campuses and modules; slow but for small scenarios.
    say : callable
        Takes a line at each step.

    Returns
    -------
    Study
        Tables pareto (a row a point), payoff (each goal first), places [MW].

    Examples
    --------
    >>> from siting import pareto
    >>> front = pareto(scenario, points=3)
    >>> front.table.columns[4:6].tolist()
    ['cost_m_cny', 'carbon_mt']
    """
    return _front(front_of(scenario, objectives(",".join(goals)), points, integers, say=say))


def _front(run: ParetoRun) -> Study:
    language, goals = run.scenario.report.language, list(run.about["objectives"])
    words, title = texts(language), run.scenario.title_in(language)
    labels = {COLUMNS[goal]: words[f"front.{goal}"] for goal in goals}
    table = run.tables["pareto"].assign(on_front=run.tables["pareto"]["status"] == "proven")
    curves = front_curves(table, [COLUMNS[goal] for goal in goals], labels)
    return Study(
        words["front.title"].format(title=title),
        [knee_sentence(run.tables["pareto"], goals, words)],
        run.tables,
        {f"curve {number}": Figure(svg) for number, svg in enumerate(curves, 1)},
        {"page": front_page(run.tables, run.about, title, language)},
        lambda out, force: write_pareto(run, out, force),
    )


def compare(base: Run, *others: Run) -> Study:
    """Return how runs differ from a base; the command `siting compare`.

    Parameters
    ----------
    base, others : Run
        Runs; each goes by the name of its folder, else of its scenario, with a number where two share one.

    Returns
    -------
    Study
        Tables totals, places, costs, served, rules, asked; pages `page` and `map`.

    Examples
    --------
    >>> from siting import compare
    >>> compare(run, run).tables["asked"].empty
    True
    """
    runs, language = _labelled([base, *others]), base.scenario.report.language
    pairs, tell = paired(runs), Teller(language)
    told = [line for pair in pairs for line in (*sentences(pair, language), *notes(pair, language))]
    return Study(
        ", ".join(each.label for each in runs),
        told,
        {name: together(pairs, name) for name in TABLES},
        {"provinces": Figure(provinces_chart(pairs, tell)), "costs": Figure(cost_chart(pairs[0], tell))},
        {"page": page(pairs, language), "map": map_page(pairs, MapSettings(language=language))},
        lambda out, force: write_comparison(pairs, out, language, force),
    )


def _labelled(runs: Sequence[Run]) -> list[Labelled]:
    names = [run.scenario.name if run.folder is None else run.folder.resolve().name for run in runs]
    seen: Counter[str] = Counter()
    found = []
    for run, name in zip(runs, names, strict=True):
        seen[name] += 1
        label = f"{name} ({seen[name]})" if names.count(name) > 1 else name
        found.append(Labelled(label, run.plan, run.about | {"survey_sha256": _digests(run)}))
    return found


def _digests(run: Run) -> dict[str, Any]:
    """Return a digest of each table of the survey."""
    tables = survey_tables(run.plan.survey)
    hashes = {name: pd.util.hash_pandas_object(table, index=False) for name, table in tables.items()}
    return {name: hashlib.sha256(found.to_numpy().data).hexdigest() for name, found in hashes.items()}
