"""Which coordinates to pin to 0: a branch and bound whose tree, in rationals, proves that nothing is cheaper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.degeneracy.grids import Leaf, Split, Tree
from noisytm.degeneracy.program.cover import Cover
from noisytm.degeneracy.program.pinned import PinnedCover, PinnedCovers

# What solvers of linear programs leave violated, in units of the value.
TOLERANCE = 1e-7


class Part(NamedTuple):
    """The sets T that contain ``pinned`` and avoid ``free``."""

    pinned: frozenset[int]
    free: frozenset[int]

    def pin(self, j: int) -> Part:
        """Return those that contain j too."""
        return Part(self.pinned | {j}, self.free)

    def leave(self, j: int) -> Part:
        """Return those that avoid j too."""
        return Part(self.pinned, self.free | {j})


class Relaxation:
    """The program of a part at s, over all syndromes known, with z between 0 and 1.

    It is  min Σ γ_i (s v_i + z_i),  Σ α_i v_i + Σ_{i ∈ supp α} z_i ≥ 1, z being 1 on what is pinned, 0 on what is free.

    Parameters
    ----------
    covers : PinnedCovers
        Knows syndromes and weights.
    part : Part
        The sets that are allowed.
    s : Fraction or None
        ``None``: infinite, where every v costs too much.
    """

    def __init__(self, covers: PinnedCovers, part: Part, s: Fraction | None) -> None:
        d, self._s = covers.dimension, s
        self.fixed = covers.cost(part.pinned)
        self.known = covers.pool.avoiding(part.pinned).tolist()
        rows = covers.pool.rows[self.known]
        vs = [j for j in range(d) if j not in part.pinned] if s is not None else []
        self.zs = [j for j in vs or range(d) if j not in part.pinned and j not in part.free]
        factor = Fraction(1) if s is None else s
        self._cover = Cover([factor * covers.gamma[j] for j in vs] + [covers.gamma[j] for j in self.zs])
        self._vs = len(vs)
        whole = np.concatenate([rows[:, vs], (rows[:, self.zs] > 0).astype(np.int64)], axis=1)
        self.impossible = bool(len(whole)) and not whole.any(axis=1).all()
        if not self.impossible:
            self._of_rows = self._cover.add(whole).tolist()

    def solve(self) -> tuple[float, NDArray[np.float64]]:
        """Return the optimum and z of the coordinates ``zs``, in floating point."""
        if not self.known:
            return float(self.fixed), np.zeros(len(self.zs))
        solution = self._cover.solve()
        return float(self.fixed) + self._cover.value, solution[self._vs :]

    def proof(self, value: Fraction) -> Leaf | None:
        """Return weights that prove just the value, if the optimum is that large; call it after `solve`."""
        if self.fixed >= value:
            return Leaf(())
        if not self.known or self._s is None:
            return None
        solution = self._cover.solve_exactly()
        if self.fixed + solution.value < value:
            return None
        share = (value - self.fixed) / (solution.value * self._s)
        weights = [(self.known[i], y * share) for i, y in zip(self._of_rows, solution.dual, strict=True) if y]
        return Leaf(tuple(sorted(weights)))


def prove(covers: PinnedCovers, s: Fraction, value: Fraction, told: Callable[[], None]) -> Tree | PinnedCover:
    """Return a tree that proves Λ(s) ≥ value, or a line that is lower there.

    Parameters
    ----------
    covers : PinnedCovers
        Solves programs, and keeps the syndromes found.
    s, value : Fraction
        What is to be proved.
    told : callable
        Called at every node.
    """
    tree: list[Leaf | Split] = []
    left = [Part(frozenset(), frozenset())]
    while left:
        part = left.pop()
        found = _settled(covers, part, s, value, told)
        if isinstance(found, PinnedCover):
            return found
        tree.append(found)
        if isinstance(found, Split):
            left += [part.leave(found.coordinate), part.pin(found.coordinate)]
    return tuple(tree)


def _settled(
    covers: PinnedCovers, part: Part, s: Fraction, value: Fraction, told: Callable[[], None]
) -> Leaf | Split | PinnedCover:
    """Return the proof of a part, where to cut it in two, or a line in it that is lower."""
    while True:
        _clock.tick()
        told()
        program, syndromes = Relaxation(covers, part, s), len(covers.pool)
        bound, z = program.solve()
        near = bound >= float(value) * (1 - TOLERANCE) or not program.zs  # nothing to branch at: floats do not decide
        if near and (leaf := program.proof(value)) is not None:
            return leaf
        branch = _most_fractional(program.zs, z)
        if branch is not None:
            return Split(branch)
        line = covers.solve({j for j, x in zip(program.zs, z, strict=True) if x > 0.5} | part.pinned)
        if line.at(s) < value:
            return line
        if len(covers.pool) == syndromes:  # nothing new: z is a whole number only as far as floats tell
            return Split(_undecided(program.zs, z))


def least_transversal(covers: PinnedCovers, known: Sequence[int], told: Callable[[], None]) -> PinnedCover:
    """Return the line of a set that meets every fatal syndrome and weighs least, as far as floats tell.

    Parameters
    ----------
    covers : PinnedCovers
        Solves programs, and keeps the syndromes found.
    known : sequence of int
        A set that meets every fatal syndrome.
    told : callable
        Called at every node.
    """
    best, left = covers.level(known), [Part(frozenset(), frozenset())]
    while left:
        part = left.pop()
        _clock.tick()
        told()
        program = Relaxation(covers, part, None)
        if program.impossible:
            continue
        bound, z = program.solve()
        if bound >= float(best.intercept) * (1 - TOLERANCE):
            continue
        branch = _most_fractional(program.zs, z)
        if branch is not None:
            left += [part.leave(branch), part.pin(branch)]
            continue
        pinned = {j for j, x in zip(program.zs, z, strict=True) if x > 0.5} | part.pinned
        if covers.avoidable(pinned):
            left.append(part)  # once more, with the syndromes that avoid it
        elif covers.cost(pinned) < best.intercept:
            best = covers.level(pinned)
    return best


def _most_fractional(zs: Sequence[int], z: NDArray[np.float64]) -> int | None:
    """Return the coordinate whose z is nearest to ½, or ``None`` if all are whole numbers."""
    if not len(z):
        return None
    far = np.abs(z - 0.5)
    chosen = int(far.argmin())
    return zs[chosen] if far[chosen] < 0.5 - TOLERANCE else None


def _undecided(zs: Sequence[int], z: NDArray[np.float64]) -> int:
    return zs[int(z.argmax())]
