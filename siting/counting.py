"""Progress over a known number of steps, with the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from siting.log_lines import log_lines

_SPEED_OVER_S = 3600.0  # steps may take minutes


@contextmanager
def counting(total: int | None, what: str) -> Iterator[Callable[[str], None]]:
    """Yield a function that counts one more as done, with a word on it; a line a minute without a terminal.

    Parameters
    ----------
    total : int
        How many there are; None: not known.
    what : str
        What they are.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal or total == 0:
        yield _in_a_log(total, what)
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"))
    with Progress(
        *columns,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        speed_estimate_period=_SPEED_OVER_S,
    ) as bar:
        step = bar.add_task(what, total=total)

        def tick(word: str) -> None:
            bar.update(step, advance=1, description=f"{what}, last {word}")

        yield tick


def _in_a_log(total: int | None, what: str) -> Callable[[str], None]:
    say, number = log_lines(), count(1)
    of_all = f" of {total}" if total else ""
    return lambda word: say(f"{what}: {next(number)}{of_all}, last {word}")
