"""Processes that walk through tasks: all answers come, in any order, whatever happens to a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from optim.walk import LostError, Queues, walk


def make_square(shared):
    def solve(key, question):
        if question < 0:
            raise ValueError(f"{key}: below 0")
        return shared + question**2, os.getpid()

    return solve


def make_fragile(shared):
    """Return a function that squares; its process dies at question 3, once or always."""

    def solve(key, question):
        marker = Path(shared) / "died"
        if question == 3 and (key == "deadly" or not marker.exists()):
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return question**2

    return solve


@pytest.mark.slow
def test_all_answers_come_and_errors_as_they_are():
    found = dict(walk([[("a", 1), ("b", 2)], [("c", 3), ("d", -1)]], make_square, 10))
    assert {key: found[key][0] for key in "abc"} == {"a": 11, "b": 14, "c": 19}
    assert isinstance(found["d"], ValueError)
    assert os.getpid() not in {found[key][1] for key in "abc"}


@pytest.mark.slow
def test_a_process_that_dies_is_replaced_and_its_task_asked_again(tmp_path):
    found = dict(walk([[(k, k) for k in range(6)]], make_fragile, str(tmp_path)))
    assert found == {k: k**2 for k in range(6)}
    assert (tmp_path / "died").exists()


@pytest.mark.slow
def test_a_task_that_kills_twice_is_given_up_and_the_others_are_not(tmp_path):
    found = dict(walk([[("deadly", 3), ("a", 1)], [("b", 2)]], make_fragile, str(tmp_path)))
    assert isinstance(found["deadly"], LostError)
    assert "exit code -9" in str(found["deadly"])
    assert (found["a"], found["b"]) == (1, 4)


@pytest.mark.slow
def test_processes_end_with_the_walk():
    with closing(walk([[("a", 1), ("b", 2), ("c", 3)]], make_square, 0)) as walking:
        _, (_, pid) = next(walking)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def make_waiting(shared):
    """Return a function that says its process in a pipe, which closes when the process ends, and waits."""

    def solve(key, question):
        with Path(shared).open("w") as pipe:
            pipe.write(f"{os.getpid()}\n")
            pipe.flush()
            signal.pause()

    return solve


@pytest.mark.slow
def test_processes_leave_when_their_parent_is_killed(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    code = (
        "from optim.walk import walk\nfrom tests.optim.test_walk import make_waiting\n"
        f"if __name__ == '__main__':\n    list(walk([[(1, 1)]], make_waiting, {str(pipe)!r}))\n"
    )
    (tmp_path / "parent.py").write_text(code)
    root = str(Path(__file__).parents[2])
    env = os.environ | {"PYTHONPATH": root}
    with subprocess.Popen([sys.executable, tmp_path / "parent.py"], env=env) as parent, pipe.open() as said:
        assert int(said.readline()) > 0
        parent.kill()
        assert said.read() == ""  # the end of the pipe: the process is gone


def test_who_is_through_takes_the_second_half_of_the_longest_rest():
    queues = Queues([[(k, None) for k in range(5)], []])
    assert queues.next(1) == (2, None)
    assert [queues.next(0) for _ in range(2)] == [(0, None), (1, None)]
    queues.first(0, (9, None))
    assert queues.next(0) == (9, None)
    left = Counter(task[0] for task in iter(lambda: queues.next(2), None))
    assert left == Counter([3, 4])
