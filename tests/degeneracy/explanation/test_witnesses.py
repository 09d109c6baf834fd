"""What an explanation claims of runs: each is made again by the discrete engine, on a machine with these errors."""

import itertools
import random
from collections import Counter
from fractions import Fraction

import pytest
from random_cases import CHARTS, random_machine, random_prior, random_problem
from seeds import seeds, sweep

from noisytm import (
    Description,
    Face,
    SynthesisProblem,
    TuringMachine,
    explain,
    fatal_syndromes,
    learning_coefficient,
    library,
    run,
)
from noisytm.degeneracy.explanation import branch_text, side_by_side
from noisytm.degeneracy.syndromes import explained
from noisytm.problem import problem_from_mapping
from noisytm.relaxation.semantics import names_of

TUPLES = [("_", "a", "1", "b", "R"), ("_", "a", "_", "a", "S"), ("1", "a", "1", "b", "S"), ("_", "b", "1", "b", "R")]


def engine(machine, word, slips, steps, always=False):
    """Run a machine with errors by the discrete engine: its states know the step, whose table has the step's errors."""
    table = {}
    for t in range(steps):
        errors = {(s.at, s.kind): s.value for s in slips if always or t + 1 in s.steps}
        for i, (own_read, own_state, *action) in enumerate(machine.tuples):
            read, state = errors.get((i, "read"), own_read), errors.get((i, "in"), own_state)
            write, then, move = (errors.get((i, k), x) for k, x in zip(("write", "next", "move"), action, strict=True))
            table[read, f"{state}@{t}"] = (write, f"{then}@{t + 1}", move)
    states = [f"{q}@{t}" for t in range(steps + 1) for q in machine.states]
    tuples = [(*key, *action) for key, action in table.items()]
    unrolled = TuringMachine(machine.symbols, machine.blank, states, f"{machine.start}@0", tuples)
    return run(unrolled, word, steps).configuration


def read_off(problem, end):
    cells = end.symbols_from_head(max(problem.readout.reach, 1))
    return problem.readout.outcome(end.state.rpartition("@")[0], lambda k: cells[k])


def check_witness(problem, machine, witness):
    """Hold a witness against the engine."""
    word = problem.inputs[witness.input]
    if witness.outcome is not None:
        end = engine(machine, word, witness.slips, problem.steps, witness.always)
        assert read_off(problem, end) == witness.outcome
        assert not problem.accepts(witness.input, witness.outcome)
        assert len(witness.frames) == problem.steps + 1 and not witness.branches
        return
    assert witness.branches and not witness.always
    for n, branch in enumerate(witness.branches):
        assert branch_text(problem, branch)
        if branch.of:
            assert all(m < n and witness.branches[m].step == branch.step - 1 for m in branch.of)
            assert {step for slip in branch.slips for step in slip.steps} <= {branch.step}
        else:
            assert all(step <= branch.step for slip in branch.slips for step in slip.steps)
            end = engine(machine, word, branch.slips, branch.step)
            if branch.place is None:
                assert end.state.rpartition("@")[0] == branch.value
            else:
                at = end.head - end.origin + branch.place
                held = end.cells[at] if 0 <= at < len(end.cells) else machine.symbols.index(machine.blank)
                assert machine.symbols[held] == branch.value


def check(result):
    """Hold all that an explanation says against the engine and the certificate; return its witnesses."""
    why = explain(result)
    factor = Fraction(1, 2) if result.loss == "brier" else Fraction(1)
    assert sum(cell.cost for cell in why.cells) == result.value == factor * sum(row.weight for row in why.rows)
    assert [link.value for link in why.chain] == sorted(link.value for link in why.chain)
    names = result.certificate.coordinates
    for row, witness, reason, said in zip(why.rows, why.witnesses, why.reasons, why.sentences, strict=True):
        assert (witness is None) == bool(reason) == (said is None)
        if witness is None:
            continue
        check_witness(result.problem, result.machine, witness)
        if result.chart == "simplex" and result.face.is_code:
            entries = Counter()
            for slip in witness.slips:
                entries[slip.at, slip.kind, slip.value] += 1 if witness.always else len(slip.steps)
            places = result.machine.keys
            wanted = Counter()
            for j, k in row.syndrome:
                at = names[j].place if isinstance(names[j].place, int) else places.index(names[j].place)
                wanted[at, names[j].kind, names[j].wrong] += k
            assert entries == wanted
    assert type(why).from_json(why.to_json()) == why
    return why.witnesses


@pytest.mark.parametrize("semantics", names_of())
def test_every_run_of_detect_a_ends_as_it_says(semantics):
    entry = library.entry("detectA")
    problem = problem_from_mapping(entry.problem | {"steps": 4}, entry.machine)
    assert all(check(learning_coefficient(problem, entry.machine, semantics=semantics)))


@sweep
@pytest.mark.parametrize("seed", seeds(range(400), 4))
def test_every_run_of_a_random_machine_ends_as_it_says(seed):
    rng = random.Random(seed)
    machine = random_machine(rng)
    problem = random_problem(rng, machine, rng.randint(1, 4))
    options = {"semantics": names_of()[seed % 4], "chart": CHARTS[seed // 4 % 3], "loss": ("log", "brier")[seed % 2]}
    if options["chart"] != "sphere" and seed % 3 == 0:
        options["prior_concentration"] = random_prior(rng, machine)
    assert all(check(learning_coefficient(problem, machine, **options)))


@pytest.mark.parametrize(
    ("keys", "semantics"), [("exact", "annealed"), ("noisy", "pseudo-utm"), ("noisy", "mean-field")]
)
def test_lists_whose_keys_err_or_are_repeated_are_explained_too(keys, semantics):
    listed = Description(["_", "1"], "_", ["a", "b"], "a", TUPLES)
    problem = SynthesisProblem.of_machine(listed, ["", "1"], 2, keys=keys)
    assert all(check(learning_coefficient(problem, listed, semantics=semantics)))


@pytest.mark.parametrize("chart", ["product:2", "shared:block", "softmax:squared=1"])
def test_parametrisations_are_explained(chart):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A", "B"], 2)
    assert any(check(learning_coefficient(problem, machine, chart=chart, semantics="annealed")))


def test_free_entries_are_chosen_only_where_that_is_needed():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A", "B"], 3)
    face = Face.with_free_unused(problem, machine)
    why = explain(learning_coefficient(problem, face, semantics="annealed"))
    assert why.sentences[0] == "on B: if (_, reject) writes A at step 2, the run ends in accept, not in reject"
    assert why.sentences[1].count("step") == 1  # accept is left alone at a blank, though it might go anywhere
    assert all(cell.cost == 0 for cell in why.cells if not cell.used and not cell.entries)
    for witness in why.witnesses:
        check_witness(problem, machine, witness)


@sweep
@pytest.mark.parametrize("seed", seeds(range(200), 4))
def test_every_syndrome_of_a_list_breaks_what_is_said(seed):
    rng = random.Random(seed)
    machine = random_machine(rng)
    problem = random_problem(rng, machine, rng.randint(1, 4))
    options = {"semantics": names_of()[seed % 4], "chart": CHARTS[seed // 4 % 3]}
    found = fatal_syndromes(problem, machine, max_weight=3, **options)
    shown = explained(found)
    assert len(shown) == len(found.syndromes)
    for this in shown:
        check_witness(problem, machine, this.witness)
        if not this.witness.branches:
            rows = side_by_side(problem, machine, this.witness)
            told = [error for row in rows for error in row.errors]
            assert len(told) == sum(len(slip.steps) for slip in this.witness.slips) > 0
            assert rows[0].right == rows[0].wrong and rows[-1].step == problem.steps


TOO_LONG = {("bb2x3", "annealed"), ("copy", "annealed")}  # the learning coefficients themselves
POSED = [name for name in library.names() if library.entry(name).problem is not None]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "semantics"), sorted({*itertools.product(POSED, names_of())} - TOO_LONG))
def test_every_run_of_the_library_ends_as_it_says(name, semantics):
    entry = library.entry(name)
    problem = problem_from_mapping(entry.problem, entry.machine)
    result = learning_coefficient(problem, entry.machine, semantics=semantics)
    check(result)


@pytest.mark.slow
def test_every_syndrome_of_a_long_list_is_explained():
    entry = library.entry("parityCheck")
    found = fatal_syndromes(problem_from_mapping(entry.problem, entry.machine), entry.machine)
    assert len(found.syndromes) > 200
    assert all(shown.witness is not None for shown in explained(found))
