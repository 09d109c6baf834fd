"""Machines whose every entry errs alike, and their runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from noisytm._checks import flag, fraction, instance
from noisytm.codespace import CodeSpace
from noisytm.errors import MachineError
from noisytm.machine import Description
from noisytm.relaxation.history import History, simulate
from noisytm.relaxation.semantics import Semantics
from noisytm.show.curves import machine_line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def noise_of(noise: Any) -> Fraction:
    """Return a probability of errors, exactly.

    Raises
    ------
    MachineError
        If it is none.

    Examples
    --------
    >>> noise_of("1/10"), noise_of(0.25)
    (Fraction(1, 10), Fraction(1, 4))
    """
    errs = fraction("noise", noise, MachineError)
    if not 0 <= errs <= 1:
        raise MachineError(f"noise is {noise}; it must be a probability, from 0 to 1")
    return errs


def noisy_code(space: CodeSpace, machine: Description, noise: Any) -> NDArray[np.float64]:
    """Return the code of a machine each of whose distributions errs with one probability, evenly over wrong values.

    Parameters
    ----------
    space : CodeSpace
        The code space.
    machine : TuringMachine or Description
        A machine of it.
    noise : number or str
        That probability, 0 to 1. A distribution of a single value never errs.

    Returns
    -------
    ndarray of float64, shape (N, S + |Q| + 3)

    Raises
    ------
    MachineError
        If the machine belongs to another code space, or the noise is no probability.

    Examples
    --------
    >>> from noisytm import CodeSpace, library, noisy_code
    >>> machine = library.machine("detectA")
    >>> noisy_code(CodeSpace.of(machine), machine, "1/10")[0].tolist()
    [0.9, 0.05, 0.05, 0.9, 0.1, 0.05, 0.9, 0.05]
    """
    code, errs = instance("space", space, CodeSpace).embed(machine), noise_of(noise)
    for _, start, values in space.blocks:
        if len(values) > 1:
            block = code[:, start : start + len(values)]
            block[...] = float(errs / (len(values) - 1)) + block * float(1 - errs - errs / (len(values) - 1))
    return code


def noisy_run(
    machine: Description,
    word: str | Sequence[str] = "",
    steps: int = 20,
    *,
    noise: Any = "1/20",
    semantics: str | Semantics = "pseudo-utm",
    progress: bool = False,
) -> History:
    """Run a machine each of whose distributions errs with one probability, and return the marginals of every step.

    Parameters
    ----------
    machine : TuringMachine or Description
        The machine.
    word : str or sequence of str
        The input.
    steps : int
        Number of steps, at least 1.
    noise : number or str
        The probability of errors, as of `noisy_code`.
    semantics : str or Semantics
        How the step is relaxed: a semantics that follows marginals.
    progress : bool
        Show on a terminal how far it is once it takes longer than a second.

    Raises
    ------
    MachineError
        If the word is none of the machine, or the noise is no probability.
    ProblemError
        If an option is unknown, or the semantics follows no marginals.

    Examples
    --------
    >>> from noisytm import library, noisy_run
    >>> noisy_run(library.machine("detectA"), "BA", 2, noise=0.1).state[-1].round(3).tolist()
    [0.262, 0.738]
    """
    space, errs = CodeSpace.of(instance("machine", machine, Description)), noise_of(noise)
    found = simulate(
        space, noisy_code(space, machine, errs), word, steps, semantics=semantics, progress=flag("progress", progress)
    )
    line = f"{machine_line(machine)}; every distribution errs with probability {errs}"
    return dataclasses.replace(found, machine_key=machine.key, about=(line,))
