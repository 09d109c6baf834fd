"""The relaxed step over any semiring: readable, slow, for other algebras and for cold starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.relaxation.generic.marginals import history as history
    from noisytm.relaxation.generic.marginals import step as step
    from noisytm.relaxation.generic.marginals import wrong as wrong

_door = Door(
    __name__,
    {
        "marginals": ("history", "step", "wrong"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
