"""The losses by name; a new one is a file like ``brier`` and its object in `LOSSES`."""

from __future__ import annotations

from typing import Any

from noisytm._registry import Registry
from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.losses.brier import BRIER
from noisytm.losses.log import LOG
from noisytm.losses.loss import Loss

LOSSES: Registry[Loss] = Registry("loss", [LOG, BRIER])


def checked_loss(name: Any) -> str:
    """Return ``name`` if it is that of a loss, else raise `ProblemError`."""
    return LOSSES.named(name).name


def compiled_number(name: Any) -> int:
    """Return the number that the compiled kernels know a loss by.

    Raises
    ------
    ProblemError
        If there is no such loss, or it is not compiled.
    """
    loss = LOSSES.named(name)
    if loss.compiled is None:
        among = ", ".join(other.name for other in LOSSES.values() if other.compiled is not None)
        raise ProblemError(f"loss is {shown(name)}, which has no compiled form; use one of {among}")
    return loss.compiled
