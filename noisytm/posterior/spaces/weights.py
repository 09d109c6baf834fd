"""Weights whose products are the error probabilities near a code, as charts with parameters have them.

A particle has the logs of its weights, each from 0 to 1 and of density ∝ w^(g − 1), g the prior concentration; the
errors of a distribution sum to at most ½, so that its right entry is at least ½. That prior is known near the code
alone, and normalised there: F at n = 0 is 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.codespace import CodeSpace
from noisytm.errors import ProblemError
from noisytm.geometry import Concentration, chart_at, concentrations_at
from noisytm.machine import Description
from noisytm.posterior.spaces.factors import Block, Factor, Factors
from noisytm.posterior.spaces.logits import normalised

Array = NDArray[np.float64]

# Draws are looked for among so many for each one.
MOST_DRAWS = 10_000
# How many of the moves leave every error as it is, where that can be.
FLAT = 0.25


@dataclass(frozen=True, eq=False)
class Weights(Factors):
    """The weights of a chart near a code; a factor is what shares no weight with the others.

    Attributes
    ----------
    exponents : ndarray of float64, shape (C, d)
        How often each weight is in each error probability.
    entries, rights : ndarray of int64, shape (d,)
        Where each error stands in a flat code, and the right entry of its distribution.
    gammas : ndarray of float64, shape (C,)
        g of each weight.
    flats : tuple of ndarray of float64, shape (directions, weights of the factor)
        For each factor directions, in the logs of its weights, along which no error changes.
    """

    exponents: Array
    entries: NDArray[np.int64]
    rights: NDArray[np.int64]
    gammas: Array
    flats: tuple[Array, ...]
    compiled: ClassVar[bool] = False

    @property
    def columns(self) -> int:
        """Number C of weights."""
        return len(self.exponents)

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Return exact draws from the prior, given the region: shape (count, C).

        Raises
        ------
        ProblemError
            If hardly any draw is in the region.
        """
        rows = np.empty((count, self.columns))
        for factor in self.factors:
            exponents = self.exponents[factor.part]
            alone = ((exponents > 0).sum(axis=0) <= 1).all() and ((exponents > 0).sum(axis=1) == 1).all()
            rows[:, factor.part] = self._of_one_each(rng, count, factor) if alone else self._kept(rng, count, factor)
        return rows

    def _of_one_each(self, rng: np.random.Generator, count: int, factor: Factor) -> Array:
        """Return draws where every error is a power of one weight: twice the errors, and the rest, are Dirichlet."""
        powers = self.exponents[factor.part].max(axis=1)
        indices = self.gammas[factor.part] / powers
        logs = np.log(rng.standard_gamma(indices + 1, (count, factor.size)))
        logs += np.log1p(-rng.random((count, factor.size))) / indices
        every = np.concatenate([logs, np.log(rng.standard_exponential((count, 1)))], axis=1)
        found: Array = (normalised(every)[:, :-1] - np.log(2)) / powers
        return found

    def _kept(self, rng: np.random.Generator, count: int, factor: Factor) -> Array:
        """Return those of many draws that are in the region."""
        found, left = np.empty((count, self.columns)), np.arange(count)
        for _ in range(MOST_DRAWS):
            _clock.tick()
            gammas = self.gammas[factor.part]
            found[left, factor.part] = -rng.standard_exponential((len(left), factor.size)) / gammas
            left = left[~self._inside(found[left], factor)]
            if not len(left):
                return found[:, factor.part]
        raise ProblemError(
            f"of {MOST_DRAWS} draws for each particle hardly one has errors that sum to at most ½ in every"
            " distribution; use larger exponents, or a smaller prior concentration"
        )

    def probabilities(self, rows: Array) -> Array:
        """Return the weights: no weight is an entry by itself."""
        found: Array = np.exp(rows)
        return found

    def codes(self, rows: Array) -> Array:
        """Return the codes that particles make: shape (n, N, S + |Q| + 3)."""
        errors = np.exp(rows @ self.exponents)
        height, width = self.space.shape
        codes = np.zeros((len(rows), height * width))
        for block in self.blocks:
            if block.values == 1:
                codes[:, block.column] = 1.0
        codes[:, self.entries] = errors
        for right in np.unique(self.rights):
            codes[:, right] = 1.0 - errors[:, self.rights == right].sum(axis=1)
        return codes.reshape(len(rows), height, width)

    def log_density(self, rows: Array, factor: Factor) -> Array:
        """Return the log density of a factor in the logs of its weights, up to a constant: shape (n,)."""
        found: Array = rows[:, factor.part] @ self.gammas[factor.part]
        return found

    def proposed(self, rows: Array, factor: Factor, scales: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Change one weight, all of them, or some that leave every error as it is: which of these is drawn.

        One or all are moved by normal numbers in their logs, and what is beyond 0 is folded back; what leaves the
        region stays where it is, and is refused. Where errors stay, all places that there is room for on a line are
        equally likely.
        """
        count, number = len(rows), self.factors.index(factor)
        proposed, flats = rows.copy(), self.flats[number]
        here = rows[:, factor.part]
        steps = scales * rng.standard_normal((count, factor.size)) / self.exponents[factor.part].max(axis=1)
        chosen = np.zeros((count, factor.size), dtype=bool)
        chosen[np.arange(count), rng.integers(factor.size, size=count)] = True
        chosen[rng.random(count) < 0.5] = True
        there = -np.abs(here + steps * chosen)
        if len(flats):
            along = flats[rng.integers(len(flats), size=count)]
            there = np.where((rng.random(count) < FLAT)[:, None], _on_line(here, along, rng), there)
        proposed[:, factor.part] = there
        inside = self._inside(proposed, factor)
        proposed[~inside] = rows[~inside]
        return proposed, np.where(inside, 0.0, -np.inf)

    def _inside(self, rows: Array, factor: Factor) -> NDArray[np.bool_]:
        """Return whether the errors that a factor makes sum to at most ½ in each distribution."""
        there = np.flatnonzero(self.exponents[factor.part].any(axis=0))
        errors = np.exp(rows[:, factor.part] @ self.exponents[factor.part][:, there])
        inside = np.ones(len(rows), dtype=bool)
        for right in np.unique(self.rights[there]):
            inside &= errors[:, self.rights[there] == right].sum(axis=1) <= 0.5
        return inside


def weights_near(space: CodeSpace, machine: Description, chart: str, concentration: Concentration) -> Weights:
    """Return the weights of a chart near the code of a machine.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> found = weights_near(CodeSpace.of(machine), machine, "product:2,next=3", Fraction(1))
    >>> found.columns, len(found.factors)
    (66, 18)
    """
    here = chart_at(chart, space, machine)
    exponents, owners = here.weight_exponents()
    gammas = concentrations_at(concentration, here)
    entries = space.coordinate_columns(machine)
    right = space.right_entries(machine)
    width, kinds = space.shape[1], np.zeros(space.shape[1], dtype=np.int64)
    for k, (_, start, values) in enumerate(space.blocks):
        kinds[start : start + len(values)] = k
    rights = (entries // width) * width + right[entries // width, kinds[entries % width]]
    parts = _connected(exponents, rights)
    order = np.argsort(parts, kind="stable")
    sizes = np.bincount(parts) if len(parts) else np.zeros(0, dtype=np.int64)
    starts = np.cumsum([0, *sizes[:-1]]).tolist() if len(sizes) else []
    factors = tuple(Factor(start, size, 1.0, -1) for start, size in zip(starts, sizes.tolist(), strict=True))
    blocks = tuple(
        Block(i * width + start, len(values), 0, 0) for i in range(space.tuples) for _, start, values in space.blocks
    )
    g = np.array([float(gammas[owners[j]]) for j in order.tolist()])
    table = exponents[order]
    flats = tuple(_flat(table[factor.part]) for factor in factors)
    return Weights(space, False, factors, blocks, table, entries, rights, g, flats)


def _flat(exponents: Array) -> Array:
    """Return directions along which no error changes: between weights of the same errors, and what else there is.

    Examples
    --------
    >>> _flat(np.array([[1.0], [2.0]])).tolist()
    [[1.0, -0.5]]
    >>> np.abs(_flat(np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]))).round(9).tolist()
    [[1.0, 1.0, 1.0]]
    """
    found: list[Array] = []
    kept: list[int] = []
    for j, row in enumerate(exponents):
        like = next((i for i in kept if np.allclose(row / row.max(), exponents[i] / exponents[i].max())), None)
        if like is None:
            kept.append(j)
        else:
            found.append(np.zeros(len(exponents)))
            found[-1][[like, j]] = 1 / exponents[like].max(), -1 / row.max()
    _, sizes, directions = np.linalg.svd(exponents[kept].T)
    for direction in directions[int((sizes > 1e-9).sum()) :]:
        found.append(np.zeros(len(exponents)))
        found[-1][kept] = direction / direction[abs(direction).argmax()]
    return np.array(found).reshape(-1, len(exponents))


def _on_line(here: Array, along: Array, rng: np.random.Generator) -> Array:
    """Return a place on a line through each point, any that has no coordinate above 0 as likely; shapes (n, m)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = -here / along
    most = np.where(along > 0, reach, np.inf).min(axis=1)
    least = np.where(along < 0, reach, -np.inf).max(axis=1)
    at = least + (most - least) * rng.random(len(here))
    found: Array = np.minimum(here + at[:, None] * along, 0.0)
    return found


def _connected(exponents: NDArray[np.float64], rights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each weight the number of what it belongs to: with those in a distribution that it has errors in."""
    import networkx as nx

    numbers = np.empty(len(exponents), dtype=np.int64)
    graph = nx.Graph()
    graph.add_nodes_from(range(len(exponents)))  # in their order, which is that of the parts
    graph.add_edges_from((j, ("right", int(rights[e]))) for j, e in np.argwhere(exponents > 0).tolist())
    for number, part in enumerate(nx.connected_components(graph)):
        numbers[[node for node in part if not isinstance(node, tuple)]] = number
    return numbers
