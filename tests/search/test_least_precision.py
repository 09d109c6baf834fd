"""Which program wins at which precision: the least Λ(s) of all codes, beside that of each code by itself."""

import functools
import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from seeds import ALL_SEEDS, examples, long, slow_where, sweep

from noisytm import GlobalLearningCoefficient, SynthesisProblem, global_learning_coefficient, library, precision
from noisytm._clock import OutOfTime
from noisytm.cli import main
from noisytm.degeneracy.program import PinnedCover, PinnedCovers, prove
from noisytm.errors import BudgetError, FormatError, ProblemError
from noisytm.geometry import checked_concentration
from noisytm.search import TableSpace
from noisytm.search.fixed import FixedOracle, FixedRuns
from noisytm.search.minimum import Below, TupleCoordinates
from noisytm.search.minimum.precisions import AskedAt, LeastAt, Settling
from noisytm.show import describe_least

INPUTS = ["1" * n for n in range(4)]


def parity(steps):
    return SynthesisProblem.of_machine(library.machine("parity"), INPUTS, steps)


@functools.cache
def found(steps, semantics="mean-field", loss="log"):
    return global_learning_coefficient(parity(steps), semantics=semantics, loss=loss, precision=True, pieces=8)


@functools.cache
def solving(steps):
    """Return all codes of two symbols and states that solve it, one after another."""
    tables = TableSpace.over(parity(steps))
    runs = FixedRuns(tables.problem(parity(steps)), tables)
    codes = itertools.product(range(tables.actions), repeat=4)
    return tables, [code for code in codes if runs.decided(list(code)) == (None, None)]


@sweep
@pytest.mark.parametrize(
    ("steps", "semantics"),
    [(5, "mean-field"), (5, "pseudo-utm"), (6, "pseudo-utm")] if ALL_SEEDS else [(5, "mean-field")],
)
@slow_where("5-mean-field")
def test_no_code_has_less_anywhere_and_one_has_it(steps, semantics):
    """All 20,736 codes, one after another, at all kinks of any of them and between."""
    least, (tables, codes) = found(steps, semantics).precision, solving(steps)
    codes = random.Random(steps).sample(codes, len(codes))
    assert least.complete
    curves = [
        precision(tables.problem(parity(steps)), tables.machine(code), semantics=semantics)
        for code in codes[: examples(len(codes), 4)]
    ]
    points = {Fraction(i, 8) for i in range(1, 33)} | {s for curve in curves for s, _ in curve.breakpoints}
    for s in points:
        assert least.at(s) <= min(curve.at(s) for curve in curves)
        assert not ALL_SEEDS or least.at(s) == min(curve.at(s) for curve in curves)
    for line in least.lines:
        own = precision(parity(steps), line.machine, semantics=semantics)
        assert (line.intercept, line.slope) in {(x.intercept, x.slope) for x in own.lines}
    for s, value in least.breakpoints:
        assert least.at(s) == value == precision(parity(steps), least.winner(s).machine, semantics=semantics).at(s)


def test_known_values():
    assert found(5).precision.in_words() == "min(10·s, 5 + 5·s, 12)"


@long
def test_known_values_in_the_other_semantics():
    assert found(4, "pseudo-utm").precision.in_words() == "min(8·s, 8)"
    least = found(5, "pseudo-utm").precision
    assert least.in_words() == "min(23/2·s, 10 + 3/2·s, 12)"
    assert least.breakpoints == ((1, Fraction(23, 2)), (Fraction(4, 3), 12)) and least.transversal == 12


@long
def test_brier_is_log_at_half_of_s():
    log, brier = found(5).precision, found(5, loss="brier").precision
    assert brier.complete and all(brier.at(s) == log.at(Fraction(s) / 2) for s in ("1/3", 2, "11/5", "14/5", 9))


def asked_at(s, semantics="pseudo-utm", steps=5):
    tables = TableSpace.over(parity(steps))
    return AskedAt(tables.problem(parity(steps)), tables, semantics, "log", "simplex", checked_concentration(1), s)


@sweep
@pytest.mark.parametrize("s", [Fraction(4, 3), None])
def test_what_a_partial_table_proves_holds_for_its_completions(s):
    """By the compiled program over v and z, and by trees."""
    rng = np.random.default_rng(3)
    asked, (_, codes) = asked_at(s), solving(5)
    below, settling = Below(asked), None if s is None else Settling(asked)
    proved = 0
    for code in rng.permutation(np.array(codes))[: examples(100, 8)]:
        exact = asked.attained(code).value
        table = np.where(rng.random(4) < 0.4, -1, code)
        below.begin(table, deepest=0)
        assert list(below.events()) and below.proved() <= exact
        if settling is not None:
            assert not settling.at_least(table.tolist(), exact + Fraction(1, 1000))
            assert settling.at_least(code.tolist(), exact)
            proved += 1
    assert settling is None or settling.proofs + settling.used_again == proved


def test_a_proof_is_used_again_only_where_its_syndromes_are_fatal():
    s, tables = Fraction(4, 3), solving(5)[1][:60]
    asked = asked_at(s)
    settling, weights = Settling(asked), asked.choices.weights(asked.concentration)
    lower = 0
    for code in tables:
        alone = prove(
            PinnedCovers(FixedOracle(asked.problem, asked.how, asked.choices, code), weights), s, Fraction(13), int
        )
        assert settling.at_least(code, Fraction(13)) == (not isinstance(alone, PinnedCover))
        lower += isinstance(alone, PinnedCover)
    assert settling.used_again > 0 and 0 < lower < len(tables)


def test_of_z_it_counts_whether_there_is_an_error_and_not_how_often():
    asked = asked_at(Fraction(3, 2))
    plain, both = TupleCoordinates.of(asked.choices, asked.concentration), asked.coordinates
    width = plain.columns.shape[1]
    assert both.blocks.gains[:, :width].tolist() == (3 * plain.blocks.gains).tolist()
    assert both.blocks.gains[:, width:].tolist() == (2 * plain.blocks.gains).tolist() and both.unit == Fraction(1, 2)
    below, often = Below(asked), []
    for code in solving(5)[1][::20]:
        below.begin(code)
        list(below.events())
        lp = below.packing
        for row in range(int(below.way.pool[0])):
            at, times = (x[row, : lp.size[row]] for x in (lp.place, lp.often))
            exponents = dict(zip(at.tolist(), times.tolist(), strict=True))
            of_v = {k: count for k, count in exponents.items() if k % (2 * width) < width}
            assert {k + width: 1 for k in of_v} == {k: exponents[k] for k in exponents.keys() - of_v.keys()}
            often += of_v.values()
    assert max(often) > 1


@pytest.mark.slow
def test_what_is_ended_has_the_lines_found(monkeypatch):
    real = LeastAt.search

    def ended(self, piece, incumbent):
        if self.asked.s is not None:
            raise OutOfTime("the time has run out")
        return real(self, piece, incumbent)

    monkeypatch.setattr(LeastAt, "search", ended)
    with pytest.raises(BudgetError) as raised:
        global_learning_coefficient(parity(5), semantics="mean-field", precision=True, pieces=8)
    part = raised.value.partial
    assert not part.complete and part.value == 10 and not part.precision.complete
    assert part.precision.breakpoints == ((1, 10),) and part.precision.winner(3).intercept == 12
    assert "not complete: Λ is nowhere above these lines" in describe_least(part)
    assert GlobalLearningCoefficient.from_json(part.to_json()) == part
    with pytest.raises(ProblemError, match="not complete"):
        part.precision.at(1)


@pytest.mark.slow
def test_it_is_kept_read_and_printed(tmp_path, capsys):
    store = str(tmp_path / "store")
    asked = functools.partial(global_learning_coefficient, parity(5), semantics="mean-field", resume=store)
    again = [asked(precision=True, pieces=8), asked(precision=True)]
    assert again[0] == again[1] and again[0].precision.in_words() == found(5).precision.in_words()
    assert {path.name for path in tmp_path.iterdir()} == {"store", "store.precision-beyond", "store.precision-7_5"}
    record = found(5).to_json()
    assert GlobalLearningCoefficient.from_json(record) == found(5)
    proofs = found(5).precision.proofs
    assert [(proof.s, proof.value, proof.by) for proof in proofs] == [
        (1, 10, "least-coefficient"), (Fraction(7, 5), 12, "search"), (None, 12, "search")
    ]  # fmt: skip
    assert proofs[0].nodes is None and sum(proof.nodes or 0 for proof in proofs) == found(5).precision.counts["nodes"]
    kept = record["precision"]["proofs"]
    for wrong in (kept[1:], [kept[1] | {"s": "3/2"}, *kept[2:]], [*kept[:2], kept[2] | {"value": "11"}], kept[:2]):
        with pytest.raises(FormatError, match="the proofs of precision are not of its breakpoints"):
            GlobalLearningCoefficient.from_json(record | {"precision": record["precision"] | {"proofs": wrong}})
    older = {name: value for name, value in record["precision"].items() if name != "proofs"}
    assert not GlobalLearningCoefficient.from_json(record | {"precision": older}).precision.proofs
    file = tmp_path / "found.json"
    found(5).save(file)
    assert main(["verify", str(file)]) == 1
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1
    assert "noisytm search --certificate FILE wrote, with --precision to prove the least Λ(s), too" in said.err
    record["precision"]["transversal"] = "11"
    with pytest.raises(FormatError, match="transversal"):
        GlobalLearningCoefficient.from_json(record)
    record["precision"] |= {"transversal": "12", "breakpoints": [["1", "10"]]}
    with pytest.raises(FormatError, match="do not meet where it says"):
        GlobalLearningCoefficient.from_json(record)
    text = describe_least(found(5))
    assert "5 + 5·s from s = 1, where it is 10\n" in text and "no code has τ below 12" in text
    assert "at s = 1 no code has less than 10: by the least λ\n" in text
    assert f"beyond all s no code has less than 12: by a search of {proofs[2].nodes:,} nodes\n" in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"space": "listed"}, "precision is for"),
        ({"semantics": "annealed"}, "follow marginals"),
        ({"chart": "sphere"}, "sphere"),
        ({"share": (1, 2)}, "merge the shares"),
    ],
)
def test_what_has_no_least_precision_is_refused(options, said):
    with pytest.raises(ProblemError, match=said):
        global_learning_coefficient(parity(5), **{"precision": True} | options)


@pytest.mark.parametrize(
    ("options", "code"),
    [(["--space", "listed"], 2), (["--count-only"], 2), (["--chart", "sphere"], 2), (["--semantics", "quenched"], 1)],
)
def test_the_command_refuses_it_too(options, code, capsys):
    assert main(["search", "parity", "--inputs", "1", "--steps", "4", "--precision", *options]) == code
    assert "precision" in capsys.readouterr().err


@pytest.mark.slow
def test_where_s_has_too_large_numbers_what_is_known_is_told(monkeypatch):
    monkeypatch.setattr("noisytm.search.minimum.blocks.MOST_GAIN", 4)
    with pytest.raises(BudgetError, match="at s = 7/5 cannot be searched") as raised:
        global_learning_coefficient(parity(5), semantics="mean-field", precision=True, pieces=8)
    assert raised.value.partial.value == 10 and raised.value.partial.precision.breakpoints == ((1, 10),)
