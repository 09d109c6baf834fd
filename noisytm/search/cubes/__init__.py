"""All codes that solve a problem, in cubes: counts, mass, shortest lists, uniform samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.cubes.counting import cubes as cubes
    from noisytm.search.cubes.counting import solutions as solutions
    from noisytm.search.cubes.form import SEARCH as SEARCH
    from noisytm.search.cubes.form import SPACES as SPACES
    from noisytm.search.cubes.pieces import Counting as Counting
    from noisytm.search.cubes.result import Solutions as Solutions
    from noisytm.search.cubes.sample import CodeSample as CodeSample
    from noisytm.search.cubes.stream import CubeStream as CubeStream
    from noisytm.search.cubes.stream import CubeTree as CubeTree
    from noisytm.search.cubes.stream import counted as counted
    from noisytm.search.cubes.subtrees import trunk as trunk
    from noisytm.search.cubes.tally import CubeTally as CubeTally

_door = Door(
    __name__,
    {
        "counting": ("cubes", "solutions"),
        "form": ("SEARCH", "SPACES"),
        "pieces": ("Counting",),
        "result": ("Solutions",),
        "sample": ("CodeSample",),
        "stream": ("CubeStream", "CubeTree", "counted"),
        "subtrees": ("trunk",),
        "tally": ("CubeTally",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
