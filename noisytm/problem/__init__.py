"""Synthesis problems: inputs, steps, readouts, accepted outcomes, and the files that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.problem.acceptance import ACCEPT as ACCEPT
    from noisytm.problem.acceptance import REJECT as REJECT
    from noisytm.problem.acceptance import Acceptance as Acceptance
    from noisytm.problem.acceptance import EncodedProblem as EncodedProblem
    from noisytm.problem.acceptance import most_nodes as most_nodes
    from noisytm.problem.accepted import accepted_words as accepted_words
    from noisytm.problem.accepted import rejecting_states as rejecting_states
    from noisytm.problem.form import OF_MACHINE as OF_MACHINE
    from noisytm.problem.form import PROBLEM as PROBLEM
    from noisytm.problem.form import WORD as WORD
    from noisytm.problem.inputs import usual_keys as usual_keys
    from noisytm.problem.kept import Kept as Kept
    from noisytm.problem.locate import each_machine as each_machine
    from noisytm.problem.locate import load_asked as load_asked
    from noisytm.problem.locate import load_listed as load_listed
    from noisytm.problem.locate import load_machine as load_machine
    from noisytm.problem.locate import load_machines as load_machines
    from noisytm.problem.locate import read_asked as read_asked
    from noisytm.problem.locate import read_problem as read_problem
    from noisytm.problem.locate import tell_mistakes as tell_mistakes
    from noisytm.problem.locate import tell_unfinished as tell_unfinished
    from noisytm.problem.readout import STATE as STATE
    from noisytm.problem.readout import Outcome as Outcome
    from noisytm.problem.readout import Readout as Readout
    from noisytm.problem.readouts import READOUTS as READOUTS
    from noisytm.problem.readouts import outcome as outcome
    from noisytm.problem.readouts import readout_of as readout_of
    from noisytm.problem.synthesis import SynthesisProblem as SynthesisProblem
    from noisytm.problem.synthesis import problem_from_mapping as problem_from_mapping

_door = Door(
    __name__,
    {
        "acceptance": ("ACCEPT", "Acceptance", "EncodedProblem", "REJECT", "most_nodes"),
        "accepted": ("accepted_words", "rejecting_states"),
        "form": ("OF_MACHINE", "PROBLEM", "WORD"),
        "inputs": ("usual_keys",),
        "kept": ("Kept",),
        "locate": (
            "each_machine",
            "load_asked",
            "load_listed",
            "load_machine",
            "load_machines",
            "read_asked",
            "read_problem",
            "tell_mistakes",
            "tell_unfinished",
        ),
        "readout": ("Outcome", "Readout", "STATE"),
        "readouts": ("READOUTS", "outcome", "readout_of"),
        "synthesis": ("SynthesisProblem", "problem_from_mapping"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
