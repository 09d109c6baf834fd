"""Read kernels in another algebra without compiling them: the same code, with an algebra's meaning for its names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

Function = Callable[..., Any]


# What the kernels take from an algebra.
NAMES = (
    "ZERO", "ONE", "plus", "times", "accumulate", "claim", "keep", "through", "pass_on", "rest_of_pair_adjoint",
    "rest_term_adjoint",
)  # fmt: skip


def names_of(algebra: Any) -> dict[str, Any]:
    """Return what the kernels' names mean in an algebra."""
    return {name: getattr(algebra, name) for name in NAMES}


def with_algebra(functions: Sequence[Function], algebra: Mapping[str, Any]) -> dict[str, Any]:
    """Return an algebra and kernels, by name, that use it and each other; see `assembled`, which writes them out.

    Parameters
    ----------
    functions : sequence of functions
        Kernels of `noisytm.relaxation.marginal.kernels`.
    algebra : mapping of str to anything
        What names mean in this algebra, whatever they mean where the kernels stand.

    Examples
    --------
    >>> from noisytm.relaxation.marginal.kernels import rest_of_pair
    >>> scope = with_algebra([rest_of_pair], {"accumulate": lambda total, a, b: min(total, a + b)})
    >>> scope["rest_of_pair"](9, 2, 3)
    5
    """
    scope: dict[str, Any] = {}
    for function in functions:
        assert isinstance(function, FunctionType)
        scope |= function.__globals__
    scope |= algebra
    scope |= {f.__name__: FunctionType(f.__code__, scope, f.__name__) for f in functions if isinstance(f, FunctionType)}
    return scope
