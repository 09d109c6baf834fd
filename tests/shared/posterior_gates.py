"""Machines whose free energy is known: closed forms, or quadrature of the polynomial f."""

from typing import NamedTuple

from noisytm import SynthesisProblem, TuringMachine

SIZES = (1e2, 1e4, 1e6)


def _halts(rows, symbols="_", states="01"):
    tuples = [(read, state, write, "H", "S") for read, state, write in rows]
    return TuringMachine(list(symbols), "_", [*states, "H"], "0", tuples, halting=["H"])


ONE = _halts([("_", "0", "_")], states="0")
TWO = _halts([("_", "0", "_"), ("_", "1", "_")])
WRITER = _halts([("_", "0", "A"), ("A", "0", "A")], "_A", "0")


class Gate(NamedTuple):
    """A problem with F(n) at `SIZES`, on all of code space; ``local`` is F_R over the entries of f alone, and ``free``
    how many coordinates there are beside."""

    machine: TuringMachine
    steps: int
    semantics: str
    loss: str
    free_energy: tuple[float, float, float]
    mean_nk: tuple[float, float, float]
    local: tuple[float, float, float] | None = None
    free: int = 0
    inputs: tuple[str, ...] = ("",)

    @property
    def problem(self):
        """The problem."""
        return SynthesisProblem.of_machine(
            self.machine, self.inputs, self.steps, targets=dict.fromkeys(self.inputs, "H")
        )


GATES = {
    "G1": Gate(ONE, 1, "pseudo-utm", "log", (4.615121, 9.210440, 13.815512), (0.990099, 0.999900, 0.999999)),
    "G2": Gate(ONE, 2, "mean-field", "log", (2.427105, 4.725990, 7.028538), (0.496289, 0.499963, 0.5)),
    "GB": Gate(ONE, 1, "mean-field", "brier", (2.423367, 4.725952, 7.028538), (0.5, 0.5, 0.5)),
    "G3": Gate(TWO, 1, "mean-field", "log", (8.546946, 17.727834, 26.937877), (1.970491, 1.999700, 1.999997)),
    "G4": Gate(
        TWO, 2, "mean-field", "log", (5.823905, 12.578234, 19.461825), (1.423791, 1.488468, 1.498242),
        (6.622354, 13.292101, 20.158270), 4,
    ),
    "G4q": Gate(TWO, 2, "quenched", "log", (7.863651, 17.034786, 26.244731), (1.960784, 1.999600, 1.999996)),
    "G5": Gate(
        WRITER, 2, "mean-field", "log", (2.676840, 5.740065, 9.222156), (0.608014, 0.716503, 0.790258),
        (5.503862, 9.209551, 13.334903), 3,
    ),
    "G6": Gate(
        TWO, 3, "mean-field", "log", (4.115933, 9.209182, 14.635665), (1.043258, 1.150580, 1.201243),
        (4.790235, 9.623587, 14.929593), 4,
    ),
    "G7": Gate(
        WRITER, 1, "mean-field", "log", (7.863651, 17.034786, 26.244731), (1.960784, 1.999600, 1.999996),
        inputs=("", "A"),
    ),
}  # fmt: skip
