"""The universal machines that run 2-tag systems, as ones on which ``noisytm universal`` runs Turing machines."""

from __future__ import annotations

from dataclasses import dataclass

from noisytm.machine import TuringMachine, Word
from noisytm.universal.compiler.simulation import MAX_STEPS, TwoTagSimulation, simulate_on_two_tag


@dataclass(frozen=True)
class TwoTagHost:
    """A universal machine that runs 2-tag systems; see `noisytm.universal.registry.Host`."""

    name: str
    description: str
    counts_steps: bool = True

    def simulate(
        self, machine: TuringMachine, word: Word, cycles: int, max_steps: int | None, *, trace: bool
    ) -> TwoTagSimulation:
        """Compile a machine to a 2-tag system and run that; the words are kept if ``trace`` is set."""
        most = MAX_STEPS if max_steps is None else max_steps
        return simulate_on_two_tag(machine, word, self.name, cycles, most, keep_words=trace)
