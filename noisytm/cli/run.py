"""The command ``noisytm run``: run a machine on a word."""

from __future__ import annotations

from typing import Annotated

from noisytm._json import dumps
from noisytm.cli import _options as option
from noisytm.cli._arguments import whole
from noisytm.cli._choices import OneOf
from noisytm.cli._diagram import colours_wanted, diagram_of, require_use
from noisytm.cli._hush import say
from noisytm.cli._problem import word_of
from noisytm.cli.verb import Verb


def _methods() -> tuple[str, ...]:
    from noisytm.discrete import METHODS

    return METHODS


def _samples() -> tuple[str, ...]:
    from noisytm.show import SAMPLES

    return SAMPLES


def _views() -> tuple[str, ...]:
    from noisytm.show import VIEWS

    return VIEWS


def _pictures() -> dict[str, str]:
    from noisytm.show import PICTURES

    return {f".{name}": form.description for name, form in PICTURES.items()}


def run(
    machine: option.Machine,
    /,
    *,
    word: option.Word = "",
    final: option.Final | None = None,
    max_steps: option.MaxSteps = 1_000_000_000,
    method: Annotated[str, OneOf(_methods)] | None = None,
    cycle_window: Annotated[int, whole(0)] = 1 << 20,
    trace: option.Flag = False,
    rows: Annotated[int, whole(2, most=4096)] | None = None,
    columns: Annotated[int, whole(1, most=4096)] | None = None,
    rows_at: Annotated[str, OneOf(_samples)] | None = None,
    view: Annotated[str, OneOf(_views)] | None = None,
    output: Annotated[option.Output, OneOf(_pictures, open=True)] | None = None,
    json: option.Json = False,
) -> int:
    """Run a machine on a word until it stops, or the steps are used up (exit code 3).

    With --trace and --json the result has the rows of the diagram too.

    Parameters
    ----------
    method : str
        direct, the plain loop; block, a table of blocks; chain, chain moves and proved rules on a run-length tape;
        auto, if none is given, chooses. All give the same answer. Not for a diagram, which finds its own.
    cycle_window : int
        Number of steps within which a run that does not stop is searched for a cycle; 0 switches the search off.
    trace : bool
        Draw the space-time diagram: a row for a step, a column for a cell, the state before the symbol at the head.
    rows : int
        Rows of the diagram at most; by default 40, in a picture or JSON 800.
    columns : int
        Columns of the diagram at most; by default what fits the terminal, in a picture or JSON 800.
    rows_at : str
        Which rows of a longer run to show: spaced evenly in time, or where the head first reaches a cell.
    view : str
        What to show of a wider tape: a window that follows the head, or the whole with several cells to a column.
        By default the window if every step is shown.
    output : path
        Write the diagram as a picture instead of drawing it here; the ending says which: {output} (need matplotlib).
    """
    from noisytm import discrete
    from noisytm.cli import BUDGET, DONE, UsageError, interrupt_code, interrupt_words
    from noisytm.errors import BudgetError
    from noisytm.problem import load_machine
    from noisytm.show import describe_run

    asked = {"rows": rows, "columns": columns, "rows_at": rows_at, "view": view}
    given = {name: value for name, value in asked.items() if value is not None}
    require_use(given, trace, output)
    if (trace or output is not None) and method is not None:
        raise UsageError(f"a diagram finds its own method; leave out --method {method}")
    loaded = load_machine(machine, final=final, word=word)
    given_word, message, interrupted = word_of(loaded, word), "", False
    try:
        result = discrete.run(loaded, given_word, max_steps, method or "auto", cycles=cycle_window)
    except BudgetError as error:
        result, message = error.partial, str(error)
    except discrete.RunInterrupted as error:
        result, message = error.partial, f"{interrupt_words()}; the above is how far the run had got"
        interrupted, trace, output = True, False, None
    record, text = result.to_json(), describe_run(result)
    if trace or output is not None:
        drawn = output is None and not json
        diagram = diagram_of(loaded, given_word, result, given, drawn=drawn)
        if output is not None:
            diagram.save(output)
        if trace and json:
            record["trace"] = diagram.drawn_json()
        if drawn:
            text = f"{diagram.text(colour=colours_wanted())}\n\n{text}"
    if json:
        text = dumps(record | ({"complete": False} if message else {}))
    print(text)
    if message:
        say(message)
    if interrupted:
        return interrupt_code()
    return DONE if result.halted or result.cycle else BUDGET


RENAMED = {"--input": "--word", "--cycles": "--cycle-window", "--sample": "--rows-at"}
VERB = Verb("run", run, renamed=RENAMED)
