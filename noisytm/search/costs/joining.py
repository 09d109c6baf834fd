"""Kernels of several rooms as the one module that numba's cache asks for; see `noisytm._compile`."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from noisytm._compile import generated_module

# What each of the modules may define for itself.
OWN = {"COMPILES"}
ENTRY, PART = "jit", "inner"


def joined(label: str, homes: Sequence[Callable[..., Any]], entry: Callable[..., Any]) -> ModuleType:
    """Return a module with the text of all modules that some functions stand in, compiled for one entry.

    Parameters
    ----------
    label : str
        A word for its name.
    homes : sequence of functions
        One of each module; a module comes after those that it imports from.
    entry : function
        What Python calls, of the last of them.
    """
    modules = [sys.modules[home.__module__] for home in (*homes, entry)]
    names: dict[str, str] = {}
    body: list[str] = ["from noisytm._compile import apart, inner, jit"]
    for module in modules:
        for node in ast.parse(inspect.getsource(module)).body:
            for name in _defined(node):
                if names.setdefault(name, module.__name__) != module.__name__ and name not in OWN:
                    raise TypeError(f"{name} is defined in {names[name]} and {module.__name__}; rename one of them")
            if not _is_inside(node):
                body.append(_text(node, entry.__name__))
    subject = str(modules[-1].__dict__.get("COMPILES", ""))
    return generated_module(label, "\n".join([*body, ""]), subject)


def _is_inside(node: ast.stmt) -> bool:
    """Return whether a statement imports what stands in the text already, or a docstring is all it is."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith(("noisytm.search", "noisytm._deferred"))
    return isinstance(node, ast.Expr)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [x.id for target in node.targets for x in ast.walk(target) if isinstance(x, ast.Name)]
    return []


def _text(node: ast.stmt, entry: str) -> str:
    if isinstance(node, ast.FunctionDef):
        (decorator,) = node.decorator_list
        if node.name == entry:
            node.decorator_list = [ast.Name(ENTRY)]
        elif isinstance(decorator, ast.Name) and decorator.id == ENTRY:
            node.decorator_list = [ast.Name(PART)]
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.unparse(node)
