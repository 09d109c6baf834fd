"""Shares of groups of samples with errors over replicas, and where one group overtakes another."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm.errors import EstimateError, ProblemError
from noisytm.posterior.estimates import jackknife

Reals = NDArray[np.float64]


class Share(NamedTuple):
    """A share of the posterior.

    Attributes
    ----------
    value : float
        The share of the samples.
    error : float or None
        Its standard error over replicas; ``None`` of one replica.
    """

    value: float
    error: float | None


def share_of(chosen: NDArray[np.bool_]) -> Share:
    """Return the share of samples that are chosen, of shape (replicas, samples).

    Examples
    --------
    >>> share_of(np.array([[True, False], [True, True]]))
    Share(value=0.75, error=0.25)
    """
    means = chosen.mean(axis=1)
    error = None if len(means) < 2 else float(means.std(ddof=1) / math.sqrt(len(means)))
    return Share(float(means.mean()), error)


class Crossing(NamedTuple):
    """Where one group of samples overtakes another.

    Attributes
    ----------
    n : float
        The n at which their shares are equal.
    error : float
        The standard error of log n, over replicas.
    """

    n: float
    error: float


class _Shares(NamedTuple):
    first: Reals
    second: Reals

    def without(self, replica: int) -> _Shares:
        return _Shares(np.delete(self.first, replica, axis=1), np.delete(self.second, replica, axis=1))


def crossing(n: object, first: object, second: object) -> Crossing | None:
    """Return the n from which on a second group has more of the posterior than a first.

    log(share of the second / share of the first) is read between neighbouring n as linear in log n, and the last n at
    which it rises through 0 is taken. The error is that of log n: replicas are left out one after another. An n at
    which neither group has any share says nothing.

    Parameters
    ----------
    n : array_like of float, shape (sizes,)
        The sizes, growing.
    first, second : array_like of float, shape (sizes, replicas)
        Share of either group in each replica at each n.

    Returns
    -------
    Crossing or None
        ``None`` if the second never overtakes the first on these n, or did before the first of them.

    Raises
    ------
    ProblemError
        If they have other shapes, n does not grow, or a share is not from 0 to 1.
    EstimateError
        If there is no error: one replica alone, or without one of them there is no crossing. If all that is known is
        between which n it is, because one of the groups has no share at one of them.

    Examples
    --------
    >>> found = crossing([10, 1000], [[0.6, 0.6], [0.2, 0.2]], [[0.2, 0.2], [0.6, 0.6]])
    >>> round(found.n, 6), found.error
    (100.0, 0.0)
    """
    logs, shares = _checked(n, first, second)
    if _at(logs, shares) is None:
        return None
    replicas = shares.first.shape[1]

    def at(left: list[_Shares]) -> float:
        found = _at(logs, left[0])
        if found is None:
            raise EstimateError(
                "without one of the replicas the groups do not cross: give more replicas, or more samples", None
            )
        return found

    error = jackknife(at, [shares], replicas)
    return Crossing(math.exp(at([shares])), error)


def _checked(n: object, first: object, second: object) -> tuple[Reals, _Shares]:
    sizes, one, other = (np.asarray(x, np.float64) for x in (n, first, second))
    right = sizes.ndim == 1 and one.ndim == 2 and one.shape == other.shape and len(one) == len(sizes) > 1
    if not right or not (np.diff(sizes) > 0).all() or sizes[0] <= 0:
        raise ProblemError(
            f"n, first and second have the shapes {sizes.shape}, {one.shape} and {other.shape}; give positive n that"
            " grow, two at least, and shares of shape (sizes, replicas)"
        )
    if not ((one >= 0) & (one <= 1) & (other >= 0) & (other <= 1)).all():
        raise ProblemError("first or second has an entry that is not from 0 to 1; give shares of the posterior")
    return np.log(sizes), _Shares(one, other)


def _at(logs: Reals, shares: _Shares) -> float | None:
    first, second = shares.first.mean(axis=1), shares.second.mean(axis=1)
    known = (first > 0) | (second > 0)
    with np.errstate(divide="ignore"):
        lead, logs = np.log(second[known]) - np.log(first[known]), logs[known]
    for i in range(len(lead) - 1, 0, -1):
        low, high = lead[i - 1], lead[i]
        if low < 0 <= high:
            if not np.isfinite([low, high]).all():
                raise EstimateError(
                    f"one group overtakes the other between n = {math.exp(logs[i - 1]):.4g} and"
                    f" {math.exp(logs[i]):.4g}, where one of them has no samples: give more, or an n in between",
                    None,
                )
            return float(logs[i - 1] + (logs[i] - logs[i - 1]) * low / (low - high))
    return None
