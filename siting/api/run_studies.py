"""Studies of one plan: what its rules cost, what of it holds, why a site is in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pandas as pd

from optim.robust.run import Asked, draw, prepared
from optim.rule_costs import rule_costs
from optim.warm import Planner
from siting.api.page import Figure
from siting.api.study import Study
from siting.folder import write_files
from siting.planning import Plan
from siting.robust.ends import headroom_ends, noise_of
from siting.robust.page import RobustText, page, province_chart, sentences
from siting.robust.tables import TABLES, robust_of
from siting.robust.write import write_robust
from siting.rule_files import MARKER, files_of, rules_page, told
from siting.rule_page import RuleText, cost_chart
from siting.rule_rows import rule_rows
from siting.why import explained, figure, write_explanation

Say = Callable[[str], None]


def rule_study(plan: Plan, integers: bool, say: Say) -> Study:
    """Return what each rule of a plan costs."""
    with Planner(plan.survey, plan.scenario.optim) as planner:
        costs = rule_costs(planner, integers, say)
    rows, language = rule_rows(costs, plan.survey, plan.results), plan.scenario.report.language
    text = RuleText(rows, language)
    html, figures = rules_page(plan, rows, costs, integers, language), told(plan, rows, costs, integers)
    files = files_of(rows, figures, html)
    return Study(
        text.say("title", name=plan.scenario.title_in(language)),
        figures["sentences"],
        {"rules": rows},
        {"costs": Figure(cost_chart(text))},
        {"page": html},
        lambda out, force: write_files(files, out, MARKER, True, force),
    )


def robust_study(plan: Plan, asked: Asked, noise: Sequence[str], say: Say) -> Study:
    """Return what of a plan holds under drawn errors of its data."""
    began, language = time.perf_counter(), plan.scenario.report.language
    ready = prepared(plan.survey, plan.scenario.optim, noise_of(noise), headroom_ends(plan), asked, say)
    found = draw(ready, lambda number, drawn: say(f"draw {number}: {drawn.status}"))
    robust = robust_of(plan, found, time.perf_counter() - began)
    text = RobustText(plan, robust, language)
    return Study(
        text.say("title", name=plan.scenario.title_in(language)),
        sentences(text),
        {name: getattr(robust, name) for name in TABLES},
        {"provinces": Figure(province_chart(text))},
        {"page": page(plan, robust, language)},
        lambda out, force: write_robust(plan, robust, out, language, force),
    )


def why_study(plan: Plan, site: str, say: Say) -> Study:
    """Return why a site is in a plan or not."""
    found = explained(plan, site, say)
    drawn = figure(found)
    return Study(
        f"{found['name_en']} ({found['province']})",
        found["sentences"],
        {"needs": pd.DataFrame(found.get("needs", []))},
        {"needs": Figure(drawn)} if drawn else {},
        {},
        lambda out, force: write_explanation(out, found),
    )
