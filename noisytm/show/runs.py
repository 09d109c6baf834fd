"""The result of a run as a few lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._digits import rounded
from noisytm._layout import fits

if TYPE_CHECKING:
    from noisytm.discrete.configuration import Cycle, Endless, RunResult

MAX_CELLS_SHOWN = 72
MAX_RUNS_SHOWN = 16


@fits
def describe_run(result: RunResult) -> str:
    """Return a result as a few lines of text.

    Examples
    --------
    >>> from noisytm import library, run
    >>> print(describe_run(run(library.machine("bb3"))))
    halted after 21 steps in state Z
    score  5 (cells that are not blank)
    head   at 1, visited -1 to 3
    tape   11[1]11
    """
    reason = {
        "halted": "halted after {steps} {unit} in state {state}",
        "undefined": "stopped at an undefined cell after {steps} {unit} in state {state}",
        "cycles": "never stops; after {steps} {unit} in state {state}",
        "budget": "still running after {steps} {unit}, in state {state}",
    }[result.reason]
    if result.endless is not None:
        reason = "never stops; after {steps} {unit} in state {state}"
    elif result.reason == "budget" and result.steps >= (result.options or {}).get("max_steps", 0):
        reason += "; raise --max-steps to go on"  # where time or memory ran out, that would change nothing
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
    return f"about {rounded(value)}"


def endless_text(proof: Endless) -> str:
    """Return why a run never ends as a line of text.

    Examples
    --------
    >>> from noisytm.discrete import ClosedGraph, EndlessRule, LateCycle
    >>> print(endless_text(ClosedGraph(9, ("B", "C"), ("0", "1"))))
    closed from step 9 on only B, C are entered and only 0, 1 are read: nowhere to stop
    >>> print(endless_text(EndlessRule(40, 28, "C", 1, True, ((("0", "1"), 9, 2), (("1",), 1, 0)))))
    rule   from step 40 on (01)^9 1 becomes (01)^11 1 after 28 steps, and so for ever
    >>> print(endless_text(LateCycle(32891764, 1, -1)))
    cycle  from step 32,891,764 on at the latest, every step, 1 cell further left each time
    """
    from noisytm.discrete.configuration import ClosedGraph, LateCycle

    if isinstance(proof, LateCycle):
        return _cycle_text(f"{number(proof.step)} on at the latest", proof.period, proof.offset)

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
    return _cycle_text(f"{number(cycle.preperiod)} on", cycle.period, cycle.offset)


def _cycle_text(since: str, period: int, offset: int) -> str:
    unit = "step" if period == 1 else f"{number(period)} steps"
    cells = "1 cell" if abs(offset) == 1 else f"{number(abs(offset))} cells"
    way = f"{cells} further {'left' if offset < 0 else 'right'} each time" if offset else "in place"
    return f"cycle  from step {since}, every {unit}, {way}"


def tape_text(result: RunResult) -> str:
    """Return the tape symbol by symbol with the head's cell in brackets, or as runs if it is long."""
    configuration = result.configuration
    machine = configuration.machine
    if configuration.size > MAX_CELLS_SHOWN:
        runs = _runs_text([f"{symbol}^{number(count)}" if count > 1 else symbol for symbol, count in result.tape])
        return f"{runs}, from {number(result.tape_start)} on"
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
