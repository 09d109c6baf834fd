"""What is exact in the key: λ and m with certificate, and c of the coordinates that are fatal alone."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from noisytm.calibration.codes import AskedCode
from noisytm.degeneracy import LearningCoefficient, learning_coefficient
from noisytm.geometry import AnyCoordinate
from noisytm.losses import LOSSES
from noisytm.relaxation import linear_part


def exact_of(asked: AskedCode) -> LearningCoefficient:
    """Return λ and m of a code; without the time that it took, so that a key made again is the same."""
    found = learning_coefficient(
        asked.problem, asked.machine, semantics=asked.semantics, loss=asked.loss, chart=asked.chart
    )
    return dataclasses.replace(found, seconds=None, compile_seconds=None)


def regular_of(found: LearningCoefficient) -> tuple[tuple[AnyCoordinate, Fraction], ...]:
    """Return the coordinates that are fatal alone, with c = ∂K/∂(θ²) at the code, an exact number.

    At a code ∂f_x/∂u is a whole number for every input, and K = Σ q(x) f_x + …, so c = Σ q(x) ∂f_x/∂u. A loss that
    vanishes like f² has none.
    """
    if LOSSES[found.loss].factor != 1:
        return ()
    problem, sums = found.problem, [Fraction(0)] * found.problem.space.dimension
    for x, accepted, weight in zip(problem.inputs, problem.targets, problem.weights, strict=True):
        alone = dataclasses.replace(problem, inputs=(x,), targets=(accepted,), weights=(Fraction(1),))
        slopes = linear_part(alone, found.machine, semantics=found.semantics)
        sums = [s + weight * round(slope) for s, slope in zip(sums, slopes.tolist(), strict=True)]
    names = problem.space.coordinates(found.machine)
    return tuple((name, c) for name, c in zip(names, sums, strict=True) if c)
