"""Samples of nK as they are given: at one n or at several, independent chains by draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import positive_float, real_array
from noisytm._text import shown
from noisytm.errors import EstimateError, ProblemError

Reals = NDArray[np.float64]
SHAPE = "(chains, draws), or a list of such arrays, one for each n"
# What n may be, and how much larger the next n is at least: by logarithms of n estimates are divided. The most that nK
# and F may be, with room for squares of variances.
LEAST_N, MOST_N, LEAST_RISE = 1e-8, 1e300, 1e-6
MOST = 1e60


class Drawn(NamedTuple):
    """Samples of the posterior ∝ exp(−nK) at one n.

    Attributes
    ----------
    n : float
        What stands in front of K.
    nK : ndarray of float64, shape (chains, draws)
        n times the loss of each draw; chains are independent of each other.
    """

    n: float
    nK: Reals

    def without(self, chain: int) -> Drawn:
        """Return the samples of all chains but one."""
        return Drawn(self.n, np.delete(self.nK, chain, axis=0))


def sizes_of(n: Any) -> float | list[float]:
    """Return n checked, as one number or as a list of them in the order in which they are given.

    Raises
    ------
    ProblemError
        If one is no number from 1e-8 to 1e300, or two are equal, or as good as equal.

    Examples
    --------
    >>> sizes_of(10), sizes_of(iter([100, 10]))
    (10.0, [100.0, 10.0])
    """
    if isinstance(n, str) or not isinstance(n, Iterable) or (isinstance(n, np.ndarray) and n.ndim == 0):
        return _size(n)
    sizes = [_size(size) for size in n]
    if not sizes or any(high < low * (1 + LEAST_RISE) for low, high in pairwise(sorted(sizes))):
        raise ProblemError(
            f"n is {shown(sizes)}; give one number, or some that are all different, each larger by a millionth than the"
            " next smaller one at least"
        )
    return sizes


def _size(n: Any) -> float:
    found = positive_float("n", n)
    if not LEAST_N <= found <= MOST_N:
        raise ProblemError(f"n is {shown(n)}; it must be from {LEAST_N:g} to {MOST_N:g}")
    return found


def drawn_at(nK: Any, n: float | list[float]) -> tuple[Drawn, ...]:
    """Return checked samples, by growing n.

    Parameters
    ----------
    nK : array_like
        As of `estimate`.
    n : float or list of float
        What `sizes_of` returned.

    Raises
    ------
    ProblemError
        If they have not this form, or nK is negative or larger than 1e60.

    Examples
    --------
    >>> [(drawn.n, drawn.nK.shape) for drawn in drawn_at([[[1, 2], [3, 4]], [[0, 1], [1, 1]]], [100.0, 10.0])]
    [(10.0, (2, 2)), (100.0, (2, 2))]
    """
    if not isinstance(n, list):
        return (_at(n, nK),)
    given = list(
        nK if isinstance(nK, (list, tuple)) else np.atleast_1d(real_array("samples of nK", nK, SHAPE, ProblemError))
    )
    if len(given) != len(n):
        raise ProblemError(f"there are {len(n)} values of n; give nK as a list of as many arrays, one for each n")
    found = sorted((_at(size, samples) for size, samples in zip(n, given, strict=True)), key=lambda x: x.n)
    chains = {len(drawn.nK) for drawn in found}
    if len(chains) != 1:
        raise ProblemError(f"the arrays have {shown(sorted(chains))} chains; give as many chains at each n")
    return tuple(found)


def _at(n: float, samples: Any) -> Drawn:
    nK = np.asarray(real_array("samples of nK", samples, SHAPE, ProblemError), np.float64)
    nK = nK[None] if nK.ndim == 1 else nK
    if nK.ndim != 2 or not nK.shape[0] or nK.shape[1] < 2:
        raise ProblemError(
            f"samples of nK have the shape {nK.shape} at n = {n:g}; give an array of shape (chains, draws) with two"
            " draws at least"
        )
    wrong = ~((nK >= 0) & (nK <= MOST))
    if wrong.any():
        chain, draw = np.argwhere(wrong)[0]
        raise ProblemError(
            f"nK is {nK[chain, draw]} in draw {draw} of chain {chain}; a loss is at least 0, and where it is infinite,"
            f" or nK is more than {MOST:g}, the posterior is 0: give n times the loss of each draw"
        )
    return Drawn(n, nK)


def split_r_hat(nK: Reals) -> float:
    """Return the potential scale reduction of chains, each cut in halves; 1 where they agree.

    √((1 − 1/N) + B/(N·W)), with B/N the variance of the means of the halves, and W the mean of their variances
    (Gelman and Rubin 1992; halves: Gelman et al., Bayesian Data Analysis, section 11.4). Halves that each stand
    still in a place of their own have infinity; if all samples are one number it is 1. Of fewer than four draws, whose
    halves have no variance, whole chains take the place of halves.

    Examples
    --------
    >>> [split_r_hat(np.array(nK)) > 3 for nK in ([[0.0, 1, 0, 1], [5, 6, 5, 6]], [[0.0, 1], [5, 6]])]
    [True, True]
    """
    half = nK.shape[1] // 2
    parts = np.concatenate([nK[:, :half], nK[:, -half:]]) if half > 1 else nK
    between = float(np.var(parts.mean(axis=1), ddof=1)) if len(parts) > 1 else 0.0
    within = float(np.mean(np.var(parts, axis=1, ddof=1)))
    if between == within == 0:
        return 1.0
    return math.inf if within == 0 else math.sqrt(1 - 1 / parts.shape[1] + between / within)


def jackknife(value: Callable[[list[Any]], float], drawn: Sequence[Any], chains: int) -> float:
    """Return the standard error of a figure over independent chains: each is left out once.

    √((C − 1)/C · Σ (θ₋ᵢ − mean)²); for a mean it is the standard error of the mean (Efron and Tibshirani 1993, ch. 11).

    Parameters
    ----------
    value : callable
        The figure, of a list like ``drawn``.
    drawn : sequence
        What has a method ``without(chain)``.
    chains : int
        Their number C.

    Raises
    ------
    EstimateError
        If there is only one.

    Examples
    --------
    >>> two = [Drawn(1.0, np.array([[1.0, 1], [2, 2]]))]
    >>> jackknife(lambda found: found[0].nK.mean(), two, 2)
    0.5
    """
    if chains < 2:
        raise EstimateError("one chain has no standard error; give at least two that are independent of each other")
    left = np.array([value([x.without(chain) for x in drawn]) for chain in range(chains)])
    return float(math.sqrt((chains - 1) / chains * float(((left - left.mean()) ** 2).sum())))
