"""The picture of a free energy: F against log n, beside what λ and m say of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from noisytm._summary import number
from noisytm.posterior.partition import ExactCoefficient, Phases
from noisytm.show.curves import Curve, Curves

Points = Sequence[tuple[float, float, float | None]]
# From this n on log log n is drawn.
LEAST_N = 10.0
# So many phases are drawn.
MOST_PHASES = 4


def energy_curves(what: str, points: Points, exact: ExactCoefficient | None, title: str) -> Curves:
    """Return what the picture shows.

    Parameters
    ----------
    what : str
        What F is called.
    points : sequence of (float, float, float or None)
        n, F and its standard error.
    exact : ExactCoefficient, optional
        λ and m, if they are known: λ log n − (m − 1) log log n is drawn so that it meets F at the last n.
    title : str
        The title.

    Examples
    --------
    >>> from fractions import Fraction
    >>> exact = ExactCoefficient(Fraction(3, 2), 2)
    >>> [curve.name for curve in energy_curves("F", [(10.0, 3.0, 0.1), (100.0, 5.0, 0.1)], exact, "F(n)").curves]
    ['F', '3/2 log n − log log n + constant, exact']
    """
    curves = [Curve(what, tuple(points))]
    large = [point for point in points if point[0] >= LEAST_N]
    if exact is not None and len(large) > 1:
        last, value, _ = large[-1]
        constant = value - _law(exact, last)
        name = _name(exact)
        curves.append(Curve(name, tuple((n, _law(exact, n) + constant, None) for n, _, _ in large)))
    return Curves(title, "observations n", f"{what} in nats", tuple(curves), log_x=True)


def phase_curves(what: str, points: Points, groups: Phases | None) -> tuple[Curve, ...]:
    """Return the free energies of the phases: of the codes with one λ, F − log of their share of the posterior.

    −log ∫ exp(−nK) over the codes of the phase alone is −log of share times the whole. Those are drawn that have the
    most at some n, wherever a sample is among them.

    Parameters
    ----------
    what : str
        What F is called.
    points : sequence of (float, float, float or None)
        n and F.
    groups : Phases, optional
        The shares.
    """
    if groups is None:
        return ()
    energies = {n: value for n, value, _ in points}
    curves = []
    for name, along in groups.shares("learning_coefficient", MOST_PHASES).items():
        known = tuple(
            (at.n, energies[at.n] - math.log(share.value), None)
            for at, share in zip(groups.sizes, along, strict=True)
            if share.value > 0 and at.n in energies
        )
        curves.append(Curve(f"{name}: {what} − log of its share", known))
    return tuple(curve for curve in curves if curve.points)


def _law(exact: ExactCoefficient, n: float) -> float:
    length = math.log(n)
    return float(exact.learning_coefficient) * length - (exact.multiplicity - 1) * math.log(length)


def _name(exact: ExactCoefficient) -> str:
    m = exact.multiplicity - 1
    less = f" − {'' if m == 1 else f'{m} '}log log n" if m else ""
    return f"{number(exact.learning_coefficient)} log n{less} + constant, exact"
