"""Compiled code on disk between processes. It saves time and is never trusted: whatever is wrong with an entry, or
with the folder, the function is compiled as if there were none.

An entry is a file of its own, named by all that its machine code depends on, and begins with the hash of what follows:
one that is cut short, or mixed from two, is known before anything in it is looked at. numba's own cache takes the word
of its files, raises what goes wrong in them, and keeps the code apart from the index that says which source it is of.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import linecache
import os
import pickle
import platform
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core import compiler, config
from numba.core.serialize import dumps

from noisytm._cache_folder import code_folder
from noisytm._compiling import LOG
from noisytm._signals import held_back

MAGIC = b"noisytm-code-1\n"
SUFFIX = ".nbc"
UNUSED_SECONDS = 90 * 86_400
STALE_SECONDS = 3600  # of what a process that was killed left half written
DAY = 86_400
# What changes the code that numba makes.
SWITCHES = ("OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "BOUNDSCHECK", "DEBUGINFO_DEFAULT", "CPU_NAME", "CPU_FEATURES")


class KeptCode:
    """What numba asks for compiled code, and hands it to: one for each function, in the place of numba's cache.

    Parameters
    ----------
    function : callable
        The Python function.
    options : mapping
        What it is compiled with.
    """

    def __init__(self, function: Callable[..., Any], options: Any) -> None:
        home = (function.__module__ or "").removeprefix("noisytm.")
        self._name = re.sub(r"[^\w.]", "", f"{home}.{function.__qualname__}")[:100]
        text = _digest_of_source(function)
        switches = [f"{name}={getattr(config, name, None)}" for name in SWITCHES]
        python = f"{platform.python_implementation()} {platform.python_version()}"
        versions = (python, numba.__version__, llvmlite.__version__)
        self._stamp = None if text is None else "\n".join(map(str, (*versions, *switches, options, text, self._name)))

    @property
    def cache_path(self) -> str:
        """The folder, for numba's statistics."""
        return str(code_folder())

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Return what was kept for a signature, or ``None``."""
        with held_back():  # what numba knows of types and functions is put together when it is first needed
            target_context.refresh()
            found = self._kept(signature, target_context)
        if found is None:
            with held_back():
                target_context.typing_context.refresh()
        return found

    def _kept(self, signature: Any, target_context: Any) -> Any:
        path = self._path(signature, target_context.codegen())
        if path is None:
            return None
        try:
            content = path.read_bytes()
            head, body = content[: len(MAGIC) + 32], content[len(MAGIC) + 32 :]
            if head != MAGIC + hashlib.sha256(body).digest():
                return None
            kept, reduced = pickle.loads(body)
            if kept != signature:
                return None
            found = compiler.CompileResult._rebuild(target_context, *reduced)
        except Exception:  # an entry is no input: a class in it may have moved, a library may have changed
            return None
        _note_use(path)
        return found

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep what was compiled, if that can be; say once if there is no place for it."""
        if compiled.library.has_dynamic_globals or any(not lifted.can_cache for lifted in compiled.lifted):
            return
        path = self._path(signature, compiled.codegen)
        if path is None:
            return
        try:
            body = dumps((signature, compiled._reduce()))
            write_whole(path, MAGIC + hashlib.sha256(body).digest() + body)
        except OSError as error:
            say_not_kept(path.parent, error)
        except Exception as error:
            LOG.say(f"what was compiled of {self._name} is not kept: {type(error).__name__}: {error}")
        else:
            _tidy(path.parent)

    def flush(self) -> None:
        """Forget nothing: an entry is that of its source for ever."""

    def enable(self) -> None:
        """Do nothing; it is always in use."""

    def disable(self) -> None:
        """Do nothing; it is always in use."""

    def _path(self, signature: Any, codegen: Any) -> Path | None:
        """Return the file for a signature, or ``None`` if the source is not known."""
        if self._stamp is None:
            return None
        asked = f"{self._stamp}\n{signature}\n{codegen.magic_tuple()}"
        return code_folder() / f"{self._name}-{hashlib.sha256(asked.encode()).hexdigest()[:24]}{SUFFIX}"


_digests: dict[str, str | None] = {}  # as the files were when they were imported


def _digest_of_source(function: Callable[..., Any]) -> str | None:
    """Return the hash of the text that a function stands in, or ``None`` if it cannot be had."""
    file = function.__code__.co_filename
    if file not in _digests:
        lines = linecache.getlines(file, function.__globals__)  # from archives, and from memory, too
        text = "".join(lines).encode("utf-8", "surrogatepass")
        _digests[file] = hashlib.sha256(text).hexdigest() if lines else None
    return _digests[file]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file as a whole, or raise `OSError` and leave none; it replaces what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        try:
            os.replace(temporary, path)
        except PermissionError:  # Windows: another process reads what it has just put there
            if not path.exists():
                raise
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


@functools.cache
def _once() -> list[None]:
    return []


def say_not_kept(folder: Path, error: OSError) -> None:
    """Say, once in a process, that compiled code cannot be kept."""
    if not _once():
        _once().append(None)
        LOG.say(
            f"what is compiled is not kept, and has to be compiled again next time: cannot write to {folder}:"
            f" {error.strerror or error}; NOISYTM_CACHE_DIR names another folder"
        )


def _note_use(path: Path) -> None:
    """Give an entry today's date, once a day, so that `_tidy` leaves it alone."""
    with contextlib.suppress(OSError):
        if time.time() - path.stat().st_mtime > DAY:
            os.utime(path)


def _tidy(folder: Path) -> None:
    """Remove entries that nothing has used for a long time, and what was left half written."""
    now = time.time()
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            limit = {SUFFIX: UNUSED_SECONDS, ".tmp": STALE_SECONDS}.get(Path(entry.name).suffix)
            if limit is not None and now - entry.stat().st_mtime > limit:
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)
