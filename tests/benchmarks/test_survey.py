"""The benchmark of the survey runs, and its ways to the same means agree."""

import json
from pathlib import Path

import pytest

from benchmarks.survey import compare_zonal, made_polygons, main

DATA = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_means_agree() -> None:
    found = compare_zonal(60)
    assert found["largest_difference"] <= 1e-6
    assert found["difference_to_rasterstats"] < 2


def test_polygons_are_the_same_each_time() -> None:
    assert made_polygons(5).geom_equals(made_polygons(5)).all()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_the_whole_prints_time_and_memory(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--data", str(DATA), "--resolutions", "0.5,0.25", "--polygons", "20", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [row["resolution_deg"] for row in found["cells"]] == [0.5, 0.25]
    assert all(0 < row["memory_mb"] < 3000 and row["seconds"] > 0 for row in found["cells"])
    main(["--data", str(DATA), "--resolutions", "1", "--polygons", "20"])
    assert "ours / exactextract" in capsys.readouterr().out
