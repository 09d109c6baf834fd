"""What a chart of code space is: coordinates u that vanish on a face, and each entry of a code in terms of them.

An entry outside the support is, up to factors near 1, a sum of products of coordinates: over (min, +), its cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import real_array
from noisytm._summary import Described
from noisytm.algebra import Value
from noisytm.codespace import KEYS, CodeSpace, Coordinate, TupleCoordinate
from noisytm.errors import MachineError, ProblemError
from noisytm.geometry.digits import AnyBit, BitFace
from noisytm.geometry.faces import Face
from noisytm.geometry.shared import SharedFactor, SharedTupleFactor
from noisytm.machine import Description

Monomial = tuple[tuple[int, int], ...]  # ((coordinate, exponent), …)
AnyCoordinate = Coordinate | TupleCoordinate | AnyBit | SharedFactor | SharedTupleFactor
Coordinates = tuple[AnyCoordinate, ...]
Costs = NDArray[np.int64]
Codes = NDArray[np.float64]

# Costs above this are no different: nothing that expensive is looked for. The sum of two still fits into 64 bits.
DEAREST = 1 << 58


class Chart(Described):
    """Coordinates of code space near a face.

    Parameters
    ----------
    space : CodeSpace
        The code space.
    face : Face or BitFace
        Where the coordinates are 0.

    Attributes
    ----------
    name, description, noun : str
        What users call the chart, one line on its coordinates, and the word for one of them. Of the class.
    face_type : type
        Which faces it takes. Of the class.
    exponent : int
        What the exponents of all coordinates are multiples of: 2 for square roots, else 1. Of the class.
    binary : bool
        Whether a coordinate is a binary digit of a value, and not the value. Of the class.
    own_measure : bool
        Whether the chart comes with the uniform measure, so that no concentration can be chosen. Of the class.
    by_number : bool
        Whether it has coordinates of lists whose keys err or are repeated. Of the class.
    no_grid : str
        Why no grid of equally spaced coordinates is a prior on code space in this chart; empty if one is. Of the class.
    no_search, no_sampling : str
        Why there is no search over all codes, or no sampled posterior, in this chart; empty if there is. Of the class.
    near_codes : bool
        Whether its prior is one on weights near a code, so that the posterior is sampled there alone. Of the class.
    no_weights : str
        Why its coordinates are not those of a network whose weights could be pulled towards a code; empty if they are.
        Of the class.
    growth : str
        How E[nK] grows where there is no learning coefficient, as in "log n"; empty where there is one. Of the class.
    halves : bool
        Whether m may be a half, or below 1. Of the class.
    harmless : str
        What is so where there is no fatal syndrome. Of the class.
    coordinates : tuple of Coordinate or BitCoordinate
        Names of the d coordinates.
    columns : ndarray of int64
        Flat indices of the entries outside the support, those that vanish on the face.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    noun: ClassVar[str]
    face_type: ClassVar[type[Face] | type[BitFace]]
    exponent: ClassVar[int] = 1
    binary: ClassVar[bool] = False
    own_measure: ClassVar[bool] = False
    by_number: ClassVar[bool] = False
    no_grid: ClassVar[str] = ""
    no_search: ClassVar[str] = ""
    no_sampling: ClassVar[str] = ""
    near_codes: ClassVar[bool] = False
    no_weights: ClassVar[str] = "its coordinates have walls at 0, and weights have none"
    growth: ClassVar[str] = ""
    halves: ClassVar[bool] = False
    harmless: ClassVar[str] = "No error at all can lead to a wrong answer"
    face: Face | BitFace
    coordinates: Coordinates
    columns: NDArray[np.int64]

    def __init__(self, space: CodeSpace, face: Face | BitFace) -> None:
        space.require(face.machine)
        if space.by_number and not self.by_number:
            raise ProblemError(
                f"noisy keys, or repeated ones: the {self.name} chart is not available; use another, such as simplex"
            )
        if face.keys != KEYS[space.noisy_keys]:
            raise MachineError(
                f"the face is one of {face.keys} keys, the code space one of {KEYS[space.noisy_keys]}; give the machine"
            )
        self.space, self.face = space, face

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Chart):
            return NotImplemented
        return type(self) is type(other) and (self.space, self.face) == (other.space, other.face)

    def __hash__(self) -> int:
        return hash((type(self), self.space, self.face))

    @classmethod
    def face_of(cls, face: Face | BitFace) -> Face | BitFace:
        """Return a face as this chart takes it.

        Raises
        ------
        ProblemError
            If it is no face of this chart.
        """
        raise NotImplementedError

    @classmethod
    def read_face(cls, record: Mapping[str, Any], machine: Description, keys: str = KEYS[0]) -> Face | BitFace:
        """Return the face that ``to_json`` of this chart's faces wrote into a record beside the machine.

        ``keys`` says whether those of the listed tuples err as well, as of `Face`.

        Raises
        ------
        MachineError
            If an entry is not what ``to_json`` writes.
        """
        raise NotImplementedError

    @classmethod
    def require_grid(cls) -> None:
        """Raise `ProblemError` unless coordinates that are multiples of 2^−b make a grid of noisy codes."""
        if cls.no_grid:
            raise ProblemError(f"finite precision has no meaning in the {cls.name} chart: {cls.no_grid}")

    @classmethod
    def require_search(cls) -> None:
        """Raise `ProblemError` unless codes can be searched in this chart."""
        if cls.no_search:
            raise ProblemError(f"there is no search over codes in the chart {cls.name}: {cls.no_search}")

    @classmethod
    def require_sampling(cls) -> None:
        """Raise `ProblemError` unless the posterior can be sampled in this chart."""
        if cls.no_sampling:
            raise ProblemError(f"the posterior is not sampled in the chart {cls.name}: {cls.no_sampling}")

    @classmethod
    def require_weights(cls) -> None:
        """Raise `ProblemError` unless the coordinates are weights that can be pulled towards a code."""
        if cls.no_weights:
            raise ProblemError(f"localisation has no meaning in the {cls.name} chart: {cls.no_weights}; use sphere")

    @classmethod
    def require_coefficient(cls) -> None:
        """Raise `ProblemError` if there is no learning coefficient in this chart."""
        if cls.growth:
            raise ProblemError(
                f"there is no learning coefficient in the chart {cls.name}: E[nK] grows like c {cls.growth}; ask"
                " leading_law, or noisytm bound, for c"
            )

    @classmethod
    def weight_of(cls, coordinate: Any, concentration: Fraction) -> Fraction:
        """Return γ of a coordinate, whose density is ≍ u^{γ − 1} near 0, up to powers of log u.

        Parameters
        ----------
        coordinate : Coordinate, BitCoordinate or another
            Its name.
        concentration : Fraction
            The concentration of the prior at it.
        """
        return concentration

    def multiplicity(self, dimension: int, positive: Iterable[int]) -> int | Fraction:
        """Return m, given the optimal face of the program.

        Parameters
        ----------
        dimension : int
            Dimension of the face.
        positive : iterable of int
            The coordinates that are positive somewhere on it.

        Returns
        -------
        int or Fraction
            An int where it is whole.
        """
        return 1 + dimension

    def weight_exponents(self) -> tuple[NDArray[np.float64], list[int]]:
        """Return how often each weight is in each error probability, where these are products of weights.

        Returns
        -------
        exponents : ndarray of float64, shape (weights, entries outside the support)
        owners : list of int
            Of each weight the coordinate whose prior concentration it has.
        """
        raise NotImplementedError

    @property
    def law_factor(self) -> Fraction:
        """What the least Σ q(v) is multiplied by in the law of E[nK], where there is no learning coefficient."""
        raise NotImplementedError

    @property
    def joined(self) -> tuple[int, ...]:
        """For each coordinate the number of its distribution, where there is no learning coefficient: q joins them."""
        raise NotImplementedError

    def half_gradient(self, v: Sequence[Fraction]) -> list[Fraction]:
        """Return half the gradient of Σ q at v, where there is no learning coefficient; q is convex and quadratic."""
        raise NotImplementedError

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

    def alone_in(self, entries: Iterable[int]) -> tuple[int, ...]:
        """Return the coordinates that, alone and at the chart's exponent, make one of some flat entries.

        Parameters
        ----------
        entries : iterable of int
            Flat indices of entries outside the support.
        """
        single = (m[0] for e in entries for m in self.monomials[e] if len(m) == 1)
        return tuple(sorted({j for j, exponent in single if exponent == self.exponent}))

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
        u = real_array("coordinates", u, f"(n, {self.dimension})").astype(np.float64, copy=False)
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
            return algebra.sum(map(product, terms)) if len(terms) != 1 else product(terms[0])

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
