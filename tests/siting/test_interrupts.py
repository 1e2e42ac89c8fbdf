"""Ctrl-C, as a real signal to the command: once for the best plan so far, twice to leave."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from optim.stop import Stop
from siting.interrupts import heard

ROOT = Path(__file__).parents[2]
HEAD = """
import contextlib, sys, threading
from optim.session import Session
from optim.stop import Stop
from siting import console

@contextlib.contextmanager
def progress():
    yield lambda line: print(line, flush=True)

console.progress = progress
from siting import cli
asked = threading.Event()
ask = Stop.ask
Stop.ask = lambda self: (ask(self), asked.set())
search, relax = Session.solve_integer, Session.centre
"""
HEEDS = """
def until_asked(self, *given):
    self.stop.run(lambda: (print("the solver runs", flush=True), asked.wait()))
    return {real}(self, *given)
"""
DEAF = """
def until_asked(self, *given):
    self.stop.run(lambda: (print("the solver runs", flush=True), threading.Event().wait()))
"""
TAIL = """
Session.{name} = until_asked
cli.main()
"""


class Command:
    """`siting plan` in a process of its own, whose lines are read as they come."""

    def __init__(self, code: str, own: Path) -> None:
        words = ["plan", str(own / "scenario.yaml"), "--out", str(own / "run"), "--gap", "1e-9"]
        words += ["--set", "optim.solve.method=decomposed"]
        self.run = own / "run"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *words],
            cwd=own,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def interrupt_at(self, line: str, pipe: str = "stdout") -> None:
        """Send Ctrl-C when a line has come."""
        lines = iter(getattr(self.process, pipe).readline, "")
        assert any(line in each for each in lines), f"{line}: did not come; {self.process.communicate()}"
        self.process.send_signal(signal.SIGINT)

    def end(self) -> tuple[int, list[str]]:
        """Return the exit code and the last lines on stderr."""
        errors = self.process.communicate()[1]
        return self.process.returncode, errors.splitlines()


@pytest.fixture
def command(own: Path):
    begun: list[Command] = []

    def begin(name: str, body: str) -> Command:
        real = {"solve_integer": "search", "centre": "relax"}[name]
        code = HEAD + body.replace("{real}", real) + TAIL.replace("{name}", name)
        begun.append(Command(code, own))
        return begun[0]

    yield begin
    for each in begun:
        each.process.kill()
        each.process.communicate()


def left_over(own: Path) -> set[str]:
    return {path.name for path in own.iterdir()}


@pytest.mark.slow
def test_once_ends_the_search_with_its_plan(command, own: Path) -> None:
    siting = command("solve_integer", HEEDS)
    siting.interrupt_at("the solver runs")
    code, errors = siting.end()
    assert code == 0, errors
    assert "siting: stopping after this step, with the best plan so far; press again to leave" in errors
    about = json.loads((siting.run / "run.json").read_text(encoding="utf-8"))
    assert about["solution"]["status"] == "interrupted"
    assert about["audit"]["failed"] == 0
    gap = f"{about['solution']['gap_share']:.2%}"
    assert errors[-1].startswith("siting: the search was interrupted: the plan is the best until then")
    assert f"at a gap of {gap}; asked 0.00%" in errors[-1]
    assert "interrupted by the user" in (siting.run / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_before_any_plan_nothing_is_written(command, own: Path) -> None:
    before = left_over(own)
    siting = command("centre", HEEDS)
    siting.interrupt_at("the solver runs")
    code, errors = siting.end()
    assert code == 130
    assert errors[-1] == "siting: the search was interrupted before any plan was found; nothing was written"
    assert left_over(own) == before


@pytest.mark.slow
def test_twice_leaves_at_once(command, own: Path) -> None:
    before = left_over(own)
    siting = command("solve_integer", DEAF)
    siting.interrupt_at("the solver runs")
    siting.interrupt_at("press again to leave", "stderr")
    code, errors = siting.end()
    assert code == 130
    assert errors == ["siting: interrupted; nothing was written"]
    assert left_over(own) == before


def test_outside_a_search_an_interrupt_is_one() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), heard(Stop()):
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_in_a_search_it_is_a_wish(capfd: pytest.CaptureFixture[str]) -> None:
    stop = Stop()
    with heard(stop), stop.open():
        signal.raise_signal(signal.SIGINT)
        assert stop.is_wanted
    assert "stopping after this step" in capfd.readouterr().err
    with heard(stop), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
