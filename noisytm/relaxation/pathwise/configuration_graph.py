"""All configurations that a run of noisy steps can pass through, as far as they can still be read.

With r steps left the machine reads only cells less than r from the head, and the readout only cells up to r further
than that; what lies beyond is forgotten. Relative to the head, and cut to these cells, the configurations of all inputs
fall together, and few are left: about S^(2t/3) in the fullest layer, where there were S^t.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _progress
from noisytm._forecast import DOUBT, Forecast
from noisytm._memory import in_words
from noisytm.codespace import CodeSpace
from noisytm.errors import BudgetError
from noisytm.machine import MOVES
from noisytm.problem import STATE, Outcome, SynthesisProblem
from noisytm.relaxation.pathwise.packed_tapes import KEY_BYTES, Indices, Tapes, packed, word_count
from noisytm.relaxation.semantics import cells_kept

STAY = MOVES.index("S")
CHILD_BYTES = 4


class Links(NamedTuple):
    """A graph as the kernels take it. A *content* is a tape cut to what can still be read; states multiply it.

    Attributes
    ----------
    child : ndarray of int32, shape (contents before the last step, 3·S)
        The content after writing w and moving m, at 3·w + m; contents are in the order of time.
    head : ndarray of int32, shape (contents,)
        The symbol under the head.
    listed : ndarray of int64, shape (S, |Q|)
        Index of the listed tuple, or −1.
    starts : ndarray of int64, shape (inputs,)
        The content that each input begins with.
    start : int
        The start state.
    readout : ndarray of int64, shape (contents after the last step, |Q|)
        Index of the readout.
    """

    child: NDArray[np.int32]
    head: NDArray[np.int32]
    listed: NDArray[np.int64]
    starts: NDArray[np.int64]
    start: int
    readout: NDArray[np.int64]


@dataclass(frozen=True)
class ConfigurationGraph:
    """The layered graph of a problem's configurations.

    Attributes
    ----------
    links : Links
        Its arrays.
    readouts : list of outcomes
        What can be read after the last step, under full noise from some input; `Links.readout` counts in it.
    layers : list of int
        Number of contents before each step and after the last.
    """

    links: Links
    readouts: list[Outcome]
    layers: list[int]

    @property
    def contents(self) -> int:
        """Number of contents in all layers."""
        return len(self.links.head)

    @property
    def nbytes(self) -> int:
        """Bytes that the graph takes."""
        return sum(array.nbytes for array in self.links if isinstance(array, np.ndarray))


def configuration_graph(problem: SynthesisProblem, memory: int, most_contents: int | None = None) -> ConfigurationGraph:
    """Build the graph, each layer from the one before.

    Parameters
    ----------
    problem : SynthesisProblem
        Its inputs, steps, readout and listed tuples.
    memory : int
        Bytes that it may take, while it is built too.
    most_contents : int, optional
        How many contents it may have.

    Raises
    ------
    BudgetError
        If it does not fit; the message says what is sure to.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> configuration_graph(problem, memory=1 << 20).layers
    [7, 21, 27, 3, 1]
    """
    return _Builder(problem, memory, most_contents).built()


def listed_tuples(space: CodeSpace) -> Indices:
    """Return, shape (S, |Q|), the index of the listed tuple, or −1.

    Examples
    --------
    >>> from noisytm.machine import TuringMachine
    >>> machine = TuringMachine(["_", "1"], "_", ["a", "b"], "a", [("1", "a", "_", "b", "L")])
    >>> listed_tuples(CodeSpace.of(machine)).tolist()
    [[-1, -1], [0, -1]]
    """
    listed = np.full((len(space.symbols), len(space.states)), -1, dtype=np.int64)
    for p, key in enumerate(space.key_indices):
        listed[key] = p
    return listed


def joined(parts: list[Tapes]) -> Tapes:
    """Return tapes with the same cells, one after the other."""
    left, head, right = (np.concatenate([getattr(t, name) for t in parts]) for name in ("left", "head", "right"))
    return Tapes(parts[0].bits, parts[0].cells, left, head, right)


def _first_of_each(rows: Indices) -> tuple[Indices, Indices]:
    """Return the index of the first of all equal rows, in order, and for each row which of these it equals."""
    if not rows.shape[1]:
        return np.zeros(1, dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    _, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(first), dtype=np.int64)
    rank[order] = np.arange(len(first))
    return first[order], rank[inverse.ravel()]


class _Builder:
    """The layers so far, and what they take."""

    def __init__(self, problem: SynthesisProblem, memory: int, most_contents: int | None) -> None:
        self.problem, self.memory, self.most_contents = problem, memory, most_contents
        space = problem.space
        self.symbols, self.states, self.width = len(space.symbols), len(space.states), problem.readout.reach
        self.listed = listed_tuples(space)
        # Children, the head's symbol, and for every state a number on the way there and one on the way back.
        self.content_bytes = CHILD_BYTES * (len(MOVES) * self.symbols + 1) + 16 * self.states
        self.contents = 0

    def built(self) -> ConfigurationGraph:
        problem, task = self.problem, self.problem.encoded
        tapes, starts = self._begin()
        reached = np.zeros((len(tapes), self.states), dtype=bool)
        reached[:, task.start] = True
        heads, children, layers = [tapes.head.astype(np.int32)], [], [len(tapes)]
        forecast = Forecast(self._room(), self.memory)
        with _progress.counted("steps", problem.steps, what="configurations of all runs") as bar:
            for left in range(problem.steps - 1, -1, -1):
                _clock.tick()
                first = sum(layers)
                child, tapes, reached = self._next_layer(tapes, reached, left)
                children.append((child + first).astype(np.int32))
                heads.append(tapes.head.astype(np.int32))
                layers.append(len(tapes))
                bar.more()
                self._require_foreseen(forecast, len(tapes), 2 * tapes.row_bytes)
        readout, readouts = self._readouts(tapes, reached)
        links = Links(np.concatenate(children), np.concatenate(heads), self.listed, starts, task.start, readout)
        return ConfigurationGraph(links, readouts, layers)

    def _begin(self) -> tuple[Tapes, Indices]:
        task, cells = self.problem.encoded, cells_kept(self.problem.steps, self.width)
        words = [task.words[a:b] for a, b in zip(task.starts[:-1], task.starts[1:], strict=True)]
        bits = (self.symbols - 1).bit_length()
        # While it is packed each cell takes a byte for every bit, and as a number eight more.
        self._require(len(words) * (1 + max(cells)), 2 * bits + 16)
        tapes = packed(words, task.blank, self.symbols, cells)
        first, starts = tapes.distinct()
        return tapes.take(first), starts

    def _next_layer(
        self, tapes: Tapes, reached: NDArray[np.bool_], left: int
    ) -> tuple[Indices, Tapes, NDArray[np.bool_]]:
        """Return the children of each content, as indices into the next layer, this layer, and what is reached."""
        count, moves, head, cells = len(tapes), len(MOVES), tapes.head, cells_kept(left, self.width)
        active: NDArray[np.bool_] = np.any(reached & (self.listed[head] >= 0), axis=1)
        idle = np.flatnonzero(~active)
        acting = tapes.take(active)
        branches = moves * self.symbols
        self._require(branches * len(acting) + len(idle), 2 * tapes.row_bytes, count)
        parts = [acting.moved(w, m, cells) for w in range(self.symbols) for m in range(moves)]
        resting = tapes.take(idle)
        parts.append(resting.moved(resting.head, STAY, cells))
        after = joined(parts)
        if not (left or self.width):
            after.head[:] = 0  # not even the head's cell is read again
        first, index = after.distinct()
        child = np.empty((count, branches), dtype=np.int64)
        child[active] = index[: branches * len(acting)].reshape(branches, -1).T
        child[idle] = index[branches * len(acting) :][:, None]
        reached_after = np.zeros((len(first), self.states), dtype=bool)
        reached_after[child[active].ravel()] = True
        np.logical_or.at(reached_after, child[idle, 0], reached[idle])
        return child, after.take(first), reached_after

    def _readouts(self, tapes: Tapes, reached: NDArray[np.bool_]) -> tuple[NDArray[np.int64], list[Outcome]]:
        """Return the index of the readout for each content after the last step and each state, and the readouts."""
        space, readout = self.problem.space, self.problem.readout
        cells = tapes.read(self.width)
        # Two contents may differ in cells only that are not looked at; states only count if they are.
        first, word = _first_of_each(cells[:, [k for k in readout.places if k != STATE]])
        seen = np.zeros((len(first), self.states if readout.reads_state else 1), dtype=bool)
        np.logical_or.at(seen, word, reached if readout.reads_state else True)
        number = np.where(seen, np.cumsum(seen).reshape(seen.shape) - 1, 0)
        outcomes = []
        for w, q in np.argwhere(seen).tolist():
            names = [space.symbols[x] for x in cells[first[w]].tolist()]
            outcomes.append(readout.outcome(space.states[q], names.__getitem__))
        return np.ascontiguousarray(np.broadcast_to(number[word], (len(tapes), self.states))), outcomes

    def _require(self, tapes: int, row_bytes: int, kept: int = 0) -> None:
        """Raise `BudgetError` unless so many tapes can be held for a while, and so many contents more be kept."""
        self.contents += kept
        need = self.contents * self.content_bytes + tapes * row_bytes
        if need > self.memory:
            self._refuse(f"more than {in_words(need)} of memory for their configurations")
        if self.most_contents is not None and self.contents > self.most_contents:
            self._refuse(f"more than {self.most_contents} tapes in their configurations")

    def _room(self) -> list[float]:
        """Return the logarithm of how many contents there can be at most, after each step."""
        return [
            (1 + sum(cells_kept(left, self.width))) * math.log(self.symbols)
            for left in range(self.problem.steps - 1, -1, -1)
        ]

    def _require_foreseen(self, forecast: Forecast, contents: int, row_bytes: int) -> None:
        """Raise `BudgetError` where the layers to come will surely be too many; see `_require`."""
        need = forecast.beyond(contents, len(MOVES) * self.symbols * row_bytes, self.content_bytes)
        if need is not None:
            self._refuse(f"about {in_words(int(need))} of memory for their configurations")
        if self.most_contents is not None and forecast.all() > DOUBT * self.most_contents:
            self._refuse(f"more than {self.most_contents} tapes in their configurations")

    def _refuse(self, need: str) -> NoReturn:
        steps, fit = self.problem.steps, 0
        while fit < steps and self._surely_fits(fit + 1):
            fit += 1
        sure = f"{fit} steps are sure to fit; " if fit else ""
        raise BudgetError(
            f"{steps} steps need {need}; a call may take {in_words(self.memory)}; {sure}use fewer steps or inputs"
        )

    def _surely_fits(self, steps: int) -> bool:
        """Return whether a bound on the number of contents shows that so many steps fit."""
        words = sum(word_count((self.symbols - 1).bit_length(), c) for c in cells_kept(steps, self.width))
        row_bytes, total, written = 2 * (8 * (words + 1) + KEY_BYTES), 0, 0
        inputs = len(self.problem.inputs)
        for s in range(steps + 1):
            # After s steps the written cells are L ≤ s in a row, the head in or beside them; or all is counted that
            # can still be read.
            written += s * (s + 2) * self.symbols**s
            count = min(inputs * max(written, 1), self.symbols ** (1 + sum(cells_kept(steps - s, self.width))))
            total += count
            if total * self.content_bytes + count * 3 * self.symbols * row_bytes > self.memory:
                return False
        return self.most_contents is None or total <= self.most_contents
