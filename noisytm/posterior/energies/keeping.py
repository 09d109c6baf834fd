"""The file that keeps populations, so that what was interrupted goes on: all rungs, and where the last climb stands."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from noisytm._checks import path_of
from noisytm._json import write_whole
from noisytm._text import shown
from noisytm._version import __version__
from noisytm.errors import FormatError
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
        self._path = None if path is None else Path(path_of(path, "file of populations"))
        self._head = {
            "noisytm": TAG,
            "version": __version__,
            "problem_key": asked.problem.key,
            "machine_key": None if asked.machine is None else asked.machine.key,
            "seed": asked.seed,
            **{name: value for name, value in asked.options().items() if name not in ("replicas", "sweeps")},
        }
        self._climbs: dict[tuple[int, int], Climb] = {}
        if self._path is not None and self._path.exists():
            self._read(self._path)

    def get(self, sweeps: int, index: int) -> Climb | None:
        """Return what is known of a climb."""
        return self._climbs.get((sweeps, index))

    def put(self, sweeps: int, index: int, climb: Climb) -> None:
        """Keep a climb, and write the file."""
        self._climbs[sweeps, index] = climb
        if self._path is None:
            return
        arrays: dict[str, Any] = {"head": np.frombuffer(json.dumps(self._head).encode(), dtype=np.uint8)}
        for (s, i), known in self._climbs.items():
            arrays |= {f"{s} {i} {name}": array for name, array in _arrays(known).items()}
        file = io.BytesIO()
        np.savez(file, **arrays)
        write_whole(self._path, file.getvalue())

    def _read(self, path: Path) -> None:
        try:
            if not zipfile.is_zipfile(path):  # of other files numpy says how to trust them
                raise FormatError(f"{shown(str(path))} does not keep populations; give another file")
            with np.load(path, allow_pickle=False) as file:
                head = json.loads(file["head"].tobytes())
                if head != self._head:
                    raise FormatError(f"{shown(str(path))} {_difference(head, self._head)}; give another file")
                names = {tuple(map(int, name.split()[:2])) for name in file.files if name != "head"}
                for sweeps, index in names:
                    part = {n: file[f"{sweeps} {index} {n}"] for n in (*ARRAYS, "numbers", "scales", "kept")}
                    self._climbs[sweeps, index] = _climb(part)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise FormatError(f"{shown(str(path))} does not keep populations: {error}; give another file") from None


ARRAYS = ("loss", "ancestors", "codes", "logs")


def _difference(head: Any, wanted: dict[str, Any]) -> str:
    if not isinstance(head, dict):
        return "does not keep populations"
    name = next((name for name, value in wanted.items() if head.get(name) != value), "more than is known")
    return (
        f"keeps populations of another posterior: its {name} is {shown(head.get(name))}, not {shown(wanted.get(name))}"
    )


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
        "scales": np.frombuffer(scales, dtype=np.uint8),
        "logs": climb.state.logs,
    }


def _climb(part: dict[str, Any]) -> Climb:
    codes, rungs = iter(part["codes"]), []
    for i, scales in enumerate(json.loads(part["scales"].tobytes())):
        numbers = dict(zip(NUMBERS, part["numbers"][i].tolist(), strict=True))
        kept = next(codes) if part["kept"][i] else None
        rungs.append(
            Rung(
                numbers["n"], numbers["free_energy"], part["loss"][i], kept, part["ancestors"][i], numbers["overlap"],
                int(numbers["sweeps"]), numbers["acceptance"], scales,
            )
        )  # fmt: skip
    last = rungs[-1]
    state = State(last.n, last.free_energy, part["logs"], last.loss, last.ancestors, len(rungs), last.scales)
    return Climb(tuple(rungs), state)
