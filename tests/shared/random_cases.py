"""Random small machines, problems, faces and priors, for the two ways to a learning coefficient."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

from noisytm import CodeSpace, ProblemError, SynthesisProblem, TuringMachine, words
from noisytm.geometry import BitFace, Face

CHARTS = ("simplex", "bits", "sphere")
LOSSES = ("log", "brier")
READOUTS = ("state", "state", "tape:1", "tape:2")
KINDS = ("write", "next", "move")


def random_machine(rng: random.Random) -> TuringMachine:
    """Draw a machine with two or three symbols and states, some with gaps and a halting state."""
    symbols, states = "012"[: rng.choice((2, 2, 3))], ["a", "b"]
    keys = list(itertools.product(symbols, states))
    states += ["H"] * rng.randint(0, 1)
    keys = rng.sample(keys, rng.randint(1, min(4, len(keys))))
    rows = [(*key, rng.choice(symbols), rng.choice(states), rng.choice("LSR")) for key in keys]
    return TuringMachine(tuple(symbols), "0", tuple(states), "a", rows, halting=states[2:])


def random_problem(rng: random.Random, machine: TuringMachine, steps: int) -> SynthesisProblem:
    """Draw what is read, and up to three inputs."""
    return SynthesisProblem.of_machine(machine, words("1", rng.randint(0, 2)), steps, rng.choice(READOUTS))


def random_prior(rng: random.Random, machine: TuringMachine) -> dict[Any, Fraction]:
    """Draw concentrations for some kinds and for some distributions."""
    groups: list[Any] = [(*key, kind) for key in machine.keys for kind in KINDS]
    chosen = rng.sample(KINDS, rng.randint(1, 2)) + rng.sample(groups, rng.randint(0, 2))
    return {group: Fraction(rng.randint(1, 5), rng.randint(1, 3)) for group in chosen}


def random_face(rng: random.Random, machine: TuringMachine, chart: str, share: float) -> Face | BitFace:
    """Draw a face at a machine with about this share of the entries, or digits, free."""
    if chart != "bits":
        space = CodeSpace.of(machine)
        return Face(machine, tuple(c for c in space.coordinates(machine) if rng.random() < share))
    standard = BitFace.of_face(Face(machine))
    rows = [["".join("*" if rng.random() < share else x for x in digits) for digits in row] for row in standard.digits]
    return BitFace(machine, tuple(map(tuple, rows)))


def options_of(seed: int) -> dict[str, Any]:
    """Return a chart and a loss that differ from seed to seed."""
    return {"chart": CHARTS[seed % 3], "loss": LOSSES[seed // 3 % 2]}


def solved_on(problem: SynthesisProblem, face: Face | BitFace, **options: Any) -> Any:
    """Return the learning coefficient at a face, or ``None`` where the loss does not vanish on it."""
    from noisytm import learning_coefficient

    try:
        return learning_coefficient(problem, face, **options)
    except ProblemError as error:
        assert "the free entries allow an outcome that is not accepted" in str(error)
        return None
