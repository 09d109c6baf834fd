"""Doors of rooms: what a folder offers, each name imported when it is first asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any


class Door:
    """The public names of a folder and the modules they stand in; a folder's ``__init__`` holds one.

    Importing a folder costs nothing but its table of names: what is heavy (numba, solvers, plotting) is imported with
    the first name that needs it.

    Parameters
    ----------
    room : str
        Full name of the package.
    homes : mapping of str to sequence of str
        Module, relative to the package, to the names it gives.

    Examples
    --------
    >>> door = Door("noisytm.problem", {"readouts": ("readout_of",)})
    >>> door.names, door.get("readout_of")("tape:3").reach
    (['readout_of'], 3)
    """

    def __init__(self, room: str, homes: Mapping[str, Sequence[str]]) -> None:
        self.room, self.homes = room, homes
        self._home_of = {name: module for module, names in homes.items() for name in names}
        self.names = sorted(self._home_of)

    def get(self, name: str) -> Any:
        """Return the object of a name, from its module; as a module's ``__getattr__`` does."""
        if name not in self._home_of:
            raise AttributeError(f"module {self.room!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{self.room}.{self._home_of[name]}"), name)
        setattr(sys.modules[self.room], name, value)
        return value

    def listed(self) -> list[str]:
        """Return the names, as a module's ``__dir__`` does."""
        return list(self.names)
