"""The kernels: ordinary functions of arrays, over probabilities, one number at a time, unless a reading says otherwise.

Imported and called they run in plain Python. The assembler (`noisytm.relaxation.marginal.assemble`) takes those that
are wanted, with the names of an algebra bound as a `Reading` says, into one module that numba compiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.relaxation.marginal.kernels.places import HIGH as HIGH
    from noisytm.relaxation.marginal.kernels.places import LOW as LOW
    from noisytm.relaxation.marginal.kernels.places import Layout as Layout
    from noisytm.relaxation.marginal.kernels.places import layout as layout
    from noisytm.relaxation.marginal.kernels.program import Op as Op
    from noisytm.relaxation.marginal.kernels.program import Pair as Pair
    from noisytm.relaxation.marginal.kernels.program import pair as pair
    from noisytm.relaxation.marginal.kernels.readings import READINGS as READINGS
    from noisytm.relaxation.marginal.kernels.readings import Reading as Reading
    from noisytm.relaxation.marginal.kernels.records import Buffers as Buffers
    from noisytm.relaxation.marginal.kernels.records import Cheapest as Cheapest
    from noisytm.relaxation.marginal.kernels.records import Outputs as Outputs
    from noisytm.relaxation.marginal.kernels.records import Program as Program
    from noisytm.relaxation.marginal.kernels.records import Workspace as Workspace
    from noisytm.relaxation.marginal.kernels.state_readout import MASK as MASK

_door = Door(
    __name__,
    {
        "places": ("HIGH", "LOW", "Layout", "layout"),
        "program": ("Op", "Pair", "pair"),
        "readings": ("READINGS", "Reading"),
        "records": ("Buffers", "Cheapest", "Outputs", "Program", "Workspace"),
        "state_readout": ("MASK",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
