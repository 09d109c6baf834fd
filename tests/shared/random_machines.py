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
