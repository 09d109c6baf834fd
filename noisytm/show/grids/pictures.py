"""The picture of finite precision: Λ(s) with its kinks, between what λ and what τ say."""

from __future__ import annotations

import os

from noisytm._checks import instance
from noisytm._summary import number
from noisytm.degeneracy import FinitePrecision
from noisytm.degeneracy.grids import Line, crossings, formula
from noisytm.errors import ProblemError
from noisytm.geometry import units
from noisytm.show.curves import Curve, Curves, caption, save_curves

# The last s of the picture, in units of the last kink.
BEYOND = 1.5


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
    save_curves(precision_curves(instance("found", found, FinitePrecision)), path)


def precision_curves(found: FinitePrecision) -> Curves:
    """Return what the picture of Λ shows.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, precision, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    >>> curves = precision_curves(precision(problem, machine, semantics="mean-field"))
    >>> [(curve.name, [point[:2] for point in curve.points]) for curve in curves.curves]
    [('Λ(s) = min(10·s, 10)', [(0.0, 0.0), (1.0, 10.0), (1.5, 10.0)]), ('10·s: data limit', [(0.0, 0.0), (1.0, 10.0)])]
    """
    lines, claim = found.lines, found.certificate
    if not lines:
        raise ProblemError("found has no line of Λ, as it was ended before; give it more time")
    met = [(float(s), float(value)) for s, value in crossings(lines)]
    end = BEYOND * met[-1][0] if met else 1.0
    last = lines[-1]
    corners = [(0.0, 0.0), *met, (end, _at(last, end))]
    known = "=" if found.complete else "≤"
    curves = [Curve(f"Λ(s) {known} {formula(lines)}", tuple((s, value, None) for s, value in corners))]
    first, tau = lines[0], float(last.intercept)
    if found.complete and first.slope > 0:
        reach = min(end, tau / float(first.slope))
        curves.append(Curve(f"{formula((first,))}: data limit", ((0.0, 0.0, None), (reach, _at(first, reach), None))))
    level = ((tau, f"τ = {number(last.intercept)}"),) if found.complete else ()
    how = units(claim.semantics, claim.loss, claim.chart, claim.prior_concentration)
    about = (*caption(found.problem, found.machine), f"{how}; b bits a weight, n = 2^(s·b) observations")
    ended = "" if found.complete else ", not complete"
    title = f"Finite precision: the code's evidence is about 2^(−Λ(s)·b){ended}"
    return Curves(
        title, "s, the logarithm of n to the base 2^b", "Λ, in units of b bits", tuple(curves), level, about=about
    )


def _at(line: Line, s: float) -> float:
    return float(line.intercept) + float(line.slope) * s
