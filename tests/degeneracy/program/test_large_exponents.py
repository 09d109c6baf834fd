"""Machines whose fatal syndromes double with every step: values as long as 64 bits hold them, then the true reason."""

import numpy as np
import pytest
from seeds import slow_where

from noisytm import BudgetError, SynthesisProblem, TuringMachine, learning_coefficient
from noisytm.degeneracy.program._exact_simplex import scaled_products
from noisytm.degeneracy.program.exact_program import product, times

TUPLES = [
    ("a", "q1", "a", "q1", "L"), ("b", "q1", "b", "q1", "L"), ("c", "q1", "a", "q0", "S"),
    ("c", "q0", "a", "q1", "S"), ("b", "q0", "a", "q0", "L"), ("a", "q0", "a", "q0", "S"),
]  # fmt: skip
DOUBLING = TuringMachine(["a", "b", "c"], "c", ["q0", "q1"], "q1", TUPLES)
SEVERAL = ["accac", "bbaaa", "ca", "", "abccc"]


def coefficient(inputs, steps, chart):
    return learning_coefficient(SynthesisProblem.of_machine(DOUBLING, inputs, steps), DOUBLING, chart=chart)


@pytest.mark.parametrize("chart", ["simplex", "bits", "sphere"])
@pytest.mark.parametrize("steps", [34, 48, 51])
@slow_where("51-bits")
def test_values_with_exponents_of_up_to_50_bits(chart, steps):
    for inputs in ([""], SEVERAL):
        result = coefficient(inputs, steps, chart)
        result.certificate.verify()
        counts = [k for row in result.certificate.dual for _, k in row.syndrome]
        assert max(counts) > 2 ** (steps - 30)


@pytest.mark.parametrize("chart", ["simplex", "bits", "sphere"])
def test_beyond_that_the_error_says_so(chart):
    with pytest.raises(BudgetError, match=r"syndromes of more than 2\^5[0-9] errors, whose costs are beyond") as caught:
        coefficient([""], 60, chart)
    assert 0 < caught.value.partial.lower <= caught.value.partial.upper


def test_a_factor_of_zero_does_not_hide_another_that_is_too_large():
    huge = np.array([10**30, 1], dtype=object)
    assert product(np.zeros((1, 2), dtype=np.int64), huge).tolist() == [0]
    assert product(huge[None], np.zeros(2, dtype=np.int64)).tolist() == [0]
    assert times(np.zeros(2, dtype=np.int64), 10**30).tolist() == [0, 0]
    assert scaled_products(np.zeros((1, 1), dtype=np.int64), [10**30], 1).tolist() == [0]
