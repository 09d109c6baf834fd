"""Proofs that a machine of the enumeration never halts, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.enumeration.recognisers.automata import MOST_STATES as MOST_STATES
    from noisytm.enumeration.recognisers.automata import ClosedAutomaton as ClosedAutomaton
    from noisytm.enumeration.recognisers.automata import closed_automaton as closed_automaton
    from noisytm.enumeration.recognisers.closed_graph import ClosedGraph as ClosedGraph
    from noisytm.enumeration.recognisers.cycles import Cycle as Cycle
    from noisytm.enumeration.recognisers.holdouts import counted_again as counted_again
    from noisytm.enumeration.recognisers.holdouts import recognise as recognise
    from noisytm.enumeration.recognisers.ngrams import ClosedNgrams as ClosedNgrams
    from noisytm.enumeration.recognisers.ngrams import closed_ngrams as closed_ngrams
    from noisytm.enumeration.recognisers.protocol import HoldoutRecogniser as HoldoutRecogniser
    from noisytm.enumeration.recognisers.protocol import Recogniser as Recogniser
    from noisytm.enumeration.recognisers.protocol import RunRecogniser as RunRecogniser
    from noisytm.enumeration.recognisers.protocol import Setting as Setting
    from noisytm.enumeration.recognisers.protocol import TableRecogniser as TableRecogniser
    from noisytm.enumeration.recognisers.protocol import table_of as table_of
    from noisytm.enumeration.recognisers.registry import HALTED as HALTED
    from noisytm.enumeration.recognisers.registry import HOLDOUT as HOLDOUT
    from noisytm.enumeration.recognisers.registry import RECOGNISERS as RECOGNISERS
    from noisytm.enumeration.recognisers.registry import UNFILLED as UNFILLED
    from noisytm.enumeration.recognisers.registry import all_settings as all_settings
    from noisytm.enumeration.recognisers.registry import class_of_proof as class_of_proof
    from noisytm.enumeration.recognisers.registry import classes as classes
    from noisytm.enumeration.recognisers.registry import searched as searched
    from noisytm.enumeration.recognisers.repeated_words import ClosedWords as ClosedWords
    from noisytm.enumeration.recognisers.repeated_words import closed_words as closed_words
    from noisytm.enumeration.recognisers.translated_cycles import TranslatedCycle as TranslatedCycle

_door = Door(
    __name__,
    {
        "automata": ("MOST_STATES", "ClosedAutomaton", "closed_automaton"),
        "closed_graph": ("ClosedGraph",),
        "cycles": ("Cycle",),
        "holdouts": ("counted_again", "recognise"),
        "ngrams": ("ClosedNgrams", "closed_ngrams"),
        "protocol": ("HoldoutRecogniser", "Recogniser", "RunRecogniser", "Setting", "TableRecogniser", "table_of"),
        "registry": (
            "HALTED",
            "HOLDOUT",
            "RECOGNISERS",
            "UNFILLED",
            "all_settings",
            "class_of_proof",
            "classes",
            "searched",
        ),
        "repeated_words": ("ClosedWords", "closed_words"),
        "translated_cycles": ("TranslatedCycle",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
