"""Polynomials in open counts, rules about rules, and what they say of runs far too long to follow."""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seeds import ALL_SEEDS, sweep

from noisytm.discrete import Configuration, run
from noisytm.discrete.chain import accelerated
from noisytm.discrete.chain.forms import Form, Series, at, binomial, composed, variable
from noisytm.discrete.chain.rules import most_within
from noisytm.formats import parse
from noisytm.machine import TuringMachine

ONE_SIDED = parse("1RB1LA0LA_2LA0RA---")  # a sweep crosses the tape block by block, three moves each
CHAMPION = parse("1RB2LA1LC_0LA2RB1LB_1RZ1RA1RC")
HUGE = {  # leading digits and exponents of steps and score, as the tables of records give them
    "1RB2LA1RA2LB2LA_0LA2RB3RB4RA1RZ": ("19", 704, "17", 352),
    "1RB0LE_1LC0RA_1LD0RC_1LE0LF_1LA1LC_1LE1RZ": ("25", 2879, "46", 1439),
}


@st.composite
def forms(draw, variables=3):
    """Sums of products of counts and binomials, which have integer values and fractions as coefficients."""
    total = draw(st.integers(-9, 9))
    for _ in range(draw(st.integers(1, 4))):
        term = variable(draw(st.integers(0, variables - 1))) * draw(st.integers(-5, 5).filter(bool))
        if draw(st.booleans()):
            term = term * (variable(draw(st.integers(0, variables - 1))) + draw(st.integers(-3, 3)))
        if draw(st.booleans()):
            term = term + binomial(variable(draw(st.integers(0, variables - 1))) + 1, draw(st.integers(1, 3)))
        total = term + total
    return total


counts = st.lists(st.integers(1, 50), min_size=3, max_size=3)


@given(forms(), forms(), counts)
def test_arithmetic_is_that_of_the_values(a, b, x):
    assert at(a + b, x) == at(a, x) + at(b, x)
    assert at(a * b, x) == at(a, x) * at(b, x)
    if not isinstance(a, int):
        assert at(a - b, x) == at(a, x) - at(b, x)
        assert a - a == 0 and isinstance(a - a, int)


@given(forms(), st.lists(forms(), min_size=3, max_size=3), counts)
def test_composition_is_substitution(a, inner, x):
    assert at(composed(a, inner), x) == at(a, [at(form, x) for form in inner])


@given(forms(), st.lists(st.integers(-4, 4), min_size=3, max_size=3), counts, st.integers(0, 30))
def test_series_sum_what_they_say(a, changes, x, times):
    values = [at(a, [n + r * c for n, c in zip(x, changes, strict=True)]) for r in range(times)]
    series = Series.along(a, changes)
    assert series.total(x, times) == sum(values)
    assert series.total([], 0) == 0
    opened = series.total_form([variable(i) for i in range(3)], variable(3))
    assert at(opened, [*x, times]) == sum(values)


def test_a_value_that_is_no_integer_is_an_error():
    half = Form({(0,): 1}, 2)
    assert at(half, [4]) == 2
    with pytest.raises(ArithmeticError, match="1/2 is not an integer"):
        at(half, [1])
    with pytest.raises(ArithmeticError, match="3/2 is not an integer"):
        composed(half, [3])


def chain(machine, width, moves, steps=10**100):
    found = accelerated.ChainRun(Configuration.initial(machine), width, counting=True)
    found.go(steps, moves)
    return found


def test_a_rule_about_a_rule_has_polynomial_steps():
    """The sweep's steps are a rule; that it comes back longer is a rule in which the first is used up."""
    found = chain(ONE_SIDED, 2, 2000)
    degrees = sorted(len(rule.steps.differences) - 1 for rule in found.prover.rules.entries.values())
    assert degrees[0] == 0 and degrees[-1] >= 1
    assert found.prover.moves < 1000 and found.tape.steps > 10**99


@pytest.mark.parametrize("machine", [ONE_SIDED, CHAMPION], ids=["bouncer", "champion"])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_rules_about_rules_at_any_stopping_point(machine, width):
    rng = random.Random(width)
    for steps in [rng.randint(0, 3_000_000) for _ in range(12)]:
        found = accelerated.ChainRun(Configuration.initial(machine), width, counting=True)
        while found.go(steps, 1000):
            pass
        expected = run(machine, max_steps=steps, method="direct", counts=True, cycles=0)
        assert found.configuration(steps) == expected.configuration
        assert accelerated.tallied(machine, found.uses) == expected.counts


CLOSING_IN = TuringMachine(  # two marks move towards each other, with a sweep between them that becomes shorter
    ["0", "1"], "0", ["A", "B", "C", "D"], "D",
    [("0", "A", "0", "A", "R"), ("1", "A", "1", "B", "L"), ("0", "B", "1", "C", "L"), ("0", "C", "0", "C", "L"),
     ("1", "C", "1", "D", "R"), ("0", "D", "1", "A", "R")],
)  # fmt: skip


def test_applications_that_take_fewer_and_fewer_steps():
    """Counted on beyond the last one, their sum becomes less again, and would seem to fit."""
    found = accelerated.ChainRun(Configuration.initial(CLOSING_IN, "0" * 201 + "1"), 1, counting=True)
    found.go(3000, 1000)
    (rule,) = found.prover.rules.entries.values()
    assert rule.changes == (1, -2, 1)
    counts = [50, 201, 50]
    totals = [rule.steps.total(counts, times) for times in range(rule.times(counts) + 1)]
    assert totals[100] > rule.steps.total(counts, 128) > totals[64]
    for room in range(0, totals[-1] + 2, 13):
        assert rule._within(counts, 100, room) == bisect.bisect_right(totals, room) - 1


@pytest.mark.parametrize("method", ["chain", "auto"])
def test_stopping_among_them(method):
    word = "0" * 801 + "1"
    for steps in range(1000, 323_000, 7919):
        expected = run(CLOSING_IN, word, steps, "direct", counts=True, cycles=0)
        found = run(CLOSING_IN, word, steps, method, counts=True, cycles=0)
        assert (found.configuration, found.counts) == (expected.configuration, expected.counts)


def falsified(rule):
    """Yield the rule with a mistake in it."""
    for i in range(len(rule.changes)):
        changes = [n + (i == j) for j, n in enumerate(rule.changes)]
        yield dataclasses.replace(rule, changes=tuple(changes))
    first, *others = rule.steps.differences
    yield dataclasses.replace(rule, steps=Series((first + 1, *others)))
    if rule.conditions:
        yield dataclasses.replace(rule, conditions=tuple(c._replace(form=c.form + 1) for c in rule.conditions))


def test_false_rules_are_noticed():
    """The comparison above can fail: any one mistake in any one rule that is used leads to another configuration."""
    steps = 60_000
    expected = run(ONE_SIDED, max_steps=steps, method="direct").configuration
    noticed = 0
    rules = chain(ONE_SIDED, 2, 400, steps).prover.rules
    for shape, rule in rules.entries.items():
        for wrong in falsified(rule):
            found = accelerated.ChainRun(Configuration.initial(ONE_SIDED), 2, counting=False)
            found.prover.rules.entries[shape] = wrong
            found.prover.rules._depths.update(rules._depths)
            try:
                more = found.go(steps, 100_000)
                noticed += more or found.configuration(steps) != expected
            except (ArithmeticError, IndexError, AssertionError):
                noticed += 1
    assert noticed >= 4


@sweep
@pytest.mark.parametrize("text", HUGE if ALL_SEEDS else list(HUGE)[:1])
def test_astronomically_long_runs(text):
    first_steps, steps, first_score, score = HUGE[text]
    result = run(parse(text), max_steps=10**4000)
    assert result.reason == "halted" and result.method == "chain"
    assert (str(result.steps)[:2], len(str(result.steps)) - 1) == (first_steps, steps)
    assert (str(result.score)[:2], len(str(result.score)) - 1) == (first_score, score)


def test_proofs_cost_no_more_than_the_moves():
    found = chain(parse("1RB1LA_0LC0RE_---1LD_1RA0LC_1RA1RE"), 4, 3000)
    assert 0 < found.prover.effort <= found.prover.moves


@given(st.integers(0, 200), st.integers(0, 10**6), st.sampled_from([(1, 0), (3, 1), (1, 7), (90, -1), (5, 40)]))
def test_as_often_as_fits(most, room, coefficients):
    first, more = coefficients  # of the steps of an application, which may become less

    def total(k):
        return sum(max(1, first + more * r) for r in range(k))

    expected = max(k for k in range(most + 1) if total(k) <= room)
    assert most_within(total, most, room) == expected


def test_as_often_as_fits_takes_few_looks():
    looks = []
    for power in (2, 3, 5):
        room = 10**20_000 + 12345

        def total(k, power=power):
            looks.append(k)
            return k**power

        found = most_within(total, room, room)
        assert found**power <= room < (found + 1) ** power
    assert len(looks) < 400


def test_binomials():
    assert [binomial(5, k) for k in range(7)] == [1, 5, 10, 10, 5, 1, 0]
    for n, k in itertools.product(range(6), range(4)):
        assert at(binomial(variable(0), k), [n]) == binomial(n, k)


def test_huge_numbers_are_divided_by_another_library_with_the_same_result(monkeypatch):
    """How often a rule fits is found by divisions, which take Python itself minutes with a million digits."""
    from noisytm.discrete.chain import rules

    machines = [ONE_SIDED, CHAMPION, *map(parse, HUGE)]
    limits = [10**5 + 7, 10**9 + 1, 10**17, 10**200 + 3]
    found = [[run(m, max_steps=limit, method="chain") for limit in limits] for m in machines]
    searched = []
    monkeypatch.setattr(rules, "HUGE", 0)
    within = rules.most_within
    monkeypatch.setattr(rules, "most_within", lambda *how: searched.append(type(how[2]).__name__) or within(*how))
    assert [[run(m, max_steps=limit, method="chain") for limit in limits] for m in machines] == found
    assert set(searched) == {"fmpz"} and len(searched) > len(machines)
