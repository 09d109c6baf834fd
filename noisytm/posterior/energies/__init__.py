"""Free energies: replicas of tempered populations with their errors, checks, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.energies.asked import Asked as Asked
    from noisytm.posterior.energies.checks import equipartition as equipartition
    from noisytm.posterior.energies.checks import failures as failures
    from noisytm.posterior.energies.form import POSTERIOR as POSTERIOR
    from noisytm.posterior.energies.replicas import free_energy as free_energy
    from noisytm.posterior.energies.result import FreeEnergy as FreeEnergy
    from noisytm.posterior.energies.result import LadderRow as LadderRow
    from noisytm.posterior.energies.result import ladder_of as ladder_of

_door = Door(
    __name__,
    {
        "asked": ("Asked",),
        "checks": ("equipartition", "failures"),
        "form": ("POSTERIOR",),
        "replicas": ("free_energy",),
        "result": ("FreeEnergy", "LadderRow", "ladder_of"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
