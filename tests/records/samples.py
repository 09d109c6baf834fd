"""Results of every kind, small ones, for the tests of records."""

from __future__ import annotations

import dataclasses
import functools
from fractions import Fraction
from typing import Any

import numpy as np

from noisytm import (
    BiTagSystem,
    Description,
    FinitePrecision,
    KTapeMachine,
    PaddingTable,
    PartialCoefficient,
    SynthesisProblem,
    TagSystem,
    TuringMachine,
    answer_key,
    atlas,
    coefficient_along_entry,
    coefficients_by_step,
    compare,
    contrast,
    encode,
    enumerate_machines,
    estimate,
    explain,
    fatal_syndromes,
    free_energy,
    global_learning_coefficient,
    leading_law,
    learning_coefficient,
    library,
    output_distribution,
    padded_machine,
    padding,
    parse,
    phases,
    precision,
    read_posterior,
    regret,
    run,
    sampled_wrong_probability,
    simulate,
    simulate_on_two_tag,
    solutions,
    space_time,
    survey,
    susceptibilities,
    volumes,
    words,
)
from noisytm.degeneracy import CertifiedInterval
from noisytm.geometry import Face, checked_concentration
from noisytm.posterior import sampled_regret, sampled_susceptibilities
from noisytm.show import LibraryListing, syndrome_report
from noisytm.universal.pseudo_utm import simulate_on_staged

DETECT_A = library.machine("detectA")
HALTS = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
ONE_STEP = SynthesisProblem.of_machine(HALTS, [""], steps=1)
COMMAS = TuringMachine(
    ["_", "a,b", "a"], "_", ["go", "back"], "go", [("_", "go", "a,b", "back", "R"), ("_", "back", "a", "go", "R")]
)
NO_MACHINE = SynthesisProblem.of_space(
    {"symbols": ["_", "one"], "states": ["go", "end"], "start": "end", "keys": [["one", "go"], ["_", "go"]]}
    | {"halting": ["end"]},
    [["one"]],
    2,
    "tape:2",
    targets=[[["one"], [["one", "_"]]]],
    hamming=1,
)


@functools.cache
def problem() -> SynthesisProblem:
    return SynthesisProblem.of_machine(DETECT_A, words("AB", 1), 3)


def runs() -> list[Any]:
    champion = library.machine("bb4")
    yield_ = [
        run(library.machine("bb2")),
        run(champion, max_steps=50, visited=True, counts=True),
        run(champion, start=run(champion, max_steps=50).configuration),
        run(parse("1RB0LB_0LA---"), max_steps=10**100),
        run(DETECT_A, "B", max_steps=1),
        run(DETECT_A, "BAB"),
        run(parse("1RB1LA_1LB1RZ"), max_steps=9),
        run(parse("1RB---_0LB---"), max_steps=10**9, method="direct"),
        run(COMMAS, max_steps=10**9),
        run(COMMAS, max_steps=7),
    ]
    for text in ("1RB0LD_1LC0RA_0LB1LA_1LE1RD_1LF1LB_1LA---", "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA"):
        yield_ += [run(parse(text), max_steps=10**30, cycles=0), run(parse(text), max_steps=10**4, cycles=0)]
    return yield_


def bounds() -> list[Any]:
    task = problem()
    found = [
        learning_coefficient(task, DETECT_A),
        learning_coefficient(task, DETECT_A, semantics="quenched", loss="brier", chart="sphere"),
        learning_coefficient(task, Face.with_free_unused(task, DETECT_A), prior_concentration={"next": "1/2"}),
        learning_coefficient(task, DETECT_A, chart="bits", prior_concentration="2/3"),
        learning_coefficient(task, DETECT_A, chart="product:2,next=1*3", prior_concentration="2/3"),
        learning_coefficient(ONE_STEP, HALTS, chart="softmax:squared=1"),
        leading_law(task, DETECT_A, chart="softmax:gaussian=1/2"),
    ]
    part = PartialCoefficient.at(
        task, DETECT_A, interval=CertifiedInterval(Fraction(1, 3), None), chart="bits", loss="brier"
    )
    whole = PartialCoefficient.at(task, DETECT_A, interval=CertifiedInterval(Fraction(1), Fraction(9, 2)))
    return [*found, part, whole]


def explanations() -> list[Any]:
    task = problem()
    asked = [{}, {"semantics": "quenched", "loss": "brier"}, {"chart": "bits", "prior_concentration": "2/3"}]
    beside = contrast(global_learning_coefficient(ONE_STEP, progress=False), HALTS)
    return [*(explain(learning_coefficient(task, DETECT_A, **options)) for options in asked), beside]


def precisions() -> list[Any]:
    task = problem()
    found = learning_coefficient(task, DETECT_A)
    curve = precision(task, DETECT_A, loss="brier")
    halves = precision(task, Face.with_free_unused(task, DETECT_A), chart="bits", prior_concentration={"next": "1/2"})
    some = dataclasses.replace(curve.certificate, kinks=(), complete=False)
    plain = precision(task, DETECT_A).certificate
    some_of_it = dataclasses.replace(plain, kinks=plain.kinks[:1], complete=False)
    both = [dataclasses.replace(found, precision=FinitePrecision(x)) for x in (plain, some_of_it)]
    return [curve, halves, FinitePrecision(some), *both]


def tables() -> list[Any]:
    task = problem()
    lines = tuple(padding(task, DETECT_A, 1, padded="states", new_tuples="restart"))
    found = survey(task, DETECT_A, semantics=["mean-field"], charts=["simplex", "sphere"])
    cut = survey(task, DETECT_A, semantics=["pseudo-utm"], memory=3000, losses=["log"], charts=["bits"])
    asked = (task, DETECT_A, "pseudo-utm", "log", "simplex", checked_concentration(1))
    both = dataclasses.replace(found, padding=lines)
    listed = SynthesisProblem.of_machine(DETECT_A, ["A"], 2, keys="noisy")
    side = compare(task, [DETECT_A, padded_machine(DETECT_A, padded="states", p=1)], semantics=["mean-field"])
    lists = compare(listed, [DETECT_A, Description.of(DETECT_A)], semantics=["mean-field"], memory=3000)
    steps = coefficients_by_step(task, DETECT_A, semantics="mean-field", prior_concentration={"next": "1/2"})
    entry = coefficient_along_entry(task, DETECT_A, ("A", "reject", "next", "reject"), semantics="mean-field")
    series = [steps, dataclasses.replace(steps, points=(), complete=False), entry]
    series += [dataclasses.replace(entry, points=(), losses=(), leading=None, complete=False)]
    return [found, both, cut, side, lists, PaddingTable(*asked, lines), PaddingTable(*asked, ()), *series]


def syndromes() -> list[Any]:
    task = problem()
    return [
        fatal_syndromes(task, DETECT_A),
        fatal_syndromes(task, DETECT_A, chart="bits", max_weight=None, semantics="annealed"),
        syndrome_report(task, DETECT_A, semantics="mean-field", chart="sphere"),
        syndrome_report(task, DETECT_A, chart="bits", max_weight=1),
        syndrome_report(task, DETECT_A, explain=True),
        syndrome_report(SynthesisProblem.of_machine(parse("1RA0LA"), [""], 2), parse("1RA0LA")),
    ]


def universal() -> list[Any]:
    staged = simulate_on_staged(DETECT_A, "BA", 3)
    wrong = dataclasses.replace(staged, direct=(*staged.direct[:-1], staged.direct[0]))
    tag = simulate_on_two_tag(library.machine("parity"), "1", cycles=1)
    return [
        staged,
        wrong,
        tag,
        simulate_on_two_tag(library.machine("parity"), "1", cycles=1, keep_words=True),
        dataclasses.replace(tag, direct=tag.direct[::-1], first_wrong_word=2),
        KTapeMachine(
            ["_AB", "_AB"], "__", ["copy"], "copy", [("copy", (s, None), "copy", (None, s), "RR") for s in "AB"]
        ),
        TagSystem(2, "abc", {"a": "bc", "b": "a", "c": "aaa"}, name="Collatz"),
        BiTagSystem("ab", "ef", {("e", "a"): "bbe", ("e", "b"): "af"}),
    ]


def near(task: SynthesisProblem, n: float) -> Any:
    """Return what might be samples at one n of two replicas."""
    return task.space.sample(40, concentration=1 / n, seed=int(n)).reshape(2, 20, *task.space.shape)


def climbed(**options: Any) -> Any:
    """Return a free energy of few particles."""
    return free_energy(ONE_STEP, HALTS, **({"n": 20, "particles": 100, "sweeps": 1} | options))


def posteriors() -> list[Any]:
    draws = np.random.default_rng(0).gamma(2, size=(2, 4, 50))
    exact = {"learning_coefficient": "7/2", "multiplicity": 2}
    return [
        estimate(draws, [50.0, 100.0], **exact),
        estimate(draws[0], 0.5),
        climbed(local=True, prior_concentration="1/2", replicas=2),
        read_posterior(climbed(local=True, n=100, particles=256, replicas=2), phases=1),
        read_posterior(climbed(replicas=1, chart="sphere")),
        climbed(replicas=1, chart="sphere", loss="brier"),
        phases(ONE_STEP, {n: near(ONE_STEP, n) for n in (1.0, 10.0)}, prior_concentration="1/2"),
        phases(ONE_STEP, {1.0: near(ONE_STEP, 1.0)[:1]}, exact=0),
        regret(
            ONE_STEP,
            {10.0: [2.0, 2.5], 1e3: [5.0]},
            precision=precision(ONE_STEP, HALTS),
            grids={1: {2.0: [1.0]}},
            progress=False,
        ),
        regret(ONE_STEP, {10.0: [2.0]}, progress=False),
        sampled_regret(ONE_STEP, HALTS, bits=[1], n=2, particles=16, replicas=2, sweeps=1, seed=3),
        volumes(ONE_STEP, HALTS, local=True, epsilon=0.2, particles=100, replicas=2, sweeps=1, seed=2),
        volumes(ONE_STEP, epsilon=0.5, particles=100, replicas=2, sweeps=1, prior_concentration="1/2"),
        susceptibilities(ONE_STEP, near(ONE_STEP, 1.0), 1.0, machine=HALTS),
        dataclasses.replace(
            sampled_susceptibilities(ONE_STEP, HALTS, n=2, particles=16, replicas=2, sweeps=1, seed=3),
            complete=False,
            warnings=("it was ended",),
        ),
        dataclasses.replace(answer_key(), codes=answer_key().codes[::6]),
    ]


def others() -> list[Any]:
    task, space = problem(), problem().space
    code = space.sample(1, seed=3)[0]
    return [
        DETECT_A,
        parse("1RB1LB_1LA1RZ"),
        COMMAS,
        Description(["_"], "_", ["go"], "go", [("_", "go", "_", "go", move) for move in "LR"], name="twice"),
        LibraryListing(tuple(dataclasses.replace(library.entry(name), outcomes=()) for name in ("detectA", "bb5"))),
        LibraryListing((dataclasses.replace(library.entry("bb2"), outcomes=()),), alone=True),
        encode(COMMAS),
        encode(library.machine("bb3")),
        enumerate_machines(2, 2),
        enumerate_machines(2, 2, root="1RB", max_steps=3, complete=True),
        output_distribution(2, 2),
        output_distribution(1, 3, max_steps=2, recognisers=[]),
        simulate(space, code, "BA", 2),
        sampled_wrong_probability(task, space.sample(2, seed=1), semantics="annealed", samples=100, seed=5),
        space_time(library.machine("bb3")),
        space_time(library.machine("bb4"), rows=5),
        solutions(task),
        solutions(task, space="listed"),
        atlas(ONE_STEP),
        dataclasses.replace(atlas(ONE_STEP, sample=2, seed=3, chart="bits", loss="brier"), complete=False),
        dataclasses.replace(solutions(NO_MACHINE, space="listed", max_tuples=1), complete=False, lists=()),
    ]


GROUPS = {
    f.__name__: f for f in (runs, bounds, explanations, precisions, tables, syndromes, universal, posteriors, others)
}
