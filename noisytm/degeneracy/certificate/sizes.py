"""How large a record makes the work of checking it, told from its raw entries before anything is built from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from noisytm import _clock, _memory
from noisytm._checks import MAX_STEPS_RELAXED
from noisytm.degeneracy.oracle import seconds_of_tapes
from noisytm.relaxation.semantics import SEMANTICS, Marginal

# A word as a tuple of symbols, its run and its share of the arrays; a coordinate with its name, its places and costs.
WORD_BYTES, SYMBOL_BYTES, COORDINATE_BYTES = 400, 16, 400
STEP_BYTES = 24  # where the tape begins and ends, in the kernels
# A word is made, checked, run twice and looked for among the targets, all in Python.
WORD_SECONDS, COORDINATE_SECONDS = 1.2e-4, 1e-6
LONGEST = 64  # two letters make more words than that many bits count


def require_sizes(record: Any, memory: int | None = None) -> None:
    """Raise `BudgetError` where a record is too large to be checked with the memory, or in the time, there is.

    Parameters
    ----------
    record : object
        The parsed JSON; what is not of the right form is left to its reader.
    memory : int, optional
        Bytes that may be taken; by default half of what is available.

    Examples
    --------
    >>> require_sizes({"problem": {"inputs": {"letters": "AB", "max_length": 18}, "steps": 4}}, 1 << 20)
    Traceback (most recent call last):
    noisytm.errors.BudgetError: 524287 inputs need 336 MiB of memory; a call may take the 1 MiB it is given; use fewer \
inputs, or raise the memory
    """
    if not isinstance(record, Mapping):
        return
    words, symbols = _inputs(record.get("problem"))
    _memory.require(
        WORD_BYTES * words + SYMBOL_BYTES * symbols, f"{words} inputs", "use fewer inputs, or raise the memory", memory
    )
    _clock.require(WORD_SECONDS * words, f"looking at {words} inputs")
    _require_steps(record, memory)
    coordinates = _coordinates(record.get("machine"))
    advice = "use a smaller machine, or raise the memory"
    _memory.require(COORDINATE_BYTES * coordinates, f"{coordinates} coordinates", advice, memory)
    _clock.require(COORDINATE_SECONDS * coordinates, f"looking at {coordinates} coordinates")


def _require_steps(record: Mapping[str, Any], memory: int | None) -> None:
    """Look at the steps of a marginal semantics: on no input do they end early, and their tapes grow with each."""
    problem, machine, name = (record.get(entry) for entry in ("problem", "machine", "semantics"))
    steps = problem.get("steps") if isinstance(problem, Mapping) else None
    symbols = machine.get("symbols") if isinstance(machine, Mapping) else None
    marginal = isinstance(name, str) and name in SEMANTICS and isinstance(SEMANTICS.named(name), Marginal)
    if not marginal or type(steps) is not int or not 0 < steps <= MAX_STEPS_RELAXED or not isinstance(symbols, list):
        return
    what = f"a relaxed run of {steps} steps"
    _memory.require(STEP_BYTES * steps, what.replace("a relaxed run of ", ""), "use fewer steps", memory)
    _clock.require(seconds_of_tapes(steps, len(symbols)), what)


def _inputs(problem: Any) -> tuple[int, int]:
    """Return how many words and how many symbols the inputs are."""
    inputs = problem.get("inputs") if isinstance(problem, Mapping) else None
    if isinstance(inputs, list):
        return len(inputs), sum(len(word) for word in inputs if isinstance(word, (str, list)))
    if not isinstance(inputs, Mapping):
        return 0, 0
    letters, longest = inputs.get("letters"), inputs.get("max_length")
    if not isinstance(letters, (str, list)) or not isinstance(longest, int):
        return 0, 0
    counts = [len(letters) ** length for length in range(min(max(longest, 0), LONGEST) + 1)]
    return sum(counts), sum(length * count for length, count in enumerate(counts))


def _coordinates(machine: Any) -> int:
    """Return the dimension of the code space."""
    if not isinstance(machine, Mapping):
        return 0
    tuples, symbols, states = (
        len(part) if isinstance(part := machine.get(name), list) else 0 for name in ("tuples", "symbols", "states")
    )
    return tuples * (symbols + states)
