"""λ and K from a code to the one with a single entry exchanged: against λ of the points, and K of the codes."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from noisytm import (
    BudgetError,
    Coordinate,
    Description,
    EntryNoise,
    Face,
    LeadingLoss,
    MachineError,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    coefficient_along_entry,
    learning_coefficient,
    library,
    loss_and_gradient,
    words,
)
from noisytm.algebra import Numbers
from noisytm.relaxation.generic.readings import loss as exact_loss

DETECT_A = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)
# Writes twice what one tuple says: two equal symbols are right, whichever they are.
TWICE = TuringMachine(["_", "A", "B"], "_", ["go"], "go", [("_", "go", "A", "go", "L")])
EQUAL = SynthesisProblem.of_machine(TWICE, [""], 2, readout="tape:3", targets={"": ["_AA", "_BB"]})


def mixed(found, h):
    """Return the code at h, over any numbers."""
    ends = [found.problem.space.embed(machine).tolist() for machine in (found.machine, found.exchanged)]
    return [[(1 - h) * int(a) + h * int(b) for a, b in zip(*rows, strict=True)] for rows in zip(*ends, strict=True)]


@pytest.mark.parametrize(
    ("entry", "semantics", "values"),
    [
        (("A", "reject", "write", "B"), "pseudo-utm", ["29/3", "10", "35/4"]),
        (("_", "accept", "next", "reject"), "mean-field", ["10", "46/3", "46/3"]),  # of a tuple that is not used
        (("_", "accept", "write", "B"), "mean-field", ["10", "10", "10"]),
    ],
)
def test_an_entry_that_is_harmless_alone(entry, semantics, values):
    found = coefficient_along_entry(PROBLEM, DETECT_A, entry, semantics=semantics)
    error = Coordinate(*entry)
    assert found.harmless and found.complete and found.entry == error
    for point, at in zip(found.points, (DETECT_A, Face(DETECT_A, (error,)), found.exchanged), strict=True):
        alone = learning_coefficient(PROBLEM, at, semantics=semantics)
        assert point.status == "proved" and point.lower == point.upper == alone.value
        assert point.multiplicity == alone.multiplicity
    assert [point.lower for point in found.points] == list(map(Fraction, values))
    assert found.points[1].lower >= max(found.points[0].lower, found.points[2].lower)  # it can only drop at the ends
    assert {loss for _, loss in found.losses} == {0.0} and found.leading is None
    assert not np.any(loss_and_gradient(PROBLEM, np.array(mixed(found, 0.3)), semantics=semantics)[0])
    (own,) = (t for t in found.exchanged.tuples if (t.read, t.state) == entry[:2])
    assert own._asdict()[entry[2]] == entry[3] and found.exchanged.name == ""
    assert sum(a != b for a, b in zip(found.exchanged.tuples, DETECT_A.tuples, strict=True)) == 1


@pytest.mark.parametrize("loss", ["log", "brier"])
@pytest.mark.parametrize("semantics", ["mean-field", "pseudo-utm"])
def test_the_loss_along_an_entry_that_is_fatal_alone(semantics, loss):
    found = coefficient_along_entry(
        PROBLEM, DETECT_A, ("A", "reject", "next", "reject"), semantics=semantics, loss=loss
    )
    assert [point.status for point in found.points] == ["proved", "unsolved", "unsolved"] and not found.harmless
    assert found.points[0].lower == learning_coefficient(PROBLEM, DETECT_A, semantics=semantics, loss=loss).value
    for h, value in found.losses[::6]:
        assert value == loss_and_gradient(PROBLEM, np.array(mixed(found, h)), semantics=semantics, loss=loss)[0][0]
        assert exact_loss(Numbers(), PROBLEM, mixed(found, h), semantics, loss) == pytest.approx(value, rel=1e-9)
    # On the word AA it may wrongly go on three times, or four where a scan can keep the state that is wrong.
    weight = {"mean-field": 3, "pseudo-utm": 4}[semantics]
    assert found.leading.degree == weight * {"log": 1, "brier": 2}[loss] and found.leading_at_one is None
    assert found.losses[0] == (1e-6, pytest.approx(float(found.leading.coefficient) * 1e-6**found.leading.degree))


@pytest.mark.parametrize("entry", [("B", "reject", "move", "S"), ("_", "reject", "write", "A")])
@pytest.mark.parametrize("semantics", ["mean-field", "annealed", pytest.param("quenched", marks=pytest.mark.slow)])
def test_how_the_brier_loss_vanishes_exactly(semantics, entry):
    found = coefficient_along_entry(PROBLEM, DETECT_A, entry, semantics=semantics, loss="brier")
    h, leading = Fraction(1, 10**9), found.leading
    value = exact_loss(Numbers(Fraction(0), Fraction(1)), PROBLEM, mixed(found, h), semantics, "brier")
    assert leading.degree % 2 == 0 and abs(value / h**leading.degree - leading.coefficient) < 100 * h


def test_how_the_loss_vanishes_is_exact_whatever_the_degree():
    # A scan can keep the state that is wrong: what has to err is doubled at each step.
    longer = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 30)
    found = coefficient_along_entry(longer, DETECT_A, ("A", "reject", "next", "reject"))
    assert (found.leading.degree, found.leading.coefficient) == (2**28, Fraction(1, 7))
    assert found.losses[0][1] == 0 and found.leading.at(0.1) == 0
    _, lower = found.curves()
    assert [curve.name for curve in lower.curves] == ["K"] and "a float holds 0" in lower.x
    assert all(loss > 0 for _, loss, _ in lower.curves[0].points)


def test_the_leading_order_at_h_beyond_floats():
    large = LeadingLoss(1990, Fraction(2**2000, 3))
    assert large.at(0.5) == pytest.approx(1024 / 3) and LeadingLoss(1, large.coefficient).at(0.5) == math.inf
    assert large.at(0) == 0 and large.at("1/2") == large.at(0.5)
    with pytest.raises(MachineError, match="from 0 to 1"):
        large.at(1.5)
    assert math.isnan(LeadingLoss(3, None).at(0.5)) and LeadingLoss(3, None).of("h") == "c·h^3"


def test_both_codes_solve_it_and_nothing_between_them_does():
    entry = "_", "go", "write", "B"
    found = coefficient_along_entry(EQUAL, TWICE, entry, semantics="mean-field")
    assert [point.status for point in found.points] == ["proved", "unsolved", "proved"]
    assert found.loss_in_words() == "K ~ 2·h as h → 0; K ~ 2·(1 − h) as h → 1"
    for h, value in found.losses:
        assert value == pytest.approx(-np.log1p(-2 * h * (1 - h)), rel=1e-9)
    kept = coefficient_along_entry(EQUAL, TWICE, entry, semantics="quenched")  # there both cells get the same
    assert kept.harmless and [point.status for point in kept.points] == ["proved"] * 3
    squared = coefficient_along_entry(EQUAL, TWICE, entry, semantics="mean-field", loss="brier")
    assert squared.loss_in_words() == "K ~ 4·h^2 as h → 0; K ~ 4·(1 − h)^2 as h → 1"


def test_other_charts_and_priors():
    entry = "A", "reject", "write", "_"
    whole = coefficient_along_entry(PROBLEM, DETECT_A, entry, semantics="mean-field")
    half = coefficient_along_entry(PROBLEM, DETECT_A, entry, semantics="mean-field", chart="sphere")
    prior = coefficient_along_entry(PROBLEM, DETECT_A, entry, semantics="mean-field", prior_concentration="1/3")
    for one, two, three in zip(whole.points, half.points, prior.points, strict=True):
        assert (two.lower, three.lower) == (one.lower / 2, one.lower / 3)
    bits = coefficient_along_entry(PROBLEM, DETECT_A, entry, semantics="mean-field", chart="bits")
    assert bits.points[1].status == "proved"
    with pytest.raises(ProblemError, match="free binary digits"):
        coefficient_along_entry(PROBLEM, DETECT_A, ("A", "reject", "write", "B"), chart="bits")


def test_records_come_back_and_what_they_name_is_there():
    found = coefficient_along_entry(EQUAL, TWICE, ["_", "go", "write", "B"], semantics="mean-field")
    assert EntryNoise.from_json(found.to_json()) == found
    record = found.to_json()
    record["options"]["entry"]["wrong"] = "C"
    with pytest.raises(Exception, match="no entry that errs") as caught:
        EntryNoise.from_json(record)
    assert type(caught.value).__name__ == "FormatError"
    part = replace(found, points=found.points[:1], losses=(), leading=None, leading_at_one=None, complete=False)
    assert EntryNoise.from_json(part.to_json()) == part and part.loss_in_words() == "K is not known"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (("A", "reject", "next", "accept"), "own value"),
        (("A", "reject", "next", "rejct"), "did you mean 'reject'"),
        (("A", "reject", "nxt", "reject"), "did you mean 'next'"),
        (("A", "begin", "next", "reject"), "no tuple that the machine lists"),
        (("A", "reject", "next"), "give \\(symbol, state, kind, wrong value\\)"),
        ("A:reject:next=reject", "give \\(symbol"),
        (None, "give \\(symbol"),
    ],
)
def test_entries_that_are_none(entry, says):
    with pytest.raises(MachineError, match=says):
        coefficient_along_entry(PROBLEM, DETECT_A, entry)


def test_lists_and_machines_that_are_wrong_are_refused():
    noisy = SynthesisProblem.of_machine(DETECT_A, ["A"], 2, keys="noisy")
    with pytest.raises(MachineError, match="known by number"):
        coefficient_along_entry(noisy, Description.of(DETECT_A), ("A", "reject", "next", "reject"))
    wrong = coefficient_along_entry(PROBLEM, DETECT_A, ("A", "reject", "next", "reject"), semantics="mean-field")
    with pytest.raises(ProblemError):
        coefficient_along_entry(PROBLEM, wrong.exchanged, ("A", "reject", "next", "accept"))


def test_what_is_known_when_it_is_ended():
    with pytest.raises(BudgetError) as caught:
        coefficient_along_entry(PROBLEM, DETECT_A, ("A", "reject", "write", "B"), semantics="quenched", memory=3000)
    assert isinstance(caught.value.partial, EntryNoise) and not caught.value.partial.complete
