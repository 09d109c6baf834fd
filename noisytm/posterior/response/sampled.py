"""Susceptibilities of a problem, with the populations that they are read from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from noisytm import _clock, _memory, _progress
from noisytm._checks import flag, memory_of, one_of, whole
from noisytm._partial import ENDED, carrying
from noisytm._timed import timed
from noisytm.errors import EstimateError, NoisytmError, ProblemError
from noisytm.machine import Description
from noisytm.posterior.energies import FreeEnergy, Sampled, free_energy
from noisytm.posterior.response.responding import COMPONENTS, susceptibilities
from noisytm.posterior.response.result import Susceptibilities
from noisytm.problem import SynthesisProblem

# Errors are over replicas. What was found before the time ran out may take so many seconds to be read.
LEAST_REPLICAS, MOST_REPLICAS, SECONDS_TO_READ = 2, 1000, 10.0


@timed
def sampled_susceptibilities(
    problem: SynthesisProblem,
    machine: Description | None = None,
    local: bool = False,
    *,
    components: str = "tuples",
    replicas: int = 4,
    seconds: Any = None,
    memory: int | None = None,
    progress: bool = False,
    **options: Any,
) -> Susceptibilities:
    """Lead populations to the last n, and say how the posterior there answers to the weight of each input.

    Parameters
    ----------
    problem, machine, local
        As of `free_energy`. With ``local`` the components of the machine are looked at.
    components : {"tuples", "distributions"}
        What these are.
    replicas : int
        Number of independent populations, from 2 to 1,000: errors are over these.
    seconds, memory, progress
        As of `free_energy`, for all together.
    **options
        Others of `free_energy`.

    Returns
    -------
    Susceptibilities

    Raises
    ------
    ProblemError, MachineError
        If an argument cannot be.
    BudgetError
        If time or memory run out; ``partial`` is of the last n that two replicas have reached, or, where there is none,
        the `FreeEnergy` so far. Likewise on an interrupt.
    EstimateError
        If the populations do not deserve trust; likewise.

    Examples
    --------
    >>> from noisytm import TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> found = sampled_susceptibilities(problem, n=10, particles=100, replicas=2, sweeps=1)
    >>> found.n, found.observables, found.values.tolist()
    (10.0, ('nK',), [[0.0]])
    """
    one_of("components", components, COMPONENTS, ProblemError)
    whole("replicas", replicas, LEAST_REPLICAS, MOST_REPLICAS)
    limit, most = _clock.seconds_given(seconds), memory_of(memory)
    with _progress.shown_if(flag("progress", progress)), _clock.limited(limit), _memory.limited(most):
        found: FreeEnergy | None = None
        try:
            found = free_energy(problem, machine, local, replicas=replicas, **options)
            return _answers(found, components)
        except EstimateError as error:
            if found is not None:
                raise
            raise EstimateError(str(error), _so_far(error.partial, components)) from None
        except ENDED as error:
            partial = getattr(error, "partial", None) if found is None else replace(found, complete=False)
            raise carrying(error, _so_far(partial, components)) from None


def _answers(found: FreeEnergy, components: str) -> Susceptibilities:
    """Return the susceptibilities at the last n that two replicas have reached."""
    asked, samples = found.asked, found.samples()
    n = max(n for n, codes in samples.items() if len(codes) >= LEAST_REPLICAS)
    near = asked.machine if asked.local else None
    known = susceptibilities(
        asked.problem, samples[n], n, machine=near, components=components, semantics=asked.semantics, loss=asked.loss
    )
    return replace(known, complete=found.complete, warnings=found.warnings, sampled=Sampled.of(asked))


def _so_far(found: Any, components: str) -> Susceptibilities | FreeEnergy | None:
    """Return what is known of populations that were ended or refused."""
    if not isinstance(found, FreeEnergy):
        return None
    try:
        with _clock.at_least(SECONDS_TO_READ):
            return replace(_answers(found, components), complete=False)
    except (*ENDED, NoisytmError, ValueError):  # no n that two replicas have reached
        return found
