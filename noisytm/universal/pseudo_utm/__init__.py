"""The staged pseudo-UTM: a universal machine with four tapes, run and relaxed cycle by cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.universal.pseudo_utm.host import STAGED as STAGED
    from noisytm.universal.pseudo_utm.staged import SIMULATED as SIMULATED
    from noisytm.universal.pseudo_utm.staged import Simulated as Simulated
    from noisytm.universal.pseudo_utm.staged import StagedPseudoUTM as StagedPseudoUTM
    from noisytm.universal.pseudo_utm.watch import Simulation as Simulation
    from noisytm.universal.pseudo_utm.watch import simulate_on_staged as simulate_on_staged
    from noisytm.universal.pseudo_utm.watch import step_json as step_json
    from noisytm.universal.pseudo_utm.watch import step_text as step_text
    from noisytm.universal.pseudo_utm.watch import tape_text as tape_text

_door = Door(
    __name__,
    {
        "host": ("STAGED",),
        "staged": ("SIMULATED", "Simulated", "StagedPseudoUTM"),
        "watch": ("Simulation", "simulate_on_staged", "step_json", "step_text", "tape_text"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
