"""The theorem of docs/precision.md on machines with known f: exact sums over grids against Λ(s), by increments in b."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import SynthesisProblem, TuringMachine, precision

Floats = NDArray[np.float64]
ONE = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], ["H"])
TWO = TuringMachine(["_"], "_", ["0", "1", "H"], "0", [("_", "0", "_", "H", "S"), ("_", "1", "_", "H", "S")], ["H"])
WRITER = TuringMachine(["_", "A"], "_", ["0", "H"], "0", [("_", "0", "A", "H", "S"), ("A", "0", "A", "H", "S")], ["H"])
AT_ONCE = 1 << 22  # terms of a sum


def steps(b: int) -> Floats:
    """Return the multiples of 2^−b up to ½."""
    return np.arange(2**b // 2 + 1) / 2.0**b


def pairs(b: int) -> tuple[Floats, Floats]:
    """Return the pairs of multiples of 2^−b with a sum of at most ½."""
    u = steps(b)
    first, second = np.meshgrid(u, u, indexing="ij")
    kept = first + second <= 0.5
    return first[kept], second[kept]


def of_one(f: Callable[[Floats], Floats], together: int = 1) -> Callable[[int, float], float]:
    """Return the sum over one error, or over the total of several of one distribution."""

    def total(b: int, n: float) -> float:
        u = steps(b)
        ways = u * 2**b + 1 if together == 2 else np.ones(len(u))
        return float((ways * np.exp(n * np.log1p(-f(u)))).sum()) / math.comb(2**b + together, together)

    return total


def of_pairs(f: Callable[..., Floats]) -> Callable[[int, float], float]:
    """Return the sum over two errors each of two distributions."""

    def total(b: int, n: float) -> float:
        (a, c), (d, e) = pairs(b), pairs(b)
        found, part = 0.0, max(1, AT_ONCE // len(a))
        for k in range(0, len(a), part):
            wrong = f(a[k : k + part, None], c[k : k + part, None], d, e)
            found += float(np.exp(n * np.log1p(-wrong)).sum())
        return found / math.comb(2**b + 2, 2) ** 2

    return total


def of_sums(f: Callable[..., Floats]) -> Callable[[int, float], float]:
    """Return the sum over two errors of one distribution, and the total of two of another."""

    def total(b: int, n: float) -> float:
        (a, c), j = pairs(b), steps(b)
        found, part = 0.0, max(1, AT_ONCE // len(j))
        for k in range(0, len(a), part):
            wrong = f(a[k : k + part, None], c[k : k + part, None], j)
            found += float((np.exp(n * np.log1p(-wrong)) @ (j * 2**b + 1)).sum())
        return found / math.comb(2**b + 2, 2) ** 2

    return total


def writes_twice(b: int, n: float) -> float:
    """Return the sum for u₁((1 − r)u₁ + r u₂), r the probability that the first tuple writes and stays right."""
    u, found = steps(b), 0.0
    for write in u:
        for move in u:
            r = (1 - write) * (1 - move)
            wrong = u[:, None] * ((1 - r) * u[:, None] + r * u)
            found += (move * 2**b + 1) * float(np.exp(n * np.log1p(-wrong)).sum())
    return found / (2**b + 1) ** 3 / math.comb(2**b + 2, 2)


def both_inputs(b: int, n: float) -> float:
    """Return the sum for two errors, each fatal on an input of its own."""
    return of_one(lambda u: u)(b, n / 2) ** 2


class Gate(NamedTuple):
    """A machine with known f, and the sum over its grid: (s, m_s, largest b, most that the increment may be off)."""

    name: str
    machine: TuringMachine
    steps: int
    inputs: tuple[str, ...]
    semantics: str
    loss: str
    total: Callable[[int, float], float]
    places: tuple[tuple[str, int, int, float], ...]


def three(a: Floats, b: Floats, c: Floats, e: Floats) -> Floats:
    """Return f of the machine of two tuples after three steps."""
    return a**3 + a * a * b + 2 * a * b * c + a * b * e + b * b * c + b * c * e + b * e * e


GATES = (
    Gate("G1", ONE, 1, ("",), "pseudo-utm", "log", of_one(lambda u: u), (("1/2", 1, 20, 0.001), ("2", 1, 16, 0.001))),
    Gate("G2", ONE, 2, ("",), "annealed", "log", of_one(lambda u: u * u), (("1/2", 1, 20, 0.001), ("3", 1, 16, 0.001))),
    Gate("G3", TWO, 1, ("",), "quenched", "log", of_one(lambda u: u, 2), (("1/2", 1, 20, 0.002), ("2", 1, 16, 0.002))),
    Gate("GB", ONE, 1, ("",), "annealed", "brier", of_one(lambda u: u * u), (("1", 1, 20, 0.001), ("4", 1, 16, 0.001))),
    Gate("G4", TWO, 2, ("",), "mean-field", "log", of_sums(lambda a, b, j: a * (a + b) + b * j),
         (("3/4", 1, 10, 0.06), ("3/2", 1, 10, 0.06), ("3", 1, 10, 0.01))),
    Gate("G4q", TWO, 2, ("",), "quenched", "log", of_sums(lambda a, b, j: a + b * j),
         (("3/4", 1, 10, 0.06), ("3", 1, 10, 0.01))),
    Gate("G5", WRITER, 2, ("",), "annealed", "log", writes_twice, (("3/4", 2, 8, 0.06), ("3", 1, 8, 0.03))),
    Gate("G6", TWO, 3, ("",), "mean-field", "log", of_pairs(three), (("3/4", 3, 8, 0.06), ("4", 1, 8, 0.03))),
    Gate("G7", WRITER, 1, ("", "A"), "mean-field", "log", both_inputs, (("1/2", 1, 20, 0.002), ("2", 1, 16, 0.002))),
)  # fmt: skip
CASES = [(gate, place) for gate in GATES for place in gate.places]


def check_gate(index: int, _seed: int) -> tuple[str, bool]:
    """Compare an increment in b with Λ(s), and see that it is not λ·s, τ or Λ without its multiplicity instead."""
    (gate, (place, multiplicity, b, most)), began = CASES[index], time.perf_counter()
    problem = SynthesisProblem.of_machine(gate.machine, list(gate.inputs), gate.steps)
    curve, s = precision(problem, gate.machine, semantics=gate.semantics, loss=gate.loss), Fraction(place)
    first, second = (-math.log2(gate.total(x, 2.0 ** (float(s) * x))) for x in (b, b + 1))
    term = (multiplicity - 1) * math.log2((b + 1) / b)
    found, exact = second - first + term, curve.at(s)
    others = {curve.learning_coefficient * s, curve.transversal} - {exact}
    controls = [abs(found - float(x)) for x in others] + ([abs(found - term - float(exact))] if term else [])
    holds = abs(found - float(exact)) < most and min(controls) > 2 * most
    line = f"{gate.name:4s} s = {place:4s} increment from b = {b}, without its term in m: {found:.4f}, Λ = {exact}"
    return f"{line}; others off by {min(controls):.3f} ({time.perf_counter() - began:.0f} s)", holds


def main() -> int:
    """Print a line for every gate and s; exit status 1 if one does not hold."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    failed = 0
    for index in range(len(CASES)):
        line, holds = check_gate(index, 0)
        failed += not holds
        print(f"{'ok  ' if holds else 'FAIL'} {line}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
