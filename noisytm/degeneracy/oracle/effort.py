"""How long a marginal run takes, roughly: to cut work into pieces that end in time, and to refuse what cannot."""

from __future__ import annotations

from noisytm import _clock
from noisytm.problem import SynthesisProblem

# One comparison of two costs in the compiled kernels, in long runs, where it is the tapes that take the time.
SECONDS_PER_OPERATION = 3e-10
SECONDS_AT_ONCE = 1.0
LANES = 8


def seconds_per_input(problem: SynthesisProblem) -> float:
    """Return about how long one evaluation of one input takes: the steps, each on a tape as long as there are steps.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> seconds_per_input(SynthesisProblem.of_machine(machine, ["A"], 1000)) < 0.01
    True
    """
    tuples, columns = problem.space.shape
    head = SECONDS_PER_OPERATION * problem.steps * tuples * columns
    return head + seconds_of_tapes(problem.steps, len(problem.space.symbols))


def seconds_of_tapes(steps: int, symbols: int) -> float:
    """Return about how long the tapes of one evaluation take: three values for each symbol in as many cells as steps.

    Examples
    --------
    >>> seconds_of_tapes(100_000_000, 3) > 1e6
    True
    """
    return SECONDS_PER_OPERATION * 3 * symbols * float(steps) ** 2


def require_time(problem: SynthesisProblem, times: int = 1) -> float:
    """Return about how long evaluations of one input take, of as many at once as stand in the lanes.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    times : int
        How many evaluations are made.

    Raises
    ------
    BudgetError
        If that is longer than there is left.
    """
    seconds = times * seconds_per_input(problem)
    _clock.require(seconds, f"a relaxed run of {problem.steps} steps")
    return seconds


def inputs_at_once(problem: SynthesisProblem, times: int = 1) -> int | None:
    """Return how many inputs to evaluate between two looks at the clock; ``None`` if no time limit is set.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    times : int
        How many evaluations of one input are made.

    Raises
    ------
    BudgetError
        If already one input takes longer than there is left.
    """
    if _clock.left() is None:
        return None
    seconds = require_time(problem, times)
    return max(int(SECONDS_AT_ONCE / seconds) // LANES, 1) * LANES
