"""Progress in a log: a line a minute, none of what is quick."""

from __future__ import annotations

import pytest

from siting import counting, log_lines


def test_a_line_a_minute(capsys: pytest.CaptureFixture[str]):
    times = iter([0.0, 10.0, 61.0, 90.0, 119.0, 200.0])
    say = log_lines.log_lines(lambda: next(times))
    for text in ("a", "b", "c", "d", "e"):
        say(text)
    assert capsys.readouterr().err == "    61 s  b\n   200 s  e\n"


def test_steps_are_counted_in_a_log_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(log_lines, "EVERY_S", 0.0)
    for total, told in ((3, "2 of 3"), (None, "2")):
        with counting.counting(total, "directions") as tick:
            tick("west")
            tick("Gansu")
        assert capsys.readouterr().err.splitlines()[1].endswith(f"directions: {told}, last Gansu")


def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]):
    with counting.counting(2, "points") as tick:
        tick("one")
    assert capsys.readouterr().err == ""
