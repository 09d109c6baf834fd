"""A run under way: where it has got to, and the ways to get on."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np

from noisytm import _clock
from noisytm.discrete import block, chain, direct
from noisytm.discrete.chain import ChainRun
from noisytm.discrete.configuration import (
    Configuration,
    Endless,
    RunLengthConfiguration,
    listed_counts,
    packed_table,
)
from noisytm.discrete.cycles import FoundCycle, find_cycle, repeated
from noisytm.discrete.direct import Progress
from noisytm.discrete.powers import BeyondError

FIRST_STEPS = 1 << 26
MOST_MOVES = 1 << 16
MOST_LARGE_MOVES = 1 << 8
MOVES_BEFORE_SEARCH = 1 << 11  # take about as long as the search for a cycle, which is for nothing if the run ends
BLOCK_STEPS, MORE_BLOCKS, MOST_BLOCK_STEPS = 1 << 28, 8, 1 << 34
STRIDE = 1 << 20
SECONDS_KEPT = 0.4
MOST_COUNTED = 1 << 62
Result = TypeVar("Result")


class Course:
    """A run under way: where it is, which tuples it used, and the ways to get on."""

    def __init__(
        self,
        start: Configuration,
        max_steps: int,
        counting: bool,
        max_cells: int,
        cycle_steps: int,
        kept: Callable[[], None] | None = None,
    ) -> None:
        self.start, self.here, self.machine = start, start, start.machine
        self.begin = start  # where this part of the run begins; `start` is where the run did
        self.max_steps, self.max_cells, self.cycle_steps = max_steps, max_cells, cycle_steps
        self.counting, self.used = counting, [0] * len(start.machine.keys)
        self.fits, self.searched, self.method = True, False, "direct"
        self.found: FoundCycle | None = None
        self.endless: Endless | None = None
        self.kept: tuple[Configuration, list[int], str] = (self.here, self.used, self.method)
        self.when_kept, self.kept_at = kept, time.monotonic()

    def take_up(self, here: Configuration, used: Iterable[int] | None, method: str) -> None:
        """Go on from a later configuration of the run, with the uses of the tuples until then."""
        self.begin = self.here = here
        self.used = self.used if used is None else list(used)
        self.method = method
        self.kept = (self.here, self.used, self.method)

    @property
    def over(self) -> bool:
        """Whether there is nothing left to do."""
        return not self.fits or bool(self.here.resting) or self.here.steps >= self.max_steps

    def run(self, method: str) -> None:
        """Get to the end by a method."""
        with Progress(self.max_steps, self.here.steps):
            try:
                self._run(method)
            except BeyondError as error:
                self.found = None  # the result is not that of all steps
                self._leave(error.run, True)
                self._keep(self.here, self.used, self.method)
                raise

    def _run(self, method: str) -> None:
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
                self._loop("direct", min(self.max_steps, max(self.here.steps, self.begin.steps + probe)))
                snapshots.append(self.here)
                if self.over:
                    return
        self._chains(snapshots, patient=not _moderate(self.here))
        stretch = BLOCK_STEPS
        while not self.over and not self._jump():
            if _moderate(self.here):
                self._loop("block", min(self.max_steps, self.here.steps + stretch))
                stretch = min(MORE_BLOCKS * stretch, MOST_BLOCK_STEPS)
                self._race()
            else:
                self._chains([self.here], patient=True)

    def _loop(self, method: str, stop: int) -> None:
        """Run by the plain loop or by blocks up to a step, keeping every few moments how far that is."""
        engine, stride = direct.advance if method == "direct" else block.advance, STRIDE
        while True:
            kind = np.int64 if stride < MOST_COUNTED else object
            tally = np.zeros(packed_table(self.machine).size, dtype=kind) if self.counting else None
            begin = time.monotonic()
            end = min(stop, self.here.steps + stride)
            self.here, self.fits = engine(self.here, end, tally, self.max_cells, in_time=True)
            self.method = method
            if tally is not None:
                self.used = self._with(listed_counts(self.machine, tally))
            self._keep(self.here, self.used, method)
            if self.over or self.here.steps >= stop:
                return
            took = time.monotonic() - begin
            stride = 2 * stride if took < SECONDS_KEPT / 2 else max(1, stride // 2) if took > SECONDS_KEPT else stride

    def _keep(self, here: Configuration, used: list[int], method: str) -> None:
        """Keep how far the run has got, in case it is interrupted."""
        if here.steps >= self.kept[0].steps:
            self.kept = (here, used, method)
            if self.when_kept is not None:
                self.when_kept()
        _clock.tick()

    def _keep_run(self, run: ChainRun) -> None:
        """Keep how far a run by chains has got, unless that was done a moment ago: the tape may be long."""
        _clock.tick()
        if time.monotonic() - self.kept_at >= SECONDS_KEPT / 4:
            self._keep(run.configuration(run.tape.steps), self._with_those_of(run), "chain")
            self.kept_at = time.monotonic()

    def _in_time(self, run: ChainRun, go: Callable[[], Result]) -> Result:
        """Go on with a run by chains; where the time runs out on the way, keep how far it has got."""
        try:
            return go()
        except _clock.OutOfTime:
            self._keep(run.configuration(run.tape.steps), self._with_those_of(run), "chain")
            raise

    def _chains(self, snapshots: list[Configuration], patient: bool) -> None:
        """Run by chains, unless ``patient`` only as long as that is worthwhile."""
        widths = chain.likely_widths(snapshots)
        begin, moves = self.here.steps, chain.TRIAL_MOVES
        run, more = chain.promising_run(self.here, self.max_steps, widths, self.counting, patient)
        if run is None:
            return
        with Progress(self.max_steps, begin) as progress:
            while more and (patient or run.tape.steps - begin >= chain.WORTHWHILE * moves):
                if run.prover.moves >= MOVES_BEFORE_SEARCH and not self.searched and self._cycle_found():
                    break
                moves, begin = min(2 * moves, _most_moves(run)), run.tape.steps
                more = self._in_time(run, functools.partial(run.go, self.max_steps, moves))
                progress.update(run.tape.steps)
                self._keep_run(run)
        self._leave(run, more)

    def _race(self) -> None:
        """Try chains of many widths, and go on with one as long as it becomes faster or is faster than blocks."""
        racer = None if self.over else chain.raced(self.here, self.max_steps, self.counting)
        if racer is None:
            return
        run = racer.run
        with Progress(self.max_steps, self.here.steps) as progress:
            while racer.more and racer.worthwhile:
                self._in_time(run, functools.partial(racer.go_on, self.max_steps, _most_moves(run)))
                progress.update(run.tape.steps)
                self._keep_run(run)
        self._leave(run, racer.more)

    def _leave(self, run: ChainRun, more: bool) -> None:
        """Take over from a run by chains where it has got to."""
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


def _most_moves(run: ChainRun) -> int:
    """Return how many moves to make before looking at the clock; numbers that cannot be written out take long."""
    return MOST_MOVES if isinstance(run.tape.steps, int) else MOST_LARGE_MOVES


def _moderate(configuration: Configuration) -> bool:
    """Return whether a tape is worth having cell by cell."""
    return not isinstance(configuration, RunLengthConfiguration)
