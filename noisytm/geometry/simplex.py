"""The chart of probabilities: one coordinate for each wrong entry."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from noisytm.codespace import KEYS, MASS_TOLERANCE, CodeSpace, Coordinate, TupleCoordinate
from noisytm.errors import MachineError
from noisytm.geometry.chart import DEAREST, Chart, Codes, Costs, Monomial
from noisytm.geometry.digits import BitFace
from noisytm.geometry.faces import Face
from noisytm.geometry.reading import face_from_json
from noisytm.machine import Description


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
    description = "probabilities of wrong entries"
    noun = "error coordinate"
    face_type = Face
    by_number = True
    face: Face

    def __init__(self, space: CodeSpace, face: Face) -> None:
        super().__init__(space, face)
        self.columns = space.coordinate_columns(face.machine)
        if face.free:
            self.columns = self.columns[~face.support.ravel()[self.columns]]

    @classmethod
    def face_of(cls, face: Face | BitFace) -> Face:
        """Return a face in terms of entries; see `Chart.face_of`."""
        return face.on_simplices() if isinstance(face, BitFace) else face

    @classmethod
    def read_face(cls, record: Mapping[str, Any], machine: Description, keys: str = KEYS[0]) -> Face | BitFace:
        """Return the face of a record; see `Chart.read_face`."""
        return face_from_json(record, machine, False, keys)

    @cached_property
    def coordinates(self) -> tuple[Coordinate | TupleCoordinate, ...]:  # type: ignore[override]
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
