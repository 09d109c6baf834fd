"""What a learner of n observations believes: samples of the posterior over noisy codes, and what is read from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.energies import FittedCoefficient as FittedCoefficient
    from noisytm.posterior.energies import FreeEnergy as FreeEnergy
    from noisytm.posterior.energies import LadderRow as LadderRow
    from noisytm.posterior.energies import free_energy as free_energy
    from noisytm.posterior.energies import read_posterior as read_posterior
    from noisytm.posterior.estimates import ESTIMATORS as ESTIMATORS
    from noisytm.posterior.estimates import Estimate as Estimate
    from noisytm.posterior.estimates import Estimates as Estimates
    from noisytm.posterior.estimates import Estimator as Estimator
    from noisytm.posterior.estimates import estimate as estimate
    from noisytm.posterior.levels import Volumes as Volumes
    from noisytm.posterior.levels import volumes as volumes
    from noisytm.posterior.partition import ExactCoefficient as ExactCoefficient
    from noisytm.posterior.partition import Phases as Phases
    from noisytm.posterior.partition import phases as phases
    from noisytm.posterior.populations import Replica as Replica
    from noisytm.posterior.populations import Rung as Rung
    from noisytm.posterior.prediction import REGRET_UNITS as REGRET_UNITS
    from noisytm.posterior.prediction import Regret as Regret
    from noisytm.posterior.prediction import regret as regret
    from noisytm.posterior.prediction import sampled_regret as sampled_regret
    from noisytm.posterior.response import Susceptibilities as Susceptibilities
    from noisytm.posterior.response import sampled_susceptibilities as sampled_susceptibilities
    from noisytm.posterior.response import susceptibilities as susceptibilities

_door = Door(
    __name__,
    {
        "energies": ("FittedCoefficient", "FreeEnergy", "LadderRow", "free_energy", "read_posterior"),
        "estimates": ("ESTIMATORS", "Estimate", "Estimates", "Estimator", "estimate"),
        "levels": ("Volumes", "volumes"),
        "partition": ("ExactCoefficient", "Phases", "phases"),
        "populations": ("Replica", "Rung"),
        "prediction": ("REGRET_UNITS", "Regret", "regret", "sampled_regret"),
        "response": ("Susceptibilities", "sampled_susceptibilities", "susceptibilities"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
