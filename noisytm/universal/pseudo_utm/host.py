"""The staged pseudo-UTM as a universal machine on which ``noisytm universal`` runs others."""

from __future__ import annotations

from dataclasses import dataclass

from noisytm.machine import TuringMachine, Word
from noisytm.universal.pseudo_utm.watch import NAME, Simulation


@dataclass(frozen=True)
class StagedHost:
    """The staged pseudo-UTM; see `noisytm.universal.registry.Host`."""

    name: str = NAME
    description: str = "four tapes, 10N + 5 steps a cycle; of the cycles after it has come to rest only one is made"
    counts_steps: bool = False

    def simulate(
        self, machine: TuringMachine, word: Word, cycles: int, max_steps: int | None, *, trace: bool
    ) -> Simulation:
        """Run a machine; the run yields its trace when it is asked for, whether or not ``trace`` is set."""
        from noisytm.universal.pseudo_utm import simulate_on_staged

        return simulate_on_staged(machine, word, cycles)


STAGED = StagedHost()
