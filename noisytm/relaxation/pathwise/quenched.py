"""The quenched semantics: one table is drawn from a noisy code, then run; masses of the readouts and their gradients.

p(y | x, w) = Σ_M w(M)·1[M(x) = y] is summed over the branches of the decision diagram of each input: w(M) summed over
the tables that share a branch is the product of the entries that the branch fixes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _memory
from noisytm._deferred import inner, jit
from noisytm.errors import BudgetError
from noisytm.problem import Outcome, SynthesisProblem
from noisytm.relaxation.pathwise.decision_diagrams import (
    Diagram,
    block_columns,
    diagram_of,
    kept_diagrams,
    value_counts,
)

COMPILES = "the quenched semantics"

Array = NDArray[np.float64]

# Codes that are evaluated side by side, in the lanes of vectors.
LANES = 8
# Children of nodes that are gone through between two looks at the clock and the keyboard, some tenths of a second.
CHILDREN_AT_ONCE = 1 << 26


class _Input(NamedTuple):
    """The part of a diagram that one input uses: nodes parents first, then its outcomes."""

    columns: NDArray[np.int64]  # of each node: where its block begins in a code
    values: NDArray[np.int64]  # of each node: how many values it has
    children: NDArray[np.int32]  # rows of the masses, for each node and value
    outcomes: list[Outcome]

    @property
    def rows(self) -> int:
        """Number of nodes and outcomes."""
        return len(self.columns) + len(self.outcomes)

    def slices(self, codes: int) -> Iterator[slice]:
        """Yield parts of some codes, with a look at the clock and the keyboard before each."""
        at_once = max(CHILDREN_AT_ONCE // max(self.children.size, 1), 1) * LANES
        for first in range(0, codes, at_once):
            _clock.tick()
            yield slice(first, first + at_once)


@jit
def _mark(blocks, children, values, root, nodes, ends) -> Any:  # type: ignore[no-untyped-def]
    """Mark the nodes and ends that can be reached from a root."""
    if root < 0:
        ends[-1 - root] = True
        return
    nodes[root] = True
    for node in range(root, -1, -1):
        if nodes[node]:
            for c in range(values[blocks[node] % 3]):
                child = children[node, c]
                if child < 0:
                    ends[-1 - child] = True
                else:
                    nodes[child] = True


@inner
def _load(codes, first, weights) -> Any:  # type: ignore[no-untyped-def]
    """Put codes into lanes, zeros where there are no more."""
    for lane in range(LANES):
        for e in range(codes.shape[1]):
            weights[e, lane] = codes[first + lane, e] if first + lane < codes.shape[0] else 0.0


@inner
def _push(columns, values, children, weights, mass) -> Any:  # type: ignore[no-untyped-def]
    """Move mass from the root down to the ends."""
    mass[:] = 0.0
    for lane in range(LANES):
        mass[0, lane] = 1.0
    for node in range(columns.size):
        for c in range(values[node]):
            entry, child = columns[node] + c, children[node, c]
            for lane in range(LANES):
                mass[child, lane] += mass[node, lane] * weights[entry, lane]


@jit
def _masses(columns, values, children, codes, weights, mass, out) -> Any:  # type: ignore[no-untyped-def]
    """Write the masses of the outcomes, shape (n, outcomes), of codes, shape (n, E)."""
    nodes = columns.size
    for first in range(0, codes.shape[0], LANES):
        _load(codes, first, weights)
        _push(columns, values, children, weights, mass)
        for lane in range(min(LANES, codes.shape[0] - first)):
            for k in range(out.shape[1]):
                out[first + lane, k] = mass[nodes + k, lane]


@jit
def _pull(columns, values, children, codes, cotangents, weights, mass, value, gradient, out) -> Any:  # type: ignore[no-untyped-def]
    """Add Σ_y cotangent_y · ∂p(y)/∂w to ``out``, shape (n, E): mass above a branch times worth below it."""
    nodes = columns.size
    for first in range(0, codes.shape[0], LANES):
        used = min(LANES, codes.shape[0] - first)
        _load(codes, first, weights)
        _push(columns, values, children, weights, mass)
        value[:] = 0.0
        gradient[:] = 0.0
        for lane in range(used):
            for k in range(cotangents.shape[1]):
                value[nodes + k, lane] = cotangents[first + lane, k]
        for node in range(nodes - 1, -1, -1):
            for c in range(values[node]):
                entry, child = columns[node] + c, children[node, c]
                for lane in range(LANES):
                    value[node, lane] += weights[entry, lane] * value[child, lane]
                    gradient[entry, lane] += mass[node, lane] * value[child, lane]
        for lane in range(used):
            for e in range(codes.shape[1]):
                out[first + lane, e] += gradient[e, lane]


class QuenchedRuns:
    """All runs of a problem's tables: the masses of readouts under the quenched semantics.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    memory : int, optional
        Bytes that may be used; by default half of what is available.

    Attributes
    ----------
    outcomes : list of lists of outcomes
        For each input the readouts that can be reached under full noise, in the order of the masses.

    Raises
    ------
    BudgetError
        If the decision diagram of all tables does not fit, or has too many branches.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["A"], steps=3)
    >>> runs = QuenchedRuns(problem)
    >>> runs.outcomes
    [[('reject',), ('accept',)]]
    >>> runs.masses(problem.space.embed(machine)[None])
    [array([[0., 1.]])]
    """

    def __init__(self, problem: SynthesisProblem, memory: int | None = None) -> None:
        self._space, self._memory = problem.space, memory
        diagram = diagram_of(problem, memory)
        known = kept_diagrams.of(problem)
        if "inputs" not in known:
            known["inputs"] = [_input(diagram, problem, root) for root in diagram.roots]
        self._inputs: list[_Input] = known["inputs"]
        self.outcomes = [list(part.outcomes) for part in self._inputs]

    def masses(self, codes: Array) -> list[Array]:
        """Return the masses of the outcomes: sums of products of entries, with full relative accuracy.

        Parameters
        ----------
        codes : ndarray of float64, shape (n, N, S + |Q| + 3)
            Noisy codes.

        Returns
        -------
        list of ndarray of float64, shape (n, len(outcomes[i])), for each input i

        Raises
        ------
        BudgetError
            If buffers and results do not fit.
        """
        flat = np.ascontiguousarray(codes, dtype=np.float64).reshape(len(codes), -1)
        self._require(len(flat), sum(len(part.outcomes) for part in self._inputs), 1)
        weights, mass = self._lanes(), np.empty((self._most_rows, LANES))
        out = [np.empty((len(flat), len(part.outcomes))) for part in self._inputs]
        for part, result in zip(self._inputs, out, strict=True):
            for some in part.slices(len(flat)):
                _masses(part.columns, part.values, part.children, flat[some], weights, mass[: part.rows], result[some])
        return out

    def gradient(self, codes: Array, cotangents: Sequence[Array]) -> Array:
        """Return Σ_i Σ_y cotangent_i(y) · ∂p_i(y)/∂w for each code.

        Parameters
        ----------
        codes : ndarray of float64, shape (n, N, S + |Q| + 3)
            Noisy codes.
        cotangents : list of ndarray of float64, shape (n, len(outcomes[i])), for each input i
            The derivatives of what is wanted with respect to the masses.

        Returns
        -------
        ndarray of float64, shape (n, N, S + |Q| + 3)
            Only differences within one distribution have a meaning: an entry that does not matter is left out.

        Raises
        ------
        BudgetError
            If buffers and results do not fit.
        """
        flat = np.ascontiguousarray(codes, dtype=np.float64).reshape(len(codes), -1)
        self._require(len(flat), flat.shape[1], 2)
        weights, gradient = self._lanes(), self._lanes()
        mass, value = np.empty((self._most_rows, LANES)), np.empty((self._most_rows, LANES))
        out = np.zeros(flat.shape)
        for part, cotangent in zip(self._inputs, cotangents, strict=True):
            given = np.ascontiguousarray(cotangent, dtype=np.float64)
            for some in part.slices(len(flat)):
                _pull(
                    part.columns, part.values, part.children, flat[some], given[some], weights, mass[: part.rows],
                    value[: part.rows], gradient, out[some],
                )  # fmt: skip
        return out.reshape(codes.shape)

    @property
    def _most_rows(self) -> int:
        return max(part.rows for part in self._inputs)

    def _lanes(self) -> Array:
        return np.empty((self._space.shape[0] * self._space.shape[1], LANES))

    def _require(self, codes: int, columns: int, buffers: int) -> None:
        limit = _memory.limit() if self._memory is None else self._memory
        fixed = 8 * LANES * buffers * (self._most_rows + self._space.shape[0] * self._space.shape[1])
        need = fixed + 8 * codes * columns
        if need > limit:
            fit = max(limit - fixed, 0) // (8 * columns)
            advice = f"evaluate at most {fit} codes at a time" if fit else "allow more memory, or use fewer steps"
            raise BudgetError(
                f"{codes} codes need {_memory.in_words(need)} of memory, and the limit is"
                f" {_memory.in_words(limit)}; {advice}"
            )


def _input(diagram: Diagram, problem: SynthesisProblem, root: int) -> _Input:
    """Cut out of a diagram what one input uses."""
    counts = value_counts(problem.space)
    nodes, ends = np.zeros(len(diagram.blocks), dtype=np.bool_), np.zeros(len(diagram.outcomes), dtype=np.bool_)
    _mark(diagram.blocks, diagram.children, counts, root, nodes, ends)
    order, used = np.flatnonzero(nodes)[::-1], np.flatnonzero(ends)
    place = np.zeros(len(nodes) + len(ends), dtype=np.int32)  # of nodes and, counted from the end, of ends
    place[order] = np.arange(len(order))
    place[-1 - used] = len(order) + np.arange(len(used))
    blocks = diagram.blocks[order]
    return _Input(
        block_columns(problem.space)[blocks],
        counts[blocks % 3],
        place[diagram.children[order]],
        [diagram.outcomes[k] for k in used],
    )
