# %% [markdown]
# # Sweeps and Pareto fronts: how much does the answer depend on what I assumed?
#
# One plan answers one question. A decision needs to know where the answer *changes*. This notebook plans
# the small world at twelve combinations of carbon price and demand, finds the values at which places come
# and go, and then trades cost against carbon.
#
# **The sites and the demand are made up.** Read the way of asking, not the figures.

# %%
from IPython.display import SVG

from maps.sweep_charts import lines
from siting import SCENARIOS, load_scenario, pareto, sweep

small = {"optim.cooling.technologies": ["liquid_dry"]}
scenario = load_scenario(SCENARIOS / "tiny.yaml", small)

# %% [markdown]
# ## A grid of twelve points
#
# An axis is any key of the scenario. Each point is the linear relaxation unless `integers=True`: campuses
# may be parts of one, and in return every difference is exact, while those of whole plans drown in their
# gaps. The solver goes from point to point and keeps what is still true; so the second point takes a
# fraction of the first.

# %%
CARBON, DEMAND = "optim.costs.items.carbon_cny_per_tco2", "geodata.demand.factor"
grid = sweep(scenario, {CARBON: [0, 50, 100, 200], DEMAND: [0.8, 1.0, 1.2]})
grid

# %% [markdown]
# The **tornado** above says which axis matters more for the cost: demand, by far. Now the table.

# %%
points = grid.table
assert (points["status"] == "optimal").all()
cost = points.pivot(index=CARBON, columns=DEMAND, values="siting_cost_m_cny")
assert (cost.diff().dropna() >= -1e-6).all(axis=None), "a dearer tonne never makes a plan cheaper"
assert (cost.T.diff().dropna() > 0).all(axis=None), "more demand costs more"
cost.style.format("{:,.0f}").set_caption("siting cost, discounted [M CNY]")

# %%
carbon = points.pivot(index=CARBON, columns=DEMAND, values="emissions_mt")
SVG(lines(carbon.add_prefix("demand x "), ("carbon price [CNY/t]", "emissions of all years [Mt]"), "carbon"))

# %% [markdown]
# ## Where the places change
#
# `critical` names the two neighbours on an axis between which a province or site is gained or lost. These
# are the numbers to argue about; between them the answer stands.

# %%
for sentence in grid.sentences:
    print("-", sentence)
critical = grid.tables["critical"]
assert DEMAND in set(critical["axis"]), "demand brings a place in"
critical

# %% [markdown]
# ## Cost against carbon
#
# A carbon price is one way to ask for less carbon. The **front** is the other: the cheapest plan at each
# amount of carbon. No weight has to be chosen beforehand. The knee is where the curve bends most.

# %%
front = pareto(scenario, goals=("cost", "carbon"), points=12)
front

# %%
proven = front.table.query("status == 'proven'").sort_values("cost_m_cny")
assert proven["carbon_mt"].is_monotonic_decreasing, "on a front less carbon costs more"
ends = proven.iloc[[0, -1]]
more, less = ends["cost_m_cny"].diff().iloc[-1], -ends["carbon_mt"].diff().iloc[-1]
print(f"from one end to the other: {less:.3f} Mt less for {more:,.0f} M CNY more")
print(f"on average {more / less:,.0f} CNY/t")

# %% [markdown]
# The column `carbon_price_cny_per_tco2` is the price of the next tonne at each point: what a carbon price
# would have to be to get there. The first tonnes are cheap, the last ones are not.

# %%
price = proven.set_index("carbon_mt")[["carbon_price_cny_per_tco2"]].dropna().sort_index()
assert price.iloc[0, 0] > 10 * price.iloc[-1, 0], "the last tonne costs more than ten times the first"
SVG(lines(price, ("emissions of all years [Mt]", "price of the next tonne [CNY/t]"), "price"))

# %% [markdown]
# ## What is made up or weak here
#
# - Sites and demand are invented, and two days stand for the year: a windless week does not exist here,
#   so direct supply looks better than it is.
# - A relaxation has no whole campuses. For a decision, plan the points that matter again with `plan`.
# - The front knows cost and carbon. `goals=("cost", "carbon", "water", "latency")` knows more.
#
# A big sweep belongs on the command line: `siting sweep` keeps each point the moment it ends, goes on
# after a power cut, and runs on many machines. Below stands the page of the front; `front.save("runs/front")`
# writes it with its tables.

# %%
front.page()
