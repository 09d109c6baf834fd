"""Which errors of keys let a tuple act that does not: the least set of them that all such errors meet.

Where keys err, a tuple that acts nowhere may begin to, wherever none acts that is listed behind it. At such a
(symbol, state) both must match: it is in the way of one of two coordinates, of its symbol and of its state, where these
are wrong. So what meets them all is a vertex cover of a bipartite graph (docs/noisy-keys.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from noisytm.codespace import TupleCoordinate
from noisytm.geometry import AnyCoordinate, Key, Place, visited_keys
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem

Edges = Sequence[tuple[int | None, int | None]]


def key_cover(
    problem: SynthesisProblem,
    machine: Description,
    used: tuple[Place, ...],
    coordinates: Sequence[AnyCoordinate],
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
    coordinates : sequence of coordinates, length d
        Of the chart.
    weights : sequence of Fraction, length d
        Theirs.

    Examples
    --------
    >>> from noisytm import CodeSpace
    >>> rows = [("_", "a", "_", "b", "S")] + [("_", "c", "_", "c", "S")] * 8
    >>> listed = Description(["_"], "_", ["a", "b", "c"], "a", rows)
    >>> problem = SynthesisProblem.of_machine(listed, [""], 1, keys="noisy")
    >>> names = problem.space.coordinates(listed)
    >>> key_cover(problem, listed, (0,), names, [Fraction(1)] * len(names))
    Fraction(8, 1)
    """
    found = _edges(problem, machine, used, coordinates)
    return sum((_least_cover(edges, weights) for edges in found), Fraction(0))


def key_transversal(
    problem: SynthesisProblem, machine: Description, used: tuple[Place, ...], coordinates: Sequence[AnyCoordinate]
) -> set[int]:
    """Return coordinates of unused tuples' keys, few but not the fewest, one of which errs whenever one acts.

    Parameters
    ----------
    problem, machine, used, coordinates
        As of `key_cover`.

    Examples
    --------
    >>> from noisytm import CodeSpace
    >>> listed = Description(["_"], "_", ["a", "b", "c"], "a", [("_", "a", "_", "b", "S"), ("_", "c", "_", "c", "S")])
    >>> problem = SynthesisProblem.of_machine(listed, [""], 1, keys="noisy")
    >>> names = problem.space.coordinates(listed)
    >>> [str(names[j]) for j in key_transversal(problem, listed, (0,), names)]
    ['tuple 1 is in a']
    """
    found: set[int] = set()
    for edges in _edges(problem, machine, used, coordinates):
        ways = [{b if a is None else a for a, b in edges}, {a if b is None else b for a, b in edges}]
        found |= {j for j in min(ways, key=len) if j is not None}
    return found


def _edges(
    problem: SynthesisProblem, machine: Description, used: tuple[Place, ...], coordinates: Sequence[AnyCoordinate]
) -> Iterator[Edges]:
    """Yield for each unused tuple the pairs of errors with which it acts."""
    visited = visited_keys(problem, machine.machine())
    last = {key: i for i, key in enumerate(machine.keys)}
    index = {(c.tuple, c.kind, c.wrong): j for j, c in enumerate(coordinates) if isinstance(c, TupleCoordinate)}
    for i in range(len(machine.tuples)):
        if i not in used:
            free = [key for key in visited if last.get(key, -1) < i]
            yield [_errors(i, key, machine.keys[i], index) for key in free]


def _errors(i: int, at: Key, key: Key, index: Mapping[tuple[int, str, str], int]) -> tuple[int | None, int | None]:
    """Return the coordinates of the wrong symbol and of the wrong state with which a tuple matches somewhere."""
    symbol = None if at[0] == key[0] else index[i, "read", at[0]]
    return symbol, None if at[1] == key[1] else index[i, "in", at[1]]


def _least_cover(edges: Edges, weights: Sequence[Fraction]) -> Fraction:
    """Return the least weight of a set that meets every edge; an edge with one end needs it."""
    forced = {a if b is None else b for a, b in edges if a is None or b is None}
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
