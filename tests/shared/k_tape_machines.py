"""Random machines with several tapes, for the tests."""

import itertools

from noisytm.universal import KTapeMachine
from noisytm.universal.tapes.rules import fits


def random_k_tape(rng, tapes, density=0.8, size=3):
    """Draw a machine; about a third of what its rules read, and of what they write, is a wildcard."""
    alphabets = [[f"{i}{s}" for s in "abc"[: rng.randint(1, size)]] for i in range(tapes)]
    states = [f"q{i}" for i in range(rng.randint(1, 3))]
    rules = []
    for state in states:
        cells = list(itertools.product(*alphabets))
        rng.shuffle(cells)
        for cell in cells:
            if rng.random() > density:
                continue
            read = tuple(None if rng.random() < 0.35 else s for s in cell)
            mine = [r for r in rules if r[0] == state]
            if any(fits(r[1], s) and fits(read, s) for r in mine for s in cells):
                continue
            write = tuple(None if rng.random() < 0.35 else rng.choice(alphabet) for alphabet in alphabets)
            rules.append((state, read, rng.choice(states), write, tuple(rng.choices("LSR", k=tapes))))
    rng.shuffle(rules)
    return KTapeMachine(alphabets, [rng.choice(a) for a in alphabets], states, states[0], rules)


def random_start(rng, machine):
    """Draw a configuration of a machine."""
    words = [rng.choices(alphabet, k=rng.randint(0, 4)) for alphabet in machine.alphabets]
    return machine.configuration(words, [rng.randint(-2, 5) for _ in words], rng.choice(machine.states))
