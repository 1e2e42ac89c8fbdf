"""What a terminal shows while a plan is made."""

import pytest

from siting.console import progress


def test_each_step_that_is_done_leaves_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with progress() as say:
        say("surveying places")
        say("gap 0.5 % [bold]")
        say("auditing")
    shown = capsys.readouterr().err
    assert "0 s  surveying places" in shown
    assert "gap 0.5 % [bold]" in shown
    assert "s  auditing" not in shown


def test_a_pipe_shows_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    with progress() as say:
        say("surveying places")
    assert capsys.readouterr().err == ""
