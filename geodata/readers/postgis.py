"""Reads a table of a PostGIS database as a layer, read-only; no message shows a password."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from geodata.geometry.projections import WGS84, reprojected
from geodata.readers.repairs import sound
from geodata.tables import TableError

SCHEMES = ("postgresql", "postgresql+psycopg", "postgis", "postgres")
DRIVER = "postgresql+psycopg"
OPTIONS = {"postgresql_readonly": True, "no_parameters": True}
WAIT_S = 10
SELECT = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
TABLES = (
    "SELECT DISTINCT attrelid::regclass::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
    "WHERE atttypid IN (to_regtype('geometry'), to_regtype('geography')) AND relkind IN "
    "('r', 'v', 'm', 'f', 'p') AND NOT attisdropped ORDER BY 1"
)
KINDS = "SELECT to_regtype('geometry')::oid, to_regtype('geography')::oid"


def is_address(path: Path | str) -> bool:
    """Return whether this is the address of a database, such as postgresql://user@host:5432/name."""
    scheme, mark, _ = str(path).partition("://")
    return bool(mark) and scheme.lower() in SCHEMES


def read_table(address: str, table: str, geometry_column: str = "geom") -> gpd.GeoDataFrame:
    """Return a table of a PostGIS database in EPSG:4326; what was mended is warned of (`DataWarning`).

    Parameters
    ----------
    address : str
        `postgresql://user@host:5432/database`; the password may come from PGPASSWORD or a `.pgpass` file.
    table : str
        `table` or `schema.table`, in double quotes where a name holds a dot; or a SELECT statement, which
        runs in a transaction that cannot write.
    geometry_column : str
        Column with the geometry; if there is none of this name, the only geometry column of the table.

    Raises
    ------
    TableError
        The address is none, the server does not answer or refuses, no such table or column, no geometry, no
        SRID or several, and the faults of any layer (`geodata.readers.repairs.sound`).
    """
    url = _url(address)
    place = f"{shown(address)}, {table if len(table) < 80 else table[:77] + '...'}"
    engine = create_engine(url, connect_args={"connect_timeout": WAIT_S})
    try:
        with engine.connect().execution_options(**OPTIONS) as connection:
            frame = _frame(connection, table, geometry_column, place)
    except SQLAlchemyError as error:
        raise TableError(f"{place}: {_cause(error, url)}") from None
    finally:
        engine.dispose()
    whole = sound(frame, place)
    return whole.set_geometry(reprojected(whole.geometry, WGS84, place))


def shown(address: str) -> str:
    """Return the address without password and options, fit for messages and files."""
    try:
        return make_url(address).set(query={}).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return f"{address.partition('://')[0]}://..."


def _url(address: str) -> URL:
    try:
        return make_url(address).set(drivername=DRIVER)
    except (ArgumentError, ValueError):
        raise TableError(
            f"{shown(address)}: not a database address, expected postgresql://user@host:5432/database"
        ) from None


def _frame(connection: Connection, table: str, geometry_column: str, place: str) -> gpd.GeoDataFrame:
    query = table.strip().rstrip(";") if SELECT.match(table) else _select(connection, table, place)
    column = _geometry_column(connection, query, geometry_column, place)
    frame = gpd.read_postgis(query, connection, geom_col=column)
    srids = np.unique(shapely.get_srid(frame.geometry.dropna().to_numpy()))
    if len(srids) > 1:
        found = ", ".join(str(number) for number in srids)
        raise TableError(
            f"{place}: column {column} holds several SRIDs ({found}), expected one; ST_Transform them"
        )
    if len(srids) and frame.crs is None:
        raise TableError(f"{place}: column {column} has no SRID, expected one; UpdateGeometrySRID sets it")
    return frame


def _select(connection: Connection, table: str, place: str) -> str:
    """Return a SELECT of a whole table, its name found and quoted by the server."""
    exact = ".".join(f'"{part}"' for part in table.replace('"', "").split("."))
    for name in (table, exact):
        found = connection.execute(text("SELECT to_regclass(:name)::text"), {"name": name}).scalar()
        if found:
            return f"SELECT * FROM {found}"
    there = connection.execute(text(TABLES)).scalars().all()
    shown_tables = ", ".join(there[:10]) or "there is none"
    raise TableError(f"{place}: no such table; tables with a geometry: {shown_tables}")


def _geometry_column(connection: Connection, query: str, wanted: str, place: str) -> str:
    """Return the geometry column of a query: the one of the wanted name, else the only one."""
    kinds = {int(oid) for oid in connection.execute(text(KINDS)).one() if oid is not None}
    described = connection.execute(
        text(f"SELECT * FROM ({_plain(query)}) AS layer LIMIT 0")
    ).cursor.description
    names = [column[0] for column in described]
    found = [column[0] for column in described if column[1] in kinds]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TableError(f"{place}: column {', '.join(twice)} comes twice; name the columns in the SELECT")
    if wanted not in found and len(found) != 1:
        told = f"geometry columns {', '.join(found)}" if found else f"columns {', '.join(names)}, no geometry"
        raise TableError(f"{place}: found {told}; expected a geometry column {wanted}, or a single one")
    return wanted if wanted in found else found[0]


def _plain(query: str) -> str:
    return query.replace(":", r"\:")  # no place for a parameter


def _cause(error: SQLAlchemyError, url: URL) -> str:
    """Return the first line of what the server or driver says, without the password."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip().split("\n")[0]
    password = url.password or ""
    for secret in {password, quote(password, safe="")} - {""}:
        said = said.replace(secret, "***")
    return f"the database says: {said}"
