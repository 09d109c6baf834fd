"""The relaxed step over any semiring: readable, slow, for other algebras and for cold starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.relaxation.generic.probabilities import ReadableRuns as ReadableRuns
    from noisytm.relaxation.generic.readings import history as history
    from noisytm.relaxation.generic.readings import readouts as readouts
    from noisytm.relaxation.generic.readings import step as step
    from noisytm.relaxation.generic.readings import wrong as wrong

_door = Door(
    __name__,
    {
        "probabilities": ("ReadableRuns",),
        "readings": ("history", "readouts", "step", "wrong"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
