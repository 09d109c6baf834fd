"""The compiled search against the readable one, and the proofs of the readable one against plain runs."""

import functools
import random
from collections import Counter

import numpy as np
import pytest
from seeds import slow_where

from noisytm import enumerate_machines, parse
from noisytm.discrete import trace
from noisytm.enumeration import reference
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.recognisers import ClosedGraph, Cycle, TranslatedCycle, classes
from noisytm.enumeration.tree import entry_of, search, text_of, trunk

CLASSES = classes()


def text(options, node):
    """Return the bbchallenge text of a machine of the readable search."""
    table = [-1] * options.cells
    for (state, symbol), (write, move, following) in node.table.items():
        table[state * options.symbols + symbol] = entry_of(options, following, write, (move + 1) // 2)
    halts = node.outcome.cell if isinstance(node.outcome, reference.Halt) else None
    return text_of(options, [*table, -1 if halts is None else halts[0] * options.symbols + halts[1]])


def decoded(options, row):
    """Return a row of the compiled search as a table of the readable one."""
    return {
        divmod(place, options.symbols): (entry >> 1 & 127, 2 * (entry & 1) - 1, (entry >> 8) // options.symbols)
        for place, entry in enumerate(row[: options.cells].tolist())
        if entry >= 0
    }


def classified(options, nodes):
    return [(text(options, node), reference.class_of(node.outcome)) for node in nodes]


def in_the_kernel(options, root):
    _, rows = search(options, root, classes=CLASSES)
    return [(text_of(options, row[:-2]), CLASSES[row[-2]]) for row in rows]


@pytest.mark.parametrize("root", ["full", "1RB"])
@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("recognisers", [("closed", "cycles", "translated"), ("cycles", "words"), ("closed",), ()])
def test_the_whole_tree_of_two_states(root, complete, recognisers):
    found = enumerate_machines(
        2, 2, root=root, max_steps=120, complete=complete, recognisers=recognisers, words=[(2, 3)]
    )
    expected = classified(found.options, reference.nodes(found.options))
    assert found.counts == dict.fromkeys(CLASSES, 0) | Counter(name for _, name in expected)
    for kind in CLASSES:
        assert list(found.texts(kind)) == [x for x, name in expected if name == kind]
    halts = [n.outcome for n in reference.nodes(found.options) if isinstance(n.outcome, reference.Halt)]
    assert (found.steps, found.score) == (max(h.steps for h in halts), max(h.score for h in halts))


@pytest.mark.parametrize(("states", "symbols", "ordered"), [(3, 2, True), (2, 3, True), (2, 3, False)])
@slow_where("2-3-True")
def test_random_subtrees(states, symbols, ordered):
    options = EnumerationOptions(states, symbols, max_steps=250, ordered_symbols=ordered, max_contexts=200)
    ends = trunk(options)[1]
    assert len(ends) > 5
    for end in random.Random(7).sample(ends, 3):
        found = in_the_kernel(options, end)
        table = decoded(options, end)
        expected = classified(options, reference.subtree(options, table, next(iter(table))))
        assert expected[0][1] == "halted" and found == expected[1:]


def test_random_machines_of_four_states():
    """A machine, its children and theirs, from anywhere in the tree."""
    options = EnumerationOptions(4, 2, max_steps=150, max_contexts=200)
    ends = trunk(options)[1]
    generator = random.Random(11)
    for end in generator.sample(ends, 6):
        _, rows = search(options, end, classes=("halted",))
        deep = [row for row in rows if np.count_nonzero(row[: options.cells] < 0) == 2]
        root = generator.choice(deep)[: options.cells]
        table = decoded(options, root)
        assert in_the_kernel(options, root) == classified(options, reference.subtree(options, table, (0, 0)))[1:]


OPTIONS = EnumerationOptions(3, 2, max_steps=200, max_contexts=200)


@functools.cache
def all_nodes():
    return list(reference.nodes(OPTIONS))


def proofs(kind, number):
    return random.Random(3).sample([node for node in all_nodes() if isinstance(node.outcome, kind)], number)


def configurations(node, steps):
    """Return the configurations of a plain run."""
    found = list(trace(parse(text(OPTIONS, node), "bbchallenge"), "", steps))
    assert len(found) == steps + 1
    return found


def symbol_at(configuration, x):
    at = x - configuration.origin
    return int(configuration.cells[at]) if 0 <= at < configuration.cells.size else 0


def test_a_cycle_comes_back_to_its_configuration():
    for node in proofs(Cycle, 60):
        proof = node.outcome
        run = configurations(node, proof.preperiod + proof.period)
        first, again = run[proof.preperiod], run[-1]
        span = range(min(first.leftmost, again.leftmost), max(first.rightmost, again.rightmost) + 1)
        assert proof.period > 0 and (first.state, first.head) == (again.state, again.head)
        assert [symbol_at(first, x) for x in span] == [symbol_at(again, x) for x in span]


def test_a_translated_cycle_comes_back_further_along():
    for node in proofs(TranslatedCycle, 100):
        proof = node.outcome
        run = configurations(node, proof.preperiod + 3 * proof.period)
        first, again, third = (run[proof.preperiod + k * proof.period] for k in (0, 1, 3))
        side = 1 if proof.offset > 0 else -1
        assert first.state == again.state == third.state
        assert again.head - first.head == proof.offset and third.head - first.head == 3 * proof.offset
        for c in (first, again):  # the head stands on the outermost cell it has visited
            assert c.head == (c.rightmost if side > 0 else c.leftmost)
        window = [first.head - side * k for k in range(proof.reach + 1)]
        between = run[proof.preperiod : proof.preperiod + proof.period + 1]
        assert max(side * (first.head - c.head) for c in between) == proof.reach
        assert [symbol_at(first, x) for x in window] == [symbol_at(again, x + proof.offset) for x in window]


def test_a_closed_graph_has_no_way_out():
    for node in proofs(ClosedGraph, 100):
        proof = node.outcome
        entries = [node.table[state, symbol] for state in proof.states for symbol in proof.symbols]
        assert proof.state in proof.states
        assert {following for _, _, following in entries} <= proof.states
        assert {write for write, _, _ in node.table.values()} | {0} <= proof.symbols
        assert reference.run(node.table, 300, cycles=False, translated=False) is None


def test_a_machine_one_step_short_of_its_cycle_is_a_holdout():
    node = proofs(Cycle, 1)[0]
    steps = node.outcome.preperiod + node.outcome.period
    assert reference.run(node.table, steps) is None
    assert reference.run(node.table, steps + 1) == node.outcome


def test_records_that_only_look_alike_are_no_proof():
    """The champion of four states makes records in one state on one side; what is behind the head differs."""
    champion = enumerate_machines(4, 2).longest[0]
    digits = {"A": 0, "B": 1, "C": 2, "D": 3}
    table = {
        (digits[t.state], int(t.read)): (int(t.write), {"L": -1, "R": 1}[t.move], digits[t.next])
        for t in champion.tuples
        if t.next in digits
    }
    assert reference.run(table, 500) == reference.Halt(cell=(2, 0), steps=107, score=13)
