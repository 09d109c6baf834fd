"""The volume of one level set, and the pictures of many: log V against log ε, and the bits of each halving."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from noisytm._summary import number
from noisytm.posterior.partition import ExactCoefficient
from noisytm.show.curves import Curve, Curves

# Up to this ε what holds as ε falls is drawn.
LARGEST = 0.1


class Volume(NamedTuple):
    """The volume of a level set.

    Attributes
    ----------
    epsilon : float
        The level ε.
    log_volume : float
        log V(ε), V(ε) = φ{K < ε} with the prior φ normalised on all of code space, in nats.
    error : float or None
        Its standard error over replicas; ``None`` where only one has come there.
    bits_per_halving : float or None
        log₂ V(2ε)/V(ε): how many bits it took to come from 2ε to ε; ``None`` at the first level.
    bits_error : float or None
        Its standard error.
    """

    epsilon: float
    log_volume: float
    error: float | None
    bits_per_halving: float | None
    bits_error: float | None


def bits_of_law(exact: ExactCoefficient, epsilon: float) -> float:
    """Return λ − (m − 1)/log(1/ε), the slope of log V in log ε.

    Examples
    --------
    >>> from fractions import Fraction
    >>> round(bits_of_law(ExactCoefficient(Fraction(3), 2), 1e-6), 4)
    2.9276
    """
    return float(exact.learning_coefficient) - (exact.multiplicity - 1) / math.log(1 / epsilon)


def volume_curves(volumes: Sequence[Volume], exact: ExactCoefficient | None, complete: bool) -> Curves:
    """Return the picture of log V; where they are known with what λ and m say, so that it meets it at the end."""
    curves = [Curve("log V", tuple((v.epsilon, v.log_volume, v.error) for v in volumes))]
    small = [v for v in volumes if v.epsilon <= LARGEST]
    if exact is not None and len(small) > 1:
        constant = small[-1].log_volume - _law(exact, small[-1].epsilon)
        points = tuple((v.epsilon, _law(exact, v.epsilon) + constant, None) for v in small)
        curves.append(Curve(_name(exact), points))
    title = "log V(ε), V(ε) = φ{K < ε}, with standard errors" + ("" if complete else ", not complete")
    return Curves(title, "loss ε", "log V in nats", tuple(curves), log_x=True)


def bits_curves(volumes: Sequence[Volume], exact: ExactCoefficient | None) -> Curves:
    """Return the picture of what each halving costs, with λ and what m takes from it."""
    bits = tuple((v.epsilon, v.bits_per_halving, v.bits_error) for v in volumes if v.bits_per_halving is not None)
    curves = [Curve("log₂ V(2ε)/V(ε)", bits)]
    level: tuple[tuple[float, str], ...] = ()
    if exact is not None:
        level = ((float(exact.learning_coefficient), f"λ = {number(exact.learning_coefficient)}"),)
        points = tuple((v.epsilon, bits_of_law(exact, v.epsilon), None) for v in volumes if v.epsilon <= LARGEST)
        curves += [Curve("λ − (m − 1)/log(1/ε)", points)] if exact.multiplicity != 1 else []
    title = "What a halving of the loss costs, with standard errors"
    return Curves(title, "loss ε", "bits", tuple(curves), level, log_x=True)


def _law(exact: ExactCoefficient, epsilon: float) -> float:
    length = math.log(1 / epsilon)
    return (exact.multiplicity - 1) * math.log(length) - float(exact.learning_coefficient) * length


def _name(exact: ExactCoefficient) -> str:
    m = exact.multiplicity - 1
    more = f" + {'' if m == 1 else f'{m} '}log log 1/ε" if m else ""
    return f"{number(exact.learning_coefficient)} log ε{more} + constant, exact"
