"""Readouts: what is read off a machine after the last step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.machine import TuringMachine


def readout_width(readout: Any) -> int:
    """Return K of the readout ``tape:K``, and 0 for ``state``.

    Raises
    ------
    ProblemError
        If the readout is neither.

    Examples
    --------
    >>> readout_width("state"), readout_width("tape:3")
    (0, 3)
    """
    match = re.fullmatch(r"state|tape:([1-9][0-9]{0,5})", readout) if isinstance(readout, str) else None
    if match is None:
        raise ProblemError(f"readout is {shown(readout)}; it must be 'state' or 'tape:K' with K >= 1")
    return int(match[1] or 0)


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
    from noisytm.discrete import configuration_after

    width = readout_width(readout)
    end = configuration_after(machine, word, steps)
    return end.symbols_from_head(width) if width else end.state
