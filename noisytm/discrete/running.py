"""Exact runs by the method asked for, or by the one that turns out to be fast."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from noisytm._checks import flag, instance, one_of, run_length, whole
from noisytm._digits import shortened
from noisytm._text import shown
from noisytm._timed import timed
from noisytm.discrete import block, chain, direct
from noisytm.discrete.chain import ChainRun
from noisytm.discrete.configuration import (
    Configuration,
    Endless,
    RunInterrupted,
    RunLengthConfiguration,
    RunResult,
    closed_graph,
    listed_counts,
    packed_table,
)
from noisytm.discrete.cycles import FoundCycle, find_cycle, late_cycle, repeated
from noisytm.discrete.direct import MAX_CELLS, Progress
from noisytm.errors import BudgetError, MachineError
from noisytm.machine import TuringMachine

METHODS = ("auto", "direct", "block", "chain")
MAX_DIGITS = 100_000
MOST_STEPS = 10**MAX_DIGITS
CYCLE_STEPS = 1 << 20
FIRST_STEPS = 1 << 26
MOST_MOVES = 1 << 16
BLOCK_STEPS = 1 << 30
STRIDE = 1 << 28
SECONDS_KEPT = 1.0
MOST_COUNTED = 1 << 62
WORTHWHILE = 1 << 13  # steps per move from which chains are faster than blocks


@timed
def run(
    machine: TuringMachine,
    word: str | Iterable[str] = "",
    max_steps: int = 10**9,
    method: str = "auto",
    *,
    start: Configuration | None = None,
    visited: bool = False,
    counts: bool = False,
    max_cells: int = MAX_CELLS,
    cycles: int = CYCLE_STEPS,
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
    max_steps : int
        Number of steps after which the run ends at the latest, 0 to 10^100000, counted from the very first one.
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

    Returns
    -------
    RunResult

    Raises
    ------
    MachineError
        If the word, the configuration or an option breaks a rule above.
    BudgetError
        If the tape needs more than ``max_cells`` cells, or more memory than there is; ``partial`` holds the
        result so far.
    RunInterrupted
        On an interrupt from the keyboard; it is a KeyboardInterrupt, and its ``partial`` holds the result of a moment
        ago, from whose configuration the run can be taken up.

    Examples
    --------
    >>> from noisytm import library
    >>> champion = library.machine("bb4")
    >>> result = run(champion)
    >>> result.reason, result.steps, result.score
    ('halted', 107, 13)
    >>> half = run(champion, max_steps=50)
    >>> half.reason, run(champion, start=half.configuration) == result
    ('budget', True)
    >>> from noisytm import parse
    >>> result = run(parse("1RB0LB_0LA---"), max_steps=10**100)
    >>> result.reason, result.cycle, result.head == -(10**100) // 2
    ('cycles', Cycle(preperiod=0, period=4, offset=-2), True)
    """
    instance("machine", machine, TuringMachine)
    max_steps = whole("max_steps", max_steps, 0, MOST_STEPS, MachineError, top=f"10^{MAX_DIGITS}")
    max_cells, cycles = run_length("max_cells", max_cells), run_length("cycles", cycles)
    visited, counts = flag("visited", visited), flag("counts", counts)
    one_of("method", method, METHODS, MachineError)
    taken_up = start
    if start is None:
        word = machine.word(word)
        start = Configuration.initial(machine, word)
    else:
        _require_start(start, machine, word, max_steps)
    options = {
        "word": machine.word_text(tuple(word)) if taken_up is None else None,
        "start_steps": None if taken_up is None else taken_up.steps,
        "max_steps": max_steps,
        "method": method,
        "max_cells": max_cells,
        "cycles": cycles,
    }
    course = _Course(start, max_steps, visited or counts, max_cells, cycles, options)
    try:
        course.run(method)
        if course.fits and not course.here.resting:
            course.find_cycle()
    except KeyboardInterrupt:
        course.here, course.used, course.method = course.kept
        raise RunInterrupted(_result(course, visited, counts)) from None
    return _result(course, visited, counts)


def _result(course: _Course, visited: bool, counts: bool) -> RunResult:
    here, machine, found = course.here, course.machine, course.found
    used = tuple(course.used)
    repeats = found is not None and here.steps >= found.certain
    reason = here.resting or ("cycles" if repeats else "budget")
    result = RunResult(
        reason=reason,
        configuration=here,
        method=course.method,
        visited=tuple(key for key, n in zip(machine.keys, used, strict=True) if n) if visited else None,
        counts=used if counts else None,
        cycle=found.cycle if found and repeats else None,
        endless=closed_graph(here) or course.endless or late_cycle(here) if reason == "budget" else None,
        options=course.options,
    )
    if not course.fits:
        raise BudgetError(
            f"after {shortened(here.steps)} steps the tape needs more than max_cells = {course.max_cells} cells, or"
            " more memory than there is; raise max_cells or lower max_steps",
            partial=result,
        )
    return result


class _Course:
    """A run under way: where it is, which tuples it used, and the ways to get on."""

    def __init__(
        self,
        start: Configuration,
        max_steps: int,
        counting: bool,
        max_cells: int,
        cycle_steps: int,
        options: Mapping[str, Any],
    ) -> None:
        self.options = options
        self.start, self.here, self.machine = start, start, start.machine
        self.max_steps, self.max_cells, self.cycle_steps = max_steps, max_cells, cycle_steps
        self.counting, self.used = counting, [0] * len(start.machine.keys)
        self.fits, self.searched, self.method = True, False, "direct"
        self.found: FoundCycle | None = None
        self.endless: Endless | None = None
        self.kept: tuple[Configuration, list[int], str] = (self.here, self.used, self.method)

    @property
    def over(self) -> bool:
        """Whether there is nothing left to do."""
        return not self.fits or bool(self.here.resting) or self.here.steps >= self.max_steps

    def run(self, method: str) -> None:
        """Get to the end by a method."""
        if method == "auto":
            self._automatically()
        elif method == "chain":
            self._chains(chain.snapshots(self.here, self.max_steps), patient=True)
            self.method = method
        else:
            self._loop(method, min(self.max_steps, self.here.steps + FIRST_STEPS))
            if not self.over and not self._jump():
                self._loop(method, self.max_steps)
            self.method = method

    def _automatically(self) -> None:
        snapshots = [self.here]
        if _moderate(self.here):
            for probe in chain.PROBES:
                self._loop("direct", min(self.max_steps, max(self.here.steps, self.start.steps + probe)))
                snapshots.append(self.here)
                if self.over:
                    return
        while not self.over:
            self._chains(snapshots, patient=not _moderate(self.here))
            if not self.over and not self._jump() and _moderate(self.here):
                self._loop("block", min(self.max_steps, self.here.steps + BLOCK_STEPS))
            snapshots = [self.here]

    def _loop(self, method: str, stop: int) -> None:
        """Run by the plain loop or by blocks up to a step, keeping every few moments how far that is."""
        engine, stride = direct.advance if method == "direct" else block.advance, STRIDE
        while True:
            kind = np.int64 if stride < MOST_COUNTED else object
            tally = np.zeros(packed_table(self.machine).size, dtype=kind) if self.counting else None
            begin = time.monotonic()
            self.here, self.fits = engine(self.here, min(stop, self.here.steps + stride), tally, self.max_cells)
            self.method = method
            if tally is not None:
                self.used = self._with(listed_counts(self.machine, tally))
            self._keep(self.here, self.used, method)
            if self.over or self.here.steps >= stop:
                return
            if time.monotonic() - begin < SECONDS_KEPT:
                stride *= 2

    def _keep(self, here: Configuration, used: list[int], method: str) -> None:
        """Keep how far the run has got, in case it is interrupted."""
        if here.steps >= self.kept[0].steps:
            self.kept = (here, used, method)

    def _chains(self, snapshots: list[Configuration], patient: bool) -> None:
        """Run by chains, unless ``patient`` only as long as that is worthwhile."""
        widths = chain.likely_widths(snapshots)
        begin, moves = self.here.steps, chain.TRIAL_MOVES
        run, more = chain.promising_run(self.here, self.max_steps, widths, self.counting, patient)
        if run is None:
            return
        with Progress(self.max_steps, begin) as progress:
            while more and (patient or run.tape.steps - begin >= WORTHWHILE * moves):
                if not self.searched and self._cycle_found():
                    break
                moves, begin = min(2 * moves, MOST_MOVES), run.tape.steps
                more = run.go(self.max_steps, moves)
                progress.update(run.tape.steps)
                self._keep(run.configuration(run.tape.steps), self._with_those_of(run), "chain")
        self.here = run.configuration(run.tape.steps if more else self.max_steps)
        self.method, self.endless = "chain", self.endless or run.endless
        self.used = self._with_those_of(run)
        if more and self.found:
            self._jump()

    def _with(self, more: Iterable[int]) -> list[int]:
        """Return the uses of the tuples so far and more of them."""
        return [a + b for a, b in zip(self.used, more, strict=True)]

    def _with_those_of(self, run: ChainRun) -> list[int]:
        return self._with(chain.tallied(self.machine, run.uses)) if self.counting else self.used

    def find_cycle(self) -> None:
        """Search the beginning of the run for a cycle, once."""
        if not self.searched and _moderate(self.start):
            self.found = find_cycle(self.start, min(self.max_steps, self.start.steps + self.cycle_steps))
        self.searched = True

    def _cycle_found(self) -> bool:
        """Return whether the run is known to repeat itself."""
        self.find_cycle()
        return self.found is not None

    def _jump(self) -> bool:
        """Get to the last step by a cycle, if there is one; the run so far is left aside."""
        if not self._cycle_found() or self.found is None:
            return False
        period = self.found.cycle.period
        first = self.found.certain + (self.max_steps - self.found.certain) % period
        self.here, self.used = self.start, [0] * len(self.used)
        self._loop("direct", first)
        here, before = self.here, self.used.copy()
        rounds = (self.max_steps - first) // period
        if self.fits and rounds:
            if self.counting:
                self._loop("direct", first + period)
                self.used = [n + rounds * (m - n) for n, m in zip(before, self.used, strict=True)]
            self.here = repeated(here, self.found, self.max_steps)
        return True


def _moderate(configuration: Configuration) -> bool:
    """Return whether a tape is worth having cell by cell."""
    return not isinstance(configuration, RunLengthConfiguration)


def _require_start(start: Any, machine: TuringMachine, word: Any, max_steps: int) -> None:
    instance("start", start, Configuration).require(machine)
    if machine.word(word):
        raise MachineError(f"both word {shown(word)} and start are given; give one of them")
    if start.steps > max_steps:
        raise MachineError(
            f"start is a configuration after {shortened(start.steps)} steps and max_steps is {shortened(max_steps)};"
            " max_steps counts from the very first step and must not be less"
        )
