"""Tariffs by hour: prices by hand, what floats, borrowed ratios, the second list, the user's own hours."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.layers.tariff_hours import measure_tariff_hours, tou_halves
from geodata.layers.tariffs import Settings, energy_parts, zone_prices
from geodata.read import BUILTIN, builtin
from geodata.rebuilding.tou_check import compare_periods
from geodata.tables import TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
FACTS = Path(__file__).parents[2].parent / "shared" / "facts"
PRICE = "energy_price_cny_per_mwh"
POSTED = "energy_price_posted_cny_per_mwh"
FLAT = {"Chongqing", "Guangxi", "Liaoning", "Tibet"}
BORROWED = {
    "Hebei (south grid)": "Shandong",
    "Hebei (north grid)": "Beijing",
    "Zhejiang": "Shanghai",
    "Henan": "Hubei",
    "Gansu": "Qinghai",
    "Ningxia": "Qinghai",
    "Shaanxi (Yulin)": "Shaanxi",
}


@pytest.fixture(scope="module")
def hours() -> pd.DataFrame:
    return measure_tariff_hours(Settings())


def price(hours: pd.DataFrame, zone: str, month: int, hour: int) -> float:
    return float(hours.set_index(["tariff_zone", "month", "hour"]).loc[(zone, month, hour), PRICE])


def test_every_zone_month_and_hour_once(hours: pd.DataFrame):
    assert len(hours) == 34 * 12 * 24
    assert not hours.duplicated(["tariff_zone", "month", "hour"]).any()
    assert list(hours["tariff_zone"].drop_duplicates()) == list(zone_prices().index)


def test_the_price_of_a_flat_hour_is_the_posted_price(hours: pd.DataFrame):
    halves = tou_halves(list(zone_prices().index))
    mixed = halves.assign(hour=halves["half_hour"] // 2).groupby(["tariff_zone", "month", "hour"])["period"]
    whole = mixed.nunique().eq(1).rename("whole").reset_index()
    flat = hours[hours["period"] == "flat"].merge(whole[whole["whole"]], on=["tariff_zone", "month", "hour"])
    posted = flat["tariff_zone"].map(zone_prices()[POSTED])
    assert flat[PRICE].to_list() == pytest.approx(posted.to_list())
    assert set(flat["tariff_zone"]) == set(zone_prices().index)


def test_the_mean_of_a_year_stays_near_the_posted_price(hours: pd.DataFrame):
    ratio = hours.groupby("tariff_zone")[PRICE].mean() / zone_prices()[POSTED]
    assert ratio.between(0.96, 1.05).all()


def test_parts_add_up_to_the_posted_price():
    assert energy_parts().sum(axis=1).to_list() == pytest.approx(zone_prices()[POSTED].to_list())
    assert energy_parts(2.0).sum(axis=1).to_list() == pytest.approx(zone_prices(2.0)[POSTED].to_list())


@pytest.mark.parametrize(
    ("zone", "month", "hour", "ratio", "floating"),
    [
        ("Beijing", 1, 10, 1.6, 393.3),
        ("Beijing", 1, 19, 1.6 * 1.2, 393.3),
        ("Beijing", 4, 3, 0.4, 393.3),
        ("Jiangsu", 7, 15, 1.8, 399.2),
        ("Tianjin", 5, 0, 0.46, 397.4 + 105.2),
        ("Hainan", 6, 20, 1.7 * 1.2, 506.2 + 70.2),
        ("Guangdong", 8, 15, 1.7 * 1.25, 429.6 / (1 - 0.0331) + 44.9 + 64.0),
        ("Hubei", 7, 21, 2.0, 398.5 / (1 - 0.0455)),
        ("Xinjiang", 6, 14, 0.1, 244.6),
        ("Inner Mongolia (west)", 7, 14, 0.44 * 0.8, 283.9),
        ("Anhui", 7, 17, 1.843, 363.3),
        ("Anhui", 4, 17, 1.74, 363.3),
        ("Gansu", 4, 12, 0.35, 219.1 / (1 - 0.0231)),
    ],
)
def test_prices_by_hand(hours: pd.DataFrame, zone: str, month: int, hour: int, ratio: float, floating: float):
    wanted = zone_prices().loc[zone, POSTED] + (ratio - 1) * floating
    assert price(hours, zone, month, hour) == pytest.approx(wanted)


def test_an_hour_of_two_periods_has_the_mean_of_both(hours: pd.DataFrame):
    """Heilongjiang: peak to 11:30, then flat."""
    posted, energy = zone_prices().loc["Heilongjiang", POSTED], 337.6
    assert price(hours, "Heilongjiang", 3, 11) == pytest.approx(posted + 0.5 * 0.5 * energy)
    row = hours.query("tariff_zone == 'Heilongjiang' and month == 3 and hour == 11")
    assert row["period"].to_list() == ["peak"]


def test_zones_without_time_of_use_are_flat_and_low(hours: pd.DataFrame):
    spread = hours.groupby("tariff_zone")[PRICE].agg(lambda v: v.max() - v.min())
    assert set(spread.index[spread < 1e-9]) == FLAT
    rows = hours[hours["tariff_zone"].isin(FLAT)]
    assert set(rows["period"]) == {"flat"}
    assert set(rows["confidence"]) == {"low"}
    assert set(rows["borrowed_from"]) == {""}


def test_borrowed_ratios_are_named_and_low(hours: pd.DataFrame):
    borrowed = hours[hours["borrowed_from"] != ""]
    assert borrowed.groupby("tariff_zone")["borrowed_from"].first().to_dict() == BORROWED
    assert set(borrowed["confidence"]) == {"low"}
    missing = pd.read_csv(FACTS / "tou_rules.csv", dtype="str").groupby("province")["ratios"].first()
    assert set(missing.index[missing.isna()]) == (set(BORROWED) - {"Shaanxi (Yulin)"}) | FLAT


def test_confidence_varies(hours: pd.DataFrame):
    by_zone = hours.groupby("tariff_zone")["confidence"].first()
    assert by_zone["Jiangsu"] == by_zone["Beijing"] == "medium"
    assert by_zone["Shandong"] == by_zone["Guizhou"] == "low"


def test_hours_of_the_facts_are_kept():
    """The hours that each row of the facts names have its period, unless sharp or deep stands over them."""
    facts = pd.read_csv(FACTS / "tou_rules.csv", dtype="str").fillna("")
    facts = facts[~facts["province"].isin(FLAT)]
    halves = tou_halves(list(zone_prices().index)).set_index(["tariff_zone", "month", "half_hour"])["period"]
    for row in facts.itertuples():
        for period in ("peak", "flat", "valley"):
            months = _months(row.months)
            for half in _halves(getattr(row, f"{period}_hours")):
                found = {halves[row.province, month, half] for month in months}
                assert found <= {period, "sharp", "deep"}, (row.province, row.months, period, half / 2)


def _months(text: str) -> list[int]:
    if text == "all":
        return list(range(1, 13))
    runs = [(int(p.split("-")[0]), int(p.split("-")[-1])) for p in text.split(",")]
    return [(a + k - 1) % 12 + 1 for a, b in runs for k in range((b - a) % 12 + 1)]


def _halves(text: str) -> list[int]:
    found = []
    for span in filter(None, text.split(";")):
        a, b = (2 * int(t.split(":")[0]) + (t.endswith(":30")) for t in span.split("-"))
        found += [h % 48 for h in range(a, b if b > a else b + 48)]
    return found


def test_the_second_list_agrees_on_nine_of_ten_hours():
    """The list of 2026-02: 14 of 29 zones agree throughout; those that differ in 5 % or more are low."""
    rows = compare_periods(DATA)
    differ = (rows["ours"] != rows["theirs"]).groupby(rows["tariff_zone"]).mean()
    assert len(differ) == 29
    assert (rows["ours"] == rows["theirs"]).mean() == pytest.approx(0.89, abs=0.005)
    assert (differ == 0).sum() == 14
    weak = set(differ.index[differ >= 0.05])
    table = builtin("tou_periods").groupby("tariff_zone")["confidence"].first()
    assert set(table.index[table == "low"]) == weak | FLAT | {"Shaanxi (Yulin)"}


def test_the_energy_factor_moves_what_floats():
    doubled = measure_tariff_hours(Settings(energy_factor=2.0))
    wanted = zone_prices(2.0).loc["Beijing", POSTED] + 0.6 * 2 * 393.3
    assert price(doubled, "Beijing", 1, 10) == pytest.approx(wanted)


def test_a_users_posted_price_moves_all_hours(tmp_path: Path, hours: pd.DataFrame):
    path = tmp_path / "prices.csv"
    path.write_text(f"place,{PRICE}\nGansu,300\narea-xifeng,250\n", encoding="utf-8")
    own = measure_tariff_hours(Settings(tariff_file=path))
    shift = 300 - zone_prices().loc["Gansu", POSTED]
    assert price(own, "Gansu", 4, 12) == pytest.approx(price(hours, "Gansu", 4, 12) + shift)
    others = own["tariff_zone"] != "Gansu"
    pd.testing.assert_frame_equal(own[others], hours[others])


def own_hours(tmp_path: Path, change: pd.DataFrame | None = None) -> Path:
    rows = [("Gansu", m, h, 200.0 + h) for m in range(1, 13) for h in range(24)]
    table = pd.DataFrame(rows, columns=["place", "month", "hour", PRICE]) if change is None else change
    path = tmp_path / "hours.csv"
    table.to_csv(path, index=False)
    return path


def test_own_hours_replace_those_of_their_zone(tmp_path: Path, hours: pd.DataFrame):
    found = measure_tariff_hours(Settings(tariff_hours_file=own_hours(tmp_path)))
    gansu = found[found["tariff_zone"] == "Gansu"]
    assert set(gansu["period"]) == {"own"}
    assert gansu.query("hour == 7")[PRICE].unique().tolist() == [207]
    assert set(gansu["confidence"]) == {"medium"}
    assert list(found["tariff_zone"]) == list(hours["tariff_zone"])
    others = found["tariff_zone"] != "Gansu"
    pd.testing.assert_frame_equal(
        found[others].reset_index(drop=True), hours[others.to_numpy()].reset_index(drop=True)
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.head(287), "Gansu: found 287 hours, expected 288"),
        (
            lambda t: t.assign(**{PRICE: t[PRICE] / 1000}),
            "Gansu: no price reaches 10 CNY/MWh; is it in CNY per",
        ),
        (lambda t: t.assign(hour=t["hour"] + 1), "hour is not a whole number from 0 to 23"),
        (lambda t: t.assign(month=t["month"] - 1), "month is not a whole number from 1 to 12"),
        (lambda t: pd.concat([t, t.head(1)]), "the same place, month and hour twice"),
        (lambda t: t.assign(place="Gansuu"), "place is no tariff zone"),
        (lambda t: t.assign(**{PRICE: -1}), "price below 0"),
        (lambda t: t.assign(**{PRICE: "150-200"}), "expected one number"),
        (lambda t: t.assign(**{PRICE: 300_000}), "above 10000 CNY/MWh"),
        (lambda t: t.assign(hour=t["hour"] + 0.5), "hour is not a whole number"),
        (lambda t: t.drop(columns=PRICE), f"missing column {PRICE}"),
        (lambda t: t.assign(note="x"), "unknown column note"),
        (lambda t: t.head(0), "no rows"),
        (lambda t: t.assign(hour=""), "an empty cell"),
    ],
)
def test_faults_of_own_hours(tmp_path: Path, change, message: str):
    table = pd.read_csv(own_hours(tmp_path))
    with pytest.raises(TableError, match=message):
        measure_tariff_hours(Settings(tariff_hours_file=own_hours(tmp_path, change(table))))


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("tou_ratios", lambda t: t[t["tariff_zone"] != "Beijing"], "no ratio for Beijing month 1 valley"),
        ("tou_ratios", lambda t: pd.concat([t, t.head(1)]), "two ratios for Beijing month 1 sharp"),
        ("tou_ratios", lambda t: t.assign(floats="energy"), "found energy in column floats; expected proxy"),
        ("tou_periods", lambda t: t.assign(period="top"), "found period top; expected valley, peak"),
    ],
)
def test_faults_of_tables_that_stand_in(tmp_path: Path, table: str, change, message: str):
    rows = pd.read_csv(BUILTIN / f"{table}.csv", dtype="str", keep_default_na=False)
    change(rows).to_csv(tmp_path / f"{table}.csv", index=False)
    with pytest.raises(TableError, match=message):
        measure_tariff_hours(Settings(), tmp_path)


def test_a_table_that_stands_in_turns_a_flat_zone_on(tmp_path: Path):
    """Ratios for the four flat zones are there, borrowed."""
    rows = pd.read_csv(BUILTIN / "tou_periods.csv", dtype="str", keep_default_na=False)
    rows.assign(applies="true").to_csv(tmp_path / "tou_periods.csv", index=False)
    found = measure_tariff_hours(Settings(), tmp_path)
    spread = found.groupby("tariff_zone")[PRICE].agg(lambda v: v.max() - v.min())
    assert (spread > 100).all()
    assert found.groupby("tariff_zone")["borrowed_from"].first()["Chongqing"] == "Sichuan"
