"""Put kernels together: functions that call each other, over one algebra, as one module that numba compiles.

The kernels are ordinary functions. From those that Python will call the assembler follows the names that each uses to
the functions and constants behind them, takes what an algebra defines from the algebra that is wanted, and writes all
of it, without comments, into one text: numba's cache sees one file that holds everything it compiled.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib
import inspect
import math
from collections.abc import Mapping
from enum import EnumType
from types import FunctionType, ModuleType
from typing import Any

from noisytm._compile import generated_module
from noisytm.relaxation.marginal import kernels
from noisytm.relaxation.marginal.heads import straight_line_head
from noisytm.relaxation.marginal.kernels import LISTS, READINGS, Reading
from noisytm.relaxation.marginal.tracer import Trace
from noisytm.relaxation.marginal.worth import LEDGER

HEAD = f"{kernels.__name__}.head"
DECORATORS = "noisytm._compile"


@functools.lru_cache(maxsize=256)
def compiled_kernels(algebra: str, trace: Trace | None = None) -> ModuleType:
    """Return the compiled kernels of an algebra.

    Parameters
    ----------
    algebra : {"real", "vector", "vector_codes", "min_plus", "min_plus_lanes"}
        The first three have ``evaluate`` and ``record``, the others ``cheapest``.
    trace : Trace, optional
        The head to write out as straight-line code for one shape. Without it the head is interpreted, and one
        module serves every shape and semantics.
    """
    LEDGER.compiled(algebra)
    words = [algebra] if trace is None else [algebra, trace.semantics]
    label = "".join(c if c.isalnum() else "_" for c in "_".join(words))
    reading = READINGS[algebra]
    written = "" if trace is None else f" of {trace.semantics}, written out for one shape"
    return generated_module(label, assembled(reading, trace), f"{reading.subject}{written}")


@functools.cache
def compiled_lists() -> ModuleType:
    """Return the compiled kernels that make tables of lists; see `kernels/lists.py`."""
    LEDGER.compiled("lists")
    return generated_module("lists", assembled(LISTS), LISTS.subject)


def assembled(reading: Reading, trace: Trace | None = None) -> str:
    """Return the text of a module with all that the entries of a reading need.

    Parameters
    ----------
    reading : Reading
        The algebra and the entries.
    trace : Trace, optional
        As in `compiled_kernels`.
    """
    parts = _Parts(reading, {} if trace is None else _definitions(ast.parse(straight_line_head(trace))))
    for entry in reading.entries:
        parts.add_function(entry.__module__, entry.__name__)
    return parts.text()


class _Parts:
    """What goes into a module, found by following names; callees come before their callers.

    Parameters
    ----------
    reading : Reading
        The algebra and the entries.
    head : mapping of str to function definition
        Functions to take in place of those of `kernels/head.py`.
    """

    def __init__(self, reading: Reading, head: Mapping[str, ast.stmt]) -> None:
        self._reading, self._head = reading, head
        self._algebra = {name: vars(m)[name] for m in reversed(reading.algebra) for name in _defined_by(m.__name__)}
        self._entries = {(entry.__module__, entry.__name__) for entry in reading.entries}
        self._meanings: dict[str, str] = {}  # of every name that has been taken in
        self._imports: list[str] = []
        self._constants: list[str] = []
        self._definitions: list[str] = []

    def text(self) -> str:
        """Return the text of the module. What it depends on beyond its own lines is noted in comments."""
        notes = [f"# {record.__qualname__}: {', '.join(_fields(record))}" for record in self._reading.records]
        imports = [
            "from typing import NamedTuple",
            f"from {DECORATORS} import jit_uncounted, uncounted",
            *self._imports,
        ]
        return "\n".join([*notes, *imports, *self._constants, *self._definitions, ""])

    def add_function(self, home: str, name: str) -> None:
        """Take a function in, after all that it uses."""
        if self._is_known(name, home):
            return
        scope = vars(importlib.import_module(home))
        written = self._head.get(name) if home == HEAD else None
        text, names = _plain_of(home, name) if written is None else _plain(written, home)
        for used in sorted(names & scope.keys()):
            self._add(used, self._algebra.get(used, scope[used]), home)
        decorator = "jit_uncounted" if (home, name) in self._entries else "uncounted"
        self._definitions.append(f"@{decorator}\n{text}")

    def _add(self, name: str, value: Any, user: str) -> None:
        """Take in what a name means in the module ``user``."""
        home = getattr(value, "__module__", None) or ""
        if isinstance(value, ModuleType):
            if not self._is_known(name, value.__name__):
                self._imports.append(f"import {value.__name__} as {name}")
        elif isinstance(value, bool | int | float):
            if not self._is_known(name, repr(value)):
                self._constants.append(f"{name} = {value if math.isfinite(value) else f'float({str(value)!r})'}")
        elif home.startswith(f"{kernels.__name__}.") and isinstance(value, FunctionType):
            self._require_wanted(home, name)
            self.add_function(home, name)
        elif home.startswith(f"{kernels.__name__}."):
            if not self._is_known(name, home):
                self._definitions.append(_plain_of(home, name)[0])
        else:
            self._add_foreign(name, _origin(user, name))

    def _add_foreign(self, name: str, origin: str) -> None:
        """Import a name from outside the kernels; an edit of the module it comes from must count."""
        if not self._is_known(name, origin):
            self._imports.append(f"from {origin} import {name}  # of {_digest(origin)}")

    def _is_known(self, name: str, meaning: str) -> bool:
        """Note what a name means, and return whether that was known; a name has one meaning in all kernels."""
        if name not in self._meanings:
            self._meanings[name] = meaning
            return False
        if self._meanings[name] != meaning:
            raise TypeError(f"{name} means {self._meanings[name]} and {meaning}; give one of them another name")
        return True

    def _require_wanted(self, home: str, name: str) -> None:
        """Refuse a function of an algebra that is not asked for: then this one lacks it."""
        others = {module.__name__ for reading in READINGS.values() for module in reading.algebra}
        own = {module.__name__ for module in self._reading.algebra}
        if home in others - own:
            raise TypeError(f"{name} of {home} is used, but none of {', '.join(sorted(own))} defines it")


def source_of(module: ModuleType) -> str:
    """Return the text of a module."""
    return inspect.getsource(module)


@functools.cache
def _parsed(module: str) -> ast.Module:
    return ast.parse(source_of(importlib.import_module(module)))


@functools.cache
def _digest(module: str) -> str:
    return hashlib.sha256(source_of(importlib.import_module(module)).encode()).hexdigest()


def _definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@functools.cache
def _definitions_of(module: str) -> dict[str, ast.stmt]:
    """Return the functions and classes that a module defines, by name."""
    return _definitions(_parsed(module))


def _defined_by(module: str) -> set[str]:
    """Return the functions and constants that a module defines, not those it imports."""
    assigned = [target for node in _parsed(module).body if isinstance(node, ast.Assign) for target in node.targets]
    constants = {name.id for target in assigned for name in ast.walk(target) if isinstance(name, ast.Name)}
    return constants | _definitions_of(module).keys()


def _origin(module: str, name: str) -> str:
    """Return where a module imports a name from."""
    imports = (node for node in _parsed(module).body if isinstance(node, ast.ImportFrom))
    return next(node.module or "" for node in imports if name in {alias.name for alias in node.names})


def _fields(record: type) -> tuple[str, ...]:
    fields: tuple[str, ...] = vars(record)["_fields"]
    return fields


def _plain(definition: ast.stmt, home: str) -> tuple[str, frozenset[str]]:
    """Return a definition's text without comments and annotations, and the names that it uses but does not bind."""
    plain = _Plain(vars(importlib.import_module(home)))
    node = plain.visit(definition)
    return ast.unparse(node), frozenset(plain.used - plain.bound)


@functools.cache
def _plain_of(home: str, name: str) -> tuple[str, frozenset[str]]:
    return _plain(_definitions_of(home)[name], home)


class _Plain(ast.NodeTransformer):
    """Leave out what only readers need, write members of enumerations by value, and note names.

    Parameters
    ----------
    scope : mapping of str to object
        What names mean in the module that the definition stands in.
    """

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self._scope = scope
        self.used: set[str] = set()
        self.bound: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave the docstring and the annotations out."""
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        node.returns = None
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Leave the docstring out; a record uses nothing but names of types."""
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Leave the annotation out."""
        self.bound.add(node.arg)
        node.annotation = None
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Note the name."""
        (self.used if isinstance(node.ctx, ast.Load) else self.bound).add(node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Replace ``Op.PLUS`` by its value."""
        owner = self._scope.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if isinstance(owner, EnumType):
            return ast.Constant(int(owner[node.attr]))
        return self.generic_visit(node)
