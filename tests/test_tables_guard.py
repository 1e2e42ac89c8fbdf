"""Every figure says its unit: columns of all tables, and every setting."""

import types
from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel

from geodata.tables import MODELS as SURVEY
from optim.tables import MODELS as RESULTS
from siting.dictionary import data_dictionary, unit_of
from siting.scenario import Scenario

BARE_COLUMNS = {
    "year", "from_year", "to_year", "earliest_year", "step", "modules", "opened", "cards", "supply_cards",
    "number", "value", "missed", "day", "month", "hour", "aqueduct_stress_score", "replaced_cards",
}  # fmt: skip
BARE_SETTINGS = {
    "first_year", "last_year", "decision_year", "year", "threads", "seed", "detour", "energy_factor",
    "east_shell_factor", "west_shell_factor", "energy_price_factor", "all_price_factor",
    "sites_shown", "limits_shown", "equivalents_shown", "quakes_since_year", "quota_year",
    "solar_place_factor_min", "solar_place_factor_max", "wind_place_exponent", "wind_place_factor_min",
    "wind_place_factor_max", "line_detour", "wind_weight_factor", "weather_weight_factor",
    "quota_factor", "factor", "factor_from_year",
    "time_of_use_factor", "whole_hours_max", "rounds_max", "searches_max", "workers",
}  # fmt: skip
COLUMNS = [
    (f"{models[table].__name__}.{name}", name, column)
    for models in (SURVEY, RESULTS)
    for table, model in models.items()
    for name, column in model.to_schema().columns.items()
]


def settings(model: type[BaseModel], where: str = "") -> Iterator[tuple[str, str, object, str | None]]:
    """Yield dotted path, name, annotation and description of every setting."""
    for name, field in model.model_fields.items():
        yield f"{where}{name}", name, field.annotation, field.description
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from settings(field.annotation, f"{where}{name}.")


SETTINGS = list(settings(Scenario))


def is_number(annotation: object) -> bool:
    kinds = get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
    return bool({int, float} & set(kinds))


def test_numeric_columns_end_with_their_unit() -> None:
    numeric = [(p, n) for p, n, column in COLUMNS if str(column.dtype).startswith(("int", "float"))]
    assert [path for path, name in numeric if not unit_of(name) and name not in BARE_COLUMNS] == []


def test_numeric_settings_end_with_their_unit() -> None:
    numeric = [(p, n) for p, n, annotation, _ in SETTINGS if is_number(annotation)]
    assert [path for path, name in numeric if not unit_of(name) and name not in BARE_SETTINGS] == []


def test_every_setting_has_a_sentence_and_a_default() -> None:
    lacking = [path for path, _, _, description in SETTINGS if not description]
    assert not lacking
    Scenario(name="defaults")


def test_settings_are_frozen_and_refuse_unknown_keys() -> None:
    models = {a for _, _, a, _ in SETTINGS if isinstance(a, type) and issubclass(a, BaseModel)}
    assert all(
        model.model_config.get("frozen") and model.model_config.get("extra") == "forbid" for model in models
    )


def test_units_are_read_from_names() -> None:
    units = {
        "price_m_cny_per_mw": "million CNY per MW",
        "one_way_ms_max": "ms",
        "temperature_mean_c": "degrees C",
    }
    units |= {
        "demand_charge_cny_per_mw_month": "CNY per MW and month",
        "peak_mw": "MW",
        "comb": "",
        "site_id": "",
    }
    assert {name: unit_of(name) for name in units} == units


def test_the_dictionary_holds_every_column() -> None:
    table = data_dictionary()
    assert len(table) == len(COLUMNS)
    assert not table.duplicated(["table", "column"]).any()
