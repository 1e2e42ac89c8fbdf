"""To HiGHS and back."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from optim.arrays.axes import Numbers
from optim.arrays.compile import Compiled
from optim.arrays.parts import Part


def pass_model(compiled: Compiled | Part, highs: Any) -> None:
    """Hand a compiled model over to a `highspy.Highs`, as arrays.

    Raises
    ------
    ValueError
        HiGHS refuses the model.
    """
    status = highs.passModel(
        len(compiled.cost),
        len(compiled.row_lower),
        len(compiled.indices),
        int(highspy.MatrixFormat.kRowwise),
        compiled.sense,
        compiled.offset,
        compiled.cost,
        compiled.lower,
        compiled.upper,
        compiled.row_lower,
        compiled.row_upper,
        compiled.starts,
        compiled.indices,
        compiled.factors,
        compiled.integer.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refuses the model: expected finite factors and costs")


def load(compiled: Compiled, values: Numbers) -> None:
    """Write the values of all columns into the Pyomo variables, which are made where there are none yet."""
    for stretch in compiled.columns:
        part = values[stretch.start : stretch.stop].tolist()
        for index, value in zip(stretch.members(), part, strict=True):
            stretch.component[index].set_value(value, skip_validation=True)
