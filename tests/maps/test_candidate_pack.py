"""What is packed comes out as it went in, and keeps to its size."""

import base64
import zlib

import numpy as np
import pytest

from maps.candidate_pack import pack_codes, pack_list, pack_numbers, pack_texts


def codes_of(packed, count):
    """Unpack as the page does."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(packed["data"]), -15), np.uint8)
    octets = planes.reshape(packed["width"], count).astype(np.int64)
    found = sum(octets[k] << 8 * k for k in range(packed["width"]))
    return np.cumsum(found) % 2 ** (8 * packed["width"]) if packed["steps"] else found


def numbers_of(packed, count):
    codes = codes_of(packed, count)
    return np.where(codes == 0, np.nan, (packed["low"] + codes - 1) / 10.0 ** packed["digits"])


@pytest.mark.parametrize("top", [1, 255, 256, 65_535, 65_536, 2**32 - 1])
def test_codes_of_any_width_return(top):
    codes = np.array([0, top, 1, top - 1, 0, 5 % (top + 1)])
    assert codes_of(pack_codes(codes), 6).tolist() == codes.tolist()


@pytest.mark.parametrize(
    "values",
    [
        [350.2, 412.7, np.nan, 0.0, -3.1],
        [0.31274, 0.4, 0.55555, 0.9],
        [1.0, 20_000_123.0, np.nan, 7.0],
        [491_976_000.0, 10_324_512_345.0],
        [np.nan, np.nan],
        [0.0, 0.0],
        [],
        [5e-9, 3.0, 1e12],
        [np.inf, 2.0],
    ],
)
def test_numbers_return_to_half_a_unit_of_their_fourth_figure(values):
    array = np.array(values, dtype=float)
    packed = pack_numbers(array)
    found = numbers_of(packed, len(array))
    known = np.isfinite(array)
    assert np.isnan(found[~known]).all()
    size = np.abs(array[known & (array != 0)])
    step = max(10.0 ** -packed["digits"], 0)
    assert np.allclose(found[known], array[known], rtol=0, atol=0.5001 * step)
    if len(size) and np.ptp(array[known]) < 4e9:
        assert step <= max(np.median(size) / 1000, 1e-6) or (array[known] == np.round(array[known])).all()


def test_whole_numbers_stay_exact():
    values = np.arange(0, 3_000_000, 997, dtype=float)
    assert numbers_of(pack_numbers(values), len(values)).tolist() == values.tolist()


def test_texts_stand_once():
    packed = pack_texts(["b", "a</script>", "b", "", "长三角"])
    assert codes_of(packed["codes"], 5).tolist() == [0, 1, 0, 2, 3]
    listed = zlib.decompress(base64.b64decode(packed["texts"]), -15).decode().split("\0")
    assert listed == ["b", "a</script>", "", "长三角"]
    assert zlib.decompress(base64.b64decode(pack_list(["a\0b", "c"])), -15) == b"a b\0c"
