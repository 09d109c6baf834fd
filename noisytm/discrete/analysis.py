"""What a machine does within a fixed number of steps, in the convention of the relaxed machines.

A machine that stops early stays as it is for the remaining steps; ``undefined: write-1`` is ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from noisytm.discrete.configuration import Configuration
from noisytm.discrete.direct import advance, require_count
from noisytm.discrete.packing import listed_counts, packed_table
from noisytm.errors import BudgetError
from noisytm.machine import TuringMachine, shown
from noisytm.readout import readout_width


def used_tuples(
    machine: TuringMachine, words: Iterable[str | Sequence[str]], steps: int
) -> tuple[tuple[str, str], ...]:
    """Return the (symbol, state) pairs that some word uses within ``steps`` steps, in listed order.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    words : iterable of words
        The inputs.
    steps : int
        Number of steps of each run.

    Raises
    ------
    MachineError
        If an input is not a word of the machine, or ``steps`` is not an integer from 0 to 2^62.
    BudgetError
        If a tape does not fit into memory.

    Examples
    --------
    >>> from noisytm import library, words
    >>> used_tuples(library.machine("detectA"), words("AB", max_length=2), steps=3)
    (('_', 'reject'), ('A', 'reject'), ('A', 'accept'), ('B', 'reject'))
    """
    tally = np.zeros(packed_table(machine).size, dtype=np.int64)
    for word in words:
        _after(machine, word, steps, tally)
    return tuple(key for key, n in zip(machine.keys, listed_counts(machine, tally), strict=True) if n)


def outcome(
    machine: TuringMachine, word: str | Sequence[str], steps: int, readout: str = "state"
) -> str | tuple[str, ...]:
    """Return what is read off a machine after ``steps`` steps.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    word : str or sequence of str
        The input; the head starts on its first symbol.
    steps : int
        Number of steps.
    readout : str
        ``state``: the state. ``tape:K``: the K symbols from the head rightwards.

    Returns
    -------
    str or tuple of str
        The state, or the K symbols.

    Raises
    ------
    ProblemError
        If the readout is neither.
    MachineError
        If the word is not one of the machine, or ``steps`` is not an integer from 0 to 2^62.
    BudgetError
        If the tape does not fit into memory.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> outcome(machine, "BA", 5), outcome(machine, "BA", 5, "tape:2")
    ('accept', ('A', '_'))
    """
    width = readout_width(readout)
    end = _after(machine, word, steps, None)
    return end.symbols_from_head(width) if width else end.state


def _after(
    machine: TuringMachine, word: str | Sequence[str], steps: int, tally: NDArray[np.int64] | None
) -> Configuration:
    require_count("steps", steps)
    start = Configuration.initial(machine, word)
    end, fits = advance(start, steps, tally, ignore_undefined=True)
    if not fits:
        raise BudgetError(
            f"on {shown(word)} the tape does not fit into memory after {end.steps} steps; use fewer steps",
            partial=end,
        )
    return end
