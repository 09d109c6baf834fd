"""Numbers too large to be written out: what arithmetic says of them is what it says of the integers they are."""

import math
import operator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from noisytm.discrete.powers import PowerSum, UndecidedError, bounds, power, read, sums
from noisytm.discrete.powers.texts import first_digits, rounded_text, text_of, tower

SMALL = {"LEAST_BITS": 24, "MERGED_BITS": 6}  # so that numbers that Python can check are large
GOOGOLS = power(10, 10**8)


@pytest.fixture(autouse=True, scope="module")
def small_numbers_are_large():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL.items():
            patch.setattr(sums, name, value)
        patch.setattr(bounds, "PRECISIONS", (64, 256))
        yield


def written_out(value):
    """Return a number as Python's own."""
    if not isinstance(value, PowerSum):
        return Fraction(value)
    total = 0
    for monomial, c in value.terms.items():
        total += c * math.prod(p ** int(written_out(n)) for p, n in monomial)
    return Fraction(total, value.denominator)


exponents = st.integers(0, 120)
factors = st.integers(-(10**4), 10**4)


@st.composite
def numbers(draw):
    """Return an integer as such a sum, and as Python has it."""
    value, same = 0, 0
    for _ in range(draw(st.integers(1, 4))):
        base, n, c = draw(st.integers(2, 12)), draw(exponents), draw(factors)
        value, same = value + c * power(base, n), same + c * base**n
    return value, same


def check(value, same):
    assert written_out(value) == same
    if isinstance(value, PowerSum):
        assert value.sign == (same > 0) - (same < 0) and abs(same) >> SMALL["LEAST_BITS"] - 2
        assert hash(value) == hash(same) and abs(value) == abs(same) and (-value).sign == -value.sign


@given(numbers(), numbers())
def test_they_add_and_multiply_and_compare_as_integers_do(first, second):
    (x, a), (y, b) = first, second
    for work in (operator.add, operator.sub, operator.mul):
        check(work(x, y), work(a, b))
        check(work(x, b), work(a, b))
        check(work(a, y), work(a, b))
    for compared in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert compared(x, y) == compared(a, y) == compared(x, b) == compared(a, b)
        assert compared(x, x + 1) == compared(a, a + 1)
    assert max(x, y) == max(a, b)


@given(numbers(), st.integers(1, 10**6), st.integers(1, 50))
def test_they_are_divided_with_remainder_as_integers_are(pair, divisor, other):
    x, a = pair
    check(x // divisor, a // divisor)
    check(x % divisor, a % divisor)
    check(x // -divisor, a // -divisor)
    check((x - x % divisor) // divisor // other, a // divisor // other)
    assert written_out(x * Fraction(other, divisor)) == Fraction(a * other, divisor)
    assert x**2 == a**2


@given(st.integers(2, 9), st.integers(2, 9), st.integers(30, 60), st.integers(1, 10**4), st.integers(-99, 99))
def test_exponents_may_be_such_numbers(base, inner, n, modulus, more):
    exponent = power(inner, n) + more
    assume(isinstance(exponent, PowerSum))
    number = power(base, exponent)
    assert number % modulus == pow(base, inner**n + more, modulus)
    assert (number + more) // modulus * modulus + (number + more) % modulus == number + more
    assert power(base, exponent + 1) == base * number and number < power(base, exponent + 1) and number > exponent
    assert (number > power(2, exponent)) == (base > 2) and number * number == power(base * base, exponent)
    assert number - number == 0 and number + 1 > number and hash(number + 1) != hash(number)


@given(numbers())
def test_their_text_is_read_as_the_same_number(pair):
    x, a = pair
    assume(isinstance(x, PowerSum))
    check(read(text_of(x)), a)
    for number in (x * x // 7, power(3, abs(x)) - x):
        assert read(text_of(number)) == number


@given(numbers(), st.integers(1, 20))
def test_their_first_digits_are_right(pair, count):
    x, a = pair
    assume(isinstance(x, PowerSum))
    digits, exponent = first_digits(x, count)
    assert exponent == len(str(abs(a))) - 1
    assert digits == str(abs(a) * 10**count)[:count]
    assert tower(x)[0] == 1 and abs(tower(x)[1] - exponent) <= 1


def test_sizes_in_words():
    assert rounded_text(5 * GOOGOLS) == "5.00·10^100000000" and rounded_text(GOOGOLS - 1) == "9.99·10^99999999"
    assert rounded_text(-power(2, GOOGOLS)) == "-10^(10^99999999.47860977)"
    assert tower(power(2, power(3, 3 * GOOGOLS))) == (3, 100000000.15575002)


def test_what_is_not_seen_is_refused(monkeypatch):
    monkeypatch.setattr(sums, "MOST_BITS", 64)
    ratio = Fraction(Decimal(3).ln() / Decimal(2).ln()).limit_denominator(10**12)
    n, m = ratio.denominator, ratio.numerator
    assert n > 10**11
    x, y = power(3, n), power(2, m)
    larger = Decimal(3).ln() * n > Decimal(2).ln() * m
    assert (x > y) == larger and (x - y > 1) == larger
    monkeypatch.setattr(bounds, "PRECISIONS", (64,))
    x, y = power(3, n), power(2, m)  # not those whose difference is known
    with pytest.raises(UndecidedError, match=rf"about 10\^{int(n * Decimal(3).log10())}"):
        assert x > y


@pytest.mark.parametrize("text", ["", "5", "2^9", "2^", "(2^99", "2^99)", "2^(99", "2^99 + x", "2^0", "0*2^99"])
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read(text)
    with pytest.raises(ValueError, match=r"bases"):
        read(f"{2**65}^99")


def test_factors_that_could_be_written_out_are_read_as_the_powers_they_are():
    assert read("2^13*5^12 - 3") == 2**13 * 5**12 - 3
