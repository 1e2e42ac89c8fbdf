# %% [markdown]
# # Quick start: a plan in ten minutes
#
# A planner asks: *where should 720 MW of new computing stand by 2028, and what does it cost?* This
# notebook answers on a world small enough to think through: three sites (north, south, east), three
# cities that ask for computing, three years. The tariffs, policy rules, weather and equipment prices are
# those that come with the planner. **The three sites and the demand are made up.**

# %%
from tempfile import mkdtemp

import pandas as pd
from IPython.display import SVG

from maps.charts import bars
from siting import SCENARIOS, compare, load_scenario, plan, read_run

scenario = load_scenario(SCENARIOS / "tiny.yaml")
scenario

# %% [markdown]
# A scenario shows only what differs from the defaults. Everything else, some two hundred keys, is as
# `siting new DIR` prints it, and every key can be changed by its dotted name.
#
# ## Make the plan
#
# `plan` surveys the places, optimises, dispatches the last year hour by hour (8760 of them), and audits
# every total from the tables alone. `say=print` would show the steps.

# %%
run = plan(scenario)
run

# %% [markdown]
# Unfold the weak points before you quote a figure: they are the same sentences that stand on top of the
# report. The **gap** says how much cheaper a better plan could be at most. Differences smaller than the
# gap say nothing.

# %%
top = run.headline
print(f"{top.it_mw:,.0f} MW on {top.sites} sites for {top.siting_cost_m_cny:,.0f} M CNY")
print(f"gap {top.gap_share:.3%}, or {top.gap_m_cny:,.1f} M CNY")

assert round(top.it_mw) == 720, "all demand finds a place"
assert top.unserved_it_mw < 1
assert top.gap_share <= scenario.optim.solve.gap_share
assert run.audit["ok"].all(), "the audit recomputed every total"

# %% [markdown]
# ## What is built, and when
#
# Every table of a plan is a pandas table: `run.build`, `run.flows`, `run.costs`, and `run.tables` for the
# others.

# %%
names = run.places.candidates.set_index("site_id")["name_en"]
build = run.build.assign(site=run.build["site_id"].map(names))
built = build.pivot(index="site", columns="year", values="it_mw")
built.style.format("{:,.0f} MW").background_gradient(cmap="Blues", axis=None)

# %% [markdown]
# North takes the training, which may be served from anywhere. East stands where its users are: real-time
# inference for Shanghai may not wait for a round trip from Inner Mongolia. Look at who is served from
# where.

# %%
last = run.flows[run.flows["year"] == top.year]
served = last.assign(site=last["site_id"].map(names)).pivot_table(
    "it_mw", "site", "class_id", "sum", fill_value=0
)
assert served.loc["East", "rt_infer"] > 0.99 * served["rt_infer"].sum(), (
    "only East is near enough to Shanghai"
)
served.style.format("{:,.0f} MW")

# %% [markdown]
# ## What it costs

# %%
cost = run.costs.groupby("item")["discounted_m_cny"].sum().sort_values(ascending=False)
assert abs(cost.sum() - top.siting_cost_m_cny) < 0.01, "the items add up to the headline"
SVG(bars(cost.head(12).to_frame("cost"), "discounted cost of all years [M CNY]", "costs", legend=False))

# %% [markdown]
# ## Ask again with another number
#
# What if a tonne of CO2 cost 200 CNY? `load_scenario` also varies a scenario, and `compare` lays two runs
# side by side. It is careful: it says when a difference lies within the gaps of both plans.

# %%
changes = {"name": "carbon-200", "optim.costs.items.carbon_cny_per_tco2": 200, "optim.redispatch": "off"}
dear = plan(load_scenario(scenario, changes))
difference = compare(run, dear)
difference

# %%
before, after = run.headline, dear.headline
print(f"carbon in {top.year}: {before.emissions_tco2 / 1e6:.2f} -> {after.emissions_tco2 / 1e6:.2f} Mt")
assert after.emissions_tco2 < before.emissions_tco2
assert after.siting_cost_m_cny > before.siting_cost_m_cny - before.gap_m_cny

# %% [markdown]
# ## Keep it
#
# `save` writes the run folder: tables, survey, GeoPackage, audit, map and report. It is whole by itself,
# opens without a network, and can be read back years later, here or by `siting report RUN`.

# %%
saved = run.save(f"{mkdtemp()}/tiny")
again = read_run(saved.folder)
assert abs(again.headline.siting_cost_m_cny - top.siting_cost_m_cny) < 1e-3
files = [path for path in sorted(saved.folder.iterdir()) if path.is_file()]
sizes = [f"{path.stat().st_size / 1000:,.0f} kB" for path in files]
pd.DataFrame({"file": [path.name for path in files], "size": sizes})

# %% [markdown]
# ## What is made up or weak here
#
# - The sites and the demand are invented. Nothing here is a finding about Inner Mongolia, Guizhou or
#   Anhui.
# - Two representative days stand for the year. The hourly dispatch shows what they miss: see *8760 hours*
#   in the report.
# - Free grid capacity is a guess by province, and tariffs are the posted ones.
#
# And now the map. It is one page without any request to a network; `run.map("zh")` speaks Chinese, and
# `run.report()` shows the whole report in place.

# %%
run.map()
