"""How much longer does the compiled relaxed step take where the keys of tuples err, with as many tuples?

The same machine's full list with exact and with noisy keys, both semantics that have them, in interleaved rounds: CPU
time of the whole call, and the medians of the rounds' ratios. docs/noisy-keys.md has a run of it.

    python benchmarks/noisy_keys.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import shared
from cases import CODE_SEED, random_machine, random_words

from noisytm import SynthesisProblem, library, loss_and_gradient, words, wrong_probability
from noisytm.relaxation.marginal import LEDGER

SEMANTICS = ("pseudo-utm", "mean-field")
FORMS: dict[str, Callable[..., Any]] = {"wrong probability": wrong_probability, "loss and gradient": loss_and_gradient}
HEADINGS = ("list", "steps", "codes × inputs", *(f"{s}, {what}" for s in SEMANTICS for what in FORMS))


def cases() -> Iterator[tuple[str, dict[str, SynthesisProblem], int]]:
    """Yield a name, the problem with exact and with noisy keys, and a number of codes."""
    lists = {"detectA, 6 tuples": library.machine("detectA"), "random, 16 tuples": random_machine(4, 4)}
    for name, machine in lists.items():
        for inputs, steps, codes in ((random_words(machine, 128), 10, 8), (words(machine.symbols[1:3], 2), 4, 2048)):
            problems = {k: SynthesisProblem.of_machine(machine, inputs, steps, keys=k) for k in ("exact", "noisy")}
            yield name, problems, codes


def ratio(problems: dict[str, SynthesisProblem], codes: int, call: Callable[..., Any], rounds: int) -> float:
    """Return how much longer noisy keys take, in the middle round."""
    work = {k: partial(call, p, p.space.sample(codes, seed=CODE_SEED)) for k, p in problems.items()}
    taken = []
    for done in range(rounds + 1):
        seconds = {k: shared.turn(f, 1 if done == 0 else 20)[1] for k, f in work.items()}
        taken.append(seconds["noisy"] / seconds["exact"])
    return statistics.median(taken[1:])  # the first may compile


def main(rounds: int = 9) -> None:
    """Print the table as Markdown."""
    shared.one_core()
    print(f"| {' | '.join(HEADINGS)} |\n|{' --- |' * len(HEADINGS)}")
    for name, problems, codes in cases():
        exact = problems["exact"]
        row = [name, str(exact.steps), f"{codes} × {len(exact.inputs)}"]
        for semantics in SEMANTICS:
            for call in FORMS.values():
                with LEDGER.compiled_only():
                    how = partial(call, semantics=semantics, kernel="interpreted", lanes=8)
                    row.append(f"{ratio(problems, codes, how, rounds):.2f}")
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
