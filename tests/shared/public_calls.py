"""A valid call of everything public: functions, constructors, and methods that take arguments.

`FUNCTIONS` and `METHODS` name the arguments of one call each; an argument that is left out has its default.
`objects` gives an object of every public class, from whose fields the call of its constructor is read.
"""

import dataclasses
import functools
import inspect
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

import noisytm
from noisytm import discrete, encoding, formats, geometry, library, problem

MACHINE = noisytm.TuringMachine(
    ["_", "1"], "_", ["a", "b"], "a",
    [("_", "a", "1", "b", "R"), ("1", "a", "1", "a", "R"), ("_", "b", "1", "b", "S")],
)  # fmt: skip
DESCRIPTION = noisytm.Description.of(MACHINE)
PROBLEM = noisytm.SynthesisProblem.of_machine(MACHINE, ["", "1"], 2)
HALTS = noisytm.TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
ONE_STEP = noisytm.SynthesisProblem.of_machine(HALTS, [""], 1)  # three codes solve it
SPACE = PROBLEM.space
CODE = SPACE.embed(MACHINE)
TAG = noisytm.TagSystem(2, "abH", {"a": "bb", "b": "H"})
BI_TAG = noisytm.BiTagSystem("ab", "ef", {("e", "a"): "bbe", ("e", "b"): "af"})
COPY = noisytm.KTapeMachine(["_A"], "_", ["go"], "go", [("go", ["A"], "go", [None], ["R"])])
PADDING = noisytm.PaddingTable(
    PROBLEM, MACHINE, "pseudo-utm", "log", "simplex", Fraction(1), tuple(noisytm.padding(PROBLEM, MACHINE, 1))
)
PARTIAL = noisytm.PartialCoefficient(
    PROBLEM, noisytm.Face(MACHINE), "pseudo-utm", "log", "simplex", Fraction(1),
    noisytm.CertifiedInterval(Fraction(0), Fraction(3)),
)  # fmt: skip
FEW_CODES = noisytm.SynthesisProblem.of_space({"symbols": "_", "states": "ab"}, [""], 2, targets={"": "b"})
DRAWS = np.random.default_rng(0).poisson(2, size=(2, 4, 50)).astype(np.float64)
SAMPLES = {n: np.tile(CODE, (2, 4, 1, 1)) for n in (1.0, 10.0)}
POINT = {"problem": PROBLEM, "machine": MACHINE}


def functions() -> dict[str, dict[str, Any]]:
    """Return the arguments of a call of every public function."""
    listed, record = syndromes(), coefficient().to_json()
    compiled = noisytm.compiled_loss(PROBLEM)
    return {
        "answer_key": {},
        "bounds": {"problem": PROBLEM, "point": MACHINE},
        "brier_hessian": POINT,
        "compare": {"problem": PROBLEM, "machines": [MACHINE, MACHINE], "semantics": ["mean-field"]},
        "coefficient_along_entry": POINT | {"entry": SPACE.coordinates(MACHINE)[0]},
        "coefficients_by_step": POINT,
        "compiled_loss": {"problem": PROBLEM},
        "contrast": {"result": searched(), "machine": HALTS},
        "correction": POINT,
        "encode": {"machine": MACHINE},
        "enumerate_machines": {"states": 1, "max_steps": 5, "ngrams": [(1, 0)], "words": [(2, 3)], "progress": False},
        "output_distribution": {"states": 1, "max_steps": 5, "ngrams": [(1, 0)], "words": [(2, 3)], "progress": False},
        "error_graph": POINT | {"max_errors": 1},
        "explain": {"result": coefficient()},
        "estimate": {"nK": DRAWS, "n": [50.0, 100.0]},
        "free_energy": {"problem": ONE_STEP, "n": 10.0, "particles": 16, "replicas": 2, "sweeps": 1, "progress": False},
        "fatal_syndromes": POINT,
        "fractional_cover_by_matching": {"found": listed},
        "global_learning_coefficient": {"problem": ONE_STEP, "optimal": True, "precision": True, "progress": False},
        "leading_part": POINT,
        "leading_law": {"problem": PROBLEM, "machine": MACHINE, "chart": "softmax:gaussian=1"},
        "learning_coefficient": {"problem": PROBLEM, "point": MACHINE},
        "loss_and_gradient_at": {"compiled": compiled, "code": CODE, "gradient": np.zeros(SPACE.shape)},
        "loss_at": {"compiled": compiled, "code": CODE},
        "losses_and_gradients_at": {
            "compiled": compiled, "codes": CODE[None], "losses": np.zeros(1), "gradients": np.zeros((1, *SPACE.shape))
        },
        "losses_below": {"compiled": compiled, "codes": CODE[None], "bounds": np.ones(1), "losses": np.zeros(1)},
        "losses_at": {"compiled": compiled, "codes": CODE[None], "losses": np.zeros(1)},
        "load": {"path": "problem.json"},
        "loss_and_gradient": {"problem": PROBLEM, "codes": CODE},
        "noisy_code": {"space": SPACE, "machine": MACHINE, "noise": "1/10"},
        "noisy_run": {"machine": MACHINE, "word": "1", "steps": 2, "noise": 0.1},
        "padded_machine": {"machine": MACHINE, "padded": "states", "p": 1},
        "padding": POINT | {"upto": 1},
        "parse": {"text": "1RB1LB_1LA1RZ"},
        "phases": {"problem": PROBLEM, "samples": SAMPLES},
        "precision": POINT,
        "read": {"path": "machine.json"},
        "read_all": {"path": "machine.json"},
        "read_problem": {"path": "problem.yaml", "machine": MACHINE},
        "read_posterior": {"found": climbed(), "phases": 1, "exact_seconds": 10.0},
        "regret": {"problem": ONE_STEP, "free_energy": {10.0: [2.0, 2.5]}, "progress": False},
        "run": {"machine": MACHINE, "word": "1", "max_steps": 5, "max_cells": 1 << 20, "cycles": 100},
        "sampled_wrong_probability": {"problem": PROBLEM, "codes": CODE, "semantics": "quenched", "samples": 100},
        "simulate": {"space": SPACE, "w": CODE, "word": "1", "steps": 2},
        "atlas": {"problem": ONE_STEP, "sample": 1, "progress": False},
        "solutions": {"problem": PROBLEM, "space": "listed", "max_tuples": 1, "progress": False},
        "simulate_on_two_tag": {"machine": library.machine("parity"), "word": "1", "cycles": 1, "max_steps": 10**7},
        "space_time": {"machine": MACHINE, "word": "1", "max_steps": 5},
        "survey": POINT | {"semantics": ["mean-field"], "charts": ["simplex"], "losses": ["log"]},
        "susceptibilities": {"problem": PROBLEM, "samples": SAMPLES[1.0], "n": 2.0, "machine": MACHINE},
        "syndrome_hypergraph": {"found": listed},
        "verify": {"record": record},
        "zero_mass": {"found": listed, "bits": 8},
        "volumes": {
            "problem": ONE_STEP, "machine": HALTS, "epsilon": 0.5, "particles": 100, "replicas": 2, "sweeps": 1
        },
        "words": {"letters": "AB", "max_length": 2},
        "write": {"machine": MACHINE, "format": "json"},
        "wrong_probability": {"problem": PROBLEM, "codes": CODE},
    }  # fmt: skip


def variants() -> list[tuple[str, Callable[..., Any], dict[str, Any]]]:
    """Return further calls: of options that say the same thing in more than one form."""
    point = {"problem": PROBLEM, "point": MACHINE}
    solved = {"machine": MACHINE, "inputs": [["1"], "11"], "steps": 2}
    face = noisytm.Face(MACHINE, [SPACE.coordinates(MACHINE)[-1]])
    moves = [{"kind": "move", "concentration": 3}]
    groups = {"next": "1/2", ("1", "a", "write"): 2}
    return [
        ("learning_coefficient", noisytm.learning_coefficient, point | {"prior_concentration": groups}),
        ("learning_coefficient", noisytm.learning_coefficient, point | {"point": CODE, "chart": "bits"}),
        ("bounds", noisytm.bounds, point | {"point": face, "prior_concentration": moves, "loss": "brier"}),
        ("SynthesisProblem", noisytm.SynthesisProblem.of_machine, solved | {"targets": {"1": ["a", "b"], "11": "a"}}),
        ("SynthesisProblem", noisytm.SynthesisProblem.of_machine, solved | {
            "readout": "tape:2", "targets": [["1", ["__", "1_"]], ["11", [["_", "_"]]]], "hamming": 1,
            "weights": ["1/2", 3],
        }),
        ("TagSystem", noisytm.TagSystem, {"deletion": 2, "letters": ["aa", "b"], "productions": {"aa": ["b", "b"]}}),
        ("BitFace", noisytm.BitFace.of_digits, {"space": SPACE, "digits": [["*", "1", "10"]] * 3}),
        ("Face", noisytm.Face, {"machine": MACHINE, "free": [("_", "a", "write", "_")]}),
    ]  # fmt: skip


@functools.cache
def rooms() -> dict[str, list[tuple[str, Callable[..., Any], dict[str, Any]]]]:
    """Return calls of what documents name that stands in a room's door only, by room."""
    chart = geometry.chart_at("simplex", SPACE, MACHINE)
    text, record = {"text": "1RB1LB_1LA1RZ"}, {"inputs": {"letters": "1", "max_length": 1}, "steps": 2}
    run = {"machine": MACHINE, "word": "1", "steps": 2}
    bits = noisytm.encode(MACHINE).bit_string
    return {
        "formats": [
            ("detect", formats.detect, text),
            ("read_text", formats.read_text, text),
            ("write_all", formats.write_all, {"machines": [MACHINE], "format": "json"}),
            ("renamed_for", formats.renamed_for, {"machine": MACHINE, "format": "jflap"}),
        ],
        "encoding": [("decode_bits", encoding.decode_bits, {"space": SPACE, "bits": bits})],
        "discrete": [
            ("used_tuples", discrete.used_tuples, {"machine": MACHINE, "words": ["", "1"], "steps": 2}),
            ("trace", discrete.trace, run),
        ],
        "problem": [
            ("load_machines", problem.load_machines, {"spec": "bb2"}),
            ("outcome", problem.outcome, run),
            ("problem_from_mapping", problem.problem_from_mapping, {"record": record, "machine": MACHINE}),
        ],
        "geometry": [
            ("chart_at", geometry.chart_at, {"chart": "simplex", "space": SPACE, "point": MACHINE}),
            ("codes", chart.codes, {"u": [[0.0] * SPACE.dimension]}),
        ],
    }


def methods() -> dict[str, dict[str, Any]]:
    """Return the arguments of a call of every public method that has any; those of records and files have none."""
    staged = noisytm.StagedPseudoUTM.of(MACHINE)
    coding, program = noisytm.BinaryCoding(MACHINE), noisytm.TwoTagProgram(MACHINE)
    row = noisytm.Row("1")
    simulated = type(staged.decode(staged.configuration(MACHINE)))
    calls: dict[str, dict[str, Any]] = {
        "BinaryCoding.between_steps": {"state": coding.machine.start},
        "BinaryCoding.decode": {"seen": simulated.of(noisytm.run(coding.machine, "", 0).configuration)},
        "BinaryCoding.encode": {"word": "1"},
        "BitFace.of_digits": {"space": SPACE, "digits": noisytm.BitFace.of_face(noisytm.Face(MACHINE)).digits},
        "BitFace.of_face": {"face": noisytm.Face(MACHINE)},
        "CertifiedInterval.below": {"bound": 1},
        "CertifiedInterval.scaled": {"factor": 2},
        "FinitePrecision.at": {"s": "1/2"},
        "FinitePrecision.plot": {"path": "precision.svg"},
        "LeadingLaw.plot": {"path": "law.svg"},
        "LearningCoefficient.plot": {"path": "costs.svg"},
        "FatalSyndromes.plot": {"path": "syndromes.svg"},
        "FatalSyndromes.ring": {},
        "History.plot": {"path": "bands.svg"},
        "StepSeries.plot": {"path": "steps.svg"},
        "EntryNoise.plot": {"path": "entry.svg"},
        "LeadingLoss.at": {"h": 0.1},
        "LeadingLoss.of": {"h": "h"},
        "PaddingTable.plot": {"path": "padding.svg"},
        "GlobalLearningCoefficient.plot": {"path": "growth.svg"},
        "LeastPrecision.at": {"s": "1/2"},
        "LeastPrecision.winner": {"s": "1/2"},
        "WinningLine.at": {"s": "1/2"},
        "FinitePrecision.bracket": {"s": "1/2"},
        "FinitePrecision.free_energy_bound": {"bits": 8},
        "CodeSpace.checked": {"w": CODE},
        **{f"CodeSpace.{x}": {"machine": MACHINE} for x in ("coordinates", "coordinate_columns", "embed", "of")},
        **{f"CodeSpace.{x}": {"machine": MACHINE} for x in ("require", "right_entries")},
        "CodeSpace.sample": {"n": 2},
        "CodeSpace.word": {"word": "1"},
        "Correction.bound": {},
        "Atlas.entries": {"row": mapped().best[0]},
        "Atlas.log2_mass": {"used": 2},
        "Atlas.machine": {"row": mapped().best[0]},
        "Atlas.plot": {"path": "atlas.svg"},
        "Atlas.save": {"path": "atlas.csv"},
        "Phases.curves": {},
        "Phases.plot": {"path": "phases.svg"},
        "Phases.shares": {"by": "cube", "most": 3},
        "Phases.write": {"path": "phases.csv"},
        "AnswerKey.code": {"name": "halt"},
        "AnswerKey.write": {"path": "key.csv"},
        "AnswerKey.write_files": {"folder": "key"},
        "FreeEnergy.curves": {},
        "FreeEnergy.free_energies": {},
        "FreeEnergy.samples": {},
        "FreeEnergy.plot": {"path": "free_energy.svg"},
        "FreeEnergy.write": {"path": "free_energy.csv"},
        "Regret.plot": {"path": "regret.svg"},
        "Volumes.expected_bits": {"epsilon": 0.5},
        "Volumes.plot": {"path": "volumes.svg"},
        "Volumes.write": {"path": "volumes.csv"},
        "Regret.write": {"path": "regret.csv"},
        "Susceptibilities.plot": {"path": "susceptibilities.svg"},
        "Susceptibilities.write": {"path": "susceptibilities.csv"},
        "Estimates.of": {"estimator": "mean"},
        "Estimates.plot": {"path": "estimates.svg"},
        "Estimates.write": {"path": "estimates.csv"},
        "CyclicTagSystem.of_tag_system": {"system": TAG},
        "CyclicTagSystem.trace": {"word": "1", "max_steps": 3},
        "CyclicTagSystem.words_at_phase_zero": {"word": "1", "count": 2},
        "ElementaryAutomaton.rows": {"row": row, "steps": 2},
        "ElementaryAutomaton.step": {"row": row},
        "Enumeration.list_machines": {"kind": "halted"},
        "Enumeration.texts": {"kind": "halted"},
        "ErrorGraph.within": {"errors": 1},
        "OutputDistribution.about": {"word": "010", "length": 1},
        "OutputDistribution.block_estimate": {"word": "0110", "length": 1},
        **{f"OutputDistribution.{x}": {"word": "0"} for x in ("complexity", "complexity_bounds", "count")},
        **{f"OutputDistribution.{x}": {"word": "1"} for x in ("share", "share_bounds")},
        "Face.of_code": {"space": SPACE, "w": CODE},
        "Face.of_machine": {"machine": MACHINE},
        "Face.with_free_unused": POINT,
        "KTapeConfiguration.cells": {"tape": 0, "first": -1, "last": 2},
        "KTapeMachine.configuration": {"contents": ["A"], "heads": (0,), "state": "go"},
        "KTapeMachine.rule_at": {"state": "go", "read": ["A"]},
        "KTapeMachine.run": {"start": COPY.configuration(["A"]), "max_steps": 3},
        "Row.at": {"position": 0},
        "Row.between": {"first": -1, "last": 2},
        "Row.text": {"margin": 1},
        "Rule110Machine.configuration": {"row": row, "steps": 2},
        "Rule110Machine.decode": {"configuration": noisytm.Rule110Machine().configuration(row, 2), "end": 1},
        "Rule110Machine.rows": {"row": row, "steps": 2},
        "Solutions.sample": {"n": 2},
        "SpaceTime.plot": {"path": "picture.svg"},
        "SpaceTime.save": {"path": "picture.svg"},
        "SpaceTime.text": {},
        "StagedPseudoUTM.configuration": {"machine": MACHINE, "word": "1"},
        "StagedPseudoUTM.cycle_steps": {"tuples": 3},
        "StagedPseudoUTM.cycles": {"machine": MACHINE, "word": "1", "count": 1},
        "StagedPseudoUTM.decode": {"configuration": staged.configuration(MACHINE)},
        "StagedPseudoUTM.description": {"machine": MACHINE},
        "StagedPseudoUTM.of": {"machine": MACHINE},
        "SynthesisProblem.accepts": {"index": 0, "outcome": ("b",)},
        "SynthesisProblem.accepts_everything": {"index": 0},
        "SynthesisProblem.sole_outcome": {"index": 0},
        "PartialCoefficient.at": {"problem": PROBLEM, "point": MACHINE, "interval": noisytm.CertifiedInterval(0, 3)},
        "SynthesisProblem.from_json": {"record": PROBLEM.to_json(MACHINE)},
        "SynthesisProblem.load": {"path": "problem.json"},
        "SynthesisProblem.save": {"path": "result.json", "machine": MACHINE},
        "SynthesisProblem.indices": {"outcome": ("b",)},
        "SynthesisProblem.of_machine": {"machine": MACHINE, "inputs": ["", "1"], "steps": 2, "weights": [1, 2]},
        "SynthesisProblem.of_space": {
            "space": {"symbols": ["_", "1"], "states": ["a", "b"]},
            "inputs": ["1"],
            "steps": 2,
            "targets": {"1": "a"},
        },
        "SynthesisProblem.require_exact_keys": {"what": "an atlas"},
        "SynthesisProblem.require_solved_by": {"machine": MACHINE},
        "SynthesisProblem.to_json": {"machine": MACHINE},
        "TagSystem.parse": {"text": "2: a -> b b; b"},
        "Description.of": {"machine": MACHINE},
        "Description.renamed": {"symbols": {"1": "x"}, "states": {"a": "c"}},
        "Description.word": {"word": "1"},
        "Description.word_text": {"word": ("1",)},
        "TuringMachine.of": {"machine": MACHINE},
        "TuringMachine.renamed": {"symbols": {"1": "x"}, "states": {"a": "c"}},
        "TuringMachine.word": {"word": "1"},
        "TuringMachine.word_text": {"word": ("1",)},
        "TwoTagProgram.encode": {"word": "1"},
        **{f"TwoTagProgram.{x}": {"word": program.encode("1")} for x in ("complete", "decode")},
        "TwoTagProgram.two_symbol_configuration": {"word": program.encode("1")},
    }
    for name, word in (("TagSystem", "aaaa"), ("BiTagSystem", "aea")):
        calls |= {f"{name}.{x}": {"word": word, "max_steps": 3} for x in ("run", "trace")}
        calls |= {f"{name}.{x}": {"word": tuple(word)} for x in ("step", "stops", "word")}
    for system, word in ((TAG, "aaaa"), (BI_TAG, "aea")):
        for name in SIMULATORS[type(system)]:
            start = getattr(noisytm, name)(system).configuration(word)
            calls |= {f"{name}.{x}": {"written": tuple(word)} for x in ("cleaned", "is_step")}
            calls |= {f"{name}.{x}": {"word": tuple(word)} for x in ("configuration", "tape")}
            calls |= {f"{name}.{x}": {"configuration": start} for x in ("decode", "is_complete", "read")}
            calls |= {f"{name}.words": {"word": word, "max_steps": 500}}
    return calls


SIMULATORS = {
    noisytm.TagSystem: ("Minsky74", "Rogozhin46", "Rogozhin218"),
    noisytm.BiTagSystem: ("NearyWoods152", "NearyWoods93"),
}


@functools.cache
def syndromes() -> Any:
    return noisytm.fatal_syndromes(PROBLEM, MACHINE, max_weight=None)


@functools.cache
def coefficient() -> Any:
    return noisytm.learning_coefficient(PROBLEM, MACHINE)


@functools.cache
def searched() -> Any:
    return noisytm.global_learning_coefficient(ONE_STEP, progress=False)


@functools.cache
def law() -> Any:
    return noisytm.leading_law(PROBLEM, MACHINE, chart="softmax:gaussian=1")


@functools.cache
def key() -> Any:
    whole = noisytm.answer_key()
    return dataclasses.replace(whole, codes=whole.codes[:1])


@functools.cache
def curve() -> Any:
    return noisytm.precision(PROBLEM, MACHINE)


@functools.cache
def least() -> Any:
    return noisytm.global_learning_coefficient(FEW_CODES, optimal=True, precision=True, progress=False)


@functools.cache
def counted() -> Any:
    return noisytm.solutions(PROBLEM)


@functools.cache
def estimated() -> Any:
    return noisytm.estimate(DRAWS, [50.0, 100.0], multiplicity=1)


@functools.cache
def mapped() -> Any:
    return noisytm.atlas(ONE_STEP, sample=2)


@functools.cache
def climbed() -> Any:
    found = noisytm.free_energy(ONE_STEP, n=100, particles=256, replicas=2, sweeps=1)
    return noisytm.read_posterior(found, phases=2)


@functools.cache
def along() -> noisytm.EntryNoise:
    return noisytm.coefficient_along_entry(PROBLEM, MACHINE, SPACE.coordinates(MACHINE)[0])


@functools.cache
def objects() -> dict[str, Any]:
    """Return an object of every public class but the errors."""
    found = coefficient()
    run, record = noisytm.run(MACHINE, "1", 5), {"states": 1, "max_steps": 5, "progress": False}
    made = [
        TAG, BI_TAG, COPY, COPY.configuration(["A"]), MACHINE, DESCRIPTION, PROBLEM, SPACE,
        noisytm.BinaryCoding(MACHINE),
        noisytm.CyclicTagSystem(["01"]), noisytm.ElementaryAutomaton(110), noisytm.Row("1"), noisytm.Rule110Machine(),
        noisytm.StagedPseudoUTM.of(MACHINE), noisytm.TwoTagProgram(MACHINE), noisytm.encode(MACHINE),
        noisytm.simulate_on_two_tag(library.machine("parity"), "1", cycles=1), run, noisytm.space_time(MACHINE, "1", 5),
        noisytm.enumerate_machines(**record), noisytm.Face(MACHINE), noisytm.BitFace.of_face(noisytm.Face(MACHINE)),
        SPACE.coordinates(MACHINE)[0], law(), found, found.bounds, found.certificate, noisytm.CertifiedInterval(0, 3),
        noisytm.explain(found), noisytm.contrast(searched(), HALTS),
        noisytm.correction(PROBLEM, MACHINE), noisytm.brier_hessian(PROBLEM, MACHINE), syndromes(),
        noisytm.error_graph(PROBLEM, MACHINE, max_errors=1), noisytm.leading_part(PROBLEM, MACHINE),
        curve(), curve().certificate, noisytm.zero_mass(syndromes(), 8),
        noisytm.coefficients_by_step(PROBLEM, MACHINE), noisytm.coefficients_by_step(PROBLEM, MACHINE).points[-1],
        along(), along().points[0], noisytm.LeadingLoss(2, Fraction(1, 3)),
        PADDING.lines[1], PADDING, PARTIAL, noisytm.simulate(SPACE, CODE, "1", 2), noisytm.compiled_loss(PROBLEM),
        noisytm.compare(PROBLEM, [MACHINE, MACHINE], semantics=["mean-field"]),
        noisytm.survey(PROBLEM, MACHINE, semantics=["mean-field"], charts=["simplex"], losses=["log"]),
        noisytm.sampled_wrong_probability(PROBLEM, CODE, semantics="quenched", samples=100),
        noisytm.Minsky74(TAG), noisytm.Rogozhin46(TAG), noisytm.Rogozhin218(TAG),
        noisytm.NearyWoods152(BI_TAG), noisytm.NearyWoods93(BI_TAG), counted(), counted().sample(2),
        least(), least().optimal[0], least().precision, least().precision.lines[0],
        noisytm.global_learning_coefficient(FEW_CODES, "listed").by_length[-1],
        key(), climbed(), climbed().ladder[0], climbed().exact, climbed().estimate,
        mapped(), estimated(), estimated().estimates[0], estimated().estimates[0].described,
        noisytm.phases(PROBLEM, SAMPLES), noisytm.susceptibilities(PROBLEM, SAMPLES[1.0], 2.0),
        noisytm.regret(ONE_STEP, {10.0: [2.0, 2.5]}, progress=False),
        noisytm.volumes(ONE_STEP, epsilon=0.5, particles=100, replicas=2, sweeps=1),
        noisytm.output_distribution(**record), noisytm.output_distribution(**record).block_estimate("0110"),
    ]  # fmt: skip
    return {type(x).__name__: x for x in made}


class Call(NamedTuple):
    """Something public with the arguments of a valid call of it."""

    name: str
    function: Callable[..., Any]
    arguments: dict[str, Any]


def public_methods(kind: type) -> dict[str, Any]:
    """Return the public methods of a class that are noisytm's own, as they stand in it."""
    found = {}
    for name in dir(kind):
        raw = inspect.getattr_static(kind, name)
        function = raw.__func__ if isinstance(raw, (classmethod, staticmethod)) else raw
        # given records whose form was checked before, or a stopwatch
        inner = name.startswith("_") or name in ("of_record", "timed")
        if not inner and inspect.isfunction(function) and function.__module__.startswith("noisytm"):
            found[name] = raw
    return found


@functools.cache
def tables() -> dict[str, dict[str, Any]]:
    """Return the arguments of all functions and methods."""
    return {**functions(), **methods()}


def calls(name: str) -> list[Call]:
    """Return a call of something public that takes arguments, or of all of a class; KeyError if the tables lack it."""
    if name in rooms():
        return [_call(f"{name}.{x}", function, given) for x, function, given in rooms()[name]]
    return [*_calls(name), *(_call(x, function, given) for x, function, given in variants() if x == name)]


def _calls(name: str) -> list[Call]:
    value = getattr(noisytm, name)
    if name == "library":
        return [
            _call(f"library.{x}", getattr(library, x), {"name": "bb2"}) for x in ("machine", "entry", "problem_file")
        ]
    if inspect.isclass(value):
        return [] if issubclass(value, BaseException) else _of_class(name, value, tables())
    return [_call(name, value, tables()[name])] if callable(value) else []


def _of_class(name: str, kind: type, known: dict[str, dict[str, Any]]) -> list[Call]:
    this = objects()[name]
    fields = {f.name: getattr(this, f.name) for f in dataclasses.fields(this)} if dataclasses.is_dataclass(this) else {}
    found = [_call(name, kind, fields or (this._asdict() if isinstance(this, tuple) else {}))]
    for method in public_methods(kind):
        function = getattr(this, method)
        if inspect.signature(function).parameters:
            found.append(_call(f"{name}.{method}", function, _arguments(this, f"{name}.{method}", known)))
    return found


def _arguments(this: Any, name: str, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the arguments of a method: of all that write and read records and files, or from the table."""
    if name in known:
        return known[name]
    method = name.rpartition(".")[2]
    if method == "from_json":
        return {"record": this.to_json()}
    if method in ("save", "load"):
        this.save("result.json")
        return {"path": "result.json"}
    return known[name]


def _call(name: str, function: Callable[..., Any], given: dict[str, Any]) -> Call:
    """Fill in the defaults."""
    arguments = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            arguments[parameter.name] = given.get(parameter.name, parameter.default)
            assert arguments[parameter.name] is not parameter.empty, f"{name} needs an example of {parameter.name}"
    return Call(name, function, arguments)


def files() -> None:
    """Write the files that the calls read into the current folder."""
    noisytm_json = noisytm.write(MACHINE, "json")
    with open("machine.json", "w", encoding="utf-8") as file:
        file.write(noisytm_json)
    with open("problem.yaml", "w", encoding="utf-8") as file:
        file.write("{inputs: ['', '1'], steps: 2}")
    PROBLEM.save("problem.json", MACHINE)


def matrices() -> list[Any]:
    """Return arrays that nothing takes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # numpy's own advice against them
        return [np.asmatrix([[1.0]]), np.asmatrix(CODE), np.array([1 + 2j]), CODE * (1 + 0j)]
