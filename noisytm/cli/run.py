"""The command ``noisytm run``: run a machine on a word."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from noisytm._json import dumps
from noisytm.cli._arguments import OneOf, Source, Text, Whole
from noisytm.cli._diagram import colours_wanted, diagram_of, require_use
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.discrete.configuration import ClosedGraph, Cycle, EndlessRule, RunResult
    from noisytm.machine import TuringMachine, Word

MAX_CELLS_SHOWN = 72
MAX_RUNS_SHOWN = 16
Method = Literal["auto", "direct", "block", "chain"]


def _pictures() -> dict[str, str]:
    from noisytm.show import PICTURES

    return {f".{name}": form.description for name, form in PICTURES.items()}


def run(
    machine: Source,
    /,
    *,
    input: Text = "",
    max_steps: Whole = 10_000_000,
    method: Method | None = None,
    cycles: Whole = 1 << 20,
    trace: Annotated[bool, Parameter(negative="")] = False,
    rows: Whole | None = None,
    columns: Whole | None = None,
    sample: Literal["even", "extremes"] | None = None,
    view: Literal["auto", "head", "whole"] | None = None,
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
    from noisytm.cli import BUDGET, DONE, INTERRUPTED, UsageError
    from noisytm.errors import BudgetError
    from noisytm.problem import load_machine

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
        result, message = error.partial, "noisytm: interrupted; the above is how far the run had got"
        interrupted, trace, output = True, False, None
    record, text = result.to_json(), report(result)
    if trace or output is not None:
        drawn = output is None and not json
        diagram = diagram_of(loaded, word, result, given, drawn=drawn)
        if output is not None:
            diagram.save(output)
        if trace and json:
            record["trace"] = diagram.to_json()
        if drawn:
            text = f"{diagram.text(colour=colours_wanted())}\n\n{text}"
    if json:
        text = dumps(record)
    print(text)
    if message:
        print(message, file=sys.stderr)
    if interrupted:
        return INTERRUPTED
    return DONE if result.halted or result.cycle else BUDGET


def word_of(machine: TuringMachine, text: str) -> Word:
    """Return the word that a command line argument stands for.

    Raises
    ------
    MachineError
        If it is not a word of the machine.

    Examples
    --------
    >>> from noisytm import TuringMachine
    >>> long = TuringMachine(["_", "one"], "_", ["go"], "go", [])
    >>> word_of(long, "one, _, one")
    ('one', '_', 'one')
    """
    if machine.single_characters:
        return machine.word(text)
    return machine.word([symbol.strip() for symbol in text.split(",")] if text.strip() else [])


def report(result: RunResult) -> str:
    """Return a result as a few lines of text.

    Examples
    --------
    >>> from noisytm import library, run
    >>> print(report(run(library.machine("bb3"))))
    halted after 21 steps in state Z
    score  5 (cells that are not blank)
    head   at 1, visited -1 to 3
    tape   11[1]11
    """
    reason = {
        "halted": "halted after {steps} {unit} in state {state}",
        "undefined": "stopped at an undefined cell after {steps} {unit} in state {state}",
        "cycles": "never stops; after {steps} {unit} in state {state}",
        "budget": "still running after {steps} {unit}, in state {state}; raise --max-steps to go on",
    }[result.reason]
    if result.endless is not None:
        reason = "never stops; after {steps} {unit} in state {state}"
    unit = "step" if result.steps == 1 else "steps"
    first = reason.format(steps=number(result.steps), unit=unit, state=result.state)
    extent = f"{number(result.leftmost)} to {number(result.rightmost)}"
    return "\n".join(
        [
            first,
            *([] if result.cycle is None else [cycle_text(result.cycle)]),
            *([] if result.endless is None else [endless_text(result.endless)]),
            f"score  {number(result.score)} (cells that are not blank)",
            f"head   at {number(result.head)}, visited {extent}",
            f"tape   {tape_text(result)}",
        ]
    )


def number(value: int) -> str:
    """Return a number with commas, or its size if it has more than 60 digits.

    Examples
    --------
    >>> number(-1234), number(7412 * 10**36531)
    ('-1,234', 'about 7.41·10^36534')
    """
    if abs(value) < 10**60:
        return f"{value:,}"
    digits = int(math.log10(abs(value)))
    digits += abs(value) >= 10 ** (digits + 1)  # the logarithm is rounded
    digits -= abs(value) < 10**digits
    leading = abs(value) // 10 ** (digits - 2)
    return f"about {'-' * (value < 0)}{leading // 100}.{leading % 100:02}·10^{digits}"


def endless_text(proof: ClosedGraph | EndlessRule) -> str:
    """Return why a run never ends as a line of text.

    Examples
    --------
    >>> from noisytm.discrete import ClosedGraph, EndlessRule
    >>> print(endless_text(ClosedGraph(9, ("B", "C"), ("0", "1"))))
    closed from step 9 on only B, C are entered and only 0, 1 are read: nowhere to stop
    >>> print(endless_text(EndlessRule(40, 28, "C", 1, True, ((("0", "1"), 9, 2), (("1",), 1, 0)))))
    rule   from step 40 on (01)^9 1 becomes (01)^11 1 after 28 steps, and so for ever
    """
    from noisytm.discrete.configuration import ClosedGraph

    if isinstance(proof, ClosedGraph):
        return (
            f"closed from step {number(proof.step)} on only {', '.join(proof.states)} are entered and only"
            f" {', '.join(proof.symbols)} are read: nowhere to stop"
        )
    between = "" if all(len(symbol) == 1 for word, _, _ in proof.tape for symbol in word) else ","
    before = [_power(between.join(word), count) for word, count, _ in proof.tape]
    after = [_power(between.join(word), count + change) for word, count, change in proof.tape]
    return (
        f"rule   from step {number(proof.step)} on {_runs_text(before)} becomes {_runs_text(after)}"
        f" after {number(proof.period)} steps, and so for ever"
    )


def _power(word: str, count: int) -> str:
    return word if count == 1 else f"({word})^{number(count)}" if len(word) > 1 else f"{word}^{number(count)}"


def cycle_text(cycle: Cycle) -> str:
    """Return how a run repeats itself as a line of text.

    Examples
    --------
    >>> from noisytm.discrete import Cycle
    >>> print(cycle_text(Cycle(467, 452, -8)))
    cycle  from step 467 on, every 452 steps, 8 cells further left each time
    """
    unit = "step" if cycle.period == 1 else f"{cycle.period:,} steps"
    cells = "1 cell" if abs(cycle.offset) == 1 else f"{abs(cycle.offset):,} cells"
    way = f"{cells} further {'left' if cycle.offset < 0 else 'right'} each time" if cycle.offset else "in place"
    return f"cycle  from step {cycle.preperiod:,} on, every {unit}, {way}"


def tape_text(result: RunResult) -> str:
    """Return the tape symbol by symbol with the head's cell in brackets, or as runs if it is long."""
    configuration = result.configuration
    machine = configuration.machine
    if configuration.size > MAX_CELLS_SHOWN:
        return _runs_text([f"{symbol}^{number(count)}" if count > 1 else symbol for symbol, count in result.tape])
    symbols = [machine.symbols[i] for i in configuration.cells]
    here = configuration.head - configuration.origin
    symbols[here] = f"[{symbols[here]}]"
    return ("" if machine.single_characters else " ").join(symbols)


def _runs_text(runs: list[str]) -> str:
    left_out = len(runs) - MAX_RUNS_SHOWN
    if left_out > 0:
        half = MAX_RUNS_SHOWN // 2
        runs = [*runs[:half], f"… {left_out:,} more runs …", *runs[-half:]]
    return " ".join(runs)


VERB = Verb("run", run)
