"""The tree of cubes, and a search in it as it goes on, slice by slice, in compiled code."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _memory
from noisytm.errors import ProblemError
from noisytm.machine import MOVES, TransitionTuple
from noisytm.problem import STATE, EncodedProblem, SynthesisProblem
from noisytm.search.cubes import _kernel
from noisytm.search.cubes.tally import CubeTally
from noisytm.search.tables import UNFIXED, UNLISTED, TableSpace

Table = NDArray[np.int64]

# Steps and leaves between two looks at the clock, and cubes that are handed on at once.
WORK_AT_ONCE, CUBES_AT_ONCE = 1 << 24, 1 << 12
MOST_SYMBOLS = 1 << _kernel.MOVE_SHIFT


class CubeTree:
    """What all searches in one tree of cubes share.

    Parameters
    ----------
    tables : TableSpace
        The codes.
    problem : SynthesisProblem
        What they are to solve.
    most : int, optional
        Tuples may be left out, and at most so many are listed. By default all are.
    """

    def __init__(self, tables: TableSpace, problem: SynthesisProblem, most: int | None = None) -> None:
        self.tables, self.problem, self.most = tables, tables.problem(problem), most
        symbols, states = len(tables.space.symbols), len(tables.space.states)
        if symbols > MOST_SYMBOLS:
            raise ProblemError(f"there are {symbols:,} symbols; a search can have {MOST_SYMBOLS:,} at most")
        encoded, inputs, steps = self.problem.encoded, len(problem.inputs), problem.steps
        width = 2 * steps + max(encoded.reach, 1)
        _memory.require(
            8 * inputs * (2 * width + steps), f"{inputs:,} tapes for {steps:,} steps", "ask for fewer steps or inputs"
        )
        by_state = problem.readout.places == (STATE,)
        self.shape = np.array(
            [steps, inputs, encoded.start * symbols, -1 if most is None else most, symbols * states], np.int64
        )
        self.entries = np.array([_entry(tables, action) for action in range(tables.actions)], np.int64)
        still = [(s * states + q) * len(MOVES) + MOVES.index("S") for q in range(states) for s in range(symbols)]
        of_state = np.repeat(np.arange(states), symbols)
        self.keys = np.ascontiguousarray(tables.key_of.T).reshape(-1)
        self.cells = np.array(still, np.int64), self.keys, of_state
        self.heads = np.arange(inputs, dtype=np.int64) * width + steps
        automata = encoded.acceptance
        looked_up = range(inputs if by_state else 0)
        accepted = [[self.problem.accepts(i, (q,)) for q in tables.space.states] for i in looked_up]
        rights = np.repeat(np.array(accepted, np.int64), symbols)
        self.reading = (encoded.places, automata.nodes, automata.layers[automata.of_input, 0].copy(), rights)
        self.lists, self.ends = self._children(accepted)
        self.tapes = self._tapes(encoded, width)

    @property
    def tuples(self) -> int:
        """Number N of tuples."""
        return len(self.tables.space.keys)

    @property
    def root(self) -> Table:
        """The table in which nothing is settled."""
        return np.full(self.tuples, UNFIXED, np.int64)

    def checked(self, start: Table) -> Table:
        """Return a partial table as int64.

        Raises
        ------
        MachineError
            If it is not one of this tree.
        """
        given = np.array(start, np.int64)
        self.tables.machine(given if self.most is None else np.maximum(given, UNFIXED))
        return given

    def _children(self, accepted: list[list[bool]]) -> tuple[Table, Table]:
        """Return the children of every branch, those that end accepted by the state they enter, and room for more."""
        actions, inputs = self.tables.actions, len(self.problem.inputs)
        all_of_them = [*([] if self.most is None else [UNLISTED]), *range(actions)]
        lists = np.zeros((1 + inputs + self.tuples + 1, actions + 1), np.int64)
        ends = np.zeros(len(lists), np.int64)
        lists[0, : len(all_of_them)], ends[0] = all_of_them, len(all_of_them)
        entered = np.arange(actions) // len(MOVES) % len(self.tables.space.states)
        for i, states in enumerate(accepted):
            chosen = np.flatnonzero(np.array(states)[entered])
            lists[1 + i, : len(chosen)], ends[1 + i] = chosen, len(chosen)
        return lists, ends

    def _tapes(self, encoded: EncodedProblem, width: int) -> Table:
        """Return all inputs on their tapes; what no head can come to is left out."""
        tapes = np.full(len(self.heads) * width, encoded.blank, np.int64)
        for i, head in enumerate(self.heads):
            word = encoded.words[encoded.starts[i] : encoded.starts[i + 1]][: (i + 1) * width - head]
            tapes[head : head + len(word)] = word
        return tapes

    def lists_of(self, rows: Table) -> Iterator[tuple[TransitionTuple, ...]]:
        """Yield the tuples that are listed in each of some cubes."""
        return (self.tables.machine(np.maximum(row, UNFIXED)).tuples for row in rows)

    def table(self, start: Table) -> Table:
        """Return what stands in every cell of a partial table."""
        cells = np.full(len(self.keys), _kernel.OPEN, np.int64)
        for cell, key in enumerate(self.keys):
            action = UNLISTED if key < 0 else int(start[key])  # in a halting state nothing is listed
            if action in (UNLISTED, self.cells[0][cell]):
                cells[cell] = _kernel.STILL
            elif action != UNFIXED:
                cells[cell] = self.entries[action]
        return cells


class CubeStream:
    """The cubes below a partial table, gone through once, from where it stands.

    Parameters
    ----------
    tree : CubeTree
        The tree.
    start : ndarray of int64, shape (N,)
        What is settled: actions, `UNFIXED`, and `UNLISTED` for a tuple that is not listed.

    Attributes
    ----------
    counts : ndarray of int64, shape (N + 1, N + 1)
        Cubes so far, by how many tuples are settled and listed, and how many are settled not to be.
    leaves : ndarray of int64, shape (2,)
        Cubes, and refuted leaves.
    ended : bool
        Whether it has come to its end.
    """

    def __init__(self, tree: CubeTree, start: Table) -> None:
        self._tree = tree
        listed, unlisted = int((start >= 0).sum()), int((start == UNLISTED).sum())
        self.counts = np.zeros((tree.tuples + 1, tree.tuples + 1), np.int64)
        self.leaves = np.zeros(2, np.int64)
        self.ended = False
        self._lists, self._ends = tree.lists.copy(), tree.ends.copy()  # with room for lists of its own
        self._search = (
            np.array([0, 0, tree.heads[0], tree.shape[_kernel.START], 0, 0, listed + unlisted, unlisted], np.int64),
            tree.table(start),
            tree.tapes.copy(),
            np.empty(len(tree.heads) * tree.problem.steps + 1, np.int64),
            np.empty((tree.tuples + 1, _kernel.ACTION + 1), np.int64),
            np.array(start, np.int64),
        )

    @property
    def tally(self) -> CubeTally:
        """What was counted so far."""
        tree, refuted = self._tree, int(self.leaves[_kernel.REFUTED])
        return CubeTally.of(tree.tuples, tree.tables.actions, tree.most, self.counts, refuted)

    def count(self) -> None:
        """Count on for a fraction of a second."""
        self._go_on(np.empty((0, self._tree.tuples), np.int64))

    def cubes(self) -> Iterator[Table]:
        """Yield the cubes that are left as arrays of shape (n, N), some thousands at a time."""
        rows = np.empty((CUBES_AT_ONCE, self._tree.tuples), np.int64)
        while not self.ended:
            _clock.tick()
            if number := self._go_on(rows):
                yield rows[:number].copy()

    def branch(self) -> int | None:
        """Begin the search; return the tuple at which the tree branches first, ``None`` if it has ended already."""
        self._go_on(np.empty((0, self._tree.tuples), np.int64), 1)
        return None if self.ended else int(self._tree.keys[self._search[4][0, _kernel.CELL]])

    def _go_on(self, rows: Table, work: int = WORK_AT_ONCE) -> int:
        tree = self._tree
        number, self.ended = _kernel.explore(
            tree.shape,
            tree.entries,
            tree.cells,
            tree.heads,
            tree.reading,
            self._lists,
            self._ends,
            self._search,
            self.counts,
            self.leaves,
            rows,
            work,
        )
        return int(number)


def counted(tree: CubeTree, start: Table) -> CubeTally:
    """Return the tally of the cubes below a partial table."""
    stream = CubeStream(tree, start)
    while not stream.ended:
        _clock.tick()
        stream.count()
    return stream.tally


def _entry(tables: TableSpace, action: int) -> int:
    rest, move = divmod(action, len(MOVES))
    write, state = divmod(rest, len(tables.space.states))
    return state * len(tables.space.symbols) << _kernel.ROW_SHIFT | move << _kernel.MOVE_SHIFT | write
