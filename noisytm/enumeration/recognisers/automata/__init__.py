"""Automata that accept every configuration which leads to the halt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.enumeration.recognisers.automata.closures import ClosedAutomaton as ClosedAutomaton
    from noisytm.enumeration.recognisers.automata.closures import closed_automaton as closed_automaton
    from noisytm.enumeration.recognisers.automata.closures import proves_automaton as proves_automaton
    from noisytm.enumeration.recognisers.automata.recogniser import MOST_STATES as MOST_STATES
    from noisytm.enumeration.recognisers.automata.recogniser import RECOGNISER as RECOGNISER

_door = Door(
    __name__,
    {
        "closures": ("ClosedAutomaton", "closed_automaton", "proves_automaton"),
        "recogniser": ("MOST_STATES", "RECOGNISER"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
