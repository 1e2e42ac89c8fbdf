"""`sweep.html`: what a sweep found, with its charts, in one page that needs nothing from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

import jinja2
import pandas as pd

from maps.style import number
from maps.sweep_charts import heat, lines, shown, tornado
from maps.texts import Language, named, texts
from siting.sweeps.axes import Design
from siting.sweeps.critical import is_solved
from siting.sweeps.effects import effects_table
from siting.sweeps.solving import Record
from siting.values import is_number

COST = "siting_cost_m_cny"
DRAWN = (COST, "emissions_mt", "west_share")
_PROVINCES, _PAIRS, _LEVELS, _ROWS, _CRITICAL = 8, 6, 25, 400, 60


@dataclass(frozen=True)
class Found:
    """All that a page and its charts are drawn from."""

    about: Mapping[str, Any]
    records: Mapping[str, Record]
    summary: pd.DataFrame
    critical: pd.DataFrame
    language: Language

    @property
    def words(self) -> Mapping[str, str]:
        """Return the texts of the page's language."""
        return texts(self.language)

    @property
    def axes(self) -> list[str]:
        """Return the keys that vary and have at least two values among solved points."""
        solved = self.solved
        return [axis for axis in self.about["axes"] if axis in solved and solved[axis].nunique() > 1]

    @property
    def solved(self) -> pd.DataFrame:
        """Return the rows of points with an answer."""
        return self.summary[[is_solved(self.records.get(case)) for case in self.summary["case"]]]

    @property
    def design(self) -> Design:
        """Return how the points were laid out."""
        return self.about["design"]

    @property
    def method(self) -> str:
        """Return how points were solved, in a sentence."""
        return self.words[f"sweep.method_{self.about['method']}"].format(
            gap=f"{100 * self.about['gap_share']:g}"
        )


def charts(found: Found) -> dict[str, str]:
    """Return the charts of a sweep by name, as SVG."""
    if found.solved.empty:
        return {}
    drawn = _tornado(found) | _along_axes(found)
    if found.design in ("grid", "file"):
        drawn |= _heats(found)
    return drawn


def _tornado(found: Found) -> dict[str, str]:
    table = effects_table(found.about["points"], found.records, found.about["base"], found.design)
    if table.empty:
        return {}
    return {"tornado": tornado(table, found.words["sweep.cost"], "tornado")}


def _along_axes(found: Found) -> dict[str, str]:
    """Return a chart of each figure along each axis, and of the provinces where there is one axis."""
    drawn = {}
    axes = found.axes[:1] if found.design == "zip" else found.axes
    for axis in axes:
        for figure in DRAWN if len(axes) <= 2 else DRAWN[:1]:
            name = f"lines-{figure}-{axis}"
            table, dots = _means(found, axis, figure)
            drawn[name] = lines(table, (axis, found.words[f"sweep.{figure}"]), name.replace(".", "-"), dots)
    if len(axes) == 1:
        name = f"provinces-{axes[0]}"
        labels = (axes[0], found.words["sweep.provinces_mw"])
        drawn[name] = lines(_provinces(found, axes[0]), labels, name.replace(".", "-"))
    return drawn


def _means(found: Found, axis: str, figure: str) -> tuple[pd.DataFrame, bool]:
    """Return the mean of a figure at each value of an axis, or every point of a sample."""
    solved = found.solved
    if found.design == "each":
        others = [key for key in found.about["axes"] if key != axis]
        solved = solved[solved[others].isna().all(axis=1)]
        solved = solved.assign(**{axis: solved[axis].fillna(found.about["base"].get(axis))})
    rows = solved[[axis, figure]].dropna()
    if rows[axis].nunique() > _LEVELS:
        return rows.set_index(axis)[[figure]].astype(float).sort_index(), True
    return _grouped(rows, axis, figure), False


def _grouped(rows: pd.DataFrame, axis: str, figure: str) -> pd.DataFrame:
    numeric = all(is_number(value) for value in rows[axis])
    keyed = rows.assign(**{axis: rows[axis].astype(float) if numeric else rows[axis].map(str)})
    return keyed.groupby(axis, sort=numeric)[[figure]].mean()


def _provinces(found: Found, axis: str) -> pd.DataFrame:
    """Return the power of the provinces that move most along an axis [MW]."""
    power = pd.DataFrame({case: found.records[case]["provinces"] for case in found.solved["case"]}).fillna(
        0.0
    )
    moving = (power.max(axis=1) - power.min(axis=1)).sort_values(ascending=False, kind="stable")
    kept = power.loc[moving.index[:_PROVINCES]].T.reset_index(drop=True)
    values = found.solved[axis].reset_index(drop=True)
    numeric = all(is_number(value) for value in values)
    kept.index = pd.Index(values.astype(float) if numeric else values.map(str))
    return kept.sort_index() if numeric else kept


def _heats(found: Found) -> dict[str, str]:
    drawn = {}
    few = [axis for axis in found.axes if found.solved[axis].nunique() <= _LEVELS]
    pairs = list(combinations(few, 2))[:_PAIRS]
    for first, second in pairs:
        for figure in DRAWN if len(pairs) == 1 else DRAWN[:1]:
            table = found.solved.pivot_table(figure, second, first, aggfunc="mean", sort=True)
            name = f"heat-{figure}-{first}-{second}"
            title = found.words["sweep.heat"].format(figure=found.words[f"sweep.{figure}"], rows=second)
            labels = (first, title)
            drawn[name] = heat(table, labels, name.replace(".", "-"))
    return drawn


def sentences(found: Found, level: str = "province") -> list[str]:
    """Return the critical values of a level in words, one a change."""
    rows = found.critical[found.critical["level"] == level]
    return [_sentence(found.words, row) for row in rows.to_dict("records")]


def _sentence(words: Mapping[str, str], row: Mapping[Any, Any]) -> str:
    parts = [words[f"sweep.{kind}"].format(places=row[kind]) for kind in ("gained", "lost") if row[kind]]
    text = words["sweep.critical_between"].format(
        axis=row["axis"],
        low=shown(row["from_value"]),
        high=shown(row["to_value"]),
        change=words["list.semicolon"].join(parts),
    )
    return f"{text} ({row['others']})" if row["others"] else text


def page(found: Found, drawn: Mapping[str, str]) -> str:
    """Return the page of a sweep; `drawn` as `charts` returns it."""
    about, words = found.about, found.words
    counts = found.summary["status"].value_counts()
    told = [f"{named(words, 'sweep.status', str(status))}: {count}" for status, count in counts.items()]
    heading = (about["title_zh"] if found.language == "zh" else about["title"]) or about["title"]
    return _template().render(
        language=found.language,
        words=words,
        title=heading or about["scenario"],
        told=told,
        method=found.method,
        design=words[f"sweep.design_{found.design}"],
        axes=about["axes"],
        base=about["base"],
        charts=drawn,
        chosen=words["sweep.chosen"].format(mw=number(about["chosen_from_mw"])),
        provinces=sentences(found)[:_CRITICAL],
        sites=sentences(found, "site")[:_CRITICAL],
        more=max(0, len(found.critical) - 2 * _CRITICAL),
        rows=_rows(found),
        heads=_columns(found),
        left=max(0, len(found.summary) - _ROWS),
    )


def _columns(found: Found) -> list[str]:
    figures = [name for name in (*DRAWN, "unserved_mw") if name in found.summary]
    return ["case", *(key for key in about_keys(found)), "status", *figures, "seconds", "message"]


def about_keys(found: Found) -> list[str]:
    """Return the swept keys that are columns of the summary."""
    return [key for key in found.about["axes"] if key in found.summary]


def _rows(found: Found) -> list[list[str]]:
    table = found.summary[_columns(found)].head(_ROWS)
    return [["" if _is_empty(v) else shown(v) for v in row] for row in table.to_numpy(dtype=object)]


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)


@cache
def _template() -> jinja2.Template:
    """Return the page's template, which escapes every value."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    text = files("siting").joinpath("sweeps").joinpath("sweep.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
