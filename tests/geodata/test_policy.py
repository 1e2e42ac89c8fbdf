"""Policy rules: all rows classed, switches, numbers out of range, unknown ids."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import hub_ids
from geodata.layers.policy import Settings, measure_policy
from geodata.layers.policy_faults import BINDING
from geodata.read import builtin
from geodata.tables import TableError

FACTS = Path(__file__).parents[2].parent / "shared" / "facts"
APART = ["says", "vintage"]  # columns of the built-in table that no table of one's own has
PROVINCES = set(builtin("provinces")["province"])


def _rules(**settings: object) -> pd.DataFrame:
    return measure_policy(Settings.model_validate(settings), PROVINCES, hub_ids()).set_index("rule_id")


def test_every_row_of_the_facts_is_classed():
    facts = pd.read_csv(FACTS / "policy_rules.csv")
    assert sorted(_rules().index) == sorted(facts["rule_id"])


def test_rules_in_force_by_default():
    rules = _rules()
    in_force = rules[rules["enabled"]]
    assert set(in_force.index) == {
        "LAY-04", "LAY-05", "PUE-06", "PUE-07", "PUE-10", "PUE-12", "PUE-13", "PUE-16", "PUE-17", "GRN-01",
        "GRN-04",
    }  # fmt: skip
    assert in_force["kind"].isin(BINDING).all()
    soft = in_force[~in_force["hard"]]
    assert set(soft.index) == {"LAY-05", "GRN-01"}
    assert (soft["price_m_cny_per_unit"] > 0).all()
    assert rules.loc["LAY-04", "local_load_exempt"]
    assert rules.loc["LAY-05", "to_year"] == 2025
    assert rules.loc["GRN-01", "from_year"] == 2026


def test_each_rule_says_why_it_is_classed_so():
    assert (_rules()["note"] != "").all()


def test_every_binding_rule_can_be_put_on():
    rules = _rules()
    binding = list(rules.index[rules["kind"].isin(BINDING)])
    assert _rules(on=binding).loc[binding, "enabled"].all()
    assert {
        "wue_cap",
        "self_use",
        "curtailment_cap",
        "rack_use",
        "domestic_share",
        "energy_surcharge",
    } <= set(rules.loc[binding, "kind"])


def test_a_switch_goes_before_the_lists():
    rules = _rules(off=["LAY-02"], on=["LAY-02"], switches={"LAY-02": True, "LAY-04": False})
    assert rules.loc["LAY-02", "enabled"]
    assert not rules.loc["LAY-04", "enabled"]


def test_no_policy():
    assert not _rules(none=True)["enabled"].any()


def test_switches_and_numbers():
    rules = _rules(off=["LAY-04"], on=["DAT-02"], numbers={"LAY-05": 0.7}, hardness={"LAY-05": True})
    assert not rules.loc["LAY-04", "enabled"]
    assert rules.loc["DAT-02", "enabled"]
    assert rules.loc["LAY-05", "number"] == 0.7
    assert rules.loc["LAY-05", "hard"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"off": ["LAY-4"]}, "off: no rule LAY-4; did you mean LAY-04"),
        ({"numbers": {"PUE-0": 1.3}}, "numbers: no rule PUE-0"),
        ({"hardness": {"x": True}}, "hardness: no rule x; expected one of"),
        ({"on": ["NET-01"]}, "NET-01: is parameter and binds nothing"),
        ({"numbers": {"NET-01": 1}}, "numbers: NET-01 is parameter and binds nothing"),
        ({"hardness": {"NET-01": True}}, "hardness: NET-01 is parameter and binds nothing"),
        ({"numbers": {"LAY-04": 5}}, "numbers: LAY-04 has no number to change"),
        ({"switches": {"LAY-4": True}}, "switches: no rule LAY-4; did you mean LAY-04"),
        ({"switches": {"NET-01": True}}, "NET-01: is parameter and binds nothing"),
        ({"numbers": {"WAT-03": 1600}}, "WAT-03: found WUE 1600 L/kWh, expected 0 to 10"),
        ({"numbers": {"PUE-12": 0.2}}, "PUE-12: found 0.2 CNY/MWh.*is it in CNY per kWh"),
        ({"numbers": {"GRN-04": 60}}, "GRN-04: found 60, expected a share from 0 to 1"),
        ({"hardness": {"GRN-04": False}}, "GRN-04: found soft, but self_use can only be hard"),
        ({"numbers": {"LAY-05": 60}}, "LAY-05: found 60, expected a share from 0 to 1"),
        ({"numbers": {"PUE-06": 0.9}}, "PUE-06: found PUE 0.9, expected 1 to 3"),
        (
            {"numbers": {"LAY-05": float("nan")}, "hardness": {"PUE-06": False}},
            "PUE-06: soft, but without price",
        ),
    ],
)
def test_faults_of_settings(settings: dict[str, object], message: str):
    with pytest.raises(TableError, match=message):
        _rules(**settings)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "pue_limit"}, "found kind pue_limit, expected one of hub_share"),
        ({"scope": "Bejing"}, "unknown scope Bejing; did you mean Beijing"),
        ({"hub_scope": "county"}, "found hub_scope county"),
        ({"from_year": "2030", "to_year": "2025"}, "from_year 2030 is after to_year 2025"),
        ({"number": ""}, "PUE-06: found no number"),
        ({"after_end": "stay"}, "after_end"),
        ({"kind": "green_share", "number": "0.8"}, "found no accounting, expected certificates"),
        ({"accounting": "annual"}, "accounting is of green_share only, found annual for pue_cap"),
        ({"kind": "energy_surcharge", "number": "200"}, "found no pue_from"),
        (
            {"kind": "large_in_hub_only", "hub_scope": "province", "large_from_mw": ""},
            "found no large_from_mw",
        ),
        ({"kind": "hub_share", "number": "0.5"}, "found no hub_scope"),
    ],
)
def test_faults_of_an_own_file(tmp_path: Path, change: dict[str, str], message: str):
    rows = builtin("policy_rules").query("rule_id == 'PUE-06'").drop(columns=APART).astype(object)
    path = tmp_path / "rules.csv"
    rows.assign(**change).to_csv(path, index=False)
    with pytest.raises(TableError, match=message):
        _rules(file=str(path))


def test_an_own_file_replaces_all_rules(tmp_path: Path):
    path = tmp_path / "rules.csv"
    builtin("policy_rules").query("rule_id == 'PUE-06'").drop(columns=APART).to_csv(path, index=False)
    assert list(_rules(file=str(path)).index) == ["PUE-06"]
