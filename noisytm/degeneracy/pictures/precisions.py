"""The picture of finite precision: Λ(s) with its kinks, between what λ and what τ say."""

from __future__ import annotations

from noisytm._summary import number
from noisytm.degeneracy.grids import Line, PrecisionCertificate, crossings, formula
from noisytm.errors import ProblemError
from noisytm.geometry import units
from noisytm.show.curves import Curve, Curves, caption

# The last s of the picture, in units of the last kink.
BEYOND = 1.5


def precision_curves(claim: PrecisionCertificate) -> Curves:
    """Return what the picture of Λ shows.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, precision, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    >>> curves = precision_curves(precision(problem, machine, semantics="mean-field").certificate)
    >>> [(curve.name, [point[:2] for point in curve.points]) for curve in curves.curves]
    [('Λ(s) = min(10·s, 10)', [(0.0, 0.0), (1.0, 10.0), (1.5, 10.0)]), ('10·s: data limit', [(0.0, 0.0), (1.0, 10.0)])]
    """
    lines = claim.lines
    if not lines:
        raise ProblemError("no line of Λ was found, as it was ended before; give it more time")
    met = [(float(s), float(value)) for s, value in crossings(lines)]
    end = BEYOND * met[-1][0] if met else 1.0
    last = lines[-1]
    corners = [(0.0, 0.0), *met, (end, _at(last, end))]
    known = "=" if claim.complete else "≤"
    curves = [Curve(f"Λ(s) {known} {formula(lines)}", tuple((s, value, None) for s, value in corners))]
    first, tau = lines[0], float(last.intercept)
    if claim.complete and first.slope > 0:
        reach = min(end, tau / float(first.slope))
        curves.append(Curve(f"{formula((first,))}: data limit", ((0.0, 0.0, None), (reach, _at(first, reach), None))))
    level = ((tau, f"τ = {number(last.intercept)}"),) if claim.complete else ()
    how = units(claim.semantics, claim.loss, claim.chart, claim.prior_concentration)
    about = (*caption(claim.problem, claim.machine), f"{how}; b bits a weight, n = 2^(s·b) observations")
    ended = "" if claim.complete else ", not complete"
    title = f"Finite precision: the code's evidence is about 2^(−Λ(s)·b){ended}"
    return Curves(
        title, "s, the logarithm of n to the base 2^b", "Λ, in units of b bits", tuple(curves), level, about=about
    )


def _at(line: Line, s: float) -> float:
    return float(line.intercept) + float(line.slope) * s
