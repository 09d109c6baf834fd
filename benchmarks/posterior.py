"""How much CPU time does a population take on its way to the posterior at n, and what share of it in the kernel?

detectA on all words of length up to 2, near its own code: with given numbers of sweeps, 2,048 particles, to n = 10⁶,
and as `free_energy` decides by itself; then, with one sweep, against particles, n, steps, and the size of the table.
Each climb is a replica with a seed of its own; figures are medians of CPU time, compiling apart.

    python benchmarks/posterior.py [ROUNDS [0]]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Mapping
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
from cases import random_machine, random_words
from kernel_time import watching

from noisytm import EstimateError, SynthesisProblem, TuringMachine, free_energy, library, words
from noisytm.posterior.populations import fast

PARTICLES, STEPS, LAST = 2048, 4, 1e6
SWEEPS = (1, 2, 4)
GOAL, AIM, SHARE_GOAL, RIGHT_TO = 20.0, 10.0, 0.8, 0.15
EXPECTED = 132.32  # F_R(10⁶)
FEW, EARLIER = 512, 1e4
SERIES = {
    "particles": (256, 512, 1024, 2048, 4096),
    "n": (1e2, 1e4, 1e6, 1e8),
    "steps": (3, 4, 6, 10, 20),
    "table": ((2, 2), (3, 2), (3, 3), (4, 4)),
}
TITLES = {"particles": "particles", "n": "n", "steps": "t", "table": "S·\\|Q\\|"}


def detect_a(steps: int = STEPS) -> tuple[SynthesisProblem, TuringMachine]:
    """Return detectA's problem on all words of up to two letters, and the machine."""
    machine = library.machine("detectA")
    return SynthesisProblem.of_machine(machine, words("AB", 2), steps), machine


def random_problem(symbols: int, states: int) -> tuple[SynthesisProblem, TuringMachine]:
    """Return the problem of a random machine on seven words, and the machine."""
    machine = random_machine(symbols, states)
    return SynthesisProblem.of_machine(machine, random_words(machine, 7, 3), STEPS), machine


def climbed(
    problem: SynthesisProblem, machine: TuringMachine, *, n: float, particles: int, sweeps: int | None, seed: int,
    replicas: int = 1,
) -> dict[str, Any]:  # fmt: skip
    """Return what one run takes, a replica, and what it finds; also if it is refused, as with few sweeps it may be."""
    with watching(fast) as spent:
        begin = time.process_time()
        try:
            found = free_energy(
                problem, machine, True, n=n, particles=particles, replicas=replicas, seed=seed, sweeps=sweeps
            )
        except EstimateError as error:
            found = error.partial
        cpu = time.process_time() - begin - spent.watching
    last = found.ladder[-1]
    return {
        "cpu": cpu / replicas, "kernel": spent.seconds / replicas, "share": spent.seconds / cpu,
        "codes": spent.codes / replicas, "gradients": spent.gradients / replicas, "kernels": sorted(spent.kernels),
        "rungs": len(found.replicas[0].rungs), "sweeps": found.sweeps, "free_energy": last.free_energy,
        "error": last.free_energy_error, "complete": found.complete,
    }  # fmt: skip


def median_of(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one row of the runs with several seeds: medians, and mean and standard deviation of F."""
    energies = [run["free_energy"] for run in runs]
    kept = {k: statistics.median(r[k] for r in runs) for k in ("cpu", "kernel", "share", "codes", "gradients", "rungs")}
    scatter = statistics.stdev(energies) if len(runs) > 1 else None
    return runs[0] | kept | {"free_energy": statistics.mean(energies), "scatter": scatter}


def points() -> dict[str, list[tuple[Any, Mapping[str, Any]]]]:
    """Return, for each quantity, what is asked at its values; only that quantity changes within a series."""
    problem, machine = detect_a()
    usual: dict[str, Any] = {
        "problem": problem, "machine": machine, "n": EARLIER, "particles": FEW, "sweeps": 1,
    }  # fmt: skip
    pairs = {t: dict(zip(("problem", "machine"), detect_a(t), strict=True)) for t in SERIES["steps"]}
    tables = {
        shape: dict(zip(("problem", "machine"), random_problem(*shape), strict=True)) for shape in SERIES["table"]
    }
    return {
        "particles": [(p, usual | {"particles": p}) for p in SERIES["particles"]],
        "n": [(n, usual | {"n": n}) for n in SERIES["n"]],
        "steps": [(t, usual | pairs[t]) for t in SERIES["steps"]],
        "table": [(s * q, usual | tables[s, q]) for s, q in SERIES["table"]],
    }


def series(asked: list[tuple[Any, Mapping[str, Any]]], rounds: int) -> dict[str, Any]:
    """Return sizes, rows and the exponent of one series; rounds go through all of its points."""
    runs: list[list[dict[str, Any]]] = [[] for _ in asked]
    for seed in range(rounds):
        for (_, options), found in zip(asked, runs, strict=True):
            found.append(climbed(**options, seed=seed))
    rows, sizes = [median_of(found) for found in runs], [float(size) for size, _ in asked]
    dimensions = [options["problem"].space.dimension for _, options in asked]
    exponent = shared.exponent(sizes, [row["cpu"] for row in rows])
    return {"sizes": [size for size, _ in asked], "dimensions": dimensions, "rows": rows, "exponent": exponent}


def text(record: dict[str, Any]) -> str:
    """Return the tables of a record as Markdown."""
    head = ["sweeps", "F_R(10⁶)", "±", "rungs", "CPU s a replica", "in the kernel", "codes", "with gradient"]
    rows = [
        [f"{r['sweeps']} (as it decides)" if r.get("decided") else r["sweeps"], f"{r['free_energy']:.2f}"]
        + [r["scatter"] if r["error"] is None else r["error"], r["rungs"], r["cpu"], f"{r['share']:.0%}"]
        + [f"{r['codes'] / 1e6:.2f} M", f"{r['gradients'] / 1e6:.2f} M"]
        for r in record["sweeps"]
    ]
    parts = [INTRODUCTION.format(**record), shared.table(head, rows), GOALS.format(**record)]
    parts.append(f"Growth with one sweep, {FEW} particles, to n = 10⁴ where that is not what changes:")
    for name, found in record["series"].items():
        header = [TITLES[name], "d", "CPU s", "rungs", "in the kernel", "kernel"]
        lines = [
            [f"{size:g}", d, r["cpu"], r["rungs"], f"{r['share']:.0%}", ", ".join(r["kernels"])]
            for size, d, r in zip(found["sizes"], found["dimensions"], found["rows"], strict=True)
        ]
        exponent = f"Exponent {found['exponent']:.2f}." if name != "n" else ""
        parts += [shared.table(header, lines), exponent]
    return "\n\n".join(filter(None, parts))


INTRODUCTION = """`free_energy` near detectA's code, words of up to two letters, t = 4, pseudo-utm, {particles}
particles, n = 10⁶, compiling apart. Rounds: {rounds}, each with a seed of its own; ± is the standard deviation over
these. Where the number of sweeps was decided (sweeps are doubled until F stands still and all checks pass; the time is
of all of them) it is the standard error over four replicas. "In the kernel" is the CPU time between entry and return of
the compiled loss, seen from inside the climb. "Codes" are handed over for the loss alone; of those beyond a bound the
kernel leaves off early."""

GOALS = """Goals: F_R(10⁶) = {expected} to {right_to}; {goal:g} s at most, {aim:g} aimed at, at the number of sweeps
that gives it; {share_goal:.0%} of the time in the kernel."""


def main(rounds: int = 3, decided: int = 1) -> None:
    """Print the tables and write them as JSON; without what `free_energy` decides by itself if ``decided`` is 0."""
    pinned = shared.one_core()
    problem, machine = detect_a()
    climbed(problem, machine, n=1.0, particles=64, sweeps=1, seed=0)  # compiles
    asked = {"problem": problem, "machine": machine, "n": LAST, "particles": PARTICLES}
    rows = []
    for sweeps in SWEEPS:
        rows.append(median_of([climbed(**asked, sweeps=sweeps, seed=seed) for seed in range(rounds)]))
        print(f"sweeps: {sweeps}: {rows[-1]['cpu']:.1f} s a replica", file=sys.stderr, flush=True)
    if decided:
        rows.append(median_of([climbed(**asked, sweeps=None, seed=0, replicas=4)]) | {"decided": True})
        print("as it decides: done", file=sys.stderr, flush=True)
    record = {
        "question": "CPU time of a population", "rounds": rounds, "pinned": pinned, "particles": PARTICLES,
        "goal": GOAL, "aim": AIM, "share_goal": SHARE_GOAL, "expected": EXPECTED, "right_to": RIGHT_TO,
        "sweeps": rows, "series": {name: series(found, rounds) for name, found in points().items()},
    }  # fmt: skip
    shared.save("posterior", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
