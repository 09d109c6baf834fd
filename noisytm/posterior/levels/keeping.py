"""The file that keeps populations on their way down: the levels they have come to, and where the last one is."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from noisytm._kept_arrays import KeptArrays
from noisytm._version import __version__
from noisytm.posterior.levels.ladder import Level, Sunk

TAG = "level-populations/1"
PLACE = ("log_volume", "variance", "step", "acceptance", "steps")


class Descent(NamedTuple):
    """The levels that a population has come to, and where it is."""

    levels: tuple[Level, ...]
    state: Sunk


class DescentStore:
    """Descents by their number of sweeps and of the replica, in a file if there is to be one.

    Parameters
    ----------
    asked : mapping
        What they are of, as JSON.
    path : path, optional
        The file. If it exists it is read.

    Raises
    ------
    FormatError
        If the file cannot be read, or keeps something else.
    """

    def __init__(self, asked: Mapping[str, Any], path: str | os.PathLike[str] | None) -> None:
        self._kept = KeptArrays({"noisytm": TAG, "version": __version__, **asked}, path, "populations of levels")
        self._known = self._kept.read(_descent)

    def get(self, sweeps: int, index: int) -> Descent | None:
        """Return what is known of a descent."""
        return self._known.get((sweeps, index))

    def put(self, sweeps: int, index: int, levels: Sequence[Level], state: Sunk) -> None:
        """Keep a descent, and write the file."""
        self._known[sweeps, index] = Descent(tuple(levels), state)
        self._kept.put((sweeps, index), partial(_arrays, levels, state))


def _arrays(levels: Sequence[Level], state: Sunk) -> dict[str, Any]:
    place = {name: getattr(state, name) for name in PLACE}
    return {
        "levels": np.array(levels, dtype=np.float64).reshape(len(levels), len(Level._fields)),
        "place": np.frombuffer(json.dumps([place, dict(state.scales)]).encode(), dtype=np.uint8),
        "logs": state.logs,
        "loss": state.loss,
    }


def _descent(part: Mapping[str, Any]) -> Descent:
    place, scales = json.loads(part["place"].tobytes())
    levels = tuple(Level._make([*row[:4], int(row[4])]) for row in part["levels"].tolist())
    return Descent(levels, Sunk(**place, logs=part["logs"], loss=part["loss"], scales=scales))
