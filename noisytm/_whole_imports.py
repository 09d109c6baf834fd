"""Libraries are imported as a whole or not at all: signals that arrive meanwhile are answered once they are.

They are imported when they are first needed, in the middle of a computation that may be interrupted. A library whose
modules import each other is not to be had again in the process once its import was broken off: what was finished stays,
and is not what a new start looks for.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from noisytm._signals import held_back

LIBRARIES = frozenset({
    "arviz", "automata", "cyclopts", "defusedxml", "distributed", "flint", "highspy", "joblib", "llvmlite",
    "matplotlib", "networkx", "numba", "numpy", "pyarrow", "ruamel", "scipy", "sympy", "torch", "tqdm",
})  # fmt: skip


class _WholeFinder(importlib.abc.MetaPathFinder):
    """Has the import of a library that noisytm asks for run with signals held back."""

    def __init__(self) -> None:
        self._inside = False

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return what the other finders find, to be executed as a whole; ``None`` if it is no business of ours."""
        if self._inside or name.partition(".")[0] not in LIBRARIES or not _asked_by_noisytm():
            return None
        if threading.current_thread() is not threading.main_thread():
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _WholeLoader(spec.loader, self)
                return spec
        return None

    @contextlib.contextmanager
    def outermost(self) -> Iterator[None]:
        """Leave imports within the block alone."""
        self._inside = True
        try:
            with held_back():
                yield
        finally:
            self._inside = False


class _WholeLoader(importlib.abc.Loader):
    """Stands for a loader until the module is executed."""

    def __init__(self, loader: Any, finder: _WholeFinder) -> None:
        self._loader, self._finder = loader, finder

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Create the module as its loader does."""
        spec.loader = self._loader
        with self._finder.outermost():
            created: ModuleType | None = self._loader.create_module(spec)
        spec.loader = self
        return created

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module, with its loader in its place again, and signals held back."""
        spec = module.__spec__
        assert spec is not None
        spec.loader = module.__loader__ = self._loader
        with self._finder.outermost():
            self._loader.exec_module(module)


def _asked_by_noisytm() -> bool:
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] == "noisytm" and frame.f_globals is not globals():
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def install() -> None:
    """Have Python ask for libraries here first; once in a process."""
    if not any(isinstance(finder, _WholeFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _WholeFinder())
