"""The page of a Pareto front: figures, tables and the knee in words, with nothing linked from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import jinja2
import pandas as pd

from maps.front import pairs, parallel
from maps.style import number
from maps.texts import Language, texts
from optim.pareto.front import STATUSES
from optim.pareto.tables import COLUMNS, PRICES
from siting.report_tables import Table


def front_page(
    tables: Mapping[str, pd.DataFrame], about: Mapping[str, Any], title: str, language: Language
) -> str:
    """Return the page of a front.

    Parameters
    ----------
    tables : mapping
        pareto, payoff and places, as `optim.pareto.tables` makes them.
    about : mapping
        objectives, solves and integers of the run.
    title : str
        Title of the scenario.
    language : str
        en or zh.
    """
    words, goals = texts(language), list(about["objectives"])
    labels = {COLUMNS[goal]: words[f"front.{goal}"] for goal in goals}
    points = tables["pareto"].assign(on_front=tables["pareto"]["status"] == "proven")
    columns = [COLUMNS[goal] for goal in goals]
    kind = words["front.whole" if about["integers"] else "front.relaxed"]
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    text = files("siting").joinpath("front.html.j2").read_text(encoding="utf-8")
    page: str = template.from_string(text).render(
        title=words["front.title"].format(title=title),
        language=language,
        words=words,
        sentence=knee_sentence(tables["pareto"], goals, words),
        how=words["front.how"].format(solves=about["solves"], kind=kind),
        curves=pairs(points, columns, labels),
        lines=parallel(points, columns, labels) if len(goals) > 2 else "",
        points=_points(tables, goals, words),
        payoff=_payoff(tables["payoff"], goals, words),
        status=_status(tables["pareto"], words),
    )
    return page


def knee_sentence(table: pd.DataFrame, goals: Sequence[str], words: Mapping[str, str]) -> str:
    """Return the knee in a sentence, with what it changes against the end that is best in the first goal."""
    front = table[table["status"] == "proven"].sort_values(COLUMNS[goals[0]])
    if len(front) == 1:
        return words["front.no_trade"]
    knee = front[front["knee"]]
    if knee.empty:
        return words["front.no_knee"]
    row, end = knee.iloc[0], front.iloc[0]
    figures = ", ".join(f"{words[f'front.{goal}']} {number(row[COLUMNS[goal]])}" for goal in goals)
    changes = ", ".join(_change(words[f"front.{goal}"], row, end, COLUMNS[goal]) for goal in goals)
    return words["front.knee"].format(point=row["point"], figures=figures, changes=changes)


def _change(label: str, row: pd.Series, end: pd.Series, column: str) -> str:
    share = (row[column] - end[column]) / abs(end[column]) if end[column] else 0.0
    return f"{label.partition(' [')[0]} {100 * share:+.2f} %"


def _points(tables: Mapping[str, pd.DataFrame], goals: Sequence[str], words: Mapping[str, str]) -> Table:
    table = tables["pareto"]
    priced = [goal for goal in goals if PRICES.get(goal) in table.columns]
    heads = [words["front.point"], *(words[f"front.{goal}"] for goal in goals)]
    heads += [*(words[f"front.price_{goal}"] for goal in priced), words["front.share"]]
    west = _west(tables["places"])
    shown = [*(COLUMNS[goal] for goal in goals), *(PRICES[goal] for goal in priced)]
    rows = [
        [str(row["point"]), *(number(row[name]) for name in shown), number(west.get(row["point"]), 3)]
        for row in table[table["status"] == "proven"].sort_values(COLUMNS[goals[0]]).to_dict("records")
    ]
    return Table(heads, rows)


def _west(places: pd.DataFrame) -> dict[int, float]:
    """Return the west's share of the IT power of the last year, by point."""
    if places.empty:
        return {}
    last = places[places["year"] == places["year"].max()]
    west = last[last["side"] == "west"].groupby("point")["it_mw"].sum()
    share = (west / last.groupby("point")["it_mw"].sum()).fillna(0.0)
    return {int(str(point)): float(value) for point, value in share.items()}


def _payoff(table: pd.DataFrame, goals: Sequence[str], words: Mapping[str, str]) -> Table:
    heads = [words["front.first"], *(words[f"front.{goal}"] for goal in goals)]
    rows = [
        [words[f"front.{row['first']}"].partition(" [")[0], *(number(row[COLUMNS[goal]]) for goal in goals)]
        for row in table.to_dict("records")
    ]
    return Table(heads, rows)


def _status(table: pd.DataFrame, words: Mapping[str, str]) -> Table:
    rows = [[words[f"front.{status}"], str((table["status"] == status).sum())] for status in STATUSES]
    return Table([words["front.status"], words["front.count"]], rows)
