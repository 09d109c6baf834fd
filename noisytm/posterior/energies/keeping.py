"""The file that keeps populations, so that what was interrupted goes on: all rungs, and where the last climb stands."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from noisytm._kept_arrays import KeptArrays
from noisytm._version import __version__
from noisytm.posterior.energies.asked import Asked
from noisytm.posterior.populations import Climb, Rung, State

TAG = "posterior-populations/1"
NUMBERS = ("n", "free_energy", "overlap", "acceptance", "sweeps")


class Store:
    """Climbs by their number of sweeps and of the replica, in a file if there is to be one.

    Parameters
    ----------
    asked : Asked
        What they are for.
    path : path, optional
        The file. If it exists it is read.

    Raises
    ------
    FormatError
        If the file cannot be read, or keeps something else.
    """

    def __init__(self, asked: Asked, path: str | os.PathLike[str] | None) -> None:
        head = {
            "noisytm": TAG,
            "version": __version__,
            "problem_key": asked.problem.key,
            "machine_key": None if asked.machine is None else asked.machine.key,
            "seed": asked.seed,
            **{name: value for name, value in asked.options().items() if name not in ("replicas", "sweeps")},
        }
        self._kept = KeptArrays(head, path, "populations")
        self._climbs = self._kept.read(_climb)

    def get(self, sweeps: int, index: int) -> Climb | None:
        """Return what is known of a climb."""
        return self._climbs.get((sweeps, index))

    def put(self, sweeps: int, index: int, climb: Climb) -> None:
        """Keep a climb, and write the file."""
        self._climbs[sweeps, index] = climb
        self._kept.put((sweeps, index), partial(_arrays, climb))


def _arrays(climb: Climb) -> dict[str, Any]:
    rungs = climb.rungs
    codes = [rung.codes for rung in rungs if rung.codes is not None]
    scales = json.dumps([dict(rung.scales) for rung in rungs]).encode()
    return {
        "numbers": np.array([[getattr(rung, name) for name in NUMBERS] for rung in rungs], dtype=np.float64),
        "kept": np.array([rung.codes is not None for rung in rungs]),
        "loss": np.array([rung.loss for rung in rungs]),
        "ancestors": np.array([rung.ancestors for rung in rungs]),
        "codes": np.array(codes),
        "rows": np.array([rung.rows for rung in rungs if rung.rows is not None]),
        "scales": np.frombuffer(scales, dtype=np.uint8),
        "logs": climb.state.logs,
    }


def _climb(part: Mapping[str, Any]) -> Climb:
    codes, rows, rungs = iter(part["codes"]), iter(part["rows"]), []
    for i, scales in enumerate(json.loads(part["scales"].tobytes())):
        numbers = dict(zip(NUMBERS, part["numbers"][i].tolist(), strict=True))
        kept = next(codes) if part["kept"][i] else None
        rungs.append(
            Rung(
                numbers["n"], numbers["free_energy"], part["loss"][i], kept, part["ancestors"][i], numbers["overlap"],
                int(numbers["sweeps"]), numbers["acceptance"], scales, None if kept is None else next(rows, None),
            )
        )  # fmt: skip
    last = rungs[-1]
    state = State(last.n, last.free_energy, part["logs"], last.loss, last.ancestors, len(rungs), last.scales)
    return Climb(tuple(rungs), state)
