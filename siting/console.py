"""What people see: progress on a terminal, errors in a sentence, figures as a table."""

from __future__ import annotations

import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TextIO

from siting.log_lines import log_lines

if TYPE_CHECKING:
    from siting.planning import Plan

OK, AUDIT_FAILED, BAD_INPUT, OUT_OF_TIME, INTERRUPTED = 0, 1, 2, 3, 130


@contextmanager
def door() -> Iterator[None]:
    """Turn errors meant for people into one message on stderr and an exit code.

    Anything else is our fault and shows as it is. Codes: 1 the audit found a difference; 2 bad input,
    infeasible or the solver failed; 3 the time limit came before any plan; 130 interrupted.
    """
    try:
        with _told_warnings():
            yield
    except KeyboardInterrupt:
        _leave("interrupted; nothing was written", INTERRUPTED)
    except Exception as error:
        code = _code(error)
        if code is None:
            raise
        _leave(f"{error}; nothing was written" if code == INTERRUPTED else str(error), code)


@contextmanager
def _told_warnings() -> Iterator[None]:
    """Print warnings about data as notes, each once; other warnings go their usual way."""
    from geodata.tables import DataWarning

    told: set[str] = set()
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if not issubclass(category, DataWarning):
                usual(message, category, filename, lineno, file, line)
            elif str(message) not in told:
                told.add(str(message))
                warn(f"note: {message}")

        warnings.simplefilter("always", DataWarning)
        warnings.showwarning = show
        yield


def _code(error: Exception) -> int | None:
    """Return the exit code of an error meant for people. Imported late: the door itself must open fast."""
    from geodata.tables import TableError
    from optim.tables import PlanError, StoppedError, TimeLimitError
    from siting.folder import OutputError
    from siting.scenario import ScenarioError

    if isinstance(error, TimeLimitError | StoppedError):
        return OUT_OF_TIME if isinstance(error, TimeLimitError) else INTERRUPTED
    return BAD_INPUT if isinstance(error, PlanError | TableError | ScenarioError | OutputError) else None


def _leave(message: str, code: int) -> NoReturn:
    print(f"siting: {message}", file=sys.stderr)
    raise SystemExit(code)


def stop_on_terminate() -> None:
    """Let a polite kill end like an interrupt, so that temporary folders go."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with suppress(ValueError):
        signal.signal(signal.SIGTERM, stop)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows the step and its time, and leaves a line of each step that is done.

    Where stderr is no terminal, it leaves a line a minute.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield log_lines()
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        step = bar.add_task("starting", total=None)

        def say(text: str) -> None:
            done = bar.tasks[0]
            console.print(f"{done.elapsed or 0:6.0f} s  {done.description}", markup=False, highlight=False)
            bar.reset(step, description=text)

        yield say


def show_rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows as a table: ruled on a terminal, tab-separated in a pipe."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        print("\n".join("\t".join(row) for row in rows))
        return
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    console.print(table, markup=False)


def show_heading_rows(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], text_columns: int = 1
) -> None:
    """Print a table whose headings tell what its columns are, in a pipe too; figures are set right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        print("\n".join(["", f"# {title}", *("\t".join(row) for row in [heads, *rows])]))
        return
    table = Table(title=title, title_justify="left")
    for place, head in enumerate(heads):
        table.add_column(Text(head), justify="left" if place < text_columns else "right")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def warn(message: str) -> None:
    """Print a warning on stderr."""
    print(f"siting: {message}", file=sys.stderr)


def show_plan(plan: Plan, folder: Path, as_json: bool) -> None:
    """Print the headline figures of a plan: JSON, or a table in the map's language."""
    from maps.headline import headline, headline_pairs
    from maps.texts import texts
    from siting.artefacts import describe
    from siting.json_text import to_json

    if as_json:
        print(to_json(describe(plan) | {"run": str(folder)}), end="")
        return
    language = plan.scenario.maps.language
    pairs = headline_pairs(headline(plan.survey, plan.results), language, texts(language))
    show_rows(plan.scenario.title or plan.scenario.name, ("", ""), [*pairs, ("run", str(folder))])


def tell_early_end(plan: Plan) -> None:
    """Print, if the search ended early, why, and its gap; the last line that people see of it."""
    solution, asked = plan.results.solution, plan.scenario.optim.solve.gap_share
    if solution.status == "optimal":
        return
    gap = f"at a gap of {solution.gap_share:.2%}; asked {asked:.2%}"
    if solution.status == "interrupted":
        warn(f"the search was interrupted: the plan is the best until then, {gap}")
    else:
        warn(f"the search ended early ({solution.status}), {gap}")


def judge(plan: Plan, where: str) -> None:
    """Leave with code 1 if the audit found a difference, which would be our fault."""
    wrong = [finding for finding in plan.audit if not finding["ok"]]
    for finding in wrong[:10]:
        numbers = f"found {finding['found']}, expected {finding['expected']}"
        warn(f"audit: {finding['check']} {finding['place']}: {numbers}")
    if wrong:
        _leave(f"{where}: the audit found {len(wrong)} of {len(plan.audit)} checks wrong", AUDIT_FAILED)
