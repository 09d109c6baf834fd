"""How fast is the relaxed step with many codes and few inputs, as a population of a sampler has them?

2,048 codes of detectA's space on the 7 words of up to two letters, t = 4 and 10, against the same peers as with many
inputs; everything is measured as there.

    python benchmarks/few_inputs.py [ROUNDS]
"""

from __future__ import annotations

import sys
from typing import Any

import relaxed_step
import shared
from cases import few_inputs_cases

GOALS = (30.0, 15.0)  # forward and with gradient: M units/s


def text(record: dict[str, Any]) -> str:
    """Return the tables of a record as Markdown."""
    forward, gradient = GOALS
    return (
        "What the section on the relaxed step says holds here too: forms, units, peers, agreement before the clock;"
        f" medians of {record['rounds']} rounds, measured peak {2 * record['peak_slots_per_second'] / 1e9:.1f} GFlop/s."
        f"\n\n{relaxed_step.text(record)}\n\nGoal: {forward:g} M units/s forward and {gradient:g} with gradient."
    )


def main(rounds: int = 7) -> None:
    """Print the tables and write them as JSON."""
    question = "speed of the relaxed step with many codes and few inputs, pseudo-utm, log loss, float64, state readout"
    record = relaxed_step.record_of(question, few_inputs_cases(), rounds)
    shared.save("few_inputs", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
