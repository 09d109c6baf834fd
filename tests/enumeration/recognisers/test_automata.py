"""Automata that accept what leads to the halt: the kernel against the readable search, proofs against plain runs."""

import dataclasses
import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import enumerate_machines
from noisytm.enumeration import reference, tree
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.recognisers import RECOGNISERS, table_of
from noisytm.enumeration.recognisers.automata import ClosedAutomaton, closed_automaton, proves_automaton
from noisytm.enumeration.table import configurations

AUTOMATA = RECOGNISERS["automata"]
IN_THE_SEARCH = ("closed", "cycles", "translated")


@functools.cache
def machines(states, symbols, kind="holdout", recognisers=IN_THE_SEARCH):
    """Return the rows of the machines of a class of a whole tree."""
    options = EnumerationOptions(states, symbols, recognisers=recognisers)
    rows = tree.search(options, tree.root_table(options), trunk=True, classes=("halted", kind))[1]
    ends = [row for row in rows if row[-1]]
    found = [rows[rows[:, -2] == options.classes.index(kind)]]
    return np.concatenate([*found, *(tree.search(options, row[: options.cells], classes=(kind,))[1] for row in ends)])


def sample(rows, number):
    return rows[np.random.default_rng(3).permutation(len(rows))[:number]]


def options_of(largest, most=100_000):
    return {"automata": largest, "max_tried": most}


def agree(rows, symbols, largest, most=100_000):
    found = AUTOMATA.decide(rows, symbols, options_of(largest, most))
    expected = [
        AUTOMATA.prove(table_of(row[:-3].tolist(), symbols), symbols, options_of(largest, most)) for row in rows
    ]
    assert found.tolist() == [proof is not None for proof in expected]
    return [proof for proof in expected if proof is not None]


def test_the_kernel_finds_what_the_readable_search_finds():
    found = agree(sample(machines(4, 2), 40), 2, 3)
    assert 20 < len(found) < 40 and {proof.side for proof in found} == {-1, 1}
    assert {len(proof.transitions) for proof in found} == {1, 2, 3}
    assert 15 < len(agree(sample(machines(2, 3), 30), 3, 1)) < 30


@sweep
@pytest.mark.parametrize("most", [1, 2, 7, 30])
def test_both_give_up_after_the_same_transition(most):
    rows = sample(machines(3, 2), 60)
    assert len(agree(rows, 2, 3, most)) <= len(agree(rows, 2, 3))


def test_no_automata_decide_nothing():
    assert not AUTOMATA.decide(machines(3, 2), 2, options_of(0)).any()


def test_no_machine_that_halts_is_said_not_to():
    for size in [(3, 2), (2, 3), (4, 2)]:
        rows = machines(*size, "halted")
        assert not AUTOMATA.decide(sample(rows, 2000), size[1], options_of(2)).any()
        longest = enumerate_machines(*size).tally.longest.first[:, :-1]
        padded = np.hstack([longest, np.zeros((len(longest), 3), np.int64)])
        assert not AUTOMATA.decide(padded, size[1], options_of(4)).any()


def accepts(proof, states, configuration):
    """Return whether a configuration is accepted, read cell by cell."""
    state, head, tape = configuration
    side = proof.side
    reach = 2 + max((abs(x - head) for x in tape), default=0)
    q = 0
    for x in range(head + side * reach, head, -side):
        q = proof.transitions[q][tape.get(x, 0)]
    now = {q * states + state}
    for x in range(head, head - side * reach, -side):
        now = {j for i in now for j in range(len(proof.follow[0])) if proof.follow[tape.get(x, 0)][i] >> j & 1}
    return any(proof.accepted >> i & 1 for i in now)


def proved(number, states=4, symbols=2):
    rows = sample(machines(states, symbols), number)
    tables = [table_of(row[:-3].tolist(), symbols) for row in rows]
    found = [(table, AUTOMATA.prove(table, symbols, options_of(3))) for table in tables]
    return [(table, proof) for table, proof in found if proof is not None]


def test_a_run_is_never_accepted_and_a_halt_always_is():
    found = proved(40)
    assert len(found) > 25
    for table, proof in found:
        states = proof_states(table)
        assert proves_automaton(table, proof)
        for step, (state, head, tape) in enumerate(configurations(table)):
            assert not accepts(proof, states, (state, head, tape))
            if step == 60:
                break
        rng = np.random.default_rng(1)
        missing = [(f, b) for f in range(states) for b in range(2) if (f, b) not in table]
        for f, b in missing:
            tape = {x: int(rng.integers(2)) for x in range(-5, 6)} | {0: b}
            assert accepts(proof, states, (f, 0, tape))


def proof_states(table):
    return 1 + max(max(f, t) for (f, _), (_, _, t) in table.items())


def test_whatever_is_changed_breaks_a_proof_or_leaves_one():
    """Of the closure nothing can be left out, and no transition be bent, unless it asks for no more."""
    table, proof = max(proved(30), key=lambda pair: len(pair[1].transitions))
    broken = 0
    for b, rows in enumerate(proof.follow):
        for i, mask in enumerate(rows):
            for j in range(len(rows)):
                if mask >> j & 1:
                    less = [list(r) for r in proof.follow]
                    less[b][i] ^= 1 << j
                    changed = dataclasses.replace(proof, follow=tuple(map(tuple, less)))
                    assert not proves_automaton(table, changed)
                    broken += 1
    assert broken > 20
    for bit in range(len(proof.follow[0])):
        assert not proves_automaton(table, dataclasses.replace(proof, accepted=proof.accepted ^ 1 << bit))
    assert not proves_automaton(table, dataclasses.replace(proof, side=-proof.side))


@pytest.mark.parametrize(
    "change",
    [
        {"side": 0},
        {"transitions": ()},
        {"transitions": ((0,),)},
        {"transitions": ((0, 1),)},
        {"transitions": ((0, -1),)},
        {"follow": ((1, 2),)},
        {"follow": ((1,), (2,))},
        {"follow": ((1, 6), (2, 2))},
        {"follow": ((1, 0), (2, 2))},
        {"accepted": 0},
        {"accepted": 3},
        {"accepted": 6},
    ],
)
def test_what_is_no_proof_is_refused(change):
    table = {(0, 0): (1, 1, 0)}
    proof = closed_automaton(table, 2, -1, 1)
    assert proof == ClosedAutomaton(-1, ((0, 0),), ((1, 2), (2, 2)), 2)
    assert proves_automaton(table, proof)
    assert not proves_automaton(table, dataclasses.replace(proof, **change))


def test_a_first_state_that_blanks_leave_is_refused():
    """The tape begins blank far away, and it must not matter where the automaton begins to read."""
    table = {(0, 0): (0, 1, 0)}
    good = closed_automaton(table, 2, -1, 1)
    assert proves_automaton(table, good)
    follow = ((1 << 0, 1 << 1, 1 << 2), (1 << 2, 1 << 2, 1 << 2))
    two = ClosedAutomaton(-1, ((0, 0), (1, 1)), follow, 4)
    assert proves_automaton(table, two)
    assert not proves_automaton(table, dataclasses.replace(two, transitions=((1, 0), (1, 1))))


def test_a_proof_for_a_filled_cell_is_none_for_the_machine_that_halts_there():
    found = 0
    for row in sample(machines(4, 2, "halted"), 60):
        halting, (state, symbol) = table_of(row[:-3].tolist(), 2), divmod(int(row[-3]), 2)
        filled = halting | {(state, symbol): (1, 1, state)}
        if proof := AUTOMATA.prove(filled, 2, options_of(2)):
            assert proves_automaton(filled, proof) and not proves_automaton(halting, proof)
            found += 1
    assert found > 20


ENTRIES = st.none() | st.tuples(st.integers(0, 2), st.sampled_from([-1, 1]), st.integers(0, 2))


@sweep
@settings(max_examples=examples(100, 30), deadline=None)
@given(cells=st.lists(ENTRIES, min_size=9, max_size=9), largest=st.integers(1, 2))
def test_any_machine(cells, largest):
    """A proof holds, the kernel finds the same, and the machine does not halt."""
    table = {divmod(place, 3): entry for place, entry in enumerate(cells) if entry is not None}
    options = EnumerationOptions(3, 3)
    row = [-1 if c is None else tree.entry_of(options, c[2], c[0], (c[1] + 1) // 2) for c in cells]
    for proof in agree(np.array([[*row, -1, 0, 0]]), 3, largest):
        assert proves_automaton(table, proof)
        assert reference.run(table, 200, cycles=False, translated=False) is None
