"""Which errors of keys let a tuple act that does not: the least set of them that all such errors meet.

Where keys err, a tuple that acts nowhere may begin to, wherever none is sure to act that is listed behind it. At such a
(symbol, state) both must match: it is in the way of one of two wrong entries, of its symbol and of its state, where
these are wrong. So what meets them all is a vertex cover of a bipartite graph (docs/noisy-keys.md). Where an entry is a
sum of products of binary digits all of these products must be met, and all sets of digits of the key are tried.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from noisytm.geometry import Chart, Key, Place, visited_places
from noisytm.problem import SynthesisProblem

Edges = Sequence[tuple[int | None, int | None]]


class KeyErrors(NamedTuple):
    """The (symbol, state) at which one unused tuple would act, each as the errors of its key that make it do so.

    Attributes
    ----------
    reads, states : dict of str to tuple of frozenset of int
        For each wrong symbol, and each wrong state, the products of coordinates that its probability is a sum of.
    wanted : list of (str or None, str or None)
        The pairs of a wrong symbol and a wrong state; ``None`` where none is needed.
    """

    reads: dict[str, tuple[frozenset[int], ...]]
    states: dict[str, tuple[frozenset[int], ...]]
    wanted: list[tuple[str | None, str | None]]


def key_cover(
    problem: SynthesisProblem,
    used: tuple[Place, ...],
    chart: Chart,
    may_keep: bool,
    weights: Sequence[Fraction],
) -> Fraction:
    """Return the least weight of coordinates of unused tuples' keys, one of which errs whenever such a tuple acts.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem, whose keys err.
    used : tuple of int
        The tuples that act.
    chart : Chart
        The chart at the list, or at a face.
    may_keep : bool
        As of `visited_places`.
    weights : sequence of Fraction, length d
        Of its coordinates.

    Examples
    --------
    >>> from noisytm import Description
    >>> from noisytm.geometry import chart_at
    >>> rows = [("_", "a", "_", "b", "S")] + [("_", "c", "_", "c", "S")] * 8
    >>> listed = Description(["_"], "_", ["a", "b", "c"], "a", rows)
    >>> problem = SynthesisProblem.of_machine(listed, [""], 1, keys="noisy")
    >>> for name in ("simplex", "bits"):
    ...     chart = chart_at(name, problem.space, listed)
    ...     print(key_cover(problem, (0,), chart, True, [Fraction(1)] * chart.dimension))
    8
    16

    In binary c is 10, and both 00 and 11 stand for a.
    """
    found = _errors(problem, used, chart, may_keep)
    if chart.binary:
        return sum((sum((weights[j] for j in _least_digits(e, weights)), Fraction(0)) for e in found), Fraction(0))
    return sum((_least_cover(_edges(errors, weights), weights) for errors in found), Fraction(0))


def key_transversal(problem: SynthesisProblem, used: tuple[Place, ...], chart: Chart, may_keep: bool) -> set[int]:
    """Return coordinates of unused tuples' keys, few but not the fewest, one of which errs whenever one acts.

    Parameters
    ----------
    problem, used, chart, may_keep
        As of `key_cover`.

    Examples
    --------
    >>> from noisytm import Description
    >>> from noisytm.geometry import chart_at
    >>> listed = Description(["_"], "_", ["a", "b", "c"], "a", [("_", "a", "_", "b", "S"), ("_", "c", "_", "c", "S")])
    >>> problem = SynthesisProblem.of_machine(listed, [""], 1, keys="noisy")
    >>> chart = chart_at("simplex", problem.space, listed)
    >>> [str(chart.coordinates[j]) for j in key_transversal(problem, (0,), chart, True)]
    ['tuple 1 is in a']
    """
    found: set[int] = set()
    ones = [Fraction(1)] * chart.dimension
    for errors in _errors(problem, used, chart, may_keep):
        if chart.binary:
            found |= _least_digits(errors, ones)
            continue
        edges = _edges(errors, ones)
        ways = [{b if a is None else a for a, b in edges}, {a if b is None else b for a, b in edges}]
        found |= {j for j in min(ways, key=len) if j is not None}
    return found


def _errors(problem: SynthesisProblem, used: tuple[Place, ...], chart: Chart, may_keep: bool) -> Iterator[KeyErrors]:
    """Yield for each unused tuple the errors with which it acts; those that never come are left out."""
    visited, support, width = visited_places(problem, chart.face, may_keep), chart.face.support, chart.space.shape[1]
    for i in range(chart.space.tuples):
        if i in used:
            continue
        products: list[dict[str, tuple[frozenset[int], ...]]] = []
        for _, start, values in chart.space.blocks[:2]:
            terms = (chart.monomials[i * width + start + k] for k in range(len(values)))
            wrong = {v: t for k, (v, t) in enumerate(zip(values, terms, strict=True)) if not support[i, start + k]}
            products.append({v: tuple(frozenset(j for j, _ in m) for m in t) for v, t in wrong.items()})
        reads, states = products
        wanted = [
            (None if at[0] not in reads else at[0], None if at[1] not in states else at[1]) for at in _at(visited, i)
        ]
        known = [(a, b) for a, b in wanted if (a is None or reads[a]) and (b is None or states[b])]
        yield KeyErrors(reads, states, known)


def _at(visited: Mapping[Key, int], i: int) -> list[Key]:
    """Return where tuple number ``i`` acts if it matches."""
    return [key for key, sure in visited.items() if sure < i]


def _edges(errors: KeyErrors, weights: Sequence[Fraction]) -> Edges:
    """Return the pairs of coordinates of least weight that the wrong entries are multiples of."""

    def cheapest(value: str | None, products: Mapping[str, tuple[frozenset[int], ...]]) -> int | None:
        return None if value is None else min(sorted(products[value][0]), key=lambda j: weights[j])

    return [(cheapest(a, errors.reads), cheapest(b, errors.states)) for a, b in errors.wanted]


def _least_digits(errors: KeyErrors, weights: Sequence[Fraction]) -> set[int]:
    """Return the coordinates of least weight of which each pair has one in all products of one of its two entries."""
    best: tuple[Fraction, tuple[int, ...]] | None = None
    for read in _sets(errors.reads):
        met = {value for value, products in errors.reads.items() if all(p & read for p in products)}
        left = [b for a, b in errors.wanted if a not in met]
        if None in left:
            continue
        for state in _sets(errors.states):
            if all(p & state for b in left if b is not None for p in errors.states[b]):
                chosen = tuple(sorted(read | state))
                best = min(filter(None, (best, (sum((weights[j] for j in chosen), Fraction(0)), chosen))))
    assert best is not None, "a tuple that no error of its key lets act is used"
    return set(best[1])


def _sets(products: Mapping[str, tuple[frozenset[int], ...]]) -> list[frozenset[int]]:
    """Return all sets of the coordinates in some products."""
    there = sorted(frozenset[int]().union(*itertools.chain.from_iterable(products.values())))
    subsets = (itertools.combinations(there, k) for k in range(len(there) + 1))
    return [frozenset(chosen) for chosen in itertools.chain.from_iterable(subsets)]


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
