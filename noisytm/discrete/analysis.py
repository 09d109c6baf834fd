"""What a machine does within a fixed number of steps, in the convention of the relaxed machines.

A machine that stops early stays as it is for the remaining steps; ``undefined: write-1`` is ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm._checks import instance, listed, run_length
from noisytm._text import shown
from noisytm.discrete.configuration import Configuration, listed_counts, packed_table
from noisytm.discrete.direct import advance
from noisytm.errors import BudgetError
from noisytm.machine import TuringMachine


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
    inputs = listed("words", words)
    tally = np.zeros(packed_table(instance("machine", machine, TuringMachine)).size, dtype=np.int64)
    for word in inputs:
        _clock.tick()
        configuration_after(machine, word, steps, tally)
    return tuple(key for key, n in zip(machine.keys, listed_counts(machine, tally), strict=True) if n)


def configuration_after(
    machine: TuringMachine, word: str | Sequence[str], steps: int, tally: NDArray[np.int64] | None = None
) -> Configuration:
    """Return the configuration after ``steps`` steps, or where the machine has come to rest.

    Parameters
    ----------
    machine, word, steps
        As in `noisytm.run`.
    tally : ndarray of int64, optional
        The uses of each entry of the packed table are added to it.

    Raises
    ------
    MachineError
        If the word is not one of the machine, or ``steps`` is not an integer from 0 to 2^62.
    BudgetError
        If the tape does not fit into memory.

    Examples
    --------
    >>> from noisytm import library
    >>> configuration_after(library.machine("detectA"), "BA", 5).state
    'accept'
    """
    steps = run_length("steps", steps)
    start = Configuration.initial(machine, word)
    end, fits = advance(start, steps, tally, ignore_undefined=True)
    if not fits:
        raise BudgetError(
            f"on {shown(word)} the tape does not fit into memory after {end.steps} steps; use fewer steps",
            partial=end,
        )
    return end
