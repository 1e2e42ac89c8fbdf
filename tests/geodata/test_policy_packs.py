"""Policy packs: the shipped ones, packs on top of packs, reasons, and every fault of a file."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import hub_ids
from geodata.layers.policy import Settings, measure_policy
from geodata.layers.policy_packs import read_pack, shipped_packs
from geodata.read import builtin
from geodata.tables import TableError

PROVINCES = set(builtin("provinces")["province"])


def _rules(**settings: object) -> pd.DataFrame:
    return measure_policy(Settings.model_validate(settings), PROVINCES, hub_ids()).set_index("rule_id")


def _held(**settings: object) -> set[str]:
    rules = _rules(**settings)
    return set(rules.index[rules["enabled"]])


def _written(folder: Path, text: str, name: str = "mine.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_the_shipped_packs():
    assert shipped_packs() == ["edwc-2025", "edwc-strict-physical", "no-policy"]
    assert all(read_pack(Path(name)).title for name in shipped_packs())


def test_without_a_pack_the_rules_are_those_of_edwc_2025():
    assert _rules(pack="edwc-2025").drop(columns="note").equals(_rules().drop(columns="note"))


def test_no_policy_holds_nothing_until_a_rule_is_put_on():
    assert _held(pack="no-policy") == set()
    assert _held(pack="no-policy", switches={"PUE-10": True}) == {"PUE-10"}


def test_the_strict_pack_reads_clusters_supply_racks_and_water():
    rules, before = _rules(pack="edwc-strict-physical"), _rules(pack="edwc-2025")
    assert set(rules.index[rules["enabled"] & ~before["enabled"]]) == {
        "LAY-02", "PUE-01", "PUE-02", "PUE-03", "PUE-14", "WAT-03",
    }  # fmt: skip
    assert rules.loc["GRN-01", "accounting"] == "annual"
    assert before.loc["GRN-01", "accounting"] == "certificates"
    assert rules.loc["GRN-01", "price_m_cny_per_unit"] > before.loc["GRN-01", "price_m_cny_per_unit"]
    assert rules.loc["LAY-02", "hard"]
    assert rules.loc["LAY-02", "hub_scope"] == "start_area"
    assert rules.loc["WAT-03", "number"] == 1.4


def test_a_reason_leads_the_note_and_figures_stay_those_of_the_table():
    rules, table = _rules(pack="edwc-2025"), _rules()
    assert rules.loc["LAY-04", "note"].startswith("in force; large sites")
    assert "(edwc-2025)" in rules.loc["LAY-04", "note"]
    assert rules.loc["LAY-04", "note"].endswith(table.loc["LAY-04", "note"])
    assert rules["source"].equals(table["source"])


def test_settings_act_on_top_of_a_pack():
    rules = _rules(
        pack="edwc-strict-physical", off=["LAY-02"], numbers={"WAT-03": 1.2}, hardness={"GRN-01": True}
    )
    assert not rules.loc["LAY-02", "enabled"]
    assert rules.loc["WAT-03", "number"] == 1.2
    assert rules.loc["GRN-01", "hard"]


def test_a_pack_without_base_begins_with_every_rule_off(tmp_path: Path):
    pack = _written(tmp_path, "rules: {PUE-10: {why: alone}}")
    assert _held(pack=pack) == {"PUE-10"}


def test_packs_stack_and_the_upper_one_goes_first(tmp_path: Path):
    _written(
        tmp_path,
        "base: no-policy\nrules:\n"
        "  LAY-05: {number: 0.7, hard: true, why: a}\n  PUE-10: {enabled: false, why: b}",
        "low.yaml",
    )
    pack = _written(
        tmp_path, "base: low.yaml\nrules:\n  LAY-05: {number: 0.9, why: c}\n  PUE-10: {why: d}", "high.yaml"
    )
    rules = _rules(pack=pack)
    assert rules.loc["LAY-05", "number"] == 0.9
    assert rules.loc["LAY-05", "hard"]
    assert rules.loc["LAY-05", "note"].startswith("c (high)")
    assert set(rules.index[rules["enabled"]]) == {"LAY-05", "PUE-10"}


def test_every_key_of_a_rule_reaches_the_table(tmp_path: Path):
    change = {
        "number": 0.5, "hard": True, "price_m_cny_per_unit": 7.0, "scope": "JJJ", "hub_scope": "start_area",
        "large_from_mw": 9.0, "local_load_exempt": True, "accounting": "hourly", "pue_from": 1.4,
        "from_year": 2027, "to_year": 2029, "after_end": "lapse",
    }  # fmt: skip
    text = ", ".join(
        f"{key}: {str(value).lower() if value is True else value}" for key, value in change.items()
    )
    row = _rules(pack=_written(tmp_path, f"rules: {{GRN-01: {{why: x, {text}}}}}")).loc["GRN-01"]
    assert {key: row[key] for key in change} == change


def test_a_pack_names_a_table_of_rules_beside_it(tmp_path: Path):
    rows = builtin("policy_rules").query("rule_id == 'PUE-06'").drop(columns=["says", "vintage"])
    rows.assign(enabled="false").to_csv(tmp_path / "rules.csv", index=False)
    pack = _written(tmp_path, "table: rules.csv\nrules: {PUE-06: {number: 1.15, why: colder here}}")
    rules = _rules(pack=pack)
    assert list(rules.index) == ["PUE-06"]
    assert rules.loc["PUE-06", "number"] == 1.15
    with pytest.raises(TableError, match="found two tables of rules"):
        _rules(pack=pack, file=str(tmp_path / "rules.csv"))


def test_a_name_is_kept_where_the_scenario_placed_it(tmp_path: Path):
    assert Settings(pack=tmp_path / "edwc-2025").pack == Path("edwc-2025")
    assert Settings(pack=tmp_path / "mine.yaml").pack == tmp_path / "mine.yaml"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules: {LAY-4: {why: x}}", "no rule LAY-4; did you mean LAY-04"),
        (
            "rules: {LAY-04: {}}",
            "key rules.LAY-04.why: is missing; each rule that a pack names has its reason",
        ),
        (
            "rules: {LAY-04: {why: x, nummer: 3}}",
            "key rules.LAY-04.nummer: unknown key; known are why, enabled",
        ),
        ("regeln: {}", "key regeln: unknown key; known are title"),
        ("rules: {LAY-05: {why: x, number: much}}", "key rules.LAY-05.number: found 'much'"),
        ("rules: {GRN-01: {why: x, accounting: daily}}", "key rules.GRN-01.accounting: found 'daily'"),
        ("rules: {LAY-05: {why: x, number: 60}}", "LAY-05: found 60, expected a share from 0 to 1"),
        ("rules: {NET-01: {why: x}}", "NET-01: is parameter and binds nothing, it cannot be put on"),
        ("rules: {LAY-04: {why: x}, LAY-04: {why: y}}", "key LAY-04 is given twice"),
        ("rules: [", "is not valid YAML"),
        ("- a", "key the file"),
        ("base: mine.yaml", "key base: the packs begin with each other in a circle"),
        ("base: other.yaml", "no pack .*other.yaml; expected one of edwc-2025"),
        ("table: other.csv", "no file .*other.csv"),
    ],
)
def test_faults_of_a_pack(tmp_path: Path, text: str, message: str):
    with pytest.raises(TableError, match=message):
        _rules(pack=_written(tmp_path, text))


def test_an_unknown_name_is_told_with_those_there_are():
    with pytest.raises(
        TableError, match="no pack edwc-2024; expected one of edwc-2025, edwc-strict-physical"
    ):
        _rules(pack="edwc-2024")
