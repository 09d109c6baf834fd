"""Bouncers: words that become more by the same number from one round to the next. ``docs/running.md`` has the proof.

What finds and checks them is that of single runs; here machines are put into its form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from noisytm._checks import whole
from noisytm.discrete import Bouncer, Configuration
from noisytm.discrete.checking import proves_rule
from noisytm.discrete.endless import FIRST_STEPS, bouncer
from noisytm.enumeration.recognisers.protocol import HoldoutRecogniser, Setting
from noisytm.enumeration.table import Table
from noisytm.errors import MachineError
from noisytm.machine import TransitionTuple, TuringMachine

# Eight times as many take five times as long, and decide a tenth more; none at all switches the search off.
BOUNCER_STEPS = Setting(
    "bouncer_steps",
    1 << 14,
    lambda value, symbols: whole("bouncer_steps", value, 0, 1 << 30, MachineError),
)


def machine_of(table: Table, symbols: int) -> TuringMachine:
    """Return a machine of the readable search as one that can be run; it stops at undefined cells.

    Examples
    --------
    >>> machine_of({(0, 0): (1, 1, 1)}, 2).tuples
    (TransitionTuple(read='0', state='A', write='1', next='B', move='R'),)
    """
    names, moves = tuple(str(symbol) for symbol in range(symbols)), {-1: "L", 1: "R"}
    highest = max((max(f, following) for (f, _), (_, _, following) in table.items()), default=0)
    states = tuple(chr(ord("A") + number) for number in range(highest + 1))
    tuples = tuple(
        TransitionTuple(names[read], states[f], names[write], states[following], moves[move])
        for (f, read), (write, move, following) in table.items()
    )
    return TuringMachine(names, names[0], states, states[0], tuples)


class _Bouncers(HoldoutRecogniser):
    name: ClassVar[str] = "bouncer"
    label: ClassVar[str] = "bouncer"
    description: ClassVar[str] = "words between fixed ones become more by the same number each round"
    proof: ClassVar[type] = Bouncer
    slow: ClassVar[bool] = True
    least_steps: ClassVar[int] = FIRST_STEPS
    settings = (BOUNCER_STEPS,)

    def prove(self, table: Table, symbols: int, settings: Mapping[str, Any]) -> Bouncer | None:
        """Return the proof that the run bounces, if that is seen within so many steps."""
        return bouncer(Configuration.initial(machine_of(table, symbols)), settings[BOUNCER_STEPS.name])

    def proves(self, table: Table, proof: Bouncer) -> bool:
        """Return whether the run comes to the tape of the proof, and from there round after round.

        Examples
        --------
        >>> table = {(0, 0): (0, 1, 1), (0, 1): (0, 1, 2), (1, 0): (1, -1, 0), (1, 1): (1, 1, 1), (2, 1): (1, -1, 1)}
        >>> proof = RECOGNISER.prove(table, 2, {"bouncer_steps": 2048})
        >>> proof.growth, RECOGNISER.proves(table, proof), RECOGNISER.proves(table | {(2, 1): (0, -1, 1)}, proof)
        (4, True, False)
        """
        symbols = 1 + max([0, *(max(read, write) for (_, read), (write, _, _) in table.items())])
        return proves_rule(machine_of(table, symbols), proof)


RECOGNISER = _Bouncers()
