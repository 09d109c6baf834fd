"""Particles eight at a time, each eight in one vector: what the moves spend most of their time in.

In loops over many particles what goes from one loop to the next is put into memory and read again, and the vectors that
the compiler makes are half as long. Here it stays in registers. The instructions are the same, in the same order, and
so is every bit of what comes out.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.extending import intrinsic

from noisytm._compile import apart_uncounted
from noisytm.posterior.populations.entries import share_of
from noisytm.posterior.populations.vectors import HIGH, LEAST, LOG2_E, LOW, SHIFTER, of_remainder
from noisytm.relaxation.marginal import LANES, LanesType, at_most, choose, larger, load, splat, store

COMPILES = "moves of a population"

_EIGHT = LanesType()
_NUMBERS, _INTEGERS = (ir.VectorType(kind, LANES) for kind in (ir.DoubleType(), ir.IntType(64)))


class _Eight:
    """Eight numbers in a formula that becomes instructions; numbers beside them stand eight times."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value

    def _of(self, other: Any) -> Any:
        return other.value if isinstance(other, _Eight) else ir.Constant(_NUMBERS, [float(other)] * LANES)

    def __add__(self, other: Any) -> _Eight:
        return _Eight(self.builder, self.builder.fadd(self.value, self._of(other)))

    def __radd__(self, other: Any) -> _Eight:
        return _Eight(self.builder, self.builder.fadd(self._of(other), self.value))

    def __sub__(self, other: Any) -> _Eight:
        return _Eight(self.builder, self.builder.fsub(self.value, self._of(other)))

    def __mul__(self, other: Any) -> _Eight:
        return _Eight(self.builder, self.builder.fmul(self.value, self._of(other)))

    def __rmul__(self, other: Any) -> _Eight:
        return _Eight(self.builder, self.builder.fmul(self._of(other), self.value))


@intrinsic
def exponential_of_eight(context: Any, x: Any) -> Any:
    """Return `exponential` of each of eight."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        least = ir.Constant(_NUMBERS, [LEAST] * LANES)
        x = _Eight(builder, builder.select(builder.fcmp_ordered(">", least, values[0]), least, values[0]))
        shifted = x * LOG2_E + SHIFTER
        k = shifted - SHIFTER
        found = of_remainder((x - k * HIGH) - k * LOW)
        bias, places = (ir.Constant(_INTEGERS, [number] * LANES) for number in (1023, 52))
        power = builder.shl(builder.add(builder.bitcast(shifted.value, _INTEGERS), bias), places)
        return builder.fmul(found.value, builder.bitcast(power, _NUMBERS))

    return _EIGHT(_EIGHT), generate


@intrinsic
def quotient(context: Any, a: Any, b: Any) -> Any:
    """Return a/b of each of eight."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.fdiv(*values)

    return _EIGHT(_EIGHT, _EIGHT), generate


@apart_uncounted
def put_shares(at, j, rows, tops, scales, parts):
    """Put the probabilities of a factor from its logs, as `put_factor` says."""
    many, start, end, right = rows.shape[1] // LANES, at.starts[j], at.starts[j] + at.sizes[j], at.rights[j]
    share = splat(share_of(at, j))
    for v in range(many):
        top, total = load(rows, start * many + v), splat(0.0)
        for c in range(start + 1, end):
            top = larger(load(rows, c * many + v), top)
        for c in range(start, end):
            part: Any = exponential_of_eight(load(rows, c * many + v) - top)  # type: ignore[call-arg]
            store(parts, c * many + v, part)
            total = total + part
        scale: Any = quotient(share, total)  # type: ignore[call-arg]  # numba gives the contexts
        for c in range(start, end):
            store(parts, c * many + v, load(parts, c * many + v) * scale)
        if right >= 0:
            store(parts, (start + right) * many + v, load(parts, (start + right) * many + v) + splat(0.5))
        store(tops, j * many + v, top)
        store(scales, j * many + v, scale)


@apart_uncounted
def put_forces_of(at, j, rows, parts, slopes, n, forces):
    """Put the slopes of the log density in the logits of a factor, but for what `put_forces` adds."""
    many, start, end, right = rows.shape[1] // LANES, at.starts[j], at.starts[j] + at.sizes[j], at.rights[j]
    one, gamma, steep = splat(1.0 / share_of(at, j)), splat(at.concentrations[j]), splat(n * share_of(at, j))
    excess = 0.0 if right < 0 else at.concentrations[j] - 1.0
    weight = splat(at.concentrations[j] * at.sizes[j] - excess)
    for v in range(many):
        base, best, mean = load(slopes, (start + max(right, 0)) * many + v), load(rows, start * many + v), splat(0.0)
        if right < 0:
            for c in range(start + 1, end):
                is_less = at_most(load(rows, c * many + v), best)
                base = choose(is_less, base, load(slopes, c * many + v))
                best = choose(is_less, best, load(rows, c * many + v))
        else:
            store(parts, (start + right) * many + v, load(parts, (start + right) * many + v) - splat(0.5))
        for c in range(start, end):
            part, slope = load(parts, c * many + v) * one, steep * (load(slopes, c * many + v) - base)
            store(parts, c * many + v, part)
            store(slopes, c * many + v, slope)
            mean = mean + part * slope
        for c in range(start, end):
            bent = load(slopes, c * many + v) - mean + weight
            store(forces, c * many + v, gamma - load(parts, c * many + v) * bent)
