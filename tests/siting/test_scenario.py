from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geodata.readers.yaml_file import parse, render
from siting.scenario import Scenario, ScenarioError, dump_scenario, load_scenario


def write(folder: Path, text: str, name: str = "a.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_an_empty_mapping_is_all_defaults(tmp_path: Path) -> None:
    assert load_scenario(write(tmp_path, "{}")) == Scenario(name="a")
    assert load_scenario(None) == Scenario(name="defaults")


def test_it_comes_back_the_same_from_what_is_written(tmp_path: Path) -> None:
    text = "title: 中国\ngeodata: {policy: {off: [R1], numbers: {R2: 0.5}}, demand: {last_year: 2028}}\n"
    scenario = load_scenario(write(tmp_path, text), ["optim.solve.gap_share=1e-5"])
    assert scenario.geodata.policy.off == ("R1",)
    assert scenario.optim.solve.gap_share == 1e-5
    assert load_scenario(write(tmp_path, dump_scenario(scenario), "b.yaml")) == scenario


def test_base_is_merged_key_by_key_and_values_are_replaced(tmp_path: Path) -> None:
    write(
        tmp_path,
        "title: below\ngeodata: {policy: {off: [A, B]}, demand: {path: low, mix: balanced}}",
        "b.yaml",
    )
    text = "base: b.yaml\ngeodata: {policy: {off: [C]}, demand: {path: high}}"
    scenario = load_scenario(write(tmp_path, text))
    assert (scenario.name, scenario.title) == ("a", "below")
    assert scenario.geodata.policy.off == ("C",)
    assert (scenario.geodata.demand.path, scenario.geodata.demand.mix) == ("high", "balanced")


def test_paths_are_relative_to_the_file_that_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "geodata: {candidates: {sites_file: s.csv}, campuses_file: c.csv}", "below/b.yaml")
    path = write(tmp_path, "base: ../below/b.yaml\ngeodata: {campuses_file: ../c.csv}", "above/a.yaml")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    geodata = load_scenario(path, ["geodata.tables=t"]).geodata
    assert geodata.candidates.sites_file == str(tmp_path / "below" / "s.csv")
    assert geodata.campuses_file == tmp_path / "c.csv"
    assert geodata.tables == tmp_path / "here" / "t"


def test_paths_in_a_list_are_relative_too(tmp_path: Path) -> None:
    text = "geodata: {cells: {exclusions: {own: [{file: parks.gpkg, reason: parks}]}}}"
    path = write(tmp_path, text, "below/b.yaml")
    layer = load_scenario(path).geodata.cells.exclusions.own[0]
    assert layer.file == tmp_path / "below" / "parks.gpkg"


def test_a_key_of_several_kinds_is_named_as_the_user_wrote_it(tmp_path: Path) -> None:
    path = write(tmp_path, "geodata: {cells: {exclusions: {force_include: [[1, 2, 3]]}}}")
    with pytest.raises(ScenarioError) as told:
        load_scenario(path)
    lines = str(told.value).splitlines()
    assert [line.split(": found")[0] for line in lines] == [
        f"{path}: key geodata.cells.exclusions.force_include.0",
        f"{path}: key geodata.cells.exclusions.force_include",
    ]
    assert "expected the path of a file" in lines[1]


def test_a_later_override_wins(tmp_path: Path) -> None:
    path = write(tmp_path, "optim: {solve: {seed: 5}}")
    assert load_scenario(path, ["optim.solve.seed=6", "optim.solve.seed=7"]).optim.solve.seed == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "optim: {solve: {gap_shar: 1}}",
            "a.yaml: key optim.solve.gap_shar: unknown key; did you mean gap_share?",
        ),
        (
            "optim: {campus: {largest_province_share: 0.2}}",
            "key optim.campus.largest_province_share: is now optim.resilience.largest_province_share",
        ),
        (
            "optim: {cooling: {technology: liquid_dry}}",
            "key optim.cooling.technology: is now optim.cooling.technologies, a list",
        ),
        ("optim: {campus: {campus_min_gw: 1}}", "unknown key; did you mean campus_min_mw"),
        (
            "zzz: 1",
            "key zzz: unknown key; known here: name, title, title_zh, description, geodata, optim, maps",
        ),
        ("optim: {solve: {gap_share: 5}}", "key optim.solve.gap_share: found 5, expected to be less than 1"),
        (
            "optim: {solve: {gap_share: one}}",
            "key optim.solve.gap_share: found 'one', expected to be a valid number",
        ),
        ("geodata: {grid: {band: middle}}", "found 'middle', expected to be 'low', 'central' or 'high'"),
        (
            "geodata: {demand: {first_year: 1999}}",
            "first_year: found 1999, expected to be greater than or equal",
        ),
        ("geodata: {demand: {first_year: 2029, last_year: 2027}}", "key geodata.demand"),
        ("maps: {year: 2040}", "key maps.year: found 2040, expected a year of 2026 to 2030"),
        ("optim: {solve: {time_limit_s: .inf}}", "time_limit_s: found inf, expected a number"),
        ("optim: {costs: {items: {load_share: -1}}}", "items.load_share: found -1"),
        ("geodata: {policy: {numbers: {LAY-05: .nan}}}", "numbers.LAY-05: found nan, expected a number"),
        ("name: a/b", "key name: found 'a/b', expected a name for the run folder"),
        ("name: ..", "key name: found '..', expected a name"),
        ("name: /var/x", "key name: found '/var/x', expected a name"),
        ("optim: 3", "key optim: found 3"),
        ("", "found an empty file, expected keys"),
        ("- a", "found a list, expected keys"),
        ("a: [", "is not valid YAML"),
        ("title: a\ntitle: b", "key title is given twice"),
        ("base: a.yaml", "the scenarios extend each other in a circle"),
        ("base: [x]", r"key base: found \['x'\], expected the path"),
        ("base: none.yaml", "none.yaml: there is no such file"),
    ],
)
def test_faults_name_file_key_found_and_expected(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        load_scenario(write(tmp_path, text))


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(write(tmp_path, "zzz: 1\noptim: {solve: {seed: -1}}"))
    assert "zzz" in str(caught.value)
    assert "seed" in str(caught.value)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("optim.solve.sed=1", "command line: key optim.solve.sed: unknown key; did you mean seed"),
        ("optim.solve.seed", "expected a.b.c=value"),
        ("=1", "expected a.b.c=value"),
        ("a..b=1", "expected a.b.c=value"),
        ("title=[", "is not valid YAML"),
        ("title.x=1", "key title"),
    ],
)
def test_faults_of_overrides(tmp_path: Path, override: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        load_scenario(write(tmp_path, "{}"), [override])


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="cannot be read as a UTF-8 text file"):
        load_scenario(tmp_path / "a.yaml")


KEYS = st.sampled_from(["off", "on", "no", "yes", "null", "1", "name", "中"])
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("aon: #'\"-1e.f~中")


@example({"off": "1e1"})
@given(st.dictionaries(KEYS, VALUES | st.lists(VALUES) | st.dictionaries(KEYS, VALUES)))
def test_yaml_reads_back_what_it_wrote(data: dict) -> None:
    assert parse(render(data)) == data
