"""How does the time of loss and gradient grow with the steps, the size of the table and the batch?

Every point is a median of interleaved rounds; an exponent is the slope of log time over log size by least squares, over
all points and over the upper half of them, where fixed costs matter less.

    python benchmarks/growth.py [ROUNDS]
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import shared
from cases import Case, case, random_machine

from noisytm import library, loss_and_gradient, wrong_probability

STEPS = (10, 20, 50, 100, 200, 500, 1000, 2000)
SHAPES = ((2, 2), (4, 2), (4, 4), (8, 4), (8, 8))
BATCHES = ((1, 1), (1, 10), (1, 100), (10, 100), (100, 100), (1000, 100))
FORMS = {"forward": wrong_probability, "gradient": loss_and_gradient}


def series() -> dict[str, list[tuple[int, Case]]]:
    """Return, for each quantity, the cases by its values; only that quantity changes within a series."""
    detect_a = library.machine("detectA")
    return {
        "steps": [(t, case("detectA", detect_a, t, 1, 64)) for t in STEPS],
        "table": [(s * q, case(f"{s} × {q}", random_machine(s, q), 10, 8, 64)) for s, q in SHAPES],
        "batch": [(n * m, case("detectA", detect_a, 10, n, m)) for n, m in BATCHES],
    }


def measured(points: list[tuple[int, Case]], rounds: int) -> dict[str, Any]:
    """Return sizes, CPU seconds and exponents of one series."""
    sizes = [size for size, _ in points]
    found: dict[str, Any] = {"sizes": sizes, "case": [c.name for _, c in points]}
    for form, function in FORMS.items():
        calls = {str(i): partial(function, c.problem, c.codes, kernel="written-out") for i, (_, c) in enumerate(points)}
        times = [t["cpu"] for t in shared.interleaved(calls, rounds).values()]
        half = len(sizes) // 2
        found[form] = {
            "seconds": times,
            "exponent": shared.exponent(sizes, times),
            "upper_exponent": shared.exponent(sizes[half:], times[half:]),
        }
    return found


TITLES = {"steps": "t", "table": "S·\\|Q\\|", "batch": "codes × inputs"}


def text(record: dict[str, Any]) -> str:
    """Return the tables of a record as Markdown."""
    parts = []
    for name, found in record["series"].items():
        rows = [
            [form, *(1e3 * t for t in found[form]["seconds"]), found[form]["exponent"], found[form]["upper_exponent"]]
            for form in FORMS
        ]
        header = [f"ms at {TITLES[name]} =", *map(str, found["sizes"]), "exponent", "upper half"]
        parts.append(shared.table(header, rows))
    return "\n\n".join(parts)


def main(rounds: int = 7) -> None:
    """Print the tables and write them as JSON."""
    pinned = shared.one_core()
    record = {
        "question": "growth of the time of the relaxed step", "rounds": rounds, "pinned": pinned,
        "series": {name: measured(points, rounds) for name, points in series().items()},
    }  # fmt: skip
    shared.save("growth", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
