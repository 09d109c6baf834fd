"""Charts of code space near a face: coordinates u that vanish on it, and each entry of a code in terms of them.

An entry outside the support is, up to factors near 1, a sum of products of coordinates: over (min, +), its cost.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._text import shown
from noisytm.algebra import Value
from noisytm.codespace import MASS_TOLERANCE, CodeSpace, Coordinate
from noisytm.errors import MachineError, ProblemError
from noisytm.geometry.digits import FREE, digit_count, minimal_sets, patterns
from noisytm.geometry.faces import BitCoordinate, BitFace, Face
from noisytm.machine import TuringMachine

Monomial = tuple[tuple[int, int], ...]  # ((coordinate, exponent), …)
Coordinates = tuple[Coordinate | BitCoordinate, ...]
Costs = NDArray[np.int64]
Codes = NDArray[np.float64]

# Costs above this are no different: nothing that expensive is looked for. The sum of two still fits into 64 bits.
DEAREST = 1 << 58


class Chart:
    """Coordinates of code space near a face.

    Parameters
    ----------
    space : CodeSpace
        The code space.
    face : Face or BitFace
        Where the coordinates are 0.

    Attributes
    ----------
    name : str
        ``simplex``, ``bits`` or ``sphere``.
    exponent : int
        What the exponents of all coordinates are multiples of: 2 for square roots, else 1.
    coordinates : tuple of Coordinate or BitCoordinate
        Names of the d coordinates.
    columns : ndarray of int64
        Flat indices of the entries outside the support, those that vanish on the face.
    """

    name: str
    exponent = 1
    face: Face | BitFace
    coordinates: Coordinates
    columns: NDArray[np.int64]

    def __init__(self, space: CodeSpace, face: Face | BitFace) -> None:
        space.require(face.machine)
        self.space, self.face = space, face

    @property
    def dimension(self) -> int:
        """Number d of coordinates."""
        return len(self.coordinates)

    @cached_property
    def monomials(self) -> tuple[tuple[Monomial, ...], ...]:
        """For each flat entry the minimal products of coordinates that it is a sum of; in the support the empty one."""
        entries: list[tuple[Monomial, ...]] = [((),)] * (self.space.shape[0] * self.space.shape[1])
        for column, terms in zip(self.columns.tolist(), self._terms_outside(), strict=True):
            entries[column] = terms
        return tuple(entries)

    def _terms_outside(self) -> list[tuple[Monomial, ...]]:
        raise NotImplementedError

    def codes(self, u: Any) -> Codes:
        """Return the noisy codes with given coordinates; small entries keep full relative accuracy.

        Parameters
        ----------
        u : array_like of float, shape (n, d)
            Coordinates. What is left of a distribution is shared evenly by the entries in its support (in the bits
            chart a free digit is 0 or 1 with probability ½).

        Returns
        -------
        ndarray of float64, shape (n, N, S + |Q| + 3)

        Raises
        ------
        MachineError
            If the shape is another, or there is no such code.
        """
        u = np.asarray(u, dtype=np.float64)
        if u.ndim != 2 or u.shape[1] != self.dimension:
            raise MachineError(f"coordinates have shape {u.shape}; this chart needs (n, {self.dimension})")
        return self._codes(u)

    def _codes(self, u: Codes) -> Codes:
        raise NotImplementedError

    def code_in(self, algebra: Any) -> list[list[Value]]:
        """Return the code over an idempotent semiring with a ``variable(j)`` for each coordinate.

        Parameters
        ----------
        algebra : Semiring with variables
            Such as `Monomials`, over which the entries are monomial ideals.

        Returns
        -------
        list of N lists of S + |Q| + 3 values
        """
        variables = [algebra.variable(j) for j in range(self.dimension)]

        def product(monomial: Monomial) -> Value:
            factors = [variables[j] for j, exponent in monomial for _ in range(exponent)]
            return algebra.product(factors) if len(factors) != 1 else factors[0]

        def entry(terms: tuple[Monomial, ...]) -> Value:
            return algebra.sum(map(product, terms)) if len(terms) > 1 else product(terms[0])

        flat, width = [entry(terms) if terms != ((),) else algebra.one for terms in self.monomials], self.space.shape[1]
        return [flat[start : start + width] for start in range(0, len(flat), width)]

    def entry_costs(self, costs: Costs) -> Costs:
        """Return what each entry costs over (min, +): its cheapest product of coordinates.

        Parameters
        ----------
        costs : ndarray of int64, shape (c, d)
            Costs of the coordinates, from 0 to 2^58.

        Returns
        -------
        ndarray of int64, shape (c, E)
            E = N·(S + |Q| + 3); 0 in the support, cut off at 2^58.
        """
        raise NotImplementedError

    def coordinate_counts(self, costs: Costs, entry_counts: Costs) -> Costs:
        """Return how often each coordinate occurs in products of entries, each entry at its cheapest.

        Parameters
        ----------
        costs : ndarray of int64, shape (k, d)
            Costs of the coordinates. Of products that cost the same the one with the fewest coordinates is taken, of
            these the first in the order of the patterns.
        entry_counts : ndarray of int64, shape (k, E)
            Exponents of the entries.

        Returns
        -------
        ndarray of int64, shape (k, d)
        """
        raise NotImplementedError


class SimplexChart(Chart):
    """One coordinate for each entry outside the support: its probability.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> chart = SimplexChart(CodeSpace.of(machine), Face(machine))
    >>> str(chart.coordinates[0]), chart.monomials[:2]
    ('(_, reject) writes A', (((),), (((0, 1),),)))
    """

    name = "simplex"
    face: Face

    def __init__(self, space: CodeSpace, face: Face) -> None:
        super().__init__(space, face)
        self.columns = space.coordinate_columns(face.machine)
        if face.free:
            self.columns = self.columns[~face.support.ravel()[self.columns]]

    @cached_property
    def coordinates(self) -> tuple[Coordinate, ...]:  # type: ignore[override]
        """Names of the d coordinates."""
        free = set(self.face.free)
        return tuple(c for c in self.space.coordinates(self.face.machine) if c not in free)

    @property
    def dimension(self) -> int:
        """Number d of coordinates."""
        return len(self.columns)

    def _terms_outside(self) -> list[tuple[Monomial, ...]]:
        return [(((j, self.exponent),),) for j in range(self.dimension)]

    def _codes(self, u: Codes) -> Codes:
        if not (u >= 0).all():
            raise MachineError("a coordinate is negative or not a number; give probabilities")
        flat = np.zeros((len(u), self.face.support.size))
        flat[:, self.columns] = u
        codes = flat.reshape(len(u), *self.space.shape)
        for _, start, values in self.space.blocks:
            block, support = codes[:, :, start : start + len(values)], self.face.support[:, start : start + len(values)]
            left = 1.0 - block.sum(axis=2)
            if not (left >= -MASS_TOLERANCE).all():
                raise MachineError("the coordinates of a distribution sum to more than 1; give smaller ones")
            shares = np.maximum(left, 0.0) / support.sum(axis=1)
            block[:, support] = np.repeat(shares, support.sum(axis=1), axis=1)
        return codes

    def entry_costs(self, costs: Costs) -> Costs:
        """Return what each entry costs over (min, +); see `Chart.entry_costs`."""
        entries = np.zeros((len(costs), self.space.shape[0] * self.space.shape[1]), dtype=np.int64)
        entries[:, self.columns] = costs if self.exponent == 1 else np.minimum(self.exponent * costs, DEAREST)
        return entries

    def coordinate_counts(self, costs: Costs, entry_counts: Costs) -> Costs:
        """Return how often each coordinate occurs in products of entries; see `Chart.coordinate_counts`."""
        counts = entry_counts.take(self.columns, axis=1)
        return counts if self.exponent == 1 else self.exponent * counts


class SphereChart(SimplexChart):
    """One coordinate θ for each entry outside the support: its amplitude, the square root of its probability.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> chart = SphereChart(CodeSpace.of(machine), Face(machine))
    >>> chart.codes([[0.1] + [0.0] * 29])[0, 0, :3].round(3).tolist()
    [0.99, 0.01, 0.0]
    """

    name = "sphere"
    exponent = 2

    def _codes(self, u: Codes) -> Codes:
        return super()._codes(u * u)


class BitsChart(Chart):
    """One coordinate for each binary digit that is not free: the probability that it is flipped.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> chart = BitsChart(CodeSpace.of(machine), BitFace.of_face(Face(machine)))
    >>> str(chart.coordinates[1]), chart.monomials[:3]
    ('(_, reject) has digit 1 of its write flipped', (((),), (((1, 1),),), (((0, 1),),)))
    """

    name = "bits"
    face: BitFace

    def __init__(self, space: CodeSpace, face: BitFace) -> None:
        super().__init__(space, face)
        self.columns = np.flatnonzero(~face.support)

    @cached_property
    def coordinates(self) -> tuple[BitCoordinate, ...]:  # type: ignore[override]
        """Names of the d coordinates."""
        return tuple(c for c, digit in self.face.places() if digit != FREE)

    @cached_property
    def _numbers(self) -> list[list[list[int]]]:
        """The coordinate of each digit, for each row and kind; free digits have none and count on."""
        numbers: list[list[list[int]]] = []
        count = 0
        for row in self.face.digits:
            numbers.append([])
            for digits in row:
                kept = [digit != FREE for digit in digits]
                numbers[-1].append((count + np.cumsum([0, *kept])[:-1]).tolist())
                count += sum(kept)
        return numbers

    def _terms_outside(self) -> list[tuple[Monomial, ...]]:
        flips: list[list[frozenset[int]]] = [[] for _ in range(self.space.shape[0] * self.space.shape[1])]
        for i, (row, numbers) in enumerate(zip(self.face.digits, self._numbers, strict=True)):
            for digits, places, (_, start, values) in zip(row, numbers, self.space.blocks, strict=True):
                for p, flipped in patterns(digits):
                    column = i * self.space.shape[1] + start + p % len(values)
                    flips[column].append(frozenset(places[k] for k in flipped))
        return [
            tuple(tuple((j, 1) for j in sorted(flipped)) for flipped in minimal_sets(flips[column]))
            for column in self.columns.tolist()
        ]

    def _codes(self, u: Codes) -> Codes:
        if not ((u >= 0) & (u <= 1)).all():
            raise MachineError("a coordinate is not from 0 to 1; give probabilities")
        codes = np.zeros((len(u), *self.space.shape))
        for i, (row, numbers) in enumerate(zip(self.face.digits, self._numbers, strict=True)):
            for digits, places, (_, start, values) in zip(row, numbers, self.space.blocks, strict=True):
                for p, flipped in patterns(digits):
                    mass = np.full(len(u), 0.5 ** digits.count(FREE))
                    for k, digit in enumerate(digits):
                        if digit != FREE:
                            mass *= u[:, places[k]] if k in flipped else 1.0 - u[:, places[k]]
                    codes[:, i, start + p % len(values)] += mass
        return codes

    @cached_property
    def _table(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Coordinates of each product of each entry outside the support, (entries, products, digits), and which are.

        Where there is no coordinate the number is d, where there is no product all are.
        """
        terms = [self.monomials[column] for column in self.columns.tolist()]
        most = max((len(t) for t in terms), default=1)
        digits = max(digit_count(len(values)) for _, _, values in self.space.blocks)
        table = np.full((len(terms), most, digits), self.dimension, dtype=np.int64)
        there = np.zeros((len(terms), most), dtype=bool)
        for e, products in enumerate(terms):
            for k, monomial in enumerate(products):
                there[e, k] = True
                table[e, k, : len(monomial)] = [j for j, _ in monomial]
        return table, there

    def _product_costs(self, costs: Costs) -> Costs:
        """Return the cost of each product, shape (c, entries, products)."""
        table, there = self._table
        padded = np.concatenate([costs, np.zeros((len(costs), 1), dtype=np.int64)], axis=1)
        return np.where(there, np.minimum(padded[:, table].sum(axis=3), DEAREST), DEAREST)

    def entry_costs(self, costs: Costs) -> Costs:
        """Return what each entry costs over (min, +); see `Chart.entry_costs`."""
        entries = np.zeros((len(costs), self.space.shape[0] * self.space.shape[1]), dtype=np.int64)
        entries[:, self.columns] = self._product_costs(costs).min(axis=2)
        return entries

    def coordinate_counts(self, costs: Costs, entry_counts: Costs) -> Costs:
        """Return how often each coordinate occurs in products of entries; see `Chart.coordinate_counts`."""
        cheapest = self._product_costs(costs).argmin(axis=2)
        table, _ = self._table
        chosen = table[np.arange(len(table)), cheapest]
        counts = np.zeros((len(costs), self.dimension + 1), dtype=np.int64)
        rows = np.broadcast_to(np.arange(len(costs))[:, None, None], chosen.shape)
        np.add.at(counts, (rows, chosen), entry_counts[:, self.columns, None])
        return counts[:, : self.dimension]


CHARTS: dict[str, type[SimplexChart] | type[BitsChart]] = {
    "simplex": SimplexChart,
    "bits": BitsChart,
    "sphere": SphereChart,
}


def checked_chart(name: Any) -> str:
    """Return ``name`` if it is a chart of this package, else raise `ProblemError`."""
    if not isinstance(name, str) or name not in CHARTS:
        raise ProblemError(f"chart is {shown(name)}; it must be one of {', '.join(CHARTS)}")
    return name


def face_in(chart: str, space: CodeSpace, point: Any) -> Face | BitFace:
    """Return the face of a point as a chart takes it.

    Parameters
    ----------
    chart : {"simplex", "bits", "sphere"}
        The chart. The bits chart writes a machine, or a face of simplices, in standard binary.
    space : CodeSpace
        The code space.
    point : TuringMachine, Face, BitFace, or array_like of float of shape (N, S + |Q| + 3)
        A machine, a face, or a noisy code.

    Raises
    ------
    MachineError, ProblemError
        If the point is not in the space, or no face of the bits chart.
    """
    face = point
    if isinstance(point, TuringMachine):
        face = Face(point)
    elif not isinstance(point, (Face, BitFace)):
        face = Face.of_code(space, point)
    space.require(face.machine)
    if checked_chart(chart) == "bits":
        return face if isinstance(face, BitFace) else BitFace.of_face(face)
    return face.on_simplices() if isinstance(face, BitFace) else face


def chart_at(chart: str, space: CodeSpace, point: Any) -> Chart:
    """Return a chart near a point; the parameters are those of `face_in`.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> space = CodeSpace.of(machine)
    >>> [chart_at(name, space, machine).dimension for name in CHARTS]
    [30, 30, 30]
    """
    face: Any = face_in(chart, space, point)
    return CHARTS[chart](space, face)
