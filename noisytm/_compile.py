"""The one place that sets numba's options, and makes modules of kernels that are put together from several sources.

What is kept of a compiled function belongs to the text of the module that it stands in, so a kernel that Python calls
calls no compiled function of another module. Kernels that are put together are written as one module, named by the hash
of its text: an edit of any part gives another name.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import inspect
import linecache
import platform
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numba
from llvmlite import binding as llvm
from numba.core import config, event
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.extending import register_jitable

from noisytm._cache_folder import default_cache_folder
from noisytm._compiling import LOG
from noisytm._kept_code import KeptCode, say_not_kept, write_whole
from noisytm._signals import answered_outside
from noisytm.errors import NoisytmError

OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": False,
    "forceinline": True,  # inlined into its caller, a function sees the shape as constants
}

SURROUNDINGS = "_ZN08NumbaEnv"  # how numba's names of them begin


class _Reporter(event.Listener):
    """Tells the log when numba begins to compile, and when it has ended; what its cache gives is not compiled."""

    def __init__(self) -> None:
        self._depth, self._signals = 0, contextlib.ExitStack()  # of the main thread

    def on_start(self, event: event.Event) -> None:
        if threading.current_thread() is threading.main_thread():
            self._depth += 1
            if self._depth == 1:
                self._signals.enter_context(answered_outside("llvmlite"))
        LOG.begin(_subject_of(event.data["dispatcher"].py_func))

    def on_end(self, event: event.Event) -> None:
        LOG.end()
        if threading.current_thread() is threading.main_thread():
            self._depth -= 1
            if self._depth == 0:
                self._signals.close()


event.register("numba:compile", _Reporter())


def _subject_of(function: Callable[..., Any]) -> str:
    """Return what a compiled function is for: what its module says in ``COMPILES``, else its name."""
    return str(function.__globals__.get("COMPILES", function.__name__))


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile ``function``, at its first call, with the project's numba options; what is compiled is kept."""
    return _kept(function, OPTIONS)


def jit_uncounted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile as `jit` does, without counting references to arrays; for functions that make none. See `uncounted`."""
    return _kept(function, OPTIONS | {"_nrt": False})


def _kept(function: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    if getattr(config, "DISABLE_JIT", 0):
        return _refusing(function)
    compiled = numba.njit(**options)(function)
    compiled._cache = KeptCode(function, PART)
    return compiled  # type: ignore[no-any-return]


def calling(*functions: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what compiles as `jit` does a function that calls the given ones, which stand in other modules.

    What is kept of it belongs to the texts of these modules too.
    """
    sources = "".join(inspect.getsource(sys.modules[f.__module__]) for f in functions)
    texts = hashlib.sha256(sources.encode()).hexdigest()

    def compile_(function: Callable[..., Any]) -> Callable[..., Any]:
        compiled = jit(function)
        if hasattr(compiled, "_cache"):
            compiled._cache = KeptCode(function, PART | {"calls": texts})
        return compiled

    return compile_


def _refusing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what stands for a compiled function where numba is switched off.

    As plain Python the kernels would count beyond 64 bits where machine words begin again, and take days.
    """

    @functools.wraps(function)
    def refuse(*_: Any, **__: Any) -> Any:
        raise NoisytmError(
            f"NUMBA_DISABLE_JIT is set, and this needs compiled code ({_subject_of(function)}); unset it"
        )

    return refuse


class _PartCompiler(CompilerBase):
    """Compiles a function that becomes a part of others, and leaves it to these to make it fast.

    numba optimises each function with all that is inlined in it: what stands four calls deep, five times over. Here
    only what Python calls is optimised, as a whole.
    """

    def define_pipelines(self) -> list[Any]:
        state = self.state
        library = state.targetctx.codegen().create_library(state.func_id.func_qualname)
        library._optimize_final_module = _leave_it
        library._finalize_final_module = functools.partial(_without_code, library)
        state.library = library
        return [DefaultPassBuilder.define_nopython_pipeline(state)]


def _leave_it() -> None:
    pass


def _without_code(library: Any) -> None:
    """Finish a part, which is linked into others and never called by itself, without machine code of its own.

    numba would make that of every part with all that is inlined in it. What is needed is only the place where it puts
    the address of what it keeps of a function's surroundings.
    """
    codegen = library._codegen
    names = [variable.name for variable in library._final_module.global_variables]
    places = [name for name in names if name.startswith(SURROUNDINGS) and not codegen._engine.is_symbol_defined(name)]
    lines = [str(codegen._create_empty_module(library.name)), *(f'@"{name}" = common global i64 0' for name in places)]
    codegen._add_module(llvm.parse_assembly("\n".join(lines)))
    library._finalized = True


PART: dict[str, Any] = OPTIONS | {
    "pipeline_class": _PartCompiler,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that only other compiled functions call, with the same options.

    It is kept as a part of these, optimised with them, and has no wrapper for Python.
    """
    registered: Callable[..., Any] = register_jitable(**PART)(function)
    return registered


def apart(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile as `inner` does, but once and not anew in each place that it is called from; for large functions."""
    registered: Callable[..., Any] = register_jitable(**PART | {"forceinline": False})(function)
    return registered


def uncounted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile as `inner` does, without counting references to arrays; for functions that make none.

    In a function of a few instructions the counts take longer than the work, and numba cannot always leave them out.
    """
    registered: Callable[..., Any] = register_jitable(**PART, _nrt=False)(function)
    return registered


def apart_uncounted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile as `apart` does, without counting references to arrays; see `uncounted`."""
    registered: Callable[..., Any] = register_jitable(**PART | {"forceinline": False}, _nrt=False)(function)
    return registered


def generated_module(label: str, source: str, subject: str = "") -> ModuleType:
    """Import ``source`` as a module whose compiled functions are kept for other processes.

    Its text lies in the cache folder too, for people who look there, and so that Python need not translate it again.
    Where that cannot be, the module is made in memory.

    Parameters
    ----------
    label : str
        A word for the file name.
    source : str
        The whole text of the module. Its hash is the module's identity.
    subject : str
        What its functions are for, to be said when they are compiled; by default their names.
    """
    surroundings = f"{numba.__version__} {platform.python_version()} {OPTIONS}"
    digest = hashlib.sha256(f"{surroundings}\n{source}".encode()).hexdigest()[:24]
    name = f"noisytm_{label}_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    path = _written(f"{name}.py", source)
    module = None if path is None else _from_file(name, path, subject)
    return _in_memory(name, source, subject) if module is None else module


def _written(file: str, source: str) -> Path | None:
    """Return the path of a text in the cache folder, written anew unless it is right; ``None`` if it cannot be."""
    try:
        path = default_cache_folder() / file
    except RuntimeError:  # no home
        return None
    try:
        if path.read_bytes() == source.encode():
            return path
    except OSError:
        pass
    try:
        write_whole(path, source.encode())
    except OSError as error:
        say_not_kept(path.parent, error)
        return None
    return path


def _from_file(name: str, path: Path, subject: str) -> ModuleType | None:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        _run(module, subject, functools.partial(spec.loader.exec_module, module))
    except Exception:  # Python's own translation may be damaged; if the text itself is wrong, that is seen in memory
        return None
    return module


def _in_memory(name: str, source: str, subject: str) -> ModuleType:
    filename = f"<{name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    module = ModuleType(name)
    _run(module, subject, functools.partial(exec, compile(source, filename, "exec"), module.__dict__))
    return module


def _run(module: ModuleType, subject: str, execute: Callable[[], None]) -> None:
    """Execute a module that is known by its name meanwhile; where that fails it is not."""
    sys.modules[module.__name__] = module
    if subject:
        module.__dict__["COMPILES"] = subject
    try:
        execute()
    except BaseException:
        sys.modules.pop(module.__name__, None)
        raise
