"""The arithmetic of the checker: fractions over one denominator, and ranks; nothing here is rounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.errors import BudgetError

# Denominators of proofs have some dozens of bits; beyond this, adding up a file's fractions would take minutes.
MOST_BITS = 1 << 17
# Products of two residues fit into 64 bits.
PRIMES = (2_147_483_647, 2_147_483_629, 2_147_483_587)


def over_one(values: Iterable[Fraction | int], what: str) -> tuple[list[int], int]:
    """Return numerators over the least common denominator, and it.

    Parameters
    ----------
    values : iterable of Fraction or int
        The numbers.
    what : str
        What they are, for the message.

    Raises
    ------
    BudgetError
        If the denominator has more than 2^17 bits, or the time runs out.

    Examples
    --------
    >>> over_one([Fraction(1, 2), Fraction(1, 3), 1], "weights")
    ([3, 2, 6], 6)
    """
    exact = [Fraction(x) for x in values]
    scale = 1
    for x in exact:
        scale *= x.denominator // gcd(scale, x.denominator)
        if scale.bit_length() > MOST_BITS:
            raise BudgetError(
                f"the common denominator of {what} has more than {MOST_BITS} bits, the limit of the checker"
            )
        _clock.tick()
    return [x.numerator * (scale // x.denominator) for x in exact], scale


def rank_at_least(rows: Sequence[Sequence[int]], wanted: int) -> bool:
    """Return whether it is shown that an integer matrix has a rank of at least ``wanted`` over the rationals.

    Minors that do not vanish modulo a prime do not vanish, so a rank modulo a prime is at most the rank: the answer
    "yes" is proved. "No" is wrong only if all three primes divide all minors of the size.

    Examples
    --------
    >>> rank_at_least([[1, 2], [2, 4], [0, 1]], 2), rank_at_least([[1, 2], [2, 4]], 2)
    (True, False)
    """
    if wanted <= 0:
        return True
    if wanted > min(len(rows), len(rows[0]) if rows else 0):
        return False
    return any(_rank_modulo(rows, prime) >= wanted for prime in PRIMES)


def _rank_modulo(rows: Sequence[Sequence[int]], prime: int) -> int:
    left: NDArray[np.int64] = np.array([[x % prime for x in row] for row in rows], dtype=np.int64)
    rank = 0
    for column in range(left.shape[1]):
        pivots = np.flatnonzero(left[rank:, column])
        if not pivots.size:
            continue
        _clock.tick()
        chosen = rank + int(pivots[0])
        left[[rank, chosen]] = left[[chosen, rank]]
        left[rank] = left[rank] * pow(int(left[rank, column]), -1, prime) % prime
        below = rank + 1 + np.flatnonzero(left[rank + 1 :, column])
        left[below] = (left[below] - left[below, column, None] * left[rank] % prime) % prime
        rank += 1
        if rank == len(left):
            break
    return rank
