"""The kernels: ordinary functions of arrays, over probabilities, one number at a time, unless a reading says otherwise.

Imported and called they run in plain Python. The assembler (`noisytm.relaxation.marginal.assemble`) takes those that
are wanted, with the names of an algebra bound as a `Reading` says, into one module that numba compiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.relaxation.marginal.kernels.losses import LOG as LOG
    from noisytm.relaxation.marginal.kernels.losses import wrong_squares as wrong_squares
    from noisytm.relaxation.marginal.kernels.losses import wrong_squares_adjoint as wrong_squares_adjoint
    from noisytm.relaxation.marginal.kernels.oracle import LARGEST_COUNT as LARGEST_COUNT
    from noisytm.relaxation.marginal.kernels.places import HIGH as HIGH
    from noisytm.relaxation.marginal.kernels.places import LOW as LOW
    from noisytm.relaxation.marginal.kernels.places import PAD as PAD
    from noisytm.relaxation.marginal.kernels.places import Layout as Layout
    from noisytm.relaxation.marginal.kernels.places import layout as layout
    from noisytm.relaxation.marginal.kernels.program import LONGEST_SPAN as LONGEST_SPAN
    from noisytm.relaxation.marginal.kernels.program import Op as Op
    from noisytm.relaxation.marginal.kernels.program import Pair as Pair
    from noisytm.relaxation.marginal.kernels.program import Span as Span
    from noisytm.relaxation.marginal.kernels.program import pair as pair
    from noisytm.relaxation.marginal.kernels.program import rest_of_pair as rest_of_pair
    from noisytm.relaxation.marginal.kernels.program import rests_from as rests_from
    from noisytm.relaxation.marginal.kernels.program import shares_of_sum as shares_of_sum
    from noisytm.relaxation.marginal.kernels.program import span as span
    from noisytm.relaxation.marginal.kernels.readings import LISTS as LISTS
    from noisytm.relaxation.marginal.kernels.readings import READINGS as READINGS
    from noisytm.relaxation.marginal.kernels.readings import Reading as Reading
    from noisytm.relaxation.marginal.kernels.readout import entries_into as entries_into
    from noisytm.relaxation.marginal.kernels.readout import sink_mass as sink_mass
    from noisytm.relaxation.marginal.kernels.readout import sink_mass_adjoint as sink_mass_adjoint
    from noisytm.relaxation.marginal.kernels.records import Buffers as Buffers
    from noisytm.relaxation.marginal.kernels.records import Cheapest as Cheapest
    from noisytm.relaxation.marginal.kernels.records import Outputs as Outputs
    from noisytm.relaxation.marginal.kernels.records import Program as Program
    from noisytm.relaxation.marginal.kernels.records import Scanned as Scanned
    from noisytm.relaxation.marginal.kernels.records import Workspace as Workspace
    from noisytm.relaxation.marginal.kernels.state_readout import MASK as MASK
    from noisytm.relaxation.marginal.kernels.step import live_cells as live_cells

_door = Door(
    __name__,
    {
        "losses": ("LOG", "wrong_squares", "wrong_squares_adjoint"),
        "oracle": ("LARGEST_COUNT",),
        "places": ("HIGH", "LOW", "Layout", "PAD", "layout"),
        "program": (
            "LONGEST_SPAN",
            "Op",
            "Pair",
            "Span",
            "pair",
            "rest_of_pair",
            "rests_from",
            "shares_of_sum",
            "span",
        ),
        "readings": ("LISTS", "READINGS", "Reading"),
        "readout": ("entries_into", "sink_mass", "sink_mass_adjoint"),
        "records": ("Buffers", "Cheapest", "Outputs", "Program", "Scanned", "Workspace"),
        "state_readout": ("MASK",),
        "step": ("live_cells",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
