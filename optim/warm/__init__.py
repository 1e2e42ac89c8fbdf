"""A planning problem kept in the solver: changed and solved again, from what is known already.

>>> from optim.warm import Planner                                                  # doctest: +SKIP
>>> with Planner(survey, settings) as planner:                                      # doctest: +SKIP
...     base = planner.solve()
...     with planner.edited() as edit:
...         edit.bound(planner.m.compute.opened, [("seat-lasa", 2030)], 1.0, 1.0)
...         forced = planner.solve()
...     planner.change(survey, settings.model_copy(update={"redispatch": "off"}))

`solve` takes the linear relaxation unless integers are asked for: its optimum is known to a small gap, so
that differences of two solves are differences of the problems, which a gap of half a percent would hide.
"""

from optim.warm.answer import Answer
from optim.warm.edits import Edits
from optim.warm.planner import Planner

__all__ = ["Answer", "Edits", "Planner"]
