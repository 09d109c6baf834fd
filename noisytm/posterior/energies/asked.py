"""What is asked of tempered populations: the posterior, how far, and how many."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from noisytm import _memory
from noisytm._checks import count_of, positive_float, seed_of, whole
from noisytm._summary import Described, Summary, count, grouped
from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.geometry import Concentration, options_json
from noisytm.machine import Description
from noisytm.posterior.spaces import Factors, checked_bits, checked_localisation, checked_region, factors_of
from noisytm.problem import SynthesisProblem

LEAST_PARTICLES, MOST_SWEEPS, GREATEST_N = 16, 10_000, 1e300


@dataclass(frozen=True)
class Asked:
    """A posterior, and the populations that are to climb to it; see `free_energy` for the parameters."""

    problem: SynthesisProblem
    machine: Description | None
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
    localisation: float | None = None

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
        region = checked_region(problem, machine, local, given, "the posterior")
        n = positive_float("n", given["n"])
        if n > GREATEST_N:
            raise ProblemError(f"n is {shown(given['n'])}; give at most {GREATEST_N:g}")
        sweeps = given["sweeps"]
        asked = cls(
            problem,
            machine,
            n=n,
            **region._asdict(),
            particles=whole("particles", given["particles"], LEAST_PARTICLES),
            replicas=count_of("replicas", given["replicas"]),
            seed=seed_of(given["seed"]),
            sweeps=None if sweeps is None else whole("sweeps", sweeps, 1, MOST_SWEEPS),
            bits=checked_bits(given["bits"], region.chart, region.prior_concentration),
            localisation=checked_localisation(given.get("localisation"), region.chart, region.local),
        )
        rows, columns = problem.space.shape
        kept = 20 + 100 * 2  # codes at each power of ten, and losses and ancestors at each rung
        _memory.require(
            8 * asked.particles * asked.replicas * (rows * columns * 20 + kept),
            f"{asked.replicas} populations of {asked.particles} particles",
            "use fewer particles",
        )
        return asked

    @functools.cached_property
    def factors(self) -> Factors:
        """What the particles are made of."""
        near = self.machine if self.local else None
        return factors_of(self.problem.space, near, self.chart, self.prior_concentration, self.bits, self.localisation)

    def options(self) -> dict[str, Any]:
        """Return what decides the result, but for the problem, the machine and the seed, as JSON."""
        return {
            **options_json(self.semantics, self.loss, self.chart, self.prior_concentration),
            "local": self.local,
            "n": self.n,
            "particles": self.particles,
            "replicas": self.replicas,
            "sweeps": self.sweeps,
            "bits": self.bits,
            "localisation": self.localisation,
        }


@dataclass(frozen=True)
class Sampled(Described):
    """Which populations something was read from.

    Attributes
    ----------
    machine_key : str or None
        `TuringMachine.key` of the machine, if one was given.
    seed : int
        The seed.
    options : mapping
        What was asked of them, as in the record of a free energy.
    """

    machine_key: str | None
    seed: int
    options: Mapping[str, Any]

    @classmethod
    def of(cls, asked: Asked) -> Sampled:
        """Return those that were asked for."""
        return cls(None if asked.machine is None else asked.machine.key, asked.seed, asked.options())

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Sampled | None:
        """Return what a record says of them, if its options are theirs."""
        options = record["options"]
        return cls(record["machine_key"], record["seed"], options) if "particles" in options else None

    @property
    def in_words(self) -> str:
        """How many they are, and their seed."""
        many = f"{count(self.options['replicas'], 'population')} of {grouped(self.options['particles'])} particles"
        return f"{many}, seed {self.seed}"

    def _summary(self) -> Summary:
        return Summary(self.in_words, result=False)
