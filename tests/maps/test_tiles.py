"""Tiles: none by default; where they come from, what they ask for, and how GCJ-02 is met."""

from __future__ import annotations

import struct
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from pydantic import ValidationError

from geodata.readers.gcj02 import to_gcj02
from geodata.tables import TableError
from maps.candidate_page import candidate_page
from maps.offline import to_html
from maps.page import Settings, check
from maps.plan_page import draw_plan
from maps.tiles import KEY, source
from tests.pages import browser, visit

# Latitude and longitude in WGS 84 and in GCJ-02: test values of eviltransform (go/transform_test.go), the
# value that coordtransform prints, and Beijing railway station in the documents of geoChina (five digits).
KNOWN = {
    "Shanghai": (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215, 1e-9),
    "Shenzhen": (22.543847, 113.912316, 22.540796131694766, 113.9171764808363, 1e-9),
    "Beijing": (39.911954, 116.377817, 39.91334545536069, 116.38404722455657, 1e-9),
    "Tiananmen": (39.915, 116.404, 39.91640428150164, 116.41024449916938, 1e-9),
    "railway station": (39.90105, 116.42079, 39.90245, 116.42703, 1e-5),
}
LEGENDS = {"plan": "details.legend", "candidates": "aside.side"}
KINDS = list(LEGENDS)
OUTSIDE = {"Paris": (48.85, 2.35), "Sydney": (-33.87, 151.21), "Moscow": (55.75, 37.62)}


def _png() -> bytes:
    """Return a picture of one grey point."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xdd")),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


class _Tiles(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(_png())


@pytest.fixture(scope="module")
def server():
    """Yield the address of a server on the loopback that has a tile for every request."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Tiles) as one:
        thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{one.server_address[1]}"
        one.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def draws(survey, results):
    """Return how each page is written, by name."""
    return {
        "plan": lambda settings, key=None: to_html(draw_plan(survey, results, settings, tiles_key=key)),
        "candidates": lambda settings, key=None: candidate_page(survey, settings, tiles_key=key),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_no_tiles_by_default(draws, monkeypatch, kind):
    monkeypatch.setenv(KEY, "k-123")
    assert source(Settings()) is None
    page = draws[kind](Settings())
    assert "tileLayer(" not in page.partition("<script>")[2].rpartition("<script>")[2]
    assert "siting.tiles(" not in page
    assert "k-123" not in page


@pytest.mark.parametrize("tiles", ["bing", "https://host/{z}/{x}.png", ""])
def test_an_unknown_provider_is_refused(tiles):
    with pytest.raises(ValidationError, match="expected none, osm, tianditu, gaode, or an address"):
        Settings(tiles=tiles)


@pytest.mark.parametrize("kind", KINDS)
def test_tianditu_needs_a_key_which_stands_in_the_page_only(draws, monkeypatch, kind):
    settings = Settings(tiles="tianditu")
    monkeypatch.delenv(KEY, raising=False)
    with pytest.raises(TableError, match="--tiles-key"):
        check(settings)
    assert "tk=a%20key%26x" in draws[kind](settings, "a key&x")
    monkeypatch.setenv(KEY, "from-outside")
    assert "tk=from-outside" in draws[kind](settings)
    assert "from-outside" not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tiles", ["osm", "tianditu", "gaode"])
def test_each_provider_is_named_on_the_map(draws, tiles, kind):
    page = draws[kind](Settings(tiles=tiles), "key")
    name = {"osm": "OpenStreetMap", "tianditu": "天地图", "gaode": "高德地图"}[tiles]
    assert name in page
    assert ("crs: L.CRS.GCJ02" in page) == (tiles == "gaode")


@pytest.fixture(scope="module")
def pages(server, draws, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for datum in ("wgs84", "gcj02"):
        address = server + "/{z}/{x}/{y}.png"
        settings = Settings(tiles=address, tiles_datum=datum, tiles_attribution="Own <b>tiles</b>")
        for kind, written in draws.items():
            (folder / f"{kind}-{datum}.html").write_text(written(settings), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def started():
    with browser() as one:
        yield one


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("datum", ["wgs84", "gcj02"])
def test_with_tiles_the_page_asks_for_tiles_only(started, server, pages, datum, kind):
    with visit(started, pages / f"{kind}-{datum}.html", offline=False) as opened:
        opened.page.locator("img.leaflet-tile-loaded").first.wait_for()
        asked = opened.requests[1:]
        assert asked
        assert all(url.startswith(server + "/") for url in asked)
        assert opened.complaints == []
        assert "Own <b>tiles</b>" in opened.page.locator(".leaflet-control-attribution").inner_text()
        note = opened.page.locator(LEGENDS[kind]).inner_text()
        assert ("GCJ-02" in note) == (datum == "gcj02")


@pytest.mark.browser
def test_known_points_are_shifted_and_points_abroad_are_not(started, pages):
    with visit(started, pages / "plan-gcj02.html", offline=False) as opened:
        for name, (lat, lon, shifted_lat, shifted_lon, within) in KNOWN.items():
            found = opened.page.evaluate(f"siting.toGcj02({lat}, {lon})")
            assert found == pytest.approx([shifted_lat, shifted_lon], abs=within), name
            back = opened.page.evaluate(f"siting.fromGcj02({found[0]}, {found[1]})")
            assert back == pytest.approx([lat, lon], abs=1e-8), name
        for name, (lat, lon) in OUTSIDE.items():
            assert opened.page.evaluate(f"siting.toGcj02({lat}, {lon})") == [lat, lon], name


@pytest.mark.browser
def test_the_script_and_the_survey_shift_alike_all_over_china(started, pages):
    lon, lat = (v.ravel() for v in np.meshgrid(np.linspace(71, 139, 18), np.linspace(0, 57, 15)))
    expected = np.column_stack(to_gcj02(lon, lat)[::-1])
    points = np.column_stack([lat, lon]).tolist()
    with visit(started, pages / "plan-gcj02.html", offline=False) as opened:
        found = opened.page.evaluate("(points) => points.map(([a, b]) => siting.toGcj02(a, b))", points)
    np.testing.assert_allclose(found, expected, atol=1e-10)


@pytest.mark.browser
def test_overlays_are_shifted_on_drawing_and_figures_are_not(started, pages):
    """A marker lies where the shifted point would lie on a plain map, and says its place in WGS 84."""
    script = """(point) => {
      const plain = L.CRS.EPSG3857, shifted = L.CRS.GCJ02, at = L.latLng(point);
      const moved = L.latLng(siting.toGcj02(...point)), zoom = 12;
      const drawn = shifted.latLngToPoint(at, zoom), meant = plain.latLngToPoint(moved, zoom);
      const back = shifted.pointToLatLng(drawn, zoom);
      return [drawn.distanceTo(meant), drawn.distanceTo(plain.latLngToPoint(at, zoom)), back.lat, back.lng];
    }"""
    with visit(started, pages / "plan-gcj02.html", offline=False) as opened:
        off, by, lat, lon = opened.page.evaluate(script, [39.911954, 116.377817])
        assert off < 1e-6
        assert by > 10  # of 550 m, at 38 m a point
        assert [lat, lon] == pytest.approx([39.911954, 116.377817], abs=1e-8)
