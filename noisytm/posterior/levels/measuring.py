"""Volumes of level sets, by populations that are led down through them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm._checks import flag, instance, positive_float, seed_of, whole
from noisytm._timed import timed
from noisytm.degeneracy import description_length, learning_coefficient
from noisytm.errors import BudgetError, EstimateError, ProblemError
from noisytm.geometry import checked_chart, checked_concentration
from noisytm.losses import checked_loss
from noisytm.machine import TuringMachine
from noisytm.posterior.levels.ladder import Level, LevelMover, levels_down
from noisytm.posterior.levels.result import Volume, Volumes
from noisytm.posterior.populations import Factors, FastMoves, ReadableMoves, factors_of, losses_of
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Marginal, Semantics, checked_semantics

Array = NDArray[np.float64]

# Sweeps are doubled from the first number up to the last. Evaluations of one step on one input from which on
# compiling the moves pays. Replicas may scatter so many times more than independent draws would; and so many of the
# moves must be accepted.
FIRST_SWEEPS, MOST_SWEEPS = 4, 64
WORTH_COMPILING = 300_000_000
MOST_SCATTER, LEAST_ACCEPTANCE = 10.0, 0.01
SMALLEST = 1e-200
MOST_PARTICLES, MOST_REPLICAS, MOST_SWEEPS_GIVEN = 1_000_000, 1_000, 100_000


@timed
def volumes(
    problem: SynthesisProblem,
    machine: TuringMachine | None = None,
    *,
    local: bool = False,
    epsilon: float = 1e-9,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    particles: int = 1024,
    replicas: int = 4,
    sweeps: int | None = None,
    seed: int = 0,
) -> Volumes:
    """Estimate V(ε) = φ{K < ε}, the prior mass of the codes with a small loss, for ε = 1, ½, ¼, … down to a least.

    V(ε) ~ c·ε^λ·(log 1/ε)^(m−1), so that to go on from loss ε to ε/2 costs log₂ V(ε)/V(ε/2) bits, which tends to λ: the
    price of a refinement (Watanabe 2009, Theorem 7.1; Lau et al. 2023). A population is drawn from the prior and led
    down through the level sets; the posterior's free energy is of V alone, Z(n) = n ∫ exp(−nε) V(ε) dε.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine, optional
        A code that solves it; needed if ``local``.
    local : bool
        Only where every right entry of the machine is at least ½, with the same prior: λ is then the code's.
    epsilon : float
        The least ε, at most 1; the last level is the first power of ½ that is not larger.
    semantics, loss, chart : str
        As of `learning_coefficient`.
    prior_concentration : number or list
        Likewise.
    particles : int
        In each population, from 100 to 1,000,000.
    replicas : int
        Independent populations, from 2 to 1,000: all errors are over these.
    sweeps : int, optional
        Sweeps of moves after each step; by default they are doubled, from 4 to 64 at most, until the last log V moves
        by less than two of its standard errors.
    seed : int
        Of the generator; the same seed gives the same volumes.

    Returns
    -------
    Volumes

    Raises
    ------
    ProblemError
        If an argument is none of these.
    EstimateError
        If the volumes do not deserve trust: replicas that scatter far more than independent draws would, moves that are
        not accepted, sweeps that do not suffice. ``partial`` has them, for inspection.

    Examples
    --------
    >>> from noisytm import TuringMachine, volumes
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> problem = SynthesisProblem.of_machine(machine, [""], 1)  # K = −log(1 − u), u uniform: V = 1 − exp(−ε)
    >>> found = volumes(problem, epsilon=0.01, particles=400, replicas=3)
    >>> last = found.volumes[-1]
    >>> last.epsilon, abs(last.log_volume - math.log(1 - math.exp(-last.epsilon))) < 0.4
    (0.0078125, True)
    """
    instance("problem", problem, SynthesisProblem)
    step, near = checked_semantics(semantics), None
    local = flag("local", local, ProblemError)
    if local or machine is not None:
        if machine is None:
            raise ProblemError("local is True, and no machine is given; give the machine that it is to be near")
        problem.require_solved_by(instance("machine", machine, TuringMachine))
        near = machine if local else None
    least = positive_float("epsilon", epsilon)
    if not SMALLEST <= least <= 1:
        raise ProblemError(f"epsilon is {least:g}; it must be from {SMALLEST:g} to 1")
    options: dict[str, Any] = {
        "semantics": step.name,
        "loss": checked_loss(loss),
        "chart": checked_chart(chart),
        "prior_concentration": checked_concentration(prior_concentration),
        "local": local,
        "epsilon": least,
        "particles": whole("particles", particles, 100, MOST_PARTICLES),
        "replicas": whole("replicas", replicas, 2, MOST_REPLICAS),
    }
    step.require(problem, options["chart"])
    measuring = _Measuring(problem, near, options, seed_of(seed))
    if sweeps is not None:
        return measuring.checked(measuring.with_sweeps(whole("sweeps", sweeps, 1, MOST_SWEEPS_GIVEN)))
    return measuring.doubled()


class _Measuring:
    """What is asked, and the populations."""

    def __init__(
        self, problem: SynthesisProblem, machine: TuringMachine | None, options: dict[str, Any], seed: int
    ) -> None:
        self.problem, self.machine, self.options, self.seed = problem, machine, options, seed
        self.factors: Factors = factors_of(problem.space, machine, options["chart"], options["prior_concentration"])
        self.losses = losses_of(problem, self.factors, options["semantics"], options["loss"])
        self.wanted = [0.5**k for k in range(math.ceil(math.log2(1 / options["epsilon"])) + 1)]
        self.mover = self._mover()
        self.exact = self._exact()

    def _mover(self) -> LevelMover:
        options = self.options
        work = options["particles"] * options["replicas"] * len(self.factors.factors) * len(self.wanted)
        work *= 10 * FIRST_SWEEPS * len(self.problem.inputs) * self.problem.steps
        if work < WORTH_COMPILING or not isinstance(checked_semantics(options["semantics"]), Marginal):
            return ReadableMoves(self.factors, self.losses)
        return FastMoves(self.problem, self.factors, options["semantics"], options["loss"], 1, "auto")

    def _exact(self) -> tuple[Fraction | None, int | None, int | None]:
        """Return λ, m and the bits of the code."""
        if self.machine is None:
            return None, None, None
        bits = description_length(self.problem, self.machine, self.options["semantics"]).bits
        names = ("semantics", "loss", "chart", "prior_concentration")
        asked = {name: self.options[name] for name in names}
        try:
            found = learning_coefficient(self.problem, self.machine, **asked)
        except BudgetError:
            return None, None, bits
        return found.value, found.whole_multiplicity, bits

    def doubled(self) -> Volumes:
        """Return volumes with so many sweeps that more make no difference."""
        sweeps = FIRST_SWEEPS
        found = self.with_sweeps(sweeps)
        while True:
            before, sweeps = found.volumes[-1], 2 * sweeps
            found = self.with_sweeps(sweeps)
            last = found.volumes[-1]
            if abs(last.log_volume - before.log_volume) <= 2 * math.hypot(last.error, before.error):
                return self.checked(found)
            if sweeps >= MOST_SWEEPS:
                raise EstimateError(
                    f"log V at ε = {last.epsilon:.3g} was {before.log_volume:.5g} and is {last.log_volume:.5g}"
                    f" ± {last.error:.2g} with {sweeps} sweeps after each step, twice as many: use more particles",
                    found,
                )

    def with_sweeps(self, sweeps: int) -> Volumes:
        """Return volumes with so many sweeps after each step, unchecked but for `scatter`."""
        replicas = [self._replica(i, sweeps) for i in range(self.options["replicas"])]
        self.scatter = _scatter(replicas)
        value, multiplicity, bits = self.exact
        return Volumes(
            tuple(_volumes(replicas)),
            float(self.factors.log_volume),
            self.machine,
            self.options | {"sweeps": sweeps},
            self.seed,
            min(level.acceptance for levels in replicas for level in levels),
            self.problem.key,
            value,
            multiplicity,
            bits,
        )

    def _replica(self, index: int, sweeps: int) -> list[Level]:
        _clock.tick()
        key = (self.seed, index)
        logs = self.factors.draw(np.random.default_rng((*key, 0)), self.options["particles"])
        losses = self.losses(logs)
        return list(levels_down(self.factors, losses, logs, self.mover, self.wanted, sweeps, key))

    def checked(self, found: Volumes) -> Volumes:
        """Return volumes that deserve trust.

        Raises
        ------
        EstimateError
            If they do not.
        """
        if found.acceptance < LEAST_ACCEPTANCE:
            raise EstimateError(
                f"after some step {found.acceptance:.2%} of the moves were accepted, and {LEAST_ACCEPTANCE:.0%} are"
                " needed: the particles stand still",
                found,
            )
        if self.scatter > MOST_SCATTER:
            raise EstimateError(
                f"the replicas scatter {self.scatter:.3g} times as much as independent draws would; use more sweeps",
                found,
            )
        return found


def _scatter(replicas: list[list[Level]]) -> float:
    """Return how many times the standard deviation of independent draws the last log V of replicas scatters by."""
    last = [levels[-1] for levels in replicas]
    expected = math.sqrt(float(np.mean([level.variance for level in last])))
    spread = float(np.std([level.log_volume for level in last], ddof=1))
    return spread / expected if expected else 0.0


def _volumes(replicas: list[list[Level]]) -> list[Volume]:
    """Return the means of replicas with their standard errors."""
    logs = np.array([[level.log_volume for level in levels] for levels in replicas])
    bits = -np.diff(logs, axis=1) / math.log(2)
    root = math.sqrt(len(replicas))
    found = []
    for k, level in enumerate(replicas[0]):
        price = (None, None) if k == 0 else (float(bits[:, k - 1].mean()), float(bits[:, k - 1].std(ddof=1) / root))
        found.append(Volume(level.epsilon, float(logs[:, k].mean()), float(logs[:, k].std(ddof=1) / root), *price))
    return found
