"""Array-compiled Pyomo: ordinary rules, evaluated over numpy arrays and handed to HiGHS as one matrix.

Pyomo calls the rule of a constraint once for each index and compiles each row for itself. Here the rule is
called once, with names in the place of the indices (`pyomo.core.expr.template_expr`); the one expression is
then evaluated at all indices together and written into a sparse matrix. The model is written as always:

>>> import highspy, numpy as np, pyomo.environ as pyo
>>> from optim.arrays import ArrayModel, ArrayParam, compile_model, load, materialise, pass_model
>>> m = ArrayModel()
>>> m.S = pyo.Set(initialize=["north", "south"])
>>> m.T = pyo.Set(initialize=range(3))
>>> m.before = pyo.Param(m.T, initialize={0: 2, 1: 0, 2: 1}, within=m.T)
>>> m.demand = ArrayParam(m.S, m.T, initialize=np.array([[1.0, 4.0, 1.0], [2.0, 2.0, 5.0]]))
>>> m.made = pyo.Var(m.S, m.T, domain=pyo.NonNegativeReals, dense=False)
>>> m.kept = pyo.Var(m.S, m.T, bounds=(0, 3), dense=False)
>>> m.size = pyo.Var(m.S, domain=pyo.NonNegativeIntegers, dense=False)
>>> m.balance = pyo.Constraint(
...     m.S,
...     m.T,
...     rule=lambda m, s, t: m.made[s, t] + 0.9 * m.kept[s, m.before[t]] == m.demand[s, t] + m.kept[s, t],
... )
>>> m.limit = pyo.Constraint(m.S, m.T, rule=lambda m, s, t: m.made[s, t] <= m.size[s])
>>> m.cost = pyo.Objective(
...     rule=lambda m: sum(m.made[s, t] for s in m.S for t in m.T) + sum(5 * m.size[s] for s in m.S)
... )

No row and no variable has been made yet. The matrix, its solution as arrays in the order of the index sets:

>>> compiled = compile_model(m)
>>> compiled.rows.at(m.limit, ("south", 0)), len(compiled.indices), len(m.made), len(m.limit)
(9, 30, 0, 0)
>>> highs = highspy.Highs()
>>> _ = highs.setOptionValue("output_flag", False)
>>> pass_model(compiled, highs)
>>> _ = highs.run()
>>> values = np.array(highs.getSolution().col_value)
>>> compiled.columns.part(m.size, values).round().tolist()
[3.0, 4.0]

Pyomo's own objects come on request: `load` fills the variables, `materialise` makes the plain model.

>>> load(compiled, values)
>>> plain = materialise(m)
>>> round(pyo.value(plain.cost) - highs.getInfo().objective_function_value, 6)
0.0

What is evaluated over arrays
    Constraints, scalar ones too, of the kinds <=, >=, == and lower <= body <= upper, with variables and
    numbers on either side; the objective; Expressions, as rules, indexed or not; bounds of Vars given by a
    rule. In them: sums ``sum(... for i in m.I)`` over Sets, products of Sets, Sets of tuples and members
    ``m.SET[i]`` of indexed Sets, one in the other; Params, mutable ones too, as numbers and as indices
    (``m.x[m.before[t]]``, ``m.x[t - 1]``); powers and functions of numbers; components of Blocks. Variables
    are continuous, integer or binary; fixed ones keep their column, with both bounds at their value.

What is left to Pyomo, row by row, with a line in the log
    Rules that decide by the index (``if``, ``Constraint.Skip``, a dictionary or an array that is asked at an
    index): give such rows a Set of their own, and such numbers a Param. Explicit loops, slices, sums over
    anything but Sets, members of indexed Blocks (``m.block[i].x``), rules that are linear only because
    variables are fixed. And what has rows already: constraints given by an expression, ConstraintLists, rows
    that were asked for one by one. The matrix is the same, only slower to get.

What is quick
    Products of Sets are not multiplied out: a Var or a constraint over sites x hours costs numpy's time only.
    Sets of tuples are walked once. Params given as dictionaries are walked once too (quicker when all values
    are there, in the order of the index set); `ArrayParam` is given as an array and never walked. Declare
    Vars with ``dense=False``; otherwise Pyomo makes every variable as it always does, and each is then asked.

An `ArrayModel` does nothing but keep rules, as if Pyomo had ``Constraint(..., dense=False)``. Nothing of
Pyomo is changed but while a rule is called for its template (`optim.arrays.templates`).
"""

from optim.arrays.amounts import amounts
from optim.arrays.compile import Compiled, compile_model
from optim.arrays.highs import load, pass_model
from optim.arrays.model import ArrayModel, materialise
from optim.arrays.params import ArrayParam

__all__ = [
    "ArrayModel",
    "ArrayParam",
    "Compiled",
    "amounts",
    "compile_model",
    "load",
    "materialise",
    "pass_model",
]
