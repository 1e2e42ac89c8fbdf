"""The figures of a run by name: drawn from its tables, its draws of errors and its costs of rules."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from geodata.tables import TableError
from maps import headline
from maps.texts import texts
from siting import figures
from siting.figures import Figure
from siting.planning import Plan
from siting.report_tables import Source
from siting.robust.page import RobustText, input_chart, province_chart, site_chart
from siting.robust.tables import PROVINCES, WEST, Robust
from siting.rule_page import RuleText, cost_chart
from siting.rule_read import RuleFigures

OF_PLAN = ("map", "provinces", "energy", "day", "months", "costs", "headroom", "confidence")
OF_ROBUST = ("robust-provinces", "robust-inputs", "robust-west", "robust-sites")
OF_RULES = ("rules",)
NAMES = OF_PLAN + OF_ROBUST + OF_RULES


@dataclass(frozen=True, eq=False)
class Drawable:
    """A run with what was found of it."""

    plan: Plan
    robust: Robust | None
    rules: RuleFigures | None

    @property
    def source(self) -> Source:
        """The tables of the plan, in the language of the report."""
        year = headline.last_year(self.plan.results, None)
        return Source(self.plan.survey, self.plan.results, self.plan.scenario.report.language, year)

    def missing(self, name: str) -> str:
        """Return the command that must run before a figure can be drawn; nothing if all is there."""
        lacks_draws = name in OF_ROBUST and self.robust is None
        lacks_costs = name in OF_RULES and self.rules is None
        return "siting robust" if lacks_draws else "siting rules" if lacks_costs else ""


def check_name(name: str) -> None:
    """Raise an error unless there is a figure of a name; the message tells near ones, or all."""
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=3, cutoff=0.5)
        told = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(NAMES)}"
        raise TableError(f"no figure is called {name!r}; {told}")


def described(run: Drawable) -> list[tuple[str, str]]:
    """Return name and meaning of each figure, in the language of the report, and what it still needs."""
    words = texts(run.plan.scenario.report.language)
    rows = []
    for name in NAMES:
        command = run.missing(name)
        needs = words["figure.needs"].format(command=command) if command else ""
        rows.append((name, words[f"figure.{name}"] + needs))
    return rows


def drawn(run: Drawable, name: str) -> Figure:
    """Return a figure of a run by its name.

    Raises
    ------
    TableError
        No such figure; another command must run first; or the run has nothing to show in it.
    """
    check_name(name)
    if command := run.missing(name):
        raise TableError(f"figure {name}: needs what `{command} RUN` finds; run it first")
    found = _drawn(run, name)
    if not found.svg:
        raise TableError(f"figure {name}: this run has nothing to show in it")
    return found


def all_drawn(run: Drawable) -> dict[str, Figure]:
    """Return by name the figures that need no other command and have something to show."""
    found = {name: _drawn(run, name) for name in NAMES if not run.missing(name)}
    return {name: figure for name, figure in found.items() if figure.svg}


def _drawn(run: Drawable, name: str) -> Figure:
    return _of_plan(run, name) if name in OF_PLAN else _of_others(run, name)


def _of_plan(run: Drawable, name: str) -> Figure:
    source = run.source
    if name == "map":
        return figures.plan_map(source, run.plan.scenario.maps.boundaries_file)
    draw = {
        "provinces": figures.provinces,
        "energy": figures.energy,
        "day": figures.day,
        "months": figures.months,
        "costs": figures.costs,
        "headroom": figures.headroom,
        "confidence": figures.confidence,
    }
    return draw[name](source)


def _of_others(run: Drawable, name: str) -> Figure:
    language = run.plan.scenario.report.language
    if run.rules is not None and name in OF_RULES:
        return Figure(cost_chart(RuleText(run.rules.rows, language)), {"": run.rules.rows})
    assert run.robust is not None
    return _of_draws(RobustText(run.plan, run.robust, language), name)


def _of_draws(text: RobustText, name: str) -> Figure:
    robust = text.robust
    parts: Mapping[str, Figure] = {
        "robust-provinces": Figure(province_chart(text), {"": robust.provinces}),
        "robust-sites": Figure(site_chart(text), {"": robust.sites}),
        **{
            f"robust-{key}": Figure(input_chart(text, of), {"": robust.inputs.query("of == @of")})
            for key, of in (("inputs", PROVINCES), ("west", WEST))
        },
    }
    return parts[name]
