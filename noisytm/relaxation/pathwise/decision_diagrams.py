"""Decision diagrams of all runs of a problem: which entries of a drawn table lead to which readout.

A node stands for an entry block that the run needs next, its children for the block's values. Nodes with the same
children are one node, and a node whose children are all the same is left out: what it decides does not matter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _memory, _progress
from noisytm.codespace import CodeSpace
from noisytm.errors import BudgetError
from noisytm.problem import Kept, Outcome, SynthesisProblem
from noisytm.relaxation.pathwise.lazy_tables import (
    DEPTH,
    FIELDS,
    FINISHED,
    NODES,
    OUT_OF_ROOM,
    OUTCOMES,
    RESULT,
    TRIE,
    grow,
    rehash,
)

# Branches and steps between two looks at the keyboard: some tenths of a second.
WORK_AT_ONCE = 1 << 22
# Branches and steps for one problem before the tables are called too many: minutes.
MOST_WORK = 1 << 32

kept_diagrams = Kept()

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Diagram:
    """A decision diagram with one root for each input.

    Attributes
    ----------
    blocks : ndarray of int32, shape (nodes,)
        Entry block of each node: three times the tuple, plus 0, 1 or 2 for write, next, move.
    children : ndarray of int32, shape (nodes, most values)
        For each value of the block an earlier node, or −1 − k for outcome number k.
    roots : tuple of int
        A node or an outcome, likewise, for each input.
    outcomes : tuple of outcomes
        All that can be reached, in the order in which they were met.
    """

    blocks: NDArray[np.int32]
    children: NDArray[np.int32]
    roots: tuple[int, ...]
    outcomes: tuple[Outcome, ...]


def value_counts(space: CodeSpace) -> Ints:
    """Return the number of values of a write, a next and a move block."""
    return np.array([len(values) for _, _, values in space.blocks], dtype=np.int64)


def block_columns(space: CodeSpace) -> Ints:
    """Return, shape (3N,), the flat index into a code at which each block begins."""
    rows, width = space.shape
    columns: Ints = (np.arange(rows)[:, None] * width + np.array([start for _, start, _ in space.blocks])).ravel()
    return columns


def _shapes(problem: SynthesisProblem, anew: bool) -> list[tuple[int, ...]]:
    """Return the shapes of table, run, tape, log, stack, and a result for each value of what is on the stack."""
    steps, rows, values = problem.steps, len(problem.space.keys), value_counts(problem.space)
    cells = 2 * steps + max(*map(len, problem.inputs), problem.readout.reach) + 2
    table = (steps if anew else rows, 3)
    return [table, (3,), (cells,), (steps, 3), (3 * rows + 1, 2), (3 * rows + 1, int(values.max()))]


class LazyRun:
    """The arrays in which kernels follow the runs of one problem.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    limit : int
        Bytes that may be used.
    anew : bool
        Whether tuples are drawn anew at each use: a table then has a row for each step.

    Raises
    ------
    BudgetError
        If the arrays do not fit.
    """

    def __init__(self, problem: SynthesisProblem, limit: int, anew: bool = False) -> None:
        space, data = problem.space, problem.encoded
        self._data, self._steps = data, problem.steps
        symbols, states = len(space.symbols), len(space.states)
        readout = problem.readout
        places = np.array(readout.places, dtype=np.int64)
        self.size = (symbols, states, problem.steps, int(readout.reads_state), int(readout.reach > 0), places, anew)
        self.rule = np.full((states, symbols + 1), -1, dtype=np.int64)
        for i, (s, q) in enumerate(space.key_indices):
            self.rule[q, s] = i
        self.rule[:, symbols] = (self.rule[:, :symbols] >= 0).any(axis=1)
        shapes = _shapes(problem, anew)
        self.nbytes = self.bytes_for(problem, anew)
        if self.nbytes > limit:
            raise BudgetError(
                f"a run of {problem.steps} steps needs {_memory.in_words(self.nbytes)} of memory, and the limit is"
                f" {_memory.in_words(limit)}; use fewer steps"
            )
        table, run, tape, log, stack, found = (np.empty(shape, dtype=np.int64) for shape in shapes)
        self.state = (table, run, tape, log, stack, found)

    @staticmethod
    def bytes_for(problem: SynthesisProblem, anew: bool = False) -> int:
        """Return how many bytes the arrays take."""
        return 8 * sum(map(math.prod, _shapes(problem, anew)))

    def begin(self, index: int) -> None:
        """Put the machine before its first step on an input, with nothing fixed."""
        table, run, tape, *_ = self.state
        table[...] = -1
        tape[...] = self._data.blank
        word = self._data.words[self._data.starts[index] : self._data.starts[index + 1]]
        tape[self._steps : self._steps + len(word)] = word
        run[...] = 0, self._steps, self._data.start


class _Builder:
    """Arrays of a diagram that grow as it is built."""

    def __init__(self, problem: SynthesisProblem, limit: int) -> None:
        self._problem, self._limit, self._left = problem, limit, MOST_WORK
        self.lazy = LazyRun(problem, limit)
        self._values = value_counts(problem.space)
        self._most = int(self._values.max())
        self.counts = np.zeros(FIELDS, dtype=np.int64)
        self._resize(1 << 10, 64 + len(problem.readout.places))

    def _resize(self, nodes: int, trie: int) -> None:
        # while they grow there are the old and the new arrays
        need = 2 * nodes * 4 * (1 + self._most + 2) + 2 * trie * 8 * self._most + self.lazy.nbytes
        if need > self._limit:
            raise BudgetError(
                f"the decision diagram of all tables needs {_memory.in_words(need)} so far, and the limit is"
                f" {_memory.in_words(self._limit)}; use fewer steps or states, or estimate by sampling"
            )
        old = self.__dict__.get("arrays")
        blocks = np.empty(nodes, dtype=np.int32)
        children = np.zeros((nodes, self._most), dtype=np.int32)
        letters = np.zeros((trie, self._most), dtype=np.int64)
        if old is not None:
            blocks[: old[0].size], children[: old[0].size], letters[: len(old[3])] = old[0], old[1], old[3]
        self.arrays = (blocks, children, np.empty(2 * nodes, dtype=np.int32), letters)
        rehash(blocks, children, self.arrays[2], int(self.counts[NODES]), self._values)

    def root(self, index: int) -> int:
        """Explore one input and return its root."""
        self.lazy.begin(index)
        self.counts[DEPTH] = 0
        task = (self.lazy.size, self.lazy.rule)
        while True:
            _clock.tick()
            why = grow(task, self.lazy.state, self.arrays, self.counts, min(WORK_AT_ONCE, self._left))
            if why == FINISHED:
                return int(self.counts[RESULT])
            if why == OUT_OF_ROOM:
                blocks, _, _, trie = self.arrays
                full = self.counts[TRIE] + len(self._problem.readout.places) >= len(trie)
                self._resize(blocks.size * (1 if full else 2), len(trie) * (2 if full else 1))
                continue
            self._left -= WORK_AT_ONCE
            if self._left <= 0:
                raise BudgetError(
                    f"the decision diagram of all tables takes more than {MOST_WORK:,} branches and steps, the limit;"
                    " use fewer steps or states, or estimate by sampling"
                )

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return the outcomes met, in the order of their numbers."""
        alphabets = self._problem.readout.alphabets(self._problem.space)
        found: list[Outcome] = [()] * int(self.counts[OUTCOMES])
        open_nodes: list[tuple[int, Outcome]] = [(0, ())]
        while open_nodes:
            node, prefix = open_nodes.pop()
            for x in np.flatnonzero(self.arrays[3][node]).tolist():
                after, word = int(self.arrays[3][node, x]), (*prefix, alphabets[len(prefix)][x])
                if len(word) == len(alphabets):
                    found[after - 1] = word
                else:
                    open_nodes.append((after, word))
        return tuple(found)


def diagram_of(problem: SynthesisProblem, memory_limit: int | None = None) -> Diagram:
    """Return the decision diagram of a problem, made anew only if it is not known yet.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    memory_limit : int, optional
        Bytes that may be used; by default what a call may take.

    Raises
    ------
    BudgetError
        If it does not fit, or has too many branches.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["A"], steps=2)
    >>> diagram = diagram_of(problem)
    >>> diagram.outcomes, diagram.blocks.size
    ((('reject',), ('accept',)), 10)
    """
    limit = _memory.limit() if memory_limit is None else memory_limit
    known = kept_diagrams.of(problem)
    if "diagram" not in known:
        builder = _Builder(problem, limit)
        roots = []
        with _progress.counted("inputs", len(problem.inputs), what="diagrams of all runs") as bar:
            for i in range(len(problem.inputs)):
                roots.append(builder.root(i))
                bar.more()
        blocks, children = (array[: builder.counts[NODES]].copy() for array in builder.arrays[:2])
        known["diagram"] = Diagram(blocks, children, tuple(roots), builder.outcomes())
    found: Diagram = known["diagram"]
    need = found.blocks.nbytes + found.children.nbytes
    if need > limit:
        raise BudgetError(
            f"the decision diagram of all tables needs {_memory.in_words(need)}, and the limit is"
            f" {_memory.in_words(limit)}; allow more memory, or use fewer steps or states"
        )
    return found
