"""A layer from a real PostgreSQL with PostGIS, which the test starts and stops; skipped without."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import create_engine, text

from geodata.readers.postgis import is_address, read_table, shown
from geodata.readers.vector import read_vector
from geodata.tables import DataWarning, TableError

UNPRIVILEGED = ("postgres", "nobody")


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, None where PostgreSQL or PostGIS is not on the machine."""
    on_path = shutil.which("initdb")
    folders = [os.path.dirname(os.path.realpath(on_path))] if on_path else []
    folders += sorted(glob.glob("/usr/lib/postgresql/*/bin") + glob.glob("/usr/pgsql-*/bin"), reverse=True)
    for folder in map(Path, folders):
        told = subprocess.run(
            [folder / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
        )
        if (Path(told.stdout.strip()) / "extension" / "postgis.control").exists():
            return folder
    return None


BIN = programs()
pytestmark = pytest.mark.skipif(BIN is None, reason="no PostgreSQL with PostGIS on this machine")


def owner() -> str | None:
    """Return the user to run the server as: PostgreSQL refuses root."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in names) if os.geteuid() == 0 else None


def run(program: str, *arguments: str, user: str | None) -> None:
    command = [str(BIN / program), *arguments]  # type: ignore[operator]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    done = subprocess.run(
        command, user=user, env=environment, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server in a new folder, on the loopback only, and stop it afterwards."""
    user, port = owner(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if user:
        shutil.chown(folder, user)
    try:
        secret = folder / "secret"
        secret.write_text("s3cret/word\n")
        secret.chmod(0o644)
        run("initdb", "-D", f"{folder}/data", "-U", "planner", "-A", "scram-sha-256", f"--pwfile={secret}",
            "-E", "UTF8", "--no-sync", user=user)  # fmt: skip
        options = f"-p {port} -k {folder} -h 127.0.0.1 -F"
        run("pg_ctl", "-D", f"{folder}/data", "-w", "-o", options, "-l", f"{folder}/log", "start", user=user)
        try:
            yield f"postgresql://planner:s3cret%2Fword@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", f"{folder}/data", "-w", "-m", "immediate", "stop", user=user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


PREPARE = """
CREATE EXTENSION postgis;
CREATE SCHEMA "Odd.Name";
CREATE TABLE sites (name text, it_max_mw float, geom geometry(Point, 4526));
INSERT INTO sites SELECT name, it, ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 4526)
  FROM (VALUES ('one', 5, 114.1, 30.5), ('two', 7, 114.2, 30.6)) AS v (name, it, lon, lat);
CREATE TABLE "Odd.Name"."Up Case" (id int, shape geography(Point, 4326));
INSERT INTO "Odd.Name"."Up Case" VALUES (1, 'POINT(106.5 29.5)');
CREATE TABLE two_shapes (a geometry(Point, 4326), b geometry(Point, 4326));
CREATE TABLE nameless (geom geometry);
INSERT INTO nameless VALUES ('POINT(106.5 29.5)');
CREATE TABLE mixed (geom geometry);
INSERT INTO mixed VALUES ('SRID=4326;POINT(106.5 29.5)'), ('SRID=3857;POINT(1 2)');
CREATE TABLE plain (name text);
CREATE TABLE empty (geom geometry(Point, 4326));
CREATE TABLE bow (geom geometry(Polygon, 4326));
INSERT INTO bow VALUES ('SRID=4326;POLYGON((110 30, 111 31, 111 30, 110 31, 110 30))');
CREATE TABLE swapped (geom geometry(Point, 4326));
INSERT INTO swapped VALUES ('SRID=4326;POINT(29.5 106.5)');
"""


@pytest.fixture(scope="module")
def database(server: str) -> str:
    engine = create_engine(server.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text(PREPARE))
    engine.dispose()
    return server


def test_a_table_in_any_projection(database: str) -> None:
    frame = read_table(database, "sites")
    assert frame.crs.to_epsg() == 4326
    assert frame["name"].tolist() == ["one", "two"]
    assert frame.geometry.x.tolist() == pytest.approx([114.1, 114.2], abs=1e-6)
    assert frame.geometry.y.tolist() == pytest.approx([30.5, 30.6], abs=1e-6)


@pytest.mark.parametrize("table", ["public.sites", '"sites"', "Sites", "SELECT name, geom FROM sites;"])
def test_ways_to_name_a_table(database: str, table: str) -> None:
    assert len(read_table(database, table)) == 2


def test_quoted_names_and_another_geometry_column(database: str) -> None:
    frame = read_table(database, '"Odd.Name"."Up Case"')
    assert frame.geometry.to_list() == [shapely.Point(106.5, 29.5)]


def test_a_select_may_hold_colons_and_percent_signs(database: str) -> None:
    sql = "SELECT geom::geometry AS geom, name FROM sites WHERE name LIKE 'o%' AND ':x' <> ' :y'"
    assert read_table(database, sql)["name"].tolist() == ["one"]


def test_as_a_vector_source(database: str) -> None:
    frame = read_vector(database, "a.b", layer="sites", bbox=(114, 30, 114.15, 31), columns=["name"])
    assert list(frame.columns) == ["name", "geom"]
    assert frame["name"].tolist() == ["one"]
    with pytest.raises(TableError, match="a database needs the name of a table"):
        read_vector(database, "a.b")


def test_invalid_geometries_are_mended_and_told(database: str) -> None:
    with pytest.warns(DataWarning, match=r"bow: mended 1 invalid geometries \(row 1: self-intersection\)"):
        assert read_table(database, "bow").geometry.is_valid.all()


def test_nothing_can_be_written(database: str) -> None:
    sql = "WITH gone AS (DELETE FROM sites RETURNING *) SELECT * FROM gone"
    with pytest.raises(TableError, match=r"read-only transaction|must be at the top level"):
        read_table(database, sql)
    with pytest.raises(TableError):
        read_table(database, 'sites"; DROP TABLE sites; --')
    assert len(read_table(database, "sites")) == 2


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("nowhere", "no such table; tables with a geometry: .*bow, .*sites"),
        ("SELECT * FROM nowhere", 'relation "nowhere" does not exist'),
        ("plain", "found columns name, no geometry; expected a geometry column geom"),
        ("two_shapes", "found geometry columns a, b; expected a geometry column geom, or a single one"),
        ("nameless", "column geom has no SRID, expected one"),
        ("mixed", r"holds several SRIDs \(3857, 4326\), expected one"),
        ("empty", "the layer has no features"),
        ("swapped", "the axes look swapped"),
        ("SELECT 1 AS geom", "found columns geom, no geometry"),
        ("SELECT *, geom FROM sites", "column geom comes twice"),
        ("SELECT geom FROM", "syntax error"),
        ("a.b.c.d", "improper|too many|no such table|cross-database"),
    ],
)
def test_faults_of_a_table(database: str, table: str, message: str) -> None:
    with pytest.raises(TableError, match=message) as caught:
        read_table(database, table)
    assert "s3cret" not in str(caught.value)
    assert "planner:***@127.0.0.1" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("s3cret", "wr0ng"), "password authentication failed"),
        (("/postgres", "/nothing"), 'database "nothing" does not exist'),
    ],
)
def test_a_server_that_refuses(database: str, change: tuple[str, str], message: str) -> None:
    with pytest.raises(TableError, match=message) as caught:
        read_table(database.replace(*change), "sites")
    assert "cret" not in str(caught.value)
    assert "wr0ng" not in str(caught.value)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(TableError, match=r"planner:\*\*\*@127.0.0.1:\d+/x, t: .*refused") as caught:
        read_table(f"postgresql://planner:s3cret@127.0.0.1:{free_port()}/x?password=s3cret", "t")
    assert "s3cret" not in str(caught.value)


def test_no_address() -> None:
    with pytest.raises(TableError, match=r"not a database address, expected postgresql://") as caught:
        read_table("postgresql://me:s3cret@host:port/x", "t")
    assert "s3cret" not in str(caught.value)


def test_what_is_an_address() -> None:
    assert is_address("postgresql+psycopg://host/x")
    assert not is_address("a/postgresql.gpkg")
    assert not is_address(Path("x.csv"))
    assert shown("postgresql://me:pw@host/x?sslmode=require") == "postgresql://me:***@host/x"


def test_what_geopandas_writes(database: str) -> None:
    engine = create_engine(database.replace("postgresql:", "postgresql+psycopg:"))
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(110, 30, 111, 31)], crs=4490)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parcels (a int, geom geometry(Polygon, 4490))"))
        row = {"a": 1, "g": frame.geometry.to_wkb().iloc[0].hex()}
        connection.execute(
            text("INSERT INTO parcels VALUES (:a, ST_SetSRID(CAST(:g AS geometry), 4490))"), row
        )
    engine.dispose()
    assert shapely.area(read_table(database, "parcels").geometry.to_numpy()).sum() == pytest.approx(1)
