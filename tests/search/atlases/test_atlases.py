"""Atlases: rows against single learning coefficients, the summary, tables and pictures, partial results."""

import csv
import json
import statistics
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from noisytm import (
    Atlas,
    BudgetError,
    FormatError,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    atlas,
    correction,
    learning_coefficient,
    library,
    solutions,
)
from noisytm._clock import limited
from noisytm.search.atlases import Alike, CodeRow
from noisytm.search.atlases.groups import AtlasTally, rank_correlation
from noisytm.search.atlases.rows import packed, unpacked

PARITY = SynthesisProblem.of_machine(library.machine("parity"), ["", "1", "11", "111"], 4)


@pytest.fixture(scope="module")
def sampled():
    return atlas(PARITY, sample=24, seed=5)


def test_rows_are_what_single_codes_have(sampled):
    """The same numbers as one by one, over all options."""
    other = {"semantics": "quenched", "loss": "brier", "chart": "sphere"}
    for found, options in ((sampled, {}), (atlas(PARITY, sample=3, **other), other)):
        rows = list(found.each_row())
        assert len(rows) == found.codes
        for row in rows[::6]:
            machine = TuringMachine.from_json(json.loads(row["code"]))
            single = learning_coefficient(found.problem, machine, **options)
            assert (
                Fraction(row["learning_coefficient"]) == single.value == Fraction(row["learning_coefficient_decimal"])
            )
            assert row["multiplicity"] == single.multiplicity
            assert row["used_tuples"] == single.description_length.used_tuples == len(single.used_tuples)
            assert row["dimension"] == len(single.certificate.primal)
            near = correction(found.problem, machine, **{k: v for k, v in options.items() if k != "loss"})
            assert row["least_fatal_weight"] == near.degree + 1
            assert row["log2_mass"] == found.log2_mass(row["used_tuples"])


def test_all_codes_of_a_small_space_are_there_once():
    problem = SynthesisProblem.of_machine(
        TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"]), [""], steps=3
    )
    found = atlas(problem)
    assert (found.codes, found.solutions) == (3, solutions(problem).codes) and found.complete
    assert len({row["code"] for row in found.each_row()}) == 3


def test_used_tuples_are_those_that_the_cube_settles(sampled):
    drawn = solutions(PARITY).sample(24, seed=5)
    assert [row.used for row in sampled.rows] == [int((cube >= 0).sum()) for cube in drawn.cubes]
    assert [row.code for row in sampled.rows] == [tuple(code.tolist()) for code in drawn.codes]


def row(code, used, value, m=1, weight=1):
    return CodeRow(code, used, Fraction(value), m, weight)


def test_the_best_codes_and_the_pair_that_shows_net_negative_correction():
    rows = [row((3,), 3, 9), row((2,), 3, 8), row((1,), 3, 8), row((0,), 3, 8, 2), row((4,), 4, 10), row((5,), 5, 7),
            row((6,), 6, "13/2", weight=None)]  # fmt: skip
    tally = AtlasTally.of(rows)
    assert {used: best.code for used, best in tally.best.items()} == {3: (0,), 4: (4,), 5: (5,), 6: (6,)}
    assert [one.code for one in tally.by_value] == [(6,), (5,), (0,), (1,), (2,), (3,), (4,)]
    assert [one.code for one in tally.by_weight] == [(0,), (1,), (2,), (3,), (4,), (5,), (6,)]
    assert tally.codes[Alike(3, Fraction(8), 1, 1)] == 2
    assert list(unpacked(packed(rows))) == rows


def test_a_pair_is_there_only_where_a_longer_code_is_simpler(sampled):
    assert sampled.net_negative is None
    best = tuple(
        AtlasTally.of([row((0, 0, 0, 0), 3, 8), row((0, 0, 0, 1), 4, 9), row((1, 0, 0, 1), 4, "15/2")]).best.values()
    )
    made = Atlas(sampled.units, 3, None, None, {}, best, (), (), {})
    assert made.net_negative == best


def ranks(values):
    """Mean ranks, one value after the other."""
    return [sum((other < one) + (other == one) / 2 for other in values) + 1 / 2 for one in values]


def test_rank_correlation_is_that_of_mean_ranks():
    codes = {(3, Fraction(8)): 4, (3, Fraction(19, 2)): 1, (4, Fraction(8)): 2, (5, Fraction(29, 3)): 3}
    weights, values = zip(*[(-k, value) for (k, value), n in codes.items() for _ in range(n)], strict=True)
    naive = statistics.correlation(ranks(weights), ranks(values))
    assert rank_correlation(codes) == pytest.approx(naive, abs=1e-12) and naive < 0
    assert rank_correlation({(3, Fraction(8)): 4, (3, Fraction(9)): 1}) is None


def test_tables_and_pictures_hold_the_numbers(sampled, tmp_path):
    sampled.save(tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert [{name: str(value) for name, value in one.items()} for one in sampled.each_row()] == read
    sampled.plot(tmp_path / "atlas.svg")
    sampled.save(tmp_path / "again.svg")
    assert (tmp_path / "atlas.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
    tree = ElementTree.parse(tmp_path / "atlas.svg")
    (told,) = [x.text for x in tree.iter("{http://purl.org/dc/elements/1.1/}description")]
    numbers = json.loads(told)
    assert sum(codes for *_, codes in numbers["dots"]) == 24 and numbers["bound_by_used_tuple"] == "4"
    assert numbers["named"] == {"parity": [4, "12"]}
    text = (tmp_path / "atlas.svg").read_text(encoding="utf-8")
    assert ">parity<" in text and ">used tuples k<" in text
    for path, told in (("rows.xls", "end the name in"), ("no/rows.csv", "cannot write"), ("no/a.svg", "cannot write")):
        with pytest.raises(FormatError, match=told):
            sampled.save(tmp_path / path)


def test_a_record_has_all_but_the_rows(sampled):
    again = Atlas.from_json(json.loads(json.dumps(sampled.to_json())))
    assert again.to_json() == sampled.to_json() and again.groups == sampled.groups and again.best == sampled.best
    with pytest.raises(FormatError, match="holds no rows"):
        again.each_row()


@pytest.mark.slow
def test_what_was_looked_at_is_left_behind_and_gone_on_from(tmp_path, sampled):
    store = tmp_path / "store"
    with limited(0.3), pytest.raises(BudgetError) as ended:
        atlas(PARITY, sample=400, seed=5, resume=store)
    part = ended.value.partial
    assert not part.complete and 0 < part.codes < 400
    with pytest.raises(FormatError, match="another search"):
        atlas(PARITY, sample=24, seed=6, resume=store)
    whole = [atlas(PARITY, sample=24, seed=5, resume=tmp_path / "other") for _ in range(2)]
    assert all(list(one.rows) == list(sampled.rows) and one.complete for one in whole)


def test_no_row_is_left_behind_before_codes_are_looked_at():
    large = SynthesisProblem.of_machine(library.machine("detectA"), ["A" * 3, "B" * 4], 10)
    with limited(0.01), pytest.raises(BudgetError) as ended:
        atlas(large, sample=3)
    part = ended.value.partial
    assert (part.codes, part.best, part.complete) == (0, (), False)


def test_wrong_arguments():
    none = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 1, targets=None)
    for options, told in (
        ({"all": True, "sample": 3}, "give one of the two"),
        ({"sample": 0}, "sample"),
        ({"all": 1}, "all"),
        ({"semantics": "mean"}, "semantics"),
        ({"chart": "sphere", "prior_concentration": 2}, "sphere"),
        ({"prior_concentration": {("x", "y", "next"): 2}}, "no such tuple"),
    ):
        with pytest.raises(ProblemError, match=told):
            atlas(PARITY, **options)
    with pytest.raises(ProblemError, match="17,006,112 codes solve the problem, more than"):
        atlas(none)
