# %% [markdown]
# # The optimisation from the inside, with Pyomo
#
# For the researcher who wants to see the equations, not to be told of them. We build the model of a small
# world, look at a block and its rows, solve it with HiGHS through Pyomo, compare with what `siting.plan`
# finds, and then add a rule of our own in three lines.
#
# **The world is made up**: three sites and one day that stands for the year. So are all figures below.

# %%
import pandas as pd
import pyomo.environ as pyo
from IPython.display import SVG

from maps.charts import bars
from optim.arrays import ArrayModel
from optim.arrays.model import materialise
from optim.inputs import prepare
from optim.model import build_model, fill_model
from siting import SCENARIOS, load_scenario, plan, survey

small = {
    "optim.hours.days_max": 1,
    "optim.cooling.technologies": ["liquid_dry"],
    "optim.redispatch": "off",
}
scenario = load_scenario(SCENARIOS / "tiny.yaml", small)
places = survey(scenario)

# %% [markdown]
# ## Tables in, sets and coefficients out
#
# `prepare` turns the tables of the survey into index sets and coefficients, in GW, TWh and million CNY.
# Nothing after it reads a table.

# %%
inputs = prepare(places.survey, scenario.optim)
print("sites   ", inputs.sites)
print("zones   ", inputs.zones)
print("years   ", inputs.years)
print("hours   ", inputs.hours.count)
print("discount", {year: round(factor, 3) for year, factor in inputs.discount.items()})
inputs.site[["province", "side", "it_max_gw", "land", "staff", "fibre", "connection"]]

# %% [markdown]
# ## Blocks
#
# The model is a `ConcreteModel` with one Pyomo block per subject: campuses, load, grid, storage, tariff.
# Each is a file in `optim/blocks` that can be read in five minutes. `docs/model.md` states the equations.

# %%
model = build_model(inputs, places.survey.accelerators, scenario.optim)
m = model.pyomo


def size(block):
    """Return how many columns and rows a block has."""
    columns = sum(len(part) for part in block.component_objects(pyo.Var, descend_into=False))
    rows = sum(len(part) for part in block.component_objects(pyo.Constraint, descend_into=False))
    return {"block": block.name, "columns": columns, "rows": rows}


sizes = pd.DataFrame([size(block) for block in m.component_objects(pyo.Block)])
sizes = sizes[sizes[["columns", "rows"]].sum(axis=1) > 0].set_index("block")
sizes

# %% [markdown]
# Look at one row. A campus that is open has modules for 20 MW at least: module size x modules >= minimum
# x open.

# %%
row = m.compute.campus_minimum["own-north", 2027]
print(row.name)
print(row.expr)
print("module [GW]:", pyo.value(m.compute.module_gw), " minimum [GW]:", pyo.value(m.compute.campus_min_gw))

# %% [markdown]
# And what the whole block declares, with its rules as they stand in the source: the docstring and the
# function are the documentation.

# %%
for part in m.compute.component_objects(pyo.Constraint):
    print(f"{part.local_name:28} {len(part):4} rows")

# %% [markdown]
# ## The same rules, without the rows
#
# Pyomo makes an expression object for each row, which is slow for millions of them. `ArrayModel` is a
# ConcreteModel that keeps the *rules*; `optim.arrays` evaluates each over all members at once and hands
# HiGHS arrays. Ask for a row and it is made; ask for all (`materialise`) and the model is the ordinary
# one.


# %%
def rows_of(block):
    """Return how many rows stand in a block as Pyomo objects."""
    return sum(len(part) for part in block.component_objects(pyo.Constraint))


kept = ArrayModel()
fill_model(kept, inputs, places.survey.accelerators, scenario.optim)
before = rows_of(kept)
one = kept.compute.campus_minimum["own-north", 2027]
after_one = rows_of(kept)
materialise(kept)
print(f"rows as objects: {before} at first, {after_one} after asking for one, {rows_of(kept):,} in the end")
assert before == 0
assert after_one == 1
assert rows_of(kept) == rows_of(m)
assert str(one.expr) == str(row.expr)

# %% [markdown]
# ## Solve it through Pyomo
#
# Any solver that Pyomo knows will do; HiGHS comes along.

# %%
solver = pyo.SolverFactory("highs")
answer = solver.solve(m, options={"mip_rel_gap": scenario.optim.solve.gap_share})
pyo.assert_optimal_termination(answer)
by_hand = pyo.value(m.objective)
print(f"objective: {by_hand:,.2f} M CNY")

# %% [markdown]
# And by the planner itself, which writes tables, duals and an audit:

# %%
run = plan(scenario)
ours = run.plan.results.solution
print(f"planner:   {ours.objective_m_cny:,.2f} M CNY, bound {ours.bound_m_cny:,.2f}")
assert by_hand >= ours.bound_m_cny - 1e-6 * by_hand, "no plan may be cheaper than the bound"
assert abs(by_hand - ours.objective_m_cny) <= 2 * scenario.optim.solve.gap_share * by_hand

# %% [markdown]
# Both are plans to a gap of 0.1 %, so they may differ by that much, and no more. The bound holds for
# both.
#
# ## Where does the cost come from? Labelled terms
#
# A block returns *terms*: a label, an index set and a rule. The objective and the cost table are made
# from the same terms, so the report cannot disagree with the model.

# %%
cost = {
    term.label: sum(pyo.value(m.discount[index[-1]]) * pyo.value(term.rule(*index)) for index in term.index)
    for term in model.terms
    if term.quantity in ("cost", "penalty")
}
cost = pd.Series(cost).sort_values(ascending=False)
assert abs(cost.sum() - by_hand) < 1e-6 * by_hand, "the terms are the objective"
SVG(bars(cost.head(10).to_frame("cost"), "discounted cost of all years [M CNY]", "terms", legend=False))

# %% [markdown]
# ## A rule of your own
#
# Suppose a board says: *keep 100 MW in the south, whatever it costs*. That is one row of Pyomo. What it
# costs is a difference of two optima, so both are solved to a gap ten times narrower; else the answer
# could drown in the gaps.

# %%
narrow = {"mip_rel_gap": 1e-4}


def solved():
    """Return cost [M CNY], and IT power of each site in 2028 [MW]."""
    pyo.assert_optimal_termination(solver.solve(m, options=narrow))
    power = {s: round(1000 * pyo.value(m.compute.it_new_gw[s, 2028])) for s in m.S}
    return pyo.value(m.objective), power


free_cost, free = solved()
m.keep_south = pyo.Constraint(expr=m.compute.it_new_gw["own-south", 2028] >= 0.1)
kept_cost, power = solved()
wish = kept_cost - free_cost
print(
    f"the wish costs {wish:,.1f} M CNY; both gaps together are at most {1e-4 * (free_cost + kept_cost):,.1f}"
)
assert free["own-south"] == 0
assert power["own-south"] >= 100
assert wish > 1e-4 * (free_cost + kept_cost), "more than what the gaps leave open"
pd.DataFrame({"free [MW]": free, "100 MW in the south [MW]": power})

# %% [markdown]
# The planner would say the same in words: `run.explain("South")` solves this question for any site and
# tells the smallest change of one number that would bring it in.

# %%
why = run.explain("South")
assert why.sentences
why

# %% [markdown]
# ## What is made up or weak here
#
# - The sites, the demand and the single day are a toy. A national plan has 12 days, 352 places and six
#   technologies, and is solved in parts (`docs/model.md`, *How it is solved*), because nobody wants to
#   wait for one matrix of it.
# - Duals, and figures such as the one above, are of this model. They are no better than the tariffs and
#   guesses in it.
# - A model of least cost has no politics, no land office and no lead times but those written down.
