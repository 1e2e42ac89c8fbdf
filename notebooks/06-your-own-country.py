# %% [markdown]
# # Your own country, your own sites
#
# No code of the planner knows China. A country is a folder of tables, a policy file and a clock. This
# notebook plans a country that does not exist, asks what holds it back, changes one figure, and then
# gives it a site of our own. Copy it, put your figures in the place of ours, and you have a planner for
# your country.
#
# **Every figure of places, prices, demand and rules here is a placeholder.** Only figures of technology
# (cooling, batteries, equipment prices) are real ones, and those were found for China.

# %%
import shutil
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

from siting import SCENARIOS, PlannerError, compare, load_scenario, plan, survey

folder = Path(mkdtemp())
country = shutil.copytree(SCENARIOS.parent / "countries" / "placeholder", folder / "country")
tables = pd.DataFrame(
    [(path.stem, len(pd.read_csv(path))) for path in sorted(country.glob("*.csv"))], columns=["table", "rows"]
)
print(f"{len(tables)} tables, {int((tables['rows'] == 0).sum())} of them with a header alone")
tables.set_index("table").T

# %% [markdown]
# `docs/own-country.md` says what each table holds and which may stay empty. Units stand in the column
# names. Here are the provinces:

# %%
provinces = pd.read_csv(country / "provinces.csv")
provinces

# %% [markdown]
# ## Plan it
#
# The scenario names the folder, the policy file and the clock. That is all.

# %%
changes = {
    "geodata.tables": str(country),
    "geodata.policy.pack": str(country / "policy.yaml"),
    "optim.redispatch": "off",
}
scenario = load_scenario(SCENARIOS / "placeholder-country.yaml", changes)
run = plan(scenario)
run

# %%
assert set(run.places.candidates["province"]) <= set(provinces["province"]), "no place of another country"
assert run.headline.unserved_it_mw < 1
assert run.audit["ok"].all()
run.sites[["name_en", "province", "placed_mw", "longitude", "latitude"]]

# %% [markdown]
# ## What holds it back?
#
# The table `prices` tells what one unit more of each limit would save (the dual). Here the free capacity
# of the grid is used up in two provinces. That number is no measurement: it follows from peak and net
# export in `grid.csv` by a recipe.

# %%
limits = run.tables["prices"].query("year == 2028 and limit == 'headroom'").set_index("place")
full = limits["used_mw"] > 0.999 * limits["limit_mw"]
assert full["Northmark"], "the cheapest province has no grid left"
limits[["used_mw", "limit_mw", "unit", "saving_long_run_m_cny_per_mw"]]

# %% [markdown]
# ## Change a figure, plan again
#
# The tables are plain CSV. Suppose the grid of Northmark had half as much again: a larger peak, and with
# it more free capacity.

# %%
grid = pd.read_csv(country / "grid.csv")
grid.loc[grid["province"] == "Northmark", "peak_mw"] *= 1.5
grid.to_csv(country / "grid.csv", index=False)

wide = plan(load_scenario(scenario, {"name": "more-grid"}))
sides = compare(run, wide)
sides

# %%
before = run.sites.groupby("province")["placed_mw"].sum()
after = wide.sites.groupby("province")["placed_mw"].sum().reindex(before.index, fill_value=0.0)
print(f"Northmark: {before['Northmark']:,.0f} -> {after['Northmark']:,.0f} MW")
assert after["Northmark"] > before["Northmark"] + 1, "load moves to where the grid is"
assert round(after.sum()) == round(before.sum()), "the demand is the same"
pd.DataFrame({"before [MW]": before, "after [MW]": after}).style.format("{:,.0f}")

# %% [markdown]
# ## A site of your own
#
# A table with a name and coordinates is enough; GeoPackage, shapefile or a database do as well
# (`docs/own-data.md`). The planner is strict about units. A column in kW is refused, not converted, and
# the message says what to do:

# %%
own = folder / "sites.csv"
harbour = {
    "name": "Harbour",
    "province": "Southport",
    "prefecture": "Haven",
    "longitude": -28.4,
    "latitude": 44.1,
}
pd.DataFrame([harbour | {"it_max_kw": 60_000}]).to_csv(own, index=False)
with_site = load_scenario(scenario, {"name": "with-harbour", "geodata.candidates.sites_file": str(own)})
told = ""
try:
    survey(with_site)
except PlannerError as error:
    told = str(error)
assert "unknown column it_max_kw" in told
print(told)

# %%
pd.DataFrame([harbour | {"it_max_mw": 60}]).to_csv(own, index=False)
places = survey(with_site)
found = places.candidates.set_index("site_id")
assert "own-harbour" in found.index
assert len(found) == len(run.places.candidates) + 1
found.loc[
    ["own-harbour"],
    ["name_en", "province", "energy_price_posted_cny_per_mwh", "it_max_mw", "temperature_mean_c"],
]

# %% [markdown]
# Its tariff is that of its province, its climate that of the nearest place that was surveyed:
# `places.figures("Harbour")` says so, figure by figure. `plan(with_site)` would plan with it.

# %%
figures = places.figures("Harbour").dropna(subset=["value"])
figures[["layer", "column", "value", "unit", "source", "confidence"]].head(12)

# %% [markdown]
# ## What is made up or weak here
#
# - All of it. A country that does not exist cannot be right.
# - Money is called CNY in every column; if your tables mean another currency together, only the name is
#   wrong.
# - Cooling, battery and equipment prices are Chinese ones until you bring your own `costs` table.
# - Raster candidates and the layers of a data folder cover China alone.
#
# The map has no tiles and no borders; `maps.boundaries_file` draws your own lines. It needs no network
# either.

# %%
wide.map()
