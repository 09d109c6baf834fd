"""One replica: a population drawn from the prior and led from rung to rung, up to the last n."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.posterior.populations.factors import Factors
from noisytm.posterior.populations.rungs import Rung
from noisytm.posterior.populations.tempering import ladder_to, log_mean_weight, next_n, overlap_of, resampled

Array = NDArray[np.float64]
Losses = Callable[[Array], Array]


class Moved(NamedTuple):
    """A population after its moves.

    Attributes
    ----------
    logs : ndarray of float64, shape (P, C)
        The particles, as in `Factors`.
    loss : ndarray of float64, shape (P,)
        K of each.
    acceptance : float
        Share of the moves of one distribution that were accepted.
    scales : mapping of str to float
        As of `Rung`.
    """

    logs: Array
    loss: Array
    acceptance: float
    scales: Mapping[str, float]


class Mover(Protocol):
    """Moves that leave the posterior at one n as it is."""

    def __call__(
        self, logs: Array, loss: Array, n: float, sweeps: int, key: tuple[int, ...], scales: Mapping[str, float]
    ) -> Moved:
        """Make sweeps of moves; what is random is decided by ``key``, how far they go by ``scales``: the last ones."""


class State(NamedTuple):
    """Where a climb is: all that the next rung depends on."""

    n: float
    free_energy: float
    logs: Array
    loss: Array
    ancestors: NDArray[np.int64]
    rung: int
    scales: Mapping[str, float]


class Climb(NamedTuple):
    """The rungs of a climb so far, and where it is."""

    rungs: tuple[Rung, ...]
    state: State


def started(factors: Factors, losses: Losses, particles: int, key: tuple[int, ...]) -> State:
    """Return a population drawn from the prior: n = 0, where F is minus the log of the mass of the region."""
    logs = factors.draw(np.random.default_rng((*key, 0)), particles)
    return State(0.0, -factors.log_volume, logs, losses(logs), np.arange(particles), 0, {})


def climbed(
    factors: Factors, state: State, move: Mover, n: float, sweeps: int, key: tuple[int, ...]
) -> Iterator[tuple[Rung, State]]:
    """Yield each rung, with the state that it leaves, until the last n.

    What is random at a rung depends on ``key`` and its number alone, so that a climb goes on from any state as if it
    had not stopped.
    """
    wanted = ladder_to(n)
    while state.n < n:
        _clock.tick()
        following = next_n(state.loss, state.n, wanted)
        rise, at = following - state.n, (*key, state.rung + 1)
        chosen = resampled(state.loss, rise, np.random.default_rng((*at, 0)))
        overlap = overlap_of(state.loss, rise)
        free_energy = state.free_energy - log_mean_weight(state.loss, rise)
        moved = move(state.logs[chosen], state.loss[chosen], following, sweeps, (*at, 1), state.scales)
        ancestors = state.ancestors[chosen]
        state = State(following, free_energy, moved.logs, moved.loss, ancestors, state.rung + 1, moved.scales)
        kept = factors.codes(moved.logs) if following in wanted else None
        yield (
            Rung(following, free_energy, moved.loss, kept, ancestors, overlap, sweeps, moved.acceptance, moved.scales),
            state,
        )
