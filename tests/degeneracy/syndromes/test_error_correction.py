"""Machines that correct errors, the smallest of them, and what correcting is worth (docs/error-correction.md)."""

import itertools
import json
from fractions import Fraction

import pytest
from seeds import ALL_SEEDS, slow_where, sweep

from noisytm import SynthesisProblem, TuringMachine, correction, learning_coefficient, library, verify
from noisytm.problem import outcome
from noisytm.problem.synthesis import problem_from_mapping

SEMANTICS = ("mean-field", "pseudo-utm", "annealed", "quenched")
MOVES = "LSR"
SENT_TWICE = {"AA": "a", "AB": ["a", "b"], "BA": ["a", "b"], "BB": "b"}


def machine(text, symbols, states):
    """Return the machine with tuples like ``1s0pL``: read, state, write, next, move; the first state starts."""
    return TuringMachine(tuple(symbols), symbols[0], tuple(states), states[0], [tuple(row) for row in text.split()])


def every_machine(symbols, states, sizes):
    """Yield every machine with so many listed tuples, in the usual order; the first state starts."""
    keys = list(itertools.product(symbols, states))
    values = list(itertools.product(symbols, states, MOVES))
    for size in sizes:
        for listed in itertools.combinations(keys, size):
            for chosen in itertools.product(values, repeat=size):
                rows = [key + value for key, value in zip(listed, chosen, strict=True)]
                yield TuringMachine(tuple(symbols), symbols[0], tuple(states), states[0], rows)


def degree(problem, code, semantics):
    return correction(problem, code, semantics=semantics).degree


def twice(code, steps=4):
    return SynthesisProblem.of_machine(code, list(SENT_TWICE), steps, targets=SENT_TWICE)


def three_copies(code, steps=4):
    return SynthesisProblem.of_machine(code, ["", "1"], steps, "tape:3", {"": "000", "1": "111"}, hamming=1)


def letters(code):
    """Return a machine on the letters A and B with the states of secondLook, called s, a and b."""
    return machine(code, "_AB", "sab")


RESTLESS = letters("AsAaR AaAaS AbAaS BsBbR BaBbS")
THREE, TWO = machine("0p1sS 1s1pL", "01", "sp"), machine("0p1pS 1s1pL", "01", "sp")
LEAVE_IT = machine("1s1sS", "01", "s")
# C, λ_log and m, in the order of SEMANTICS.
STATED = (
    (library.machine("secondLook"), twice, ((1, 8, 5), (0, 8, 3), (1, 8, 5), (1, 8, 3))),
    (library.machine("firstLook"), twice, ((0, 8, 7), (0, 8, 5), (0, 8, 7), (0, 8, 5))),
    (RESTLESS, twice, ((0, 11, 3), (0, 11, 2), (0, 11, 3), (0, 11, 2))),
    (letters("AsAaR BsBbR"), twice, ((0, 4, 1),) * 4),
    (THREE, three_copies, ((1, 4, 1), (1, 4, 1), (0, 6, 3), (0, 6, 2))),
    (TWO, three_copies, ((0, 6, 1), (0, 8, 1), (0, 6, 1), (0, 6, 1))),
)
ROWS = [(code, of, s, *row) for code, of, rows in STATED for s, row in zip(SEMANTICS, rows, strict=True)]


@pytest.mark.parametrize(("code", "problem_of", "semantics", "corrected", "value", "multiplicity"), ROWS)
def test_coefficients_certificates_and_bounds(code, problem_of, semantics, corrected, value, multiplicity):
    problem = problem_of(code)
    found = correction(problem, code, semantics=semantics)
    assert found.degree == corrected
    for loss, share in (("log", 1), ("brier", 2)):
        result = learning_coefficient(problem, code, semantics=semantics, loss=loss)
        assert (result.value, result.multiplicity) == (Fraction(value, share), multiplicity)
        assert result.value <= found.bound(loss=loss) == Fraction(code.dimension, share * (corrected + 1))
        result.certificate.verify()
        assert verify(json.loads(json.dumps(result.to_json())), full=True) == result.certificate


def test_the_three_machines_are_of_one_size_and_two_of_them_do_the_same():
    codes = [library.machine("secondLook"), library.machine("firstLook"), RESTLESS]
    assert {code.dimension for code in codes} == {30} and TWO.dimension == THREE.dimension == 8
    second, first, restless = ([outcome(code, word, 4) for word in SENT_TWICE] for code in codes)
    assert second == restless == ["a", "b", "a", "b"]
    assert first == ["a", "a", "b", "b"]
    assert [outcome(code, "1", 4, "tape:3") for code in (THREE, TWO)] == [("1", "1", "1"), ("1", "1", "0")]


def with_one_error(code):
    """Yield the tables of a machine with one wrong entry."""
    for key, right in code.table.items():
        for place, values in enumerate((code.symbols, code.states, MOVES)):
            for value in values:
                if value != right[place]:
                    yield {**code.table, key: (*right[:place], value, *right[place + 1 :])}


def wrong_answers(code, steps, afresh):
    """Count, with a simulation of its own, the runs with one error that end in a rejected state of `SENT_TWICE`.

    The error is made at every use of its tuple, or ``afresh``, at one step.
    """
    count = 0
    for table, word in itertools.product(with_one_error(code), SENT_TWICE):
        for when in range(steps) if afresh else (None,):
            tape, head, state = dict(enumerate(word)), 0, code.start
            for step in range(steps):
                rules = table if when in (None, step) else code.table
                read = tape.get(head, code.blank)
                tape[head], state, move = rules.get((read, state), (read, state, "S"))
                head += MOVES.index(move) - 1
            count += state not in SENT_TWICE[word]
    return count


def test_every_single_error_tried_out():
    second, first = library.machine("secondLook"), library.machine("firstLook")
    for afresh in (True, False):
        assert wrong_answers(second, 4, afresh) == 0
        assert wrong_answers(first, 4, afresh) > 0
        assert wrong_answers(RESTLESS, 4, afresh) > 0
    assert wrong_answers(second, 3, afresh=False) > 0


@pytest.mark.parametrize("name", ["secondLook", "firstLook"])
def test_the_problem_of_the_library_accepts_sets_and_demands_different_things(name):
    entry = library.entry(name)
    problem = problem_from_mapping(entry.problem, entry.machine)
    assert problem == twice(entry.machine)
    assert not any(problem.accepts_everything(i) for i in range(4))
    assert not set.intersection(*map(set, problem.targets))


@pytest.mark.parametrize(
    ("name", "steps", "semantics", "value", "multiplicity"),
    [
        ("secondLook", 5, "quenched", 8, 3),
        ("firstLook", 5, "quenched", Fraction(15, 2), 4),
        ("secondLook", 6, "annealed", Fraction(47, 6), 5),
        ("firstLook", 6, "annealed", 8, 7),
    ],
)
def test_either_can_be_the_smaller(name, steps, semantics, value, multiplicity):
    code = library.machine(name)
    result = learning_coefficient(twice(code, steps), code, semantics=semantics)
    assert (result.value, result.multiplicity) == (value, multiplicity)


def test_secondlook_needs_each_of_its_means():
    """Fewer steps, or no tuple for the blank, and quenched errors are no longer corrected; annealed ones still are."""
    code, shorter = library.machine("secondLook"), letters("AsAaR AbAaS BsBbR BaBbS")
    assert [degree(twice(code, t), code, "quenched") for t in (2, 3, 4, 7)] == [0, 0, 1, 1]
    assert [degree(twice(code, t), code, "annealed") for t in (2, 3, 4, 7)] == [0, 1, 1, 1]
    assert [degree(twice(shorter), shorter, s) for s in ("annealed", "quenched")] == [1, 0]


def test_three_is_the_only_machine_of_two_tuples_that_corrects():
    found = {}
    for code in every_machine("01", "sp", (1, 2)):
        gives = [outcome(code, word, 4, "tape:3") for word in ("", "1")]
        if gives[0].count("1") <= 1 and gives[1].count("1") >= 2:
            problem = three_copies(code)
            degrees = tuple(degree(problem, code, s) for s in SEMANTICS)
            values = [learning_coefficient(problem, code, semantics=s).value for s in SEMANTICS[:2]]
            found[code.canonical] = (len(code.tuples), degrees, *values)
    assert len(found) == 13 and all(row[0] == 2 for row in found.values())
    assert found.pop(THREE.canonical) == (2, (1, 1, 0, 0), 4, 4)
    assert {row[1] for row in found.values()} == {(0, 0, 0, 0)}
    mean_field, pseudo_utm = list(zip(*found.values(), strict=True))[2:]
    assert (min(mean_field), max(mean_field), min(pseudo_utm), max(pseudo_utm)) == (5, 8, 6, 8)


def degrees_by_function(symbols, states, sizes, inputs, steps, semantics):
    """Return the correction degrees of all machines, each on the states it gives, by whether these differ."""
    degrees = {True: set(), False: set()}
    for code in every_machine(symbols, states, sizes):
        problem = SynthesisProblem.of_machine(code, inputs, steps)
        degrees[len(set(problem.targets)) > 1].add(degree(problem, code, semantics))
    return degrees


@pytest.mark.parametrize("steps", [2, 3, 4, 5])
def test_the_smallest_machines(steps):
    retry, alternate = machine("_0_HS", "_", "0H"), machine("_0_0S _1_0S", "_", "01")
    over = machine("_01HS 101HS", "_1", "0H")
    small, large = machine("1n1yS", "_1", "ny"), machine("AnAyS BnAyS", "_AB", "ny")
    for code, inputs, dimension, expected in (
        (retry, [""], 3, (steps - 1, 0, steps - 1, 0)),
        (alternate, [""], 6, (0, 0, 0, 1 - steps % 2)),
        (over, [""], 8, (steps - 1, 0, steps - 1, 1)),
        (small, ["", "1"], 4, (steps - 1, 0, 1, 0)),
        (large, ["", "B"], 10, (steps - 1, 0, 1, 1)),
    ):
        problem = SynthesisProblem.of_machine(code, inputs, steps)
        assert code.dimension == dimension
        assert tuple(degree(problem, code, s) for s in SEMANTICS) == expected
    assert [learning_coefficient(SynthesisProblem.of_machine(retry, [""], steps), retry, semantics=s).value
            for s in ("mean-field", "annealed", "quenched")] == [Fraction(1, steps), Fraction(1, steps), 1]  # fmt: skip


@pytest.mark.parametrize("steps", [2, 3, 4, 5])
def test_nothing_smaller_corrects_in_quenched(steps):
    """Below d = 8 there are one tuple, or two with one symbol and two states; these correct for even t alone."""
    for symbols, states in (("0", "ab"), ("0", "abc"), ("01", "ab"), ("012", "ab"), ("01", "abc")):
        found = degrees_by_function(symbols, states, (1,), ["", symbols[-1] * 2], steps, "quenched")
        assert found[True] | found[False] <= {0, None}
    found = degrees_by_function("0", "ab", (2,), [""], steps, "quenched")
    assert found == {True: set(), False: {0} if steps % 2 else {0, 1}}


@pytest.mark.parametrize("inputs", [["", "1"], ["01", "11"]])
@slow_where("inputs1")
def test_nothing_of_two_symbols_and_two_tuples_corrects_in_quenched_if_inputs_differ(inputs):
    found = degrees_by_function("01", "ab", (2,), inputs, 3, "quenched")
    assert found[True] == {0} and 1 in found[False]


@pytest.mark.parametrize("steps", [1, 3])
@slow_where("3")
def test_nothing_corrects_in_pseudo_utm_with_the_state_readout(steps):
    found = degrees_by_function("01", "ab", (1, 2), ["", "1"], steps, "pseudo-utm")
    assert found == {True: {0}, False: {0, None}}


@pytest.mark.parametrize(
    ("semantics", "value"), [*((s, Fraction(4, 3)) for s in SEMANTICS[:2]), *((s, Fraction(1)) for s in SEMANTICS[2:])]
)
def test_a_forgiven_cell(semantics, value):
    for radius, corrected in ((1, 1), (0, 0)):
        problem = SynthesisProblem.of_machine(LEAVE_IT, ["", "111"], 1, "tape:3", hamming=radius)
        assert degree(problem, LEAVE_IT, semantics) == corrected
        if radius:
            assert learning_coefficient(problem, LEAVE_IT, semantics=semantics).value == value


@sweep
@pytest.mark.slow
def test_correcting_pays_in_mean_field_and_not_in_annealed():
    """All machines with up to two tuples, two symbols and two states, that tell 11 from 00 in four steps."""
    least = {}
    solving = [
        code
        for code in every_machine("01", "ny", (1, 2))
        if [outcome(code, word, 4) for word in ("00", "11")] == ["n", "y"]
    ]
    for code in solving[:: 1 if ALL_SEEDS else 4]:
        problem = SynthesisProblem.of_machine(code, ["00", "11"], 4)
        for semantics in SEMANTICS:
            key = semantics, degree(problem, code, semantics) > 0
            value = learning_coefficient(problem, code, semantics=semantics).value
            least[key] = min(least.get(key, value), value)
    assert least == {
        ("mean-field", True): Fraction(3, 4),
        ("mean-field", False): 1,
        ("annealed", True): 1,
        ("annealed", False): 1,
        ("quenched", False): 1,
        ("pseudo-utm", False): 1,
    }
