"""Replicas of tempered populations: as many sweeps as it takes, checked, refused where they do not deserve trust."""

from __future__ import annotations

import dataclasses
import math
import os
from typing import Any

from noisytm import _clock, _memory, _progress
from noisytm._checks import flag, memory_of
from noisytm._partial import ENDED, carrying
from noisytm._summary import count
from noisytm._threads import thread_count
from noisytm._timed import timed
from noisytm.errors import EstimateError
from noisytm.machine import Description
from noisytm.posterior.energies.asked import Asked
from noisytm.posterior.energies.checks import failures
from noisytm.posterior.energies.keeping import Store
from noisytm.posterior.energies.moving import moves_for, settled
from noisytm.posterior.energies.result import FreeEnergy
from noisytm.posterior.energies.rows import LadderRow, ladder_of, reached_by
from noisytm.posterior.populations import Climb, Replica, Rung, climbed, started
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics

# Sweeps are doubled until F moves less than so many of its standard errors and all checks pass, at most up to this.
STILL, MOST_SWEEPS = 2.0, 64
ONE_REPLICA = "one replica has no standard errors, and its agreement with others could not be checked"


@timed
def free_energy(
    problem: SynthesisProblem,
    machine: Description | None = None,
    local: bool = False,
    *,
    n: Any = 1e6,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    particles: int = 2048,
    replicas: int = 4,
    seed: int = 0,
    sweeps: int | None = None,
    bits: int | None = None,
    localisation: Any = None,
    threads: int | str = 1,
    resume: str | os.PathLike[str] | None = None,
    seconds: Any = None,
    memory: int | None = None,
    progress: bool = False,
) -> FreeEnergy:
    """Return the free energy F(n) = −log ∫ e^(−nK) of the posterior over noisy codes, at every power of ten up to n.

    Populations are led from the prior through rungs in n by tempered sequential Monte Carlo (Del Moral, Doucet, Jasra
    2006). The prior is normalised on all of code space. ``docs/posterior.md`` says how it is done and when not to trust
    it.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem: K is its loss.
    machine : TuringMachine or Description, optional
        A vertex of its code space; needed for ``local``, and where keys err or are repeated: there the particles are
        lists of as many tuples as it has.
    local : bool
        Integrate over the region where every right entry of the machine (in the bits chart every right digit) is at
        least ½, instead of all of code space.
    n : float
        The last number of observations, at most 1e300. Small losses are exact, so that 1e12 has a meaning.
    semantics, loss, chart, prior_concentration
        As in `learning_coefficient`; the chart is that whose uniform measure, or product of Dirichlet distributions,
        is the prior. Semantics that sum over whole runs are evaluated exactly, which small state spaces allow.
    particles : int
        Number P of particles of a population, at least 16.
    replicas : int
        Number of independent populations: errors are standard errors over these.
    seed : int
        What is random depends on it alone, not on the number of threads.
    sweeps : int, optional
        Sweeps of moves at each rung. By default they are doubled, from one on, until F moves less than twice its
        standard error (three times, before the last n), all checks having passed before and after, up to 64.
    bits : int, optional
        b, for weights of b bits: all entries of the codes (in the bits chart those of digits) are multiples of 2^−b,
        and the prior is uniform on that grid (of another concentration: Dirichlet-multinomial). From 0, the tables
        themselves, to 40; to 20 if the prior is not uniform. Not in the sphere chart.
    localisation : float, optional
        γ, in the sphere chart with ``local``: the prior is that of a network in weights θ, p = θ²/Σθ² in every
        distribution, pulled towards the machine: ∝ e^(−γ|θ − θ₀|²/2), θ₀ being 1 at right values and 0 elsewhere, and
        normalised on all θ.
    threads : int or "auto"
        How many threads share the particles.
    resume : path, optional
        A file that keeps the populations: what was ended goes on from there, to the same bits.
    seconds : float, optional
        Most time to take.
    memory : int, optional
        Most memory to take, in bytes.
    progress : bool
        Show on a terminal how far it is.

    Returns
    -------
    FreeEnergy
        ``ladder`` has F, E[nK], Var(nK) and what was checked; ``replicas`` the particles.

    Raises
    ------
    ProblemError, MachineError
        If an argument breaks a rule above.
    BudgetError
        If time or memory run out; its ``partial`` has what was climbed.
    EstimateError
        If replicas do not agree, hardly a move is accepted, few draws have descendants, equipartition fails, or F goes
        on moving as sweeps are doubled; its ``partial`` is the result that was refused.
    FormatError
        If the file to resume from keeps something else.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine, free_energy
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> found = free_energy(problem, n=100, particles=512, replicas=2, seed=1, sweeps=1)
    >>> [row.n for row in found.ladder], abs(found.ladder[-1].free_energy - 4.615) < 0.3  # log(n + 1)
    ([1.0, 10.0, 100.0], True)
    """
    given = {
        "n": n, "semantics": semantics, "loss": loss, "chart": chart, "prior_concentration": prior_concentration,
        "particles": particles, "replicas": replicas, "seed": seed, "sweeps": sweeps, "bits": bits,
        "localisation": localisation,
    }  # fmt: skip
    limit, most = _clock.seconds_given(seconds), memory_of(memory)
    with _progress.shown_if(flag("progress", progress)), _clock.limited(limit), _memory.limited(most):
        asked = Asked.checked(problem, machine, local, given)
        with settled(asked):
            return _Climbing(asked, thread_count(threads), Store(asked, resume)).result()


class _Climbing:
    """All replicas at every number of sweeps that is tried."""

    def __init__(self, asked: Asked, threads: int, store: Store) -> None:
        self.asked, self.store, self.factors = asked, store, asked.factors
        self.losses, self.move, self.differences = moves_for(asked, self.factors, threads)

    def result(self) -> FreeEnergy:
        """Return what the last number of sweeps gives.

        Raises
        ------
        EstimateError
            If it is refused.
        """
        asked = self.asked
        before: FreeEnergy | None = None
        trusted = False  # whether that passed all checks: replicas that disagree hide how far F has moved
        sweeps = asked.sweeps or 1
        while True:
            try:
                replicas = self._climbed(sweeps)
            except ENDED as error:
                raise carrying(error, _farther(before, getattr(error, "partial", None))) from None
            ladder = ladder_of(asked, replicas)
            warnings = (ONE_REPLICA,) if len(replicas) == 1 else ()
            found = FreeEnergy(asked, ladder, sweeps, warnings, True, replicas=replicas)
            wrong = next(failures(asked, ladder, replicas, self.differences), None)
            still = before is not None and trusted and _still(before, found)
            if wrong is None and (asked.sweeps is not None or still):
                return found
            if asked.sweeps is not None or 2 * sweeps > MOST_SWEEPS:
                reason = wrong or f"F still moves with {sweeps} sweeps a rung; use more particles, or a smaller n"
                raise EstimateError(f"the estimate is refused: {reason}", _refused(found, reason))
            before, trusted, sweeps = found, wrong is None, 2 * sweeps

    def _climbed(self, sweeps: int) -> tuple[Replica, ...]:
        found: list[Replica] = []
        of = "" if self.asked.bits is None else f"weights of {count(self.asked.bits, 'bit')}, "
        with _progress.counted("rungs", what=f"{of}{self.asked.replicas} populations, sweeps: {sweeps}") as bar:
            for index in range(self.asked.replicas):
                rungs: list[Rung] = []
                try:
                    self._replica(sweeps, index, rungs, bar)
                except (*ENDED, EstimateError) as error:
                    replicas = (*found, Replica(self.asked.seed, index, tuple(rungs)))
                    ladder, reached = ladder_of(self.asked, replicas), reached_by(replicas)
                    partial = FreeEnergy(self.asked, ladder, sweeps, (), False, replicas=replicas, reached=reached)
                    if isinstance(error, EstimateError):
                        raise EstimateError(str(error), partial) from None
                    raise carrying(error, partial) from None
                found.append(Replica(self.asked.seed, index, tuple(rungs)))
        return tuple(found)

    def _replica(self, sweeps: int, index: int, rungs: list[Rung], bar: _progress.Bar) -> None:
        """Climb, or go on climbing, with one population; fill ``rungs``."""
        key = (self.asked.seed, index, sweeps)
        known = self.store.get(sweeps, index)
        if known is None:
            state = started(self.factors, self.losses, self.asked.particles, key)
        else:
            rungs.extend(known.rungs)
            state = known.state
        new = len(rungs)
        try:
            for rung, reached in climbed(self.factors, state, self.move, self.asked.n, sweeps, key):
                rungs.append(rung)
                state = reached
                bar.more()
                bar.note(f"replica {index + 1}: F({rung.n:.3g}) = {rung.free_energy:.3f}")
        finally:
            if len(rungs) > new:
                self.store.put(sweeps, index, Climb(tuple(rungs), state))


def _refused(found: FreeEnergy, reason: str) -> FreeEnergy:
    return FreeEnergy(
        found.asked, found.ladder, found.sweeps, (*found.warnings, reason), False, replicas=found.replicas
    )


def _farther(before: FreeEnergy | None, now: FreeEnergy | None) -> FreeEnergy | None:
    """Return what came farther in n: a ladder with fewer sweeps, or what was ended while sweeps were doubled."""
    if before is None or (now is not None and now.ladder and now.ladder[-1].n == before.ladder[-1].n):
        return now
    doubled = f"these are the populations with {before.sweeps} sweeps at each n; twice as many were not finished"
    return dataclasses.replace(before, warnings=(*before.warnings, doubled), complete=False)


def _still(before: FreeEnergy, now: FreeEnergy) -> bool:
    """Whether F has moved less than its scatter: at the last n, and half as far again at any other."""
    most = 0.0
    for old, new in zip(before.ladder, now.ladder, strict=True):
        scatter = math.hypot(scatter_of(before, old), scatter_of(now, new))
        most = abs(new.free_energy - old.free_energy) / scatter
        if most > 1.5 * STILL:
            return False
    return most <= STILL


def scatter_of(found: FreeEnergy, row: LadderRow) -> float:
    """Return the standard error of F, at least that of particles which forget all at every rung.

    That of few replicas may be small by chance. The mean weight of a step varies by (1/overlap − 1)/P.
    """
    rungs = [rung for replica in found.replicas for rung in replica.rungs if rung.n <= row.n]
    variance = sum(1 / rung.overlap - 1 for rung in rungs) / found.asked.particles / len(found.replicas) ** 2
    return max(row.free_energy_error or 0.0, math.sqrt(variance))
