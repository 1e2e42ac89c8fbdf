"""The differences of two runs in sentences, and what the comparison leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from maps import names
from maps.style import big, number, percent
from maps.texts import Language, named, texts
from optim.economics import money
from siting.comparison.pair import Pair, moved_mw
from siting.comparison.shared import Run, planned, span
from siting.comparison.tables import LEAST_MW

_NAMES_SHOWN = 8
_CLASSES_TOLD = 3
_SHARE_TOLD = 0.005


class Teller:
    """Writes figures and texts of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.words: Mapping[str, str] = texts(language)

    def amount(self, value: float, unit: str, signed: bool = False) -> str:
        """Return an amount with its unit, with a plus where it is asked for."""
        if unit in ("mw", "m_cny", "mwh", "tco2", "m3"):
            text = big(value, unit, self.language, self.words)
        elif unit == "stored_mwh":
            text = f"{number(value)} MWh"
        elif unit == "share":
            text = (
                percent(value) if not signed else f"{number(100 * value, 1)} {self.words['compare.points']}"
            )
        else:
            known = {"ms", "m_cny_per_mw"}
            text = f"{number(value)} {self.words[f'unit.{unit}']}" if unit in known else number(value, 0)
        return f"+{text}" if signed and value > 0 and not text.startswith("0 ") else text

    def say(self, key: str, **values: str) -> str:
        """Return a text of the comparison with its values."""
        return self.words[f"compare.{key}"].format(**values)

    def listed(self, items: list[str]) -> str:
        """Return names one after another, the rest counted."""
        rest = len(items) - _NAMES_SHOWN
        more = [self.words["report.and_more"].format(count=rest)] if rest > 0 else []
        return self.words["list.comma"].join([*items[:_NAMES_SHOWN], *more])


def sentences(pair: Pair, language: Language) -> list[str]:
    """Return what differs, the most important first."""
    tell = Teller(language)
    return [
        *_cost(pair, tell),
        *_size(pair, tell),
        *_moves(pair, tell),
        *_footprint(pair, tell),
        *_served(pair, tell),
    ]


def _cost(pair: Pair, tell: Teller) -> Iterator[str]:
    row, labels = pair.total("siting_cost_m_cny"), _labels(pair)
    difference = float(row["difference"])
    kind = "equal" if difference == 0 else "more" if difference > 0 else "less"
    shown = tell.amount(abs(difference), "m_cny")
    yield tell.say(kind, difference=shown, share=percent(abs(row["difference_share"]), 2), **labels)
    money_of = {
        name: tell.amount(getattr(pair.gaps, f"{name}_m_cny"), "m_cny", signed=name != "together")
        for name in ("together", "least", "most")
    }
    yield tell.say(f"gap_{_judged(pair, row['within_gap'])}", **money_of)
    penalty = pair.total("penalty_m_cny")
    if max(penalty["base_value"], penalty["run_value"]) > 0:
        both = {f"{side}_penalty": tell.amount(penalty[f"{side}_value"], "m_cny") for side in ("base", "run")}
        yield tell.say("penalty", **both)
    if pair.asked.empty and not different_tables(pair):
        yield tell.say("same_asked")


def _judged(pair: Pair, is_within: bool) -> str:
    if not pair.gaps.is_judged:
        return "days" if pair.gaps.same_years else "years"
    return "within" if is_within else "known"


def _size(pair: Pair, tell: Teller) -> Iterator[str]:
    difference = float(pair.total("it_mw")["difference"])
    if abs(difference) > LEAST_MW:
        key = "size" if difference > 0 else "size_less"
        yield tell.say(key, difference=tell.amount(abs(difference), "mw"), **_labels(pair))


def _moves(pair: Pair, tell: Teller) -> Iterator[str]:
    sites, provinces = pair.at("site"), pair.at("province")
    moved, all_mw = moved_mw(provinces["difference_mw"]), float(pair.total("it_mw")["run_value"])
    yield tell.say(
        "moved",
        moved=tell.amount(moved, "mw"),
        all=tell.amount(all_mw, "mw"),
        share=percent(moved / all_mw if all_mw else 0.0),
        sites=tell.amount(moved_mw(sites["difference_mw"]), "mw"),
    )
    yield tell.say("provinces_changed", **_counts(provinces))
    yield tell.say("sites_changed", **_counts(sites))
    turned = sites[sites["change"].isin(["gained", "lost"])]
    left_out = turned["change"].map({"gained": pair.base.label, "lost": pair.run.label})
    as_good = sum(
        label in good.split(";") for label, good in zip(left_out, turned["as_good_in"], strict=True)
    )
    if as_good:
        yield tell.say("as_good", count=str(as_good), all=str(len(turned)))
    west = pair.total("west_share")
    shares = {f"{side}_share": percent(west[f"{side}_value"]) for side in ("base", "run")}
    yield tell.say("west", **shares, **_labels(pair))


def _counts(places: pd.DataFrame) -> dict[str, str]:
    counts = places["change"].value_counts()
    return {kind: str(int(counts.get(kind, 0))) for kind in ("gained", "lost", "grown", "shrunk", "same")}


def _footprint(pair: Pair, tell: Teller) -> Iterator[str]:
    items = {
        "carbon": "emissions_tco2",
        "marginal": "emissions_marginal_tco2",
        "water": "water_m3",
        "purchase": "purchase_mwh",
        "direct": "direct_mwh",
    }
    rows = {name: pair.total(item) for name, item in items.items()}
    yield tell.say(
        "footprint",
        **{name: tell.amount(row["difference"], row["unit"], signed=True) for name, row in rows.items()},
    )


def _served(pair: Pair, tell: Teller) -> Iterator[str]:
    """Return a sentence for each of the classes of which most is served from another province."""
    shown = names.class_names(pair.base.plan.survey, tell.language)
    chosen = pair.served[~pair.served["merged"]]
    found = [
        (moved_mw(rows["difference_mw"]), float(rows["run_mw"].sum()), str(class_id))
        for class_id, rows in chosen.groupby("class_id")
    ]
    for moved, load, class_id in sorted(found, reverse=True)[:_CLASSES_TOLD]:
        if moved > _SHARE_TOLD * load:
            size = tell.amount(moved, "mw")
            yield tell.say("served_moved", name=shown[class_id], moved=size, share=percent(moved / load))


def notes(pair: Pair, language: Language) -> list[str]:
    """Return what the runs do not share, and what else the reader must know before reading a difference."""
    tell = Teller(language)
    return [*_years(pair, tell), *_lone_places(pair, tell), *_made(pair, tell), *_merged(pair, tell)]


def _labels(pair: Pair) -> dict[str, str]:
    return {"base": pair.base.label, "run": pair.run.label}


def _years(pair: Pair, tell: Teller) -> Iterator[str]:
    if not pair.gaps.same_years:
        spans = {
            f"{side}_years": span(planned(run)) for side, run in (("base", pair.base), ("run", pair.run))
        }
        yield tell.say("note.years", **spans, years=span(pair.shared.years), **_labels(pair))
    if not pair.gaps.same_days:
        yield tell.say("note.hours", **_labels(pair))
    first, second = (_terms(each) for each in (pair.base, pair.run))
    if first != second:
        terms = {"base_year": first[0], "base_rate": first[1], "run_year": second[0], "run_rate": second[1]}
        yield tell.say("note.money", **terms, **_labels(pair))


def _terms(run: Run) -> tuple[str, str]:
    prices = money(run.plan.survey.costs, run.plan.scenario.optim.costs)
    return f"{prices['price_year']:.0f}", percent(prices["discount_share_per_year"])


def _lone_places(pair: Pair, tell: Teller) -> Iterator[str]:
    lone, sites = pair.shared.lone, pair.at("site").set_index("place")
    for run, column in ((pair.base, "base_mw"), (pair.run, "run_mw")):
        found = lone[(lone["kind"] == "site") & (lone["run"] == run.label)]["name"]
        if len(found):
            there = float(sites[column].reindex(found).fillna(0.0).sum())
            size = tell.amount(there, "mw")
            yield tell.say("note.sites", count=str(len(found)), run=run.label, mw=size)
    for kind in ("zone", "class"):
        rows = lone[lone["kind"] == kind]
        shown = [f"{name} ({run})" for name, run in zip(rows["name"], rows["run"], strict=True)]
        if shown:
            yield tell.say(f"note.{kind}s" if kind == "zone" else "note.classes", names=tell.listed(shown))


def _made(pair: Pair, tell: Teller) -> Iterator[str]:
    if different := different_tables(pair):
        yield tell.say("note.tables", names=tell.listed(different))
    versions = [str(each.about.get("version", "")) for each in (pair.base, pair.run)]
    if versions[0] != versions[1]:
        made = {"base_version": versions[0], "run_version": versions[1]}
        yield tell.say("note.version", **made, **_labels(pair))
    for each in (pair.base, pair.run):
        if (status := each.plan.results.solution.status) != "optimal":
            yield tell.say("note.status", run=each.label, status=named(tell.words, "status", status))


def different_tables(pair: Pair) -> list[str]:
    """Return the names of the survey's tables whose files differ."""
    hashes = [each.about["survey_sha256"] for each in (pair.base, pair.run)]
    return sorted(n for n in hashes[0].keys() | hashes[1].keys() if hashes[0].get(n) != hashes[1].get(n))


def _merged(pair: Pair, tell: Teller) -> Iterator[str]:
    found = pair.served.loc[pair.served["merged"], "class_id"].unique()
    shown = names.class_names(pair.base.plan.survey, tell.language)
    if len(found):
        yield tell.say("note.merged", names=tell.words["list.comma"].join(str(shown[c]) for c in found))
