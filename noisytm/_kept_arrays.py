"""Files that keep arrays of several things, with what they are of: so that what was interrupted goes on from there."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from noisytm._cache_folder import KeptPlace
from noisytm._checks import path_of
from noisytm._json import write_whole
from noisytm._text import shown
from noisytm.errors import FormatError

Arrays = Mapping[str, Any]
Key = tuple[int, ...]
Made = TypeVar("Made")


class KeptArrays:
    """Arrays by key, in a file if there is to be one.

    Parameters
    ----------
    head : mapping
        What they are of, as JSON; a file of anything else is refused.
    path : path, optional
        The file. Of a `KeptPlace` that cannot be written to, the reason is noted there, and all goes on.
    what : str
        What is kept, in the plural, for messages.
    """

    def __init__(self, head: Mapping[str, Any], path: str | os.PathLike[str] | None, what: str) -> None:
        self._head, self._what = json.loads(json.dumps(dict(head))), what
        self._place = path if isinstance(path, KeptPlace) else None
        self._path = None if path is None else Path(path_of(path, f"file of {what}"))
        self._known: dict[Key, Arrays] = {}

    def read(self, make: Callable[[Arrays], Made]) -> dict[Key, Made]:
        """Return what is made of what the file keeps, by key; nothing if there is no file.

        Raises
        ------
        FormatError
            If the file cannot be read, keeps something else, or what it keeps cannot be made of it.
        """
        if self._path is None:
            return {}
        name = shown(str(self._path))
        if not self._path.exists():
            if not os.access(self._path.parent, os.W_OK | os.X_OK):
                raise FormatError(f"cannot write {name}: its folder is not there, or takes no files; give another file")
            return {}
        if not zipfile.is_zipfile(self._path):  # of other files numpy says how to trust them
            raise FormatError(f"{name} does not keep {self._what}; give another file")
        try:
            with np.load(self._path, allow_pickle=False) as file:
                head = json.loads(file["head"].tobytes())
                if head != self._head:
                    raise FormatError(f"{name} {self._difference(head)}; give another file")
                self._known = dict(_by_key({entry: file[entry] for entry in file.files if entry != "head"}))
            return {key: make(arrays) for key, arrays in self._known.items()}
        except (OSError, ValueError, LookupError, TypeError, StopIteration, zipfile.BadZipFile) as error:
            raise FormatError(f"{name} does not keep {self._what}: {error}; give another file") from None

    def put(self, key: Key, make: Callable[[], Arrays]) -> None:
        """Keep the arrays that are made, and write the file; without a file there are none to be made.

        Raises
        ------
        FormatError
            If it cannot be written.
        """
        if self._path is None:
            return
        self._known[key] = make()
        written: dict[str, Any] = {"head": np.frombuffer(json.dumps(self._head).encode(), dtype=np.uint8)}
        for numbers, known in self._known.items():
            written |= {f"{' '.join(map(str, numbers))} {name}": array for name, array in known.items()}
        file = io.BytesIO()
        np.savez(file, **written)
        try:
            write_whole(self._path, file.getvalue())
        except FormatError as error:
            if self._place is None:
                raise
            self._place.trouble = str(error)
        else:
            if self._place is not None:
                self._place.trouble = None

    def _difference(self, head: Any) -> str:
        wanted = self._head
        if not isinstance(head, dict) or head.get("noisytm") != wanted.get("noisytm"):
            return f"does not keep {self._what}"
        name = next((name for name, value in wanted.items() if head.get(name) != value), "more than is known")
        other = f"its {name} is {shown(head.get(name))}, not {shown(wanted.get(name))}"
        return f"keeps {self._what} of another posterior: {other}"


def _by_key(entries: Mapping[str, Any]) -> Iterator[tuple[Key, Arrays]]:
    keys = {tuple(map(int, entry.split()[:-1])) for entry in entries}
    for key in sorted(keys):
        start = " ".join(map(str, key))
        yield key, {entry.split()[-1]: array for entry, array in entries.items() if entry.rpartition(" ")[0] == start}
