"""Free energies: replicas of tempered populations with their errors, checks, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.energies.asked import Asked as Asked
    from noisytm.posterior.energies.asked import Sampled as Sampled
    from noisytm.posterior.energies.checks import equipartition as equipartition
    from noisytm.posterior.energies.checks import failures as failures
    from noisytm.posterior.energies.fitted import FittedCoefficient as FittedCoefficient
    from noisytm.posterior.energies.form import OPTIONS as OPTIONS
    from noisytm.posterior.energies.form import POSTERIOR as POSTERIOR
    from noisytm.posterior.energies.keeping import Store as Store
    from noisytm.posterior.energies.reading import read_posterior as read_posterior
    from noisytm.posterior.energies.replicas import free_energy as free_energy
    from noisytm.posterior.energies.replicas import scatter_of as scatter_of
    from noisytm.posterior.energies.result import FreeEnergy as FreeEnergy
    from noisytm.posterior.energies.rows import LadderRow as LadderRow
    from noisytm.posterior.energies.rows import Reached as Reached
    from noisytm.posterior.energies.rows import Spread as Spread
    from noisytm.posterior.energies.rows import ladder_of as ladder_of
    from noisytm.posterior.energies.rows import reached_by as reached_by

_door = Door(
    __name__,
    {
        "asked": ("Asked", "Sampled"),
        "checks": ("equipartition", "failures"),
        "fitted": ("FittedCoefficient",),
        "form": ("OPTIONS", "POSTERIOR"),
        "keeping": ("Store",),
        "reading": ("read_posterior",),
        "replicas": ("free_energy", "scatter_of"),
        "result": ("FreeEnergy",),
        "rows": ("LadderRow", "Reached", "Spread", "ladder_of", "reached_by"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
