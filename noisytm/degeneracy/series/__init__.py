"""Learning coefficients of one code against what changes: the steps after which it is read, the noise of an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.series.entries import PLACES as PLACES
    from noisytm.degeneracy.series.entries import CoefficientOnSegment as CoefficientOnSegment
    from noisytm.degeneracy.series.entries import EntryNoise as EntryNoise
    from noisytm.degeneracy.series.entries import LeadingLoss as LeadingLoss
    from noisytm.degeneracy.series.segments import coefficient_along_entry as coefficient_along_entry
    from noisytm.degeneracy.series.steps import CoefficientAtStep as CoefficientAtStep
    from noisytm.degeneracy.series.steps import StepSeries as StepSeries
    from noisytm.degeneracy.series.steps import coefficients_by_step as coefficients_by_step

_door = Door(
    __name__,
    {
        "entries": ("CoefficientOnSegment", "EntryNoise", "LeadingLoss", "PLACES"),
        "segments": ("coefficient_along_entry",),
        "steps": ("CoefficientAtStep", "StepSeries", "coefficients_by_step"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
