"""Exact runs of Turing machines: results, configurations, visited tuples, step-by-step traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.analysis import configuration_after as configuration_after
    from noisytm.discrete.analysis import used_tuples as used_tuples
    from noisytm.discrete.checking.check import check_endless as check_endless
    from noisytm.discrete.checking.check import is_run as is_run
    from noisytm.discrete.configuration.endless import AutomatonClosure as AutomatonClosure
    from noisytm.discrete.configuration.endless import Bouncer as Bouncer
    from noisytm.discrete.configuration.endless import ClosedGraph as ClosedGraph
    from noisytm.discrete.configuration.endless import EndlessRule as EndlessRule
    from noisytm.discrete.configuration.endless import LateCycle as LateCycle
    from noisytm.discrete.configuration.endless import NgramClosure as NgramClosure
    from noisytm.discrete.configuration.endless import WordClosure as WordClosure
    from noisytm.discrete.configuration.result import Cycle as Cycle
    from noisytm.discrete.configuration.result import RunInterrupted as RunInterrupted
    from noisytm.discrete.configuration.result import RunResult as RunResult
    from noisytm.discrete.configuration.tape import Configuration as Configuration
    from noisytm.discrete.powers.sums import PowerSum as PowerSum
    from noisytm.discrete.powers.sums import power as power
    from noisytm.discrete.reference import trace as trace
    from noisytm.discrete.resuming import RunFile as RunFile
    from noisytm.discrete.running import METHODS as METHODS
    from noisytm.discrete.running import run as run

_door = Door(
    __name__,
    {
        "analysis": ("configuration_after", "used_tuples"),
        "checking.check": ("check_endless", "is_run"),
        "configuration.endless": (
            "AutomatonClosure",
            "Bouncer",
            "ClosedGraph",
            "EndlessRule",
            "LateCycle",
            "NgramClosure",
            "WordClosure",
        ),
        "configuration.result": ("Cycle", "RunInterrupted", "RunResult"),
        "configuration.tape": ("Configuration",),
        "powers.sums": ("PowerSum", "power"),
        "reference": ("trace",),
        "resuming": ("RunFile",),
        "running": ("METHODS", "run"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
