"""What replicas give at each n: a row of the ladder, how far they have come, over how many codes they are spread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from noisytm._summary import Described, Summary
from noisytm.posterior.energies.asked import Asked
from noisytm.posterior.populations import Replica, Rung, ladder_to


@dataclass(frozen=True)
class LadderRow(Described):
    """What the replicas give at one n.

    Attributes
    ----------
    n : float
        Number of observations.
    free_energy, mean_nK : float
        Means over replicas, of F and of the mean of nK.
    free_energy_error, mean_nK_error : float, optional
        Their standard errors; of a single replica there is none.
    variance_nK : float
        Mean over replicas of the variance of nK.
    acceptance : float
        Of the moves of one distribution.
    overlap : float
        The least effective sample size, as a share, of any step up to here.
    distinct_ancestors : int
        The fewest, of any replica, draws from the prior that have descendants.
    scales : mapping of str to float
        Of the moves; means over replicas.
    """

    n: float
    free_energy: float
    free_energy_error: float | None
    mean_nK: float  # the name that the record has
    mean_nK_error: float | None
    variance_nK: float
    acceptance: float
    overlap: float
    distinct_ancestors: int
    scales: dict[str, float]

    def _summary(self) -> Summary:
        error = "" if self.free_energy_error is None else f" ± {self.free_energy_error:.2g}"
        return Summary(f"F({self.n:g}) = {self.free_energy:.6g}{error}, E[nK] = {self.mean_nK:.4g}")


@dataclass(frozen=True)
class Reached(Described):
    """How far the population has come that came farthest, in a ladder that was ended.

    Attributes
    ----------
    n, free_energy : float
        The n of its last rung, a power of ten or not, and F there.
    """

    n: float
    free_energy: float

    def _summary(self) -> Summary:
        return Summary(f"F({self.n:.3g}) = {self.free_energy:.6g}", result=False)


@dataclass(frozen=True)
class Spread(Described):
    """Over how many codes the posterior is spread at one n, of those that samples round to.

    Attributes
    ----------
    n : float
        The n.
    solving, solving_error : float
        The share of samples whose code solves the problem, and its standard error; ``None`` of one replica.
    codes : int
        How many different codes there are.
    effective_codes : float
        exp of the entropy of their shares: how many equal ones would be as spread.
    """

    n: float
    solving: float
    solving_error: float | None
    codes: int
    effective_codes: float

    def _summary(self) -> Summary:
        return Summary(f"n = {self.n:g}: {self.codes:,} codes, {self.solving:.3g} solves", result=False)


def ladder_of(asked: Asked, replicas: Sequence[Replica]) -> tuple[LadderRow, ...]:
    """Return what replicas give at every wanted n that one of them has reached."""
    rows = []
    for n in ladder_to(asked.n):
        there = [(replica, rung) for replica in replicas for rung in replica.rungs if rung.n == n]
        if there:
            rows.append(_row(n, there))
    return tuple(rows)


def reached_by(replicas: Sequence[Replica]) -> Reached | None:
    """Return how far the replica has come that came farthest; ``None`` where none has made a step."""
    last = [replica.rungs[-1] for replica in replicas if replica.rungs]
    return None if not last else max((Reached(rung.n, rung.free_energy) for rung in last), key=lambda found: found.n)


def _row(n: float, there: Sequence[tuple[Replica, Rung]]) -> LadderRow:
    rungs = [rung for _, rung in there]
    energies, means = [rung.free_energy for rung in rungs], [rung.mean_nk for rung in rungs]
    return LadderRow(
        n,
        float(np.mean(energies)),
        _error(energies),
        float(np.mean(means)),
        _error(means),
        float(np.mean([rung.variance_nk for rung in rungs])),
        float(np.mean([rung.acceptance for rung in rungs])),
        min(rung.overlap for replica, _ in there for rung in replica.rungs if rung.n <= n),
        min(rung.distinct_ancestors for rung in rungs),
        {name: float(np.mean([rung.scales[name] for rung in rungs])) for name in rungs[0].scales},
    )


def _error(values: Sequence[float]) -> float | None:
    return float(np.std(values, ddof=1) / math.sqrt(len(values))) if len(values) > 1 else None
