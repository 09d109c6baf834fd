"""What every method of a run shares: configurations, tapes and tables as arrays, results and their proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.configuration.endless import AutomatonClosure as AutomatonClosure
    from noisytm.discrete.configuration.endless import Bouncer as Bouncer
    from noisytm.discrete.configuration.endless import ClosedGraph as ClosedGraph
    from noisytm.discrete.configuration.endless import Endless as Endless
    from noisytm.discrete.configuration.endless import EndlessRule as EndlessRule
    from noisytm.discrete.configuration.endless import LateCycle as LateCycle
    from noisytm.discrete.configuration.endless import NgramClosure as NgramClosure
    from noisytm.discrete.configuration.endless import WordClosure as WordClosure
    from noisytm.discrete.configuration.endless import closed_graph as closed_graph
    from noisytm.discrete.configuration.packing import Buffer as Buffer
    from noisytm.discrete.configuration.packing import listed_counts as listed_counts
    from noisytm.discrete.configuration.packing import packed_table as packed_table
    from noisytm.discrete.configuration.record import RUN as RUN
    from noisytm.discrete.configuration.result import Cycle as Cycle
    from noisytm.discrete.configuration.result import RunInterrupted as RunInterrupted
    from noisytm.discrete.configuration.result import RunResult as RunResult
    from noisytm.discrete.configuration.runlength import MAX_WRITTEN_OUT as MAX_WRITTEN_OUT
    from noisytm.discrete.configuration.runlength import Piece as Piece
    from noisytm.discrete.configuration.runlength import RunLengthConfiguration as RunLengthConfiguration
    from noisytm.discrete.configuration.runlength import configuration_of_pieces as configuration_of_pieces
    from noisytm.discrete.configuration.tape import Configuration as Configuration
    from noisytm.discrete.configuration.tape import cell_type as cell_type

_door = Door(
    __name__,
    {
        "endless": (
            "AutomatonClosure",
            "Bouncer",
            "ClosedGraph",
            "Endless",
            "EndlessRule",
            "LateCycle",
            "NgramClosure",
            "WordClosure",
            "closed_graph",
        ),
        "packing": ("Buffer", "listed_counts", "packed_table"),
        "record": ("RUN",),
        "result": ("Cycle", "RunInterrupted", "RunResult"),
        "runlength": ("MAX_WRITTEN_OUT", "Piece", "RunLengthConfiguration", "configuration_of_pieces"),
        "tape": ("Configuration", "cell_type"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
