"""`--rule ID=on|off`: on top of everything, several at once, and its faults."""

from pathlib import Path

import pytest

from geodata.candidates import hub_ids
from geodata.layers.policy import measure_policy
from siting.options import switches
from siting.scenario import ScenarioError, load_scenario
from tests.siting.conftest import Run

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_rules_become_switches_of_the_scenario() -> None:
    texts = switches(["GRN-01=off", "LAY-02=on"])
    scenario = load_scenario(SCENARIOS / "china-2030.yaml", texts)
    assert scenario.geodata.policy.switches == {"GRN-01": False, "LAY-02": True}
    assert scenario.geodata.policy.pack == Path("edwc-2025")
    assert switches(None) == []


@pytest.mark.parametrize(
    ("texts", "named"),
    [(["GRN-01"], "GRN-01"), (["GRN-01=yes"], "GRN-01=yes"), (["=on"], "=on"), (["A=on", "A=off"], "A")],
)
def test_another_form_is_refused(texts: list[str], named: str) -> None:
    with pytest.raises(ScenarioError, match=f"--rule {named}.*expected ID=on or ID=off once"):
        switches(texts)


@pytest.mark.slow
def test_an_unknown_rule_is_told_by_the_command(siting: Run) -> None:
    result = siting("check", SCENARIOS / "tiny.yaml", "--rule", "GRN-1=off")
    assert result.exit_code != 0
    assert "switches: no rule GRN-1; did you mean" in result.output


def test_the_scenarios_use_the_packs() -> None:
    packs = {
        name: load_scenario(SCENARIOS / f"{name}.yaml").geodata.policy.pack
        for name in ("china-2030", "china-2030-strict-physical", "no-policy", "placeholder-country")
    }
    assert packs == {
        "china-2030": Path("edwc-2025"),
        "china-2030-strict-physical": Path("edwc-strict-physical"),
        "no-policy": Path("no-policy"),
        "placeholder-country": SCENARIOS.parent / "countries" / "placeholder" / "policy.yaml",
    }


def test_the_template_pack_is_usable(own: Path) -> None:
    text = (
        (own / "scenario.yaml")
        .read_text(encoding="utf-8")
        .replace("pack: edwc-2025 ", "pack: policy.yaml ", 1)
    )
    (own / "packed.yaml").write_text(text, encoding="utf-8")
    policy = load_scenario(own / "packed.yaml").geodata.policy
    assert policy.pack == own / "policy.yaml"
    rules = measure_policy(policy, {"Beijing", "Shanghai", "Guangdong", "Ningxia"}, hub_ids()).set_index(
        "rule_id"
    )
    assert rules.loc["GRN-01", "accounting"] == "annual"
    assert not rules.loc["PUE-17", "enabled"]
    assert rules.loc["DAT-02", "enabled"]
