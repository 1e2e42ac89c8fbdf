"""Published location problems come out at their published optima; bad files are named in one line."""

import csv
import json
import subprocess
import sys
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from benchmarks.location.__main__ import main
from benchmarks.location.clusters import clusters, of_clusters
from benchmarks.location.instance import Instance, checked, exact
from benchmarks.location.knapsacks import best_prices, relax
from benchmarks.location.medians import read_graph, read_pmedcap
from benchmarks.location.numbers import as_number
from benchmarks.location.search import good_sites, value_of
from benchmarks.location.solution import solve
from geodata.tables import TableError

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "benchmarks"
STORES = SHARED / "spopt_sf_stores"
PMEDCAP = {"pmedcap01": 713, "pmedcap02": 740, "pmedcap03": 751, "pmedcap04": 651, "pmedcap05": 664}


def published(folder: str, column: str = "instance") -> dict[str, str]:
    with (SHARED / folder / "optima.csv").open(encoding="utf-8") as file:
        return {row[column]: row["optimum"] for row in csv.DictReader(file)}


def run(capsys: pytest.CaptureFixture[str], path: Path, kind: str, *more: str) -> dict:
    code = main([str(path), "--kind", kind, "--json", *more])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return json.loads(printed.out)


def fault(capsys: pytest.CaptureFixture[str], path: Path, kind: str, *more: str) -> str:
    assert main([str(path), "--kind", kind, *more]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
    return printed.err


def written(folder: Path, text: str, name: str = "file.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# Published optima.


@pytest.mark.parametrize("name", ["cap41", "cap42", "cap43", "cap44"])
def test_capacitated_warehouses(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, SHARED / "orlib_cap4x" / f"{name}.txt", "cap")
    assert found["optimum"] == float(published("orlib_cap4x")[name])
    assert found["bound"] == pytest.approx(found["optimum"], rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cap131", "cap132"])
def test_uncapacitated_warehouses(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, SHARED / "uflp_small" / f"{name}.txt", "uncap")
    assert found["optimum"] == pytest.approx(float(published("uflp_small")[name]), abs=6e-4)


@pytest.mark.parametrize("name", ["B1.1", pytest.param("D1.1", marks=pytest.mark.slow)])
def test_ufllib(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert str(run(capsys, SHARED / "uflp_small" / name, "uflp")["optimum"]) == published("uflp_small")[name]


@pytest.mark.parametrize(
    "name", ["pmed1", *(pytest.param(f"pmed{k}", marks=pytest.mark.slow) for k in (2, 3, 4, 5))]
)
def test_medians_of_graphs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, SHARED / "orlib_pmed_1_5" / f"{name}.txt", "pmed")
    assert str(found["optimum"]) == published("orlib_pmed_1_5")[name]
    assert len(found["opened"]) == int((SHARED / "orlib_pmed_1_5" / f"{name}.txt").read_text().split()[2])


@pytest.mark.parametrize(
    "name", ["pmedcap02", *(pytest.param(n, marks=pytest.mark.slow) for n in PMEDCAP if n != "pmedcap02")]
)
def test_capacitated_medians(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, SHARED / "orlib_pmedcap_01_05" / f"{name}.txt", "pmedcap")
    assert found["optimum"] == found["stated_in_file"] == PMEDCAP[name]
    assert len(found["opened"]) == 5


def test_median_of_tracts(capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, STORES, "pmedian", "--p", "4")
    assert found["optimum"] == pytest.approx(2848268129.7145104, rel=1e-14)
    assert found["mean_distance"] == pytest.approx(2982.1268579890657, rel=1e-14)


def test_covering_of_tracts(capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, STORES, "mclp", "--p", "4", "--radius", "5000")
    assert found["optimum"] == 875247
    assert found["covered_nodes_share"] == pytest.approx(0.8975609756097561)


def test_the_table_alone_does_as_well_as_the_folder(capsys: pytest.CaptureFixture[str]) -> None:
    table = STORES / "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    assert run(capsys, table, "mclp", "--p", "4", "--radius", "5000")["optimum"] == 875247
    few = run(capsys, table, "lscp", "--radius", "8000")
    assert few["optimum"] == run(capsys, STORES, "lscp", "--radius", "8000")["optimum"] == 3


# Small cases, worked out by trying all.


def some(seed: int, sites: int = 6, nodes: int = 9, **changes: object) -> Instance:
    draw = np.random.default_rng(seed)
    figures = {
        "opening": exact(draw.integers(0, 40, sites).tolist()),
        "cost": exact(draw.integers(0, 50, (sites, nodes)).tolist()),
        "demand": exact(draw.integers(1, 9, nodes).tolist()),
    }
    return Instance(**(figures | changes))


def tried(instance: Instance) -> int:
    sizes = [instance.count] if instance.count else range(1, len(instance.opening) + 1)
    sets = [list(c) for size in sizes for c in combinations(range(len(instance.opening)), size)]
    return min(int(instance.opening[c].sum() + instance.cost[c].min(axis=0).sum()) for c in sets)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [None, 2])
def test_all_sets_tried_without_capacity(seed: int, count: int | None) -> None:
    instance = some(seed, count=count)
    found = solve(instance)
    assert found.proven
    assert found.value == tried(instance)
    assert count is None or len(found.opened) == count


def assigned(instance: Instance) -> int:
    """Return the least cost of one site for each node, node by node over all loads."""
    plans = {(0,) * len(instance.opening): 0}
    for d, size in enumerate(instance.demand):
        longer: dict[tuple[int, ...], int] = {}
        for load, cost in plans.items():
            for s, most in enumerate(instance.capacity):
                if load[s] + size <= most:
                    key = (*load[:s], load[s] + size, *load[s + 1 :])
                    longer[key] = min(longer.get(key, 10**9), cost + instance.cost[s, d])
        plans = longer
    opened = {k: sum(instance.opening[s] for s, v in enumerate(k) if v) for k in plans}
    fits = [k for k in plans if instance.count is None or sum(v > 0 for v in k) <= instance.count]
    return min(plans[k] + opened[k] for k in fits)


@pytest.mark.parametrize("seed", range(3))
def test_all_assignments_tried_with_capacity(seed: int) -> None:
    instance = some(seed, 4, 7, capacity=exact([13, 17, 15, 21]), single_source=True)
    found = solve(instance)
    assert found.value == assigned(instance)
    assert found.bound > found.value - 1


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_is_below_the_bound_of_the_knapsacks(seed: int) -> None:
    instance = some(seed, 4, 7, capacity=exact([13, 17, 15, 21]), single_source=True)
    best = assigned(instance)
    relaxed = best_prices(instance)
    assert relaxed.bound <= best + 1e-9
    assert (relaxed.by_arc.min(axis=0) <= best + 1e-9).all()  # each node keeps an arc of the best plan
    assert relax(instance, relaxed.price * 0.5).bound <= best


@pytest.mark.parametrize("seed", range(4))
def test_the_best_plan_is_made_of_clusters(seed: int) -> None:
    instance = some(seed, 4, 7, capacity=exact([13, 17, 15, 21]), single_source=True)
    best, relaxed = assigned(instance), best_prices(instance)
    known = of_clusters(instance, relaxed, float("inf"))
    assert known.proven
    assert known.value == pytest.approx(best)
    used = sorted(set(known.site.tolist()))
    assert sum(instance.opening[used]) + sum(instance.cost[known.site, range(7)]) == best
    assert clusters(instance, relaxed, best, 1) is None
    fewer = clusters(instance, relaxed, relaxed.bound, 10_000)
    all_up_to_it = clusters(instance, relaxed, float(best), 10_000)
    assert len(fewer.site) <= len(all_up_to_it.site)
    for s in used:  # the best plan's own clusters are among them
        rows = all_up_to_it.member[all_up_to_it.site == s]
        assert (rows == (known.site == s)).all(axis=1).any()


def test_split_demand_is_priced_to_the_last_digit() -> None:
    third = Fraction(1, 3)
    instance = Instance(
        exact([0, 10]), exact([[3, 30], [6, 7]]), exact([Fraction(3, 2), 2]), capacity=exact([1, 3])
    )
    found = solve(instance)
    assert found.value == 10 + 3 * 2 * third + 6 * third + 7


def test_start_is_a_plan_and_the_swaps_improve_it() -> None:
    instance = some(1, 12, 20)
    opening, cost = instance.opening.astype(float), instance.cost.astype(float)
    chosen = good_sites(opening, cost, None)
    assert tried(instance) <= value_of(opening, cost, chosen) <= value_of(opening, cost, list(range(12)))


# Files.


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("7500.", 7500),
        (".5", Fraction(1, 2)),
        ("1.5D3", 1500),
        ("6739.72500", Fraction(673972500, 100000)),
        ("-2e-1", Fraction(-1, 5)),
        ("1.D2", 100),
        ("+3", 3),
    ],
)
def test_numbers(word: str, value: Fraction) -> None:
    assert as_number(word) == value


@pytest.mark.parametrize("word", ["nan", "inf", "x", "1_000", "1/3", "capacity", ".", "1e"])
def test_words_that_are_no_numbers(word: str) -> None:
    assert as_number(word) is None


def test_lines_may_break_anywhere_and_capacity_may_be_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, " 2\n2 capacity 10.\ncapacity\r\n 20. 5 1 2\n6\n 3.5D0 .5\n\x1a")
    assert run(capsys, path, "uncap")["optimum"] == 14.5
    assert run(capsys, path, "cap", "--capacity", "8")["optimum"] == 31.5 + 0.0
    assert "--capacity" in fault(capsys, path, "cap")


def test_capacities_of_the_file_make_way_for_the_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "2 1\n 5 10\n 5 10\n 6 12 24\n")
    assert run(capsys, path, "cap")["optimum"] == 20 + 10 + 4
    assert run(capsys, path, "cap", "--capacity", "6")["optimum"] == 22


def test_ufllib_in_either_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    simple = written(tmp_path, "FILE: a b\n2 3 0\n1 10 1 2\n3\n2 4 5 5 5\n", "simple")
    orlib = written(tmp_path, "2 3\n0 10\n0 4\n0 1 5\n0 2 5\n0 3 5\n", "orlib")
    assert run(capsys, simple, "uflp")["optimum"] == run(capsys, orlib, "uflp")["optimum"] == 16


def test_the_last_of_parallel_edges_counts(tmp_path: Path) -> None:
    path = written(tmp_path, "3 4 1\n1 2 5\n2 3 1\n2 1 9\n3 2 2.5\n")
    distance, joined, chosen = read_graph(path)
    assert distance.tolist() == [[0, 9, 11.5], [9, 0, 2.5], [11.5, 2.5, 0]]
    assert joined.all()
    assert chosen == 1


def test_graphs_in_parts_need_a_median_in_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "4 2 {}\n1 2 5\n3 4 2\n"
    assert run(capsys, written(tmp_path, text.format(2)), "pmed")["optimum"] == 7
    assert main([str(written(tmp_path, text.format(1))), "--kind", "pmed"]) == 1
    assert "no plan" in capsys.readouterr().err


def test_several_problems_in_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = "2 1 9\n1 0 0 3\n2 3 3.5 4\n"
    path = written(tmp_path, f"2\n 1 4\n{points} 2 7\n{points}")
    assert read_pmedcap(path, 2).stated == 7
    assert run(capsys, path, "pmedcap", "--problem", "1")["optimum"] == 4  # 4.6 rounded down
    assert "1, 2" in fault(capsys, path, "pmedcap")


def test_a_problem_whose_numbers_look_like_several_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = "".join(f"{k} 1 {k} 1\n" for k in range(1, 13))
    path = written(tmp_path, f"4 36\n12 1 100\n{points}")  # four jumps of 5 + 4 x "points" end at its end
    assert run(capsys, path, "pmedcap")["optimum"] == 36


def test_set_covering_by_rows_or_by_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = written(tmp_path, "3 4\n2 3 4 6\n2 1 4\n2 2\n4\n2 3 4\n", "rows")
    columns = written(tmp_path, "3 4\n2 1 1\n3 1 2\n4 1 3\n6 3 1 2 3\n", "columns")
    assert run(capsys, rows, "lscp")["optimum"] == run(capsys, columns, "lscp")["optimum"] == 6


def test_covering_on_a_graph(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "5 4 1\n1 2 4\n2 3 4\n3 4 4\n4 5 4\n")
    assert run(capsys, path, "lscp", "--radius", "4")["optimum"] == 2
    assert run(capsys, path, "lscp", "--radius", "3.9")["optimum"] == 5


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("2 2 10 10 10 20 5 1 2 6 3", "cap", "1 more: costs of node 2"),
        ("2 2 10 10 10 20 5 1 2 6 3 1 7", "cap", "after the last number"),
        ("2 2 10 10 10 x 5 1 2 6 3 1", "cap", "'x' as word 6"),
        ("2 2 3 10 4 20 5 1 2 6 3 1", "cap", "capacity 7 for demand 11"),
        ("2 2 9 10 9 20 0 1 2 6 3 1", "cap", "demand of 0"),
        ("2 2 9 10 9 20 5 1 -2 6 3 1", "uncap", "negative"),
        ("2 2.5 9 10", "cap", "found 2.5 as word 2"),
        ("0 0", "uncap", "at least one"),
        ("", "pmed", "ended after 0"),
        ("", "pmedcap", "ended after 0"),
        ("", "cap", "ended after 0"),
        ("3 1 1 1 4 7", "pmed", "vertices 1 to 3"),
        ("3 1 4 1 2 7", "pmed", "4 sites to open"),
        ("1 7 2 1 9 1 0 0 3 1 3 4 4", "pmedcap", "out of order"),
        ("2 2 1 1 1 1 1 3", "lscp", "nor is it a list by columns"),
        ("FILE: x\n2 1 0\n1 5 5\n7 5 5", "uflp", "found site 7"),
    ],
)
def test_bad_files(
    text: str, kind: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in fault(capsys, written(tmp_path, text), kind)


def test_bad_paths_and_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff\xfe")
    assert "no such file" in fault(capsys, tmp_path / "nothing", "cap")
    assert fault(capsys, tmp_path / "nothing", "lscp").endswith("found no such file\n")
    assert "found a folder, expected a file" in fault(capsys, tmp_path, "pmed")
    assert "no text" in fault(capsys, tmp_path / "picture", "cap")
    assert "needs --p; kind mclp needs --radius" in fault(capsys, STORES, "mclp")
    assert "does not take --p" in fault(capsys, STORES, "lscp", "--radius", "5", "--p", "3")
    assert "needs --radius" in fault(capsys, STORES, "lscp")
    assert "no site reaches 192 nodes" in fault(capsys, STORES, "lscp", "--radius", "500")
    assert "no column NOTHING" in fault(capsys, STORES, "pmedian", "--p", "2", "--weight", "NOTHING")
    assert "found 0 tables" in fault(capsys, tmp_path, "pmedian", "--p", "2")


def test_bad_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "distance,name,DestinationName,demand\n"
    twice = written(tmp_path, f"{head}1,a,x,3\n2,a,x,3\n", "distance.csv")
    assert "1 pairs twice" in fault(capsys, twice, "pmedian", "--p", "1")
    words = written(tmp_path, f"{head}far,a,x,3\n", "distance.csv")
    assert "'far' in distance, line 2" in fault(capsys, words, "pmedian", "--p", "1")
    weights = written(tmp_path, f"{head}1,a,x,3\n1,b,x,4\n", "distance.csv")
    assert "two weights" in fault(capsys, weights, "pmedian", "--p", "1")


def test_all_faults_of_an_instance_at_once() -> None:
    bad = Instance(exact([-1]), exact([[1, 1]]), exact([1, 1]), reach=np.asarray([[True, False]]), count=2)
    with pytest.raises(TableError, match=r"negative figures.*2 sites to open.*no site reaches 1 nodes \(2\)"):
        checked(bad, "file")


@pytest.mark.slow
def test_the_command_prints_two_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "2 1 0\n1 5 5\n2 5 4.25\n")
    command = [sys.executable, "-m", "benchmarks.location", str(path), "--kind", "uflp"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    optimum, seconds = done.stdout.splitlines()
    assert optimum == "optimum 9.25"
    assert float(seconds.removeprefix("seconds ")) > 0
