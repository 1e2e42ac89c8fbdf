"""What the index names of a rule stand for while its template is evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from optim.arrays.axes import Axis
from optim.arrays.labels import Index, NoTemplateError


@dataclass(frozen=True, eq=False)
class Scope:
    """The axes that are open, and what each index template stands for along them."""

    axes: tuple[Axis, ...] = ()
    bound: dict[int, Index] = field(default_factory=dict)

    def index(self, template: Any) -> Index:
        """Return what a template stands for."""
        if id(template) not in self.bound:
            raise NoTemplateError("an index is used outside of its sum")
        return self.bound[id(template)]

    def bind(self, axes: tuple[Axis, ...], templates: Sequence[Any], indices: Sequence[Index]) -> Scope:
        """Return the scope with these axes open, in which some more templates stand for indices."""
        if len(templates) != len(indices):
            raise NoTemplateError("another number of index names than the Set has places")
        more = {id(template): index for template, index in zip(templates, indices, strict=True)}
        return Scope(axes, self.bound | more)
