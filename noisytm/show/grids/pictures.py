"""The picture of finite precision as functions: `FinitePrecision` draws itself."""

from __future__ import annotations

import os

from noisytm._checks import instance
from noisytm.degeneracy import FinitePrecision
from noisytm.show.curves import Curves


def plot_precision(found: FinitePrecision, path: str | os.PathLike[str]) -> None:
    """Draw Λ(s) against s, ``.svg`` or ``.png``, beside λ·s and τ.

    Parameters
    ----------
    found : FinitePrecision
        What `precision` returned, or the ``precision`` of a learning coefficient.
    path : path
        The file.

    Raises
    ------
    ProblemError
        If it has no line, as where it was ended before one was found.
    FormatError
        If the path has another ending, or cannot be written.
    NoisytmError
        If matplotlib is not installed.
    """
    instance("found", found, FinitePrecision).plot(path)


def precision_curves(found: FinitePrecision) -> Curves:
    """Return what the picture of Λ shows: that of `FinitePrecision.curves`.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, precision, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    >>> len(precision_curves(precision(problem, machine, semantics="mean-field")).curves)
    2
    """
    return instance("found", found, FinitePrecision).curves()
