"""The command ``noisytm run``: run a machine on a word."""

from __future__ import annotations

import json as json_module
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from noisytm.cli._arguments import Source, Text, Whole

if TYPE_CHECKING:
    from noisytm.discrete import RunResult
    from noisytm.machine import TuringMachine, Word

EXIT_DONE = 0
EXIT_BUDGET = 3
MAX_CELLS_SHOWN = 72
MAX_RUNS_SHOWN = 16


def run(
    machine: Source,
    /,
    *,
    input: Text = "",
    max_steps: Whole = 10_000_000,
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
    json : bool
        Print the result as JSON.
    """
    from noisytm import discrete
    from noisytm.errors import BudgetError
    from noisytm.locate import load_machine

    loaded = load_machine(machine)
    message = ""
    try:
        result = discrete.run(loaded, word_of(loaded, input), max_steps)
    except BudgetError as error:
        result, message = error.partial, str(error)
    print(json_module.dumps(result.to_json(), ensure_ascii=False) if json else report(result))
    if message:
        import sys

        print(message, file=sys.stderr)
    return EXIT_DONE if result.halted else EXIT_BUDGET


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
        "halted": "halted after {steps:,} {unit} in state {state}",
        "undefined": "stopped at an undefined cell after {steps:,} {unit} in state {state}",
        "budget": "still running after {steps:,} {unit}, in state {state}; raise --max-steps to go on",
    }[result.reason]
    unit = "step" if result.steps == 1 else "steps"
    first = reason.format(steps=result.steps, unit=unit, state=result.state)
    return "\n".join(
        [
            first,
            f"score  {result.score:,} (cells that are not blank)",
            f"head   at {result.head}, visited {result.leftmost} to {result.rightmost}",
            f"tape   {tape_text(result)}",
        ]
    )


def tape_text(result: RunResult) -> str:
    """Return the tape symbol by symbol with the head's cell in brackets, or as runs if it is long."""
    configuration = result.configuration
    machine = configuration.machine
    if configuration.cells.size > MAX_CELLS_SHOWN:
        return _runs_text([f"{symbol}^{count}" if count > 1 else symbol for symbol, count in result.tape])
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
