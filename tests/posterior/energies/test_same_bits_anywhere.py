"""A seed has the same bits whatever was compiled, or done in NumPy, before: what evaluates losses is settled first."""

import numpy as np
import pytest
from posterior_gates import ONE
from seeds import slow_where

from noisytm import SynthesisProblem, free_energy, susceptibilities, volumes
from noisytm.posterior.energies import moving
from noisytm.posterior.levels import measuring
from noisytm.posterior.response import responding
from noisytm.relaxation.marginal import plans, tables, worth
from noisytm.relaxation.pathwise import annealed

KERNELS = ("vector_codes", "vector", "real", "lists", annealed.KERNELS)
FEW = {"replicas": 2, "sweeps": 1, "seed": 1}
PROBLEM = SynthesisProblem.of_machine(ONE, [""], 1)
LISTS = SynthesisProblem.of_machine(ONE, [""], 1, keys="noisy")


def climbed(problem=PROBLEM, machine=None, **options):
    found = free_energy(problem, machine, machine is not None, n=1, particles=16, **FEW, **options)
    return [rung.loss for replica in found.replicas for rung in replica.rungs]


def sunk(**options):
    found = volumes(PROBLEM, epsilon=1.0, particles=100, search_seconds=1e-9, **FEW, **options)
    return [np.array([row.log_volume for row in found.volumes])]


def answered(**options):
    draws = PROBLEM.space.sample(40, seed=2).reshape(2, 20, *PROBLEM.space.shape)
    found = susceptibilities(PROBLEM, draws, 3.0, machine=ONE, **options)
    return [found.values, found.shares]


CASES = {
    "annealed": lambda: climbed(semantics="annealed"),
    "weights near a code": lambda: climbed(machine=ONE, chart="product:2"),
    "lists": lambda: climbed(LISTS, ONE),
    "volumes, annealed": lambda: sunk(semantics="annealed"),
    "volumes": sunk,
    "susceptibilities": answered,
    "susceptibilities, annealed": lambda: answered(semantics="annealed"),
}


class Noted(worth._Ledger):
    """An account that notes what it answers."""

    def __init__(self, *compiled):
        super().__init__()
        self._compiled.update(compiled)
        self.answers = []

    def arrays_do(self, kernels, seconds):
        self.answers.append(super().arrays_do(kernels, seconds))
        return self.answers[-1]


def with_ledger(call, ledger):
    with pytest.MonkeyPatch.context() as patch:
        for module in (plans, tables, annealed):
            patch.setattr(module, "LEDGER", ledger)
        return call(), ledger.answers


@slow_where("annealed", "weights near a code", "volumes, annealed")
@pytest.mark.parametrize("case", CASES)
def test_bits_do_not_depend_on_what_is_compiled(case, monkeypatch):
    for most, arrays in ((1e3, True), (0.0, False)):  # little work, and much: that is compiled from its first call on
        monkeypatch.setattr(moving, "LITTLE", most)
        monkeypatch.setattr(measuring, "A_SWEEP_IN_ARRAYS", most)
        monkeypatch.setattr(responding, "LITTLE", most)
        (first, answers), (again, others) = (with_ledger(CASES[case], Noted(*known)) for known in ((), KERNELS))
        assert set(answers) == set(others) <= {arrays} and (answers or not arrays)  # compiled moves do not ask
        assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
