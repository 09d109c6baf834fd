"""Machines whose free energy is known: closed forms, or quadrature of the polynomial f."""

import math
from typing import NamedTuple

import numpy as np

from noisytm import FreeEnergy, SynthesisProblem, TuringMachine, free_energy

SIZES = (1e2, 1e4, 1e6)
# What a free energy, or a mean of nK, may be off by there.
WITHIN = (0.1, 0.15, 0.2)


def _halts(rows, symbols="_", states="01"):
    tuples = [(read, state, write, "H", "S") for read, state, write in rows]
    return TuringMachine(list(symbols), "_", [*states, "H"], "0", tuples, halting=["H"])


ONE = _halts([("_", "0", "_")], states="0")
TWO = _halts([("_", "0", "_"), ("_", "1", "_")])
WRITER = _halts([("_", "0", "A"), ("A", "0", "A")], "_A", "0")


class Gate(NamedTuple):
    """A problem with F(n) and E[nK] at `SIZES`, on all of code space and on R, near the code.

    On R, F is that over the entries of f alone, with the prior of all code space; ``free`` is how many coordinates
    there are beside, each of which adds log 2. ``tests/shared/gate_integrals.py`` has the quadrature.
    """

    machine: TuringMachine
    steps: int
    semantics: str
    loss: str
    free_energy: tuple[float, float, float]
    mean_nk: tuple[float, float, float]
    local: tuple[float, float, float]
    local_mean_nk: tuple[float, float, float]
    free: int
    inputs: tuple[str, ...] = ("",)

    @property
    def problem(self):
        """The problem."""
        return SynthesisProblem.of_machine(
            self.machine, self.inputs, self.steps, targets=dict.fromkeys(self.inputs, "H")
        )

    def expected(self, local: bool) -> np.ndarray:
        """Return F and E[nK] at each n, shape (2, 3)."""
        if not local:
            return np.array([self.free_energy, self.mean_nk])
        return np.array([np.add(self.local, self.free * math.log(2)), self.local_mean_nk])

    def sampled(self, local: bool = False, **options) -> FreeEnergy:
        """Return what a sampler finds; four replicas of 1,024 particles, unless told otherwise."""
        options = {"particles": 1024, "replicas": 4} | options
        machine = self.machine if local else None
        return free_energy(self.problem, machine, local, semantics=self.semantics, loss=self.loss, **options)

    def require(self, found: FreeEnergy, local: bool = False) -> None:
        """Assert that F and E[nK] are within what is allowed of the true ones."""
        rows = [row for row in found.ladder if row.n in SIZES]
        got = np.array([[row.free_energy for row in rows], [row.mean_nK for row in rows]])
        off = np.abs(got - self.expected(local))
        assert (off < WITHIN).all(), f"off by {off.round(3).tolist()}"


GATES = {
    "G1": Gate(
        ONE, 1, "pseudo-utm", "log", (4.615121, 9.210440, 13.815512), (0.990099, 0.999900, 0.999999),
        (4.615121, 9.210440, 13.815512), (0.990099, 0.999900, 0.999999), 2,
    ),
    "G2": Gate(
        ONE, 2, "mean-field", "log", (2.427105, 4.725990, 7.028538), (0.496275, 0.499963, 0.5),
        (2.427105, 4.725990, 7.028538), (0.496275, 0.499963, 0.5), 2,
    ),
    "GB": Gate(
        ONE, 1, "mean-field", "brier", (2.423367, 4.725952, 7.028538), (0.5, 0.5, 0.5),
        (2.423367, 4.725952, 7.028538), (0.5, 0.5, 0.5), 2,
    ),
    "G3": Gate(
        TWO, 1, "mean-field", "log", (8.546946, 17.727834, 26.937877), (1.970491, 1.999700, 1.999997),
        (8.546946, 17.727834, 26.937877), (1.970491, 1.999700, 1.999997), 6,
    ),
    "G4": Gate(
        TWO, 2, "mean-field", "log", (5.823905, 12.578234, 19.461825), (1.423791, 1.488468, 1.498242),
        (6.622354, 13.292101, 20.158270), (1.385974, 1.480644, 1.496868), 4,
    ),
    "G4q": Gate(
        TWO, 2, "quenched", "log", (7.863651, 17.034786, 26.244731), (1.960784, 1.999600, 1.999996),
        (8.587364, 17.728234, 26.937881), (1.929637, 1.999300, 1.999993), 4,
    ),
    "G5": Gate(
        WRITER, 2, "mean-field", "log", (2.676840, 5.740065, 9.222156), (0.608014, 0.716503, 0.790258),
        (5.503862, 9.209551, 13.334903), (0.716483, 0.866510, 0.917209), 3,
    ),
    "G6": Gate(
        TWO, 3, "mean-field", "log", (4.115933, 9.209182, 14.635665), (1.043258, 1.150580, 1.201243),
        (4.790235, 9.623587, 14.929593), (0.935876, 1.115542, 1.181934), 4,
    ),
    "G7": Gate(
        WRITER, 1, "mean-field", "log", (7.863651, 17.034786, 26.244731), (1.960784, 1.999600, 1.999996),
        (7.863651, 17.034786, 26.244731), (1.960784, 1.999600, 1.999996), 6, inputs=("", "A"),
    ),
}  # fmt: skip
# The share of G4's samples whose second tuple rounds to H.
SECOND_HALTS = (0.532954, 0.566474, 0.573948)
