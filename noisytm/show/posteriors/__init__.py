"""What is read from the posterior, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.posteriors.estimates import describe_estimates as describe_estimates
    from noisytm.show.posteriors.ladders import describe_free_energy as describe_free_energy
    from noisytm.show.posteriors.phases import describe_phases as describe_phases
    from noisytm.show.posteriors.regrets import describe_regret as describe_regret
    from noisytm.show.posteriors.susceptibilities import describe_susceptibilities as describe_susceptibilities
    from noisytm.show.posteriors.volumes import describe_volumes as describe_volumes

_door = Door(
    __name__,
    {
        "estimates": ("describe_estimates",),
        "ladders": ("describe_free_energy",),
        "phases": ("describe_phases",),
        "regrets": ("describe_regret",),
        "susceptibilities": ("describe_susceptibilities",),
        "volumes": ("describe_volumes",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
