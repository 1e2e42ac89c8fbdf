"""All contestants of the build benchmark write the same model."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csc_array

from benchmarks import build
from benchmarks.build_once import contestant
from benchmarks.energy_sites import data


def matrix(highs: Any) -> tuple[np.ndarray, ...]:
    """Return matrix and vectors of what HiGHS holds."""
    lp = highs.getLp()
    a = lp.a_matrix_
    full = csc_array((a.value_, a.index_, a.start_), shape=(lp.num_row_, lp.num_col_)).toarray()
    return (
        full,
        np.array(lp.col_cost_),
        np.array(lp.row_lower_),
        np.array(lp.row_upper_),
        np.array(lp.col_lower_),
    )


def test_over_arrays_and_by_hand_are_equal_to_the_last_entry() -> None:
    given = data(3, 4)
    for ours, theirs in zip(
        *(matrix(contestant(name)(given)) for name in ("arrays", "by_hand")), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in build.CONTESTANTS if name != "by_hand"])
def test_all_have_the_same_model(name: str) -> None:
    given, found = data(2, 24), []
    for each in (name, "by_hand"):
        highs = contestant(each)(given)
        highs.setOptionValue("output_flag", False)
        highs.run()
        size = {"columns": highs.getNumCol(), "rows": highs.getNumRow(), "entries": highs.getNumNz()}
        found.append({"name": each, **size, "objective": highs.getInfo().objective_function_value})
    build.check(found)
    assert found[0]["columns"] == 6 * 2 * 24 + 3 * 2
    with pytest.raises(ValueError, match="different models"):
        build.check([found[0], {**found[1], "entries": 1}])
    with pytest.raises(ValueError, match="different models"):
        build.check([found[0], {**found[1], "objective": 1.0}])


def measures(name: str, size: str, cpu_s: float, columns: int) -> dict[str, Any]:
    return {"name": name, "size": size, "cpu_s": cpu_s, "peak_mb": 10.0, "columns": columns}


def test_the_tables_have_ratios_and_growth(tmp_path: Path) -> None:
    found = [
        measures("arrays", "small", 0.1, 1000),
        measures("linopy_direct", "small", 0.4, 1000),
        measures("arrays", "large", 1.0, 10000),
        measures("linopy_direct", "large", 40.0, 10000),
    ]
    made = build.tables(found)
    assert "| CPU seconds | 1,000 columns | 10,000 columns | growth |" in made["build_seconds"]
    assert "| linopy, direct | 0.400 | 40.000 | 2.00 |" in made["build_seconds"]
    assert "| linopy, direct | 0.2500 | 0.0250 |" in made["build_ratios"]
    assert "| Pyomo rules, `highs` | - | - |" in made["build_memory"]
    text = "before\n<!-- table: build_ratios -->\nold\n<!-- end -->\nafter"
    assert build.filled(text, made) == text.replace("old", made["build_ratios"])


def test_a_size_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build.main(["--sizes", "huge"])
    assert "found huge, expected some of small, middle, large" in capsys.readouterr().err
