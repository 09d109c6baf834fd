"""Semantics that are defined here, and registered, are known everywhere: values, λ, syndromes, surveys, the command."""

import itertools
import json
import random
from fractions import Fraction

import numpy as np
import pytest
from seeds import ALL_SEEDS, seeds, slow_where, sweep

from noisytm import (
    ProblemError,
    SynthesisProblem,
    bounds,
    brier_hessian,
    compiled_loss,
    correction,
    fatal_syndromes,
    leading_part,
    learning_coefficient,
    library,
    loss_and_gradient,
    sampled_wrong_probability,
    simulate,
    survey,
    verify,
    words,
    wrong_probability,
)
from noisytm.algebra import Numbers
from noisytm.cli import main
from noisytm.degeneracy.oracle.readable_costs import ReadableCosts
from noisytm.degeneracy.oracle.searches import entry_costs
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration
from noisytm.relaxation.generic.readings import loss as generic_loss
from noisytm.relaxation.generic.readings import wrong
from noisytm.relaxation.semantics import SEMANTICS, Head, Marginal, Reading, Runs, Semantics, checked_semantics

MACHINE = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(MACHINE, words("AB", 1), 2, weights=[1, 2, 3])
EXACT = Numbers(Fraction(0), Fraction(1))


class FirstMatch(Marginal):
    """As pseudo-utm, but the first match wins."""

    name = "first-match"
    description = "the tuples are scanned in order as independent events, and the first match wins"

    def head(self, ops, y, z, keys):
        none, match = ops.one, []
        for symbol, state in keys:
            match.append(ops.times(ops.times(y[symbol], z[state]), none))
            none = ops.times(none, ops.rest(symbol, state))
        return Head(match, [ops.times(none, v) for v in y], [ops.times(none, v) for v in z], none)


class Sticky(Runs):
    """Noise that is drawn anew, except that a tuple which is used twice in a row does the same again."""

    name = "sticky"
    description = "noise is drawn anew unless the same tuple is used twice in a row"

    def ways(self, at, memory, choices):
        if memory and memory[0] == at:
            return [(memory[1], memory, False)]
        return [(k, (at, k), True) for k in range(len(choices))]


class Vote(Semantics):
    """Only a readable step, of neither family: every entry is drawn three times at each use, and the majority acts.

    Where all three differ the first does. Nothing of the package's own stepping is used.
    """

    name = "vote"
    description = "every entry is drawn three times at each use, and the majority acts"
    charts = ("simplex", "sphere")

    class Read(Reading):
        def __init__(self, algebra, problem, code):
            super().__init__(algebra, problem, code)
            blocks = [(start, names) for _, start, names in problem.space.blocks]
            self.acts = [
                [
                    (written, algebra.product(shares))
                    for written, shares in (
                        zip(*act, strict=True)
                        for act in itertools.product(*(self.voted(row, start, names) for start, names in blocks))
                    )
                ]
                for row in code
            ]

        def voted(self, row, start, names):
            """Return the values of an entry with what three draws give each."""
            draws = {name: [] for name in names}
            for a, b, c in itertools.product(range(len(names)), repeat=3):
                draws[names[b if b == c else a]].append(self.algebra.product(row[start + x] for x in (a, b, c)))
            return [(name, self.algebra.sum(values)) for name, values in draws.items()]

        def start(self, word):
            steps, space = self.problem.steps, self.problem.space
            tape = (*[space.blank] * steps, *word, *[space.blank] * (steps + 1))
            return {(tape, steps, space.start): self.algebra.one}

        def step(self, before, left):
            after, keys = {}, self.problem.space.keys
            for (tape, head, state), value in before.items():
                if (tape[head], state) not in keys:
                    after.setdefault((tape, head, state), []).append(value)
                    continue
                for (write, to, move), share in self.acts[keys.index((tape[head], state))]:
                    if self.algebra.size(total := self.algebra.times(value, share)):
                        written = (*tape[:head], write, *tape[head + 1 :])
                        after.setdefault((written, head + "LSR".index(move) - 1, to), []).append(total)
            return {end: self.algebra.sum(values) for end, values in after.items()}

        def outcomes(self, end):
            found = {}
            for (_, _, state), value in end.items():
                found.setdefault((state,), []).append(value)
            return {outcome: self.algebra.sum(values) for outcome, values in found.items()}

    def read(self, algebra, problem, code):
        return self.Read(algebra, problem, code)

    def reads(self, readout):
        return readout == "state"


NEW = (FirstMatch(), Sticky(), Vote())
NAMES = tuple(semantics.name for semantics in NEW)


@pytest.fixture(autouse=True)
def semantics_():
    before = list(SEMANTICS)
    with SEMANTICS.also(*NEW):
        yield
    assert list(SEMANTICS) == before


def exact(code):
    return [[Fraction(x) for x in row] for row in code.tolist()]


@pytest.mark.parametrize("new", NEW)
def test_probabilities_losses_and_gradients(new):
    codes = PROBLEM.space.sample(2, seed=3)
    found = wrong_probability(PROBLEM, codes, semantics=new.name)
    assert (wrong_probability(PROBLEM, codes, semantics=new) == found).all()
    for code, row in zip(codes, found, strict=True):
        np.testing.assert_allclose(row, [float(f) for f in wrong(EXACT, PROBLEM, exact(code), new)], rtol=1e-12)
    direction, step = PROBLEM.space.sample(2, seed=4) - codes, 1e-6
    for kind in ("log", "brier"):
        value, gradient = loss_and_gradient(PROBLEM, codes, semantics=new, loss=kind)
        for code, one in zip(codes, value, strict=True):
            assert one == pytest.approx(generic_loss(Numbers(), PROBLEM, code.tolist(), new, kind), rel=1e-11)
        ends = [loss_and_gradient(PROBLEM, codes + s * direction, semantics=new, loss=kind)[0] for s in (step, -step)]
        slope = (gradient * direction).sum(axis=(1, 2))
        np.testing.assert_allclose(slope, (ends[0] - ends[1]) / (2 * step), rtol=1e-6, atol=1e-9)


def test_the_formula_of_the_first_match():
    """One step by hand: what matters is the order of the tuples, turned round."""
    machine = type(MACHINE)(MACHINE.symbols, "_", MACHINE.states, MACHINE.start, MACHINE.tuples[::-1])
    turned = SynthesisProblem.of_machine(machine, PROBLEM.inputs, 2, weights=[1, 2, 3])
    codes = PROBLEM.space.sample(3, seed=8)
    one = wrong_probability(PROBLEM, codes, semantics="first-match")
    other = wrong_probability(turned, codes[:, ::-1].copy(), semantics="pseudo-utm")
    np.testing.assert_allclose(one, other, rtol=1e-12)
    assert not np.allclose(one, wrong_probability(PROBLEM, codes, semantics="pseudo-utm"))
    first = learning_coefficient(PROBLEM, MACHINE, semantics="first-match")
    assert first.value == learning_coefficient(turned, machine, semantics="pseudo-utm").value


@pytest.mark.parametrize(("new", "chart"), list(itertools.product(NEW, ("simplex", "bits", "sphere"))))
@slow_where("new8-sphere", "new6-simplex")
def test_learning_coefficients_and_their_certificates(new, chart):
    if new.charts is not None and chart not in new.charts:
        with pytest.raises(ProblemError, match="chart is 'bits'; semantics vote supports simplex, sphere"):
            learning_coefficient(PROBLEM, MACHINE, semantics=new, chart=chart)
        return
    result = learning_coefficient(PROBLEM, MACHINE, semantics=new, chart=chart)
    result.certificate.verify()
    assert result.semantics == new.name
    verify(json.loads(json.dumps(result.to_json())))
    slow = learning_coefficient_by_enumeration(PROBLEM, MACHINE, semantics=new, chart=chart)
    assert (result.value, result.multiplicity) == slow
    assert bounds(PROBLEM, MACHINE, semantics=new, chart=chart) == result.bounds
    assert result.bounds.fatal_alone <= result.value <= result.bounds.used_tuples


@pytest.mark.parametrize("new", NEW)
def test_syndromes_and_what_they_say(new):
    found = fatal_syndromes(PROBLEM, MACHINE, semantics=new.name, max_weight=2)
    assert found.semantics == new.name and (found.least_weight == 1) is (new.name != "vote")
    part = leading_part(PROBLEM, MACHINE, semantics=new)
    least = correction(PROBLEM, MACHINE, semantics=new)
    assert least.semantics == new.name and part.degree == found.least_weight == least.least_weight
    alone = {j for syndrome in found.syndromes for j, _ in syndrome if len(syndrome) == 1 and syndrome[0][1] == 1}
    hessian = brier_hessian(PROBLEM, MACHINE, semantics=new)
    assert {j for j, row in enumerate(hessian.matrix) if any(row)} == alone


@sweep
@pytest.mark.parametrize("seed", seeds(range(12), 6))
@slow_where("5")
def test_the_readable_oracle_finds_what_the_compiled_ones_find(seed):
    """Least costs in all four semantics; what it returns has that cost, and the fewest errors."""
    rng = random.Random(seed)
    problem = SynthesisProblem.of_machine(MACHINE, words("AB", 1), 1 + seed % 3, ("state", "tape:2")[seed % 2])
    rows, width = problem.space.shape
    right = problem.space.embed(MACHINE).ravel() > 0
    costs = np.array([rng.choices([1, 2, 5, 30], k=rows * width) for _ in range(2)], dtype=np.int64)
    costs[:, right] = 0
    pairs = np.array(list(itertools.product(range(3), range(2))), dtype=np.int64)
    for name in ("mean-field", "pseudo-utm", "annealed", "quenched"):
        columns, kind = np.flatnonzero(~right), checked_semantics(name)
        fast, slow = entry_costs(kind, problem, columns), ReadableCosts(problem, kind, columns)
        for limit in (2, 7, 1 << 50):
            assert (slow.least(costs, pairs, limit) == fast.least(costs, pairs, limit)).all()
            found, least, counts = slow.syndromes(costs, pairs, limit)
            theirs, their_least, _ = fast.syndromes(costs, pairs, limit)
            assert found.tolist() == sorted(theirs.tolist()) and sorted(least) == sorted(their_least)
            assert ((counts * costs[pairs[found, 1]]).sum(axis=1) == least).all()
        # A cost that also counts errors: of equally cheap ones the fewest are returned.
        refined = (costs[:1] << 8) + ~right
        found, least, counts = slow.syndromes(costs, pairs[::2], 1 << 50)
        assert ((least << 8) + counts.sum(axis=1) == slow.least(refined, pairs[::2], 1 << 58)[found]).all()
        row = costs[0].tolist()
        for scale in (1, 3**60):
            scaled = [scale * c for c in row]
            assert slow.least_in_integers(scaled, None) == fast.least_in_integers(scaled, None)


def test_a_vote_corrects_every_single_error():
    once, thrice = (learning_coefficient(PROBLEM, MACHINE, semantics=name) for name in ("annealed", "vote"))
    assert correction(PROBLEM, MACHINE, semantics="vote").degree == 1
    assert once.value / 2 <= thrice.value < once.value


@sweep
@pytest.mark.slow
def test_survey_and_command(capsys):
    rows = survey(PROBLEM, MACHINE, charts=["simplex"], losses=["log"], semantics=["annealed", *NEW[:2]]).rows
    assert [row.semantics for row in rows] == ["annealed", "first-match", "sticky"]
    assert all(row.code.value is not None for row in rows)
    everything = survey(PROBLEM, MACHINE, losses=["log"]).rows
    asked = {(row.semantics, row.chart) for row in everything}
    assert {("vote", "simplex"), ("sticky", "bits")} <= asked and ("vote", "bits") not in asked
    for name in NAMES if ALL_SEEDS else NAMES[:2]:
        arguments = ["detectA", "--words", "A,B", "--steps", "2", "--semantics", name, "--json"]
        assert main(["bound", *arguments]) == 0
        record = json.loads(capsys.readouterr().out)
        assert record["semantics"] == name
        verify(record)
        assert main(["syndromes", *arguments]) == 0
        assert json.loads(capsys.readouterr().out)["semantics"] == name
    for verb in ("bound", "syndromes"):
        assert main([verb, "--help"]) == 0
        text = " ".join(capsys.readouterr().out.replace("│", " ").split())
        for new in NEW:
            assert f"{new.name} ({new.description})" in text


def test_what_a_semantics_does_not_do_is_refused():
    problem = SynthesisProblem.of_machine(MACHINE, ["A"], 2, "tape:1")
    with pytest.raises(ProblemError, match="readout is 'tape:1'; semantics vote does not support it"):
        learning_coefficient(problem, MACHINE, semantics="vote")
    with pytest.raises(ProblemError, match="it must be one of first-match, mean-field, pseudo-utm"):
        simulate(problem.space, problem.space.embed(MACHINE), "A", 2, semantics="sticky")
    with pytest.raises(ProblemError, match="it must be one of first-match, mean-field, pseudo-utm"):
        compiled_loss(problem, semantics="vote")
    with pytest.raises(ProblemError, match="semantics is sticky; runs are sampled only where"):
        sampled_wrong_probability(problem, problem.space.embed(MACHINE), semantics="sticky", samples=100)
    narrow = type("Narrow", (FirstMatch,), {"name": "narrow", "reads": lambda self, readout: readout == "state"})()
    with SEMANTICS.also(narrow), pytest.raises(ProblemError, match="semantics narrow does not support it"):
        wrong_probability(problem, problem.space.embed(MACHINE), semantics="narrow")
    with pytest.raises(ProblemError, match="'first-match' is registered already"):
        SEMANTICS.register(FirstMatch())
    with pytest.raises(ProblemError, match="is not registered"):
        learning_coefficient(PROBLEM, MACHINE, semantics=FirstMatch())
    with pytest.raises(ProblemError, match="semantics is 3; it must be one of"):
        learning_coefficient(PROBLEM, MACHINE, semantics=3)
