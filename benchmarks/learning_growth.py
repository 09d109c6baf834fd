"""How does the time of an exact learning coefficient grow with the steps and with the size of the table?

detectA on all words of length up to 2, and random machines on what they compute themselves on short words. Each series
ends early once a point takes too long.

    python benchmarks/learning_growth.py [ROUNDS]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import shared
from cases import MACHINE_SEED, random_machine
from split import PARTS, timed_coefficient

from noisytm import SynthesisProblem, TuringMachine, library, words

STEPS = (3, 5, 8, 12, 20, 30, 50)
SHAPES = ((2, 2), (4, 2), (4, 4), (8, 4), (8, 8))
TABLE_STEPS = 8
SEMANTICS = "pseudo-utm"
LIMIT = 10.0


def by_steps() -> Iterator[tuple[int, TuringMachine, SynthesisProblem]]:
    """Yield detectA with more and more steps."""
    machine = library.machine("detectA")
    for steps in STEPS:
        yield steps, machine, SynthesisProblem.of_machine(machine, words("AB", 2), steps)


def by_table() -> Iterator[tuple[int, TuringMachine, SynthesisProblem]]:
    """Yield random machines with larger and larger tables."""
    for symbols, states in SHAPES:
        machine = random_machine(symbols, states)
        letters = list(machine.symbols[1:3])
        yield symbols * states, machine, SynthesisProblem.of_machine(machine, words(letters, 2), TABLE_STEPS)


def measured(points: Iterator[tuple[int, TuringMachine, SynthesisProblem]], rounds: int) -> dict[str, Any]:
    """Return sizes, rows and the exponents of one series."""
    sizes: list[int] = []
    rows: list[dict[str, Any]] = []
    for size, machine, problem in points:
        rows.append(timed_coefficient(problem, machine, SEMANTICS, rounds))
        sizes.append(size)
        if rows[-1]["seconds"] > LIMIT:
            break
    seconds, half = [row["seconds"] for row in rows], len(rows) // 2
    return {
        "sizes": sizes,
        "rows": rows,
        "exponent": shared.exponent(sizes, seconds),
        "upper_exponent": shared.exponent(sizes[half:], seconds[half:]),
    }


TITLES = {"steps": "t", "table": "S·\\|Q\\|"}


def text(record: dict[str, Any]) -> str:
    """Return the tables of a record as Markdown."""
    parts = []
    for name, found in record["series"].items():
        rows = [
            [size, r["dimension"], r["learning_coefficient"], r["multiplicity"], r["iterations"], 1e3 * r["seconds"]]
            + [1e3 * r[k] for k in ("without_m", *PARTS)]
            for size, r in zip(found["sizes"], found["rows"], strict=True)
        ]
        header = [TITLES[name], "d", "λ", "m", "LPs", "ms", "without m", *PARTS]
        exponents = f"Exponent {found['exponent']:.2f}, over the upper half {found['upper_exponent']:.2f}."
        parts.append(f"{shared.table(header, rows)}\n\n{exponents}")
    return "\n\n".join(parts)


def main(rounds: int = 3) -> None:
    """Print the tables and write them as JSON."""
    pinned = shared.one_core()
    series = {"steps": measured(by_steps(), rounds), "table": measured(by_table(), rounds)}
    record = {
        "question": "growth of the time to an exact learning coefficient", "semantics": SEMANTICS,
        "rounds": rounds, "pinned": pinned, "seeds": {"machine": MACHINE_SEED}, "series": series,
    }  # fmt: skip
    shared.save("learning_growth", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
