"""How the posterior answers to a change of the weights of inputs: covariances of samples, with errors over replicas."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import real_array
from noisytm.errors import EstimateError, ProblemError

Reals = NDArray[np.float64]
MOST = 1e60  # with room for squares of products


class Response(NamedTuple):
    """Susceptibilities and shares.

    Attributes
    ----------
    chi, chi_error : ndarray of float64, shape (observables, inputs)
        χ_{Φ,x} = −n Cov_n(Φ, ℓ_x − K) and its standard error.
    share, share_error : ndarray of float64, shape (inputs,)
        q_x n E[ℓ_x], and its standard error; the shares add up to E[nK].
    """

    chi: Reals
    chi_error: Reals
    share: Reals
    share_error: Reals


def response_of(observables: Any, losses: Any, weights: Any, n: float) -> Response:
    """Return susceptibilities of samples at n: what E[Φ] changes by when input x is weighted a little more.

    With q_ε = (1 − ε)q + ε·δ_x, χ_{Φ,x} = d E[Φ]/dε at ε = 0, which is −n Cov_n(Φ, ℓ_x − K), K = Σ q_x ℓ_x. So
    Σ_x q_x χ_{Φ,x} = 0 on any sample. Samples of all replicas are taken together, and each replica is left out once.

    Parameters
    ----------
    observables : array_like of float, shape (observables, replicas, samples)
        Φ of each sample.
    losses : array_like of float, shape (replicas, samples, inputs)
        ℓ_x of each sample.
    weights : array_like of float, shape (inputs,)
        q_x, of sum 1.
    n : float
        The n of the samples.

    Raises
    ------
    ProblemError
        If the shapes do not fit, or an observable, or n times a loss, is larger than 1e60.
    EstimateError
        If there is one replica only, or only one sample is left of them without one.

    Examples
    --------
    >>> losses = np.array([[[0.0, 2.0], [2.0, 0.0]], [[1.0, 3.0], [3.0, 1.0]]])
    >>> found = response_of(losses[None, ..., 0], losses, [0.5, 0.5], 1.0)
    >>> found.chi.round(3).tolist(), found.share.tolist()
    ([[-1.333, 1.333]], [0.75, 0.75])
    """
    phi = np.asarray(real_array("observables", observables, "(observables, replicas, samples)", ProblemError))
    each = np.asarray(real_array("losses", losses, "(replicas, samples, inputs)", ProblemError), np.float64)
    q = np.asarray(real_array("weights", weights, "(inputs,)", ProblemError), np.float64)
    if phi.ndim != 3 or each.ndim != 3 or phi.shape[1:] != each.shape[:2] or q.shape != each.shape[2:] or not phi.size:
        raise ProblemError(
            f"observables, losses and weights have the shapes {phi.shape}, {each.shape} and {q.shape}; give"
            " (observables, replicas, samples), (replicas, samples, inputs) and (inputs,)"
        )
    most = MOST / max(n, 1.0)
    if not ((np.abs(phi) <= MOST).all() and (np.abs(each) <= most).all() and np.isfinite(q).all()):
        raise ProblemError(
            f"an observable, or n times a loss, is larger than {MOST:g}, or a weight infinite; the posterior has no"
            " such samples"
        )
    replicas = len(each)
    if replicas < 2:
        raise EstimateError("one replica has no standard error; give at least two that are independent of each other")
    if (replicas - 1) * each.shape[1] < 2:
        raise EstimateError("one sample has no covariance; give at least two of each replica")
    parts = [_of(phi, each, q, n, [r for r in range(replicas) if r != out]) for out in range(replicas)]
    chi, share = _of(phi, each, q, n, list(range(replicas)))
    return Response(chi, _jackknife([part[0] for part in parts]), share, _jackknife([part[1] for part in parts]))


def _of(phi: Reals, each: Reals, q: Reals, n: float, chosen: list[int]) -> tuple[Reals, Reals]:
    """Return χ and shares of some replicas."""
    some, losses = phi[:, chosen].reshape(len(phi), -1), each[chosen].reshape(-1, each.shape[2])
    share = q * n * losses.mean(axis=0)
    centred = losses - losses.mean(axis=0)
    centred = centred - (centred @ q)[:, None]
    chi = 0.0 - n * ((some - some.mean(axis=1, keepdims=True)) @ centred) / (losses.shape[0] - 1)
    return chi, share


def _jackknife(left: list[Reals]) -> Reals:
    values = np.array(left)
    spread: Reals = np.sqrt((len(left) - 1) / len(left) * ((values - values.mean(axis=0)) ** 2).sum(axis=0))
    return spread
