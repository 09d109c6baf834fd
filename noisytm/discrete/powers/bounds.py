"""Signs and logarithms of sums of powers, by interval arithmetic: what it decides is so, and else it refuses.

A sum is a mapping of monomials to coefficients. A monomial is a product of powers of primes, a tuple of (prime,
exponent) with the primes in order and exponents of at least 1, which are integers or sums of powers themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from noisytm.errors import BudgetError

if TYPE_CHECKING:
    from flint import arb

Monomial = tuple[tuple[int, Any], ...]
Sum = Mapping[Monomial, int]
Weighted = Sequence[tuple[Any, Monomial]]
PRECISIONS = (64, 256, 1024, 4096, 1 << 14)
BEYOND = 10**18  # of a logarithm: the number, or its inverse, then counts as nothing beside another one
NOTHING_BITS = 900
MOST_KEPT = 1 << 12
MADE_UP_FOR = 10**6  # what is left of a sum of powers after that is still too large for a logarithm


_known: dict[tuple[Any, ...], tuple[Monomial, Monomial, arb | None]] = {}  # by the objects, which are kept with them


class UndecidedError(BudgetError):
    """Numbers too large to be written out that are too close to be told apart with bounded effort, or too many."""


class BeyondError(UndecidedError):
    """A rule that takes a run beyond the steps it has been given, where it is not worked out how far it may be applied.

    Attributes
    ----------
    run : object
        The run as it was before, which can be gone on from.
    """

    run: Any = None


def size(terms: Sum) -> tuple[int, arb | None]:
    """Return the sign of a sum and the logarithm of its absolute value, ``None`` if that is a sum of powers too.

    Raises
    ------
    UndecidedError
        If the terms cancel each other so well that intervals of 2^14 bits do not tell.

    Examples
    --------
    >>> sign, log = size({((2, 10**9),): 1, ((3, 630929753),): -1})  # 2^1000000000 − 3^630929753
    >>> sign, f"{float(log):.2f}"
    (1, '693147179.80')
    """
    from flint import arb, ctx

    for precision in PRECISIONS:
        with ctx.workprec(precision):
            found = _sized([(arb(c), monomial) for monomial, c in terms.items()])
        if found is not None:
            return found
    raise UndecidedError(
        f"the run has come to numbers of {about(terms)} that are too close to be told apart with {PRECISIONS[-1]} bits;"
        " lower max_steps to stop it before"
    )


def tower_of(terms: Sum, denominator: int, precision: int) -> tuple[int, arb] | None:
    """Return how often to take the logarithm to base 10 of a sum over a number, to get less than 10^18, and what it is.

    ``None`` if the precision does not do.

    Examples
    --------
    >>> height, log = tower_of({((5, 10**9),): 3}, 2, 64)
    >>> height, f"{float(log):.3f}"
    (1, '698970004.512')
    """
    from flint import arb, ctx

    with ctx.workprec(precision):
        ten = arb.const_log10()
        sums = {monomial: arb(c) / denominator for monomial, c in terms.items()}
        height = 0
        while any(sums):
            found = _greatest([(c, monomial) for monomial, c in sums.items()])
            if found is None:
                return None
            sums = {m: c / ten for m, c in _logarithm(*found).items()}
            height += 1
        log = sums[()]
        return (height, log) if log < BEYOND else (height + 1, log.log() / ten)


def larger_first(terms: Sum) -> list[Monomial]:
    """Return the monomials of a sum in order, those first whose terms are larger, as far as that is seen at once."""
    from functools import cmp_to_key

    from flint import arb, ctx

    def compare(first: Monomial, second: Monomial) -> int:
        ratio = _ratio((arb(terms[first]), first), (arb(terms[second]), second))
        return 0 if ratio is None else -1 if ratio > 1 else 1 if ratio < 1 else 0

    with ctx.workprec(PRECISIONS[0]):
        return sorted(sorted(terms, key=lambda m: [p for p, _ in m]), key=cmp_to_key(compare))


def _sized(terms: Weighted) -> tuple[int, arb | None] | None:
    """Return the sign of a sum and its logarithm, as `size` does; ``None`` if the precision does not do."""
    found = _greatest(terms)
    if found is None:
        return None
    (coefficient, _), total = found
    log = _logarithm(*found)
    return 1 if (coefficient > 0) == (total > 0) else -1, None if any(log) else log[()]


def _greatest(terms: Weighted) -> tuple[tuple[Any, Monomial], arb] | None:
    """Return the greatest term of a sum, and what the sum is times it; ``None`` if that is not seen."""
    from flint import arb

    clear = [term for term in terms if term[0] > 0 or term[0] < 0]
    if not clear:
        return None
    greatest = clear[0]
    for term in clear[1:]:
        ratio = _ratio(term, greatest)
        if ratio is None:
            return None
        if ratio.mid() > 1:
            greatest = term
    total = arb(0)
    for coefficient, monomial in terms:
        is_clear = coefficient > 0 or coefficient < 0
        bound = coefficient if is_clear else coefficient.abs_upper()
        ratio = arb(0) if bound == 0 else _ratio((bound, monomial), greatest)
        if ratio is None or not ratio.is_finite():
            return None
        if not is_clear:
            ratio = arb(0, ratio.abs_upper())
        total += ratio if (coefficient > 0) == (greatest[0] > 0) else -ratio
    return (greatest, total) if total > 0 or total < 0 else None


def _logarithm(term: tuple[Any, Monomial], times: arb) -> dict[Monomial, arb]:
    """Return the logarithm of the absolute value of a number times a term, as a sum of powers with real weights."""
    from flint import arb

    sums: dict[Monomial, Any] = {(): abs(term[0] * times).log()}
    for p, n in term[1]:
        log = arb(p).log()
        if isinstance(n, int):
            sums[()] += n * log
            continue
        for monomial, c in n.terms.items():
            sums[monomial] = sums.get(monomial, arb(0)) + c * log / n.denominator
    return sums


def _ratio(term: tuple[Any, Monomial], other: tuple[Any, Monomial]) -> arb | None:
    """Return the ratio of the absolute values of two terms; infinity, or about 0, where its logarithm is huge."""
    from flint import arb, ctx

    weights: arb = abs(term[0] / other[0])
    if term[1] is other[1]:
        return weights
    log = _known_apart(term[1], other[1], ctx.prec)
    if log is None:
        return None
    log = log + weights.log()
    if log > BEYOND or log < -BEYOND:
        return arb.pos_inf() if log > 0 else arb(0, arb(2) ** -NOTHING_BITS)
    return log.exp()


def _known_apart(first: Monomial, second: Monomial, precision: int) -> arb | None:
    """Return what `_apart` does; that is asked for again on each level of a tower, with the same exponents.

    Towers have few remainders by any number, so that they are not told apart by a hash, but by which objects they are.
    """
    key = precision, *((p, n if isinstance(n, int) else id(n)) for m in (first, ((0, 0),), second) for p, n in m)
    if key not in _known:
        if len(_known) >= MOST_KEPT:
            _known.clear()
        _known[key] = first, second, _apart(first, second)
    return _known[key][2]


def _apart(first: Monomial, second: Monomial) -> arb | None:
    """Return the logarithm of the ratio of two monomials, infinite where it is beyond all bounds."""
    from flint import arb

    exponents, others = dict(first), dict(second)
    apart = [(p, exponents.get(p, 0) - others.get(p, 0)) for p in exponents.keys() | others.keys()]
    signs = {n.sign for _, n in apart if not isinstance(n, int)}
    if len(signs) == 1:  # each of these is more than 10^1000000, and no other makes up for it
        rest = tuple((p, n) for p, n in apart if isinstance(n, int))
        if abs(_logarithm((arb(1), rest), arb(1))[()]) < MADE_UP_FOR:
            return arb.pos_inf() if signs == {1} else arb.neg_inf()
    sums = _logarithm((arb(1), tuple(apart)), arb(1))
    if not any(sums):
        return sums[()]
    found = _sized([(c, monomial) for monomial, c in sums.items()])
    if found is None:
        return None
    sign, size = found
    return sign * (arb.pos_inf() if size is None or size > 100 else size.exp())


def about(terms: Sum) -> str:
    """Return how large the largest term is, as text."""
    first = larger_first(terms)[0]
    height, log = tower_of({first: abs(terms[first])}, 1, PRECISIONS[0]) or (0, 0)
    return "about " + "10^" * height + f"{float(log):.12g}"
