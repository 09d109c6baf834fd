"""Volumes of level sets against closed forms, to ε = 1e-9, with controls that fail."""

import dataclasses
import math

import numpy as np
import pytest
from posterior_gates import GATES
from seeds import long, seeds, slow_where, sweep

from noisytm import EstimateError, Interrupted, SynthesisProblem, Volumes, _clock, library, volumes, words
from noisytm.errors import BudgetError, FormatError
from noisytm.posterior.levels import asking, measuring
from noisytm.posterior.populations import FastMoves, ReadableMoves
from noisytm.posterior.spaces import Logits
from noisytm.show import describe_volumes

ASKED = {
    "local": False, "epsilon": 0.1, "semantics": "pseudo-utm", "loss": "log", "chart": "simplex",
    "prior_concentration": 1, "replicas": 2,
}  # fmt: skip
EXACT = {  # V(ε), and λ
    "G1": (lambda e: -math.expm1(-e), 1),
    "G2": (lambda e: math.sqrt(-math.expm1(-e)), 0.5),
    "G3": (lambda e: math.expm1(-e) ** 2, 2),
    "G7": (lambda e: -math.expm1(-2 * e) - 2 * e * math.exp(-2 * e) if e > 1e-4 else 2 * e * e * (1 - 4 * e / 3), 2),
}


def z_scores(found, name):
    """Return how many standard errors (of three or so replicas) the volumes are off by; a floor of what P allows."""
    volume, _ = EXACT[name]
    return [(v.log_volume - math.log(volume(v.epsilon))) / max(v.error, 0.02) for v in found.volumes[1:]]


def measured(name, seed, **options):
    gate = GATES[name]
    return volumes(gate.problem, semantics=gate.semantics, seed=seed, **({"particles": 400, "replicas": 4} | options))


@sweep
@pytest.mark.parametrize("name", EXACT)
@slow_where("G7", "G3")
def test_the_gates(name):
    for seed in seeds(range(20), 1):
        # of four replicas scores have Student's distribution with three degrees of freedom: one in 300 is over 9
        more = {"epsilon": 1e-9, "sweeps": 6, "replicas": 12} if seed else {"epsilon": 0.01, "sweeps": 3}
        found = measured(name, seed, **more)
        scores = z_scores(found, name)
        assert np.abs(scores).max() < 9 and np.sqrt(np.mean(np.square(scores))) < 4  # along the ladder they depend
        bits = [v.bits_per_halving for v in found.volumes[-5:]]
        assert np.mean(bits) == pytest.approx(EXACT[name][1], abs=0.35)


def test_down_to_a_billionth():
    found = measured("G1", 3, epsilon=1e-9, sweeps=3)
    last = found.volumes[-1]
    assert len(found.volumes) == 31 and last.epsilon == 0.5**30
    assert last.log_volume == pytest.approx(-30 * math.log(2), abs=6 * max(last.error, 0.05))


def test_wrong_moves_are_seen(monkeypatch):
    """The control: without the Jacobian of the simplex the moves keep another density, and volumes are off."""
    monkeypatch.setattr(Logits, "log_density", lambda self, logs, factor: 0.0 * logs[:, 0])
    with pytest.raises(EstimateError) as caught:  # everything runs off to smaller and smaller losses
        found = measured("G3", 0, epsilon=0.05, sweeps=6, replicas=2)
        raise EstimateError("not refused", found)
    partial = caught.value.partial
    assert partial is None or np.abs(z_scores(partial, "G3")).max() > 9


def test_local_volumes_and_the_code(tmp_path):
    gate = GATES["G1"]
    found = volumes(gate.problem, gate.machine, local=True, epsilon=0.1, particles=200, sweeps=3, seed=1)
    # u ≤ ½ and the right move, stay, at least ½, a quarter of its triangle
    assert found.log_volume == pytest.approx(math.log(0.5 * 0.25))
    for v in found.volumes[1:]:
        exact = min(0.5, -math.expm1(-v.epsilon)) * 0.25
        assert v.log_volume == pytest.approx(math.log(exact), abs=6 * max(v.error, 0.05))
    assert (found.learning_coefficient, found.multiplicity) == (1, 1)
    assert found.description_bits is not None and "tend to λ = 1" in describe_volumes(found)
    found.write(tmp_path / "volumes.csv")
    found.plot(tmp_path / "volumes.svg")
    assert "λ = 1" in (tmp_path / "volumes.svg").read_text(encoding="utf-8")
    again = Volumes.from_json(found.to_json())
    assert again.to_json() == found.to_json() and again.volumes == found.volumes
    same = volumes(gate.problem, gate.machine, local=True, epsilon=0.1, particles=200, sweeps=3, seed=1)
    assert same.volumes == found.volumes


@long
@pytest.mark.parametrize("name", ["G3"])
def test_readable_and_compiled_moves_agree(name, monkeypatch):
    monkeypatch.setattr(measuring, "WORTH_COMPILING", 0)
    gate = GATES[name]
    made = measuring._Measuring(gate.problem, None, measured(name, 0, epsilon=0.5, sweeps=1).options, 0)
    assert isinstance(made.mover, FastMoves)
    found = measured(name, 5, epsilon=1e-3, sweeps=6)
    assert np.abs(z_scores(found, name)).max() < 9
    monkeypatch.undo()
    assert isinstance(measuring._Measuring(gate.problem, None, found.options, 0).mover, ReadableMoves)


@long
def test_detect_a_near_its_code():
    """Bits per halving tend to λ = 29/3; the sum over the ladder is F's: Z(n) = n ∫ exp(−nε) V(ε) dε."""
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    found = volumes(problem, machine, local=True, epsilon=1e-6, seed=1)
    v = found.volumes
    slope = (v[10].log_volume - v[-1].log_volume) / math.log(v[10].epsilon / v[-1].epsilon)
    assert slope == pytest.approx(29 / 3, abs=0.4)
    epsilons, logs = np.array([x.epsilon for x in v]), np.array([x.log_volume for x in v])
    grid = np.linspace(math.log(epsilons[-1]), 0, 20_000)
    volume = np.interp(-grid, -np.log(epsilons), logs)
    n = 1e4
    free = -math.log(np.trapezoid(np.exp(np.log(n) - n * np.exp(grid) + volume + grid), grid))
    assert free == pytest.approx(87.234, abs=0.6)


def test_volumes_that_were_ended_go_on_to_the_same_bits(tmp_path, monkeypatch):
    asked, path = {"epsilon": 0.05, "replicas": 2, "sweeps": 2, "particles": 100}, tmp_path / "kept.npz"
    whole = measured("G3", 1, **asked)
    ticks = iter(range(10**9))

    def tick():
        if next(ticks) == 40:  # between two levels of the first replica
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(_clock, "tick", tick)
        with pytest.raises(Interrupted) as ended:
            measured("G3", 1, resume=path, **asked)
    part = ended.value.partial
    assert not part.complete and 0 < len(part.volumes) < len(whole.volumes) and part.volumes[0].error is None
    assert Volumes.from_json(part.to_json()) == part and "not complete" in describe_volumes(part) and part.begun
    assert measured("G3", 1, resume=path, **asked) == whole
    less = measured("G3", 1, resume=path, **asked | {"epsilon": 0.2})
    assert less.volumes == whole.volumes[: len(less.volumes)]
    with pytest.raises(FormatError, match="keeps populations of levels of another posterior: its seed is 1, not 2"):
        measured("G3", 2, resume=path, **asked)
    with pytest.raises(BudgetError, match="seconds"):
        measured("G3", 1, seconds=1e-9, **asked)


def test_more_replicas_and_smaller_levels_are_moved_alike():
    """Otherwise what goes on from a file would not be what it is when asked for at once."""
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    more = {"epsilon": 1e-100, "replicas": 1000}
    for particles, kind in ((100, ReadableMoves), (1000, FastMoves)):
        less = asking._checked(problem, None, ASKED | {"particles": particles})
        for options in (less, less | more):
            assert isinstance(measuring._Measuring(problem, None, options, 0).mover, kind)


def test_near_a_machine_its_coefficient_may_take_so_long_as_is_said(monkeypatch):
    taken = []
    monkeypatch.setattr(measuring, "exact_coefficient", lambda *asked: taken.append(asked[-1]) or "not looked for")
    gate = GATES["G1"]
    for options in ({}, {"search_seconds": 5}, {"local": False}, {"local": False, "search_seconds": 6}):
        asked = {"epsilon": 0.5, "replicas": 2, "sweeps": 1, "particles": 100, "local": True} | options
        volumes(gate.problem, gate.machine, **asked)
    assert taken == [measuring.SECONDS, 5, 6]


def test_one_level_is_drawn_though_there_is_no_halving(tmp_path):
    gate = GATES["G1"]
    found = volumes(gate.problem, gate.machine, local=True, epsilon=1, particles=100, replicas=2, sweeps=1)
    assert found.learning_coefficient == 1 and len(found.volumes) == 1
    found.plot(tmp_path / "one.svg")


@pytest.mark.slow
def test_of_all_codes_the_least_coefficient_stands_beside(tmp_path):
    gate = GATES["G5"]
    asked = {"epsilon": 0.05, "replicas": 2, "sweeps": 2, "particles": 100, "semantics": gate.semantics}
    found = volumes(gate.problem, gate.machine, search_seconds=30, **asked)
    assert (found.learning_coefficient, found.multiplicity) == (1, 4) and found.description_bits == 4
    assert found.expected_bits(1e-6) == pytest.approx(1 - 3 / math.log(1e6))
    assert [curve.name for part in found.curves() for curve in part.curves] == [
        "log V", "1 log ε + 3 log log 1/ε + constant, exact", "log₂ V(2ε)/V(ε)", "λ − (m − 1)/log(1/ε)",
    ]  # fmt: skip
    assert volumes(gate.problem, **asked).learning_coefficient is None
    short = volumes(gate.problem, search_seconds=1e-9, **asked)
    assert "no exact λ: it is not known within 1e-09 seconds" in describe_volumes(short)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"search_seconds": 0}, "search_seconds is 0"),
        ({"epsilon": 2}, "epsilon is 2; it must be from 1e-200 to 1"),
        ({"epsilon": 0}, "epsilon is 0"),
        ({"particles": 10}, "particles is 10"),
        ({"replicas": 1}, "replicas is 1"),
        ({"sweeps": 0}, "sweeps is 0"),
        ({"local": True}, "no machine is given"),
        ({"local": 3}, "local is 3"),
        ({"chart": "ball"}, "chart"),
        ({"prior_concentration": {("Z", "q", "next"): 2}}, "the machine lists no such tuple"),
        ({"chart": "sphere", "prior_concentration": 2}, "the uniform measure of its own"),
    ],
)  # fmt: skip
def test_what_is_refused(options, message):
    with pytest.raises(Exception) as caught:
        volumes(GATES["G1"].problem, **options)
    assert message in str(caught.value) and type(caught.value).__module__.startswith("noisytm")


def test_untrustworthy_volumes_are_refused(monkeypatch):
    monkeypatch.setattr(measuring, "MOST_SCATTER", 1e-9)
    with pytest.raises(EstimateError, match="the replicas scatter") as caught:
        measured("G1", 0, epsilon=0.25, sweeps=1)
    partial = caught.value.partial
    assert isinstance(partial, Volumes) and dataclasses.is_dataclass(partial)
    assert not partial.complete and "the replicas scatter" in partial.warnings[-1]
    monkeypatch.undo()
    monkeypatch.setattr(measuring, "LEAST_ACCEPTANCE", 1.1)
    with pytest.raises(EstimateError, match="the particles stand still"):
        measured("G1", 0, epsilon=0.25, sweeps=1)
