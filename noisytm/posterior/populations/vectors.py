"""Formulas for a number and for eight in one vector: the same instructions, so the same bits, and never a branch.

A formula is Python that writes instructions down: it is called once for numbers, once for vectors. ``fused`` is a·b + c
rounded once, on every processor: one that has no such instruction takes longer, and gets the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

from noisytm.relaxation.marginal import LANES, LanesType

COMPILES = "moves of a population"

# e^x = 2^k e^r, |r| ≤ ½ log 2. log 2 is the sum of a part with few digits and the rest; 1.5·2^52 + 1023 + k has the
# exponent of 2^k in its last bits.
LOG2_E, HIGH, LOW = 1.0 / math.log(2), 6.93147180369123816490e-01, 1.90821492927058770002e-10
SHIFTER, LEAST, MOST = 6755399441055744.0 + 1023.0, -708.0, 709.8
# Polynomials that interpolate where Chebyshev says, relative errors 2e-17: (e^r − 1 − r)/r²; of z = x², |x| ≤ π/4,
# (sin x − x)/x³ and (cos x − 1 + z/2)/z².
OF_EXPONENTIAL = (
    0.5, 0.16666666666666669, 0.041666666666624164, 0.008333333333330065, 0.0013888888917196719, 0.00019841269863040545,
    2.4801521322368448e-05, 2.7557268480309837e-06, 2.7620075880100385e-07, 2.510037583265122e-08,
)  # fmt: skip
OF_SINE = (
    -0.16666666666666666, 0.008333333333330948, -0.00019841269836758574, 2.755731610255244e-06, -2.5051131845003624e-08,
    1.5918129294866608e-10,
)  # fmt: skip
OF_COSINE = (
    0.041666666666666664, -0.0013888888888887398, 2.480158729876569e-05, -2.7557317271729793e-07, 2.08761462684032e-09,
    -1.1382632425521717e-11,
)  # fmt: skip
# Of log(1 + f) in powers of (f/(2 + f))², as of fdlibm; what is left after a power of 2 begins at about √½.
OF_LOGARITHM = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip
BEGIN, EXPONENTS, DIGITS = 0x3FE6A09E00000000, 1023 << 52, (1 << 52) - 1
# A number below 2^52 in the last bits of 2^52, and of 1, as floats.
TWO_52, TWO_52_BITS, ONE_BITS = 2.0**52, 0x4330000000000000, 0x3FF0000000000000
# Splitmix64.
GOLDEN, FIRST_MIX, SECOND_MIX = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
LAST_30, LAST_21, LAST_12, ONE_THIRD, TWO_THIRDS = (1 << 30) - 1, (1 << 21) - 1, 4095, 1365, 2730
QUARTER = math.pi / 2


class BitsType(types.Type):
    """Eight times 64 bits."""

    def __init__(self) -> None:
        super().__init__(name="LaneBits")


eight, eight_bits = LanesType(), BitsType()
FLOATS, BITS = (types.float64, eight), (types.uint64, eight_bits)
_BITS = ir.VectorType(ir.IntType(64), LANES)


@register_model(BitsType)
class _BitsModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _BITS)


class Term:
    """What stands in a formula: a number or eight, floats or 64 bits; constants stand as often."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value
        self.many = isinstance(value.type, ir.VectorType)
        self.floats = (value.type.element if self.many else value.type) == ir.DoubleType()

    def of(self, other: Any) -> Any:
        """Return the value of a term, or that of a constant beside this one."""
        if isinstance(other, Term):
            return other.value
        number = float(other) if self.floats else other
        return ir.Constant(self.value.type, [number] * LANES if self.many else number)

    def _made(self, floats: str, bits: str, other: Any) -> Term:
        return Term(self.builder, getattr(self.builder, floats if self.floats else bits)(self.value, self.of(other)))

    def __add__(self, other: Any) -> Term:
        return self._made("fadd", "add", other)

    def __sub__(self, other: Any) -> Term:
        return self._made("fsub", "sub", other)

    def __mul__(self, other: Any) -> Term:
        return self._made("fmul", "mul", other)

    def __truediv__(self, other: Any) -> Term:
        return self._made("fdiv", "", other)

    def __and__(self, other: Any) -> Term:
        return self._made("", "and_", other)

    def __or__(self, other: Any) -> Term:
        return self._made("", "or_", other)

    def __xor__(self, other: Any) -> Term:
        return self._made("", "xor", other)

    def __rshift__(self, other: Any) -> Term:
        return self._made("", "lshr", other)

    def __lshift__(self, other: Any) -> Term:
        return self._made("", "shl", other)

    def flipped(self) -> Term:
        """Return floats as their bits, and bits as floats."""
        kind: Any = ir.IntType(64) if self.floats else ir.DoubleType()
        return Term(self.builder, self.builder.bitcast(self.value, ir.VectorType(kind, LANES) if self.many else kind))

    def larger(self, other: Any) -> Term:
        """Return the larger of two; this one if it is no number."""
        builder, least = self.builder, self.of(other)
        return Term(builder, builder.select(builder.fcmp_ordered(">", least, self.value), least, self.value))

    def smaller(self, other: Any) -> Term:
        """Return the smaller of two; this one if it is no number."""
        builder, most = self.builder, self.of(other)
        return Term(builder, builder.select(builder.fcmp_ordered("<", most, self.value), most, self.value))

    def where(self, nonzero: Term, other: Term) -> Term:
        """Return this where bits are not 0, else the other."""
        flags = self.builder.icmp_unsigned("!=", nonzero.value, nonzero.of(0))
        return Term(self.builder, self.builder.select(flags, self.value, other.value))

    def below(self, other: int) -> Any:
        """Return flags that say where bits are less than a constant."""
        return self.builder.icmp_unsigned("<", self.value, self.of(other))

    def root(self) -> Term:
        """Return the square root."""
        return self._called("sqrt")

    def _called(self, name: str, *others: Term) -> Term:
        kind = self.value.type
        function = cgutils.get_or_insert_function(
            self.builder.module,
            ir.FunctionType(kind, [kind] * (1 + len(others))),
            f"llvm.{name}.{f'v{LANES}f64' if self.many else 'f64'}",
        )
        return Term(self.builder, self.builder.call(function, [self.value, *(other.value for other in others)]))

    def fused(self, factor: Any, rest: Any) -> Term:
        """Return this times a factor plus the rest, rounded once."""
        return self._called("fma", Term(self.builder, self.of(factor)), Term(self.builder, self.of(rest)))

    def polynomial(self, coefficients: tuple[float, ...]) -> Term:
        """Return the polynomial with these coefficients, the constant one first: even and odd powers side by side."""
        square = self * self
        halves = []
        for part in (coefficients[::2], coefficients[1::2]):
            found = Term(self.builder, self.of(part[-1]))
            for coefficient in part[-2::-1]:
                found = found.fused(square, coefficient)
            halves.append(found)
        return halves[1].fused(self, halves[0])


def formula(kinds: tuple[Any, Any]) -> Callable[[Callable[..., Term]], Any]:
    """Return what compiles a formula, for numbers and for eight; of which kinds the result is then."""

    def compiled(form: Callable[..., Term]) -> Any:
        names = form.__code__.co_varnames[: form.__code__.co_argcount]

        def typed(context: Any, *given: Any) -> Any:
            def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
                return form(*(Term(builder, value) for value in values)).value

            return kinds[eight in given or eight_bits in given](*given), generate

        scope: dict[str, Any] = {"typed": typed, "__name__": form.__module__}
        listed = ", ".join(names)
        exec(f"def {form.__name__}(context, {listed}): return typed(context, {listed})", scope)
        scope[form.__name__].__doc__ = form.__doc__
        return intrinsic(scope[form.__name__])

    return compiled


@formula(FLOATS)
def exponential(x: Term) -> Term:
    """Return e^x to about an ulp, at least e^−708; beyond 709.4 it is infinite."""
    x = x.larger(LEAST).smaller(MOST)
    shifted = x.fused(LOG2_E, SHIFTER)
    k = shifted - SHIFTER
    r = k.fused(-LOW, k.fused(-HIGH, x))
    found = (r * r).fused(r.polynomial(OF_EXPONENTIAL), r + 1.0)
    return found * (shifted.flipped() << 52).flipped()


@formula(FLOATS)
def logarithm(x: Term) -> Term:
    """Return log x for x > 0 that is not subnormal, to about an ulp."""
    bits = x.flipped() - BEGIN
    k = (((bits + EXPONENTS) >> 52) | TWO_52_BITS).flipped() - (TWO_52 + 1023.0)
    f = ((bits & DIGITS) + BEGIN).flipped() - 1.0
    s = f / (f + 2.0)
    z, half = s * s, f * f * 0.5
    small = s.fused(z.fused(z.polynomial(OF_LOGARITHM), half), k * LOW)
    return k.fused(HIGH, f - (half - small))


@formula(FLOATS)
def root(x: Term) -> Term:
    """Return √x."""
    return x.root()


@formula(FLOATS)
def quotient(a: Term, b: Term) -> Term:
    """Return a/b."""
    return a / b


@formula(FLOATS)
def fused(a: Term, b: Term, c: Term) -> Term:
    """Return a·b + c, rounded once."""
    return a.fused(b, c)


@formula(FLOATS)
def sine(x: Term) -> Term:
    """Return sin x for |x| ≤ π/4."""
    z = x * x
    return (x * z).fused(z.polynomial(OF_SINE), x)


@formula(FLOATS)
def cosine(x: Term) -> Term:
    """Return cos x for |x| ≤ π/4."""
    z = x * x
    return (z * z).fused(z.polynomial(OF_COSINE), z.fused(-0.5, 1.0))


def hashed_of(state: Term) -> Term:
    """Return the 64 random bits of a state of splitmix64, which goes from one to the next by adding `GOLDEN`."""
    z = (state ^ (state >> 30)) * FIRST_MIX
    z = (z ^ (z >> 27)) * SECOND_MIX
    return z ^ (z >> 31)


hashed = formula(BITS)(hashed_of)


@formula(FLOATS)
def as_floats(z: Term) -> Term:
    """Return random bits as floats, to be put by."""
    return z.flipped()


@formula(BITS)
def as_bits(x: Term) -> Term:
    """Return the random bits that were put by."""
    return x.flipped()


@formula(FLOATS)
def unit(z: Term) -> Term:
    """Return a number in (0, 1) of the first 52 of random bits."""
    return ((z >> 12) | ONE_BITS).flipped() - (1.0 - 0.5**53)


@formula(FLOATS)
def unit_of_half(z: Term) -> Term:
    """Return a number in (0, 1) of the first 32 of random bits."""
    return (((z >> 32) | TWO_52_BITS).flipped() - (TWO_52 - 0.5)) * 0.5**32


@formula(FLOATS)
def angle(z: Term) -> Term:
    """Return an angle within π/4 of 0, of random bits from the 30th to the last but two."""
    centred = (((z >> 2) & LAST_30) | TWO_52_BITS).flipped() - (TWO_52 + 2.0**29)
    return centred.fused(QUARTER * 0.5**30, QUARTER * 0.5**31)


@formula(FLOATS)
def spread(z: Term) -> Term:
    """Return a number of mean 0 and variance 1 that is nearly normal, the sum of three that are uniform.

    For a move that is accepted or not any symmetric step will do. This one needs 63 random bits, and no logarithm.
    """
    total = (z >> 43) + ((z >> 22) & LAST_21) + ((z >> 1) & LAST_21)
    return ((total | TWO_52_BITS).flipped() - TWO_52 + 1.5) * 0.5**20 - 3.0


@formula(FLOATS)
def one_of_three(z: Term, a: Term, b: Term, c: Term) -> Term:
    """Return one of three numbers, each with the same chance, by the last 12 of random bits."""
    place = z & LAST_12
    others = z.builder.select(place.below(TWO_THIRDS), b.value, c.value)
    return Term(z.builder, z.builder.select(place.below(ONE_THIRD), a.value, others))


@formula(FLOATS)
def where_last(z: Term, a: Term, b: Term) -> Term:
    """Return a where the last of random bits is set, else b."""
    return a.where(z & 1, b)


@formula(FLOATS)
def where_last_but_one(z: Term, a: Term, b: Term) -> Term:
    """Return a where the last but one of random bits is set, else b."""
    return a.where(z & 2, b)
