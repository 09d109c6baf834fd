"""The command ``noisytm run``: run a machine on a word."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from noisytm._json import dumps
from noisytm.cli._arguments import OneOf, Source, Text, Whole
from noisytm.cli._diagram import colours_wanted, diagram_of, require_use
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
    machine: Source,
    /,
    *,
    input: Text = "",
    max_steps: Whole = 10_000_000,
    method: Annotated[str, OneOf(_methods)] | None = None,
    cycles: Whole = 1 << 20,
    trace: Annotated[bool, Parameter(negative="")] = False,
    rows: Whole | None = None,
    columns: Whole | None = None,
    sample: Annotated[str, OneOf(_samples)] | None = None,
    view: Annotated[str, OneOf(_views)] | None = None,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"]), OneOf(_pictures, open=True)] = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Run a machine on a word until it stops, or the steps are used up (exit code 3).

    Parameters
    ----------
    machine : str
        A file, else the name of a library machine, else the text of a machine; - reads the text from stdin.
    input : str
        The word; the head starts on its first symbol. Symbols longer than one character: separate by commas.
    max_steps : int
        Number of steps to make at most.
    method : str
        direct, the plain loop; block, a table of blocks; chain, chain moves and proved rules on a run-length tape;
        auto, if none is given, chooses. All give the same answer. Not for a diagram, which finds its own.
    cycles : int
        Number of steps within which a run that does not stop is searched for a cycle; 0 switches the search off.
    trace : bool
        Draw the space-time diagram: a row for a step, a column for a cell, the state before the symbol at the head.
    rows : int
        Rows of the diagram at most; by default 40, in a picture or JSON 800.
    columns : int
        Columns of the diagram at most; by default what fits the terminal, in a picture or JSON 800.
    sample : str
        Which rows of a longer run to show: spaced evenly in time, or where the head first reaches a cell.
    view : str
        What to show of a wider tape: a window that follows the head, or the whole with several cells to a column.
        By default the window if every step is shown.
    output : path
        Write the diagram as a picture instead of drawing it here; the ending says which: {output} (need matplotlib).
    json : bool
        Print the result as JSON; with --trace also the rows of the diagram.
    """
    from noisytm import discrete
    from noisytm.cli import BUDGET, DONE, UsageError, interrupt_code, interrupt_words
    from noisytm.errors import BudgetError
    from noisytm.problem import load_machine
    from noisytm.show import describe_run

    asked = {"rows": rows, "columns": columns, "sample": sample, "view": view}
    given = {name: value for name, value in asked.items() if value is not None}
    require_use(given, trace, output)
    if (trace or output is not None) and method is not None:
        raise UsageError(f"a diagram finds its own method; leave out --method {method}")
    loaded = load_machine(machine)
    word, message, interrupted = word_of(loaded, input), "", False
    try:
        result = discrete.run(loaded, word, max_steps, method or "auto", cycles=cycles)
    except BudgetError as error:
        result, message = error.partial, str(error)
    except discrete.RunInterrupted as error:
        result, message = error.partial, f"noisytm: {interrupt_words()}; the above is how far the run had got"
        interrupted, trace, output = True, False, None
    record, text = result.to_json(), describe_run(result)
    if trace or output is not None:
        drawn = output is None and not json
        diagram = diagram_of(loaded, word, result, given, drawn=drawn)
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
        print(message, file=sys.stderr)
    if interrupted:
        return interrupt_code()
    return DONE if result.halted or result.cycle else BUDGET


VERB = Verb("run", run)
