"""What the kernels over partial tables are handed: the step of a semantics, and the places that a run writes into."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import line_of
from noisytm.codespace import CodeSpace
from noisytm.problem import SynthesisProblem, most_nodes
from noisytm.relaxation.marginal import Op, Trace, last_head_step, rests_from, span, traced
from noisytm.relaxation.semantics import Marginal
from noisytm.search.costs import kernel
from noisytm.search.tables import TableSpace

Ints = NDArray[np.int64]

_OPS = {
    Op.PLUS: kernel.PLUS,
    Op.TIMES: kernel.TIMES,
    Op.COPY: kernel.COPY,
    Op.ZERO: kernel.ZERO,
    Op.ONE: kernel.ONE,
    Op.REST: kernel.REST,
}


class Places(NamedTuple):
    """Where in the registers of a step each quantity begins; as `noisytm.relaxation.marginal.Layout`.

    Compiled code that is kept refers to the order of these fields.
    """

    symbols: int
    states: int
    tuples: int
    columns: int
    y: int
    rest_y: int
    z: int
    rest_z: int
    match: int
    write: int
    next: int
    stay: int
    written: int
    move: int
    key: int = 0  # where the entries of the keys of all tuples begin, if they err, and how many there are
    keys: int = 0


class Head(NamedTuple):
    """How a step of a marginal semantics begins, for the kernels.

    Attributes
    ----------
    at : Places
        Where things stand.
    instructions : ndarray of int64, shape (n, 4)
        Rows (op, target, a, b). Where keys err their entries are registers, and sums over them are written out.
    key_of : ndarray of int64, shape (S, |Q|)
        The number of the tuple of a symbol and a state; −1 where none is listed.
    """

    at: Places
    instructions: Ints
    key_of: Ints

    def __repr__(self) -> str:
        return line_of(self)


class Work(NamedTuple):
    """What a run over a partial table writes into.

    Attributes
    ----------
    window : ndarray of int64, shape (inputs, steps + 1, 2)
        First and last live cell before each step.
    origin : int
        Where cell 0 stands on a tape.
    registers : ndarray of int64, shape (steps + 1, registers)
        Registers of each step.
    tape : ndarray of int64, shape (steps + 1, cells, S)
        Costs of the symbols of each cell, head-relative.
    symbols : ndarray of int64
        A tape of symbols, for runs without errors.
    marginals, marginals_bar : ndarray of int64, shape (places, values)
        What is read, and its cotangents.
    arriving : ndarray of int64
        Least costs of the nodes of an automaton.
    bar, z_bar, tape_bar : ndarray of int64
        Cotangents of the registers of a step, of the state, and of two tapes.
    """

    window: Ints
    origin: int
    registers: Ints
    tape: Ints
    symbols: Ints
    marginals: Ints
    marginals_bar: Ints
    arriving: Ints
    bar: Ints
    z_bar: Ints
    tape_bar: Ints

    def __repr__(self) -> str:
        return line_of(self)


def head_of(tables: TableSpace, semantics: Marginal, space: CodeSpace | None = None) -> Head:
    """Return the step of a semantics over tables, or over their code space where keys err."""
    trace = traced(space or tables.space, semantics)
    of_keys = trace.layout.tuples * trace.layout.keys
    places = {name: getattr(trace.layout, name) for name in Places._fields if name not in ("key", "keys")}
    rows = np.array(list(_rows(trace)), dtype=np.int64)
    return Head(Places(**places, key=trace.registers, keys=of_keys), rows, tables.key_of)


def _rows(trace: Trace) -> Iterator[tuple[int, int, int, int]]:
    """Yield the instructions of the kernels: behind the registers of the trace stand entries of keys, then terms."""
    at = trace.layout
    key, fresh = trace.registers, itertools.count(trace.registers + at.tuples * at.keys)

    def entry(flat: int) -> int:
        i, column = divmod(flat, at.row)
        return key + i * at.keys + column

    for op, target, a, b in trace.instructions:
        if op == Op.ENTRY:
            yield kernel.COPY, target, entry(b), 0
        elif op in (Op.DOT, Op.DOT_REST):
            values, (first, size) = a if op == Op.DOT else rests_from(a, at), span(b)
            so_far = target if size == 1 else next(fresh)
            yield kernel.TIMES, so_far, entry(first), values
            for e in range(1, size):
                term, total = next(fresh), target if e == size - 1 else next(fresh)
                yield kernel.TIMES, term, entry(first + e), values + e
                yield kernel.PLUS, total, so_far, term
                so_far = total
        else:
            yield _OPS[op], target, a, b


def work_of(tables: TableSpace, problem: SynthesisProblem, semantics: Marginal, space: CodeSpace | None = None) -> Work:
    """Return the places that runs of a problem write into, for one thread."""
    task, steps, trace = problem.encoded, problem.steps, traced(space or tables.space, semantics)
    known = trace.registers + trace.layout.tuples * trace.layout.keys
    registers = max(known, *(target + 1 for _, target, _, _ in _rows(trace)))
    horizon, wide = last_head_step(steps, task.reach), max(task.reach, 1)
    step = np.arange(steps + 1)
    window = np.empty((len(problem.inputs), steps + 1, 2), dtype=np.int64)
    window[:, :, 0] = -np.minimum(horizon - step, step)
    for i, length in enumerate(np.diff(task.starts).tolist()):
        furthest = np.maximum(max(length - 1, 0) + step, task.reach - 1)
        window[i, :, 1] = np.minimum(horizon - step + wide - 1, furthest)
    origin = int(-window[:, :, 0].min()) + kernel.PAD + 1
    cells = origin + max(int(window[:, :, 1].max()), 0) + kernel.PAD + 2
    symbols = len(tables.space.symbols)

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Work(
        window=window,
        origin=origin,
        registers=ints(steps + 1, registers),
        tape=ints(steps + 1, cells, symbols),
        symbols=ints(2 * steps + int(np.diff(task.starts).max()) + task.reach + 1),
        marginals=ints(*task.read_shape),
        marginals_bar=ints(*task.read_shape),
        arriving=ints(most_nodes(task.acceptance) + 1),
        bar=ints(registers),
        z_bar=ints(len(tables.space.states)),
        tape_bar=ints(2, cells, symbols),
    )
