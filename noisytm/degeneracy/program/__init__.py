"""The linear programs behind the learning coefficient: the one room that imports a solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.program._exact_simplex import Packing as Packing
    from noisytm.degeneracy.program._exact_simplex import scaled_products as scaled_products
    from noisytm.degeneracy.program.branching import prove as prove
    from noisytm.degeneracy.program.cutting import CuttingPlanes as CuttingPlanes
    from noisytm.degeneracy.program.cutting import Found as Found
    from noisytm.degeneracy.program.cutting import witnesses as witnesses
    from noisytm.degeneracy.program.envelope import Envelope as Envelope
    from noisytm.degeneracy.program.interval import CertifiedInterval as CertifiedInterval
    from noisytm.degeneracy.program.pinned import PinnedCover as PinnedCover
    from noisytm.degeneracy.program.pinned import PinnedCovers as PinnedCovers
    from noisytm.degeneracy.program.quadratic import QuadraticCover as QuadraticCover
    from noisytm.degeneracy.program.quadratic import QuadraticPlanes as QuadraticPlanes

_door = Door(
    __name__,
    {
        "_exact_simplex": ("Packing", "scaled_products"),
        "branching": ("prove",),
        "cutting": ("CuttingPlanes", "Found", "witnesses"),
        "envelope": ("Envelope",),
        "interval": ("CertifiedInterval",),
        "pinned": ("PinnedCover", "PinnedCovers"),
        "quadratic": ("QuadraticCover", "QuadraticPlanes"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
