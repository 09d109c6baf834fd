"""What a relaxed step is: the contract of a semantics, the registry, and one file for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.relaxation.semantics.registry import MARGINAL as MARGINAL
    from noisytm.relaxation.semantics.registry import PATHWISE as PATHWISE
    from noisytm.relaxation.semantics.registry import SEMANTICS as SEMANTICS
    from noisytm.relaxation.semantics.registry import checked_semantics as checked_semantics

_door = Door(
    __name__,
    {
        "registry": ("MARGINAL", "PATHWISE", "SEMANTICS", "checked_semantics"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
