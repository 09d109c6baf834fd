"""The prior mass, on a grid of b bits, of the codes near one at which the loss is exactly 0."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from noisytm import _clock
from noisytm._checks import instance, whole
from noisytm._summary import Described, Summary, count, label_of
from noisytm.degeneracy.syndromes.listing import FatalSyndromes
from noisytm.errors import ProblemError
from noisytm.geometry import CHARTS, AnyBit

MOST_BITS = 4096
Edges = frozenset[frozenset[int]]


@dataclass(frozen=True)
class ZeroMass(Described):
    """The prior mass of what computes exactly what a code computes, near it, on a grid.

    Attributes
    ----------
    syndromes : FatalSyndromes
        All minimal fatal syndromes of the code.
    bits : int
        b: probabilities are multiples of 2^−b.
    mass : Fraction
        The share of the grid's codes with every right entry at least ½ and K = 0.
    """

    syndromes: FatalSyndromes
    bits: int
    mass: Fraction

    @cached_property
    def nats(self) -> float:
        """−log of the mass: the free energy near the code for n → ∞."""
        return math.log(self.mass.denominator) - math.log(self.mass.numerator)

    def _summary(self) -> Summary:
        found = self.syndromes
        return Summary(
            f"−log mass of K = 0 is {self.nats:.6g} nats at {count(self.bits, 'bit')}, near {label_of(found.machine)};"
            f" {found.semantics}, {found.chart} chart",
            {"bits": self.bits, "−log mass, nats": self.nats},
        )


def zero_mass(found: FatalSyndromes, bits: int) -> ZeroMass:
    """Return the mass of {K = 0} near a code under the uniform prior on a grid, exactly.

    K = 0 where every minimal fatal syndrome has an error of probability 0. A set A of errors that contains the support
    of none may be positive: in a distribution with |A_j| of these, in as many ways as there are positive multiples of
    1/N that sum to at most ½, C(⌊N/2⌋, |A_j|), of the C(N + k_j − 1, k_j − 1) there are. The sum over all A goes
    through the distributions one by one, and joins what leaves the same syndromes open.

    Parameters
    ----------
    found : FatalSyndromes
        All minimal fatal syndromes: of ``max_weight`` ``None``; in the simplex chart, or in that of binary digits, of
        which each is then a distribution.
    bits : int
        b, from 0 to 4,096: N = 2^b.

    Raises
    ------
    ProblemError
        If the list is not complete, the chart has no grid, or ``bits`` is out of range.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, fatal_syndromes, library, words, zero_mass
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> found = fatal_syndromes(problem, machine, max_weight=None)
    >>> zero_mass(found, 0).mass == Fraction(1, (3 * 2 * 3) ** 6), round(zero_mass(found, 8).nats, 3)
    (True, 58.139)
    """
    instance("found", found, FatalSyndromes)
    bits = whole("bits", bits, 0, MOST_BITS)
    CHARTS.named(found.chart).require_grid()
    if found.max_weight is not None:
        raise ProblemError(
            f"the syndromes are listed up to weight {found.max_weight} only; list all of them, with max_weight=None"
        )
    groups: dict[tuple[Any, ...], list[int]] = {}
    for j, name in enumerate(found.coordinates):
        groups.setdefault(name if isinstance(name, AnyBit) else name[:-1], []).append(j)
    edges = _minimal([frozenset(j for j, _ in row) for row in found.syndromes])
    n = 2**bits
    good = _weight(_ordered(list(groups.values()), edges), edges, n // 2)
    every = math.prod(math.comb(n + len(group), len(group)) for group in groups.values())
    return ZeroMass(found, bits, Fraction(good, every))


def _minimal(edges: Sequence[frozenset[int]]) -> Edges:
    """Leave out the sets that contain another."""
    kept: list[frozenset[int]] = []
    for edge in sorted(set(edges), key=len):
        if not any(small <= edge for small in kept):
            kept.append(edge)
    return frozenset(kept)


def _ordered(groups: list[list[int]], edges: Edges) -> list[list[int]]:
    """Return the groups, those first that are in many sets: what they leave open is little."""
    return sorted(groups, key=lambda group: -sum(bool(edge & set(group)) for edge in edges))


def _weight(groups: Sequence[Sequence[int]], edges: Edges, half: int) -> int:
    """Return Σ over sets of positive errors that contain no edge of Π over groups of C(half, how many are positive)."""
    states: dict[Edges, int] = {edges: 1}
    for group in groups:
        following: dict[Edges, int] = {}
        for open_, weight in states.items():
            _clock.tick()
            for chosen in _subsets(group):
                left = _after(open_, frozenset(chosen), frozenset(group))
                if left is not None:
                    ways = math.comb(half, len(chosen))
                    following[left] = following.get(left, 0) + weight * ways
        states = following
    return sum(states.values())


def _subsets(group: Sequence[int]) -> list[list[int]]:
    found: list[list[int]] = [[]]
    for j in group:
        found += [[*chosen, j] for chosen in found]
    return found


def _after(open_: Edges, chosen: frozenset[int], group: frozenset[int]) -> Edges | None:
    """Return what of the sets is still to be avoided once a group is decided; ``None`` if one is contained."""
    left = []
    for edge in open_:
        inside = edge & group
        if not inside:
            left.append(edge)
        elif inside <= chosen:
            rest = edge - inside
            if not rest:
                return None
            left.append(rest)
    return _minimal(left)
