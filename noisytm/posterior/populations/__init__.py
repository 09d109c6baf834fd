"""Tempered populations: particles led from the prior to the posterior at n, in rungs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.populations.climbing import Climb as Climb
    from noisytm.posterior.populations.climbing import Losses as Losses
    from noisytm.posterior.populations.climbing import Moved as Moved
    from noisytm.posterior.populations.climbing import Mover as Mover
    from noisytm.posterior.populations.climbing import State as State
    from noisytm.posterior.populations.climbing import climbed as climbed
    from noisytm.posterior.populations.climbing import started as started
    from noisytm.posterior.populations.fast import FastMoves as FastMoves
    from noisytm.posterior.populations.readable import ReadableMoves as ReadableMoves
    from noisytm.posterior.populations.readable import ReadableSweeps as ReadableSweeps
    from noisytm.posterior.populations.readable import array_losses as array_losses
    from noisytm.posterior.populations.readable import losses_of as losses_of
    from noisytm.posterior.populations.rungs import Replica as Replica
    from noisytm.posterior.populations.rungs import Rung as Rung
    from noisytm.posterior.populations.sweeping import ONE_IN as ONE_IN
    from noisytm.posterior.populations.sweeping import TRAJECTORY as TRAJECTORY
    from noisytm.posterior.populations.tempering import ladder_to as ladder_to

_door = Door(
    __name__,
    {
        "climbing": ("Climb", "Losses", "Moved", "Mover", "State", "climbed", "started"),
        "fast": ("FastMoves",),
        "readable": ("ReadableMoves", "ReadableSweeps", "array_losses", "losses_of"),
        "rungs": ("Replica", "Rung"),
        "sweeping": ("ONE_IN", "TRAJECTORY"),
        "tempering": ("ladder_to",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
