# %% [markdown]
# # Layers and candidates: what is known of 352 places
#
# Before anything is optimised, the planner *surveys*: each candidate place gets its tariff, climate,
# water, fibre, grid, hazard and resource, layer by layer. This notebook reads the survey that ships with
# the planner, without any download. It is for the person who has to defend a map in a meeting: **every
# figure names its source, its year and how sure it is.**

# %%
import pandas as pd
from IPython.display import SVG

from maps.charts import bars
from maps.sweep_charts import lines
from siting import SCENARIOS, load_scenario, survey

scenario = load_scenario(SCENARIOS / "china-2030.yaml")
places = survey(scenario)
places

# %% [markdown]
# `places.candidates` is a GeoDataFrame: a row a place, a column a figure, the unit at the end of the
# name.

# %%
found = places.candidates
columns = [
    "name_en",
    "province",
    "side",
    "energy_price_posted_cny_per_mwh",
    "temperature_mean_c",
    "emission_average_tco2_per_mwh",
    "backbone_km",
]
assert found.crs.to_epsg() == 4326
assert found["site_id"].is_unique
print(f"{len(found)} places in {found['province'].nunique()} provinces, {len(found.columns)} columns")
found[columns].sample(8, random_state=1).sort_values("province")

# %% [markdown]
# ## Where does a figure come from?
#
# Ask for one place, by its name in English, Chinese or pinyin. A figure that nobody knows is *missing*,
# not filled in.

# %%
figures = places.figures("Zhangbei")
shown = ["layer", "column", "value", "unit", "source", "vintage", "confidence"]
known = figures[figures["value"].notna() & (figures["source"] != "")]
known[shown].groupby("layer", sort=False).head(2)

# %%
missing = figures[figures["confidence"] == "missing"]
print(f"Of {len(figures)} figures of Zhangbei, {len(missing)} are missing without a data folder:")
print(", ".join(missing["column"].head(12)), "...")
assert len(missing) > 0

# %% [markdown]
# That is why every place has **grade D** here. Layers that may not be shipped (substations, faults,
# population, land cover) are absent, and the planner says so instead of guessing. `siting data fetch
# --data DIR` gets them, and `load_scenario(..., {"geodata.data": DIR})` reads them.

# %%
grades = found["grade"].value_counts()
assert set(grades.index) == {"D"}
found["weak_layers"].str.split(";").explode().value_counts().rename(
    "places in which the layer is weak"
).to_frame()

# %% [markdown]
# ## What the layers say
#
# **Tariffs** are known for every place. They follow the province and its zones.

# %%
price = found.groupby("province")["energy_price_posted_cny_per_mwh"].median().sort_values()
sides = found.groupby("side")["energy_price_posted_cny_per_mwh"].median()
print(f"median posted price: east {sides['east']:.0f}, west {sides['west']:.0f} CNY/MWh")
assert sides["west"] < sides["east"]
ends = pd.concat([price.head(8), price.tail(8)]).to_frame("price")
SVG(bars(ends, "posted energy price, median of the province [CNY/MWh]", "prices", legend=False))

# %% [markdown]
# **Cold and cheap are not the same.** Each dot is a place. If cold places were cheap, the dots would fall
# on a line.

# %%
dots = found[["side", "temperature_mean_c", "energy_price_posted_cny_per_mwh"]].dropna()
together = dots["temperature_mean_c"].corr(dots["energy_price_posted_cny_per_mwh"])
print(f"correlation of temperature and price: {together:.2f}")
assert 0 < together < 0.6, "warmer places pay more, but temperature explains little of it"
by_side = dots.reset_index().pivot_table("energy_price_posted_cny_per_mwh", "temperature_mean_c", "side")
SVG(lines(by_side, ("mean temperature [°C]", "posted energy price [CNY/MWh]"), "cold-and-cheap", dots=True))

# %% [markdown]
# ## A score of your own, and why it is no plan
#
# Many siting studies stop at a weighted score. It is quickly made: rank the places by price, cold and
# carbon, and add up the ranks with your weights.

# %%
weights = {
    "energy_price_posted_cny_per_mwh": 0.5,
    "temperature_mean_c": 0.2,
    "emission_average_tco2_per_mwh": 0.3,
}
score = sum(weight * found[column].rank(pct=True) for column, weight in weights.items())
best = found.assign(score=score).sort_values("score").head(10)
best[["name_en", "province", "side", "hub_province", "score"]].style.format({"score": "{:.2f}"})

# %%
outside = int((best["hub_province"] == "").sum())
print(f"{outside} of the best ten lie outside the hub provinces")
print("the ten lie in", ", ".join(sorted(best["province"].unique())))
assert outside > 0

# %% [markdown]
# Now look at what the score does not know. Large sites belong into hubs (rule LAY-04). The grid of one
# province cannot take everything. Users wait for an answer. The tenth campus in a place is not as cheap
# as the first. A score ranks places *one by one*; a plan has to choose them *together*. That is what the
# optimiser is for (notebook 3).
#
# ## What is weak here
#
# - Tariffs are posted ones. What data centres negotiated is known for a handful of places.
# - The climate is built from monthly temperature and humidity, not from hourly records.
# - Without a data folder some columns are empty for every place, and each place has grade D.
# - The weights above are made up. So are anybody's.
#
# The map is coloured by the price. Click a place for all its figures with their sources; search in
# Chinese or pinyin.

# %%
places.map("energy_price_posted_cny_per_mwh")
