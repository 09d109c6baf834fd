"""A readout that is defined here and registered is known everywhere: problems, every semantics, files, the command."""

import json
from fractions import Fraction
from functools import cached_property

import numpy as np
import pytest
from seeds import slow_where

from noisytm import (
    SynthesisProblem,
    bounds,
    learning_coefficient,
    library,
    loss_and_gradient,
    sampled_wrong_probability,
    survey,
    verify,
    words,
    wrong_probability,
)
from noisytm.algebra import Numbers
from noisytm.cli import main
from noisytm.degeneracy.syndromes.curvature import brier_hessian
from noisytm.degeneracy.syndromes.error_correction import correction
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration, minimal_syndromes
from noisytm.degeneracy.syndromes.listing import fatal_syndromes
from noisytm.errors import ProblemError
from noisytm.problem import READOUTS, STATE, Readout, outcome, problem_from_mapping, readout_of
from noisytm.relaxation.generic import wrong
from noisytm.relaxation.generic.readings import loss as generic_loss
from noisytm.show import describe

SEMANTICS = ("mean-field", "pseudo-utm", "annealed", "quenched")
MACHINE = library.machine("detectA")


class HeadReadout(Readout):
    """The state and the cell under the head: places with different alphabets."""

    name = "state+head"
    form = "'state+head'"
    description = "the state and the cell under the head"

    @cached_property
    def places(self):
        return (STATE, 0)

    @property
    def phrase(self):
        return "the state and the cell under the head"


class FarReadout(Readout):
    """The cells 2 and 0, in this order, with the state between: gaps, any order, and a distance."""

    name = "far"
    form = "'far'"
    has_distance = True
    description = "the cell two to the right, the state, and the cell under the head"

    @cached_property
    def places(self):
        return (2, STATE, 0)

    @property
    def phrase(self):
        return "the cell two to the right, the state, and the cell under the head"


@pytest.fixture(autouse=True)
def readouts():
    with READOUTS.also(HeadReadout, FarReadout):
        yield
    assert list(READOUTS) == ["state", "tape"]


def task(readout="state+head", steps=3, longest=1, **options):
    return SynthesisProblem.of_machine(MACHINE, words("AB", longest), steps, readout, **options)


def by_paths(problem, code, semantics):
    """Return f_x of a pathwise semantics from every run of the whole machine, on a dictionary for a tape."""
    space = problem.space
    index = {key: i for i, key in enumerate(space.key_indices)}
    s, q = len(space.symbols), len(space.states)
    found = []
    for i, word in enumerate(problem.inputs):
        total = 0.0
        stack = [
            ({k: space.symbols.index(x) for k, x in enumerate(word)}, 0, space.states.index(space.start), 0, {}, 1.0)
        ]
        while stack:
            tape, head, state, made, drawn, mass = stack.pop()
            at = index.get((tape.get(head, space.symbols.index(space.blank)), state))
            if made == problem.steps or at is None:
                names = {k: space.symbols[x] for k, x in tape.items()}
                read = tuple(
                    space.states[state] if place == STATE else names.get(head + place, space.blank)
                    for place in problem.readout.places
                )
                total += 0.0 if problem.accepts(i, read) else mass
                continue
            effects = [drawn[at]] if at in drawn else np.ndindex(s, q, 3)
            for w, r, m in effects:
                share = 1.0 if at in drawn else code[at, w] * code[at, s + r] * code[at, s + q + m]
                kept = {**drawn, at: (w, r, m)} if semantics == "quenched" else {}
                stack.append(({**tape, head: w}, head + m - 1, r, made + 1, kept, mass * share))
        found.append(total)
    return np.array(found)


def test_texts_and_outcomes():
    readout = readout_of("state+head")
    assert readout == "state+head" and isinstance(readout, HeadReadout)
    assert (readout.places, readout.reach, readout.reads_state) == ((STATE, 0), 1, True)
    assert outcome(MACHINE, "BA", 5, "state+head") == ("accept", "A")
    with pytest.raises(ProblemError, match=r"it must be 'state', 'tape:K' with K >= 1, 'state[+]head' or 'far'"):
        readout_of("head")


def test_places_are_checked():
    class Twice(HeadReadout):
        name = "twice"
        places = (0, STATE, 0)

    class Left(HeadReadout):
        name = "left"
        places = (-2,)

    class Nothing(HeadReadout):
        name = "nothing"
        places = ()

    with READOUTS.also(Twice, Left, Nothing):
        for text in ("twice", "left", "nothing"):
            with pytest.raises(ProblemError, match=f"readout {text} looks at the places"):
                readout_of(text)


def test_problems_and_their_files():
    problem = task()
    assert problem.readout == "state+head" and problem.targets[1] == (("accept", "A"),)
    record = json.loads(json.dumps(problem.to_json(MACHINE)))
    assert record["readout"] == "state+head" and record["targets"]["A"] == ["accept", "A"]
    again = problem_from_mapping({k: v for k, v in record.items() if k not in ("noisytm", "machine")}, MACHINE)
    assert again == problem and hash(again) == hash(problem) and again.key == problem.key != task("state").key
    several = {"": ["reject", "_"], "A": [["accept", "A"], ["accept", "B"]], "B": [["reject", "_"]]}
    assert task(targets=several).targets[1:] == ((("accept", "A"), ("accept", "B")), (("reject", "_"),))
    for wrong_one, message in (
        ("accept", "reads the state and the cell under the head"),
        (["A", "accept"], "is no outcome of the readout state[+]head"),
        ([["accept"]], "is no outcome"),
    ):
        with pytest.raises(ProblemError, match=message):
            task(targets={"": ["reject", "_"], "A": wrong_one, "B": ["reject", "_"]})


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("readout", ["state+head", "far"])
@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("near", [0, 1])
@slow_where("0-False-state+head-annealed", "0-False-state+head-quenched")
def test_probabilities_and_gradients(semantics, readout, several, near):
    steps = 2 if semantics in ("annealed", "quenched") else 3
    if near and not readout_of(readout).has_distance:
        with pytest.raises(ProblemError, match="have no distance"):
            task(readout, steps, hamming=near)
        return
    problem = task(readout, steps, hamming=near)
    if several:
        other = tuple(names[-1] for names in problem.readout.alphabets(problem.space))
        listed = [[own[0], other] for own in problem.targets]
        pairs = zip(problem.inputs, listed, strict=True)
        problem = task(
            readout, steps, targets={"".join(w): [list(y) for y in dict.fromkeys(ys)] for w, ys in pairs}, hamming=near
        )
    codes = problem.space.sample(11, seed=3)
    found = wrong_probability(problem, codes, semantics=semantics)
    for code, f in zip(codes[:3], found[:3], strict=True):
        np.testing.assert_allclose(f, wrong(Numbers(), problem, code.tolist(), semantics), rtol=1e-12)
        if semantics in ("annealed", "quenched"):
            np.testing.assert_allclose(f, by_paths(problem, code, semantics), rtol=1e-12)
    assert (wrong_probability(problem, problem.space.embed(MACHINE), semantics=semantics) == 0).all()
    for loss in ("log", "brier"):
        value, gradient = loss_and_gradient(problem, codes, semantics=semantics, loss=loss)
        np.testing.assert_allclose(
            value[0], generic_loss(Numbers(), problem, codes[0].tolist(), semantics, loss), rtol=1e-12
        )
        direction, step = problem.space.sample(11, seed=4) - codes, 1e-6
        up, down = (
            loss_and_gradient(problem, codes + s * direction, semantics=semantics, loss=loss)[0] for s in (step, -step)
        )
        np.testing.assert_allclose((gradient * direction).sum(axis=(1, 2)), (up - down) / (2 * step), rtol=1e-6)


@pytest.mark.parametrize("semantics", ["annealed", "quenched"])
def test_samples(semantics):
    problem, code = task("far", 2), task("far", 2).space.sample(1, seed=3)
    found = sampled_wrong_probability(problem, code, semantics=semantics, samples=4000, seed=1)
    exact = wrong_probability(problem, code, semantics=semantics)
    assert (abs(found.value - exact) < 5 * found.standard_error).all()


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("readout", ["state+head", "far"])
@slow_where("state+head-quenched", "state+head-annealed")
def test_learning_coefficients(semantics, readout):
    problem = task(readout, 2)
    result = learning_coefficient(problem, MACHINE, semantics=semantics)
    result.certificate.verify()
    assert learning_coefficient_by_enumeration(problem, MACHINE, semantics=semantics) == (
        result.value,
        result.multiplicity,
    )
    chain = bounds(problem, MACHINE, semantics=semantics)
    assert chain.fatal_alone <= result.value <= chain.used_tuples
    alone = {s for s in minimal_syndromes(problem, MACHINE, semantics) if sum(s) == 1}
    found = fatal_syndromes(problem, MACHINE, semantics=semantics, max_weight=1).syndromes
    assert {((s.index(1), 1),) for s in alone} == set(found) and alone
    assert correction(problem, MACHINE, semantics=semantics).least_weight >= 1
    assert brier_hessian(problem, MACHINE, semantics=semantics).rank >= 1


def test_reading_more_never_makes_it_easier():
    state, both = (learning_coefficient(task(r, 4, 2), MACHINE).value for r in ("state", "state+head"))
    assert state == Fraction(29, 3) < both


def test_survey_and_words():
    problem = task("state+head", 3)
    rows = survey(problem, MACHINE, charts=["simplex"], losses=["log"]).rows
    assert {row.semantics for row in rows} >= set(SEMANTICS)
    assert "read after 3 steps: the state and the cell under the head" in describe(
        learning_coefficient(problem, MACHINE)
    )


def test_command(capsys, tmp_path, monkeypatch):
    assert main(["bound", "detectA", "--steps", "4", "--readout", "state+head", "--json"]) == 0
    text = capsys.readouterr().out
    assert json.loads(text)["problem"]["readout"] == "state+head"
    path = tmp_path / "bound.json"
    path.write_text(text)
    assert main(["verify", str(path)]) == 0
    assert verify(json.loads(text)) is not None
    problem = tmp_path / "problem.yaml"
    problem.write_text("machine: detectA\ninputs: [A]\nsteps: 3\nreadout: state+head\ntargets: {A: [accept, A]}\n")
    assert main(["bound", "--problem", str(problem)]) == 0
    capsys.readouterr()
    assert main(["syndromes", "detectA", "--steps", "3", "--readout", "state+head"]) == 0
    capsys.readouterr()
    for verb in ("bound", "syndromes"):
        assert main([verb, "--help"]) == 0
        shown = " ".join(capsys.readouterr().out.replace("│", " ").split())
        assert "'state+head' (the state and the cell under the head)" in shown
    assert main(["bound", "detectA", "--readout", "head"]) == 2
    assert "'state+head'" in capsys.readouterr().err
