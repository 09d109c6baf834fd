"""Everything that is looked at: space-time diagrams as text and as pictures, and the tables of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.coefficients import describe as describe
    from noisytm.show.diagram import SpaceTime as SpaceTime
    from noisytm.show.drawing import MOST as MOST
    from noisytm.show.drawing import space_time as space_time
    from noisytm.show.fatal_errors import describe_syndromes as describe_syndromes
    from noisytm.show.fatal_errors import syndrome_report as syndrome_report
    from noisytm.show.saving import PICTURES as PICTURES
    from noisytm.show.saving import require_picture as require_picture
    from noisytm.show.surveys import describe_padding as describe_padding
    from noisytm.show.surveys import describe_survey as describe_survey
    from noisytm.show.surveys import padding_csv as padding_csv
    from noisytm.show.text import columns_that_fit as columns_that_fit
    from noisytm.show.verification import describe_verified as describe_verified

_door = Door(
    __name__,
    {
        "coefficients": ("describe",),
        "diagram": ("SpaceTime",),
        "drawing": ("MOST", "space_time"),
        "fatal_errors": ("describe_syndromes", "syndrome_report"),
        "saving": ("PICTURES", "require_picture"),
        "surveys": ("describe_padding", "describe_survey", "padding_csv"),
        "text": ("columns_that_fit",),
        "verification": ("describe_verified",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
