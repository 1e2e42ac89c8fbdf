"""Reading of tables: typing, and a clear message for each kind of bad file."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.read import BUILTIN, builtin, read_file, read_table
from geodata.tables import Demand, TableError

HEADER = "zone_id,class_id,year,it_mw\n"
GOOD = "Beijing,training,2026,5\n"


def _read(path: Path) -> pd.DataFrame:
    return read_table(path, Demand, "demand")


def test_csv_with_byte_order_mark_and_blank_rows(tmp_path: Path):
    path = tmp_path / "d.csv"
    path.write_bytes((HEADER + GOOD + ",,,\n\n").encode("utf-8-sig"))
    table = _read(path)
    assert table.to_dict("records") == [
        {"zone_id": "Beijing", "class_id": "training", "year": 2026, "it_mw": 5.0}
    ]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_formats_read_alike(tmp_path: Path, ending: str):
    table = pd.DataFrame({"zone_id": ["Beijing"], "class_id": ["training"], "year": [2026], "it_mw": [5.5]})
    path = tmp_path / f"d.{ending}"
    write = {"csv": table.to_csv, "xlsx": table.to_excel, "parquet": table.to_parquet}[ending]
    write(path, index=False)
    pd.testing.assert_frame_equal(_read(path), table)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            HEADER + "Beijing,training,2026,150-200\n",
            r"it_mw: found '150-200', expected one number \(row 1\)",
        ),
        (HEADER + GOOD + "Beijing,training,2027,40 / 15 / 5\n", r"found '40 / 15 / 5'.*\(row 2\)"),
        (HEADER + "Beijing,training,2026,\n", r"it_mw: found nan, expected a value \(row 1\)"),
        (HEADER + "Beijing,training,2026,-3\n", "it_mw: found -3.0, expected"),
        (HEADER + "Beijing,training,2026,inf\n", "found 'inf'"),
        (HEADER + "Beijing,training,2026.5,3\n", "year"),
        ("zone_id,class_id,year\nBeijing,training,2026\n", "missing column it_mw"),
        (HEADER.replace("it_mw", "it_kw") + GOOD, "unknown column it_kw"),
        (HEADER + "Beijing,training,2026\n", r"row 1 has another number of cells than the header \(4\)"),
        (HEADER + 'Beijing,"trai', "not a whole CSV file"),
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ((HEADER + GOOD).replace(",", ";"), "separated by semicolons, expected commas"),
        ((HEADER + "Beijing,training,2026,5.5\n").replace(",", ";").replace(".", ","), "semicolons"),
        ((HEADER + GOOD).replace(",", "\t"), "separated by tabs"),
        ("zone_id,zone_id,class_id,year,it_mw\na,b,c,2026,1\n", "column zone_id stands twice"),
        (HEADER + GOOD + "Beijing,training,,3\n", r"column year: expected whole numbers \(row 2\)"),
    ],
)
def test_bad_cells(tmp_path: Path, text: str, message: str):
    path = tmp_path / "d.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=message):
        _read(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "d.csv",
            (HEADER + "北京,training,2026,5\n").encode("gbk"),
            "looks like GBK.*save it as 'CSV UTF-8'",
        ),
        ("d.csv", (HEADER + GOOD).encode("utf-16"), "looks like UTF-16"),
        ("d.csv", b"PK\x03\x04rest", "Excel file; name it .xlsx"),
        ("d.csv", b"\xff\x81\x00\x9f\xff", "a binary file"),
        ("d.csv", b"\0" * 30, "a binary file"),
        ("d.xlsx", b"PK\x03\x04rest", "not a readable Excel file"),
        ("d.parquet", b"PAR1rest", "not a readable Parquet file"),
        ("d.txt", b"a", "found a .txt file"),
    ],
)
def test_bad_files(tmp_path: Path, name: str, content: bytes, message: str):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TableError, match=message):
        read_file(path, "demand")


@pytest.mark.parametrize("name", ["d.csv", "d.xlsx", "d.parquet"])
def test_a_folder_is_no_file(tmp_path: Path, name: str):
    (tmp_path / name).mkdir()
    with pytest.raises(TableError, match="is a folder, expected a file"):
        read_file(tmp_path / name, "demand")


def test_parquet_is_read_as_text_where_it_holds_no_numbers(tmp_path: Path):
    row = {"a": [None, "x"], "b": [True, False], "c": pd.Timestamp("2026-01-01"), "d": [1.5, None]}
    pd.DataFrame(row).to_parquet(tmp_path / "d.parquet")
    table = read_file(tmp_path / "d.parquet", "demand")
    assert table["a"].tolist() == ["", "x"]
    assert table["b"].tolist() == ["True", "False"]
    assert table["c"].str.startswith("2026-01-01").all()
    assert table["d"].dtype == "float64"


@pytest.mark.parametrize("value", [pd.Timestamp("2026-01-01"), True])
def test_dates_and_truth_values_are_no_numbers(tmp_path: Path, value: object):
    row = {"zone_id": ["Beijing"], "class_id": ["training"], "year": [2026], "it_mw": [value]}
    pd.DataFrame(row).to_parquet(tmp_path / "d.parquet")
    with pytest.raises(TableError, match=r"it_mw.*expected one number"):
        _read(tmp_path / "d.parquet")


def test_missing_file(tmp_path: Path):
    with pytest.raises(TableError, match="no file"):
        read_file(tmp_path / "none.csv", "demand")


def test_own_folder_stands_in_for_builtin_tables(tmp_path: Path):
    shipped = builtin("hubs")
    shipped.assign(role="mine").to_csv(tmp_path / "hubs.csv", index=False)
    assert set(builtin("hubs", tmp_path)["role"]) == {"mine"}
    pd.testing.assert_frame_equal(builtin("clusters", tmp_path), builtin("clusters"))


def test_own_folder_must_have_the_same_columns(tmp_path: Path):
    builtin("hubs").drop(columns="role").to_csv(tmp_path / "hubs.csv", index=False)
    with pytest.raises(TableError, match="missing column role"):
        builtin("hubs", tmp_path)


@pytest.mark.parametrize("path", sorted(BUILTIN.glob("*.csv")), ids=lambda p: p.stem)
def test_shipped_rows_say_where_they_come_from(path: Path):
    if path.stem in ("sources", "surveyed", "source_files", "attributes", "attribute_figures"):
        return
    table = builtin(path.stem)
    assert not table.empty
    assert table["source"].astype(str).str.len().min() > 0
    assert table["vintage"].notna().all()
    assert set(table["confidence"]) <= {"high", "medium", "low"}


def test_readme_names_each_table():
    text = (BUILTIN / "README.md").read_text(encoding="utf-8")
    assert [p.name for p in BUILTIN.glob("*.csv") if f"`{p.name}`" not in text] == []


def test_shipped_figures_hold_no_ranges():
    for path in BUILTIN.glob("*.csv"):
        table = builtin(path.stem)
        for column in ("value", "price", "share", "number", "capacity_mw", "it_mw"):
            assert column not in table.columns or table[column].dtype == "float64", f"{path.name}: {column}"
