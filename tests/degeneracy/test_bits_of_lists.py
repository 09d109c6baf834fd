"""The bits chart of lists whose keys err: the staged machine with products of digits for cells, bounds, records."""

import json
import math
import random
from fractions import Fraction

import pytest
from seeds import seeds, sweep

from noisytm import (
    BitFace,
    Description,
    Face,
    SynthesisProblem,
    fatal_syndromes,
    learning_coefficient,
    library,
    load,
    precision,
    verify,
    words,
    wrong_probability,
)
from noisytm.algebra.semirings import MinPlus, Numbers
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration
from noisytm.geometry import chart_at
from noisytm.universal.pseudo_utm.cycle import relaxed_cycles
from noisytm.universal.pseudo_utm.relaxed import point

DETECT_A = library.machine("detectA")


def random_list(seed, symbols=3, states=3, tuples=2):
    """Draw a list that may repeat keys, a word and the number of steps."""
    rng = random.Random(seed)
    names, here = ["_", "1", "2"][:symbols], ["a", "b", "c"][:states]
    halting = here[-1:] if states > 2 and rng.random() < 0.3 else []
    keys = [q for q in here if q not in halting]
    rows = [
        (rng.choice(names), rng.choice(keys), rng.choice(names), rng.choice(here), rng.choice("LSR"))
        for _ in range(tuples)
    ]
    machine = Description(names, "_", here, "a", rows, halting)
    return machine, rng.choices(names, k=rng.randint(0, 1)), rng.randint(1, 2), rng


def problem_of(machine, word, steps, keys="noisy"):
    return SynthesisProblem.of_machine(machine, [word], steps, keys=keys)


def digits_of(number, count):
    return [number >> k & 1 for k in reversed(range(count))]


def cell(u, values, right, algebra, flip, keep):
    """Return a distribution of which each digit is flipped by itself, summed over all patterns that mean a value."""
    count = math.ceil(math.log2(values))
    masses = [algebra.zero] * values
    for p in range(2**count):
        turned = zip(digits_of(p, count), digits_of(right, count), u, strict=True)
        mass = algebra.product(flip(x) if a != b else keep(x) for a, b, x in turned)
        masses[p % values] = algebra.sum([masses[p % values], mass])
    return masses


def code_of(space, machine, u, algebra, flip, keep):
    """Return the code with digits of standard binary flipped, one number for each digit, in order."""
    rows, taken = [], iter(u)
    for right in space.right_entries(machine).tolist():
        row = []
        for (_, start, values), column in zip(space.blocks, right, strict=True):
            of = [next(taken) for _ in range(math.ceil(math.log2(len(values))))]
            row += cell(of, len(values), column - start, algebra, flip, keep)
        rows.append(row)
    return rows


def staged(problem, code, algebra):
    """Return the state's marginal after the steps, by cycles of the staged machine whose description cells all err."""
    space = problem.space
    tape = {k: point(algebra, space.symbols, x) for k, x in enumerate(problem.inputs[0])}
    start = point(algebra, space.states, space.start)
    return relaxed_cycles(algebra, space, code, tape, start, problem.steps)[1]


def wrong_state(problem, z, algebra):
    return algebra.sum(x for q, x in zip(problem.space.states, z, strict=True) if not problem.accepts(0, (q,)))


@pytest.mark.parametrize("seed", range(8))
def test_the_wrong_probability_is_that_of_the_staged_machine_with_digits_for_cells(seed):
    machine, word, steps, rng = random_list(seed)
    problem = problem_of(machine, word, steps)
    chart = chart_at("bits", problem.space, machine)
    u = [Fraction(rng.choice([0, 1, 1, 3]), 16) for _ in range(chart.dimension)]
    exact = Numbers(Fraction(0), Fraction(1))
    code = code_of(problem.space, machine, u, exact, lambda x: x, lambda x: 1 - x)
    codes = chart.codes([[float(x) for x in u]])
    assert [[float(x) for x in row] for row in code] == codes[0].tolist()  # sixteenths have no rounding
    slow = wrong_state(problem, staged(problem, code, exact), exact)
    assert wrong_probability(problem, codes)[0, 0] == pytest.approx(float(slow), rel=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_the_cheapest_fatal_flips_are_those_of_the_staged_machine_in_costs(seed):
    from noisytm.degeneracy.oracle import Oracle

    machine, word, steps, rng = random_list(seed)
    problem = problem_of(machine, word, steps)
    oracle = Oracle(problem, machine, "pseudo-utm", "bits")
    for _ in range(5):
        costs = [rng.choice([1, 2, 3, 7]) for _ in range(oracle.dimension)]
        code = code_of(problem.space, machine, costs, MinPlus(), lambda x: x, lambda x: 0)
        slow = wrong_state(problem, staged(problem, code, MinPlus()), MinPlus())
        assert oracle.least(costs) == (None if slow == math.inf else slow)


@sweep
@pytest.mark.parametrize("seed", seeds(range(60), 5))
@pytest.mark.parametrize("semantics", ["pseudo-utm", "mean-field"])
def test_value_bounds_and_syndromes(seed, semantics):
    machine, word, steps, _ = random_list(seed)
    problem, asked = problem_of(machine, word, steps), {"semantics": semantics, "chart": "bits"}
    found = learning_coefficient(problem, machine, **asked)
    assert (found.value, found.multiplicity) == learning_coefficient_by_enumeration(problem, machine, **asked)
    exact = learning_coefficient(problem_of(machine, word, steps, "exact"), machine, **asked)
    assert exact.value <= found.value <= found.bounds.used_tuples <= found.bounds.dimension
    assert found.bounds.fatal_alone <= found.value
    assert verify(found.to_json(), full=True).value == found.value
    listing = fatal_syndromes(problem, machine, max_weight=1, **asked)
    assert len(listing.syndromes) == found.bounds.fatal_alone


@pytest.mark.parametrize("symbols", [1, 2])
@pytest.mark.parametrize("seed", range(6))
def test_a_flip_is_an_entry_where_there_are_two_values_of_each(seed, symbols):
    """Moves have three; they do not count where there is one symbol, or one step."""
    machine, word, _, _ = random_list(seed, symbols, 2)
    problem = problem_of(machine, word, 4 if symbols == 1 else 1)
    of = {chart: learning_coefficient(problem, machine, chart=chart) for chart in ("simplex", "bits")}
    assert of["simplex"].value == of["bits"].value and of["simplex"].multiplicity == of["bits"].multiplicity
    points = [
        [v for c, v in zip(x.certificate.coordinates, x.certificate.primal, strict=True) if c.kind != "move"]
        for x in of.values()
    ]
    assert len(points[0]) == len(points[1]) == 2 * (2 if symbols == 1 else 4)


def test_both_digits_of_a_key_keep_a_tuple_from_acting_where_two_patterns_mean_one_state():
    """Of three states c is 10, and both 00 and 11 mean a."""
    rows = [("_", "a", "_", "b", "S"), *[("_", "c", "_", "c", "S")] * 8]
    machine = Description(["_"], "_", ["a", "b", "c"], "a", rows)
    found = learning_coefficient(problem_of(machine, "", 1), machine, chart="bits")
    used = 2 + 2 + 2  # digits of the state in the key, of the next state and of the move
    assert found.used_tuples == (0,) and found.bounds.used_tuples == used + 2 * 8
    assert found.value > used + 8  # one digit a tuple would be no bound


def test_records_faces_and_precision(tmp_path):
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4, keys="noisy")
    found = learning_coefficient(problem, DETECT_A, chart="bits")
    assert (found.value, found.multiplicity) == (18, 5)
    found.save(tmp_path / "bound.json")
    assert load(tmp_path / "bound.json").to_json() == found.to_json()
    record = json.loads((tmp_path / "bound.json").read_text())
    assert record["certificate"]["primal"][0]["coordinate"].keys() == {"tuple", "kind", "bit"}
    digits = [list(row) for row in found.face.digits]
    assert digits[0] == ["00", "0", "00", "0", "01"]
    digits[0][2] = "11"  # means _ as well
    digits[1][4] = "*1"  # a free digit of a tuple that does not act
    face = BitFace(DETECT_A, digits, "noisy")
    other = learning_coefficient(problem, face, chart="bits")
    again = json.loads(json.dumps(other.to_json()))
    assert again["digits"] == digits and again["free"] == [{"tuple": 1, "kind": "move", "bit": 0}]
    assert verify(again, full=True).value == other.value and other.certificate.face == face
    assert face.on_simplices() == Face(DETECT_A, face.on_simplices().free, "noisy")


@pytest.mark.parametrize("seed", [1, 4])
def test_precision(seed):
    machine, word, _, _ = random_list(seed)
    problem = problem_of(machine, word, 2)
    known = precision(problem, machine, chart="bits")
    found = learning_coefficient(problem, machine, chart="bits")
    assert known.learning_coefficient == known.lines[0].slope == found.value
    assert verify(json.loads(json.dumps(known.to_json()))).lines == known.lines


@pytest.mark.slow
def test_precision_of_a_whole_table():
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4, keys="noisy")
    known = precision(problem, DETECT_A, chart="bits")
    assert known.learning_coefficient == 18 and known.transversal == 20
    assert verify(json.loads(json.dumps(known.to_json()))).lines == known.lines
