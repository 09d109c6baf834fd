"""The coordinates of a chart tuple by tuple, as the kernels take them: what may stand there, and what errors it has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import line_of
from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.geometry import CHARTS, Concentration
from noisytm.search.fixed import Choices, KeyedChoices

Ints = NDArray[np.int64]

# Gains, and coordinates of a tuple, are at most so many in compiled code.
MOST_GAIN, MOST_COORDINATES = 1 << 16, 62
# Exponents are below this: what is no limit for them.
ANY = 1 << 20


class Blocks(NamedTuple):
    """What may stand at a tuple, in the coordinates of a chart.

    Where keys err all of them together are one more tuple, the last, with one choice that is no action, the last; it is
    fixed from the start. A row of entries is then as wide as the entries of all keys, at least, and there are as many
    coordinates of a tuple as all keys have, at least: those that it lacks never occur.

    Attributes
    ----------
    action : ndarray of int64, shape (c,)
        The action of each choice.
    terms : ndarray of int64, shape (c, S + |Q| + 3, a)
        For each choice and entry the products of coordinates that the entry is a sum of, as sets of bits: 0 for right
        entries, −1 where there are no more.
    gains : ndarray of int64, shape (N, k)
        γ of the k coordinates of each tuple, as coprime integers.
    most : ndarray of int64, shape (k,)
        The most that the exponent of a coordinate counts for: 1 where it says only whether there is an error.
    """

    action: Ints
    terms: Ints
    gains: Ints
    most: Ints

    def __repr__(self) -> str:
        return line_of(self)


@dataclass(frozen=True)
class TupleCoordinates:
    """The coordinates of a chart over all tables, tuple by tuple.

    Attributes
    ----------
    choices : Choices
        What tuples may be set to.
    blocks : Blocks
        As the kernels take them.
    columns : ndarray of int64, shape (c, k)
        For each choice and coordinate the column of the tuple; see `Choices`.
    power : int
        With what exponent each coordinate stands in a product.
    unit : Fraction
        Values of the log loss are those of the kernels times this.
    of_keys : ndarray of int64, optional
        Where keys err, the flat column of each of their coordinates.
    """

    choices: Choices
    blocks: Blocks
    columns: Ints
    power: int
    unit: Fraction
    of_keys: Ints | None = None

    def column(self, i: int, choice: int, j: int) -> int:
        """Return the flat column of coordinate j of tuple i, at a choice."""
        if self.of_keys is not None and i == len(self.blocks.gains) - 1:
            return int(self.of_keys[j])
        return int(i * self.choices.columns + self.columns[choice, j])

    @property
    def first(self) -> list[int]:
        """What is fixed from the start behind the tuples: the choice of the keys, where they err."""
        return [] if self.of_keys is None else [len(self.blocks.action)]

    @classmethod
    def of(cls, choices: Choices, concentration: Concentration) -> TupleCoordinates:
        """Return the coordinates of a chart with their weights.

        Raises
        ------
        ProblemError
            If the concentrations have no simple ratios, or a tuple has more than 62 coordinates.
        """
        power = CHARTS[choices.chart].exponent
        if isinstance(choices, KeyedChoices):
            return cls._with_keys(choices, choices.weights(concentration), power)
        columns, terms = _masks(*choices.products, choices.columns, power)
        unit, gains = coprime(choices.weights(concentration))
        _require_small(gains, columns.shape[1])
        of_columns = np.array(gains, dtype=np.int64).reshape(-1, choices.columns)
        of_choices = of_columns[:, columns]  # the same for all choices, by kind
        assert (of_choices == of_choices[:, :1]).all()
        most = np.full(columns.shape[1], ANY, dtype=np.int64)
        blocks = Blocks(choices.actions, terms, np.ascontiguousarray(of_choices[:, 0]), most)
        return cls(choices, blocks, columns, power, unit / power)

    @classmethod
    def _with_keys(cls, choices: KeyedChoices, weights: Sequence[Fraction], power: int) -> TupleCoordinates:
        (products, there), is_open = choices.products, choices.open_entries
        columns, own = _masks(products[0][:, is_open], there[0][:, is_open], choices.columns, power)
        key_columns: list[int] = []
        of_keys: list[Ints] = []
        for i in range(len(products)):
            at, of_key = _masks(
                products[i, :1, ~is_open][None, :, 0], there[i, :1, ~is_open][None, :, 0], choices.columns, power
            )
            of_keys.append(np.where(of_key[0] > 0, of_key[0] << len(key_columns), of_key[0]))
            key_columns += (i * choices.columns + at[0]).tolist()
        unit, gains = coprime(weights)
        width, entries = max(columns.shape[1], len(key_columns)), np.concatenate(of_keys)
        _require_small(gains, width)
        terms = np.zeros((len(own) + 1, max(own.shape[1], len(entries)), max(own.shape[2], entries.shape[1])), np.int64)
        terms[:, :, 1:] = -1
        terms[:-1, : own.shape[1], : own.shape[2]] = own
        terms[-1, : len(entries), : entries.shape[1]] = entries
        of_blocks = np.ones((len(products) + 1, width), dtype=np.int64)
        of_columns = np.array(gains, dtype=np.int64).reshape(-1, choices.columns)
        assert (of_columns[:, columns] == of_columns[:, columns[:1]]).all()
        of_blocks[:-1, : columns.shape[1]] = of_columns[:, columns[0]]
        of_blocks[-1, : len(key_columns)] = np.array(gains, dtype=np.int64)[key_columns]
        blocks = Blocks(choices.actions, terms, of_blocks, np.full(width, ANY, dtype=np.int64))
        return cls(choices, blocks, columns, power, unit / power, np.array(key_columns, dtype=np.int64))

    def with_pins(self, s: Fraction | None) -> TupleCoordinates:
        """Return them each as two: v, which costs s as much, and z, which is 1 where an error is pinned to 0.

        Of z it counts whether there is an error, not how often. A value of the program over both is at most Λ(s), see
        docs/precision.md; ``None`` stands for what is beyond all s: then there is z only.

        Raises
        ------
        ProblemError
            If there is no simple ratio of the weights of the two, or a tuple has more than 31 coordinates.
        """
        blocks, width = self.blocks, self.columns.shape[1]
        ones = np.ones(width, dtype=np.int64)
        if s is None:
            return replace(self, blocks=blocks._replace(most=ones))
        unit, (of_v, of_z) = coprime([s, Fraction(1)])
        gains = np.concatenate([blocks.gains * of_v, blocks.gains * of_z], axis=1)
        _require_small([int(gains.max(initial=1))], 2 * width)
        terms = np.where(blocks.terms < 0, blocks.terms, blocks.terms | blocks.terms << width)
        both = Blocks(blocks.action, terms, gains, np.concatenate([blocks.most, ones]))
        return replace(self, blocks=both, columns=np.concatenate([self.columns] * 2, axis=1), unit=self.unit * unit)


def _require_small(gains: Sequence[int], coordinates: int) -> None:
    if max(gains, default=1) > MOST_GAIN or coordinates > MOST_COORDINATES:
        raise ProblemError(
            f"a tuple has {coordinates} coordinates with weights up to {shown(max(gains, default=1))} times a"
            f" common unit; a search over codes takes up to {MOST_COORDINATES}, and {MOST_GAIN:,}: use simpler"
            " concentrations, or a smaller space"
        )


def _masks(products: Ints, there: NDArray[np.bool_], most: int, power: int) -> tuple[Ints, Ints]:
    """Return, for each choice, the columns that it has, and the products of each entry as sets of these.

    ``products`` and ``there`` are as of `Choices.products`; columns are below ``most``.
    """
    used = [sorted({c for c in p[t].ravel().tolist() if c < most}) for p, t in zip(products, there, strict=True)]
    width = max(map(len, used))
    assert all(len(columns) == width for columns in used)
    terms = np.full(there.shape, -1, dtype=np.int64)
    for a, columns in enumerate(used):
        for e, k in zip(*np.nonzero(there[a]), strict=True):
            factors = [c for c in products[a, e, k].tolist() if c < most]
            assert all(factors.count(c) == power for c in factors)
            terms[a, e, k] = sum(1 << columns.index(c) for c in set(factors))
    return np.array(used, dtype=np.int64), terms


def coprime(values: Sequence[Fraction]) -> tuple[Fraction, list[int]]:
    """Return a unit and coprime integers that, times it, are the values.

    Examples
    --------
    >>> coprime([Fraction(1, 2), Fraction(2)])
    (Fraction(1, 2), [1, 4])
    """
    scale = math.lcm(*(x.denominator for x in values))
    whole = [x.numerator * (scale // x.denominator) for x in values]
    divisor = math.gcd(*whole) or 1
    return Fraction(divisor, scale), [x // divisor for x in whole]
