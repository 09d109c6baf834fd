"""The relaxed step and its adjoint in NumPy: many runs at once, a column of every array for each.

The head is the trace's own text (`straight_line_head`), read with an algebra of arrays; the mix, the tapes and their
adjoints are a few operations on whole arrays. What costs little to start: no code is compiled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.problem import STATE, EncodedProblem
from noisytm.relaxation.marginal.arrays.binding import Function, names_of, with_algebra
from noisytm.relaxation.marginal.heads import straight_line_head
from noisytm.relaxation.marginal.kernels import PAD, live_cells, rest_of_pair, shares_of_sum
from noisytm.relaxation.marginal.tracer import Trace

Values = NDArray[Any]


class Head(NamedTuple):
    """The head of a trace as functions of arrays; see `kernels/head.py`."""

    forward: Function
    adjoint: Function


@lru_cache(maxsize=64)
def head_over(trace: Trace, algebra: Any) -> Head:
    """Return the head of a trace over an algebra of arrays."""
    scope = with_algebra([rest_of_pair, shares_of_sum], names_of(algebra))
    scope |= {
        "get": _get,
        "put": _put,
        "code_entry": _get,
        "zero": lambda: algebra.ZERO,
        "one": lambda: algebra.ONE,
        "nothing": _nothing,
    }
    exec(compile(straight_line_head(trace, kept=True), f"<head of {trace.semantics}>", "exec"), scope)
    return Head(scope["head"], scope["head_adjoint"])


def _get(r: Values, i: int) -> Values:
    row: Values = r[i]
    return row


def _put(r: Values, i: int, value: Any) -> None:
    r[i] = value


def _nothing() -> float:
    return 0.0


class Step(NamedTuple):
    """What a step leaves behind for its adjoint: registers, what was added to the mix, and the tape after writing."""

    registers: Values
    added: Values
    tape: Values


class End(NamedTuple):
    """The tape and the state after the last step."""

    tape: Values
    state: Values


@dataclass
class Runs:
    """Runs of one problem's inputs over one algebra.

    Parameters
    ----------
    trace : Trace
        The head.
    algebra : Costs or Sums
        The algebra.
    task : EncodedProblem
        The inputs and what is read.
    steps, horizon : int
        Number of steps, and the last time at which the head's cell is read.
    inputs : ndarray of int64, shape (pairs,)
        The input of each run.
    code : ndarray, shape (N, S + |Q| + 3, pairs) or (N, S + |Q| + 3, 1)
        The code of each run, or of all; where keys err their entries come first in each row.
    """

    trace: Trace
    algebra: Any
    task: EncodedProblem
    steps: int
    horizon: int
    inputs: NDArray[np.int64]
    code: Values
    done: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._at, self._head = self.trace.layout, head_over(self.trace, self.algebra)
        self._entries = self.code.reshape(-1, self.code.shape[2])
        self._mixed = self.code[:, self._at.keys :]
        lengths = self.task.starts[self.inputs + 1] - self.task.starts[self.inputs]
        longest = int(lengths.max(initial=0))
        cells = [live_cells(step, longest, self.horizon, self.task.reach) for step in range(self.steps + 1)]  # type: ignore[no-untyped-call]
        self.low = [int(low) for low, _ in cells]
        self._count = [int(high - low + 1) for low, high in cells]

    def forward(self, keep: bool) -> End:
        """Run all steps; keep what `backward` needs if that is wanted."""
        at, tape, z = self._at, self._first_tape(), self._first_state()
        for step in range(self.steps):
            _clock.tick()
            r = np.empty((self.trace.registers, len(self.inputs)), dtype=self.algebra.DTYPE)
            here = PAD - self.low[step]
            r[at.y : at.rest_y], r[at.rest_y : at.z] = self.algebra.normalised_with_rest(tape[here])
            r[at.z : at.match] = z
            self._head.forward(None, self._entries, r)
            added = self._added(r)
            entries = self.algebra.mixed(added, r[at.match : at.write], self._mixed)
            r[at.written : at.move] = entries[: at.symbols]
            r[at.move : at.temporaries] = self.algebra.normalised(entries[-3:])
            z = np.concatenate(self.algebra.normalised_with_rest(entries[at.symbols : -3]))
            tape[here] = r[at.written : at.move]
            if keep:
                self.done.append(Step(r, added, tape))
            tape = self._moved(step, r[at.move : at.temporaries], tape)
        return End(tape, z[: at.states])

    def _first_tape(self) -> Values:
        tape, task, first = self._blank(0), self.task, PAD - self.low[0]
        for i in np.unique(self.inputs).tolist():
            word = task.words[task.starts[i] : task.starts[i + 1]][: len(tape) - first]
            cells, runs = np.arange(first, first + len(word))[:, None], np.flatnonzero(self.inputs == i)
            tape[cells, task.blank, runs] = self.algebra.ZERO
            tape[cells, word[:, None], runs] = self.algebra.ONE
        return tape

    def _blank(self, step: int) -> Values:
        cells = max(self._count[step] + 2 * PAD, 0)
        tape = np.full((cells, self._at.symbols, len(self.inputs)), self.algebra.ZERO, dtype=self.algebra.DTYPE)
        tape[:, self.task.blank] = self.algebra.ONE
        return tape

    def _first_state(self) -> Values:
        """Return the start state and its rests, shape (2·|Q|, pairs)."""
        zero, one, states = self.algebra.ZERO, self.algebra.ONE, self._at.states
        certain = np.arange(states) == self.task.start
        column = np.concatenate([np.where(certain, one, zero), np.where(certain, zero, one)])
        return np.repeat(column.astype(self.algebra.DTYPE)[:, None], len(self.inputs), axis=1)

    def _added(self, r: Values) -> Values:
        """Return what is added to the code's entries where no listed tuple is used: it stays."""
        at = self._at
        added = np.full((at.columns, r.shape[1]), self.algebra.ZERO, dtype=self.algebra.DTYPE)
        added[:-3] = r[at.write : at.stay]
        added[-2] = r[at.stay]
        return added

    def _sources(self, step: int) -> tuple[slice, slice, slice] | None:
        """Return which cells of a tape become those of the next, for the moves L, S, R; ``None`` if that has none."""
        count = self._count[step + 1]
        if count <= 0:
            return None
        first = self.low[step + 1] - self.low[step] + PAD
        return slice(first - 1, first - 1 + count), slice(first, first + count), slice(first + 1, first + 1 + count)

    def _moved(self, step: int, move: Values, tape: Values) -> Values:
        new, sources = self._blank(step + 1), self._sources(step)
        if sources is not None:
            new[PAD:-PAD] = self.algebra.moved(move, *(tape[cells] for cells in sources))
        return new

    def marginals(self, end: End) -> Values:
        """Return what is read at the end, shape (places, values, pairs); values that a place lacks have no mass."""
        places = self.task.places.tolist()
        shape = (len(places), self.task.read_shape[1], len(self.inputs))
        read = np.full(shape, self.algebra.ZERO, dtype=self.algebra.DTYPE)
        for c, place in enumerate(places):
            values = end.state if place == STATE else end.tape[place + PAD - self.low[self.steps]]
            read[c, : len(values)] = values
        return read

    def backward(self, end: End, marginals_bar: Values, chosen: NDArray[np.int64], spread: Any) -> None:
        """Pull the cotangents of what is read back through all steps.

        Parameters
        ----------
        end : End
            Of `forward`.
        marginals_bar : ndarray of float64, shape (places, values, chosen)
            Cotangents of what is read.
        chosen : ndarray of int64
            The runs that are pulled back.
        spread : callable
            Called with the cotangents of the entries that each step has used, shape (N, S + |Q| + 3, chosen).
        """
        at, algebra = self._at, self.algebra
        tape_bar, z_bar = self._end_bars(end, marginals_bar)
        z, code = end.state[:, chosen], self.code if self.code.shape[2] == 1 else self.code[:, :, chosen]
        flat = code.reshape(-1, code.shape[2])
        for step in range(self.steps - 1, -1, -1):
            _clock.tick()
            r, added, tape = (values[..., chosen] for values in self.done[step])
            here, move = PAD - self.low[step], r[at.move : at.temporaries]
            move_bar, tape_bar = self._unmoved(step, move, tape, tape_bar)
            out = np.concatenate([tape_bar[here], algebra.unnormalised(z, z_bar), algebra.unnormalised(move, move_bar)])
            added_bar, match_bar, used = algebra.unmixed(added, r[at.match : at.write], code[:, at.keys :], out)
            bar, key_bar = self._pulled_through_head(flat, r, match_bar, added_bar)
            spread(np.concatenate([key_bar, used], axis=1) if at.keys else used)
            y, z = r[at.y : at.rest_y], r[at.z : at.rest_z]
            y_bar = algebra.rest_adjoint(y, bar[at.y : at.rest_y], bar[at.rest_y : at.z])
            tape_bar[here] = algebra.unnormalised(y, y_bar)
            z_bar = algebra.rest_adjoint(z, bar[at.z : at.rest_z], bar[at.rest_z : at.match])

    def _pulled_through_head(
        self, code: Values, r: Values, match_bar: Values, added_bar: Values
    ) -> tuple[Values, Values]:
        """Return the cotangents of y, z and their rests, and of keys that err, shape (N, entries of a key, pairs)."""
        at, rows = self._at, self.algebra.rows
        bars = [0.0] * at.match + rows(match_bar) + rows(added_bar[:-3]) + rows(added_bar[-2:-1])
        code_bars = [0.0] * len(code) if at.keys else []
        self._head.adjoint(None, code, r, bars, code_bars)
        pulled, keys = np.zeros((at.match, r.shape[1])), np.zeros((at.tuples, at.keys, r.shape[1]))
        for k, row in enumerate(bars[: at.match]):
            pulled[k] = row
        for i, e in np.ndindex(at.tuples, at.keys):
            keys[i, e] = code_bars[i * at.row + e]
        return pulled, keys

    def _end_bars(self, end: End, marginals_bar: Values) -> tuple[Values, Values]:
        columns = marginals_bar.shape[2]
        tape_bar, z_bar = np.zeros((*end.tape.shape[:2], columns)), np.zeros((len(end.state), columns))
        for place, bar in zip(self.task.places.tolist(), marginals_bar, strict=True):
            if place == STATE:
                z_bar[:] = bar[: len(z_bar)]
            else:
                tape_bar[place + PAD - self.low[self.steps]] = bar[: self._at.symbols]
        return tape_bar, z_bar

    def _unmoved(self, step: int, move: Values, tape: Values, bar: Values) -> tuple[Values, Values]:
        """Return the cotangents of the moves and of the tape before they were made."""
        before, sources = np.zeros(tape.shape), self._sources(step)
        if sources is None:
            return np.zeros(move.shape), before
        move_bar, shares = self.algebra.unmoved(move, *(tape[cells] for cells in sources), bar[PAD:-PAD])
        for cells, share in zip(sources, shares, strict=True):
            before[cells] += share
        return move_bar, before
