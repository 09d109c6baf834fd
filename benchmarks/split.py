"""Where the time of an exact learning coefficient goes: oracle, linear programs, the rest; and what is for m."""

from __future__ import annotations

import contextlib
import functools
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import highspy

from noisytm import SynthesisProblem, TuringMachine, learning_coefficient
from noisytm.degeneracy.oracle.syndrome_oracle import Oracle
from noisytm.degeneracy.program.cutting import CuttingPlanes

PARTS = ("oracle", "lp", "rest")


class Clock:
    """Adds up the time in wrapped functions; what one calls in turn counts for the inner one alone, except for m."""

    def __init__(self) -> None:
        self.spent = {"oracle": 0.0, "lp": 0.0, "multiplicity": 0.0}
        self._inner: list[float] = [0.0]

    def exclusive(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function whose own time belongs to one part."""

        @functools.wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:
            self._inner.append(0.0)
            begin = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                whole = time.perf_counter() - begin
                self.spent[part] += whole - self._inner.pop()
                self._inner[-1] += whole

        return timed

    def inclusive(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function all of whose time is counted once more."""

        @functools.wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:
            begin = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                self.spent[part] += time.perf_counter() - begin

        return timed


@contextlib.contextmanager
def clocked() -> Iterator[Clock]:
    """Count the time in every public method of the oracle, in HiGHS, and for the multiplicity."""
    clock = Clock()
    public = [k for k, v in vars(Oracle).items() if callable(v) and not k.startswith("_")]
    wrapped: list[tuple[Any, str, Callable[..., Any]]] = [
        *((Oracle, name, clock.exclusive("oracle", getattr(Oracle, name))) for name in public),
        (highspy.Highs, "run", clock.exclusive("lp", highspy.Highs.run)),
        (CuttingPlanes, "face_proof", clock.inclusive("multiplicity", CuttingPlanes.face_proof)),
    ]
    with contextlib.ExitStack() as stack:
        for owner, name, function in wrapped:
            if name in vars(owner):
                stack.callback(setattr, owner, name, getattr(owner, name))
            else:  # inherited
                stack.callback(delattr, owner, name)
            setattr(owner, name, function)
        yield clock


def timed_coefficient(
    problem: SynthesisProblem, machine: TuringMachine, semantics: str, rounds: int, warm: bool = True
) -> dict[str, Any]:
    """Return λ, m, and the medians of the seconds: in all, without m, and by parts."""
    runs = []
    if warm:
        learning_coefficient(problem, machine, semantics=semantics)
    for _ in range(rounds):
        with clocked() as clock:
            begin = time.perf_counter()
            result = learning_coefficient(problem, machine, semantics=semantics)
            whole = time.perf_counter() - begin
        spent = clock.spent
        runs.append(
            {"seconds": whole, "without_m": whole - spent["multiplicity"], "oracle": spent["oracle"], "lp": spent["lp"]}
            | {"rest": whole - spent["oracle"] - spent["lp"]}
        )
    return {
        "semantics": semantics,
        "dimension": problem.space.dimension,
        "steps": problem.steps,
        "inputs": len(problem.inputs),
        "learning_coefficient": str(result.value),
        "multiplicity": result.multiplicity,
        "iterations": result.iterations,
        **{key: statistics.median(run[key] for run in runs) for key in runs[0]},
    }
