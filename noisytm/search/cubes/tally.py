"""What the cubes of a tree are worth: how many codes there are in them, by how many of their tuples are settled."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.errors import FormatError


@dataclass(frozen=True)
class CubeTally:
    """Cubes by how many tuples are settled and listed, and how many are settled not to be listed.

    Parameters
    ----------
    tuples, actions : int
        Number N of tuples, and of actions of each.
    most : int, optional
        Most listed tuples of a code; by default all tuples are listed.
    cubes : dict of (int, int) to int
        Number of cubes for each pair.
    refuted : int
        Number of refuted leaves.

    Examples
    --------
    Four cubes with one of two tuples settled, among 12 actions.

    >>> tally = CubeTally(2, 12, None, {(1, 0): 4})
    >>> tally.codes, tally.mass, tally.fewest
    (48, Fraction(1, 3), 1)
    """

    tuples: int
    actions: int
    most: int | None = None
    cubes: dict[tuple[int, int], int] = field(default_factory=dict)
    refuted: int = 0

    @classmethod
    def of(cls, tuples: int, actions: int, most: int | None, counts: NDArray[np.int64], refuted: int) -> CubeTally:
        """Return the tally of an array of counts."""
        found = {(int(k), int(u)): int(counts[k, u]) for k, u in np.argwhere(counts)}
        return cls(tuples, actions, most, found, refuted)

    def to_json(self) -> dict[str, Any]:
        """Return the counts as a JSON object."""
        return {"tally": [[*key, n] for key, n in sorted(self.cubes.items())], "refuted": self.refuted}

    def with_json(self, record: Mapping[str, Any]) -> CubeTally:
        """Return a tally of the same codes with the counts that `to_json` gave.

        Raises
        ------
        FormatError
            If there are no such cubes.
        """
        found = CubeTally(self.tuples, self.actions, self.most, {}, record["refuted"])
        for listed, unlisted, cubes in record["tally"]:
            found._add(listed, unlisted, cubes)
        return found

    def _add(self, listed: int, unlisted: int, cubes: int) -> None:
        """Put in the number of cubes of one kind."""
        most = self.tuples if self.most is None else self.most
        if listed > most or listed + unlisted > self.tuples or (self.most is None and unlisted) or not cubes:
            raise FormatError(
                f"search record: tally has {[listed, unlisted, cubes]}; that cannot be with {self.tuples} tuples"
            )
        if (listed, unlisted) in self.cubes:
            raise FormatError(f"search record: tally has {[listed, unlisted]} twice")
        self.cubes[listed, unlisted] = cubes

    def __add__(self, other: CubeTally) -> CubeTally:
        both = {key: self.cubes.get(key, 0) + other.cubes.get(key, 0) for key in sorted({*self.cubes, *other.cubes})}
        return CubeTally(self.tuples, self.actions, self.most, both, self.refuted + other.refuted)

    def completions(self, listed: int, unlisted: int) -> list[int]:
        """Return the number of codes in a cube, by how many of the tuples that it leaves open they list."""
        free = self.tuples - listed - unlisted
        if self.most is None:
            return [*[0] * free, self.actions**free]
        return [math.comb(free, j) * self.actions**j for j in range(min(free, self.most - listed) + 1)]

    def weight(self, listed: int, unlisted: int) -> int:
        """Return the number of codes in a cube."""
        return sum(self.completions(listed, unlisted))

    @property
    def codes(self) -> int:
        """Number of codes in all cubes."""
        return sum(n * self.weight(*key) for key, n in self.cubes.items())

    @property
    def all_codes(self) -> int:
        """Number of codes there are: those of the root."""
        return self.weight(0, 0)

    @property
    def total(self) -> int:
        """Number of cubes."""
        return sum(self.cubes.values())

    @property
    def mass(self) -> Fraction:
        """Chance that a table drawn uniformly is in a cube."""
        return Fraction(self.codes, self.all_codes)

    @property
    def fewest(self) -> int | None:
        """Least number of listed tuples of a cube; ``None`` if there is none."""
        return min((listed for listed, _ in self.cubes), default=None)

    @property
    def by_fixed(self) -> dict[int, int]:
        """Number of cubes by the number of their settled tuples that are listed."""
        found: dict[int, int] = {}
        for (listed, _), n in sorted(self.cubes.items()):
            found[listed] = found.get(listed, 0) + n
        return found

    @property
    def by_length(self) -> dict[int, int]:
        """Number of codes in the cubes by how many tuples they list."""
        found: dict[int, int] = {}
        for (listed, unlisted), n in self.cubes.items():
            for more, codes in enumerate(self.completions(listed, unlisted)):
                if codes:
                    found[listed + more] = found.get(listed + more, 0) + n * codes
        return dict(sorted(found.items()))
