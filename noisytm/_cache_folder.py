"""Where compiled code is kept between processes; to know it numba need not be loaded."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


class KeptPlace(os.PathLike[str]):
    """A file for what is found on the way: that it can be written to no longer is noted here, and stops nothing.

    Parameters
    ----------
    path : path
        The file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path
        self.trouble: str | None = None  # why what is known last could not be written

    def __fspath__(self) -> str:
        return os.fspath(self.path)


class SparePlace(KeptPlace):
    """One in the cache, which nobody asked for: whatever is wrong with it, from the beginning, stops nothing."""


def default_cache_folder() -> Path:
    """Return the folder for what is kept: ``NOISYTM_CACHE_DIR``, else the platform's cache folder.

    Raises
    ------
    RuntimeError
        If there is no home.
    """
    if folder := os.environ.get("NOISYTM_CACHE_DIR"):
        return Path(folder)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "noisytm"


def code_folder() -> Path:
    """Return the folder for compiled code.

    It is one that is named by ``NOISYTM_CACHE_DIR``, or the first that can be written to: the platform's, what
    ``NUMBA_CACHE_DIR`` names, the folder of the package (in images whose user has no home). Where none can be, the
    first: what lies there can be read all the same.
    """
    folders = list(_candidates())
    if os.environ.get("NOISYTM_CACHE_DIR"):
        return folders[0]
    return next(filter(_seems_writable, folders), folders[0])


def _candidates() -> Iterator[Path]:
    with contextlib.suppress(RuntimeError):
        yield default_cache_folder() / "compiled"
    if folder := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(folder) / "noisytm"
    yield Path(__file__).parent / "__pycache__" / "compiled"


def _seems_writable(folder: Path) -> bool:
    """Return whether files can be made there, or the folder can be made, as far as the system says without trying."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
