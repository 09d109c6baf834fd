"""The least λ over lists in which keys may be repeated, and may err: every list of small spaces, and known values."""

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from seeds import ALL_SEEDS, long, slow_where, sweep

from noisytm import (
    BitFace,
    CodeSpace,
    Description,
    Face,
    GlobalLearningCoefficient,
    SynthesisProblem,
    global_learning_coefficient,
    learning_coefficient,
    library,
    words,
)
from noisytm.errors import NoisytmError, ProblemError
from noisytm.machine import MOVES

MARGINAL = ["pseudo-utm", "mean-field"]
KEYS = ["exact", "noisy"]
# One symbol: what two tuples say of two states.
SMALL = SynthesisProblem.of_space({"symbols": "_", "states": "ab"}, [""], 2, targets={"": "b"})
# Its last tuple said twice makes a list simpler: theory, section 13.
SECOND_TRY = SynthesisProblem.of_space(
    {"symbols": "_a", "states": "01"}, ["", "a"], 2, targets={"": "1", "a": "1"}
)  # fmt: skip


def least(problem, most, **options):
    return global_learning_coefficient(problem, "listed", max_tuples=most, progress=False, **options)


def solving(problem, length, repeat=True):
    """Return all lists of so many tuples that solve a problem, in every order, by running each."""
    space = problem.space
    keys = [(s, q) for s in space.symbols for q in space.states if q not in problem.halting]
    said = list(itertools.product(space.symbols, space.states, MOVES))
    for chosen in itertools.product(keys, repeat=length):
        if len(set(chosen)) < length and not repeat:
            continue
        for actions in itertools.product(said, repeat=length):
            tuples = [(*key, *action) for key, action in zip(chosen, actions, strict=True)]
            listed = Description(space.symbols, space.blank, space.states, space.start, tuples, problem.halting)
            try:
                replace(problem, space=CodeSpace.of(listed)).require_solved_by(listed)
            except NoisytmError:
                continue
            yield listed


def own(problem, listed, semantics, keys):
    """Return what one list attains, by itself."""
    over = replace(problem, space=CodeSpace.of(listed, keys))
    return learning_coefficient(over, listed, semantics=semantics)


CASES = list(itertools.product(MARGINAL, KEYS))


@sweep
@pytest.mark.parametrize(("semantics", "keys"), CASES if ALL_SEEDS else CASES[1:2])
@slow_where("pseudo-utm-noisy")
def test_every_list_of_a_small_space(semantics, keys):
    most = 3 if ALL_SEEDS else 2
    found = least(SMALL, most, semantics=semantics, keys=keys, repeat=True)
    for x in found.by_length:
        lists = list(solving(SMALL, x.tuples))
        each = [own(SMALL, listed, semantics, keys) for listed in lists]
        best = min(((o.value, -o.multiplicity) for o in each), default=(None, -1))
        assert (x.value, x.multiplicity) == (best[0], None if best[0] is None else -best[1]) and x.complete
        in_order = semantics == "pseudo-utm" or keys == "noisy"
        orders = {tuple(sorted(listed.keys)) if not in_order else listed.keys for listed in lists}
        assert x.solving == (len(lists) if in_order else sum(tuple(y.keys) in orders for y in lists if _sorted(y)))
        if x.machine is not None:
            again = own(SMALL, x.machine, semantics, keys)
            assert (again.value, again.multiplicity) == (x.value, x.multiplicity)
    assert found.codes == sum(_lists(n, in_order) * 6**n for n in range(most + 1))


@long
def test_every_string_of_digits_of_lists_that_repeat_keys():
    """With exact keys: that of a move is 00 or 11 for L."""
    found = least(SMALL, 2, repeat=True, chart="bits")
    each = []
    for listed in solving(SMALL, 2):
        problem, digits = replace(SMALL, space=CodeSpace.of(listed)), BitFace.of_face(Face(listed)).digits
        written = [[(*row[:2], move) for move in {row[2], row[2].replace("00", "11")}] for row in digits]
        for rows in itertools.product(*written):
            each.append(learning_coefficient(problem, BitFace(listed, rows), chart="bits"))
    best = min((one.value, -one.multiplicity) for one in each)
    assert (found.by_length[2].value, -found.by_length[2].multiplicity) == best and found.by_length[2].complete


def _sorted(listed):
    return list(listed.keys) == sorted(listed.keys)


def _lists(n, in_order):
    return 2**n if in_order else n + 1


@long
def test_a_tuple_said_twice_is_a_second_try():
    """λ of the best two tuples is 6; of three it is less: one of them twice."""
    found = least(SECOND_TRY, 3, keys="noisy", repeat=True)
    assert found.by_length[2].value == 6 and found.value == found.by_length[3].value <= Fraction(23, 4)
    assert found.machine.repeats and found.coefficient().value == found.value


def test_what_is_found_is_kept():
    found = least(SMALL, 1, keys="noisy", repeat=True)
    again = GlobalLearningCoefficient.from_json(found.to_json())
    assert again == found and again.codes == found.codes and again.keys == "noisy" and again.repeat
    assert again.coefficient().value == found.value and "Description" in type(again.machine).__name__
    record = found.to_json()
    assert record["options"]["repeat"] and record["options"]["keys"] == "noisy"


@long
def test_a_problem_says_that_keys_err():
    noisy = SynthesisProblem.of_machine(library.machine("parity"), ["1"], 1, keys="noisy")
    assert least(noisy, 1).keys == "noisy" and least(noisy, 1, keys="exact").keys == "exact"
    plain = least(SMALL, 1)
    assert not {"repeat", "keys"} & set(plain.to_json()["options"]) and plain.machine == plain.machine.machine()


@pytest.mark.parametrize(
    ("space", "options", "why"),
    [
        ("full", {"repeat": True}, "lists each key once"),
        ("full", {"keys": "noisy"}, "noisy keys: a search over full tables"),
        ("listed", {"keys": "loud"}, "keys"),
        ("listed", {"repeat": 1}, "repeat"),
        ("listed", {"keys": "noisy", "semantics": "annealed"}, "noisy keys"),
        (
            "listed",
            {"keys": "noisy", "chart": "bits"},
            "noisy keys: a search in the bits chart is not available: it is",
        ),
        ("listed", {"repeat": True, "prior_concentration": {("_", "a", "next"): 2}}, "one concentration to each kind"),
        (
            "listed",
            {"repeat": True, "prior_concentration": {(0, "next"): 2}},
            "takes all tuples of a list alike",
        ),
        ("listed", {"max_tuples": 2, "prior_concentration": {(0, "next"): 2}}, "takes all tuples of a list alike"),
        ("listed", {"max_tuples": 2, "prior_concentration": {("_", "c", "next"): 2}}, "lists no such tuple"),
        ("listed", {"keys": "noisy", "chart": "power:2,in=3"}, "it names entries of keys"),
        ("listed", {"repeat": True, "prior_concentration": {"read": 2}}, "keys are exact"),
    ],
)
def test_what_is_refused(space, options, why):
    with pytest.raises(ProblemError, match=why):
        global_learning_coefficient(SMALL, space, progress=False, **options)


@sweep
@pytest.mark.parametrize("chart", ["simplex", "sphere"])
def test_concentrations_of_keys(chart):
    """What each list attains, with another concentration of its keys; halting states have none."""
    problem = SynthesisProblem.of_space({"symbols": "_", "states": "abh", "halting": "h"}, [""], 2, targets={"": "h"})
    prior = {"in": "1/2", "next": 2} if chart == "simplex" else 1
    found = least(problem, 1, keys="noisy", repeat=True, chart=chart, prior_concentration=prior)
    over = [(x, replace(problem, space=CodeSpace.of(x, "noisy"))) for x in solving(problem, 1)]
    each = [learning_coefficient(p, x, chart=chart, prior_concentration=prior) for x, p in over]
    assert (found.value, -found.multiplicity) == min((x.value, -x.multiplicity) for x in each)


@long
@pytest.mark.parametrize("semantics", MARGINAL)
def test_keys_that_err_cost_more(semantics):
    problem = SynthesisProblem.of_machine(library.machine("parity"), ["1" * n for n in range(4)], 4)
    exact, noisy = (least(problem, 3, keys=keys, repeat=True, semantics=semantics) for keys in KEYS)
    for one, other in zip(exact.by_length, noisy.by_length, strict=True):
        assert one.value is None or one.value <= other.value


@long
def test_lists_of_detect_a():
    problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)
    found = least(problem, 3, keys="noisy", repeat=True)
    assert [(x.tuples, x.solving, x.value, x.multiplicity) for x in found.by_length[2:]] == [
        (2, 54, 10, 1),
        (3, 10878, 10, 3),
    ]
    assert found.coefficient().value == 10
