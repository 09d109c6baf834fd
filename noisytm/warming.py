"""Everything compiled once, so that nobody waits for it later: for images of containers, and nodes of a cluster.

What is written out for one shape is compiled where such a shape is met; all other kernels are compiled here, by small
pieces of work that need them.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from noisytm._cache_folder import code_folder
from noisytm._checks import count_of
from noisytm._compiling import LOG
from noisytm._progress import counted
from noisytm.errors import BudgetError

LANES, MANY = 8, 16


@dataclass(frozen=True)
class Job:
    """A piece of work that has something compiled."""

    name: str
    call: Callable[..., Any]
    arguments: tuple[Any, ...] = ()

    def carry_out(self) -> float:
        """Do it by compiled code; return the seconds in which something was compiled."""
        before = LOG.seconds()
        with _compiled_only():
            self.call(*self.arguments)
        return LOG.seconds() - before


@dataclass(frozen=True)
class WarmUp:
    """What `warm_up` did.

    Attributes
    ----------
    compile_seconds : float
        Time in which something was compiled, in all processes together; 0 if everything was there.
    seconds : float
        Wall-clock time it took.
    folder : Path
        Where compiled code is kept.
    kept : bool
        Whether it could be kept there.
    """

    compile_seconds: float
    seconds: float
    folder: Path
    kept: bool

    def __str__(self) -> str:
        if not self.compile_seconds:
            return f"everything is compiled already, in {self.folder}"
        where = f"it is kept in {self.folder}" if self.kept else f"it could NOT be kept in {self.folder}"
        return f"compiled for {self.compile_seconds:.0f} s, in {self.seconds:.0f} s; {where}"


def warm_up(*, workers: int = 1) -> WarmUp:
    """Compile all kernels that do not depend on a shape, and keep them; what is there is not compiled again.

    Parameters
    ----------
    workers : int
        Number of processes, at least 1.

    Raises
    ------
    ProblemError
        If ``workers`` is no such number.
    """
    workers, began, compiled = min(count_of("workers", workers), len(JOBS)), time.perf_counter(), 0.0
    with counted("parts", len(JOBS), what="compiling") as bar:
        for seconds in _carried_out(workers):
            compiled += seconds
            bar.more()
    folder = code_folder()
    kept = not compiled or (folder.is_dir() and any(folder.glob("*.nbc")))
    return WarmUp(compiled, time.perf_counter() - began, folder, kept)


def _carried_out(workers: int) -> Iterator[float]:
    if workers == 1:
        yield from (job.carry_out() for job in JOBS)
        return
    with get_context("spawn").Pool(workers, initializer=_leave_signals_to_the_parent) as pool:
        yield from pool.imap_unordered(_numbered, range(len(JOBS)))
        pool.close()
        pool.join()


def _numbered(number: int) -> float:
    return JOBS[number].carry_out()


def _leave_signals_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextlib.contextmanager
def _compiled_only() -> Iterator[None]:
    """Have no work in the block done without compiled code because it is small."""
    from noisytm.discrete.direct import ALLOWANCE
    from noisytm.relaxation.marginal import LEDGER

    before, ALLOWANCE.left = ALLOWANCE.left, 0
    try:
        with LEDGER.compiled_only():
            yield
    finally:
        ALLOWANCE.left = before


def _problem(longest: int, keys: str = "exact") -> tuple[Any, Any]:
    from noisytm.library import machine
    from noisytm.machine import words
    from noisytm.problem import SynthesisProblem

    detect = machine("detectA")
    return SynthesisProblem.of_machine(detect, words("AB", longest), 3, keys=keys), detect


def relaxed_step(semantics: str, codes: int, longest: int, lanes: int) -> None:
    """Evaluate a batch of codes; sizes and lanes choose among the kernels."""
    from noisytm.relaxation import loss_and_gradient, simulate, wrong_probability

    problem, _ = _problem(longest)
    sample = problem.space.sample(codes)
    for evaluate in (loss_and_gradient, wrong_probability):
        evaluate(problem, sample, semantics=semantics, lanes=lanes, kernel="interpreted")
    if lanes == 1:
        simulate(problem.space, sample[0], "A", 3, semantics=semantics)


def lists_as_tables() -> None:
    """Evaluate lists whose keys err, where scans of them are averaged."""
    from noisytm.relaxation import loss_and_gradient

    problem, _ = _problem(1, keys="noisy")
    loss_and_gradient(problem, problem.space.sample(1), semantics="mean-field", lanes=1, kernel="interpreted")


def losses_in_compiled_code(batch: int) -> None:
    """Evaluate the loss as a sampler does."""
    import numpy as np

    from noisytm import relaxation

    problem, _ = _problem(1)
    compiled, codes = relaxation.compiled_loss(problem, batch=batch), problem.space.sample(batch)
    if batch == 1:
        relaxation.loss_at(compiled, codes[0])
        relaxation.loss_and_gradient_at(compiled, codes[0], np.empty_like(codes[0]))
    else:
        relaxation.losses_at(compiled, codes, np.empty(batch))
        relaxation.losses_and_gradients_at(compiled, codes, np.empty(batch), np.empty_like(codes))
        relaxation.losses_below(compiled, codes, np.zeros(batch), np.empty(batch))


def coefficients(semantics: str) -> None:
    """Find coefficients: the oracles, on few inputs and on many; and the losses of codes by whole runs."""
    from noisytm.degeneracy import learning_coefficient
    from noisytm.relaxation import loss_and_gradient, wrong_probability

    for longest in (1, 3):
        problem, machine = _problem(longest)
        learning_coefficient(problem, machine, semantics=semantics).certificate.verify()
        for evaluate in (loss_and_gradient, wrong_probability):
            evaluate(problem, problem.space.sample(2), semantics=semantics)


def large_costs() -> None:
    """Ask for costs that are beyond what a floating-point lane holds."""
    from noisytm.degeneracy.oracle import Oracle

    problem, machine = _problem(1)
    oracle = Oracle(problem, machine, "mean-field")
    oracle.least([1 << 57] * oracle.dimension)


def sampled_runs(semantics: str) -> None:
    """Sample runs of noisy codes."""
    from noisytm.relaxation import sampled_wrong_probability

    problem, _ = _problem(1)
    sampled_wrong_probability(problem, problem.space.sample(2), semantics=semantics, samples=100, seed=1)


def discrete_runs() -> None:
    """Run machines by every method, with and without counts, into a cycle, and as a diagram."""
    from noisytm.discrete import METHODS, run
    from noisytm.formats import parse
    from noisytm.library import machine
    from noisytm.show import space_time

    for method in METHODS:
        for counts in (False, True):
            run(machine("bb4"), method=method, visited=counts, counts=counts)
    for method in ("auto", "direct", "block"):
        run(parse("1RB0LB_0LA---"), max_steps=10_000, method=method)
    run(machine("bb5"), max_steps=100_000)
    space_time(machine("bb4"), rows=5, columns=5, view="whole").text()


def enumerations() -> None:
    """Go through all machines of two small sizes, with every recogniser."""
    from noisytm.enumeration import enumerate_machines
    from noisytm.enumeration.outputs import output_distribution
    from noisytm.enumeration.recognisers import RECOGNISERS

    for states, symbols in ((3, 2), (2, 3)):
        enumerate_machines(states, symbols)
    for name in RECOGNISERS:
        enumerate_machines(2, 2, max_steps=8, early_steps=4, recognisers=[name])
    output_distribution(2, 2)


def searches() -> None:
    """Count and list all codes that solve a problem."""
    from noisytm.search import solutions

    problem, _ = _problem(1)
    next(solutions(problem, progress=False).each_cube())


def _few_codes() -> Any:
    from noisytm.problem import SynthesisProblem

    return SynthesisProblem.of_space({"symbols": "_", "states": "ab"}, [""], 2, targets={"": "b"})


def least_coefficients() -> None:
    """Search for the least λ over all codes."""
    from noisytm.search import global_learning_coefficient

    global_learning_coefficient(_few_codes(), progress=False)


def atlases() -> None:
    """Find λ of every code that solves a problem."""
    from noisytm.problem import SynthesisProblem
    from noisytm.search import atlas

    space = {"symbols": "_1", "states": "ab"}
    problem = SynthesisProblem.of_space(space, ["", "1"], 2, targets={"": "b", "1": "a"})
    found = atlas(problem, progress=False)
    assert found.codes > 500  # fewer are not worth compiled code


def populations() -> None:
    """Lead a few particles to the posterior."""
    from noisytm.posterior import free_energy

    problem, _ = _problem(1)
    free_energy(problem, n=1, particles=16, replicas=1, sweeps=1)


def universal_machines() -> None:
    """Run a machine on every universal one."""
    from noisytm.library import machine
    from noisytm.universal import hosts

    detect = machine("detectA")
    for host in hosts().values():
        with contextlib.suppress(BudgetError):  # what has been compiled by then is all there is
            host.simulate(detect, detect.word("A"), 1, 10**5 if host.counts_steps else None, trace=False)


# Longest first, so that the last process does not run alone.
JOBS: tuple[Job, ...] = (
    Job("atlases", atlases),
    Job("searches for the least λ", least_coefficients),
    Job("the relaxed step", relaxed_step, ("pseudo-utm", 1, 1, 1)),
    Job("the relaxed step, many inputs at once", relaxed_step, ("pseudo-utm", 1, 4, LANES)),
    Job("the relaxed step, many codes at once", relaxed_step, ("pseudo-utm", MANY, 1, LANES)),
    Job("least costs of the relaxed step", coefficients, ("pseudo-utm",)),
    Job("large costs of the relaxed step", large_costs),
    Job("annealed runs", coefficients, ("annealed",)),
    Job("quenched runs", coefficients, ("quenched",)),
    Job("sampled annealed runs", sampled_runs, ("annealed",)),
    Job("sampled quenched runs", sampled_runs, ("quenched",)),
    Job("populations in the posterior", populations),
    Job("enumerations", enumerations),
    Job("discrete runs", discrete_runs),
    Job("searches of all codes", searches),
    Job("universal machines", universal_machines),
    Job("lists as tables", lists_as_tables),
    Job("losses for samplers", losses_in_compiled_code, (1,)),
    Job("losses for samplers, several at once", losses_in_compiled_code, (2,)),
)
