"""What learners of one problem pay for not knowing its program: regret against n."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.prediction.comparing import regret as regret
    from noisytm.posterior.prediction.form import REGRET as REGRET
    from noisytm.posterior.prediction.grids import cubes_cost as cubes_cost
    from noisytm.posterior.prediction.result import REGRET_UNITS as REGRET_UNITS
    from noisytm.posterior.prediction.result import Regret as Regret
    from noisytm.posterior.prediction.result import RegretCurve as RegretCurve
    from noisytm.posterior.prediction.sampled import sampled_regret as sampled_regret

_door = Door(
    __name__,
    {
        "comparing": ("regret",),
        "form": ("REGRET",),
        "grids": ("cubes_cost",),
        "result": ("REGRET_UNITS", "Regret", "RegretCurve"),
        "sampled": ("sampled_regret",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
