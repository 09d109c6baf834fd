"""What learners of one problem pay for not knowing its program: regret against n."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.prediction.comparing import regret as regret
    from noisytm.posterior.prediction.form import REGRET as REGRET
    from noisytm.posterior.prediction.grids import cubes_cost as cubes_cost
    from noisytm.posterior.prediction.result import Regret as Regret
    from noisytm.posterior.prediction.result import RegretCurve as RegretCurve

_door = Door(
    __name__,
    {
        "comparing": ("regret",),
        "form": ("REGRET",),
        "grids": ("cubes_cost",),
        "result": ("Regret", "RegretCurve"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
