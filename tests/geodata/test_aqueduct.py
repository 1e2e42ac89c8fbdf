"""Aqueduct's files, made up in their exact formats."""

import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.layers.water import Settings, measure_water
from geodata.measured import Measured
from geodata.tables import DataWarning, TableError

CSV_NAME = "Aqueduct40_waterrisk_download_Y2023M07D05/CVS/Aqueduct40_baseline_annual_y2023m07d05.csv"
GDB_NAME = "Aqueduct40_waterrisk_download_Y2023M07D05/GDB/Aq40_Y2023D07M05.gdb"
XLSX_NAME = "Aqueduct40_rankings_download_Y2023M07D05/Aqueduct40_rankings_download_Y2023M07D05.xlsx"
LABELS = {-1: "Arid and Low Water Use", 0: "Low (<10%)", 3: "High (40-80%)", 4: "Extremely High (>80%)"}

# name_1, raw, score, category, area: Ningxia has two pieces with a value and one without
PIECES = [
    ("CHN", "China", "Ningxia Hui", 0.60, 3.6, 3, 30_000.0),
    ("CHN", "China", "Ningxia Hui", 0.90, 4.2, 4, 10_000.0),
    ("CHN", "China", "Ningxia Hui", -9999.0, -9999.0, -9999, 60_000.0),
    ("CHN", "China", "Nei Mongol", 1.0, 5.0, -1, 500_000.0),
    ("CHN", "China", "Guizhou", 0.05, 0.0, 0, 170_000.0),
    ("CHN", "China", "Xizang", -9999.0, -9999.0, -9999, 1_000_000.0),
    ("IND", "India", "Gujarat, with a comma", 2.0, 5.0, 4, 190_000.0),
]
BOXES = [
    (105, 37, 106, 38),
    (106, 37, 107, 38),
    (107, 37, 108, 38),
    (108, 40, 109, 41),
    (106, 26, 107, 27),
    (91, 29, 92, 30),
    (72, 22, 73, 23),
]


def baseline() -> pd.DataFrame:
    rows = []
    for i, (gid, name, province, raw, score, category, area) in enumerate(PIECES):
        label = LABELS.get(category, "No Data")
        identity = {
            "string_id": f"{i}-{gid}.1_1-None",
            "aq30_id": i,
            "pfaf_id": 420000 + i,
            "gid_1": f"{gid}.{i}_1",
        }
        names = {"aqid": -9999, "gid_0": gid, "name_0": name, "name_1": province, "area_km2": area}
        values = {"bws_raw": raw, "bws_score": score, "bws_cat": float(category), "bws_label": label}
        rows.append(identity | names | values | {"bwd_raw": 0.1, "rri_label": "x, y"})
    return pd.DataFrame(rows)


def places() -> pd.DataFrame:
    rows = [
        ("west", "Ningxia", 105.5, 37.5),
        ("east", "Ningxia", 106.5, 37.5),
        ("void", "Ningxia", 107.5, 37.5),
        ("arid", "Inner Mongolia", 108.5, 40.5),
        ("wet", "Guizhou", 106.5, 26.5),
        ("high", "Tibet", 91.5, 29.5),
        ("coast", "Guizhou", 107.1, 26.5),
        ("far", "Guizhou", 108.5, 26.5),
    ]
    table = pd.DataFrame(rows, columns=["site_id", "province", "longitude", "latitude"])
    return table.assign(kind="own", prefecture="")


def measure(path: Path) -> Measured:
    return measure_water(places(), Settings(aqueduct_file=path), None)


def told(found: Measured, column: str = "aqueduct_stress_score") -> pd.DataFrame:
    """Return confidence and note of each place."""
    rows = found.figures[found.figures["column"] == column].set_index("site_id")
    return pd.DataFrame({site: rows.loc[site if site in rows.index else ""] for site in found.table.index}).T


def polygons() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(baseline(), geometry=[shapely.box(*b) for b in BOXES], crs=4326)


def make(folder: Path, kind: str) -> Path:
    """Write Aqueduct's annual baseline in one of its forms."""
    if kind == "csv":
        baseline().to_csv(folder / "Aqueduct40_baseline_annual.csv", index=False)
        return folder / "Aqueduct40_baseline_annual.csv"
    if kind == "zip with csv":
        with zipfile.ZipFile(folder / "aq.zip", "w") as archive:
            archive.writestr("Aqueduct40_waterrisk_download_Y2023M07D05/Aqueduct40_README.xlsx", b"x")
            archive.writestr("x/CVS/Aqueduct40_baseline_monthly_y2023m07d05.csv", "pfaf_id\n1\n")
            archive.writestr(CSV_NAME, baseline().to_csv(index=False))
        return folder / "aq.zip"
    if kind in ("gpkg", "shp"):
        polygons().to_file(folder / f"aq.{kind}")
        return folder / f"aq.{kind}"
    path = folder / "Aq40_Y2023D07M05.gdb"
    for layer in ("baseline_annual", "baseline_monthly", "future_annual"):
        shapes = polygons() if layer == "baseline_annual" else polygons()[["pfaf_id", "geometry"]]
        narrow = {c: "int32" for c in ("aq30_id", "pfaf_id", "aqid") if c in shapes}
        shapes.astype(narrow).to_file(path, layer=layer, driver="OpenFileGDB")
    if kind == "gdb":
        return path
    with zipfile.ZipFile(folder / "aq.zip", "w") as archive:
        for file in path.iterdir():
            archive.write(file, f"{GDB_NAME}/{file.name}")
        archive.writestr(CSV_NAME, baseline().to_csv(index=False))
    shutil.rmtree(path)
    return folder / "aq.zip"


@pytest.mark.parametrize("kind", ["csv", "zip with csv"])
def test_tables_give_means_of_provinces_by_area(tmp_path: Path, kind: str) -> None:
    found = measure(make(tmp_path, kind))
    share, score = found.table["aqueduct_stress_share"], found.table["aqueduct_stress_score"]
    assert share["west"] == pytest.approx((0.60 * 30 + 0.90 * 10) / 40)
    assert score["west"] == score["east"] == score["void"] == pytest.approx((3.6 * 30 + 4.2 * 10) / 40)
    assert (share["wet"], score["wet"]) == (0.05, 0.0)
    assert np.isnan(share["high"])
    assert told(found)["confidence"].to_dict() == dict.fromkeys(found.table.index, "low") | {
        "high": "missing"
    }
    assert "arid" in told(found)["note"]["arid"]


@pytest.mark.filterwarnings("ignore:.*[Cc]olumn names longer than 10:UserWarning")
@pytest.mark.parametrize("kind", ["gpkg", "shp", "gdb", "zip with gdb"])
def test_polygons_are_read_at_the_place(tmp_path: Path, kind: str) -> None:
    found = measure(make(tmp_path, kind))
    score = found.table["aqueduct_stress_score"]
    assert score[["west", "east", "arid", "wet"]].tolist() == [3.6, 4.2, 5.0, 0.0]
    assert score[["void", "high", "far"]].isna().all()
    assert score["coast"] == 0.0, "10 km beside the polygon"
    sure = told(found)["confidence"]
    assert sure.to_dict() == dict.fromkeys(("west", "east", "arid", "wet"), "medium") | {"coast": "low"} | (
        dict.fromkeys(("void", "high", "far"), "missing")
    )


@pytest.mark.parametrize("name", ["a.xlsx", "a.zip"])
def test_rankings_have_the_score_of_provinces(tmp_path: Path, name: str) -> None:
    rows = [
        ("CHN", "China", "CHN.20_1", "Ningxia Hui", "bws", "Tot", 4.61, "Extremely High (>80%)"),
        ("CHN", "China", "CHN.20_1", "Ningxia Hui", "bws", "Ind", 1.0, "Low"),
        ("CHN", "China", "CHN.20_1", "Ningxia Hui", "drr", "Tot", 2.0, "Medium"),
        ("CHN", "China", "CHN.8_1", "Guizhou", "bws", "Tot", 0.31, "Low (<10%)"),
        ("CHN", "China", "CHN.19_1", "Nei Mongol", "bws", "Tot", 4.2, "Extremely High (>80%)"),
        ("CHN", "China", "CHN.29_1", "Xizang", "bws", "Tot", -9999, "No Data"),
        ("USA", "United States", "USA.1_1", "Alabama", "bws", "Tot", 1.2, "Low"),
    ]
    names = ["gid_0", "name_0", "gid_1", "name_1", "indicator_name", "weight", "score", "label"]
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        pd.DataFrame({"a": [1]}).to_excel(book, sheet_name="country_baseline", index=False)
        pd.DataFrame(rows, columns=names).to_excel(book, sheet_name="province_baseline", index=False)
    if name == "a.zip":
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.write(tmp_path / "a.xlsx", XLSX_NAME)
    found = measure(tmp_path / name)
    assert found.table["aqueduct_stress_score"].tolist()[:5] == [4.61, 4.61, 4.61, 4.2, 0.31]
    assert found.table["aqueduct_stress_share"].isna().all()
    assert np.isnan(found.table.loc["high", "aqueduct_stress_score"])


def test_only_china_is_kept_of_a_long_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.layers.aqueduct_tables.CHUNK", 2)
    found = measure(make(tmp_path, "csv")).table["aqueduct_stress_share"]
    assert found["west"] == pytest.approx(0.675)


def test_without_areas_pieces_count_alike_and_it_is_told(tmp_path: Path) -> None:
    baseline().drop(columns="area_km2").to_csv(tmp_path / "a.csv", index=False)
    with pytest.warns(DataWarning, match="no column area_km2"):
        found = measure(tmp_path / "a.csv")
    assert found.table["aqueduct_stress_share"]["west"] == pytest.approx(0.75)


def test_a_province_without_rows_is_missing_and_told(tmp_path: Path) -> None:
    rows = baseline()
    rows[rows["name_1"] != "Guizhou"].to_csv(tmp_path / "a.csv", index=False)
    with pytest.warns(DataWarning, match="no row for 'Guizhou'"):
        found = measure(tmp_path / "a.csv")
    assert told(found)["confidence"]["wet"] == "missing"


def test_hardly_any_supply_has_no_ratio_but_the_highest_score(tmp_path: Path) -> None:
    rows = baseline()
    rows.loc[rows["name_1"] == "Guizhou", ["bws_raw", "bws_score"]] = [9999.0, 5.0]
    rows.to_csv(tmp_path / "a.csv", index=False)
    found = measure(tmp_path / "a.csv").table.loc["wet"]
    assert np.isnan(found["aqueduct_stress_share"])
    assert found["aqueduct_stress_score"] == 5.0


def test_every_province_of_gadm_is_ours() -> None:
    from geodata.layers.aqueduct_tables import _provinces
    from geodata.read import builtin

    gadm = (
        "Anhui Beijing Chongqing Fujian Gansu Guangdong Guangxi Guizhou Hainan Hebei Heilongjiang Henan "
        "Hubei Hunan Jiangsu Jiangxi Jilin Liaoning Nei_Mongol Ningxia_Hui Qinghai Shaanxi Shandong Shanghai "
        "Shanxi Sichuan Tianjin Xinjiang_Uygur Xizang Yunnan Zhejiang"
    )
    names = pd.Series(gadm.replace("_", "\xa0").split(" ")).str.replace("\xa0", " ")
    assert set(_provinces(names)) == set(builtin("provinces")["province"])


def _changed(rows: pd.DataFrame, fault: str) -> pd.DataFrame:
    number = {"score": ("bws_score", 7.2), "raw": ("bws_raw", -0.2), "word": ("bws_raw", "low")}
    if fault in number:
        column, value = number[fault]
        return rows.astype({column: object}).assign(**{column: [value, *rows[column][1:]]})
    return {"column": rows.drop(columns="bws_score"), "no China": rows[rows["gid_0"] == "IND"]}.get(
        fault, rows
    )


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("score", r"bws_score: found 0 to 7\.2, expected 0 to 5"),
        ("raw", r"bws_raw: found -0\.2, expected 0 or more"),
        ("word", r"column bws_raw: found 'low', expected one number"),
        ("column", r"missing column bws_score"),
        ("no China", r"no row of China"),
    ],
)
def test_faulty_tables(tmp_path: Path, fault: str, message: str) -> None:
    _changed(baseline(), fault).to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(TableError, match=rf"aqueduct_file \(.*a\.csv\).*{message}"):
        measure(tmp_path / "a.csv")


def test_files_that_are_none_of_aqueducts(tmp_path: Path) -> None:
    cases = {
        "gone.csv": (None, "no file"),
        "a.tif": (b"x", r"found a \.tif file, expected one of \.gdb"),
        "a.zip": (b"PK", "not a readable ZIP archive"),
        "b.csv": (b"", "not one of Aqueduct's files"),
        "c.csv": (b"a,b\n1,2\n", "missing column bws_raw"),
        "d.csv": ("bws_raw,省\n".encode("gbk"), "Aqueduct"),
        "e.xlsx": (b"x", "Aqueduct"),
        "f.gpkg": (b"x", "not a readable layer"),
    }
    for name, (content, message) in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(TableError, match=message):
            measure(tmp_path / name)


def test_archives_without_aqueduct(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../readme.txt", "x")
    with pytest.raises(TableError, match=r"found \.\./readme\.txt; expected Aqueduct's"):
        measure(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("x/a.gpkg", b"no layer")
    with pytest.raises(TableError, match="not a readable layer"):
        measure(tmp_path / "b.zip")
