"""Codes side by side: each row is what is computed of the code alone, in its own space, and what differs is said."""

from fractions import Fraction

import pytest

from noisytm import (
    BudgetError,
    Comparison,
    Description,
    MachineError,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    compare,
    correction,
    learning_coefficient,
    library,
    padded_machine,
    words,
)
from noisytm._clock import limited
from noisytm.show import describe_comparison
from noisytm.show.comparisons import differences_in_words

DETECT_A = library.machine("detectA")
ROWS = [list(t) for t in DETECT_A.tuples]


def changed(name, **parts):
    return TuringMachine.from_json(DETECT_A.to_json() | {"name": name} | parts)


def problem(**options):
    return SynthesisProblem.of_machine(DETECT_A, words("AB", 1), 3, **options)


TURNED = changed("turned", tuples=ROWS[::-1])
WIDER = padded_machine(DETECT_A, padded="symbols", p=1)
# The same states in the other order: outcomes are carried over by their names, not by their numbers.
SWAPPED = changed("swapped", states=["accept", "reject"])
ON = changed("on", tuples=[*ROWS[:3], ["A", "accept", "A", "accept", "R"], *ROWS[4:]])


@pytest.mark.parametrize("semantics", ["mean-field", "pseudo-utm"])
def test_every_row_is_that_of_the_code_alone_in_its_own_space(semantics):
    codes = [DETECT_A, TURNED, WIDER, SWAPPED, ON]
    found = compare(problem(), codes, semantics=[semantics], loss="brier", prior_concentration="1/2")
    assert [row.machine for row in found.rows] == [0, 1, 2, 3, 4] and found.complete
    for code, row, compared in zip(codes, found.rows, found.codes, strict=True):
        own = SynthesisProblem.of_machine(code, words("AB", 1), 3)
        alone = learning_coefficient(own, code, semantics=semantics, loss="brier", prior_concentration="1/2")
        assert (row.code.value, row.code.multiplicity) == (alone.value, alone.multiplicity)
        assert row.code.bounds == alone.bounds and compared.used == alone.used_tuples
        assert row.least_weight == correction(own, code, semantics=semantics).least_weight
        entries = 3 * len(code.symbols) * len(code.states)
        assert compared.cube_mass == Fraction(1, entries ** len(alone.used_tuples))
        assert compared.dimension == own.space.dimension


def test_what_differs_is_said_first_and_marked():
    found = compare(problem(), [DETECT_A, TURNED, WIDER, SWAPPED, ON], semantics=["mean-field"])
    parts = [(x.machine, x.part, x.order_only) for x in found.differences]
    assert parts == [(1, "keys", True), (2, "symbols", False), (3, "states", True)]
    assert found.differing_cells == (("A", "accept"),)
    lines = describe_comparison(found).splitlines()
    assert lines[1:4] == differences_in_words(found) and "in another order" in lines[1]
    table = lines[lines.index("on") :]
    assert "*! A accept R" in table[3] and "!" not in table[2]
    same = describe_comparison(compare(problem(), [DETECT_A, ON], semantics=["mean-field"]))
    assert same.splitlines()[1].startswith("All are in one space")


def test_targets_are_those_of_the_problem_whatever_the_other_code_answers():
    either = {"": ["reject", "accept"], "A": "accept", "B": ["reject", "accept"]}
    yes = changed("yes", start="accept")
    with pytest.raises(ProblemError, match=r"^yes cannot be compared on this problem: on '' after 3 steps"):
        compare(problem(), [DETECT_A, yes])
    found = compare(problem(targets=either), [DETECT_A, yes], semantics=["mean-field"])
    assert found.problems[1].targets == found.problems[0].targets and found.differences[0].part == "start"
    assert found.rows[1].code.value < found.rows[0].code.value


def test_names_that_another_code_has_not():
    other = DETECT_A.renamed({"A": "X"})
    with pytest.raises(MachineError, match=r"^detectA#2 cannot be compared on this problem: .*'A'"):
        compare(problem(), [DETECT_A, other])
    with pytest.raises(ProblemError, match="give two or more"):
        compare(problem(), [DETECT_A])


def test_lists_whose_keys_err_have_no_cube_and_mark_their_tuples():
    listed = Description.of(ON)
    asked = problem(keys="noisy")
    found = compare(asked, [Description.of(DETECT_A), listed], semantics=["mean-field"])
    assert [code.cube_mass for code in found.codes] == [None, None]
    alone = learning_coefficient(SynthesisProblem.of_machine(listed, words("AB", 1), 3, keys="noisy"), listed,
                                 semantics="mean-field")  # fmt: skip
    assert found.rows[1].code.value == alone.value
    assert "*! 3  A accept" in describe_comparison(found)
    assert Comparison.from_json(found.to_json()) == found


def test_what_is_ended_has_the_rows_that_were_done():
    asked = problem()
    with limited(1e-9), pytest.raises(BudgetError) as caught:
        compare(asked, [DETECT_A, ON])
    part = caught.value.partial
    assert isinstance(part, Comparison) and part.rows == () and not part.complete
    assert Comparison.from_json(part.to_json()).to_json() == part.to_json()
    cut = compare(problem(), [DETECT_A, ON], semantics=["quenched"], chart="bits", memory=3000)
    assert not cut.complete and cut.rows[0].code.value is None
    assert "?" in describe_comparison(cut) and "not complete" in describe_comparison(cut)
    assert Comparison.from_json(cut.to_json()) == cut
