"""Cutting planes against the enumeration of all minimal fatal syndromes, on more and larger codes than the tests."""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from noisytm import BudgetError, SynthesisProblem, TuringMachine, learning_coefficient, library, words
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration

SEMANTICS = ("mean-field", "pseudo-utm")
READOUTS = ("state", "state", "tape:1", "tape:2")
MAX_SIZE = 2_500
LARGEST_SHARE_OVER_BUDGET = 0.25


@dataclass(frozen=True)
class Family:
    """Random codes of one shape and number of steps."""

    symbols: int
    states: int
    steps: int
    codes: int

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.symbols} symbols, {self.states} states, t={self.steps}"


FAMILIES = (
    Family(2, 2, 2, 300),
    Family(2, 2, 3, 600),
    Family(2, 2, 4, 300),
    Family(2, 2, 5, 60),
    Family(3, 2, 3, 150),
    Family(2, 3, 3, 150),
    Family(3, 3, 3, 60),
)
# (longest input, steps, semantics, λ, m) of detectA, found earlier by an independent program.
PUBLISHED = (
    (2, 3, "mean-field", Fraction(10), 1),
    (2, 4, "mean-field", Fraction(10), 2),
    (2, 4, "pseudo-utm", Fraction(29, 3), 1),
    (2, 5, "mean-field", Fraction(37, 4), 1),
    (3, 5, "mean-field", Fraction(10), 2),
)


def random_machine(rng: random.Random, family: Family) -> TuringMachine:
    """Draw a machine: half of them list every tuple, a third has a halting state."""
    symbols = [str(i) for i in range(family.symbols)]
    running = [f"q{i}" for i in range(family.states)]
    ends = ["H"] if rng.random() < 1 / 3 else []
    keys = list(itertools.product(symbols, running))
    if rng.random() < 0.5:
        keys = rng.sample(keys, rng.randint(1, len(keys)))
    tuples = [(s, q, rng.choice(symbols), rng.choice(running + ends), rng.choice("LSR")) for s, q in keys]
    return TuringMachine(symbols, "0", running + ends, "q0", tuples, halting=ends)


def compare(family: Family, seed: int) -> str:
    """Compare the two paths on one random code; return ``agree``, ``over budget``, or what differs."""
    rng = random.Random(f"{family.name} {seed}")
    machine = random_machine(rng, family)
    letters = "".join(machine.symbols[1:])
    problem = SynthesisProblem.of_machine(machine, words(letters, 2), family.steps, rng.choice(READOUTS))
    semantics, loss = rng.choice(SEMANTICS), rng.choice(("log", "brier"))
    concentration = rng.choice((1, 1, Fraction(1, 2), 3))
    try:
        slow = learning_coefficient_by_enumeration(
            problem,
            machine,
            semantics=semantics,
            loss=loss,
            prior_concentration=concentration,
            max_size=MAX_SIZE,
        )
    except BudgetError:
        return "over budget"
    fast = learning_coefficient(problem, machine, semantics=semantics, loss=loss, prior_concentration=concentration)
    if slow == (fast.value, fast.multiplicity):
        return "agree"
    where = f"seed {seed}: {machine.canonical} {problem.readout} {semantics} {loss} {concentration}"
    return f"{where}: {slow} by enumeration, {fast.value, fast.multiplicity} by cutting planes"


def check_family(index: int, seed: int) -> tuple[str, bool]:
    """Compare the two paths on every code of a family; return a line of the table and whether all agree."""
    family, began = FAMILIES[index], time.perf_counter()
    outcomes = Counter(compare(family, seed * 1_000_000 + i) for i in range(family.codes))
    agree, over = outcomes.pop("agree", 0), outcomes.pop("over budget", 0)
    holds = not outcomes and over <= LARGEST_SHARE_OVER_BUDGET * family.codes
    seconds = time.perf_counter() - began
    line = f"{family.name:38s} {agree:4d} of {family.codes} agree, {over} over budget  {seconds:4.0f} s"
    return "\n".join([line, *map(str, outcomes)]), holds


def check_published(index: int, _seed: int) -> tuple[str, bool]:
    """Check the enumeration against a published coefficient of detectA."""
    longest, steps, semantics, value, multiplicity = PUBLISHED[index]
    began = time.perf_counter()
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", longest), steps)
    found = learning_coefficient_by_enumeration(problem, machine, semantics=semantics)
    name, seconds = f"detectA n={longest} t={steps} {semantics}", time.perf_counter() - began
    return f"{name:38s} λ = {found[0]}, m = {found[1]}  {seconds:4.0f} s", found == (value, multiplicity)


def main() -> int:
    """Run every comparison in turn; exit status 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    held = []
    for check, count in ((check_published, len(PUBLISHED)), (check_family, len(FAMILIES))):
        for index in range(count):
            line, holds = check(index, seed)
            print(line, flush=True)
            held.append(holds)
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
