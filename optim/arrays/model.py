"""A Pyomo model that keeps the rules of its constraints instead of making their rows."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
from pyomo.core.base.block import BlockData, IndexedBlock, ScalarBlock
from pyomo.core.base.constraint import AbstractScalarConstraint, IndexedConstraint
from pyomo.core.base.expression import IndexedExpression, ScalarExpression
from pyomo.core.base.initializer import IndexedCallInitializer, ScalarCallInitializer
from pyomo.core.base.objective import AbstractScalarObjective

_KINDS = (
    IndexedConstraint,
    AbstractScalarConstraint,
    IndexedExpression,
    ScalarExpression,
    AbstractScalarObjective,
)
_RULES = (IndexedCallInitializer, ScalarCallInitializer)


class _KeepsRules:
    """Of blocks: constraints, objectives and Expressions that are rules are not made as they are declared."""

    def add_component(self, name: str, component: Any) -> None:
        """Add a component; see `pyomo.core.base.block.BlockData.add_component`."""
        if type(component) is ScalarBlock:
            component.__class__ = ArrayBlock
        if type(component) is IndexedBlock:
            component._ComponentDataClass = ArrayBlockData
        if type(component) in _KINDS and isinstance(component._rule, _RULES):
            self._keep_rule(name, component)
        else:
            super().add_component(name, component)  # type: ignore[misc]

    def _keep_rule(self, name: str, component: Any) -> None:
        component._constructed = True  # so that Pyomo does not construct it now
        super().add_component(name, component)  # type: ignore[misc]
        for index_set in component._anonymous_sets or ():
            index_set.construct()
        # One row of an indexed component can be asked for, like a variable of a Var with dense=False.
        component._constructed = component.is_indexed()
        component._kept_rule = True

    def component_data_objects(
        self,
        ctype: Any = None,
        active: Any = None,
        sort: Any = False,
        descend_into: Any = True,
        descent_order: Any = None,
    ) -> Any:
        """Return the data of components, as solvers of Pyomo ask for them; what is a rule is made now."""
        materialise(self)
        base: Any = super()
        return base.component_data_objects(ctype, active, sort, descend_into, descent_order)

    def is_constructed(self) -> bool:
        """Return True: what is still a rule is made when its data are asked for."""
        return True


class ArrayBlockData(_KeepsRules, BlockData):
    """Member of an indexed Block of an `ArrayModel`."""


class ArrayBlock(_KeepsRules, ScalarBlock):
    """Block of an `ArrayModel`."""


class ArrayModel(_KeepsRules, pyo.ConcreteModel):
    """A ConcreteModel whose constraints, objective and Expressions stay rules until rows are asked for.

    Sets, Params and Vars are made as they are declared. Constraints are written as always,
    ``pyo.Constraint(m.S, m.T, rule=...)``, on the model and on its Blocks. `optim.arrays.compile_model`
    evaluates the rules over arrays. ``m.limit["a", 3]`` makes one row; `materialise` makes all of them, and
    so does a solver of Pyomo that asks for them.
    """


def is_kept(component: Any) -> bool:
    """Return whether a component is a rule of which not all rows are made."""
    return getattr(component, "_kept_rule", False)


def kept_rules(block: Any) -> list[Any]:
    """Return the components of a block and its sub-blocks that are rules, Expressions first."""
    kinds = (pyo.Expression, pyo.Constraint, pyo.Objective)
    return [c for kind in kinds for c in block.component_objects(kind) if is_kept(c)]


def materialise(block: Any) -> Any:
    """Return the same model or block with all rows made, as if it had been a ConcreteModel from the start."""
    for component in kept_rules(block):
        make_rows(component)
    return block


def make_rows(component: Any) -> None:
    """Make the rows of a component from its rule; those that were made before stay as they are."""
    if not is_kept(component):
        return
    del component._kept_rule
    if not len(component):
        component._constructed = False
        component.construct()
        return
    for index in component.index_set():
        if index not in component:
            component.add(index, component._rule(component.parent_block(), index))
