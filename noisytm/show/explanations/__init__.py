"""Why a learning coefficient is what it is, and what each syndrome breaks, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.explanations.broken import describe_broken as describe_broken
    from noisytm.show.explanations.coefficients import describe_explanation as describe_explanation
    from noisytm.show.explanations.contrasts import describe_contrast as describe_contrast

_door = Door(
    __name__,
    {
        "broken": ("describe_broken",),
        "coefficients": ("describe_explanation",),
        "contrasts": ("describe_contrast",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
