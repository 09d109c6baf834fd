"""What errors lead to, against a search over whole configurations, one step after the other."""

import itertools
import json
import random

import networkx as nx
import pytest

from noisytm import BudgetError, Description, ProblemError, SynthesisProblem, TuringMachine, error_graph, library, words
from noisytm.discrete import used_tuples

SHIFT = {"L": -1, "S": 0, "R": 1}


def random_case(seed):
    rng = random.Random(seed)
    symbols, states = (["0", "1"], ["a", "b", "H"]) if seed % 2 else (["0", "1", "2"], ["a", "b"])
    keys = list(itertools.product(symbols, ["a", "b"]))
    keys = rng.sample(keys, rng.randint(1, len(keys)))
    rows = [(s, q, rng.choice(symbols), rng.choice(states), rng.choice("LSR")) for s, q in keys]
    machine = TuringMachine(symbols, "0", states, "a", rows)
    inputs = rng.sample(["", "1", "11", "010", "1101"], 2)
    return SynthesisProblem.of_machine(machine, inputs, rng.randint(1, 3)), machine


def literal(problem, machine):
    """Return least errors by tuple and by passage: every run of the noisy machine on a tape in a dictionary."""
    tuples, passages = {}, {}
    current = {(frozenset(enumerate(word)), 0, machine.start): 0 for word in problem.inputs}

    def key(configuration):
        cells, head, state = configuration
        return dict(cells).get(head, machine.blank), state

    for made in range(problem.steps):
        after = {}
        for configuration, errors in current.items():
            here = key(configuration)
            tuples[here] = min(errors, tuples.get(here, errors))
            right = machine.table.get(here)
            if right is None or made == problem.steps - 1:
                continue
            cells, head, _ = configuration
            for effect in itertools.product(machine.symbols, machine.states, "LSR"):
                write, state, move = effect
                total = errors + sum(a != b for a, b in zip(effect, right, strict=True))
                then = (frozenset({**dict(cells), head: write}.items()), head + SHIFT[move], state)
                after[then] = min(total, after.get(then, total))
                passage = (here, key(then))
                passages[passage] = min(total, passages.get(passage, total))
        current = after
    return tuples, passages


def test_graphs_equal_the_search_over_whole_configurations():
    reached = set()
    for seed in range(24):
        problem, machine = random_case(seed)
        tuples, passages = literal(problem, machine)
        for most in (1, 2, 9):
            found = error_graph(problem, machine, max_errors=most)
            assert found.errors == {k: n for k, n in tuples.items() if n <= most}
            assert found.passages == {p: n for p, n in passages.items() if n <= most}
            assert set(machine.keys) | set(found.errors) == set(found.keys)
        reached |= set(passages.values())
    assert reached >= {0, 1, 2, 3, 4}


def drawn_keys(machine, keys):
    """Yield the keys that the tuples may have at a step, with the errors that makes."""
    named = list(itertools.product(machine.symbols, [q for q in machine.states if q not in machine.halting]))
    for drawn in itertools.product(named, repeat=len(machine.tuples)) if keys == "noisy" else [machine.keys]:
        pairs = zip(drawn, machine.keys, strict=True)
        yield drawn, sum(a != b for one, other in pairs for a, b in zip(one, other, strict=True))


def literal_list(problem, machine, keys):
    """Return what `literal` does, of a list: at each step all ways to draw its keys, and what its tuples do."""
    tuples, passages = {}, {}
    current = {(frozenset(enumerate(word)), 0, machine.start): 0 for word in problem.inputs}
    for made in range(problem.steps):
        after = {}
        for configuration, errors in current.items():
            cells, head, state = configuration
            here = dict(cells).get(head, machine.blank), state
            tuples[here] = min(errors, tuples.get(here, errors))
            for drawn, wrong in drawn_keys(machine, keys) if made < problem.steps - 1 else ():
                acting = [i for i, key in enumerate(drawn) if key == here]
                if not acting:
                    after[configuration] = min(errors + wrong, after.get(configuration, errors + wrong))
                    continue
                right = machine.tuples[acting[-1]][2:]
                for write, to, move in itertools.product(machine.symbols, machine.states, "LSR"):
                    total = errors + wrong + sum(a != b for a, b in zip((write, to, move), right, strict=True))
                    then = (frozenset({**dict(cells), head: write}.items()), head + SHIFT[move], to)
                    after[then] = min(total, after.get(then, total))
                    place = dict(then[0]).get(then[1], machine.blank), to
                    passages[here, place] = min(total, passages.get((here, place), total))
        current = after
    return tuples, passages


@pytest.mark.parametrize("keys", ["noisy", "exact"])
@pytest.mark.parametrize("seed", range(6))
def test_graphs_of_lists_equal_the_search_over_all_keys_that_may_be_drawn(seed, keys):
    rng = random.Random(seed)
    symbols, states = ["0", "1"], ["a", "b", "H"][: 2 + seed % 2]
    rows = [
        (rng.choice(symbols), rng.choice("ab"), rng.choice(symbols), rng.choice(states), rng.choice("LSR"))
        for _ in range(2)
    ]
    machine = Description(symbols, "0", states, "a", [*rows, rows[seed % 2]], ["H"][: seed % 2])
    problem = SynthesisProblem.of_machine(machine, [rng.choice(["", "1", "11"])], rng.randint(2, 3), keys=keys)
    tuples, passages = literal_list(problem, machine, keys)
    for most in (1, 2, 9):
        found = error_graph(problem, machine, max_errors=most)
        assert found.errors == {k: n for k, n in tuples.items() if n <= most}
        assert found.passages == {p: n for p, n in passages.items() if n <= most}
        assert set(machine.keys) | set(found.errors) == set(found.keys)


def test_what_counts_as_an_error_of_a_key():
    """Of three states c is 10: one flip makes it a, as 00 or as 11, and two make it b."""
    machine = Description(["_"], "_", ["a", "b", "c"], "a", [("_", "a", "_", "b", "S"), ("_", "c", "_", "c", "S")])
    problem = SynthesisProblem.of_machine(machine, [""], 3, keys="noisy")
    simplex, bits, sphere = (error_graph(problem, machine, chart=c) for c in ("simplex", "bits", "sphere"))
    assert simplex.errors == sphere.errors == {("_", "a"): 0, ("_", "b"): 0, ("_", "c"): 1}
    assert simplex.passages[("_", "b"), ("_", "c")] == 1 and bits.passages[("_", "b"), ("_", "c")] == 2


def test_no_errors_lead_to_the_used_tuples():
    for name in ("detectA", "palindrome", "binaryIncrement"):
        machine = library.machine(name)
        problem = SynthesisProblem.of_machine(machine, words(machine.symbols[1:3], 2), 8)
        found = error_graph(problem, machine)
        listed = {key for key, n in found.errors.items() if n == 0 and key in machine.table}
        assert listed == set(used_tuples(machine, problem.inputs, problem.steps))


def test_a_tuple_takes_as_many_errors_as_the_least_passage_to_it():
    machine = library.machine("palindrome")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2) if "A" in machine.symbols else [""], 6)
    found = error_graph(problem, machine, max_errors=3)
    starts = {(word[0] if word else machine.blank, machine.start) for word in problem.inputs}
    for key, errors in found.errors.items():
        into = [n for (_, head), n in found.passages.items() if head == key]
        assert errors == (0 if key in starts else min(into))
    assert all(n >= found.errors[tail] for (tail, _), n in found.passages.items())
    # Write any symbol, go to any state, stay: three errors at most.
    assert set(found.errors) >= set(machine.keys)


def test_the_graph_as_networkx_and_as_json():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 5)
    found = error_graph(problem, machine, max_errors=2)
    graph = found.graph
    assert isinstance(graph, nx.DiGraph) and list(graph.nodes) == list(found.keys)
    assert nx.get_node_attributes(graph, "errors") == found.errors
    assert nx.get_edge_attributes(graph, "errors") == found.passages
    assert json.loads(json.dumps(nx.adjacency_data(graph)))["nodes"]
    record = json.loads(json.dumps(found.to_json()))
    assert {(x["symbol"], x["state"]): x["errors"] for x in record["tuples"]} == found.errors
    assert {(tuple(x["from"]), tuple(x["to"])): x["errors"] for x in record["passages"]} == found.passages
    assert list(found.passages) == sorted(found.passages, key=lambda p: [found.keys.index(k) for k in p])
    again = error_graph(problem, machine, max_errors=2)
    assert list(again.passages) == list(found.passages) and again == found
    without = found.within(0)
    assert set(without.nodes) == {key for key, n in found.errors.items() if n == 0}
    assert set(without.edges) == {p for p, n in found.passages.items() if n == 0}
    assert set(found.within(2).edges) == set(found.passages)


def test_tuples_that_too_many_errors_lead_to_are_said_to_be_unknown():
    machine = library.machine("parityCheck")
    problem = SynthesisProblem.of_machine(machine, ["A"] if "A" in machine.symbols else [machine.symbols[1]], 2)
    found = error_graph(problem, machine, max_errors=1)
    beyond = set(machine.keys) - set(found.errors)
    assert beyond and beyond < set(found.graph.nodes)
    assert all("errors" not in found.graph.nodes[key] for key in beyond)
    assert {None} == {x["errors"] for x in found.to_json()["tuples"] if (x["symbol"], x["state"]) in beyond}


def test_more_errors_than_can_be_made_change_nothing():
    problem, machine = random_case(5)
    assert error_graph(problem, machine, max_errors=10**9).passages == literal(problem, machine)[1]


def test_budgets_and_bad_options():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 6)
    with pytest.raises(BudgetError, match=r"more than 40 configurations.*; complete up to [01] errors") as caught:
        error_graph(problem, machine, max_errors=3, max_configurations=40)
    part = caught.value.partial
    assert part == error_graph(problem, machine, max_errors=max(part.max_errors, 1)) or part.max_errors == 0
    for bad in (0, -1, "2", 1.5):
        with pytest.raises(ProblemError, match="max_errors is"):
            error_graph(problem, machine, max_errors=bad)
        with pytest.raises(ProblemError, match="max_configurations is"):
            error_graph(problem, machine, max_configurations=bad)
    with pytest.raises(ProblemError, match="chart is 'polar'"):
        error_graph(problem, machine, chart="polar")
