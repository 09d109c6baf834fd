"""When compiled kernels are worth it: the rule by which work is done in NumPy first, and by compiled code later.

Compiled kernels are a hundred times quicker, but have to be loaded, or compiled, first. So work is done in NumPy
(`relaxation/marginal/arrays`) until it has taken, in this process, about as long as that takes; then, or at once where
a single call would go beyond, the kernels take over. So the whole never takes more than about twice what it would
have taken with the better choice, however much work follows. Times are estimated from shapes, not taken by the clock:
the same calls in the same order are always done in the same way on a machine that has compiled the same before. Where
the bits of a result must not depend on that either, the work is settled beforehand (`settled`). docs/kernels.md has the
measurements.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from contextvars import ContextVar
from typing import NamedTuple

from noisytm._cache_folder import code_folder
from noisytm.relaxation.marginal.tracer import Trace

# CPU seconds to import numba and load the kernels of an algebra from disk, and to compile them.
LOADING, COMPILING = 0.8, 10.0
# The same for the modules of kernels that sum over runs, or look for cheap ones.
COMPILING_RUNS = {"annealed_kernels": 2.5, "lazy_tables": 2.5}
# And for those that make tables of lists.
COMPILING_LISTS = {"lists": 1.5}


class Times(NamedTuple):
    """CPU seconds of a relaxed step in NumPy: so much, so much more for each, and for each in each run.

    Attributes
    ----------
    step, instruction : float
        For a step of all runs together, and for each of its instructions.
    entry, instruction_of_run, tape : float
        For each run: an entry of the code, an instruction, a value of a tape.
    """

    step: float
    instruction: float
    entry: float
    instruction_of_run: float
    tape: float


FORWARDS = Times(45e-6, 1.1e-6, 0.9e-9, 6e-9, 1e-9)
BOTH_WAYS = Times(110e-6, 2.6e-6, 6e-9, 28e-9, 10e-9)


def seconds_in_arrays(trace: Trace, steps: int, longest: int, runs: int, both_ways: bool) -> float:
    """Return about how long some runs take in NumPy.

    Parameters
    ----------
    trace : Trace
        The head.
    steps, longest : int
        Number of steps, and length of the longest input.
    runs : int
        How many runs are made at once.
    both_ways : bool
        Whether cotangents are pulled back.
    """
    times, at, instructions = BOTH_WAYS if both_ways else FORWARDS, trace.layout, trace.work
    alone = times.step + times.instruction * instructions
    tapes = 3 * at.symbols * (longest + steps / 2)
    values = times.entry * at.tuples * at.columns + times.instruction_of_run * instructions + times.tape * tapes
    return steps * (alone + runs * values)


class _Settled(NamedTuple):
    """How often the same call is made, and how many seconds all of them together may take in NumPy."""

    calls: float
    most: float


_settled: ContextVar[_Settled | None] = ContextVar("_settled", default=None)


class _Ledger:
    """What has been done in NumPy so far in this process, for each algebra, in seconds; and which are compiled."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}
        self._compiled: set[str] = set()
        self._kept: dict[str, bool] = {}
        self._forced = False

    def compiled(self, kernels: str) -> None:
        """Note that kernels are at hand."""
        self._compiled.add(kernels)

    @contextlib.contextmanager
    def compiled_only(self) -> Iterator[None]:
        """Have everything done by compiled kernels within the ``with`` block, as where these are to be compiled."""
        before, self._forced = self._forced, True
        try:
            yield
        finally:
            self._forced = before

    @contextlib.contextmanager
    def settled(self, calls: float, most: float) -> Iterator[None]:
        """Have all work in the ``with`` block done as its own size says, whatever was done or compiled before.

        Each call is taken for one of ``calls`` like it, and made in NumPy if all these take ``most`` seconds at most.
        The two ways differ in the last digits: so what is random has the same bits whenever it is asked for.
        """
        token = _settled.set(_Settled(calls, most))
        try:
            yield
        finally:
            _settled.reset(token)

    def spend(self, kernels: str, seconds: float) -> None:
        """Count work as done."""
        self._spent[kernels] = self._spent.get(kernels, 0.0) + seconds

    def arrays_do(self, kernels: str, seconds: float) -> bool:
        """Return whether work is better done without compiled code, where it takes so long; if so, it counts as done.

        Parameters
        ----------
        kernels : str
            What would do it: an algebra of the marginal step, or a module of `relaxation.pathwise`.
        seconds : float
            What the work would take, as estimated; 0 where it is counted afterwards, by `spend`.
        """
        if _cannot_compile():
            return True
        if (settled := _settled.get()) is not None:
            return not self._forced and seconds * settled.calls <= settled.most
        spent = self._spent.get(kernels, 0.0) + seconds
        if self._forced or kernels in self._compiled or spent > self._price(kernels, spent):
            return False
        self._spent[kernels] = spent
        return True

    def _price(self, kernels: str, spent: float) -> float:
        """Return what it takes to get kernels: to load them, or, as far as is known, to compile them."""
        if spent > LOADING and kernels not in self._kept:
            self._kept[kernels] = _is_kept(kernels)
        return LOADING if self._kept.get(kernels) else (COMPILING_RUNS | COMPILING_LISTS).get(kernels, COMPILING)


def _cannot_compile() -> bool:
    """Return whether numba has been told not to compile: in plain Python the kernels are slower than NumPy."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")


def _is_kept(kernels: str) -> bool:
    """Return whether kernels have been compiled on this machine before, as far as names of files tell."""
    home = rf"relaxation\.pathwise\.{kernels}" if kernels in COMPILING_RUNS else rf"noisytm_{kernels}_[0-9a-f]+"
    entry = re.compile(rf"{home}\..*\.nbc")
    try:
        return any(entry.fullmatch(name) for name in os.listdir(code_folder()))
    except OSError:  # there is no such folder
        return False


LEDGER = _Ledger()
