"""The marginal semantics: how the head's symbol and the state choose a tuple.

Each is one function in the primitives ``plus``, ``times`` and ``rest``. `noisytm.relaxation.marginal.tracer` runs it
once per shape; the trace is then compiled, differentiated, and read over other number systems. Adding a
marginal semantics means adding one function here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from noisytm._text import shown
from noisytm.errors import ProblemError


class Primitives(Protocol):
    """What a semantics may use. Values are opaque."""

    zero: Any
    one: Any

    def plus(self, a: Any, b: Any) -> Any:
        """Either a or b."""

    def times(self, a: Any, b: Any) -> Any:
        """Both a and b."""

    def rest(self, symbol: int, state: int) -> Any:
        """The mass of every (symbol, state) but this one."""


@dataclass(frozen=True)
class Head:
    """What the head does in one step, before the code is mixed in.

    Attributes
    ----------
    match : sequence of N values
        μ_i, the mass with which listed tuple i is used.
    write, next : sequences of S and of |Q| values
        What is added to the head's cell and to the state where no listed tuple is used.
    stay : value
        What is added to the move S there.
    """

    match: Sequence[Any]
    write: Sequence[Any]
    next: Sequence[Any]
    stay: Any


Semantics = Callable[[Primitives, Sequence[Any], Sequence[Any], Sequence[tuple[int, int]]], Head]


def mean_field(ops: Primitives, y: Sequence[Any], z: Sequence[Any], keys: Sequence[tuple[int, int]]) -> Head:
    """Use tuple (σ, q) with mass y_σ z_q; what falls on an unlisted tuple stays as it is."""
    listed = set(keys)
    write, nxt, stay = [ops.zero] * len(y), [ops.zero] * len(z), ops.zero
    for symbol in range(len(y)):
        for state in range(len(z)):
            if (symbol, state) not in listed:
                mass = ops.times(y[symbol], z[state])
                write[symbol] = ops.plus(write[symbol], mass)
                nxt[state] = ops.plus(nxt[state], mass)
                stay = ops.plus(stay, mass)
    return Head([ops.times(y[symbol], z[state]) for symbol, state in keys], write, nxt, stay)


def pseudo_utm(ops: Primitives, y: Sequence[Any], z: Sequence[Any], keys: Sequence[tuple[int, int]]) -> Head:
    """Scan the tuples in order as independent events; the last match wins (Clift, Murfet, Wallbridge 2021)."""
    later_none = ops.one
    match = []
    for symbol, state in reversed(keys):
        match.append(ops.times(ops.times(y[symbol], z[state]), later_none))
        later_none = ops.times(later_none, ops.rest(symbol, state))
    match.reverse()
    return Head(match, [ops.times(later_none, v) for v in y], [ops.times(later_none, v) for v in z], later_none)


MARGINAL: dict[str, Semantics] = {"mean-field": mean_field, "pseudo-utm": pseudo_utm}
# Those that sum over runs of the whole machine: noise drawn anew at each use, or one table drawn for the whole run.
PATHWISE = ("annealed", "quenched")
SEMANTICS = (*MARGINAL, *PATHWISE)


def checked_semantics(name: Any, among: Sequence[str] = SEMANTICS) -> str:
    """Return ``name`` if it is a semantics of this package, or one of those ``among`` which it must be.

    Raises
    ------
    ProblemError
        Otherwise; the message lists them.
    """
    if not isinstance(name, str) or name not in among:
        raise ProblemError(f"semantics is {shown(name)}; it must be one of {', '.join(sorted(among))}")
    return str(name)
