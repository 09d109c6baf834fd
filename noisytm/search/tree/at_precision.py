"""Replays the tree that proves Λ(s) ≥ a value of every code that solves the problem, at one s.

Weights Y of a leaf are those of docs/precision.md times s, so that they sum to what they prove.
"""

from __future__ import annotations

from fractions import Fraction

from noisytm.errors import CertificateError
from noisytm.search.fixed import Choices
from noisytm.search.tree.checker import Replay
from noisytm.search.tree.confirming import Confirmer
from noisytm.search.tree.nodes import PINNED, Exponents, get

NONE: frozenset[int] = frozenset()


class ReplayAt(Replay):
    """Walks through the nodes of a tree for Λ(s) and checks every one.

    Parameters
    ----------
    choices, inputs, weights, confirmer
        As of `Replay`.
    value : Fraction
        The least Λ(s) as it is claimed.
    s : Fraction
        Where, for the log loss; above 0.
    """

    def __init__(
        self,
        choices: Choices,
        inputs: int,
        weights: tuple[Fraction, ...],
        value: Fraction,
        s: Fraction,
        confirmer: Confirmer,
    ) -> None:
        super().__init__(choices, inputs, weights, value, 0, confirmer)
        self._s, self._claimed = s, value

    def _other(self, operation: int, data: bytes, at: int) -> int:
        return self._pinned(data, at) if operation == PINNED else super()._other(operation, data, at)

    def _weighed(self, rows: list[Exponents], weights: list[int], denominator: int) -> None:
        """Check weights that hold for all sets of pinned errors."""
        self._part(rows, list(enumerate(weights)), denominator, NONE, NONE)

    def _pinned(self, data: bytes, at: int) -> int:
        """Check a leaf with a tree over which errors are pinned; ``left`` are the parts whose node is still to come."""
        self.bounded += 1
        denominator, at = get(data, at)
        if denominator == 0:
            raise CertificateError("the denominator of the weights is 0")
        count, at = get(data, at)
        rows: list[Exponents] = []
        for _ in range(count):
            number, at = self._row(data, at, may_be_known=True)
            rows.append(self._row_of[number])
        left = [(NONE, NONE)]
        while left:
            pinned, free = left.pop()
            node, at = get(data, at)
            if node == 0:
                weights, at = _weights(data, at, len(rows))
                self._part(rows, weights, denominator, pinned, free)
                continue
            column = node - 1
            if column >= len(self._loads):
                raise CertificateError(f"column {column} is pinned; there are {len(self._loads)}")
            if column in pinned or column in free:
                raise CertificateError(f"it is split twice at {self._choices.column_name(column)} on one path")
            left += [(pinned, free | {column}), (pinned | {column}, free)]
        return at

    def _part(
        self,
        rows: list[Exponents],
        weights: list[tuple[int, int]],
        denominator: int,
        pinned: frozenset[int],
        free: frozenset[int],
    ) -> None:
        """Check that weights prove Λ(s) ≥ the value for all sets T of pinned errors that contain some and avoid others.

        A fatal syndrome of a completion divides each row, which avoids ``pinned``; so Σ α_i v_i, over i not in T, and
        [α_i > 0], over i in T but not pinned, come to 1 at least. The rows with weights Y give
        Σ γ_i (s v_i + [i in T]) ≥ γ(pinned) + Σ Y where Σ α_i Y ≤ s γ_i and, unless i is free, Σ_{α_i > 0} Y ≤ γ_i.
        """
        load, times = dict[int, int](), dict[int, int]()
        for place, weight in weights:
            for column, exponent in rows[place]:
                if column in pinned:
                    name = self._choices.column_name(column)
                    raise CertificateError(f"a syndrome with {name}, which is pinned to 0, has a weight")
                load[column] = load.get(column, 0) + exponent * weight
                times[column] = times.get(column, 0) + weight
        for column, carried in load.items():
            self._allowed(column, carried, denominator, self._s, "load")
            if column not in free:
                self._allowed(column, times[column], denominator, Fraction(1), "load pinning")
        fixed = Fraction(sum(self._loads[column] for column in pinned), self._scale)
        proved = fixed + Fraction(sum(weight for _, weight in weights), denominator)
        if proved < self._claimed:
            raise CertificateError(f"it is shown that Λ is at least {proved}, less than {self._claimed}, the claim")

    def _allowed(self, column: int, carried: int, denominator: int, factor: Fraction, what: str) -> None:
        if carried * self._scale * factor.denominator > self._loads[column] * denominator * factor.numerator:
            name, most = self._choices.column_name(column), factor * Fraction(self._loads[column], self._scale)
            raise CertificateError(
                f"the weights {what} {name} with {Fraction(carried, denominator)}; {most} is allowed"
            )


def _weights(data: bytes, at: int, rows: int) -> tuple[list[tuple[int, int]], int]:
    """Return the weights of a part, (place of a row, numerator), and the place after them."""
    count, at = get(data, at)
    found = []
    for _ in range(count):
        place, at = get(data, at)
        weight, at = get(data, at)
        if place >= rows or weight == 0:
            raise CertificateError(f"row {place} of {rows} in a tree over pinned errors has the weight {weight}")
        found.append((place, weight))
    return found, at
