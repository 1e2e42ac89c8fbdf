"""A plan, as a notebook sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from maps.headline import Headline, headline, headline_pairs, placed, weak_points
from maps.texts import Language, texts
from optim.robust.run import Asked, usual_draws
from siting.api.page import Page
from siting.api.places import Places, Say, silent
from siting.api.run_studies import robust_study, rule_study, why_study
from siting.api.scenarios import load_scenario
from siting.api.study import Study
from siting.artefacts import describe, read_about, result_tables, write_run
from siting.artefacts import read_run as read_plan
from siting.plan_map import map_page, read_whys
from siting.planning import Plan
from siting.planning import plan as planned
from siting.report_pages import report_pages
from siting.rich_html import bullets, paragraph, table, titled
from siting.robust.write import read_robust
from siting.rule_read import read_rules
from siting.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Run:
    """A plan with what it was made from; made by `siting.plan` or `siting.read_run`.

    Attributes
    ----------
    plan : siting.planning.Plan
        Scenario, survey, results, audit, seconds.
    folder : Path or None
        Where it was saved or read.

    Examples
    --------
    >>> run.headline.sites
    3
    >>> run.build.columns[:4].tolist()
    ['site_id', 'year', 'opened', 'it_mw']
    >>> run.map(), run.report("zh")
    (Page of ... kB; ..., Page of ... kB; ...)
    """

    plan: Plan
    folder: Path | None = None

    @property
    def scenario(self) -> Scenario:
        """Return what was asked."""
        return self.plan.scenario

    @property
    def places(self) -> Places:
        """Return what was known of the places."""
        return Places(self.plan.scenario, self.plan.survey)

    @property
    def headline(self) -> Headline:
        """Return the headline figures: cost of all years, all else of the last."""
        return headline(self.plan.survey, self.plan.results)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table of the plan by name; `data-dictionary.csv` of a run folder says each column."""
        return result_tables(self.plan.results)

    @property
    def build(self) -> pd.DataFrame:
        """Return the campus of each site and year [MW], cumulative."""
        return self.plan.results.build

    @property
    def costs(self) -> pd.DataFrame:
        """Return the cost of each year by item [M CNY]."""
        return self.plan.results.costs

    @property
    def flows(self) -> pd.DataFrame:
        """Return who is served from where [MW of IT]."""
        return self.plan.results.flows

    @property
    def sites(self) -> gpd.GeoDataFrame:
        """Return the places that hold load in the last year, `placed_mw` the largest first, a point each."""
        found = placed(self.plan.survey, self.plan.results, self.headline.year)
        found = found.sort_values("placed_mw", ascending=False, ignore_index=True)
        points = gpd.points_from_xy(found["longitude"], found["latitude"])
        return gpd.GeoDataFrame(found, geometry=points, crs="EPSG:4326")

    @property
    def audit(self) -> pd.DataFrame:
        """Return what the audit recomputed from the tables: check, place, expected, found, error, ok."""
        return pd.DataFrame(self.plan.audit)

    @property
    def weak_points(self) -> list[str]:
        """Return what is to be known as weak before a figure is quoted, a sentence each."""
        return weak_points(self.plan.survey, self.plan.results, texts(self.scenario.maps.language))

    def map(
        self, language: Language | None = None, column: str | None = None, year: int | None = None
    ) -> Page:
        """Return the map as a page that a notebook shows in place.

        Parameters
        ----------
        language : str, optional
            en or zh.
        column : str, optional
            Numeric column of the candidates that gives their colour.
        year : int, optional
            Year that is shown first; the last one.
        """
        whys = None if self.folder is None else read_whys(self.folder)
        return Page(map_page(self._drawn({"language": language, "column": column, "year": year}), whys))

    def report(self, language: Language | None = None) -> Page:
        """Return the report as a page, with what `robust` and `rules` found if written into the run."""
        plan = replace(self.plan, scenario=_changed(self.scenario, {"report.language": language}))
        found = (None, None) if self.folder is None else (read_robust(self.folder), read_rules(self.folder))
        page, _ = report_pages(plan, self.about, *found)
        return Page(page, height_px=720)

    @property
    def about(self) -> dict[str, Any]:
        """Return what `run.json` says: version, time, solve, headline figures, audit counts."""
        return describe(self.plan) if self.folder is None else read_about(self.folder)

    def save(self, folder: str | Path | None = None, force: bool = False) -> Run:
        """Write the run folder, `runs/NAME` if none is named, and return the run with it.

        Raises
        ------
        OutputError
            Something else stands there, or a run without `force`.
        """
        out = Path("runs") / self.scenario.name if folder is None else Path(folder)
        write_run(self.plan, out, force)
        return Run(self.plan, out)

    def rules(self, integers: bool = False, say: Say = silent) -> Study:
        """Return what each policy rule costs; the command `siting rules`.

        Parameters
        ----------
        integers : bool
            Search with whole campuses; for small scenarios.
        say : callable
            Takes a line at each step.

        Examples
        --------
        >>> run.rules().table["rule_id"].iloc[-1]
        'all rules'
        """
        return rule_study(self.plan, integers, say)

    def robust(
        self,
        draws: int | None = None,
        seed: int = 1,
        workers: int = 1,
        noise: Sequence[str] = (),
        integers: bool = False,
        say: Say = silent,
    ) -> Study:
        """Return what of the plan holds when its data are as wrong as they may be; `siting robust`.

        Parameters
        ----------
        draws : int, optional
            Draws of the errors, an even number; `optim.robust.run.usual_draws` if not given.
        seed : int
            Of the random numbers.
        workers : int
            Processes, as of `siting.sweeps`; the numbers do not change.
        noise : sequence of str
            Other errors, such as `tariffs.medium=0.05`.
        integers : bool
            Whole campuses in each draw.
        say : callable
            Takes a line at each step.
        """
        count = usual_draws(self.plan.survey, self.plan.scenario.optim) if draws is None else draws
        return robust_study(self.plan, Asked(count, seed, workers, integers), noise, say)

    def explain(self, site: str, say: Say = silent) -> Study:
        """Return why a site is in the plan or not; `siting explain`.

        Parameters
        ----------
        site : str
            site_id, or the name in English, Chinese or pinyin.
        say : callable
            Takes a line at each step.
        """
        return why_study(self.plan, site, say)

    def _drawn(self, asked: dict[str, object]) -> Plan:
        changes = {f"maps.{key}": value for key, value in asked.items()}
        return replace(self.plan, scenario=_changed(self.scenario, changes))

    def _repr_html_(self) -> str:
        language = self.scenario.maps.language
        words = texts(language)
        rows = headline_pairs(self.headline, language, words)
        failed = sum(not finding["ok"] for finding in self.plan.audit)
        checked = f"Audit: {len(self.plan.audit)} checks, {failed} failed."
        where = f"Saved in {self.folder}." if self.folder else "Not saved; .save() writes the run folder."
        return titled(
            self.scenario.title_in(language),
            bullets(self.weak_points, f"{len(self.weak_points)} weak points: read them before a figure"),
            table((), rows),
            paragraph(f"{checked} {where} On a map: .map(); the whole report: .report()."),
        )

    def __repr__(self) -> str:
        """Return the run in a line."""
        found = self.headline
        cost = f"{found.siting_cost_m_cny:,.0f} M CNY, gap {found.gap_share:.2%}"
        return f"Run of {self.scenario.name}: {found.it_mw:,.0f} MW in {found.year}, {cost}"


def _changed(scenario: Scenario, asked: dict[str, Any]) -> Scenario:
    given = {key: value for key, value in asked.items() if value is not None}
    return load_scenario(scenario, given) if given else scenario


def plan(scenario: Scenario, say: Say = silent) -> Run:
    """Return the plan of a scenario, to the gap that it asks for.

    Parameters
    ----------
    scenario : Scenario
        Of `siting.load_scenario`.
    say : callable
        Takes a line at each step; `print` shows them.

    Raises
    ------
    PlannerError
        In words: the tables are unusable, no plan exists, the time limit came before any.

    Examples
    --------
    >>> from siting import SCENARIOS, load_scenario, plan
    >>> quick = {"optim.hours.days_max": 1, "optim.redispatch": "off"}
    >>> plan(load_scenario(SCENARIOS / "tiny.yaml", quick))
    Run of tiny: 720 MW in 2028, ... M CNY, gap 0.0...%
    """
    return Run(planned(scenario, say))


def read_run(folder: str | Path) -> Run:
    """Return the run of a folder that `siting plan` or `Run.save` wrote.

    Raises
    ------
    TableError
        Not a run folder, or one that was cut off or edited.

    Examples
    --------
    >>> from siting import read_run
    >>> read_run("docs")
    Traceback (most recent call last):
    ...
    geodata.tables.TableError: docs: not a run folder, which holds run.json; ...
    """
    return Run(read_plan(Path(folder)), Path(folder))
