"""Cheapest rejected runs in the annealed semantics, followed step by step from one input."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _progress
from noisytm._forecast import DOUBT, Forecast
from noisytm._memory import in_words
from noisytm.errors import BudgetError
from noisytm.machine import MOVES
from noisytm.problem import SynthesisProblem, rejecting_states
from noisytm.relaxation.pathwise import STAY, Tapes, joined, listed_tuples, packed
from noisytm.relaxation.semantics import cells_kept

Integers = NDArray[np.int64]

# The parent, the effect and the tuple of a configuration are kept to the end, and its state and cost for a while.
TRACE_BYTES, WORK_BYTES = 24, 64

# A pair that reaches so many configurations is put off until all have been looked at: by then it is foreseen what it
# will need, and what cannot fit is refused before seconds are spent on those that can.
SCOUTED = 1 << 14
# After so many pairs it is told from them how long all are going to take.
FEWEST_PAIRS = 8


class Part(NamedTuple):
    """Answers to some pairs: their indices, their least costs, and counts for those below the limit."""

    pairs: Integers
    least: Integers
    counts: Integers


class _Front(NamedTuple):
    """Configurations that have been reached at one time, each with the least it cost."""

    tapes: Tapes
    state: Integers
    paid: Integers


class _Origin(NamedTuple):
    """How each configuration of a front was reached: from which one before, by which tuple (or −1), doing what."""

    parent: Integers
    row: Integers
    effect: Integers  # (write·3 + move)·|Q| + next state


class CheapestRuns:
    """Least costs of rejected runs for pairs of an input and a row of costs, by following all runs that are cheap.

    A run is given up when what it has paid, and the least that any tape would make it pay to end in a rejected state,
    reach the limit. Runs that meet in a configuration, as far as it can still be read, go on as the cheapest of them.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    memory : int
        Bytes that the runs may take.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["A", "B"], steps=60)
    >>> costs = 7 * (1 - problem.space.embed(machine).astype(np.int64)[None])
    >>> parts = CheapestRuns(problem, 1 << 24).parts(costs, np.array([[0, 0], [1, 0]]), 8, False)
    >>> [int(part.least[0]) for part in parts]
    [7, 7]
    """

    def __init__(self, problem: SynthesisProblem, memory: int) -> None:
        self._problem, self._memory, self._ways = problem, memory, 0
        self._symbols, self._states = len(problem.space.symbols), len(problem.space.states)
        self._width, self._listed = problem.readout.reach, listed_tuples(problem.space)

    def parts(self, costs: Integers, pairs: Integers, limit: int, counted: bool) -> Iterator[Part]:
        """Yield the answers, one pair at a time.

        Parameters
        ----------
        costs : ndarray of int64, shape (c, N, S + |Q| + 3)
            Rows of costs, from 0 to ``limit``.
        pairs, limit
            As of `AnnealedCosts.least`.
        counted : bool
            Whether to count the entries that the runs use.

        Raises
        ------
        BudgetError
            If too many runs are cheaper than the limit.
        """
        what = f"following the runs of {self._problem.steps} steps"
        put_off, seconds, began = [], 0.0, time.monotonic()
        for k, (index, row) in enumerate(pairs.tolist()):
            if k >= FEWEST_PAIRS:
                _clock.require((time.monotonic() - began) * (len(pairs) / k - 1) / DOUBT, what)
            found = self._follow(index, costs[row], limit, counted, SCOUTED)
            if isinstance(found, Forecast):
                put_off.append((k, index, row))
                seconds += found.seconds()
            else:
                yield Part(np.array([k]), np.array([found[0]]), found[1])
        _clock.require(seconds / DOUBT, what)
        for k, index, row in put_off:
            found = self._follow(index, costs[row], limit, counted)
            assert not isinstance(found, Forecast)
            yield Part(np.array([k]), np.array([found[0]]), found[1])

    def _follow(
        self, index: int, costs: Integers, limit: int, counted: bool, most: float = math.inf
    ) -> tuple[int, Integers] | Forecast:
        """Return the answer to one pair; a forecast of it where there are more than ``most`` configurations."""
        steps, task = self._problem.steps, self._problem.encoded
        bounds = self._bounds(index, costs, limit)
        word = task.words[task.starts[index] : task.starts[index + 1]]
        cells = cells_kept(steps, self._width)
        self._require(1 + max(cells), 16 + 2 * self._symbols.bit_length())
        front = _Front(packed([word], task.blank, self._symbols, cells), np.array([task.start]), np.array([0]))
        origins: list[_Origin] = []
        kept, forecast = 0, Forecast(self._room(), self._memory, fading=True)
        with _progress.counted("steps", steps, what=f"runs cheaper than the limit, input {index}") as bar:
            for left in range(steps - 1, -1, -1):
                before = len(front.state)
                front, origin = self._step(front, costs, limit - bounds[left], cells_kept(left, self._width), kept)
                kept += len(origin.parent) if counted else 0
                if counted:
                    origins.append(origin)
                bar.more()
                bar.note(f"{len(front.state):,} configurations")
                formed = (2 * front.tapes.row_bytes + WORK_BYTES) * max(self._ways / max(before, 1), 1.0)
                need = forecast.beyond(len(front.state), formed, TRACE_BYTES * int(counted))
                if need is not None:
                    self._refuse(int(need), "about", forecast.seconds())
                if len(front.state) > most:
                    return forecast
        end = self._cheapest_rejected(index, front)
        if end is None:
            return limit, np.zeros((0, costs.size), dtype=np.int64)
        return int(front.paid[end]), self._counts(origins, end, costs.shape)[: int(counted)]

    def _bounds(self, index: int, costs: Integers, limit: int) -> Integers:
        """Return, shape (steps, |Q|), what a run pays at least with so many steps left, whatever is on its tape."""
        space, shift = self._problem.space, self._symbols
        rejecting = rejecting_states(self._problem, index)
        if rejecting.all():
            return np.zeros((self._problem.steps, self._states), dtype=np.int64)
        least = np.where(rejecting, 0, limit)
        bounds = [least]
        rests = (self._listed < 0).any(axis=0)
        for _ in range(self._problem.steps - 1):
            before = np.where(rests, least, limit)
            for row, (_, q) in enumerate(space.key_indices):
                acting = costs[row, :shift].min() + costs[row, shift + self._states :].min()
                paid = acting + (costs[row, shift : shift + self._states] + least).min()
                before[q] = min(before[q], paid)
            least = before
            bounds.append(least)
        return np.array(bounds)

    def _step(
        self, front: _Front, costs: Integers, below: Integers, cells: tuple[int, int], kept: int
    ) -> tuple[_Front, _Origin]:
        """Make one step in all ways that pay less than ``below``, shape (|Q|,), at the next state."""
        _clock.tick()
        rows = self._listed[front.tapes.head, front.state]
        still = np.flatnonzero((rows < 0) & (front.paid < below[front.state]))
        acting = np.flatnonzero(rows >= 0)
        ways = [(still, front.state[still], front.paid[still], np.full(len(still), -1), front.tapes.head[still], STAY)]
        s, q = self._symbols, self._states
        count = len(still)
        for w, m in itertools.product(range(s), range(len(MOVES))):
            row = rows[acting]
            paid = front.paid[acting] + costs[row, w] + costs[row, s + q + m]
            for r in range(q):
                total = paid + costs[row, s + r]
                chosen = np.flatnonzero(total < below[r])
                effect = np.full(len(chosen), (3 * w + m) * q + r)
                states, at = np.full(len(chosen), r), acting[chosen]
                ways.append((at, states, total[chosen], effect, np.full(len(chosen), w), m))
                count += len(chosen)
                self._require(count, 2 * front.tapes.row_bytes + WORK_BYTES, kept)
        self._ways = count
        parent, state, paid, effect = (np.concatenate([way[i] for way in ways]) for i in range(4))
        tapes = joined([front.tapes.take(way[0]).moved(way[4], way[5], cells) for way in ways])
        chosen = self._merged(tapes, state, paid)
        origin = _Origin(parent[chosen], np.where(effect[chosen] < 0, -1, rows[parent[chosen]]), effect[chosen])
        return _Front(tapes.take(chosen), state[chosen], paid[chosen]), origin

    def _merged(self, tapes: Tapes, state: Integers, paid: Integers) -> Integers:
        """Return the index of the cheapest, of several the first, in every configuration."""
        _, tape = tapes.distinct()
        key = tape * self._states + state
        order = np.lexsort((paid, key))  # stable
        new = np.ones(len(order), dtype=bool)
        new[1:] = key[order[1:]] != key[order[:-1]]
        return order[new]

    def _cheapest_rejected(self, index: int, front: _Front) -> int | None:
        """Return the first of the cheapest configurations with a rejected readout."""
        space = self._problem.space
        order = np.argsort(front.paid, kind="stable")
        cells, readout = front.tapes.read(self._width), self._problem.readout
        for at in order.tolist():
            word = [space.symbols[x] for x in cells[at].tolist()]
            if not self._problem.accepts(index, readout.outcome(space.states[front.state[at]], word.__getitem__)):
                return int(at)
        return None

    def _counts(self, origins: list[_Origin], end: int, shape: tuple[int, ...]) -> Integers:
        counts = np.zeros(shape, dtype=np.int64)
        for origin in reversed(origins):
            row, effect = int(origin.row[end]), int(origin.effect[end])
            if row >= 0:
                acting, state = divmod(effect, self._states)
                write, move = divmod(acting, len(MOVES))
                counts[row, write] += 1
                counts[row, self._symbols + state] += 1
                counts[row, self._symbols + self._states + move] += 1
            end = int(origin.parent[end])
        return counts.reshape(1, -1)

    def _require(self, configurations: int, row_bytes: int, kept: int = 0) -> None:
        """Raise `BudgetError` unless so many configurations can be held beside what is kept of earlier ones."""
        need = configurations * row_bytes + kept * TRACE_BYTES
        if need > self._memory:
            self._refuse(need, "more than")

    def _refuse(self, need: int, about: str, seconds: float = 0.0) -> NoReturn:
        """Say what is needed, and how many steps fit: the tapes that can be read are some S^(2t/3)."""
        steps = self._problem.steps
        fit = steps - math.ceil(math.log(max(need / self._memory, 1.0)) / (2 / 3 * math.log(max(self._symbols, 2))) + 1)
        fewer = f"some {fit} steps may fit" if 0 < fit < steps else "use fewer steps"
        much = in_words(need) + " of memory" + (f", and {_clock.in_words(seconds)}" if seconds >= 1 else "")
        raise BudgetError(
            f"the runs of {steps} steps that are cheaper than the limit need {about} {much};"
            f" a call may take {in_words(self._memory)}; {fewer}, or raise the memory"
        )

    def _room(self) -> list[float]:
        """Return the logarithm of how many configurations there can be at most, after each step."""
        cells = [1 + sum(cells_kept(left, self._width)) for left in range(self._problem.steps - 1, -1, -1)]
        return [n * math.log(self._symbols) + math.log(self._states) for n in cells]
