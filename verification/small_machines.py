"""Every code of two symbols and two states that tells 11 from 00: what correcting errors is worth."""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterator
from fractions import Fraction

from noisytm import SynthesisProblem, TuringMachine, correction, learning_coefficient
from noisytm.problem import outcome

SYMBOLS, STATES, STEPS = ("0", "1"), ("no", "yes"), 4
TARGETS = {"00": "no", "11": "yes"}
CODES, SOLVED = 13**4, 4927
Row = tuple[int, int, str | None, str | None]
# Codes with C ≥ 1, the largest C, the least λ_log with C ≥ 1 and with C = 0; and the least λ_log of one, two, three and
# four tuples: what docs/error-correction.md says.
STATED: tuple[tuple[str, Row, str], ...] = (
    ("mean-field", (32, 3, "3/4", "1"), "3/4 16/11 3 5"),
    ("pseudo-utm", (0, 0, None, "1"), "1 2 30/11 52/11"),
    ("annealed", (25, 1, "1", "1"), "1 2 3 5"),
    ("quenched", (0, 0, None, "1"), "1 2 3 5"),
)


def every_machine() -> Iterator[TuringMachine]:
    """Yield every machine of this space; a key is unlisted or has one of twelve values."""
    keys = list(itertools.product(SYMBOLS, STATES))
    values = [None, *itertools.product(SYMBOLS, STATES, "LSR")]
    for chosen in itertools.product(values, repeat=len(keys)):
        rows = [key + value for key, value in zip(keys, chosen, strict=True) if value is not None]
        yield TuringMachine(SYMBOLS, SYMBOLS[0], STATES, STATES[0], rows)


def check_search(index: int, _seed: int) -> tuple[str, bool]:
    """Look at every code in one semantics; return a line of the table and whether it is the stated one."""
    (semantics, stated, by_tuples), began = STATED[index], time.perf_counter()
    degrees: list[int] = []
    least: dict[bool, Fraction] = {}
    least_of: dict[int, Fraction] = {}
    codes = 0
    for code in every_machine():
        codes += 1
        if any(outcome(code, word, STEPS) != answer for word, answer in TARGETS.items()):
            continue
        problem = SynthesisProblem.of_machine(code, list(TARGETS), STEPS)
        corrected = correction(problem, code, semantics=semantics).degree
        assert corrected is not None  # 11 cannot be told from 00 without using a tuple
        degrees.append(corrected)
        value = learning_coefficient(problem, code, semantics=semantics).value
        least[corrected > 0] = min(value, least.get(corrected > 0, value))
        least_of[len(code.tuples)] = min(value, least_of.get(len(code.tuples), value))
    with_, without = (str(least[key]) if key in least else None for key in (True, False))
    found = (sum(c > 0 for c in degrees), max(degrees), with_, without)
    found_by_tuples = " ".join(str(least_of[size]) for size in sorted(least_of))
    holds = (codes, len(degrees), found, found_by_tuples) == (CODES, SOLVED, stated, by_tuples)
    seconds = time.perf_counter() - began
    line = (
        f"{semantics:12s} {len(degrees)} of {codes} codes solve it, {found[0]} correct errors, at most {found[1]};"
        f" least λ {with_} with, {without} without, {found_by_tuples} by tuples  {seconds:4.0f} s"
    )
    return line, holds


def main() -> int:
    """Search in every semantics in turn; exit status 1 if something else is found than is stated."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    held = []
    for index in range(len(STATED)):
        line, holds = check_search(index, 0)
        print(line, flush=True)
        held.append(holds)
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
