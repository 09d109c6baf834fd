"""``noisytm --version``: what a report of an error should say, found without importing any of it."""

from __future__ import annotations

import platform
from importlib import metadata

from noisytm._version import __version__

LIBRARIES = ("numpy", "numba", "highspy")


def versions() -> str:
    """Return the version of noisytm on a line; then those of its libraries, Python's, and the platform."""
    libraries = ", ".join(f"{name} {_version_of(name)}" for name in LIBRARIES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return "\n".join((__version__, libraries, python, platform.platform()))


def _version_of(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "is missing"
