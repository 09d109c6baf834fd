"""Kernels that are plain functions until they are first called compiled: only then is numba loaded.

What `noisytm._compile` offers to decorate with, for modules that are imported where there may be nothing to compile.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]

# Functions that only compiled functions call, and that numba has not been told of, by how it is to compile them.
_untold: list[tuple[str, Function]] = []


class Kernel:
    """A function, and its compiled form, which it has from the first call on.

    Attributes
    ----------
    plain : function
        The function itself: the same results, slower by a hundred times or so, and at once.

    Examples
    --------
    >>> @jit
    ... def twice(x):
    ...     return 2 * x
    >>> twice.plain(3)
    6
    """

    def __init__(self, function: Function) -> None:
        functools.update_wrapper(self, function)
        self.plain = function

    @functools.cached_property
    def compiled(self) -> Function:
        """The compiled form."""
        from noisytm import _compile

        while _untold:
            how, function = _untold.pop()
            getattr(_compile, how)(function)
        return _compile.jit(self.plain)

    def __call__(self, *arguments: Any) -> Any:
        """Call the compiled form."""
        return self.compiled(*arguments)


def jit(function: Function) -> Kernel:
    """Defer `noisytm._compile.jit` to the first call."""
    return Kernel(function)


def inner(function: Function) -> Function:
    """Defer `noisytm._compile.inner` to the first call of a kernel; the function stays what it is."""
    _untold.append(("inner", function))
    return function


def apart(function: Function) -> Function:
    """Defer `noisytm._compile.apart` to the first call of a kernel; the function stays what it is."""
    _untold.append(("apart", function))
    return function
