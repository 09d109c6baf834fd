"""Random machines of any shape and convention, and words for them."""

from __future__ import annotations

import random

from noisytm.machine import MOVES, TuringMachine


def random_machine(rng: random.Random) -> TuringMachine:
    symbols = [str(i) for i in range(rng.randint(1, 4))]
    states = [f"q{i}" for i in range(rng.randint(1, 4))]
    halting = [rng.choice(states)] if rng.random() < 0.4 else []
    keys = [(s, q) for s in symbols for q in states if q not in halting]
    listed = [key for key in keys if rng.random() < 0.9] if rng.random() < 0.5 else keys
    undefined = rng.choice(["stop", "write-1"]) if "1" in symbols else "stop"
    moves = MOVES if rng.random() < 0.5 else "LR"
    tuples = [(*key, rng.choice(symbols), rng.choice(states), rng.choice(moves)) for key in listed]
    return TuringMachine(symbols, rng.choice(symbols), states, rng.choice(states), tuples, halting, undefined)


def random_word(rng: random.Random, machine: TuringMachine) -> list[str]:
    return [rng.choice(machine.symbols) for _ in range(rng.randint(0, 8))]


def partial_machine() -> TuringMachine:
    """Return a machine of three symbols and states, seven tuples, six of which it uses on ``12``, where it goes on.

    Tests that need the step written out for a shape share this one: each shape takes long to compile.
    """
    rng = random.Random(85)
    keys = ((0, 0), (0, 1), (0, 2), (1, 1), (2, 0), (2, 1), (2, 2))
    symbols, states = ["0", "1", "2"], ["q0", "q1", "q2"]
    rows = [(symbols[s], states[q], rng.choice(symbols), rng.choice(states), rng.choice("LSR")) for s, q in keys]
    return TuringMachine(symbols, "0", states, "q1", rows)
