"""Estimators of the learning coefficient from samples of nK, with their biases and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.estimates.estimating import estimate as estimate
    from noisytm.posterior.estimates.form import ESTIMATE_FORM as ESTIMATE_FORM
    from noisytm.posterior.estimates.form import ESTIMATES as ESTIMATES
    from noisytm.posterior.estimates.formulas import ESTIMATORS as ESTIMATORS
    from noisytm.posterior.estimates.formulas import Estimator as Estimator
    from noisytm.posterior.estimates.result import Estimate as Estimate
    from noisytm.posterior.estimates.result import Estimates as Estimates
    from noisytm.posterior.estimates.samples import jackknife as jackknife
    from noisytm.posterior.estimates.samples import split_r_hat as split_r_hat

_door = Door(
    __name__,
    {
        "estimating": ("estimate",),
        "form": ("ESTIMATES", "ESTIMATE_FORM"),
        "formulas": ("ESTIMATORS", "Estimator"),
        "result": ("Estimate", "Estimates"),
        "samples": ("jackknife", "split_r_hat"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
