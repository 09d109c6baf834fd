"""The one place that sets numba's options, and the folder that keeps compiled code between processes.

numba's cache looks only at the file a function stands in, so a cached kernel here calls no compiled function
of another module. Kernels that are put together from several sources are written, as one module named by the
hash of its text, into the cache folder: an edit of any part gives another name, and a closure's fate (never
found again by another process) is avoided.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import importlib.util
import linecache
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numba
import numba.extending
from numba.core import event

from noisytm._cache_folder import default_cache_folder
from noisytm._compiling import LOG

OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": False,
    "forceinline": True,  # inlined into its caller, a function sees the shape as constants
}


class _Reporter(event.Listener):
    """Tells the log when numba begins to compile, and when it has ended; what its cache gives is not compiled."""

    def on_start(self, event: event.Event) -> None:
        LOG.begin(subject_of(event.data["dispatcher"].py_func))

    def on_end(self, event: event.Event) -> None:
        LOG.end()


event.register("numba:compile", _Reporter())


def subject_of(function: Callable[..., Any]) -> str:
    """Return what a compiled function is for: what its module says in ``COMPILES``, else its name."""
    return str(function.__globals__.get("COMPILES", function.__name__))


# Called with a message when kernels that are not in the cache are about to be compiled; the command sets it.
announce: Callable[[str], None] | None = None


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile ``function`` with the project's numba options, cached on disk where that is possible.

    Where no cache folder is writable numba raises while decorating; the function is then compiled anew in
    every process.
    """
    try:
        compiled: Callable[..., Any] = numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:
        compiled = numba.njit(**OPTIONS)(function)
    return compiled


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that only other compiled functions call, with the same options.

    It is kept on disk as a part of these, and has no wrapper for Python, which takes a third off the time to compile.
    """
    options: dict[str, Any] = OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    registered: Callable[..., Any] = numba.extending.register_jitable(**options)(function)
    return registered


def uncounted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile as `inner` does, without counting references to arrays; for functions that make none.

    In a function of a few instructions the counts take longer than the work, and numba cannot always leave them out.
    """
    options: dict[str, Any] = OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}
    registered: Callable[..., Any] = numba.extending.register_jitable(**options)(function)
    return registered


@functools.cache
def _writable_folder(wanted: str) -> Path | None:
    """Return ``wanted`` if files can be made there, else a private temporary folder, else ``None``."""
    if wanted and _can_write(Path(wanted)):
        return Path(wanted)
    try:
        folder = Path(tempfile.mkdtemp(prefix="noisytm-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _wanted_folder() -> str:
    try:
        return str(default_cache_folder())
    except RuntimeError:  # Path.home() where there is no home at all
        return ""


def generated_module(label: str, source: str) -> ModuleType:
    """Import ``source`` as a module whose compiled functions are cached across processes.

    Parameters
    ----------
    label : str
        A word for the file name, for people who look into the cache folder.
    source : str
        The whole text of the module. Its hash is the module's identity.
    """
    surroundings = f"{numba.__version__} {platform.python_version()} {OPTIONS}"
    digest = hashlib.sha256(f"{surroundings}\n{source}".encode()).hexdigest()[:24]
    name = f"noisytm_{label}_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    folder = _writable_folder(_wanted_folder())
    module = _module_in_memory(name, source) if folder is None else _module_from_file(name, source, folder)
    return module


def _module_from_file(name: str, source: str, folder: Path) -> ModuleType:
    path = folder / f"{name}.py"
    # An unchanged file must keep its time stamp: numba drops what it compiled when the stamp changes.
    if not path.exists() or path.read_text(encoding="utf-8") != source:
        if announce is not None:
            announce("compiling; this takes some seconds and is kept for the next time")
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(source)
        with contextlib.suppress(PermissionError):  # Windows: another process has just put it there
            os.replace(temporary, path)
        Path(temporary).unlink(missing_ok=True)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _module_in_memory(name: str, source: str) -> ModuleType:
    filename = f"<{name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    module = ModuleType(name)
    exec(compile(source, filename, "exec"), module.__dict__)
    sys.modules[name] = module
    return module
