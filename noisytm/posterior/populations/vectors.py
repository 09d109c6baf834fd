"""Arithmetic that becomes vector instructions: formulas of the same instructions for every number, without a branch.

In a loop over particles side by side what comes out for one depends neither on the others nor on how many there are.
"""

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from noisytm._compile import uncounted

COMPILES = "moves of a population"

# e^x = 2^k e^r, |r| ≤ ½ log 2. log 2 is the sum of a part with few digits and the rest; 1.5·2^52 + k has k in its last
# bits.
LOG2_E, HIGH, LOW = 1.0 / math.log(2), 6.93147180369123816490e-01, 1.90821492927058770002e-10
SHIFTER, LEAST = 6755399441055744.0, -708.0
C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13 = (1.0 / math.factorial(k) for k in range(2, 14))
S3, S5, S7, S9, S11, S13, S15 = ((-1.0) ** (k // 2) / math.factorial(k) for k in range(3, 16, 2))
D2, D4, D6, D8, D10, D12, D14, D16 = ((-1.0) ** (k // 2) / math.factorial(k) for k in range(2, 17, 2))
# Of log(1 + f) in powers of (f/(2 + f))², as of fdlibm; what is left after a power of 2 begins at about √½.
L1, L2, L3, L4 = 6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01
L5, L6, L7 = 1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01
BEGIN, EXPONENTS, DIGITS = 0x3FE6A09E00000000, 1023 << 52, (1 << 52) - 1
# A number below 2^52 in the last bits of 2^52, and of 1, as floats.
TWO_52, TWO_52_BITS, ONE_BITS = 2.0**52, 0x4330000000000000, 0x3FF0000000000000

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST_MIX, SECOND_MIX = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
BY_30, BY_27, BY_31, BY_12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
BY_43, BY_22, BY_1, LAST_21 = np.uint64(43), np.uint64(22), np.uint64(1), np.uint64((1 << 21) - 1)


@intrinsic
def bits_of(context: Any, x: Any) -> Any:
    """Return the bits of a number as an integer."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.bitcast(values[0], ir.IntType(64))

    return types.int64(types.float64), generate


@intrinsic
def of_bits(context: Any, bits: Any) -> Any:
    """Return the number of which an integer has the bits."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.bitcast(values[0], ir.DoubleType())

    return types.float64(types.int64), generate


@uncounted
def of_remainder(r):
    """Return e^r for |r| ≤ ½ log 2; also of whatever else can be added and multiplied."""
    s = r * r
    q = s * s
    low = (1.0 + r) + s * (0.5 + r * C3) + q * ((C4 + r * C5) + s * (C6 + r * C7))
    high = (C8 + r * C9) + s * (C10 + r * C11) + q * (C12 + r * C13)
    return low + (q * q) * high


@uncounted
def exponential(x):
    """Return e^x for x ≤ 0, at least e^−708, to about an ulp."""
    x = max(x, LEAST)
    shifted = x * LOG2_E + SHIFTER
    k = shifted - SHIFTER
    r = (x - k * HIGH) - k * LOW
    bits: Any = (bits_of(shifted) + 1023) << 52  # type: ignore[call-arg]  # numba gives the contexts
    return of_remainder(r) * of_bits(bits)


@uncounted
def logarithm(x):
    """Return log x for x > 0 that is not subnormal, to about an ulp."""
    bits: Any = bits_of(x) - BEGIN  # type: ignore[call-arg]
    exponent: Any = (bits + EXPONENTS) >> 52
    k = of_bits(exponent | TWO_52_BITS) - (TWO_52 + 1023.0)
    f = of_bits((bits & DIGITS) + BEGIN) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    rest = w * (L2 + w * (L4 + w * L6)) + z * (L1 + w * (L3 + w * (L5 + w * L7)))
    half = 0.5 * f * f
    return s * (half + rest) + k * LOW - half + f + k * HIGH


@uncounted
def sine(x):
    """Return sin x for |x| ≤ π/4."""
    z = x * x
    return x + x * z * (S3 + z * (S5 + z * (S7 + z * (S9 + z * (S11 + z * (S13 + z * S15))))))


@uncounted
def cosine(x):
    """Return cos x for |x| ≤ π/4."""
    z = x * x
    return 1.0 + z * (D2 + z * (D4 + z * (D6 + z * (D8 + z * (D10 + z * (D12 + z * (D14 + z * D16)))))))


@uncounted
def hashed(state):
    """Return the 64 random bits of a state of splitmix64, which goes from one to the next by adding `GOLDEN`."""
    z = (state ^ (state >> BY_30)) * FIRST_MIX
    z = (z ^ (z >> BY_27)) * SECOND_MIX
    return z ^ (z >> BY_31)


@uncounted
def unit(z):
    """Return a number in (0, 1) of the first 52 of random bits."""
    bits: Any = np.int64(z >> BY_12) | ONE_BITS
    return of_bits(bits) - (1.0 - 0.5**53)  # type: ignore[call-arg]


@uncounted
def spread(z):
    """Return a number of mean 0 and variance 1 that is nearly normal, the sum of three that are uniform.

    For a move that is accepted or not any symmetric step will do. This one needs 63 random bits, and no logarithm.
    """
    total = (z >> BY_43) + ((z >> BY_22) & LAST_21) + ((z >> BY_1) & LAST_21)
    bits: Any = np.int64(total) | TWO_52_BITS
    return (of_bits(bits) - TWO_52 + 1.5) * 0.5**20 - 3.0  # type: ignore[call-arg]
