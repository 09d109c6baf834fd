"""How many codes does the atlas look at in a second, against one call of `learning_coefficient` for each?

All codes that solve detectA's problem on words of length up to 2 with t = 4: the whole atlas, ended after a while, and
one of a sample. Every λ and m is exact. Rounds alternate; figures are medians, over CPU time from call to result, with
the count of all codes and the rows of library machines that an atlas begins and ends with; compiling apart.

    python benchmarks/atlas.py [ROUNDS]
"""

from __future__ import annotations

import functools
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
from noisytm import (
    BudgetError,
    SynthesisProblem,
    TuringMachine,
    _clock,
    atlas,
    learning_coefficient,
    library,
    solutions,
    words,
)  # fmt: skip

SEMANTICS = ("pseudo-utm", "mean-field")
SAMPLE, ALONE, SECONDS = 2000, 50, 20.0
GOAL = 1000.0
WHOLE, DRAWN, ONE_BY_ONE = f"the atlas, ended after {SECONDS:g} s", f"the atlas of {SAMPLE:,} codes", "one by one"


def problem() -> SynthesisProblem:
    """Return detectA's problem."""
    return SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)


def whole(asked: SynthesisProblem, semantics: str) -> int:
    """Return how many codes the atlas of all gets to."""
    try:
        with _clock.limited(SECONDS):
            found = atlas(asked, all=True, semantics=semantics, progress=False)
    except BudgetError as error:
        found = error.partial
    return sum(found.used_tuples.values())


def sampled(asked: SynthesisProblem, semantics: str) -> int:
    """Return how many codes an atlas of a sample has."""
    return sum(atlas(asked, sample=SAMPLE, semantics=semantics, progress=False).used_tuples.values())


@functools.cache
def some(asked: SynthesisProblem) -> tuple[TuringMachine, ...]:
    """Return codes that solve the problem, drawn before the clock is looked at."""
    return tuple(solutions(asked, progress=False).sample(ALONE, seed=1).machines())


def one_by_one(asked: SynthesisProblem, semantics: str) -> int:
    """Return how many codes were given to `learning_coefficient`."""
    for machine in some(asked):
        learning_coefficient(asked, machine, semantics=semantics)
    return ALONE


def rates(asked: SynthesisProblem, semantics: str, rounds: int) -> dict[str, dict[str, float]]:
    """Return codes a CPU second of each form, and how many codes there were; medians."""
    forms: dict[str, Callable[[SynthesisProblem, str], int]]
    forms = {WHOLE: whole, DRAWN: sampled, ONE_BY_ONE: one_by_one}
    found: dict[str, list[tuple[int, float]]] = {name: [] for name in forms}
    for _ in range(rounds):
        for name, form in forms.items():
            begin = time.process_time()
            codes = form(asked, semantics)
            found[name].append((codes, time.process_time() - begin))
    return {
        name: {
            "codes": statistics.median(codes for codes, _ in runs),
            "rate": statistics.median(codes / seconds for codes, seconds in runs),
        }
        for name, runs in found.items()
    }


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    rows = [
        [semantics, form, f"{found['codes']:g}", found["rate"], found["rate"] / forms[ONE_BY_ONE]["rate"]]
        for semantics, forms in record["semantics"].items()
        for form, found in forms.items()
    ]
    header = ["semantics", "form", "codes", "codes a CPU second", "× one by one"]
    return (
        "Exact λ and m of codes that solve detectA's problem, words of up to two letters, t = 4, on one core; CPU time"
        f" from call to result, medians of {record['rounds']} interleaved rounds. An atlas also counts all codes and"
        " says of each whether more tuples correct errors; one by one `learning_coefficient` gives a certificate"
        f" instead.\n\n{shared.table(header, rows)}\n\nGoal: {record['goal']:g} codes a second in pseudo-utm."
    )


def main(rounds: int = 3) -> None:
    """Print the table and write it as JSON."""
    shared.one_core()
    asked = problem()
    atlas(asked, sample=600, progress=False)  # compiles
    one_by_one(asked, SEMANTICS[0])
    found = {semantics: rates(asked, semantics, rounds) for semantics in SEMANTICS}
    record = {"question": "codes a second of an atlas", "rounds": rounds, "goal": GOAL, "semantics": found}
    shared.save("atlas", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
