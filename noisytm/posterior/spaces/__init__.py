"""The state spaces of noisy codes: distributions of any entries, or on a grid, with their prior, draws and moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.spaces.factors import Block as Block
    from noisytm.posterior.spaces.factors import Factor as Factor
    from noisytm.posterior.spaces.factors import Factors as Factors
    from noisytm.posterior.spaces.grid import Grid as Grid
    from noisytm.posterior.spaces.half import log_mass_of_half as log_mass_of_half
    from noisytm.posterior.spaces.half import log_twice_the_rest as log_twice_the_rest
    from noisytm.posterior.spaces.logits import Logits as Logits
    from noisytm.posterior.spaces.logits import normalised as normalised
    from noisytm.posterior.spaces.making import checked_bits as checked_bits
    from noisytm.posterior.spaces.making import checked_localisation as checked_localisation
    from noisytm.posterior.spaces.making import factors_of as factors_of
    from noisytm.posterior.spaces.pull import log_pull as log_pull
    from noisytm.posterior.spaces.region import Region as Region
    from noisytm.posterior.spaces.region import checked_region as checked_region
    from noisytm.posterior.spaces.region import checked_step as checked_step
    from noisytm.posterior.spaces.region import checked_units as checked_units
    from noisytm.posterior.spaces.slopes import slope_differences as slope_differences

_door = Door(
    __name__,
    {
        "factors": ("Block", "Factor", "Factors"),
        "grid": ("Grid",),
        "half": ("log_mass_of_half", "log_twice_the_rest"),
        "logits": ("Logits", "normalised"),
        "making": ("checked_bits", "checked_localisation", "factors_of"),
        "pull": ("log_pull",),
        "region": ("Region", "checked_region", "checked_step", "checked_units"),
        "slopes": ("slope_differences",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
