"""Rules that multiply counts, and the sums of exponentials that their steps are."""

from __future__ import annotations

import dataclasses
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seeds import sweep

from noisytm.discrete import Configuration, run
from noisytm.discrete.chain import accelerated, prover
from noisytm.discrete.chain.affine import Affine, AffineRule, _within, progressions
from noisytm.discrete.chain.book import SMALL, Book
from noisytm.discrete.chain.exponential import Progression, of_form
from noisytm.discrete.chain.forms import at, binomial, variable
from noisytm.discrete.chain.prover import Prover
from noisytm.discrete.direct import advance
from noisytm.formats import parse

GROWING = [  # a count that counts down multiplies another, by 2, 5, 5, and a product over a cycle of eight rules
    ("1RB---_1RC1RA_1RD0RB_1LE0RC_0LF0LD_0LB1LA", 2),
    ("1RB1LA------_1RC3LB1RB---_2LA2LC---0LC", 1),
    ("1RB1LA------_1RC3LB1RB0LC_2LA2LC---3LC", 1),
    ("1RB2LC3LA0RD_3LE2RB0RB1LE_1RD2LA------_1RF0LA1RD2LA_2RF3RF1LG---_1LA0RF3LA0RD_2RB3RB1LE1LH_3LE3LH---1RB", 2),
    ("1RB0LB_0RC1LB_1RD0LA_1LE1LF_1LA0LD_---1LE", 3),
]


@given(
    st.dictionaries(
        st.tuples(st.sampled_from([1, 2, 3, 6, -2]), st.integers(0, 4)), st.integers(-20, 20), min_size=1, max_size=5
    ),
    st.integers(0, 25),
)
def test_sums_of_powers_and_exponentials(terms, times):
    progression = Progression({key: Fraction(a) for key, a in terms.items()})
    values = [sum(a * b**r * r**p for (b, p), a in terms.items()) for r in range(times)]
    assert [progression.at(r) for r in range(times)] == values
    assert progression.total(times) == sum(values)


@given(
    st.integers(2, 9), st.integers(-3, 3), st.integers(-9, 9), st.integers(-3, 3), st.integers(1, 99),
    st.integers(1, 99), st.integers(0, 12),
)  # fmt: skip
def test_affine_changes_made_again_and_again(k, m, c, d, x, y, times):
    here = progressions([Affine(k, ((1, m),) if m else (), c), Affine(1, (), d)], [x, y])
    steps = binomial(variable(0), 2) + variable(0) * variable(1) * 3 + variable(1) + 7
    total = 0
    along = of_form(steps, here)
    for r in range(times):
        assert [n.at(r) for n in here] == [x, y]
        total += at(steps, [x, y])
        x, y = k * x + m * y + c, y + d
    assert along.total(times) == total


@pytest.fixture(autouse=True)
def _from_the_beginning(monkeypatch):
    monkeypatch.setattr(prover, "MULTIPLYING_FROM", 0)


@given(st.integers(2, 9), st.integers(1, 50), st.integers(1, 99), st.integers(0, 40), st.integers(0, 10**30))
def test_as_often_as_there_are_steps(k, x, y, most, room):
    here = progressions([Affine(k, (), 1), Affine(1, (), -1)], [x, y + most])
    for steps in (variable(0), variable(0) * variable(0) + variable(1), variable(1) * 1):
        along = of_form(steps, here)
        assert _within(along, most, room) == max(n for n in range(most + 1) if along.total(n) <= room)


def applied(monkeypatch):
    """Return a list that will have how often each rule is applied."""
    times = []
    apply = AffineRule.apply

    def noted(rule, tape, max_steps):
        times.append(apply(rule, tape, max_steps))
        return times[-1]

    monkeypatch.setattr(AffineRule, "apply", noted)
    return times


@sweep
@pytest.mark.parametrize("seed", range(20))
def test_runs_stop_where_direct_ones_do(seed, monkeypatch):
    times = applied(monkeypatch)
    machine, width = parse(GROWING[seed % len(GROWING)][0]), GROWING[seed % len(GROWING)][1]
    rng = random.Random(seed)
    for steps in [rng.randint(0, 2_000_000) for _ in range(5)]:
        found = accelerated.ChainRun(Configuration.initial(machine), width, counting=True)
        while found.go(steps, 1000):
            pass
        assert found.configuration(steps) == advance(Configuration.initial(machine), steps, None, 1 << 24)[0]
        assert steps == sum(found.uses.values())
    assert seed % len(GROWING) or max(times) > 1


@pytest.mark.parametrize(("text", "width"), GROWING[:4])
def test_with_and_without_such_rules(text, width, monkeypatch):
    times = applied(monkeypatch)

    def until(steps):
        found = accelerated.ChainRun(Configuration.initial(parse(text)), width, counting=True)
        while found.go(steps, 4000):
            pass
        return found.prover.moves, found.configuration(steps), found.uses

    moves, *quick = until(10**40)
    assert max(times) > 4
    monkeypatch.setattr(Prover, "_multiply", lambda *_: False)
    more_moves, *slow = until(10**40)
    assert quick == slow and moves < more_moves


def test_false_rules_are_noticed():
    """The comparisons above can fail: after a mistake in a rule that is used, the run is another one."""
    text, width = GROWING[2]

    def until(change):
        found = accelerated.ChainRun(Configuration.initial(parse(text)), width, counting=False)
        found.prover.affine_rules = Falsified(SMALL, change)
        found.go(10**40, 4000)
        return found.configuration(10**40)

    right = until(lambda rule: rule)
    first = until(lambda rule: dataclasses.replace(rule, steps=rule.steps + 1))
    second = until(lambda rule: dataclasses.replace(rule, changes=tuple(more_of(change) for change in rule.changes)))
    assert right not in (first, second)


class Falsified(Book):
    """A book that changes what is entered."""

    def __init__(self, least, change):
        super().__init__(least)
        self.change = change

    def add(self, tape, depth, entry):
        super().add(tape, depth, self.change(entry))


def more_of(change):
    return change._replace(constant=change.constant + 4) if change.factor > 1 else change


@pytest.mark.parametrize(
    ("text", "digits", "first"),
    [(GROWING[1][0], 783, "13"), (GROWING[3][0], 39456, "60"), (GROWING[4][0], 462, "64")],
)
def test_scores_of_many_digits(text, digits, first):
    result = run(parse(text), max_steps=10**90_000)
    assert result.halted
    score = result.score // 10 ** (digits - 1)
    assert 10 <= score < 100 and abs(score - int(first)) <= 1
