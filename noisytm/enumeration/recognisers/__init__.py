"""Proofs that a machine of the enumeration never halts, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.enumeration.recognisers.holdouts import recognise as recognise
    from noisytm.enumeration.recognisers.ngrams import ClosedNgrams as ClosedNgrams
    from noisytm.enumeration.recognisers.ngrams import closed_ngrams as closed_ngrams
    from noisytm.enumeration.recognisers.repeated_words import ClosedWords as ClosedWords
    from noisytm.enumeration.recognisers.repeated_words import closed_words as closed_words

_door = Door(
    __name__,
    {
        "holdouts": ("recognise",),
        "ngrams": ("ClosedNgrams", "closed_ngrams"),
        "repeated_words": ("ClosedWords", "closed_words"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
