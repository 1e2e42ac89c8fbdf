"""The report and the summary of a run, as text."""

from __future__ import annotations

from typing import Any

from siting.planning import Plan
from siting.report import More, report
from siting.robust.page import report_part
from siting.robust.tables import Robust
from siting.rule_read import RuleFigures
from siting.summary import summary


def report_pages(
    plan: Plan, about: dict[str, Any], robust: Robust | None = None, rules: RuleFigures | None = None
) -> tuple[str, str]:
    """Return the plan's report as one HTML page, and its summary as Markdown.

    Parameters
    ----------
    plan : Plan
        The run.
    about : dict
        As `siting.artefacts.describe` returns it.
    robust, rules : optional
        What `siting robust` and `siting rules` found, if they were run.
    """
    settings = plan.scenario.report
    more = More(
        drawn=None if robust is None else report_part(plan, robust),
        ruled=None if rules is None else rules.part(settings.language),
        boundaries_file=plan.scenario.maps.boundaries_file,
    )
    told = (
        plan.survey,
        plan.results,
        plan.audit,
        settings,
        plan.scenario.title_in(settings.language),
        about,
        more,
    )
    return report(*told), summary(*told)
