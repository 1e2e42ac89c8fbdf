"""Columns packed for a page: whole numbers on a decimal step, differences, deflate, base64."""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

DIGITS_MAX = 6
CODES_MAX = 2**32 - 2
_QUICK = 1  # level that tells which of two is shorter
_FIGURES = 4  # of the median: nothing that a pop-up shows is lost


def pack_numbers(values: Array, digits: int | None = None) -> dict[str, Any]:
    """Return numbers as a packed column: value = (low + code - 1) / 10^digits, code 0 where not known.

    Parameters
    ----------
    values : array
        NaN where not known.
    digits : int, optional
        Decimals kept; none: whole numbers stay whole, others keep four figures of their median.

    Returns
    -------
    dict
        low, digits, and what `pack_codes` returns.
    """
    known = np.isfinite(values)
    kept = values[known]
    places = _digits(kept) if digits is None else digits
    whole = np.round(kept * 10.0**places)
    low = int(whole.min()) if len(whole) else 0
    codes = np.zeros(len(values), dtype=np.int64)
    codes[known] = whole.astype(np.int64) - low + 1
    return {"low": low, "digits": places} | pack_codes(codes)


def _digits(known: Array) -> int:
    """Return the decimals to keep; fewer than none where the range would not fit 32 bits."""
    size = np.abs(known[known != 0])
    if not len(size):
        return 0
    whole = bool((known == np.round(known)).all())
    most = 0 if whole else _FIGURES - 1 - math.floor(math.log10(float(np.median(size))))
    room = math.floor(math.log10(CODES_MAX / max(float(np.ptp(known)), 1e-9)))
    return min(max(most, 0), DIGITS_MAX, room)


def pack_codes(codes: Codes) -> dict[str, Any]:
    """Return whole numbers of 0 to 2^32 - 1 as bytes a number, whether as differences, and base64 text.

    The bytes are taken plane by plane, the lowest first, and deflated: of the values, or of the differences
    from one row to the next, whichever comes out shorter.
    """
    width = 1 if codes.max(initial=0) < 2**8 else 2 if codes.max(initial=0) < 2**16 else 4
    steps = np.diff(codes, prepend=np.int64(0)) % 2 ** (8 * width)
    plain, stepped = _planes(codes, width), _planes(steps, width)
    stepwise = len(_deflated(stepped, _QUICK)) < len(_deflated(plain, _QUICK))
    data = base64.b64encode(_deflated(stepped if stepwise else plain)).decode("ascii")
    return {"width": width, "steps": stepwise, "data": data}


def _planes(codes: Codes, width: int) -> bytes:
    octets = codes.astype("<u4").view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(octets[:, :width].T).tobytes()


def _deflated(data: bytes, level: int = 9) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def pack_texts(texts: Sequence[str]) -> dict[str, Any]:
    """Return texts as a packed column: each that occurs once, and the number of it in each row.

    Returns
    -------
    dict
        `texts` (deflated JSON list in base64) and `codes` as `pack_codes`.
    """
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(text, len(numbers)) for text in texts]
    return {"texts": pack_list(list(numbers)), "codes": pack_codes(np.array(codes, dtype=np.int64))}


def pack_list(texts: Sequence[str]) -> str:
    """Return texts, joined by a zero character that none of them holds, deflated, in base64."""
    joined = "\0".join(text.replace("\0", " ") for text in texts)
    return base64.b64encode(_deflated(joined.encode("utf-8", "replace"))).decode("ascii")
