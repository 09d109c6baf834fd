"""Free energies: known ones, refusals, what is kept on the way, records."""

import json

import numpy as np
import pytest
from posterior_gates import GATES

from noisytm import FreeEnergy, _clock, _memory, free_energy
from noisytm.errors import BudgetError, EstimateError, FormatError, ProblemError
from noisytm.posterior import populations
from noisytm.posterior.energies import replicas as module
from noisytm.posterior.energies.moving import Moving
from noisytm.posterior.populations import ReadableMoves, losses_of
from noisytm.relaxation.marginal import LEDGER

FEW = {"particles": 200, "replicas": 2, "seed": 1}


def test_small_losses_are_exact_to_any_n():
    found = free_energy(GATES["G1"].problem, n=1e12, particles=256, replicas=3, seed=1, sweeps=1)
    expected = [np.log1p(row.n) for row in found.ladder]
    errors = [
        abs(row.free_energy - e) / (row.free_energy_error + 0.05) for row, e in zip(found.ladder, expected, strict=True)
    ]
    assert found.ladder[-1].n == 1e12 and max(errors) < 6
    assert found.ladder[-1].mean_nK == pytest.approx(1, abs=0.15)
    again = FreeEnergy.from_json(json.loads(json.dumps(found.to_json())))
    assert again == found and not again.replicas


def test_what_does_not_deserve_trust_is_refused(monkeypatch):
    for replicas, seed, reason in (
        (1, 3, r"come from [1-7] draws, fewer than 8"),
        (3, 2, "have a standard deviation of"),
    ):
        with pytest.raises(EstimateError, match=reason) as refused:
            free_energy(GATES["G3"].problem, particles=16, replicas=replicas, sweeps=1, seed=seed)
        partial = refused.value.partial
        assert not partial.complete and len(partial.ladder) == 7 and "use more particles" in partial.warnings[-1]

    class Standing(ReadableMoves):
        def __call__(self, logs, loss, n, sweeps, key, scales):
            return ReadableMoves.__call__(self, logs, loss, n, 0, key, scales)

    def standing(asked, factors, _threads):
        losses = losses_of(asked.problem, factors, asked.semantics, asked.loss)
        return Moving(losses, Standing(factors, losses))

    monkeypatch.setattr(module, "moves_for", standing)
    with pytest.raises(EstimateError, match="refused"):
        free_energy(GATES["G4"].problem, n=1e4, sweeps=1, **FEW)


def test_small_work_waits_for_no_compiler_and_is_the_same_whatever_is_compiled(monkeypatch):
    def climbed():
        return free_energy(GATES["G1"].problem, n=100, particles=200, replicas=2, sweeps=1, seed=1)

    few = climbed()
    assert "trajectories" in few.replicas[0].rungs[-1].scales
    monkeypatch.setattr(populations.FastMoves, "__init__", None)
    with LEDGER.compiled_only():
        again = climbed()
    for one, other in zip(few.replicas, again.replicas, strict=True):
        assert all(np.array_equal(a.loss, b.loss) for a, b in zip(one.rungs, other.rungs, strict=True))
    with pytest.raises(TypeError):  # more work is for what is compiled
        free_energy(GATES["G7"].problem, n=1e6, sweeps=1)


def test_sweeps_are_not_enough_because_those_before_were_refused(monkeypatch):
    """Replicas that disagree have a scatter in which a wrong F moves by as much as it likes."""
    asked = {"n": 1, "particles": 64, "replicas": 2, "seed": 1}
    assert free_energy(GATES["G1"].problem, **asked).sweeps == 2
    verdicts = iter([["they disagree"]])
    monkeypatch.setattr(module, "failures", lambda *_: iter(next(verdicts, [])))
    assert free_energy(GATES["G1"].problem, **asked).sweeps == 4


def test_what_was_ended_goes_on_to_the_same_bits(tmp_path, monkeypatch):
    problem, path = GATES["G4"].problem, tmp_path / "kept.npz"
    whole = free_energy(problem, n=1e3, sweeps=1, **FEW)
    ticks = iter(range(10**9))

    def tick():
        if next(ticks) == 30:
            raise _clock.OutOfTime("the time has run out")

    with monkeypatch.context() as patched:
        patched.setattr(_clock, "tick", tick)
        with pytest.raises(BudgetError, match="run out") as ended:
            free_energy(problem, n=1e3, sweeps=1, resume=path, **FEW)
    assert not ended.value.partial.complete and ended.value.partial.replicas[0].rungs
    resumed = free_energy(problem, n=1e3, sweeps=1, resume=path, threads=2, **FEW)
    assert resumed == whole
    for one, other in zip(resumed.replicas, whole.replicas, strict=True):
        assert all(np.array_equal(a.loss, b.loss) for a, b in zip(one.rungs, other.rungs, strict=True))
    with pytest.raises(FormatError, match="keeps populations of another posterior: its loss is 'log', not 'brier'"):
        free_energy(problem, n=1e3, sweeps=1, loss="brier", resume=path, **FEW)
    path.write_text("nothing")
    with pytest.raises(FormatError, match=r"does not keep populations; give another file$"):
        free_energy(problem, n=1e3, sweeps=1, resume=path, **FEW)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"local": True}, "no machine is given"),
        ({"n": 0}, "n is 0; it must be positive"),
        ({"particles": 3}, "particles is 3; it must be an integer >= 16"),
        ({"sweeps": 0}, "sweeps is 0"),
        ({"chart": "sphere", "prior_concentration": 2}, "own, so leave it out"),
        ({"prior_concentration": {("A", "x", "next"): 2}}, "lists no such tuple"),
    ],
)
def test_bad_requests(options, message):
    with pytest.raises(ProblemError, match=message):
        free_energy(GATES["G1"].problem, **options)


def test_memory_that_runs_out_leaves_what_was_climbed(monkeypatch):
    """A process that grows by a mebibyte each time that it is looked at."""
    looks = iter(range(1 << 30))
    monkeypatch.setattr(_memory, "resident", lambda: next(looks) << 20)
    monkeypatch.setattr(_memory, "SECONDS_BETWEEN_LOOKS", 0.0)
    problem = GATES["G4"].problem
    with pytest.raises(BudgetError, match="of memory that it may take are used up") as ended:
        free_energy(problem, n=1e3, sweeps=1, memory=20 << 20, **FEW)
    assert not ended.value.partial.complete and ended.value.partial.replicas[0].rungs
