"""The least λ over lists of tuples, for each length: every list of a small space, and what single lists attain."""

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from seeds import ALL_SEEDS, long, slow_where, sweep

from noisytm import (
    CodeSpace,
    SynthesisProblem,
    TuringMachine,
    _clock,
    global_learning_coefficient,
    learning_coefficient,
    library,
    load,
    solutions,
    words,
)
from noisytm.errors import BudgetError, Interrupted, NoisytmError, ProblemError
from noisytm.machine import MOVES
from noisytm.search.minimum.lists import LeastOfLists

PARITY = library.machine("parity")
DETECT = library.machine("detectA")
MARGINAL = ["pseudo-utm", "mean-field"]
ONES = SynthesisProblem.of_machine(PARITY, ["1", "11"], 2)


def parity(steps):
    return SynthesisProblem.of_machine(PARITY, ["1" * n for n in range(4)], steps)


def detect(steps):
    return SynthesisProblem.of_machine(DETECT, words("AB", 2), steps)


def least(problem, most=None, **options):
    return global_learning_coefficient(problem, "listed", max_tuples=most, progress=False, **options)


def over(problem, machine):
    """Return a problem over the code space of one list."""
    return replace(problem, space=CodeSpace.of(machine))


def solving(problem, length):
    """Return all lists of so many tuples that solve a problem, in every order, by running each."""
    space = problem.space
    keys = [(s, q) for q in space.states for s in space.symbols]
    actions = list(itertools.product(space.symbols, space.states, MOVES))
    for chosen in itertools.permutations(keys, length):
        for said in itertools.product(actions, repeat=length):
            tuples = [(*key, *action) for key, action in zip(chosen, said, strict=True)]
            machine = TuringMachine(space.symbols, space.blank, space.states, space.start, tuples)
            try:
                over(problem, machine).require_solved_by(machine)
            except NoisytmError:
                continue
            yield machine


@pytest.fixture(scope="module")
def every():
    """All lists of at most two tuples that solve a problem of 2 symbols and states."""
    return {length: list(solving(ONES, length)) for length in range(3)}


@pytest.mark.parametrize("semantics", MARGINAL)
@slow_where("pseudo-utm", "mean-field")
def test_every_list_of_a_small_space(every, semantics):
    found = least(ONES, 2, semantics=semantics, optimal=True)
    own = {m.tuples: learning_coefficient(over(ONES, m), m, semantics=semantics) for m in every[2]}
    value = min(x.value for x in own.values())
    best = {tuples: x.multiplicity for tuples, x in own.items() if x.value == value}
    assert (found.value, found.multiplicity, found.complete) == (value, max(best.values()), True)
    listed = {code.machine.tuples: code.multiplicity for code in found.optimal}
    lengths = [(x.tuples, x.solving, x.value, x.multiplicity, x.complete) for x in found.by_length]
    if semantics == "pseudo-utm":  # the order of a list matters
        assert listed == best
        assert lengths == [(0, 0, None, None, True), (1, 0, None, None, True), (2, len(own), value, 2, True)]
    else:
        assert {frozenset(t): m for t, m in listed.items()} == {frozenset(t): m for t, m in best.items()}
        assert len(listed) == len({frozenset(t) for t in best})
        assert found.by_length[2].solving == len(own) // 2
    assert best[found.machine.tuples] == found.multiplicity and found.machine == found.by_length[2].machine
    assert found.coefficient().value == value


@long
def test_the_lengths_of_parity():
    found = least(parity(4), 3)
    assert [(x.tuples, x.solving, x.value, x.multiplicity) for x in found.by_length[2:]] == [
        (2, 8, 6, 1),
        (3, 522, Fraction(15, 2), 2),
    ]
    counted = solutions(parity(4), "listed", max_tuples=3, progress=False)
    assert {n: 2 * n * (n - 1) // 2 * many for n, many in counted.by_length.items()} == {2: 8, 3: 522}
    assert found.codes == 1 + 4 * 12 + 12 * 144 + 24 * 1728 and "of 43,249 codes" in repr(found)


TWO = [(4, "pseudo-utm", 4), (4, "mean-field", 4), (10, "pseudo-utm", 4), (10, "mean-field", Fraction(8, 3))]


@pytest.mark.parametrize(("steps", "semantics", "value"), TWO if ALL_SEEDS else TWO[:2])
def test_two_tuples_of_detect_a(steps, semantics, value):
    """The shortest lists, which are what is searched where nothing is said."""
    found = least(detect(steps), semantics=semantics)
    assert (found.max_tuples, found.value) == (2, value)
    assert [x.solving for x in found.by_length] == [0, 0, 54 if semantics == "pseudo-utm" else 27]
    assert len(found.machine.tuples) == 2 and found.coefficient().value == value


@long
@pytest.mark.parametrize(
    ("steps", "semantics", "values"),
    [
        (4, "pseudo-utm", [4, 5]),
        (4, "mean-field", [4, Fraction(14, 3)]),
        (10, "pseudo-utm", [4, Fraction(123, 35)]),  # longer, and yet simpler
        (10, "mean-field", [Fraction(8, 3), Fraction(223, 72)]),
    ],
)
def test_three_tuples_of_detect_a(steps, semantics, values):
    found = least(detect(steps), 3, semantics=semantics)
    assert found.value == min(values) and [x.value for x in found.by_length[2:]] == values


@sweep
@pytest.mark.parametrize("semantics", ["annealed", "quenched"])
def test_the_readable_search_takes_lists_too(semantics):
    problem = SynthesisProblem.of_machine(PARITY, ["1", "11"] if ALL_SEEDS else ["1"], 1)
    found = least(problem, 2 if ALL_SEEDS else 1, semantics=semantics)
    for x in found.by_length:
        own = [learning_coefficient(over(problem, m), m, semantics=semantics) for m in solving(problem, x.tuples)]
        rank = min(((o.value, -o.multiplicity) for o in own), default=None)
        assert (rank is None) == (x.value is None) and (rank is None or rank == (x.value, -x.multiplicity))


@pytest.mark.parametrize("chart", ["simplex", "bits"])
def test_the_list_of_nothing_has_no_coordinates(chart, tmp_path):
    stays = SynthesisProblem.of_space(
        {"symbols": "_1", "states": ["a", "b"]}, ["", "1"], 2, targets={"": "a", "1": "a"}
    )
    found = least(stays, chart=chart, optimal=True)
    assert (found.max_tuples, found.value, found.multiplicity, found.machine.tuples) == (0, 0, 1, ())
    assert found.coefficient().value == 0 and [c.used_tuples for c in found.optimal] == [0]
    longer = least(stays, 1, chart=chart)
    assert longer.value == 0 and longer.by_length[1].value == 0
    longer.save(tmp_path / "least.json")
    assert load(tmp_path / "least.json") == longer


def test_concentrations_of_tuples_that_are_not_listed_count_for_nothing():
    prior = {("1", "even", "next"): 3, ("_", "odd", "write"): "1/2", "move": 2}
    found = least(ONES, 2, prior_concentration=prior)
    own = learning_coefficient(
        over(ONES, found.machine), found.machine,
        prior_concentration={k: v for k, v in prior.items() if k == "move" or k[:2] in found.machine.keys},
    )  # fmt: skip
    assert (own.value, own.multiplicity) == (found.value, found.multiplicity)
    assert found.coefficient().value == found.value and type(found).from_json(found.to_json()) == found


@pytest.mark.slow
def test_each_length_has_an_incumbent_of_its_own(tmp_path, monkeypatch):
    """And a search that is interrupted goes on: nothing of the result, nor of the counts, depends on it."""
    how = {"semantics": "mean-field", "pieces": 80}
    one = SynthesisProblem.of_machine(PARITY, ["1"], 2)
    alone, seen, real = least(one, 2, **how), [], LeastOfLists.search

    def broken(self, piece, incumbent):
        seen.append((piece.place[0], incumbent))
        if len(seen) == 30:
            raise KeyboardInterrupt
        return real(self, piece, incumbent)

    monkeypatch.setattr(LeastOfLists, "search", broken)
    with pytest.raises(Interrupted) as caught:
        least(one, 2, **how, resume=tmp_path / "store")
    part = caught.value.partial
    assert not part.complete and type(part).from_json(part.to_json()) == part
    for mine, whole in zip(part.by_length, alone.by_length, strict=True):
        assert mine.solving == whole.solving
        assert mine.value is None or mine.lower_bound <= whole.value <= mine.value
    found = least(one, 2, **how, resume=tmp_path / "store")
    assert found == alone and found.counts == alone.counts
    assert {length for length, incumbent in seen if incumbent is not None} == {1, 2}
    assert all(incumbent is None or incumbent.code[0] == length for length, incumbent in seen)


@long
def test_the_result_does_not_depend_on_who_searches(tmp_path):
    alone = least(parity(4), 3, pieces=300, optimal=True)
    two = least(parity(4), 3, pieces=300, optimal=True, workers=2)
    assert two == alone and two.counts == alone.counts
    files = [tmp_path / "a", tmp_path / "b"]
    for i, file in enumerate(files, 1):
        assert not least(parity(4), 3, pieces=300, resume=file, share=(i, 2)).complete
    both = least(parity(4), 3, pieces=300, merge=files)
    assert [(x.value, x.multiplicity, x.machine) for x in both.by_length] == [
        (x.value, x.multiplicity, x.machine) for x in alone.by_length
    ]


@pytest.fixture(scope="module")
def three():
    """The least of three tuples, and all lists of three that solve it."""
    return least(parity(5), 3), list(solving(parity(5), 3))


@long
@pytest.mark.parametrize("seed", range(12))
def test_no_list_of_three_tuples_has_less(three, seed):
    found, lists = three
    assert found.by_length[3].solving == len(lists) == 372
    for machine in lists[seed::12]:
        own = learning_coefficient(over(parity(5), machine), machine)
        assert (own.value, -own.multiplicity) >= (found.by_length[3].value, -found.by_length[3].multiplicity)


def test_out_of_time_something_is_known():
    with pytest.raises(BudgetError) as caught, _clock.limited(0.5):
        least(detect(10), 4)
    found = caught.value.partial
    assert not found.complete and found.space == "listed" and type(found).from_json(found.to_json()) == found
    assert "learning_coefficient" not in found.to_json()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"space": "full", "max_tuples": 2}, "max_tuples is for"),
        ({"space": "listed", "max_tuples": -1}, "max_tuples"),
        ({"space": "listed", "precision": True}, "precision is for"),
        ({"space": "lists"}, "full"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(options, message):
    with pytest.raises(ProblemError, match=message) as caught:
        global_learning_coefficient(ONES, progress=False, **options)
    assert "\n" not in str(caught.value)


def test_too_many_lists_of_keys_are_refused():
    problem = SynthesisProblem.of_space({"symbols": "_123", "states": "abcdef"}, [""], 1, targets={"": "b"})
    with pytest.raises(BudgetError, match=r"max_tuples is 8; there are .* ask for shorter lists"):
        least(problem, 8)
