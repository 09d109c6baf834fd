"""One replica: a population drawn from the prior and led from rung to rung, up to the last n."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.errors import EstimateError
from noisytm.posterior.populations.rungs import Rung
from noisytm.posterior.populations.tempering import ladder_to, log_mean_weight, next_n, overlap_of, resampled
from noisytm.posterior.spaces import Factors

Array = NDArray[np.float64]
Losses = Callable[[Array], Array]

# A population is looked for among so many draws for each particle.
MOST_DRAWS = 1_000


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
        """Make sweeps of moves; what is random is decided by ``key``, how far they go by ``scales``: the last ones.

        ``logs`` and ``loss`` are the mover's to change.
        """


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
    """Return a population drawn from the prior: n = 0, where F is minus the log of the mass of the region.

    Draws whose loss is infinite count for nothing at any n > 0: it is drawn until there are enough others, and F has
    the log of their share too. (Only on a grid do they have any mass.)

    Raises
    ------
    EstimateError
        If hardly any draw has a finite loss.
    """
    rng = np.random.default_rng((*key, 0))
    rows, drawn = factors.draw(rng, particles), particles
    loss = losses(rows)
    while (kept := np.isfinite(loss)).sum() < particles:
        _clock.tick()
        if drawn >= MOST_DRAWS * particles:
            raise EstimateError(
                f"of {drawn} draws from the prior {int(kept.sum())} have a finite loss; use more bits, or a region near"
                " a machine"
            )
        more = factors.draw(rng, particles)
        rows, loss, drawn = (
            np.concatenate([rows[kept], more]),
            np.concatenate([loss[kept], losses(more)]),
            drawn + particles,
        )
    found = np.flatnonzero(kept)
    share = len(found) / drawn
    rows, loss = rows[found[:particles]], loss[found[:particles]]
    return State(0.0, -factors.log_volume - math.log(share), rows, loss, np.arange(particles), 0, {})


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
        moved = move(state.logs.take(chosen, axis=0), state.loss[chosen], following, sweeps, (*at, 1), state.scales)
        ancestors = state.ancestors[chosen]
        state = State(following, free_energy, moved.logs, moved.loss, ancestors, state.rung + 1, moved.scales)
        kept = factors.codes(moved.logs) if following in wanted else None
        rows = moved.logs if kept is not None and factors.binary else None
        found = moved.loss, kept, ancestors, overlap, sweeps, moved.acceptance, moved.scales, rows
        yield Rung(following, free_energy, *found), state
