"""How far each figure of a survey may be off: its confidence, and from it half-widths by place."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geodata.tables import Survey
from optim.robust.noise import Band, Noise

ORDER = ("high", "medium", "low", "missing")
COLUMNS = {
    "land": ("land_price_cny_per_m2",),
    "staff": ("labour_cny_per_year",),
    "network": ("backbone_km",),
}
TARIFF = {
    "posted": ("energy_price_posted_cny_per_mwh", "demand_charge_posted_cny_per_mw_month"),
    "spot": ("energy_price_spot_cny_per_mwh",),
    "negotiated": ("price_negotiated_cny_per_mwh",),
}
ITEMS = {
    "shell": ("shell_m_cny_per_mw",),
    "connection": ("connection_m_cny_per_mw", "campus_line_km"),
    "land": ("land_m2_per_mw",),
    "staff": ("staff_per_mw",),
    "network": ("wan_m_cny_per_gbps_year_1000km", "transit_east_m_cny_per_gbps_year"),
}
DISTANCE = "substation_km"


@dataclass(frozen=True)
class Widths:
    """Half-widths of every group by place: provinces for `upgrades`, sites for the others."""

    of_group: dict[str, pd.Series]
    confidence: dict[str, pd.Series]


def widths(survey: Survey, noise: Noise, price_basis: str) -> Widths:
    """Return the half-width of each group's error at each place.

    A group rests on columns of the places and on items of the cost table: the weakest of them counts. For
    `connection` the distance to a substation counts where it is known, else the assumed length of the line.

    Parameters
    ----------
    survey : Survey
        Candidates, figures, costs, attributes.
    noise : Noise
        Bands.
    price_basis : str
        Tariff column that the plan uses.
    """
    found = {name: _of_group(survey, name, price_basis) for name, _ in noise if name not in _OF_PROVINCES}
    provinces = pd.Index(sorted(set(survey.candidates["province"])), name="province")
    found["upgrades"] = pd.Series("low", index=provinces)
    spread = {name: words.map(_by_word(getattr(noise, name))) for name, words in found.items()}
    return Widths(spread, found)


_OF_PROVINCES = ("upgrades", "headroom")


def _by_word(band: Band) -> dict[str, float]:
    return {word: float(getattr(band, word)) for word in ORDER}


def _of_group(survey: Survey, group: str, price_basis: str) -> pd.Series:
    """Return the confidence of a group at each site."""
    sites = pd.Index(survey.candidates["site_id"], name="site_id")
    if group == "tariffs":
        return _tariffs(survey, sites, price_basis)
    words = [_of_column(survey, sites, column) for column in COLUMNS.get(group, ())]
    items = _of_items(survey, ITEMS.get(group, ()))
    if group == "connection":
        return _weakest([pd.Series(_of_items(survey, ITEMS[group][:1]), index=sites), _line(survey, sites)])
    return _weakest([pd.Series(items, index=sites), *words])


def _tariffs(survey: Survey, sites: pd.Index, price_basis: str) -> pd.Series:
    """Return the confidence of the column in use; where it is empty the posted one is used."""
    posted = _weakest([_of_column(survey, sites, c) for c in TARIFF["posted"]])
    if price_basis == "posted":
        return posted
    column = TARIFF[price_basis][0]
    known = survey.candidates.set_index("site_id")[column].notna()
    return _of_column(survey, sites, column).where(known, posted)


def _line(survey: Survey, sites: pd.Index) -> pd.Series:
    """Return the confidence of the distance to a substation, or of the assumed line where none is known."""
    assumed = _of_items(survey, ("campus_line_km",))
    known = survey.attributes.set_index("site_id")[DISTANCE].reindex(sites).notna()
    return _of_column(survey, sites, DISTANCE).where(known, assumed)


def _of_column(survey: Survey, sites: pd.Index, column: str) -> pd.Series:
    """Return the confidence of a column at each site: of its own rows the weakest, else the general one."""
    rows = survey.figures[survey.figures["column"] == column]
    rank = rows["confidence"].map(ORDER.index)
    general = rank[rows["site_id"] == ""].max()
    own = rank[rows["site_id"] != ""].groupby(rows["site_id"]).max().reindex(sites)
    last = len(ORDER) - 1
    return own.fillna(last if pd.isna(general) else general).astype(int).map(dict(enumerate(ORDER)))


def _of_items(survey: Survey, items: tuple[str, ...]) -> str:
    """Return the weakest confidence among cost items; high where there are none."""
    words = survey.costs.loc[survey.costs["item"].isin(items), "confidence"]
    return max(words, key=ORDER.index, default="high")


def _weakest(columns: list[pd.Series]) -> pd.Series:
    ranks = pd.concat([c.map(ORDER.index) for c in columns], axis=1).max(axis=1)
    return ranks.map(dict(enumerate(ORDER)))
