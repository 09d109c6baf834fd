"""A run by chains of blocks on a run-length tape, and by rules proved on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.chain.accelerated import PROBES as PROBES
    from noisytm.discrete.chain.accelerated import TRIAL_MOVES as TRIAL_MOVES
    from noisytm.discrete.chain.accelerated import ChainRun as ChainRun
    from noisytm.discrete.chain.accelerated import likely_widths as likely_widths
    from noisytm.discrete.chain.accelerated import promising_run as promising_run
    from noisytm.discrete.chain.accelerated import snapshots as snapshots
    from noisytm.discrete.chain.accelerated import tallied as tallied
    from noisytm.discrete.chain.race import WORTHWHILE as WORTHWHILE
    from noisytm.discrete.chain.race import Racer as Racer
    from noisytm.discrete.chain.race import raced as raced

_door = Door(
    __name__,
    {
        "accelerated": ("ChainRun", "PROBES", "TRIAL_MOVES", "likely_widths", "promising_run", "snapshots", "tallied"),
        "race": ("Racer", "WORTHWHILE", "raced"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
