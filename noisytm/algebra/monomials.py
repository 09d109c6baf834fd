"""Monomial ideals as a semiring, fast enough to list fatal syndromes: lazy, shared, and packed into words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _progress
from noisytm.algebra.semirings import Semiring
from noisytm.errors import BudgetError

Packed = NDArray[np.uint64]
Syndrome = tuple[int, ...]

_FIELDS = 8  # exponents in one 64-bit word
_GUARDS = np.uint64(0x8080808080808080)
_LARGEST_EXPONENT = 127
_BLOCK = 1 << 22


class Ideal:
    """A monomial ideal that is yet to be formed: a generator, a sum or a product of others."""

    __slots__ = ("operands", "operation", "value")

    def __init__(self, operation: str, operands: Sequence[Ideal] = (), value: Packed | None = None) -> None:
        self.operation, self.operands, self.value = operation, operands, value


class PackedMonomials(Semiring):
    """Monomial ideals as in `semirings.Monomials`, formed only when asked for, eight exponents to a word.

    Formed values are uint64 arrays of shape (generators, words), exponents up to 127. The top bit of each
    byte is a guard: x divides y if no byte of (y | guards) − x borrows.

    Parameters
    ----------
    variables : int
        Number of variables.
    max_size : int, optional
        The most minimal generators that a value may have.
    max_degree : int, optional
        Leave out every monomial of a larger degree. Those that stay are right, since degrees only add up.
    known : sequence of exponent tuples, optional
        Leave out every multiple of these. What depends on them is a multiple of them too, so a sum with the
        ideal of ``known`` is right.
    max_total : int, optional
        The most minimal generators that all values together may have, at least one counted for each.

    Raises
    ------
    BudgetError
        By `exponents`, if ``max_size`` or ``max_total`` is passed, or an exponent passes 127.

    Examples
    --------
    >>> ideals = PackedMonomials(2)
    >>> x, y = ideals.variable(0), ideals.variable(1)
    >>> ideals.exponents(ideals.plus(ideals.times(x, x), ideals.times(x, ideals.plus(x, y))))
    [(1, 1), (2, 0)]
    """

    def __init__(
        self,
        variables: int,
        max_size: int | None = None,
        max_degree: int | None = None,
        known: Sequence[Syndrome] = (),
        max_total: int | None = None,
    ) -> None:
        self.variables, self.max_size, self.max_degree = variables, max_size, max_degree
        self._total, self._max_total, self._bar = 0, max_total, _progress.Bar()
        self._words = max(1, -(-variables // _FIELDS))
        packed = self._packed(known)
        self._known_by_degree = [packed[_degrees(packed) == degree] for degree in np.unique(_degrees(packed))]
        self._ideals: dict[tuple[object, ...], Ideal] = {}
        self.zero = Ideal("generators", value=self._packed([]))
        self.one = Ideal("generators", value=self._packed([(0,) * variables]))

    def variable(self, index: int) -> Ideal:
        """Return the ideal of one variable."""
        exponents = self._packed([tuple(int(i == index) for i in range(self.variables))])
        return Ideal("generators", value=self._wanted(exponents))

    def plus(self, a: Ideal, b: Ideal) -> Ideal:
        """Return the ideal that both generate together."""
        return self._shared("plus", (a, b))

    def sum(self, values: Iterable[Ideal]) -> Ideal:
        """Return the ideal that all of ``values`` generate together."""
        return self._shared("plus", tuple(values))

    def times(self, a: Ideal, b: Ideal) -> Ideal:
        """Return the product ideal: all sums of an exponent of ``a`` and one of ``b``."""
        return self._shared("times", (a, b))

    def exponents(self, ideal: Ideal) -> list[Syndrome]:
        """Return the minimal generators as sorted exponent tuples."""
        with _progress.counted("ideals", len(self._ideals), what="forming") as self._bar:
            formed = self._formed(ideal)
        digits = np.ascontiguousarray(formed).view(np.uint8).reshape(-1, self._words * _FIELDS)
        return sorted(tuple(row) for row in digits[:, : self.variables].tolist())

    def _shared(self, operation: str, operands: tuple[Ideal, ...]) -> Ideal:
        """Return the same ideal for the same operation, so that it is formed once."""
        key = (operation, *sorted(map(id, operands)))
        if key not in self._ideals:
            self._ideals[key] = Ideal(operation, operands)
        return self._ideals[key]

    def _packed(self, exponents: Sequence[Syndrome]) -> Packed:
        digits = np.zeros((len(exponents), self._words * _FIELDS), dtype=np.uint8)
        digits[:, : self.variables] = np.array(exponents, dtype=np.uint8).reshape(len(digits), self.variables)
        return digits.view(np.uint64)

    def _formed(self, ideal: Ideal) -> Packed:
        stack = [ideal]  # not by recursion, whose depth would grow with the steps of the machine
        while ideal.value is None:
            _clock.tick()
            waiting = [operand for operand in stack[-1].operands if operand.value is None]
            if waiting:
                stack += waiting
            else:
                self._form(stack.pop())
        return ideal.value

    def _form(self, ideal: Ideal) -> None:
        """Form an ideal whose operands are formed, unless it was asked for twice and is."""
        if ideal.value is not None:
            return
        form = self._formed_sum if ideal.operation == "plus" else self._formed_product
        ideal.value = form(*ideal.operands)
        if self.max_size is not None and len(ideal.value) > self.max_size:
            raise BudgetError(
                f"a monomial ideal has {len(ideal.value)} generators; the limit is {self.max_size}; raise max_size"
            )
        self._bar.more()
        self._total += max(1, len(ideal.value))
        if self._max_total is not None and self._total > self._max_total:
            raise BudgetError(
                f"more than {self._max_total} generators of ideals are formed; raise the limit, or use fewer steps"
            )

    def _formed_sum(self, *terms: Ideal) -> Packed:
        formed = [self._formed(term) for term in terms]
        if any(len(value) and not value[0].any() for value in formed):
            return self._formed(self.one)
        return minimal(np.concatenate([*formed, self._formed(self.zero)]))

    def _formed_product(self, first: Ideal, second: Ideal) -> Packed:
        a, b = sorted((self._formed(first), self._formed(second)), key=len)
        if not len(a) or not a[0].any():
            return b if len(a) else a
        product = self._formed(self.zero)
        rows = max(1, _BLOCK // (8 * len(b)))
        for start in range(0, len(a), rows):
            _clock.tick()
            sums = (a[start : start + rows, None, :] + b[None, :, :]).reshape(-1, self._words)
            if (sums & _GUARDS).any():
                raise BudgetError(f"an exponent passes {_LARGEST_EXPONENT}, the most that is packed; take fewer steps")
            product = minimal(np.concatenate([product, self._wanted(sums)]))
        return product

    def _wanted(self, exponents: Packed) -> Packed:
        if self.max_degree is not None:
            exponents = exponents[_degrees(exponents) <= self.max_degree]
        for known in self._known_by_degree:
            exponents = exponents[~_multiples(known, exponents)]
        return exponents


def _degrees(exponents: Packed) -> NDArray[np.int64]:
    digits: NDArray[np.uint8] = np.ascontiguousarray(exponents).view(np.uint8)
    degrees: NDArray[np.int64] = digits.sum(axis=1, dtype=np.int64)
    return degrees


def minimal(exponents: Packed) -> Packed:
    """Return the minimal elements of packed exponents, sorted by degree and then by word.

    Parameters
    ----------
    exponents : ndarray of uint64, shape (n, words)
        Packed exponents with clear guard bits, in any order, repeats allowed.

    Examples
    --------
    >>> minimal(np.array([[0x0101], [0x0100], [0x0001]], dtype=np.uint64))
    array([[  1],
           [256]], dtype=uint64)
    """
    degree = _degrees(exponents)
    order = np.lexsort((*exponents.T, degree))
    left, degree = exponents[order], degree[order]
    fresh = np.ones(len(left), dtype=bool)
    fresh[1:] = (left[1:] != left[:-1]).any(axis=1)
    left, degree = left[fresh], degree[fresh]
    kept = []
    while len(left):
        _clock.tick()
        # All of the least degree are minimal; what they divide is not.
        lowest = int(np.searchsorted(degree, degree[0], side="right"))
        kept.append(left[:lowest])
        survivors = ~_multiples(left[:lowest], left[lowest:])
        left, degree = left[lowest:][survivors], degree[lowest:][survivors]
    return np.concatenate(kept) if kept else exponents


def _multiples(divisors: Packed, candidates: Packed) -> NDArray[np.bool_]:
    """Return, for each candidate, whether some divisor divides it."""
    found = np.zeros(len(candidates), dtype=bool)
    rows = max(1, _BLOCK // max(1, 8 * len(divisors)))
    guarded = candidates | _GUARDS
    for start in range(0, len(candidates), rows):
        _clock.tick()
        block = guarded[start : start + rows]
        borrow_free = np.full((len(block), len(divisors)), _GUARDS)
        for word in range(divisors.shape[1]):
            borrow_free &= block[:, word, None] - divisors[None, :, word]
        found[start : start + rows] = (borrow_free == _GUARDS).any(axis=1)
    return found
