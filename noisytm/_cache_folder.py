"""Where compiled code is kept between processes; to know it numba need not be loaded."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def default_cache_folder() -> Path:
    """Return the folder for generated modules: ``NOISYTM_CACHE_DIR``, else the platform's cache folder."""
    if folder := os.environ.get("NOISYTM_CACHE_DIR"):
        return Path(folder)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "noisytm"
