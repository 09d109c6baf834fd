"""How the posterior answers to the weight of each input: susceptibilities, and shares of λ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.response.covariances import Response as Response
    from noisytm.posterior.response.covariances import response_of as response_of
    from noisytm.posterior.response.form import SUSCEPTIBILITIES as SUSCEPTIBILITIES
    from noisytm.posterior.response.responding import losses_by_input as losses_by_input
    from noisytm.posterior.response.responding import susceptibilities as susceptibilities
    from noisytm.posterior.response.result import Susceptibilities as Susceptibilities
    from noisytm.posterior.response.sampled import sampled_susceptibilities as sampled_susceptibilities

_door = Door(
    __name__,
    {
        "covariances": ("Response", "response_of"),
        "form": ("SUSCEPTIBILITIES",),
        "responding": ("losses_by_input", "susceptibilities"),
        "result": ("Susceptibilities",),
        "sampled": ("sampled_susceptibilities",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
