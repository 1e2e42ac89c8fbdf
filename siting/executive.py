"""The first page of a report: the decision in sentences, five figures, what is robust, what is weak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps import headline
from maps.headline import Headline
from maps.style import number, percent
from maps.texts import named
from siting import report_tables
from siting.pages import Part
from siting.report_tables import Source

_LARGEST, _ITEMS = 5, 3
_ROBUST_LINES, _WEAK_LINES = 5, 7
_LINE = {"en": 230, "zh": 120}


@dataclass(frozen=True)
class Executive:
    """Sentences of the decision, five figures with labels, lines on what is robust and what is weak."""

    decision: Sequence[str]
    figures: Sequence[tuple[str, str]]
    robust: Sequence[str]
    weak: Sequence[str]


def executive(source: Source, drawn: Part, audited: str) -> Executive:
    """Return what the first page says.

    Parameters
    ----------
    source : Source
        Places, plan and language.
    drawn : Part
        What draws of the data's errors say, or what the plan tells without them.
    audited : str
        What the audit found, in a sentence.
    """
    figures = headline.headline(source.survey, source.results, source.year)
    weak = headline.weak_points(source.survey, source.results, source.words)
    return Executive(
        decision=[_tied(line) for line in _decision(source, figures)],
        figures=_five(source, figures),
        robust=[_tied(_short(line, source)) for line in [*drawn.lines[:_ROBUST_LINES], audited]],
        weak=[_tied(_short(line, source)) for line in weak[:_WEAK_LINES]],
    )


def _decision(source: Source, figures: Headline) -> list[str]:
    """Return the decision, a sentence each."""
    lines = [_placed(source, figures), _largest(source), _sides(source, figures), _cost(source, figures)]
    return [
        *(line for line in lines if line),
        _energy(source, figures),
        _served(source, figures),
        _gap(source),
    ]


def _say(source: Source, key: str, **values: object) -> str:
    return source.words[f"exec.{key}"].format(**values)


def _placed(source: Source, figures: Headline) -> str:
    counts = {"sites": number(figures.sites, 0), "provinces": figures.provinces}
    parts = [
        _say(source, name, amount=source.big(amount, "mw"), **counts)
        for name in ("campus", "given", "stock")
        if (amount := getattr(figures, f"{name}_it_mw")) > 0
    ]
    told = source.words["list.comma"].join(parts)
    return _say(source, "placed", year=figures.year, it=source.big(figures.it_mw, "mw"), parts=told)


def _largest(source: Source) -> str:
    totals = report_tables.by_province(source)[source.year]
    if len(totals) < 2:
        return ""
    shown, first = source.provinces(), totals.head(_LARGEST)
    names = [
        source.words["list.amount"].format(name=shown[str(province)], amount=source.big(float(mw), "mw"))
        for province, mw in first.items()
        if mw > 0
    ]
    share = percent(float(first.sum() / totals.sum()))
    return _say(source, "largest", names=source.words["list.comma"].join(names), share=share)


def _sides(source: Source, figures: Headline) -> str:
    shares = {
        "west": figures.west_share,
        "hub": figures.hub_province_share,
        "start": figures.hub_start_area_share,
    }
    return _say(source, "sides", **{name: percent(share) for name, share in shares.items()})


def _cost(source: Source, figures: Headline) -> str:
    table = report_tables.costs(source)["discounted_m_cny"]
    total = float(table.sum())
    items = [
        source.words["list.amount"].format(
            name=named(source.words, "item", str(item)), amount=percent(float(cost) / total)
        )
        for item, cost in table.head(_ITEMS).items()
        if total > 0
    ]
    per_mw = f"{number(figures.siting_cost_m_cny_per_mw)} {source.words['unit.m_cny_per_mw']}"
    cost = source.big(figures.siting_cost_m_cny, "m_cny")
    return _say(source, "cost", cost=cost, per_mw=per_mw, items=source.words["list.semicolon"].join(items))


def _energy(source: Source, figures: Headline) -> str:
    energy = {
        "grid": source.big(figures.purchase_mwh, "mwh"),
        "direct": source.big(figures.direct_mwh, "mwh"),
    }
    carbon = source.big(figures.emissions_tco2, "tco2")
    return _say(source, "energy", year=figures.year, carbon=carbon, **energy)


def _served(source: Source, figures: Headline) -> str:
    if figures.unserved_it_mw <= 0:
        return _say(source, "served")
    return _say(source, "unserved", mw=source.big(figures.unserved_it_mw, "mw"), year=figures.year)


def _gap(source: Source) -> str:
    solution = source.results.solution
    share = f"{number(100 * solution.gap_share, 3)} %"
    return _say(source, "gap", gap=source.big(solution.gap_m_cny, "m_cny"), share=share)


def _five(source: Source, figures: Headline) -> list[tuple[str, str]]:
    """Return label and value of the five figures that come first."""
    words, year = source.words, figures.year
    return [
        (words["head.it"].format(year=year), source.big(figures.it_mw, "mw")),
        (words["exec.campuses"].format(provinces=figures.provinces), number(figures.sites, 0)),
        (words["head.cost"], source.big(figures.siting_cost_m_cny, "m_cny")),
        (words["exec.west"], percent(figures.west_share)),
        (words["exec.carbon"].format(year=year), source.big(figures.emissions_tco2, "tco2")),
    ]


def _short(line: str, source: Source) -> str:
    """Return a line cut after a comma or semicolon if it is long; the chapters below tell all of it."""
    most = _LINE[source.language]
    if len(line) <= most:
        return line
    signs = [source.words[f"list.{sign}"].strip() for sign in ("comma", "semicolon")]
    cut = max(line.rfind(sign, 0, most) for sign in signs)
    return line[: cut if cut > most // 2 else most].rstrip() + " …"


def _tied(line: str) -> str:
    """Return a line that does not break between a figure and its percent sign."""
    return line.replace(" %", "\u00a0%")
