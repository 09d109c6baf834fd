"""Machines, problems and codes that the benchmarks run on; all random choices are seeded."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noisytm import SynthesisProblem, TuringMachine, library, words

MACHINE_SEED, INPUT_SEED, CODE_SEED = 0, 1, 3
LONGEST_INPUT = 10


def random_machine(symbols: int, states: int, seed: int = MACHINE_SEED) -> TuringMachine:
    """Return a machine with a full table of random entries.

    >>> len(random_machine(3, 2).tuples)
    6
    """
    rng = np.random.default_rng(seed)
    alphabet = ["_", *(chr(ord("A") + i) for i in range(symbols - 1))]
    names = [f"q{i}" for i in range(states)]
    rows = [
        (s, q, alphabet[rng.integers(symbols)], names[rng.integers(states)], "LSR"[rng.integers(3)])
        for s, q in itertools.product(alphabet, names)
    ]
    return TuringMachine(alphabet, "_", names, names[0], rows)


def random_words(machine: TuringMachine, count: int, longest: int = LONGEST_INPUT) -> list[tuple[str, ...]]:
    """Return distinct words of random lengths 1 … ``longest``, without blanks where there are two other symbols.

    >>> len(random_words(random_machine(2, 2), 64))
    64
    """
    letters = [s for s in machine.symbols if s != machine.blank or len(machine.symbols) < 3]
    if count > len(letters) ** longest:
        raise ValueError(f"{count} distinct words over {len(letters)} letters need more than {longest} symbols")
    rng = np.random.default_rng(INPUT_SEED)
    found: dict[tuple[str, ...], None] = {}
    while len(found) < count:
        length = int(rng.integers(1, longest + 1))
        found[tuple(letters[i] for i in rng.integers(len(letters), size=length))] = None
    return list(found)


@dataclass(frozen=True)
class Case:
    """A problem and a batch of codes.

    Attributes
    ----------
    name : str
        What the tables call it.
    problem : SynthesisProblem
        The problem, with the machine's own states as targets.
    codes : ndarray of float64, shape (n, N, S + |Q| + 3)
        Codes in the inside of code space.
    """

    name: str
    problem: SynthesisProblem
    codes: NDArray[np.float64]

    @property
    def units(self) -> int:
        """Number of (code, input, step)."""
        return len(self.codes) * len(self.problem.inputs) * self.problem.steps


def case(name: str, machine: TuringMachine, steps: int, codes: int, inputs: int, longest: int = LONGEST_INPUT) -> Case:
    """Return a case with random codes and inputs."""
    problem = SynthesisProblem.of_machine(machine, random_words(machine, inputs, longest), steps)
    return Case(name, problem, problem.space.sample(codes, seed=CODE_SEED))


def relaxed_step_cases(codes: int, inputs: int) -> list[Case]:
    """Return the four cases of the relaxed step for one batch size."""
    machines = {"detectA": library.machine("detectA"), "S = \\|Q\\| = 4": random_machine(4, 4)}
    return [case(name, machine, t, codes, inputs) for name, machine in machines.items() for t in (10, 42)]


def few_inputs_cases(codes: int = 2048) -> list[Case]:
    """Return detectA with all words of up to two letters and many codes, as a population of a sampler has them.

    >>> [(len(it.codes), len(it.problem.inputs), it.problem.steps) for it in few_inputs_cases(16)]
    [(16, 7, 4), (16, 7, 10)]
    """
    machine = library.machine("detectA")
    problems = [SynthesisProblem.of_machine(machine, words("AB", 2), t) for t in (4, 10)]
    return [Case("detectA", problem, problem.space.sample(codes, seed=CODE_SEED)) for problem in problems]


def along_simplices(problem: SynthesisProblem, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the part of a gradient along the simplices: in every distribution the mean is taken off.

    >>> from noisytm import words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 1), 2)
    >>> float(along_simplices(problem, np.ones((1, 6, 8))).max())
    0.0
    """
    projected = gradient.copy()
    for _, start, values in problem.space.blocks:
        block = projected[..., start : start + len(values)]
        block -= block.mean(axis=-1, keepdims=True)
    return projected
