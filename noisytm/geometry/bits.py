"""The chart of binary digits: the probability that each is flipped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.codespace import KEYS, CodeSpace
from noisytm.errors import MachineError
from noisytm.geometry.chart import DEAREST, Chart, Codes, Costs, Monomial
from noisytm.geometry.digits import FREE, AnyBit, BitFace, digit_count, minimal_sets, patterns
from noisytm.geometry.faces import Face
from noisytm.geometry.reading import face_from_json
from noisytm.machine import Description


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
    description = "probabilities of flipped binary digits"
    noun = "binary digit"
    face_type = BitFace
    binary = True
    by_number = True
    face: BitFace

    def __init__(self, space: CodeSpace, face: BitFace) -> None:
        super().__init__(space, face)
        self.columns = np.flatnonzero(~face.support)

    @classmethod
    def face_of(cls, face: Face | BitFace) -> BitFace:
        """Return a face in terms of digits, one of simplices in standard binary; see `Chart.face_of`."""
        return face if isinstance(face, BitFace) else BitFace.of_face(face)

    @classmethod
    def read_face(cls, record: Mapping[str, Any], machine: Description, keys: str = KEYS[0]) -> Face | BitFace:
        """Return the face of a record; see `Chart.read_face`."""
        return face_from_json(record, machine, True, keys)

    @cached_property
    def coordinates(self) -> tuple[AnyBit, ...]:  # type: ignore[override]
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
