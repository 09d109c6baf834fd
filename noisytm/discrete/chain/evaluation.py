"""Forms as Python functions of the counts: a form is evaluated more often than anything else in a run by rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from noisytm.discrete.chain.forms import Series, Value

PLAIN_CALLS = 24


def function(arguments: str, lines: Sequence[str]) -> Callable[..., Any]:
    """Return the function of the lines.

    Examples
    --------
    >>> function("x", ["return x[0] + 1"])([4])
    5
    """
    scope: dict[str, Any] = {}
    exec("\n    ".join([f"def work({arguments}):", *lines]), scope)
    work: Callable[..., Any] = scope["work"]
    return work


class Compiled:
    """A function that is written out once it has been called a few times: compiling takes longer than calling a few.

    Parameters
    ----------
    plain : callable
        What does the same without being compiled.
    arguments : str
        The names of the arguments in the lines.
    lines : callable
        Returns the lines.

    Examples
    --------
    >>> double = Compiled(lambda x: 2 * x, "x", lambda: ["return x + x"])
    >>> [double(n) for n in range(6)]
    [0, 2, 4, 6, 8, 10]
    """

    __slots__ = ("arguments", "calls", "lines", "work")

    def __init__(self, plain: Callable[..., Any], arguments: str, lines: Callable[[], Sequence[str]]) -> None:
        self.work, self.arguments, self.lines, self.calls = plain, arguments, lines, 0

    def __call__(self, *arguments: Any) -> Any:
        """Return the value."""
        self.calls += 1
        if self.calls == PLAIN_CALLS:
            self.work = function(self.arguments, self.lines())
        return self.work(*arguments)


def expression(value: Value) -> str:
    """Return a form as an expression in ``x``; a quadratic one has at most one product for each count.

    Examples
    --------
    >>> from noisytm.discrete.chain.forms import binomial, variable
    >>> expression(binomial(variable(0) + 1, 2) + variable(1))
    '(x[0] + 2*x[1] + x[0]*x[0])//2'
    >>> expression(variable(0) * variable(1) * 3 + variable(0) * variable(0) + 7)
    '7 + x[0]*(x[0] + 3*x[1])'
    """
    if isinstance(value, int):
        return f"{value}"
    whole = _grouped(dict(value.terms))
    return whole if value.denominator == 1 else f"({whole})//{value.denominator}"


def _grouped(terms: dict[tuple[int, ...], int]) -> str:
    """Return terms as a sum, those of degree two or more that begin with the same count in one product."""
    parts = [f"{terms[()]}"] if terms.get((), 0) else []
    groups: dict[int, dict[tuple[int, ...], int]] = {}
    for monomial, a in sorted(terms.items()):
        if len(monomial) == 1:
            parts.append(_times(a, f"x[{monomial[0]}]"))
        elif monomial:
            groups.setdefault(monomial[0], {})[monomial[1:]] = a
    for first, rest in groups.items():
        inner = _grouped(rest)
        parts.append(f"x[{first}]*({inner})" if len(rest) > 1 else f"{_product(first, rest)}")
    return " + ".join(parts) or "0"


def _product(first: int, rest: dict[tuple[int, ...], int]) -> str:
    ((monomial, a),) = rest.items()
    return _times(a, "*".join(f"x[{i}]" for i in (first, *monomial)))


def _times(a: int, product: str) -> str:
    return product if a == 1 else f"{a}*{product}"


def sum_expression(series: Series, times: str) -> str:
    """Return the sum of the first ``times`` values of a series, Σ_j C(k, j + 1)·Δ^j, from the last difference inwards.

    Examples
    --------
    >>> from noisytm.discrete.chain.forms import variable
    >>> sum_expression(Series.along(variable(0), [2]), "k")  # x + (x + 2) + …
    'k*(x[0] + (k - 1)*1)'
    >>> sum_expression(Series.along(variable(0), [3]), "k")
    'k*(2*(x[0]) + (k - 1)*(3))//2'
    """
    if not series.differences:
        return "0"
    count = len(series.differences)
    *_, last = series.differences
    if count == 2 and isinstance(last, int) and last % 2 == 0:
        return f"{times}*({expression(series.differences[0])} + ({times} - 1)*{last // 2})"
    whole = math.factorial(count)
    inner = f"({expression(series.differences[-1])})"
    for j in range(count - 2, -1, -1):
        inner = (
            f"({whole // math.factorial(j + 1)}*({expression(series.differences[j])}) + ({times} - {j + 1})*{inner})"
        )
    return f"{times}*{inner}" if count == 1 else f"{times}*{inner}//{whole}"
