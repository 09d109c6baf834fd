"""The truncated semirings against plain ideals and sympy's polynomials, on random sums and products."""

import itertools
from collections import Counter

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.polys.rings import ring

from noisytm import BudgetError
from noisytm.algebra import semirings, truncated

VARIABLES = 3
OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["plus", "times"]), st.integers(0, 99), st.integers(0, 99)), max_size=14
)


def values(algebra, operations):
    """Return what the operations make of the variables, zero and one, each on two of the values made before."""
    made = [algebra.variable(i) for i in range(VARIABLES)] + [algebra.zero, algebra.one]
    for operation, i, j in operations:
        made.append(getattr(algebra, operation)(made[i % len(made)], made[j % len(made)]))
    return made


def exponents(monomial):
    return tuple(Counter(monomial)[i] for i in range(VARIABLES))


def below(limit, known):
    """Return a test of exponents: of at most this degree, and no multiple of a known monomial."""
    cut = [exponents(m) for m in known]
    return lambda e: sum(e) <= limit and not any(all(k <= x for k, x in zip(c, e, strict=True)) for c in cut)


@settings(max_examples=60, deadline=None)
@given(OPERATIONS, st.integers(0, 5), st.sets(st.sampled_from([(0, 1), (2, 2), (0, 0, 2), (1,)]), max_size=2))
def test_ideals_are_the_plain_ones_without_what_is_left_out(operations, limit, known):
    wanted = below(limit, known)
    mine = truncated.Monomials(limit, sorted(known))
    for plain, value in zip(
        values(semirings.Monomials(VARIABLES), operations), values(mine, operations), strict=True
    ):  # fmt: skip
        assert {exponents(m) for m in value} == {e for e in plain if wanted(e)}
        assert mine.size(value) == len(value) and all(list(m) == sorted(m) for m in value)


@settings(max_examples=60, deadline=None)
@given(OPERATIONS)
def test_without_a_limit_ideals_are_the_plain_ones(operations):
    pairs = zip(
        values(semirings.Monomials(VARIABLES), operations), values(truncated.Monomials(), operations), strict=True
    )
    assert all({exponents(m) for m in value} == plain for plain, value in pairs)


@settings(max_examples=60, deadline=None)
@given(OPERATIONS, st.integers(0, 4), st.sets(st.integers(0, VARIABLES - 1)))
def test_polynomials_are_those_of_sympy_cut_at_a_degree_and_at_the_other_variables(operations, limit, kept):
    polynomials, *generators = ring("x0, x1, x2", sympy.ZZ)

    class Whole(semirings.Numbers):
        def variable(self, index):
            return generators[index] if index in kept else polynomials.zero

    whole, mine = Whole(polynomials.zero, polynomials.one), truncated.Polynomials(sorted(kept), limit)
    for exact, value in zip(values(whole, operations), values(mine, operations), strict=True):
        terms = {e: int(c) for e, c in exact.terms()} if exact else {}
        for degree in range(limit + 1):
            found = {exponents(m): c for m, c in mine.terms(value, degree).items()}
            assert found == {e: c for e, c in terms.items() if sum(e) == degree}
        assert mine.size(value) == sum(sum(e) <= limit for e in terms)


@settings(max_examples=60, deadline=None)
@given(OPERATIONS, st.integers(1, 6))
def test_costs_are_exact_up_to_the_limit(operations, limit):
    class Plain(semirings.MinPlus):
        def variable(self, _):
            return 1

    costs = truncated.Costs(limit)
    for plain, value in zip(values(Plain(), operations), values(costs, operations), strict=True):
        assert value == (plain if plain <= limit else costs.zero)
        assert costs.size(value) == (plain <= limit)
        assert costs.exceeded or value == plain


def test_a_divisor_is_found_in_either_way():
    among = frozenset(itertools.combinations_with_replacement(range(6), 2))
    for monomial in itertools.combinations_with_replacement(range(8), 3):
        divides = [all(Counter(m)[i] <= Counter(monomial)[i] for i in m) for m in among]
        assert truncated._has_divisor(monomial, among) == any(divides)
        few = frozenset({(0, 0), (5, 6)})
        assert truncated._has_divisor(monomial, few) == (monomial[:2] == (0, 0) or {5, 6} <= set(monomial))


def test_a_budget_counts_what_is_formed():
    unlimited = truncated.Budget(None, "terms")
    unlimited.spend(10**9)
    budget = truncated.Budget(4, "terms")
    budget.spend(4)
    with pytest.raises(BudgetError, match="more than 4 terms are formed"):
        budget.spend(1)
