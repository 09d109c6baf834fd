"""What is read from populations: fits and estimates beside the exact λ, phases, what is left out and why."""

import dataclasses
import json
import math

import numpy as np
import pytest
from posterior_gates import GATES

from noisytm import FreeEnergy, SynthesisProblem, TuringMachine, free_energy, read_posterior
from noisytm.errors import BudgetError, EstimateError, MachineError, ProblemError
from noisytm.interop import arviz_arrays
from noisytm.posterior.energies import reading
from noisytm.posterior.energies.fitted import fitted, sizes_of_fit
from noisytm.posterior.partition import exact_coefficient, least
from noisytm.show import describe_free_energy

UNITS = {"semantics": "mean-field", "loss": "log", "chart": "simplex", "prior_concentration": 1}


def climbed(name, **options):
    gate = GATES[name]
    given = {"n": 1e4, "particles": 300, "replicas": 2, "sweeps": 1, "semantics": gate.semantics, "loss": gate.loss}
    return free_energy(gate.problem, gate.machine, **(given | options))


@pytest.fixture(scope="module")
def double():
    """Machine ``writer``, whose code has m = 2, and the best of all codes m = 4."""
    return climbed("G5")


def test_a_fit_takes_m_from_elsewhere():
    sizes = (1e4, 1e6)
    law = np.array([[1.5 * math.log(n) - 2 * math.log(math.log(n)) + c for c in (1.0, 2.0)] for n in sizes])
    found = fitted(sizes, law, 3)
    assert found.learning_coefficient == pytest.approx(1.5) and found.error == pytest.approx(0, abs=1e-12)
    unknown = fitted(sizes, law[:, :1], None)
    assert unknown.error is None and unknown.multiplicity_correction is None
    assert unknown.learning_coefficient == pytest.approx(1.5 - found.multiplicity_correction)
    assert sizes_of_fit([0.5]) is None and sizes_of_fit([1.0, 10.0, 20.0]) == (10.0, 20.0)


@pytest.mark.slow
def test_what_is_read_of_all_codes(double, tmp_path):
    found = read_posterior(double, phases=3)
    assert (found.exact.learning_coefficient, found.exact.multiplicity) == (1, 4)  # of all codes, not of the machine
    assert found.estimate.n_from == 1e3 and found.estimate.n_to == 1e4
    assert found.estimate.learning_coefficient == pytest.approx(1, abs=0.25)
    assert found.estimate.multiplicity_correction == pytest.approx(3 * math.log(4 / 3) / math.log(10))
    assert [len(found.phases), found.phases[0].solves, found.phases[0].learning_coefficient] == [3, True, 1]
    slope = next(x for x in found.estimates.of("slope") if x.n_to == 1e4)
    assert slope.value + found.estimate.multiplicity_correction == pytest.approx(found.estimate.learning_coefficient)
    again = FreeEnergy.from_json(json.loads(json.dumps(found.to_json())))
    assert again == found and again.estimates == found.estimates and again.phases == found.phases
    assert describe_free_energy(again) == describe_free_energy(found) and "exactly 1" in describe_free_energy(found)
    last = found.spread[-1]
    assert [at.n for at in found.spread] == [row.n for row in found.ladder] and last.solving > found.spread[0].solving
    assert 1 <= last.effective_codes <= last.codes and last.solving_error is not None
    assert "equal ones" in describe_free_energy(found)
    groups = found.groups
    assert [at.n for at in groups.sizes] == [at.n for at in found.spread] and again.groups == groups
    assert groups.sizes[-1].by("learning_coefficient")[0].name == "λ = 1" and not groups.sizes[-1].not_computed
    told = describe_free_energy(found)
    assert "by exact λ" in told and "by used tuples" in told and "by cube" in told
    assert len(groups.sizes[-1].by("cube")) <= 3 * 5 + 2 and groups.sizes[-1].phases == found.phases
    rows = list(found.rows())
    assert (rows[-1]["codes"], rows[-1]["solving"]) == (last.codes, last.solving)
    assert rows[-1]["slope"] == slope.value and rows[-1]["multiplicity"] == 4 and rows[0]["slope"] is None
    found.plot(tmp_path / "energy.svg")
    drawn = (tmp_path / "energy.svg").read_text(encoding="utf-8")
    assert "1 log n − 3 log log n + constant, exact" in drawn and str(rows[-1]["free_energy"]) in drawn


def test_particles_and_free_energies_as_arrays(double):
    samples, energies = double.samples(), double.free_energies()
    assert list(samples) == list(energies) == [row.n for row in double.ladder]
    assert samples[1e4].shape == (2, 300, 2, 7) and np.mean(energies[1e4]) == double.ladder[-1].free_energy
    groups = arviz_arrays(double)
    blocks = [groups["posterior"][kind] for kind in ("write", "next", "move")]
    assert np.array_equal(np.concatenate(blocks, axis=-1), samples[1e4])
    assert groups["sample_stats"]["nK"].mean() == pytest.approx(double.ladder[-1].mean_nK)
    assert (groups["sample_stats"]["lp"] == -groups["sample_stats"]["nK"]).all() and groups["attrs"]["n"] == 1e4
    assert arviz_arrays(double, 10)["attrs"]["n"] == 10
    with pytest.raises(ProblemError, match="n is 3; give an n of the ladder: 1, 10, 100, 1000, 10000"):
        arviz_arrays(double, 3)
    with pytest.raises(ProblemError, match="has no populations"):
        arviz_arrays(FreeEnergy.from_json(double.to_json()))


def test_near_a_machine_there_is_one_phase_with_its_coefficient():
    found = read_posterior(climbed("G5", local=True, n=100.0, particles=100))
    assert (found.exact.learning_coefficient, found.exact.multiplicity) == (1, 2)
    assert [(p.share.value, p.multiplicity, p.learning_coefficient) for p in found.phases] == [(1.0, 2, 1)]
    assert found.groups is None and "by cube" not in describe_free_energy(found)


def test_what_is_not_known_is_left_out_with_the_reason(double, monkeypatch):
    found = read_posterior(double, phases=0, exact_seconds=1e-9)
    assert found.exact is found.phases is found.spread is found.estimate.multiplicity_correction is None
    (warning,) = found.warnings
    assert warning == "no exact λ: it is not known within 1e-09 seconds; noisytm search takes as long as it needs"
    assert not {"exact", "phases", "groups"} & found.to_json().keys()
    short = read_posterior(climbed("G1", n=10.0, particles=100), phases=0)
    assert short.estimate is None and "two n from 10 on" in short.warnings[-1]
    half = TuringMachine(["_", "A"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    listed = SynthesisProblem.of_machine(half, [""], 1)
    assert "does not list all tuples" in exact_coefficient(listed, None, UNITS, None)
    monkeypatch.setattr(least, "global_learning_coefficient", _of_memory)
    assert exact_coefficient(GATES["G1"].problem, None, UNITS, None) == f"no memory; {least.HOW[False]}"


def test_what_is_ended_while_codes_are_looked_at_has_the_estimates(double, monkeypatch):
    def ended(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "phases", ended)
    with pytest.raises(KeyboardInterrupt) as interrupted:
        read_posterior(double)
    part = interrupted.value.partial
    assert part.estimates is not None and part.estimate is not None and part.exact.learning_coefficient == 1
    assert not part.complete and part.groups is part.phases is part.spread is None


def _of_memory(*_, **__):
    raise BudgetError("no memory")


def test_populations_that_do_not_agree_are_refused(double):
    first, *others = double.replicas
    wrong = tuple(dataclasses.replace(rung, loss=30 * rung.loss) for rung in first.rungs)
    torn = dataclasses.replace(double, replicas=(dataclasses.replace(first, rungs=wrong), *others))
    with pytest.raises(EstimateError, match=r"the estimate is refused: the chains do not agree at n") as refused:
        read_posterior(torn)
    assert not refused.value.partial.complete and refused.value.partial.ladder == double.ladder


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"replicas": ()}, {}, "has no populations"),
        ({"complete": False}, {}, "was ended before its last n"),
        ({}, {"phases": -1}, "phases is -1"),
        ({}, {"exact_seconds": 0}, "exact_seconds is 0"),
    ],
)
def test_bad_requests_of_readings(double, change, options, message):
    with pytest.raises(ProblemError, match=message):
        read_posterior(dataclasses.replace(double, **change), **options)


def test_only_a_free_energy_is_read():
    with pytest.raises(MachineError, match="found is 3; give a FreeEnergy"):
        read_posterior(3)
