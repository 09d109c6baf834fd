"""Tables of which some tuples are fixed: what they may be set to, their runs, and what is fatal whatever follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.fixed.choices import Choices as Choices
    from noisytm.search.fixed.keyed import KeyedChoices as KeyedChoices
    from noisytm.search.fixed.keyed import choices_of as choices_of
    from noisytm.search.fixed.oracle import EntryPrices as EntryPrices
    from noisytm.search.fixed.oracle import FixedOracle as FixedOracle
    from noisytm.search.fixed.runs import Ended as Ended
    from noisytm.search.fixed.runs import FixedRuns as FixedRuns

_door = Door(
    __name__,
    {
        "choices": ("Choices",),
        "keyed": ("KeyedChoices", "choices_of"),
        "oracle": ("EntryPrices", "FixedOracle"),
        "runs": ("Ended", "FixedRuns"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
