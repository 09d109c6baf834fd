"""What is known of a search that is ended before it is cut into pieces."""

from fractions import Fraction

import pytest

from noisytm import SynthesisProblem, global_learning_coefficient, library, solutions, words
from noisytm._clock import limited
from noisytm.errors import BudgetError
from noisytm.show import describe_least, describe_solutions

PROBLEM = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)


def test_the_bracket_is_said_and_that_nothing_is_known_of_codes():
    with limited(0.0), pytest.raises(BudgetError) as ended:
        global_learning_coefficient(PROBLEM)
    found = ended.value.partial
    assert not found.complete and found.lower_bound == Fraction(0) and found.upper_bound is None
    assert "least λ  0 ≤ λ, not complete" in describe_least(found)
    assert "whether there is one is not known" in describe_least(found)
    assert "0 ≤ least λ, not complete, no code that solves the problem found so far" in repr(found)
    assert "solutions" not in found.to_json()


@pytest.mark.parametrize("way", [{}, {"pieces": 10}])
def test_counts_of_a_part_are_called_so(way):
    with limited(0.0), pytest.raises(BudgetError) as ended:
        solutions(PROBLEM, **way)
    assert "solve it, so far" in describe_solutions(ended.value.partial)
