"""Which errors of keys let a tuple act that does not: the least set of them that all such errors meet.

Where keys err, a tuple that acts nowhere may begin to, wherever none acts that is listed behind it. At such a
(symbol, state) both must match: it is in the way of one of two coordinates, of its symbol and of its state, where these
are wrong. So what meets them all is a vertex cover of a bipartite graph (docs/noisy-keys.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from noisytm.codespace import TupleCoordinate
from noisytm.geometry import Chart, Key, Place, visited_keys
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem

Edges = Sequence[tuple[int | None, int | None]]
Index = dict[TupleCoordinate, int | None]


def key_cover(
    problem: SynthesisProblem,
    machine: Description,
    used: tuple[Place, ...],
    chart: Chart,
    weights: Sequence[Fraction],
) -> Fraction:
    """Return the least weight of coordinates of unused tuples' keys, one of which errs whenever such a tuple acts.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem, whose keys err.
    machine : Description
        The list of tuples.
    used : tuple of int
        The tuples that act.
    chart : Chart
        The chart at the list.
    weights : sequence of Fraction, length d
        Of its coordinates.

    Examples
    --------
    >>> from noisytm.geometry import chart_at
    >>> rows = [("_", "a", "_", "b", "S")] + [("_", "c", "_", "c", "S")] * 8
    >>> listed = Description(["_"], "_", ["a", "b", "c"], "a", rows)
    >>> problem = SynthesisProblem.of_machine(listed, [""], 1, keys="noisy")
    >>> chart = chart_at("simplex", problem.space, listed)
    >>> key_cover(problem, listed, (0,), chart, [Fraction(1)] * chart.dimension)
    Fraction(8, 1)
    """
    found = _edges(problem, machine, used, _cheapest(chart, weights))
    return sum((_least_cover(edges, weights) for edges in found), Fraction(0))


def key_transversal(problem: SynthesisProblem, machine: Description, used: tuple[Place, ...], chart: Chart) -> set[int]:
    """Return coordinates of unused tuples' keys, few but not the fewest, one of which errs whenever one acts.

    Parameters
    ----------
    problem, machine, used, chart
        As of `key_cover`.

    Examples
    --------
    >>> from noisytm.geometry import chart_at
    >>> listed = Description(["_"], "_", ["a", "b", "c"], "a", [("_", "a", "_", "b", "S"), ("_", "c", "_", "c", "S")])
    >>> problem = SynthesisProblem.of_machine(listed, [""], 1, keys="noisy")
    >>> chart = chart_at("simplex", problem.space, listed)
    >>> [str(chart.coordinates[j]) for j in key_transversal(problem, listed, (0,), chart)]
    ['tuple 1 is in a']
    """
    found: set[int] = set()
    for edges in _edges(problem, machine, used, _cheapest(chart, [Fraction(1)] * chart.dimension)):
        ways = [{b if a is None else a for a, b in edges}, {a if b is None else b for a, b in edges}]
        found |= {j for j in min(ways, key=len) if j is not None}
    return found


def _cheapest(chart: Chart, weights: Sequence[Fraction]) -> Index:
    """Return for each wrong entry the coordinate of least weight that it is a multiple of, by tuple, kind and value.

    ``None`` stands for an entry that never errs, as a positive part does.
    """
    found: Index = {}
    named = chart.space.coordinates(chart.face.machine)
    for entry, column in zip(named, chart.space.coordinate_columns(chart.face.machine).tolist(), strict=True):
        if isinstance(entry, TupleCoordinate):
            factors = [j for monomial in chart.monomials[column] for j, _ in monomial]
            found[entry] = min(factors, key=lambda j: weights[j]) if factors else None
    return found


def _edges(problem: SynthesisProblem, machine: Description, used: tuple[Place, ...], index: Index) -> Iterator[Edges]:
    """Yield for each unused tuple the pairs of errors with which it acts."""
    visited = visited_keys(problem, machine.machine())
    last = {key: i for i, key in enumerate(machine.keys)}
    for i in range(len(machine.tuples)):
        if i not in used:
            free = [key for key in visited if last.get(key, -1) < i]
            errors = (_errors(i, key, machine.keys[i]) for key in free)
            yield [
                (None if a is None else index[a], None if b is None else index[b])
                for a, b in errors
                if all(x is None or index[x] is not None for x in (a, b))
            ]


def _errors(i: int, at: Key, key: Key) -> tuple[TupleCoordinate | None, TupleCoordinate | None]:
    """Return the wrong symbol and the wrong state with which a tuple matches somewhere."""
    symbol = None if at[0] == key[0] else TupleCoordinate(i, "read", at[0])
    return symbol, None if at[1] == key[1] else TupleCoordinate(i, "in", at[1])


def _least_cover(edges: Edges, weights: Sequence[Fraction]) -> Fraction:
    """Return the least weight of a set that meets every edge; an edge with one end needs it."""
    forced = {a if b is None else b for a, b in edges if a is None or b is None or a == b}
    left: dict[int, set[int]] = {}
    for a, b in edges:
        if a is not None and b is not None and not {a, b} & forced:
            left.setdefault(a, set()).add(b)
    return sum((weights[j] for j in forced if j is not None), Fraction(0)) + _largest_flow(left, weights)


def _largest_flow(edges: Mapping[int, set[int]], weights: Sequence[Fraction]) -> Fraction:
    """Return the largest flow from the ends on the left to those on the right, which is the least cover's weight."""
    room = {j: weights[j] for ends in ((a, *bs) for a, bs in edges.items()) for j in ends}
    sent: dict[tuple[int, int], Fraction] = {}
    total = Fraction(0)
    while path := _path(edges, room, sent):
        forward = [pair for pair, back in path if not back]
        give = min(room[forward[0][0]], room[forward[-1][1]], *(sent[pair] for pair, back in path if back))
        for pair, back in path:
            sent[pair] = sent.get(pair, Fraction(0)) + (-give if back else give)
        room[forward[0][0]] -= give
        room[forward[-1][1]] -= give
        total += give
    return total


def _path(
    edges: Mapping[int, set[int]], room: Mapping[int, Fraction], sent: Mapping[tuple[int, int], Fraction]
) -> list[tuple[tuple[int, int], bool]]:
    """Return edges by which more can flow, from a left end with room to a right one; those taken back are marked."""
    came: dict[tuple[str, int], list[tuple[tuple[int, int], bool]]] = {("left", a): [] for a in edges if room[a] > 0}
    waiting = list(came)
    for side, j in waiting:
        path = came[side, j]
        if side == "right" and room[j] > 0:
            return path
        steps = (
            [(("right", b), ((j, b), False)) for b in sorted(edges[j])]
            if side == "left"
            else [(("left", a), ((a, j), True)) for a, bs in edges.items() if j in bs and sent.get((a, j), 0) > 0]
        )
        for at, step in steps:
            if at not in came:
                came[at] = [*path, step]
                waiting.append(at)
    return []
