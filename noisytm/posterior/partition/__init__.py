"""Which codes share the posterior: samples rounded to codes, alone and in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.partition.finding import phases as phases
    from noisytm.posterior.partition.form import GROUP_FORM as GROUP_FORM
    from noisytm.posterior.partition.form import LISTED as LISTED
    from noisytm.posterior.partition.form import PHASE_FORM as PHASE_FORM
    from noisytm.posterior.partition.form import PHASES as PHASES
    from noisytm.posterior.partition.least import ExactCoefficient as ExactCoefficient
    from noisytm.posterior.partition.least import exact_coefficient as exact_coefficient
    from noisytm.posterior.partition.result import TITLES as TITLES
    from noisytm.posterior.partition.result import Overtaking as Overtaking
    from noisytm.posterior.partition.result import Phase as Phase
    from noisytm.posterior.partition.result import PhaseGroup as PhaseGroup
    from noisytm.posterior.partition.result import Phases as Phases
    from noisytm.posterior.partition.result import PhasesAt as PhasesAt
    from noisytm.posterior.partition.rounding import checked_samples as checked_samples
    from noisytm.posterior.partition.rounding import machine_of as machine_of
    from noisytm.posterior.partition.rounding import rounded as rounded
    from noisytm.posterior.partition.rounding import run_all as run_all
    from noisytm.posterior.partition.shares import Crossing as Crossing
    from noisytm.posterior.partition.shares import Share as Share
    from noisytm.posterior.partition.shares import crossing as crossing
    from noisytm.posterior.partition.shares import share_of as share_of

_door = Door(
    __name__,
    {
        "finding": ("phases",),
        "form": ("GROUP_FORM", "LISTED", "PHASES", "PHASE_FORM"),
        "least": ("ExactCoefficient", "exact_coefficient"),
        "result": ("Overtaking", "Phase", "PhaseGroup", "Phases", "PhasesAt", "TITLES"),
        "rounding": ("checked_samples", "machine_of", "rounded", "run_all"),
        "shares": ("Crossing", "Share", "crossing", "share_of"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
