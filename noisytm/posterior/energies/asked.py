"""What is asked of tempered populations: the posterior, how far, and how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from noisytm import _memory
from noisytm._checks import count_of, flag, instance, positive_float, seed_of, whole
from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.geometry import (
    CHARTS,
    Concentration,
    Face,
    chart_at,
    checked_chart,
    checked_concentration,
    concentration_json,
    weights,
)
from noisytm.losses import checked_loss
from noisytm.machine import TuringMachine
from noisytm.posterior.spaces import Factors, checked_bits, factors_of
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import checked_semantics

LEAST_PARTICLES, MOST_SWEEPS, GREATEST_N = 16, 10_000, 1e300


@dataclass(frozen=True)
class Asked:
    """A posterior, and the populations that are to climb to it; see `free_energy` for the parameters."""

    problem: SynthesisProblem
    machine: TuringMachine | None
    local: bool
    n: float
    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration
    particles: int
    replicas: int
    seed: int
    sweeps: int | None
    bits: int | None = None

    @classmethod
    def checked(cls, problem: Any, machine: Any, local: Any, given: dict[str, Any]) -> Asked:
        """Return it, every argument checked.

        Raises
        ------
        ProblemError, MachineError
            If an argument is not what it must be.
        BudgetError
            If the populations need more memory than there is.
        """
        instance("problem", problem, SynthesisProblem)
        problem.require_exact_keys("the posterior")
        if machine is not None:
            problem.space.require(instance("machine", machine, TuringMachine))
        if flag("local", local, ProblemError) and machine is None:
            raise ProblemError("local is true, but no machine is given; the region is that near a machine: give one")
        chart, concentration = checked_chart(given["chart"]), checked_concentration(given["prior_concentration"])
        CHARTS.named(chart).require_sampling()
        vertex = machine or Face.of_code(problem.space, problem.space.sample(1)).machine
        weights(concentration, chart_at(chart, problem.space, vertex))
        n = positive_float("n", given["n"])
        if n > GREATEST_N:
            raise ProblemError(f"n is {shown(given['n'])}; give at most {GREATEST_N:g}")
        sweeps = given["sweeps"]
        asked = cls(
            problem, machine, bool(local), n, checked_semantics(given["semantics"]).name, checked_loss(given["loss"]),
            chart,
            concentration, whole("particles", given["particles"], LEAST_PARTICLES), count_of("replicas",
            given["replicas"]), seed_of(given["seed"]),
            None if sweeps is None else whole("sweeps", sweeps, 1, MOST_SWEEPS),
            checked_bits(given["bits"], chart, concentration),
        )  # fmt: skip
        rows, columns = problem.space.shape
        kept = 20 + 100 * 2  # codes at each power of ten, and losses and ancestors at each rung
        _memory.require(
            8 * asked.particles * asked.replicas * (rows * columns * 20 + kept),
            f"{asked.replicas} populations of {asked.particles} particles",
            "use fewer particles",
        )
        return asked

    @property
    def factors(self) -> Factors:
        """What the particles are made of."""
        near = self.machine if self.local else None
        return factors_of(self.problem.space, near, self.chart, self.prior_concentration, self.bits)

    def options(self) -> dict[str, Any]:
        """Return what decides the result, but for the problem, the machine and the seed, as JSON."""
        return {
            "semantics": self.semantics,
            "loss": self.loss,
            "chart": self.chart,
            "prior_concentration": concentration_json(self.prior_concentration),
            "local": self.local,
            "n": self.n,
            "particles": self.particles,
            "replicas": self.replicas,
            "sweeps": self.sweeps,
            "bits": self.bits,
        }
