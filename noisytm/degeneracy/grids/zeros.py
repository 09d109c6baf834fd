"""Prior mass of the points of a grid at which some coordinates are 0."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from noisytm.degeneracy.grids.claim import PrecisionClaim
from noisytm.geometry import AnyBit, chart_at, weights

DIGITS = 64  # bits of the sum, beyond those of the logarithms' arguments


def zeros_cost(claim: PrecisionClaim, pinned: Iterable[int], bits: int) -> float:
    """Return −log of the prior mass on the grid of what has the pinned coordinates at 0.

    Parameters
    ----------
    claim : PrecisionClaim
        Says where.
    pinned : iterable of int
        The coordinates.
    bits : int
        b: the grid has the multiples of 2^−b.

    Returns
    -------
    float
        In nats.
    """
    from flint import arb, ctx, fmpq

    chart = chart_at(claim.chart, claim.problem.space, claim.face)
    gamma, names = weights(claim.prior_concentration, chart), claim.coordinates
    sizes = {kind: len(values) for kind, _, values in claim.problem.space.blocks}
    groups: Counter[tuple[Fraction, int, tuple[str, ...]]] = Counter()
    for j in pinned:
        name = names[j]
        if isinstance(name, AnyBit):
            groups[gamma[j], 2, tuple(map(str, name))] += 1
        else:
            groups[gamma[j], sizes[name.kind], tuple(map(str, name[:-1]))] += 1
    before, ctx.prec = ctx.prec, DIGITS + 2 * bits + 64
    try:
        total = arb(0)
        for (g, k, _), t in groups.items():
            many, few = Fraction(g) * k, Fraction(g) * (k - t)
            for x, sign in ((many, 1), (few, -1)):
                argument = arb(fmpq(x.numerator, x.denominator))
                total += sign * ((argument + 2**bits).lgamma() - argument.lgamma())
        return float(total)
    finally:
        ctx.prec = before
