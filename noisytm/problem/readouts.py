"""The readouts by name, and the one that a text says; a new one is a file like ``state_readout`` and its class here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from noisytm import _clock
from noisytm._registry import Registry
from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.machine import TuringMachine, Word
from noisytm.problem.readout import Outcome, Readout
from noisytm.problem.state_readout import StateReadout
from noisytm.problem.tape_readout import TapeReadout

READOUTS: Registry[type[Readout]] = Registry("readout", [StateReadout, TapeReadout])


def readout_of(text: Any) -> Readout:
    """Return the readout that a text says.

    Raises
    ------
    ProblemError
        If none does; the message lists their forms.

    Examples
    --------
    >>> readout_of("tape:3").places
    (0, 1, 2)
    """
    if isinstance(text, Readout):
        return text
    for kind in READOUTS.values() if isinstance(text, str) else ():
        found = kind.parse(text)
        if found is not None:
            found.require_places()
            return found
    *forms, last = (kind.form for kind in READOUTS.values())
    raise ProblemError(f"readout is {shown(text)}; it must be {', '.join(forms)} or {last}")


def outcome_of(machine: TuringMachine, word: str | Sequence[str], steps: int, readout: Readout) -> Outcome:
    """Return what is read off a machine after ``steps`` steps, as a tuple of names; see `outcome`."""
    from noisytm.discrete import configuration_after

    end = configuration_after(machine, word, steps)
    return readout.outcome(end.state, end.symbols_from_head(readout.reach).__getitem__)


# A problem is checked against its machine when it is made and again by all that use it.
@lru_cache(maxsize=8, typed=True)
def own_outcomes(machine: TuringMachine, inputs: tuple[Word, ...], steps: int, readout: Readout) -> tuple[Outcome, ...]:
    """Return what is read off a machine on each input."""
    outcomes = []
    for word in inputs:
        _clock.tick()
        outcomes.append(outcome_of(machine, word, steps, readout))
    return tuple(outcomes)


def outcome(machine: TuringMachine, word: str | Sequence[str], steps: int, readout: str = "state") -> str | Outcome:
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
        ``state``: the state. ``tape:K``: the K symbols from the head rightwards. Or another of `READOUTS`.

    Returns
    -------
    str or tuple of str
        The state, or the K symbols; or the names in all places that are read.

    Raises
    ------
    ProblemError
        If there is no such readout.
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
    read = readout_of(readout)
    return read.result(outcome_of(machine, word, steps, read))
