"""The command ``noisytm run``: run a machine on a word."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from noisytm._json import dumps
from noisytm.cli import _options as option
from noisytm.cli._arguments import whole
from noisytm.cli._choices import OneOf
from noisytm.cli._diagram import colours_wanted, diagram_of, require_use
from noisytm.cli._each import Listed
from noisytm.cli._exits import UsageError
from noisytm.cli._hush import say
from noisytm.cli._problem import word_of
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.discrete import RunResult
    from noisytm.machine import TuringMachine, Word


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
    machine: option.Machine | None = None,
    /,
    *,
    word: option.Word = "",
    final: option.Final | None = None,
    max_steps: option.MaxSteps = 1_000_000_000,
    method: Annotated[str, OneOf(_methods)] | None = None,
    cycle_window: Annotated[int, option.COUNTED] = 1 << 20,
    prove_endless: option.Flag = False,
    seconds: option.Seconds | None = None,
    memory: option.Memory | None = None,
    resume: option.Resume | None = None,
    each: Annotated[Path, Parameter(allow_leading_hyphen=True)] | None = None,
    trace: option.Trace = False,
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
    prove_endless : bool
        Look for a proof that a run which uses up its steps never ends: closed graph, cycle, bouncer, n-grams, words,
        automata, late cycle, for some seconds at most. With one the exit code is 0; noisytm verify checks it in the
        JSON.
    resume : path
        Keep the result in this file while the machine runs and when it ends, however that is; if the file is there,
        go on from it: machine and word are those in it, and need not be given. What --json prints is such a file, too.
    each : path
        Run all machines of this file, - for standard input, a JSON line for each: a list with a machine a line, or what
        else holds several. A line that is no machine gives {"error": …}, and 1 as exit code at the end.
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
    from noisytm._cache_folder import KeptPlace
    from noisytm.cli import BUDGET, DONE, WRONG
    from noisytm.show import describe_run

    asked = {"rows": rows, "columns": columns, "rows_at": rows_at, "view": view}
    given = {name: value for name, value in asked.items() if value is not None}
    require_use(given, trace, output)
    if (trace or output is not None) and method is not None:
        raise UsageError(f"a diagram finds its own method; leave out --method {method}")
    limits = {"seconds": seconds, "memory": memory}
    options: dict[str, Any] = {
        "method": method or "auto",
        "cycles": cycle_window,
        "prove_endless": prove_endless,
    } | limits
    if each is not None:
        if machine is not None or resume is not None or trace or output is not None:
            raise UsageError("--each runs the machines of a file; leave out MACHINE, --resume, --trace and --output")
        return Listed(each, word, final, max_steps, options).run()
    loaded = _machine(machine, resume, final, word)
    kept = None if resume is None else KeptPlace(resume)
    result, message, code = _cut_short(loaded, word_of(loaded, word), max_steps, options | {"resume": kept})
    if code is not None:
        trace, output = False, None
    record, text = result.to_json(), describe_run(result)
    if trace or output is not None:
        drawn = output is None and not json
        diagram = diagram_of(loaded, _word_of(result), result, given, drawn=drawn)
        if output is not None:
            diagram.save(output)
        if trace and json:
            record["trace"] = diagram.drawn_json()
        if drawn:
            text = f"{diagram.text(colour=colours_wanted())}\n\n{text}"
    if json:
        text = dumps(record)
    print(text)
    if message:
        say(message)
    if code is not None:
        return code
    if kept is not None and kept.trouble is not None:
        say(f"the result is not kept: {kept.trouble}")
        return WRONG
    return BUDGET if result.reason == "budget" else DONE


def _machine(text: str | None, resume: Path | None, final: str | None, word: str) -> TuringMachine:
    """Return the machine that is named, or else that of the run to go on from."""
    from noisytm.discrete import RunFile
    from noisytm.problem import load_machine

    if text is not None:
        return load_machine(text, final=final, word=word)
    kept = None if resume is None else RunFile(resume).load()
    if kept is None:
        raise UsageError("give a machine, or --resume with the file of a run to go on from, or --each with a list")
    return kept.configuration.machine


def _cut_short(
    machine: TuringMachine, word: Word, max_steps: int, options: dict[str, Any]
) -> tuple[RunResult, str, int | None]:
    """Run; return the result, and what to say and the exit code where something ended it before its time."""
    from noisytm import discrete
    from noisytm.cli import BUDGET, interrupt_code, interrupt_words
    from noisytm.errors import BudgetError

    try:
        return discrete.run(machine, word, max_steps, **options), "", None
    except BudgetError as error:
        result, message, code = error.partial, str(error), BUDGET
    except discrete.RunInterrupted as error:
        result, message, code = error.partial, interrupt_words(), interrupt_code()
    file = options["resume"]
    again = "the above is how far the run had got; save it with --json and go on with --resume FILE"
    if file is not None and file.trouble is None:
        again = f"the same command goes on from {os.fspath(file)}"
    return result, f"{message}; {again}", code


def _word_of(result: RunResult) -> Word:
    """Return the word that a run began on."""
    word = (result.options or {}).get("word")
    if word is None:
        raise UsageError(
            "a diagram begins where the run did, which this file does not say; leave out --trace and --output"
        )
    return result.configuration.machine.word(word)


RENAMED = {"--input": "--word", "--cycles": "--cycle-window", "--sample": "--rows-at"}
VERB = Verb("run", run, renamed=RENAMED)
