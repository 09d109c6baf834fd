"""Sets of accepted outcomes: the automata against all words, one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import SynthesisProblem, TuringMachine
from noisytm.errors import BudgetError
from noisytm.problem import acceptance
from noisytm.problem.acceptance import ACCEPT, REJECT, automaton


@st.composite
def sets(draw):
    """Draw (words, cells, values, radius)."""
    cells, values = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    word = st.tuples(*[st.integers(0, values - 1)] * cells)
    return draw(st.lists(word, min_size=1, max_size=6)), cells, values, draw(st.integers(0, cells - 1))


def near(word, words, radius):
    return any(sum(a != b for a, b in zip(word, other, strict=True)) <= radius for other in words)


def read(rows, word):
    """Return the sink in which a word ends."""
    at = 0
    for value in word:
        at = rows[at][value]
        if at < 0:
            return at
    raise AssertionError("the last layer leads to a node")


@sweep
@settings(max_examples=examples(300, 75), deadline=None)
@given(sets())
def test_an_automaton_accepts_what_is_near(case):
    words, cells, values, radius = case
    begins, rows = automaton(*case)
    for word in itertools.product(range(values), repeat=cells):
        assert read(rows, word) == (ACCEPT if near(word, words, radius) else REJECT)
    for c in range(cells):
        for row in rows[begins[c] : begins[c + 1]]:
            assert all(to in (ACCEPT, REJECT) or begins[c + 1] <= to < begins[c + 2] for to in row)


@sweep
@settings(max_examples=examples(200, 50), deadline=None)
@given(sets())
def test_an_automaton_has_a_node_for_every_undecided_continuation(case):
    words, cells, values, radius = case
    begins, _ = automaton(*case)
    assert begins[:2] == [0, 1]
    for c in range(1, cells):
        rests = list(itertools.product(range(values), repeat=cells - c))
        after = {
            tuple(near(start + rest, words, radius) for rest in rests)
            for start in itertools.product(range(values), repeat=c)
        }
        assert begins[c + 1] - begins[c] == sum(len(set(kinds)) == 2 for kinds in after)


@pytest.mark.parametrize("radius", range(4))
def test_one_word_takes_a_node_for_every_number_of_mistakes(radius):
    begins, _ = automaton([(0, 1) * 500], 1000, 2, radius)
    assert max(b - a for a, b in itertools.pairwise(begins)) == radius + 1


@sweep
@settings(max_examples=examples(100, 25), deadline=None)
@given(sets(), st.data())
def test_inputs_with_the_same_set_share_an_automaton(case, data):
    words, cells, values, radius = case
    targets = [words, words[::-1] + words, data.draw(st.lists(st.sampled_from(words), min_size=1)), [words[0]]]
    automata = acceptance.acceptance(targets, cells, values, radius)
    of_input, sole, layers, nodes = automata
    assert len({frozenset(t) for t in targets}) == len(layers) == len(sole)
    assert of_input[0] == of_input[1]
    for a, wanted in zip(of_input, targets, strict=True):
        first, end = layers[a, 0], layers[a, -1]
        rows = np.where(nodes >= 0, nodes - first, nodes)[first:end].tolist()
        accepted = 0
        for word in itertools.product(range(values), repeat=cells):
            good = near(word, wanted, radius)
            # a set of one word is written out cell by cell, whatever is certain before
            assert read(rows, word) == (ACCEPT if good else REJECT)
            accepted += good
        assert sole[a] == (accepted == 1)
        assert acceptance.most_nodes(automata) >= end - first


def test_a_budget_is_enforced(monkeypatch):
    monkeypatch.setattr(acceptance, "MAX_TRANSITIONS", 100)
    automaton([(0,) * 50], 50, 2, 0)
    with pytest.raises(BudgetError, match="more than 100 transitions; list fewer words, or read fewer cells"):
        automaton([(0,) * 50], 50, 2, 1)


@settings(max_examples=100, deadline=None)
@given(sets())
def test_problems_accept_what_their_automata_accept(case):
    words, cells, values, radius = case
    letters = "_abc"[:values]
    machine = TuringMachine(tuple(letters), "_", ("p",), "p", [])  # it rests, and reads its input
    accepted = list(dict.fromkeys("".join(letters[v] for v in word) for word in words))
    problem = SynthesisProblem.of_machine(
        machine, [accepted[0]], 1, f"tape:{cells}", {accepted[0]: accepted}, hamming=radius
    )
    _, _, layers, nodes = problem.encoded.acceptance
    assert layers[0, 0] == 0
    everything = list(itertools.product(range(values), repeat=cells))
    good = [tuple(letters[v] for v in word) for word in everything if read(nodes.tolist(), word) == ACCEPT]
    assert [word for word in itertools.product(letters, repeat=cells) if problem.accepts(0, word)] == good
    assert problem.sole_outcome(0) == (good[0] if len(good) == 1 else None)
    assert problem.accepts_everything(0) is (len(good) == len(everything))
