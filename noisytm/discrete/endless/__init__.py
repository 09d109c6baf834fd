"""Proofs that a run never ends, beyond those that are found on its way: bouncers, closures, and late cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.endless.automata import automaton_closure as automaton_closure
    from noisytm.discrete.endless.bouncers import FIRST_STEPS as FIRST_STEPS
    from noisytm.discrete.endless.bouncers import bouncer as bouncer
    from noisytm.discrete.endless.ngrams import ngram_closure as ngram_closure
    from noisytm.discrete.endless.proving import proof_of as proof_of
    from noisytm.discrete.endless.words import word_closure as word_closure

_door = Door(
    __name__,
    {
        "automata": ("automaton_closure",),
        "bouncers": ("FIRST_STEPS", "bouncer"),
        "ngrams": ("ngram_closure",),
        "proving": ("proof_of",),
        "words": ("word_closure",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
