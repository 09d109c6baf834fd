"""The growth of a search over all codes: its course, and the picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.growth.course import Course as Course
    from noisytm.search.growth.course import course_json as course_json
    from noisytm.search.growth.course import course_of as course_of
    from noisytm.search.growth.course import course_of_json as course_of_json
    from noisytm.search.growth.course import thinned as thinned
    from noisytm.search.growth.picture import draw_growth as draw_growth
    from noisytm.search.growth.picture import growth_curves as growth_curves

_door = Door(
    __name__,
    {
        "course": ("Course", "course_json", "course_of", "course_of_json", "thinned"),
        "picture": ("draw_growth", "growth_curves"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
