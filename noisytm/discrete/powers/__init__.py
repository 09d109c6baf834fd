"""Exact numbers that are too large to be written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.powers.bounds import BeyondError as BeyondError
    from noisytm.discrete.powers.bounds import UndecidedError as UndecidedError
    from noisytm.discrete.powers.reading import read as read
    from noisytm.discrete.powers.records import LARGE as LARGE
    from noisytm.discrete.powers.records import read_back as read_back
    from noisytm.discrete.powers.records import written as written
    from noisytm.discrete.powers.room import times_within as times_within
    from noisytm.discrete.powers.sums import Number as Number
    from noisytm.discrete.powers.sums import PowerSum as PowerSum
    from noisytm.discrete.powers.sums import is_whole as is_whole
    from noisytm.discrete.powers.sums import power as power
    from noisytm.discrete.powers.texts import first_digits as first_digits

_door = Door(
    __name__,
    {
        "bounds": ("BeyondError", "UndecidedError"),
        "records": ("LARGE", "read_back", "written"),
        "room": ("times_within",),
        "sums": ("Number", "PowerSum", "is_whole", "power"),
        "texts": ("first_digits",),
        "reading": ("read",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
