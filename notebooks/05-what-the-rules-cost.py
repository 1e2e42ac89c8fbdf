# %% [markdown]
# # What does each rule of "east data, west compute" cost?
#
# *East data, west compute* (东数西算) asks for large sites in eight hubs, a share of new capacity in them,
# limits on PUE and a share of green electricity. Each is a row of a table with its document and date.
# This notebook asks for each of them: what would the same plan cost **without it**?
#
# To see a rule bite, the world must offer something that it forbids. So we add three places outside the
# hub provinces: Hami in Xinjiang, Xining in Qinghai, Kunming in Yunnan. Their tariffs and weather are
# those that ship with the planner. **The campuses, their size limits and the demand are made up.**

# %%
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

from siting import SCENARIOS, compare, load_scenario, plan

folder = Path(mkdtemp())
sites = pd.read_csv(SCENARIOS / "tiny" / "sites.csv")
more = pd.DataFrame(
    [
        ("Hami", "哈密", "Xinjiang", "Hami", 93.51, 42.83, 600),
        ("Xining", "西宁", "Qinghai", "Xining", 101.78, 36.62, 600),
        ("Kunming", "昆明", "Yunnan", "Kunming", 102.70, 25.04, 600),
    ],
    columns=sites.columns,
)
pd.concat([sites, more]).to_csv(folder / "sites.csv", index=False)

scenario = load_scenario(
    SCENARIOS / "tiny.yaml",
    {
        "name": "six-sites",
        "title": "Six sites, three of them outside the hubs (made up)",
        "geodata.candidates.sites_file": str(folder / "sites.csv"),
        "optim.hours.days_max": 1,
        "optim.redispatch": "off",
    },
)
run = plan(scenario)
run

# %% [markdown]
# ## The rules in force

# %%
rules = run.places.tables["rules"]
in_force = rules[rules["enabled"] & ~rules["kind"].isin(["information", "parameter"])]
assert {"LAY-04", "LAY-05", "GRN-01"} <= set(in_force["rule_id"])
in_force[["rule_id", "kind", "number", "unit", "hard", "document", "confidence"]]

# %% [markdown]
# ## Switch each off, and look
#
# `run.rules()` solves the plan with all rules, with each one off, with each one alone, and with none. Off
# means: **allowed, but not required**. A plan without the green share may still buy sun and wind where
# they pay; a baseline that forbade them would make the rule look like a saving.

# %%
study = run.rules()
study

# %%
table = study.table.set_index("rule_id")
cost, alone = table["cost_m_cny"], table["alone_cost_m_cny"]
hubs, share, green = "LAY-04", "LAY-05", "GRN-01"
print(f"large sites in hubs only: {cost[hubs]:,.0f} M CNY with the others, {alone[hubs]:,.0f} alone")
print(f"a share in hubs:          {cost[share]:,.0f} M CNY with the others, {alone[share]:,.0f} alone")
print(f"a green share:            {cost[green]:,.1f} M CNY with the others, {alone[green]:,.1f} alone")

assert cost[hubs] > 100, "the rule that forbids the cheapest place is the dear one"
assert not table.loc[share, "known"], "nothing to tell from nought: the stricter rule asks for it already"
assert alone[share] > 50, "but alone it would cost something"
assert (cost > -1e-3).all(), "a rule never makes a problem cheaper"

# %% [markdown]
# Three things to take home:
#
# 1. **The hub rule is the dear one here**, because it closes Kunming, whose posted price is low. Guizhou
#    and Inner Mongolia take over (columns `gains` and `losses`).
# 2. **Two rules that ask for the same cost nothing each.** The share in hubs is free as long as large
#    sites must be there anyway. Take both away and you see the sum. That is why the costs do not add up.
# 3. **The green share is cheap**, since direct supply pays by itself at these prices.

# %%
shown = table.loc[table["known"], ["cost_m_cny", "alone_cost_m_cny", "moved_mw", "gains", "losses"]]
shown.style.format({"cost_m_cny": "{:,.1f}", "alone_cost_m_cny": "{:,.1f}", "moved_mw": "{:,.0f}"})

# %% [markdown]
# ## The same as two plans
#
# Relaxations tell differences exactly. Whole plans show the places. Switch the rule off and lay both
# plans side by side.

# %%
free = plan(load_scenario(scenario, {"name": "hubs-off", "geodata.policy.switches": {hubs: False}}))
sides = compare(run, free)
totals = sides.table.set_index("item")
assert totals.loc["siting_cost_m_cny", "difference"] < 0, "cheaper without the rule"
assert not totals.loc["siting_cost_m_cny", "within_gap"], "by more than both gaps together"
sides

# %% [markdown]
# ## What is made up or weak here
#
# - Six made-up campuses, one day for the year. On the national scenario the same rule costs half a
#   percent of the plan (`docs/rules-cost.md`), not five: there are many more places to go.
# - Yunnan's low price is a posted tariff, flat over the seasons as far as one day can tell.
# - The price of a rule is not its worth. What hubs are for (shared lines, land, order) is not in the
#   cost.
# - Which sites count as large, and what is exempt, follows the documents as read; the column `note` says
#   how.
#
# The map shows both plans: what grows and what shrinks without the hub rule.

# %%
sides.page("map")
