"""Exact runs by the method asked for, or by the one that turns out to be fast."""

from __future__ import annotations

import dataclasses
import functools
import math
import os
from collections.abc import Iterable
from typing import Any

from noisytm import _clock
from noisytm._checks import flag, instance, memory_of, one_of, run_length, whole
from noisytm._digits import shortened
from noisytm._text import shown
from noisytm._timed import timed
from noisytm.discrete.configuration import (
    Configuration,
    RunInterrupted,
    RunResult,
    cell_type,
    closed_graph,
)
from noisytm.discrete.course import Course
from noisytm.discrete.cycles import late_cycle
from noisytm.discrete.direct import MAX_CELLS
from noisytm.discrete.powers import PowerSum, UndecidedError, is_whole
from noisytm.discrete.resuming import RunFile, beginning, uses_so_far
from noisytm.errors import BudgetError, MachineError
from noisytm.machine import TuringMachine

METHODS = ("auto", "direct", "block", "chain")
MAX_DIGITS = 1_000_000
CYCLE_STEPS = 1 << 20
COPIES = 4  # of the tape, while it grows or is handed out


@timed
def run(
    machine: TuringMachine,
    word: str | Iterable[str] = "",
    max_steps: int | PowerSum = 10**9,
    method: str = "auto",
    *,
    start: Configuration | None = None,
    visited: bool = False,
    counts: bool = False,
    max_cells: int = MAX_CELLS,
    cycles: int = CYCLE_STEPS,
    resume: RunResult | str | os.PathLike[str] | None = None,
    seconds: float | None = None,
    memory: int | None = None,
    prove_endless: bool = False,
) -> RunResult:
    """Run a machine until it stops, or for ``max_steps`` steps.

    A step into a halting state counts. At an undefined cell a machine stops at once; one with ``undefined:
    write-1`` makes one more step, which writes ``1``, moves right and keeps the state. All methods give the same
    configuration and counts.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    word : str or iterable of str
        The input; the head starts on its first symbol.
    max_steps : int or PowerSum
        Number of steps after which the run ends at the latest, counted from the very first one: 0 to 10^1000000, or a
        `noisytm.discrete.power` of any size. Numbers of more than 10^1000000 are then sums of powers in the result.
    method : {"auto", "direct", "block", "chain"}
        ``direct`` is the plain loop. ``block`` looks up what happens inside blocks of cells. ``chain`` crosses
        equal blocks in one move and proves rules for configurations that come again with other counts, which
        are then applied as often as they go at once. ``auto`` lets the library choose.
    start : Configuration, optional
        Take up a run from here instead of from ``word``. The result is that of the unbroken run, except that
        ``visited``, ``counts`` and the preperiod of a cycle cover only the steps made now.
    visited, counts : bool
        Whether to record which of the listed tuples were used, and how often. Either slows the loops.
    max_cells : int
        Largest number of cells to hold one by one, at 1 byte each (2 from 129 symbols on). A tape in run-length
        form may have more.
    cycles : int
        Number of steps within which a run that uses up ``max_steps`` is searched for a cycle; 0 switches the
        search off. Cycles with a preperiod and a period of at most a quarter of it are found. The result is
        still the one after ``max_steps`` steps, which then takes no time.
    resume : RunResult or path, optional
        Go on from a result of this machine. Or keep the result in this file, also from time to time while the run
        goes on; if the file is there, go on from it. The word is that of the earlier run, and need not be given. The
        result is that of the unbroken run, but for ``method``, and for where an endless rule is seen to begin.
    seconds : float, optional
        Wall-clock time to take at most.
    memory : int, optional
        Bytes to take at most for a tape that is held cell by cell; by default half of what is free.
    prove_endless : bool
        Whether to look further for a proof that the run never ends, once ``max_steps`` are used up, for up to some
        seconds. ``reason`` is then the kind of proof, and `noisytm.discrete.check_endless` checks it.

    Returns
    -------
    RunResult

    Raises
    ------
    MachineError
        If the word, the configuration or an option breaks a rule above, or if the result to go on from is one of
        another machine or word.
    FormatError
        If the file to go on from cannot be read or written, or is none.
    BudgetError
        If the tape needs more than ``max_cells`` cells, or more memory than it may take, or if the seconds run out, or
        if numbers of more than 10^1000000 cannot be told apart; ``partial`` holds the result so far.
    RunInterrupted
        On an interrupt from the keyboard; it is a KeyboardInterrupt, and its ``partial`` holds the result of a moment
        ago, from which the run can be taken up.

    Examples
    --------
    >>> from noisytm import library
    >>> champion = library.machine("bb4")
    >>> result = run(champion)
    >>> result.reason, result.steps, result.score
    ('halted', 107, 13)
    >>> half = run(champion, max_steps=50)
    >>> half.reason, run(champion, resume=half) == result
    ('budget', True)
    >>> from noisytm import parse
    >>> result = run(parse("1RB0LB_0LA---"), max_steps=10**100)
    >>> result.reason, result.cycle, result.head == -(10**100) // 2
    ('cycles', Cycle(preperiod=0, period=4, offset=-2), True)
    >>> run(parse("1RB1LA0LA_2LA0RA---"), max_steps=1000, prove_endless=True).reason
    'bouncer'
    """
    instance("machine", machine, TuringMachine)
    limit: int = _step_limit(max_steps)  # or a sum of powers, which does all that is done with it
    max_cells, cycles = run_length("max_cells", max_cells), run_length("cycles", cycles)
    visited, counts = flag("visited", visited), flag("counts", counts)
    prove_endless = flag("prove_endless", prove_endless)
    one_of("method", method, METHODS, MachineError)
    seconds, memory = _clock.seconds_given(seconds), memory_of(memory)
    file, earlier = _taken_up(resume, start)
    if start is None:
        begin, text = beginning(machine, word, earlier)
    else:
        _require_start(start, machine, word)
        begin, text = start, None
    here = begin if earlier is None else earlier.configuration
    _require_steps(here, limit)
    options: dict[str, Any] = {
        "word": text,
        "start_steps": None if text is not None else begin.steps,
        "max_steps": limit,
        "method": method,
        "max_cells": max_cells,
        "cycles": cycles,
    }
    if prove_endless:
        options["prove_endless"] = True
    course = Course(begin, limit, visited or counts, _most_cells(machine, max_cells, memory), cycles)
    if earlier is not None:
        course.take_up(here, uses_so_far(earlier, visited or counts, not counts), earlier.method)
    answer = _Answer(course, visited, counts, options)
    if file is None:
        return answer.found(method, seconds)
    file.begin(answer.so_far())
    course.when_kept = lambda: file.keep(answer.so_far)
    try:
        result = answer.found(method, seconds)
    except (RunInterrupted, BudgetError) as error:
        partial = error.partial
        file.keep(lambda: partial, now=True)
        raise
    file.keep(lambda: result, now=True)
    return result


class _Answer:
    """The result of a course as far as it has got, and the way to its end."""

    def __init__(self, course: Course, visited: bool, counts: bool, options: dict[str, Any]) -> None:
        self.course, self.visited, self.counts, self.options = course, visited, counts, options

    def found(self, method: str, seconds: float | None) -> RunResult:
        """Run to the end, and return the result; what ends it before takes the result so far along."""
        course = self.course
        try:
            with _clock.limited(seconds):
                course.run(method)
                if course.fits and not course.here.resting:
                    course.find_cycle()
                return self._ended()
        except KeyboardInterrupt:
            raise RunInterrupted(partial=self.so_far()) from None
        except (_clock.OutOfTime, UndecidedError) as error:
            error.partial = self.so_far()
            raise

    def _ended(self) -> RunResult:
        """Return the result at the end of the course, with a proof that it never ends, if one is known or found."""
        course, prove = self.course, "prove_endless" in self.options
        result = self._result(course.here, course.used, course.method)
        if result.reason == "budget" and result.endless is None:
            result = dataclasses.replace(result, endless=late_cycle(course.here))
        if not course.fits:
            raise BudgetError(
                f"after {shortened(course.here.steps)} steps the tape needs more than max_cells = {course.max_cells}"
                " cells, or more memory than it may take; raise max_cells or the memory, or lower max_steps",
                partial=result,
            )
        if prove and result.cycle is not None:
            return dataclasses.replace(result, reason=result.cycle.reason)
        if not prove or result.reason != "budget":
            return result
        from noisytm.discrete.endless import proof_of

        proof = proof_of(course.start, course.here, result.endless)
        return result if proof is None else dataclasses.replace(result, endless=proof, reason=proof.reason)

    def so_far(self) -> RunResult:
        """Return what was known a moment ago, without searching for anything."""
        return self._result(*self.course.kept)

    def _result(self, here: Configuration, uses: Iterable[int], method: str) -> RunResult:
        course, machine, found, used = self.course, self.course.machine, self.course.found, tuple(uses)
        repeats = found is not None and here.steps >= found.certain
        reason = here.resting or ("cycles" if repeats else "budget")
        return RunResult(
            reason=reason,
            configuration=here,
            method=method,
            visited=tuple(key for key, n in zip(machine.keys, used, strict=True) if n) if self.visited else None,
            counts=used if self.counts else None,
            cycle=found.cycle if found and repeats else None,
            endless=closed_graph(here) or course.endless if reason == "budget" else None,
            options=self.options,
        )


def _step_limit(asked: Any) -> Any:
    """Return the most steps to make."""
    if not isinstance(asked, PowerSum):
        more = "; for more give a noisytm.discrete.power"
        return whole("max_steps", asked, 0, _most_steps(asked), MachineError, top=f"10^{MAX_DIGITS}", also=more)
    if asked < 0 or not is_whole(asked):
        raise MachineError(f"max_steps is {shown(asked)}; it must be a positive integer")
    return asked


def _most_steps(asked: Any) -> int | None:
    """Return the most steps that may be asked for, unless so few are that it need not be worked out."""
    few = type(asked) is int and asked >= 0 and asked.bit_length() <= MAX_DIGITS * math.log2(10)
    return None if few else _power_of_ten()


@functools.cache
def _power_of_ten() -> int:
    power: int = 10**MAX_DIGITS  # takes a tenth of a second
    return power


def _taken_up(resume: Any, start: Any) -> tuple[RunFile | None, RunResult | None]:
    """Return the file and the result that a run goes on from."""
    if resume is None:
        return None, None
    if start is not None:
        raise MachineError("both resume and start are given; give one of them")
    if isinstance(resume, RunResult):
        return None, resume
    file = RunFile(resume)
    return file, file.load()


def _most_cells(machine: TuringMachine, max_cells: int, memory: int | None) -> int:
    """Return how many cells a tape may have that is held cell by cell."""
    return max_cells if memory is None else min(max_cells, memory // (COPIES * cell_type(machine).itemsize))


def _require_start(start: Any, machine: TuringMachine, word: Any) -> None:
    instance("start", start, Configuration).require(machine)
    if machine.word(word):
        raise MachineError(f"both word {shown(word)} and start are given; give one of them")


def _require_steps(here: Configuration, max_steps: int) -> None:
    if here.steps > max_steps:
        raise MachineError(
            f"the run is taken up after {shortened(here.steps)} steps and max_steps is {shortened(max_steps)};"
            " max_steps counts from the very first step and must not be less"
        )
