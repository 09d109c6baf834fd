"""How often a rule can be applied in the steps that are left, where their number cannot be written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noisytm.discrete.powers.bounds import BeyondError
from noisytm.discrete.powers.sums import PowerSum

MOST_HALVINGS = 256


def times_within(total: Callable[[Any], Any], most: Any, room: PowerSum) -> Any:
    """Return the greatest k from 0 to ``most`` with total(k) <= room, for an increasing function from total(0) = 0.

    Parameters
    ----------
    total : callable
        A polynomial with values for integers and for sums of powers, or a sum of exponentials.
    most : int, PowerSum or None
        ``None`` for no bound.
    room : PowerSum
        The bound on the values.

    Raises
    ------
    BeyondError
        If k is too large to be found by halving, and is no quotient.

    Examples
    --------
    >>> from noisytm.discrete import power
    >>> times_within(lambda k: 3 * k, None, power(10, 10**8)) == (power(10, 10**8) - 1) // 3
    True
    >>> times_within(lambda k: k * power(7, 10**8), 10**9, 5 * power(7, 10**8) + 1)
    5
    """
    if most is not None and total(most) <= room:
        return most
    if isinstance(most, int) and most.bit_length() <= MOST_HALVINGS:
        low, high = 0, most
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if total(middle) <= room else (low, middle)
        return low
    once = total(1)
    if isinstance(once, int) and once > 0:
        times = room // once
        if total(times) <= room < total(times + 1):
            return times
    raise BeyondError(
        f"the run has come to a rule that leads beyond the {room.rounded()} steps that are left, and where it is after"
        " just so many is not worked out; give other max_steps, 10^1000000 or less if the run goes on for ever"
    )
