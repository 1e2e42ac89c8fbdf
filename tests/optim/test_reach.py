"""Latency filter at both sides of a limit, merged classes, given load, and the pool's distance."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.tables import TableError
from optim.arcs import pool_distance, pool_traffic
from optim.groups import load_groups
from optim.reach import reach
from tests import world


def limited(rtt_ms, low_ms, high_ms):
    links = world.links()
    pair = (links["site_id"] == "m") & (links["zone_id"] == "East")
    links.loc[pair, ["rtt_ms", "rtt_low_ms", "rtt_high_ms"]] = [rtt_ms, low_ms, high_ms]
    return world.survey(links=links)


def fits(survey, undecided):
    arcs = reach(survey, undecided, set()).arcs
    hit = arcs[(arcs["site_id"] == "m") & (arcs["zone_id"] == "East")]
    return bool(len(hit)), bool(hit["undecided"].any())


@pytest.mark.parametrize(
    ("rtt", "undecided", "expected"),
    [
        ((10.0, 9.0, 11.0), "central", (True, True)),
        ((10.001, 9.0, 11.0), "central", (False, False)),
        ((10.001, 9.0, 11.0), "allow", (True, True)),
        ((9.0, 8.0, 10.1), "refuse", (False, False)),
        ((9.0, 8.0, 10.0), "refuse", (True, False)),
        ((5.0, 4.0, 6.0), "central", (True, False)),
    ],
)
def test_limit_and_error_band(rtt, undecided, expected):
    assert fits(limited(*rtt), undecided) == expected


def test_class_that_fits_everywhere_is_merged_and_a_limited_one_is_not():
    made = reach(world.survey(), "central", set())
    assert made.merged == ("training",)
    assert set(made.arcs["class_id"]) == {"rt_infer"}
    assert set(made.pool["class_id"]) == {"training"}


def test_kept_apart_class_is_not_merged():
    made = reach(world.survey(), "central", {"training"})
    assert made.merged == ()
    assert len(made.arcs[made.arcs["class_id"] == "training"]) == 9


def test_given_load_goes_to_the_city_of_its_zone():
    made = reach(world.survey(demand=world.demand(edge_mw=5)), "central", set())
    assert made.given[["site_id", "it_mw"]].to_numpy().tolist() == [["e", 5.0], ["e", 10.0]]


def test_city_that_is_no_candidate_is_refused():
    zones = world.zones().assign(city_site_id="nowhere")
    with pytest.raises(TableError, match="city_site_id nowhere"):
        reach(world.survey(zones=zones), "central", set())


def test_unreachable_demand_is_set_aside():
    links = world.links()
    links.loc[links["zone_id"] == "East", ["rtt_ms", "rtt_low_ms", "rtt_high_ms"]] = 60.0
    made = reach(world.survey(links=links), "central", set())
    assert made.unreachable.groupby("class_id")["it_mw"].sum().to_dict() == {"rt_infer": 300.0}
    assert made.demand.empty


def test_pool_distance_is_weighted_by_demand():
    km = pool_distance(world.survey())
    assert km["w"] == pytest.approx(0.2 * 100 + 0.2 * 400 + 0.6 * 1500)


def test_pool_bandwidth_is_the_mean_of_its_classes():
    batch = world.classes().query("class_id == 'training'").assign(class_id="batch", wan_gbps_per_mw=1.0)
    extra = pd.DataFrame([("East", "batch", 2026, 900.0)], columns=world.demand().columns)
    survey = world.survey(
        classes=pd.concat([world.classes(), batch]), demand=pd.concat([world.demand(), extra])
    )
    made = reach(survey, "central", set())
    pools = pool_traffic(survey, made, load_groups(survey, defer=True)).set_index("load_group")
    assert list(pools.index) == ["training+batch"]
    assert pools["wan_gbps"].item() == pytest.approx(1e3 * (0.2 * 900 + 1.0 * 900) / 1800)
    assert not pools["users"].item()
