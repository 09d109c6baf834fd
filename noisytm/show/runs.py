"""The result of a run as a few lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._digits import has_no_digits, rounded
from noisytm._layout import fits
from noisytm._summary import label_of
from noisytm._text import shown
from noisytm.errors import CertificateError

if TYPE_CHECKING:
    from noisytm.discrete.configuration import Cycle, Endless, RunResult

MAX_CELLS_SHOWN = 72
MAX_FORMULA = 120
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
    after = "after {steps} {unit}"
    reason = {
        "halted": f"halted {after} in state {{state}}",
        "undefined": f"stopped at an undefined cell {after} in state {{state}}",
    }.get(result.reason, f"still running {after}, in state {{state}}")
    if result.never_ends:
        reason = f"never stops; {after} in state {{state}}"
    elif result.reason == "budget" and result.steps >= (result.options or {}).get("max_steps", 0):
        reason += "; raise --max-steps to go on"  # where time or memory ran out, that would change nothing
    unit = "step" if result.steps == 1 else "steps"
    first = reason.format(steps=in_full(result.steps), unit=unit, state=result.state)
    extent = f"{number(result.leftmost)} to {number(result.rightmost)}"
    return "\n".join(
        [
            first,
            *([] if result.cycle is None else [cycle_text(result.cycle)]),
            *([] if result.endless is None else [endless_text(result.endless)]),
            f"score  {in_full(result.score)} (cells that are not blank)",
            f"head   at {number(result.head)}, visited {extent}",
            f"tape   {tape_text(result)}",
        ]
    )


@fits
def describe_endless(result: RunResult) -> str:
    """Return what has been checked of a run that never ends.

    Examples
    --------
    >>> from noisytm import parse, run
    >>> print(describe_endless(run(parse("1RB0LB_0LA---"), prove_endless=True)))
    verified: the run never ends (translated)
    cycle  from step 0 on, every 4 steps, 2 cells further left each time
    checked from the table of a machine of 2 symbols and 2 states, on the empty word
    """
    from noisytm.discrete.configuration import Cycle

    proof = result.cycle or result.endless
    if proof is None:
        raise CertificateError("the run holds no proof that it never ends")
    word = (result.options or {}).get("word")
    on = f"the word {shown(word, 60)}" if word else "the empty word"
    return "\n".join(
        [
            f"verified: the run never ends ({proof.reason})",
            cycle_text(proof) if isinstance(proof, Cycle) else endless_text(proof),
            f"checked from the table of {label_of(result.configuration.machine)}, on {on}",
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


def in_full(value: int) -> str:
    """Return a number with commas, or its size; with the formula that it is, if it has no digits that can be written.

    Examples
    --------
    >>> from noisytm.discrete import power
    >>> in_full(1234), in_full(power(2, 2**31 + 1) - 1)
    ('1,234', 'about 3.52·10^646456993 = 2^2147483649 - 1')
    """
    if not has_no_digits(value) or len(form := str(value)) > MAX_FORMULA:
        return number(value)
    return f"{number(value)} = {form}"


def endless_text(proof: Endless) -> str:
    """Return why a run never ends as a line of text.

    Examples
    --------
    >>> from noisytm.discrete import AutomatonClosure, ClosedGraph, EndlessRule, LateCycle, NgramClosure, WordClosure
    >>> print(endless_text(ClosedGraph(9, ("B", "C"), ("0", "1"))))
    closed from step 9 on only B, C are entered and only 0, 1 are read: nowhere to stop
    >>> print(endless_text(EndlessRule(40, 28, "C", 1, True, ((("0", "1"), 9, 2), (("1",), 1, 0)))))
    rule   from step 40 on (01)^9 1 becomes (01)^11 1 after 28 steps, and so for ever
    >>> print(endless_text(LateCycle(32891764, 1, -1)))
    cycle  from step 32,891,764 on at the latest, every step, 1 cell further left each time
    >>> print(endless_text(NgramClosure(0, 2, 0, 20, 3, 5)))
    ngrams the 20 contexts of 2 cells on either side of the head are closed, and there is nowhere to stop
    >>> print(endless_text(WordClosure(0, 2, 3, 56)))
    words  the 56 contexts of words of 2 cells, counted up to 3, are closed, and there is nowhere to stop
    >>> print(endless_text(AutomatonClosure(0, "left", ((0, 1), (1, 0)), ((0, "C"),), 9)))
    automata one of 2 states on the left accepts all that leads to a stop, and not the beginning
    """
    from noisytm.discrete.configuration import (
        AutomatonClosure,
        Bouncer,
        ClosedGraph,
        LateCycle,
        NgramClosure,
        WordClosure,
    )

    if isinstance(proof, LateCycle):
        return _cycle_text(f"{number(proof.step)} on at the latest", proof.period, proof.offset)

    if isinstance(proof, ClosedGraph):
        return (
            f"closed from step {number(proof.step)} on only {', '.join(proof.states)} are entered and only"
            f" {', '.join(proof.symbols)} are read: nowhere to stop"
        )
    nowhere = "are closed, and there is nowhere to stop"
    if isinstance(proof, NgramClosure):
        cells = f"{proof.n} cell{'s' * (proof.n != 1)} on either side of the head"
        which = f"the last {proof.history} tuples" if proof.history > 0 else "each tuple"
        past = f", which remember {which} used there," if proof.history else ""
        return f"ngrams the {number(proof.contexts)} contexts of {cells}{past} {nowhere}"
    if isinstance(proof, WordClosure):
        words = f"words of {proof.length} cell{'s' * (proof.length != 1)}, counted up to {proof.most},"
        return f"words  the {number(proof.contexts)} contexts of {words} {nowhere}"
    if isinstance(proof, AutomatonClosure):
        states = f"{len(proof.transitions)} state{'s' * (len(proof.transitions) != 1)}"
        return f"automata one of {states} on the {proof.side} accepts all that leads to a stop, and not the beginning"
    between = "" if all(len(symbol) == 1 for word, _, _ in proof.tape for symbol in word) else ","
    before = [_power(between.join(word), count) for word, count, _ in proof.tape]
    after = [_power(between.join(word), count + change) for word, count, change in proof.tape]
    longer = f", {number(proof.growth)} steps later each time" if isinstance(proof, Bouncer) and proof.growth else ""
    return (
        f"rule   from step {number(proof.step)} on {_runs_text(before)} becomes {_runs_text(after)}"
        f" after {number(proof.period)} steps, and so for ever{longer}"
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
