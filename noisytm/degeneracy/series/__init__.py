"""Learning coefficients of one code against what changes: the steps after which it is read, the noise of an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.series.steps import CoefficientAtStep as CoefficientAtStep
    from noisytm.degeneracy.series.steps import StepSeries as StepSeries
    from noisytm.degeneracy.series.steps import coefficients_by_step as coefficients_by_step

_door = Door(
    __name__,
    {
        "steps": ("CoefficientAtStep", "StepSeries", "coefficients_by_step"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
