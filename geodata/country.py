"""Another country: a folder of tables in place of the built-in ones, all of those that speak of places."""

from __future__ import annotations

from pathlib import Path

from geodata.read import builtin, read_csv

# figures of technology and assumptions, which no place is named in: a country may keep the built-in ones
GENERAL = (
    "accelerators",
    "class_hours",
    "class_mix",
    "classes",
    "cooling",
    "costs",
    "headroom_recipe",
    "stock_terms",
    "voltage_steps",
)
# tables that speak of places of one country: a folder of another one holds them all, some with a header only
OF_A_COUNTRY = (
    "accelerator_mix",
    "attribute_figures",
    "attributes",
    "backbone_points",
    "basin_balance",
    "basins",
    "campuses",
    "capacity",
    "clusters",
    "column_sources",
    "curtailment",
    "demand_path",
    "demand_shares",
    "emissions",
    "emissions_marginal",
    "export_prices",
    "fibre_cities",
    "fibre_links",
    "full_load_hours",
    "grid",
    "hubs",
    "local_prices",
    "negotiated_prices",
    "policy_rules",
    "prefecture_water",
    "profile_calendar",
    "profile_days",
    "profile_shapes",
    "province_resource",
    "province_water",
    "provinces",
    "racks",
    "seats",
    "start_areas",
    "surveyed",
    "tariff_parts",
    "tariff_zones",
    "tariffs",
    "tou_periods",
    "tou_ratios",
    "transfer_limits",
    "uhv_lines",
    "water_quotas",
    "wind_prefecture",
)
# column of a table -> where its names stand
USES = (
    (("seats", "province"), ("provinces", "province")),
    (("start_areas", "province"), ("provinces", "province")),
    (("start_areas", "cluster_id"), ("clusters", "cluster_id")),
    (("clusters", "hub_id"), ("hubs", "hub_id")),
    (("provinces", "capital"), ("seats", "prefecture")),
    (("provinces", "province"), ("demand_shares", "province")),
    (("provinces", "province"), ("grid", "province")),
    (("provinces", "province"), ("tariff_zones", "province")),
    (("tariff_zones", "tariff_zone"), ("tariffs", "tariff_zone")),
    (("accelerator_mix", "accelerator_id"), ("accelerators", "accelerator_id")),
)


def is_another_country(tables: Path) -> bool:
    """Return whether a folder of tables names its own provinces, and none of the built-in ones."""
    own = tables / "provinces.csv"
    if not own.exists():
        return False
    names = read_csv(own)
    return "province" in names and not set(names["province"]) & set(builtin("provinces")["province"])


def country_faults(tables: Path) -> list[str]:
    """Return what a folder of another country lacks; nothing for a folder that is no other country."""
    if not is_another_country(tables):
        return []
    lost = [f"{name}.csv" for name in OF_A_COUNTRY if not (tables / f"{name}.csv").exists()]
    if lost:
        return [
            f"geodata.tables ({tables}): its provinces are another country's, and {', '.join(lost)} is "
            "missing, so figures of the built-in country would stand in; give them, with a header only "
            "where there is nothing (docs/own-country.md)"
        ]
    return [f"geodata.tables ({tables}): {fault}" for fault in _dangling(tables)]


def _dangling(tables: Path) -> list[str]:
    """Return names that one table uses and the one that should hold them does not."""
    names = {(t, c): set(builtin(t, tables)[c]) for pair in USES for t, c in pair}
    return [
        f"{user}.csv names {column} {', '.join(sorted(map(str, lost)))}, which {table}.csv does not hold"
        for (user, column), (table, key) in USES
        if (lost := names[user, column] - names[table, key])
    ]
