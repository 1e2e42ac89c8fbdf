"""Connections by voltage: base step, chosen voltages, faults."""

from pathlib import Path

import pytest

from geodata.layers.connection import measure_voltage_steps
from geodata.layers.grid import Settings
from geodata.read import builtin
from geodata.tables import TableError


def test_the_base_step_is_that_of_the_posted_prices():
    rows = measure_voltage_steps(Settings())
    assert rows["voltage_kv"].to_list() == [220, 500]
    assert set(builtin("tariffs").query("component == 'demand_charge'")["voltage_kv"]) == {220.0}


def test_other_voltages_lowest_first():
    rows = measure_voltage_steps(Settings(connection_steps_kv=(330, 110)))
    assert rows["voltage_kv"].to_list() == [110, 330]


def test_a_higher_voltage_carries_more_and_costs_more():
    rows = measure_voltage_steps(Settings(connection_steps_kv=(110, 220, 330, 500)))
    for column in ("capacity_mw", "line_m_cny_per_km", "bay_m_cny", "lead_years"):
        assert rows[column].is_monotonic_increasing, column


@pytest.mark.parametrize("steps", [(220, 400), ()])
def test_a_voltage_that_is_not_there(steps: tuple[float, ...]):
    expected = (
        r"geodata.grid.connection_steps_kv: found (400|none), expected at least one of 110, 220, 330, 500"
    )
    with pytest.raises(TableError, match=expected):
        measure_voltage_steps(Settings(connection_steps_kv=steps))


def test_a_table_whose_higher_step_carries_less(tmp_path: Path):
    rows = builtin("voltage_steps")
    rows.assign(capacity_mw=[900, 500, 800, 400]).to_csv(tmp_path / "voltage_steps.csv", index=False)
    with pytest.raises(TableError, match="carries less than a lower one"):
        measure_voltage_steps(Settings(), tmp_path)
