"""What a computation had found when a budget ran out, or when it was interrupted, handed on with the exception."""

from __future__ import annotations

from typing import Any

from noisytm.errors import BudgetError, Interrupted

# What ends a computation that has found something: ``except ENDED as error: raise carrying(error, found) from None``.
ENDED = (BudgetError, KeyboardInterrupt)


def carrying(error: BaseException, partial: Any, reached: str = "") -> BudgetError | Interrupted:
    """Return one of `ENDED` with what was found before it, ``reached`` in the message; an interrupt as `Interrupted`.

    Examples
    --------
    >>> carrying(BudgetError("no more memory"), [1]), carrying(KeyboardInterrupt(), [2]).partial
    (BudgetError('no more memory'), [2])
    """
    if isinstance(error, BudgetError):
        return type(error)(f"{error}{reached}", partial)
    return Interrupted(f"{str(error) or 'interrupted'}{reached}", partial)
