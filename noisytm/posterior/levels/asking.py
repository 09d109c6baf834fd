"""Volumes of level sets, by populations that are led down through them: what is asked, checked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from noisytm import _clock, _memory, _progress
from noisytm._checks import flag, memory_of, positive_float, seed_of, whole
from noisytm._timed import timed
from noisytm.errors import ProblemError
from noisytm.geometry import concentration_json
from noisytm.machine import Description
from noisytm.posterior.levels.keeping import DescentStore
from noisytm.posterior.levels.measuring import _Measuring
from noisytm.posterior.levels.result import Volumes
from noisytm.posterior.spaces import checked_region
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics

SMALLEST = 1e-200
MOST_PARTICLES, MOST_REPLICAS, MOST_SWEEPS_GIVEN = 1_000_000, 1_000, 100_000


@timed
def volumes(
    problem: SynthesisProblem,
    machine: Description | None = None,
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
    search_seconds: Any = None,
    resume: str | os.PathLike[str] | None = None,
    seconds: Any = None,
    memory: int | None = None,
    progress: bool = False,
) -> Volumes:
    """Estimate V(ε) = φ{K < ε}, the prior mass of the codes with a small loss, for ε = 1, ½, ¼, … down to a least.

    V(ε) ~ c·ε^λ·(log 1/ε)^(m−1), so that to go on from loss ε to ε/2 costs log₂ V(ε)/V(ε/2) bits, which tends to λ: the
    price of a refinement (Watanabe 2009, Theorem 7.1; Lau et al. 2023). A population is drawn from the prior and led
    down through the level sets; the posterior's free energy is of V alone, Z(n) = n ∫ exp(−nε) V(ε) dε.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description, optional
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
    search_seconds : float, optional
        Most processor time to find the exact λ, which the bits tend to. Near a machine that is its own, by default
        computed if it takes half a minute at most; otherwise the least of all codes, by default not searched for.
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
    Volumes

    Raises
    ------
    ProblemError
        If an argument is none of these.
    BudgetError
        If time or memory run out; ``partial`` has the levels that were come to.
    FormatError
        If the file to resume from keeps something else.
    EstimateError
        If the volumes do not deserve trust: replicas that scatter far more than independent draws would, moves that are
        not accepted, sweeps that do not suffice. ``partial`` has them, for inspection.

    Examples
    --------
    >>> import math
    >>> from noisytm import TuringMachine, volumes
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> problem = SynthesisProblem.of_machine(machine, [""], 1)  # K = −log(1 − u), u uniform: V = 1 − exp(−ε)
    >>> found = volumes(problem, epsilon=0.01, particles=400, replicas=3)
    >>> last = found.volumes[-1]
    >>> last.epsilon, abs(last.log_volume - math.log(1 - math.exp(-last.epsilon))) < 0.4
    (0.0078125, True)
    """
    given = {
        "local": local, "epsilon": epsilon, "semantics": semantics, "loss": loss, "chart": chart,
        "prior_concentration": prior_concentration, "particles": particles, "replicas": replicas,
    }  # fmt: skip
    limit, most = _clock.seconds_given(seconds), memory_of(memory)
    search = None if search_seconds is None else positive_float("search_seconds", search_seconds)
    with _progress.shown_if(flag("progress", progress)), _clock.limited(limit), _memory.limited(most):
        options, number = _checked(problem, machine, given), seed_of(seed)
        if sweeps is not None:
            sweeps = whole("sweeps", sweeps, 1, MOST_SWEEPS_GIVEN)
        store = DescentStore(_head(problem, machine, options, number), resume)
        measuring = _Measuring(problem, machine, options, number, store, search)
        with measuring.settled():
            return measuring.doubled() if sweeps is None else measuring.checked(measuring.with_sweeps(sweeps))


def _checked(problem: Any, machine: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options, every argument checked."""
    region = checked_region(problem, machine, given["local"], given, "a volume")
    if machine is not None:
        problem.require_solved_by(machine)
    least = positive_float("epsilon", given["epsilon"])
    if not SMALLEST <= least <= 1:
        raise ProblemError(f"epsilon is {least:g}; it must be from {SMALLEST:g} to 1")
    options: dict[str, Any] = {
        **region._asdict(),
        "epsilon": least,
        "particles": whole("particles", given["particles"], 100, MOST_PARTICLES),
        "replicas": whole("replicas", given["replicas"], 2, MOST_REPLICAS),
    }
    checked_semantics(region.semantics).require(problem, region.chart)
    rows, columns = problem.space.shape
    count = options["particles"]
    _memory.require(8 * count * rows * columns * 20, f"a population of {count} particles", "use fewer particles")
    return options


def _head(
    problem: SynthesisProblem, machine: Description | None, options: Mapping[str, Any], seed: int
) -> dict[str, Any]:
    """Return what a file of populations must be of; more replicas, and a smaller ε, go on from it."""
    fixed = {name: value for name, value in options.items() if name not in ("replicas", "epsilon")}
    return {
        "problem_key": problem.key,
        "machine_key": machine.key if machine is not None and options["local"] else None,
        "seed": seed,
        **fixed,
        "prior_concentration": concentration_json(options["prior_concentration"]),
    }
