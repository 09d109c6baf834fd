"""Sets of accepted outcomes as layered automata: what the kernels read the mass of the rejected outcomes through.

An automaton reads the cells of a readout one after the other (the state counts as one cell whose values are the
states). Before cell c it is in a node of layer c; a value of the cell leads to a node of the next layer, or to one of
two sinks as soon as it is certain that the outcome is rejected, or accepted. So the rejected mass is a sum of
non-negative terms: what flows into the rejecting sink.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from noisytm._summary import line_of
from noisytm.errors import BudgetError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Where a node leads that leads to no node.
REJECT, ACCEPT = -1, -2

MAX_TRANSITIONS = 1_000_000

Indices = tuple[int, ...]  # an outcome, as indices of values
Counts = int | Sequence[int]  # of values of each cell
Row = tuple[int, ...]  # for every value the next node, REJECT or ACCEPT
_State = frozenset[tuple[int, int]]  # (what must follow, mistakes so far) of the words that may still be met
_Tails = list[list[tuple[int, int]]]  # of each layer: first value and what follows, of each possible rest of a word


class Acceptance(NamedTuple):
    """The automata of the accepted outcomes, one for each different set, as the kernels take them.

    Attributes
    ----------
    of_input : ndarray of int64, shape (inputs,)
        The automaton of each input.
    sole : ndarray of int64, shape (automata,)
        1 where just one outcome is accepted; layer c is then one node for each c < cells.
    layers : ndarray of int64, shape (automata, cells + 1)
        Where in ``nodes`` each layer begins; the first layer is one node. The last entry is the end.
    nodes : ndarray of int64, shape (nodes of all automata, most values)
        For every node and value the next node, `REJECT` or `ACCEPT`. Where a cell has fewer values than another there
        is something in the columns of those it lacks, whose mass is zero.
    """

    of_input: NDArray[np.int64]
    sole: NDArray[np.int64]
    layers: NDArray[np.int64]
    nodes: NDArray[np.int64]

    def __repr__(self) -> str:
        return line_of(self)


class EncodedProblem(NamedTuple):
    """A problem as arrays of indices, as the kernels take it.

    Attributes
    ----------
    words : ndarray of int64
        The symbols of all inputs, one input after the other.
    starts : ndarray of int64, shape (inputs + 1,)
        Where each input begins.
    blank, start : int
        Index of the blank and of the start state.
    places : ndarray of int64, shape (C,)
        What is read after the last step: the state (`STATE`), or cells counted from the head rightwards.
    reach : int
        Number of cells from the head rightwards in which the places lie, such as K of ``tape:K``; 0 for ``state``.
    acceptance : Acceptance
        The automata of the accepted outcomes.
    weights : ndarray of float64, shape (inputs,)
        The weights.
    """

    words: NDArray[np.int64]
    starts: NDArray[np.int64]
    blank: int
    start: int
    places: NDArray[np.int64]
    reach: int
    acceptance: Acceptance
    weights: NDArray[np.float64]

    def __repr__(self) -> str:
        return line_of(self)

    @property
    def read_shape(self) -> tuple[int, int]:
        """Number C of places that are read, and of values of the one that has most."""
        return len(self.places), self.acceptance.nodes.shape[1]


def acceptance(targets: Sequence[Iterable[Indices]], cells: int, values: Counts, radius: int) -> Acceptance:
    """Return the automata of the accepted outcomes, one for each different set.

    Parameters
    ----------
    targets : sequence of sets of tuples of ``cells`` int
        For each input the words, as indices of values.
    cells : int
        Number of cells that are read.
    values : int or sequence of int
        Number of values of each, or one number for all.
    radius : int
        Words within this Hamming distance are accepted too.

    Returns
    -------
    Acceptance

    Raises
    ------
    BudgetError
        If an automaton has more than 1 000 000 transitions.

    Examples
    --------
    One word with one mistake allowed: no mistake yet, or one.

    >>> automata = acceptance([[(0, 1, 1)]], 3, 2, 1)
    >>> automata.layers.tolist(), automata.nodes.tolist()
    ([[0, 1, 3, 4]], [[1, 2], [3, -2], [-1, 3], [-1, -2]])
    """
    import numpy as np

    counts = _counts(values, cells)
    number: dict[frozenset[Indices], int] = {}
    of_input = [number.setdefault(frozenset(words), len(number)) for words in targets]
    sole = [len(words) == 1 and (radius == 0 or max(counts) == 1) for words in number]
    parts, layers, done = [], np.empty((len(number), cells + 1), dtype=np.int64), 0
    for a, (words, alone) in enumerate(zip(number, sole, strict=True)):
        if alone:
            begins, rows = list(range(cells + 1)), _chain(next(iter(words)), max(counts))
        else:
            begins, listed = automaton(words, cells, counts, radius)
            rows = np.array([(*row, *(row[:1] * (max(counts) - len(row)))) for row in listed], dtype=np.int64)
        layers[a] = np.asarray(begins) + done
        parts.append(np.where(rows >= 0, rows + done, rows))
        done += len(rows)
    arrays = (np.array(of_input, dtype=np.int64), np.array(sole, dtype=np.int64), layers, np.concatenate(parts))
    return Acceptance(*arrays)


def _counts(values: Counts, cells: int) -> tuple[int, ...]:
    return (values,) * cells if isinstance(values, int) else tuple(values)


def most_nodes(automata: Acceptance) -> int:
    """Return the largest number of nodes of one automaton.

    Examples
    --------
    >>> most_nodes(acceptance([[(0, 1, 1)]], 3, 2, 1))
    4
    """
    layers = automata.layers
    return int((layers[:, -1] - layers[:, 0]).max())


def _chain(word: Indices, values: int) -> NDArray[np.int64]:
    """Return the nodes of the automaton that accepts one word."""
    import numpy as np

    rows = np.full((len(word), values), REJECT, dtype=np.int64)
    rows[np.arange(len(word)), word] = [*range(1, len(word)), ACCEPT]
    return rows


def automaton(words: Iterable[Indices], cells: int, values: Counts, radius: int) -> tuple[list[int], list[Row]]:
    """Return the least automaton that accepts all words within ``radius`` of one of ``words``.

    Parameters
    ----------
    words, cells, values, radius
        As of `acceptance`, for one set.

    Returns
    -------
    begins : list of cells + 1 int
        Where each layer begins, and the end.
    rows : list of tuples of int, one for each value
        The nodes.

    Raises
    ------
    BudgetError
        If there are more than 1 000 000 transitions before equal nodes are merged.

    Examples
    --------
    >>> automaton([(0, 0), (0, 1), (1, 1)], 2, 2, 0)
    ([0, 1, 2], [(-2, 1), (-1, -2)])
    """
    counts = _counts(values, cells)
    layers = _determinised(sorted(set(words)), counts, radius)
    merged: list[list[Row]] = []
    renamed: list[int] = []  # what the nodes of the layer after have become
    for count, layer in zip(reversed(counts), reversed(layers), strict=True):
        rows = [tuple(renamed[to] if to >= 0 else to for to in row) for row in layer]
        known: dict[Row, int] = {} if len(merged) == cells - 1 else {(s,) * count: s for s in (REJECT, ACCEPT)}
        kept: list[Row] = []
        for row in rows:
            if row not in known:
                known[row] = len(kept)
                kept.append(row)
        renamed = [known[row] for row in rows]
        merged.append(kept)
    merged.reverse()
    begins = [0]
    for layer in merged:
        begins.append(begins[-1] + len(layer))
    absolute = [
        tuple(to + begins[c + 1] if to >= 0 else to for to in row) for c, layer in enumerate(merged) for row in layer
    ]
    return begins, absolute


def _determinised(words: Sequence[Indices], counts: Sequence[int], radius: int) -> list[list[Row]]:
    """Return the layers of a deterministic automaton; nodes are numbered within their layer."""
    cells = len(counts)
    tails, first = _tails(words, cells)
    layer: dict[_State, int] = {frozenset((tail, 0) for tail in first): 0}
    layers, transitions = [], 0
    for c, values in enumerate(counts):
        after: dict[_State, int] = {}
        rows: list[Row] = []
        for state in layer:
            transitions += values
            if transitions > MAX_TRANSITIONS:
                raise BudgetError(
                    f"an accepted set needs more than {MAX_TRANSITIONS:,} transitions;"
                    " list fewer words, or read fewer cells"
                )
            rows.append(tuple(_next(state, tails[c], v, radius, cells - c - 1, after) for v in range(values)))
        layers.append(rows)
        layer = after
    return layers


def _next(
    state: _State, tails: Sequence[tuple[int, int]], value: int, radius: int, left: int, after: dict[_State, int]
) -> int:
    """Return where a value leads, with ``left`` cells still to be read; new states are numbered in ``after``."""
    least: dict[int, int] = {}
    for tail, mistakes in state:
        wanted, rest = tails[tail]
        now = mistakes + (wanted != value)
        if now <= least.get(rest, radius):
            least[rest] = now
    if not least:
        return REJECT
    if min(least.values()) + left <= radius:
        return ACCEPT
    return after.setdefault(frozenset(least.items()), len(after))


def _tails(words: Sequence[Indices], cells: int) -> tuple[_Tails, list[int]]:
    """Number the different rests of the words from each cell on; return them, and those from the first cell on."""
    rest, tails = [0] * len(words), _Tails()
    for c in range(cells - 1, -1, -1):
        number: dict[tuple[int, int], int] = {}
        rest = [number.setdefault((word[c], tail), len(number)) for word, tail in zip(words, rest, strict=True)]
        tails.append(list(number))
    return tails[::-1], rest


def encoded_problem(problem: Any) -> EncodedProblem:
    """Return a `SynthesisProblem` as arrays of indices; see `SynthesisProblem.encoded`."""
    import numpy as np

    space, readout = problem.space, problem.readout
    symbol = {x: i for i, x in enumerate(space.symbols)}
    values = tuple(map(len, readout.alphabets(space)))
    accepted = [list(map(problem.indices, listed)) for listed in problem.targets]
    return EncodedProblem(
        words=np.array([symbol[s] for word in problem.inputs for s in word], dtype=np.int64),
        starts=np.cumsum([0] + [len(word) for word in problem.inputs], dtype=np.int64),
        blank=symbol[space.blank],
        start=space.states.index(space.start),
        places=np.array(readout.places, dtype=np.int64),
        reach=readout.reach,
        acceptance=acceptance(accepted, len(values), values, problem.hamming),
        weights=np.array([float(q) for q in problem.weights]),
    )
