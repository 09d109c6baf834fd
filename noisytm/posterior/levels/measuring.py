"""Replicas of populations that are led down through level sets: as many sweeps as it takes, checked."""

from __future__ import annotations

import dataclasses
import math
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any

import numpy as np

from noisytm import _clock, _progress
from noisytm._partial import ENDED, carrying
from noisytm.degeneracy import description_length
from noisytm.errors import EstimateError
from noisytm.machine import Description
from noisytm.posterior.levels.keeping import DescentStore
from noisytm.posterior.levels.ladder import Level, LevelMover, Sunk, levels_down
from noisytm.posterior.levels.picture import Volume
from noisytm.posterior.levels.result import Volumes
from noisytm.posterior.partition import ExactCoefficient, exact_coefficient
from noisytm.posterior.populations import FastMoves, ReadableMoves, losses_of
from noisytm.posterior.spaces import Factors, factors_of
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.marginal import LEDGER
from noisytm.relaxation.semantics import Marginal, checked_semantics
from noisytm.show.curves import caption

# Sweeps are doubled from the first number up to the last. Steps on inputs of one sweep of a population from which on
# compiling the moves pays: replicas and ε are left out of it, because more of them, or a smaller one, go on from a file
# to the same bits.
FIRST_SWEEPS, MOST_SWEEPS = 4, 64
WORTH_COMPILING = 60_000
# Of moves that are not compiled losses are evaluated in NumPy where a sweep takes so many seconds at most: a population
# makes some hundreds of them, or thousands.
A_SWEEP_IN_ARRAYS = 2e-3
# Replicas may scatter so many times more than independent draws would; and so many of the moves must be accepted.
MOST_SCATTER, LEAST_ACCEPTANCE = 10.0, 0.01
# Near a machine its exact λ may take so many seconds.
SECONDS = 30.0
UNITS = ("semantics", "loss", "chart", "prior_concentration")


class _Measuring:
    """What is asked, and the populations."""

    def __init__(
        self,
        problem: SynthesisProblem,
        machine: Description | None,
        options: dict[str, Any],
        seed: int,
        store: DescentStore | None = None,
        search_seconds: float | None = None,
    ) -> None:
        self.problem, self.machine, self.options, self.seed = problem, machine, options, seed
        near = machine if options["local"] else None
        self.factors: Factors = factors_of(problem.space, near, options["chart"], options["prior_concentration"])
        self.losses = losses_of(problem, self.factors, options["semantics"], options["loss"])
        self.wanted = [0.5**k for k in range(math.ceil(math.log2(1 / options["epsilon"])) + 1)]
        self.mover = self._mover()
        self.store = DescentStore({}, None) if store is None else store
        self.exact: tuple[Fraction | None, int | None] = (None, None)
        self.warnings: tuple[str, ...] = ()
        if near is not None or search_seconds is not None:
            self._look_for_exact(near, SECONDS if search_seconds is None else search_seconds)

    def _mover(self) -> LevelMover:
        options = self.options
        work = options["particles"] * len(self.factors.factors) * len(self.problem.inputs) * self.problem.steps
        compiled = self.factors.compiled and isinstance(checked_semantics(options["semantics"]), Marginal)
        if work < WORTH_COMPILING or not compiled:
            return ReadableMoves(self.factors, self.losses)
        return FastMoves(self.problem, self.factors, options["semantics"], options["loss"], 1, "auto")

    def _look_for_exact(self, near: Description | None, seconds: float | None) -> None:
        found = exact_coefficient(self.problem, near, {name: self.options[name] for name in UNITS}, seconds)
        if isinstance(found, ExactCoefficient):
            self.exact = found.learning_coefficient, found.multiplicity
        else:
            self.warnings = (f"no exact λ: {found}",)

    def doubled(self) -> Volumes:
        """Return volumes with so many sweeps that more make no difference."""
        sweeps = FIRST_SWEEPS
        found = self.with_sweeps(sweeps)
        while True:
            before, sweeps = found, 2 * sweeps
            try:
                found = self.with_sweeps(sweeps)
            except ENDED as error:
                raise carrying(error, _farther(before, getattr(error, "partial", None))) from None
            old, last = before.volumes[-1], found.volumes[-1]
            assert old.error is not None and last.error is not None
            if abs(last.log_volume - old.log_volume) <= 2 * math.hypot(last.error, old.error):
                return self.checked(found)
            if sweeps >= MOST_SWEEPS:
                raise _refusal(
                    f"log V at ε = {last.epsilon:.3g} was {old.log_volume:.5g} and is {last.log_volume:.5g}"
                    f" ± {last.error:.2g} with {sweeps} sweeps after each step, twice as many: use more particles",
                    found,
                )

    def settled(self) -> AbstractContextManager[None]:
        """Have losses evaluated within the ``with`` block as the work of one sweep says, whatever is compiled."""
        return LEDGER.settled(len(self.factors.factors), A_SWEEP_IN_ARRAYS)

    def with_sweeps(self, sweeps: int) -> Volumes:
        """Return volumes with so many sweeps after each step, unchecked but for `scatter`.

        Raises
        ------
        BudgetError, EstimateError
            ``partial`` has the levels that some replica has come to.
        """
        replicas: list[list[Level]] = []
        what = f"{self.options['replicas']} populations, sweeps: {sweeps}"
        with _progress.counted("levels", len(self.wanted) * self.options["replicas"], what=what) as bar:
            for index in range(self.options["replicas"]):
                levels: list[Level] = []
                try:
                    self._sink(index, sweeps, levels, bar)
                except (*ENDED, EstimateError) as error:
                    partial = dataclasses.replace(self._volumes([*replicas, levels], sweeps), complete=False)
                    if isinstance(error, EstimateError):
                        raise EstimateError(str(error), partial) from None
                    raise carrying(error, partial) from None
                replicas.append(levels)
        self.scatter = _scatter(replicas)
        return self._volumes(replicas, sweeps)

    def _volumes(self, replicas: list[list[Level]], sweeps: int) -> Volumes:
        levels = [level for descent in replicas for level in descent]
        bits, near = None, self.options["local"]
        if self.machine is not None:
            bits = description_length(self.problem, self.machine, self.options["semantics"]).bits
        return Volumes(
            tuple(_each(replicas)),
            float(self.factors.log_volume),
            self.machine,
            self.options | {"sweeps": sweeps},
            self.seed,
            min((level.acceptance for level in levels), default=None),
            self.problem.key,
            *self.exact,
            bits,
            self.warnings,
            about=caption(self.problem, self.machine if near else None, near=near),
        )

    def _sink(self, index: int, sweeps: int, levels: list[Level], bar: _progress.Bar) -> None:
        """Go down, or go on, with one population; fill ``levels``."""
        _clock.tick()
        key, known = (self.seed, index), self.store.get(sweeps, index)
        if known is None:
            logs = self.factors.draw(np.random.default_rng((*key, 0)), self.options["particles"])
            state = Sunk(self.factors.log_volume, 0.0, 0, logs, self.losses(logs), {})
        else:
            levels.extend(known.levels[: len(self.wanted)])
            state = known.state
        bar.more(len(levels))
        begin = state.step
        try:
            for level, reached in levels_down(state, self.mover, self.wanted[len(levels) :], sweeps, key):
                state = reached
                if level is not None:
                    levels.append(level)
                    bar.more()
                    bar.note(f"replica {index + 1}: log V({level.epsilon:.3g}) = {level.log_volume:.3f}")
        finally:
            if state.step > begin:
                self.store.put(sweeps, index, levels, state)

    def checked(self, found: Volumes) -> Volumes:
        """Return volumes that deserve trust.

        Raises
        ------
        EstimateError
            If they do not.
        """
        assert found.acceptance is not None
        if found.acceptance < LEAST_ACCEPTANCE:
            raise _refusal(
                f"after some step {found.acceptance:.2%} of the moves were accepted, and {LEAST_ACCEPTANCE:.0%} are"
                " needed: the particles stand still",
                found,
            )
        if self.scatter > MOST_SCATTER:
            raise _refusal(
                f"the replicas scatter {self.scatter:.3g} times as much as independent draws would; use more sweeps",
                found,
            )
        return found


def _refusal(reason: str, found: Volumes) -> EstimateError:
    refused = dataclasses.replace(found, warnings=(*found.warnings, reason), complete=False)
    return EstimateError(f"the volumes are refused: {reason}", refused)


def _farther(before: Volumes, now: Volumes | None) -> Volumes:
    """Return what came farther down: volumes with fewer sweeps, or what was ended while sweeps were doubled."""
    if now is not None and len(now.volumes) == len(before.volumes):
        return now
    doubled = (
        f"these are the populations with {before.options['sweeps']} sweeps after each step; twice as many were not"
    )
    return dataclasses.replace(before, warnings=(*before.warnings, f"{doubled} finished"), complete=False)


def _scatter(replicas: list[list[Level]]) -> float:
    """Return how many times the standard deviation of independent draws the last log V of replicas scatters by."""
    last = [levels[-1] for levels in replicas]
    expected = math.sqrt(float(np.mean([level.variance for level in last])))
    spread = float(np.std([level.log_volume for level in last], ddof=1))
    return spread / expected if expected else 0.0


def _each(replicas: list[list[Level]]) -> list[Volume]:
    """Return the means, with their standard errors, of the replicas that have come to each level."""
    found = []
    for k in range(max(map(len, replicas), default=0)):
        there = [levels for levels in replicas if len(levels) > k]
        value, error = _mean([levels[k].log_volume for levels in there])
        price: tuple[float | None, float | None] = (None, None)
        if k:
            price = _mean([(levels[k - 1].log_volume - levels[k].log_volume) / math.log(2) for levels in there])
        found.append(Volume(there[0][k].epsilon, value, error, *price))
    return found


def _mean(values: list[float]) -> tuple[float, float | None]:
    error = float(np.std(values, ddof=1) / math.sqrt(len(values))) if len(values) > 1 else None
    return float(np.mean(values)), error
