"""In what order a machine is run and the recognisers are asked: what is cheap comes first."""

from __future__ import annotations

from typing import NamedTuple

from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.recognisers import RECOGNISERS, HoldoutRecogniser

# So many times as long as at first a holdout has run when those recognisers are asked that take long.
LONGER = 16


class Stage(NamedTuple):
    """A machine runs up to a number of steps, and then these recognisers are asked."""

    max_steps: int
    recognisers: tuple[str, ...]


def first_limit(options: EnumerationOptions, halted: int) -> int:
    """Return how many steps the children of a machine make, which halts after so many, before recognisers are asked.

    Examples
    --------
    >>> options = EnumerationOptions(2, 2, max_steps=1000, early_steps=100)
    >>> first_limit(options, 100), first_limit(options, 101), first_limit(options, 950)
    (100, 201, 1000)
    """
    return min(options.max_steps, options.early_steps + (halted if halted > options.early_steps else 0))


def stages(options: EnumerationOptions, first: int) -> tuple[Stage, ...]:
    """Return the stages that a machine goes through, whose first limit is given, until something is known of it.

    Examples
    --------
    >>> options = EnumerationOptions(2, 2, max_steps=10**6, recognisers=("cycles", "ngrams", "words", "automata"))
    >>> [(stage.max_steps, stage.recognisers) for stage in stages(options, 200)]
    [(200, ('ngrams', 'words')), (3200, ('automata',)), (1000000, ())]
    """
    found = [r for r in map(RECOGNISERS.named, options.recognisers) if isinstance(r, HoldoutRecogniser)]
    asked = [r for r in found if r.least_steps <= options.max_steps]
    quick, slow = (tuple(r.name for r in asked if r.slow == late) for late in (False, True))
    return (
        Stage(first, quick),
        Stage(min(options.max_steps, LONGER * first), slow),
        Stage(options.max_steps, ()),
    )
