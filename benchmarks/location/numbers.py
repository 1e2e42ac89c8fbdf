"""The numbers of a text file, one after the other, wherever its lines break."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from benchmarks.location.instance import Exact, Number, exact
from geodata.tables import TableError

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?")
_SEPARATOR = re.compile(r"[\s,]+")


def read_text(path: Path) -> str:
    """Return the text of a file, without the end mark that some systems leave in it.

    Raises
    ------
    TableError
        There is no such file, or it is not text.
    """
    if path.is_dir():
        raise TableError(f"{path}: found a folder, expected a file")
    if not path.is_file():
        raise TableError(f"{path}: found no such file")
    try:
        return path.read_text(encoding="utf-8-sig").replace("\x1a", " ")
    except UnicodeDecodeError:
        raise TableError(f"{path}: found bytes that are no text, expected a text file") from None


def as_number(word: str) -> Number | None:
    """Return the exact value of a number such as `7500.`, `12` or `1.5D3`; None if it is none."""
    if not _NUMBER.fullmatch(word):
        return None
    value = Fraction(re.sub("[dD]", "e", word).replace(".e", ".0e").rstrip("."))
    return value.numerator if value.denominator == 1 else value


class Numbers:
    """Words of a file, read in order; every fault names the word and what was expected there."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        body = read_text(path) if text is None else text
        self.words = [word for word in _SEPARATOR.split(body) if word]
        self.at = 0

    @property
    def left(self) -> int:
        """Return how many words are left."""
        return len(self.words) - self.at

    def word(self, what: str) -> str:
        """Return the next word."""
        if not self.left:
            raise TableError(f"{self.path}: ended after {self.at} numbers, expected {what}")
        self.at += 1
        return self.words[self.at - 1]

    def number(self, what: str) -> Number:
        """Return the next number, exactly."""
        word = self.word(what)
        value = as_number(word)
        if value is None:
            raise TableError(f"{self.path}: found {word!r} as word {self.at}, expected a number: {what}")
        return value

    def count(self, what: str) -> int:
        """Return the next number, a whole one of 0 or more."""
        value = self.number(what)
        if not isinstance(value, int) or value < 0:
            raise TableError(
                f"{self.path}: found {self.words[self.at - 1]} as word {self.at}, expected an integer: {what}"
            )
        return value

    def numbers(self, size: int, what: str) -> Exact:
        """Return the next `size` numbers."""
        if self.left < size:
            raise TableError(
                f"{self.path}: ended after {len(self.words)} words, expected {size - self.left} more: {what}"
            )
        return exact([self.number(what) for _ in range(size)])

    def end(self) -> None:
        """Check that nothing is left."""
        if self.left:
            raise TableError(
                f"{self.path}: found {self.left} words after the last number expected "
                f"({' '.join(self.words[self.at : self.at + 3])}): is this the kind of the file?"
            )
