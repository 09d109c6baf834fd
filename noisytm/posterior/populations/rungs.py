"""What a replica of a tempered population leaves behind: at each n the losses, and the free energy so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from noisytm._summary import Described, Summary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Rung(Described):
    """A population of P equally weighted particles that stands for the posterior ∝ e^(−nK) at one n.

    Attributes
    ----------
    n : float
        Number of observations.
    free_energy : float
        −log ∫ e^(−nK) over the region, with the prior normalised on all of code space: the estimate of this replica.
    loss : ndarray of float64, shape (P,)
        K itself, not nK. Small values are exact to about 1e-13.
    codes : ndarray of float64, shape (P, N, S + |Q| + 3), or None
        The noisy codes; kept at the powers of ten and at the last n.
    ancestors : ndarray of int64, shape (P,)
        Which draw from the prior each particle comes from.
    overlap : float
        Effective sample size, as a share of P, of the weights that led here from the rung before.
    sweeps : int
        How many sweeps of moves were made.
    acceptance : float
        Share of the moves of one distribution that were accepted.
    scales : mapping of str to float
        The scales of the moves, and what more is to be known of them.
    rows : ndarray of float64, shape (P, C), or None
        The particles, kept with the codes where these do not say what they are: binary digits.
    """

    n: float
    free_energy: float
    loss: NDArray[np.float64]
    codes: NDArray[np.float64] | None
    ancestors: NDArray[np.int64]
    overlap: float
    sweeps: int
    acceptance: float
    scales: Mapping[str, float] = field(default_factory=dict)
    rows: NDArray[np.float64] | None = None

    def _summary(self) -> Summary:
        return Summary(f"n = {self.n:g}: F = {self.free_energy:.6g}, E[nK] = {self.mean_nk:.4g}", result=False)

    @property
    def mean_nk(self) -> float:
        """Mean of nK over the particles."""
        return self.n * float(self.loss.mean())

    @property
    def variance_nk(self) -> float:
        """Variance of nK over the particles."""
        return self.n**2 * float(self.loss.var())

    @property
    def distinct_ancestors(self) -> int:
        """How many draws from the prior have a particle that comes from them."""
        return len(set(self.ancestors.tolist()))


@dataclass(frozen=True, eq=False)
class Replica(Described):
    """The rungs that one population climbed.

    Attributes
    ----------
    seed, index : int
        The seed of all replicas, and which this is.
    rungs : tuple of Rung
        In order of n.
    """

    seed: int
    index: int
    rungs: tuple[Rung, ...]

    def _summary(self) -> Summary:
        reached = f" to n = {self.rungs[-1].n:g}" if self.rungs else ""
        return Summary(f"{len(self.rungs)} rungs{reached}", result=False)

    @property
    def ladder(self) -> tuple[Rung, ...]:
        """The rungs whose codes are kept: every power of ten, and the last n."""
        return tuple(rung for rung in self.rungs if rung.codes is not None)
