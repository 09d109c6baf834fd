"""What moves pay? F near detectA's code by populations with moves of other kinds: the table of docs/posterior.md.

Words of up to two letters, t = 4; 2,048 particles, a replica for each seed, with the written-out kernel. Mean and
standard deviation of F over the seeds, and the median CPU time of a replica, compiling apart.

    python benchmarks/moves.py [SEEDS]
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from typing import Any, NamedTuple
from unittest import mock

import shared  # first: it sets the thread pools

# isort: split
from posterior import LAST, PARTICLES, detect_a

from noisytm import EstimateError, free_energy
from noisytm.posterior.energies import moving
from noisytm.posterior.populations import sweeping

SIZES = (1e4, LAST)
NEVER = math.inf


class Kind(NamedTuple):
    """Moves at a rung: sweeps, one in how many distributions is moved by itself in each, and leapfrog steps."""

    name: str
    sweeps: int
    one_in: float
    leaps: int


KINDS = (
    Kind("every distribution once", 1, 1, 0),
    Kind("every distribution twice", 2, 1, 0),
    Kind("every distribution four times", 4, 1, 0),
    Kind("a trajectory of two steps", 1, NEVER, 2),
    Kind("a trajectory of three steps", 1, NEVER, 3),
    Kind("a trajectory of four steps", 1, NEVER, 4),
    Kind("a trajectory of five steps", 1, NEVER, 5),
    Kind("two trajectories of four steps", 2, NEVER, 4),
    Kind("every distribution once, and a trajectory of four steps", 1, 1, 4),
    Kind("a quarter of the distributions, and a trajectory of four steps", 1, 4, 4),
    Kind("the same twice", 2, 4, 4),
)


def moving_as(kind: Kind) -> Any:
    """Let sweeps make other moves, as long as the context is open."""
    sweep = sweeping.Sweeping._moved

    def moved(self: Any, logs: Any, loss: Any, where: Any, sweeps: int, key: Any, scales: Any, slopes: bool) -> Any:
        return sweep(self, logs, loss, where, sweeps, key, scales, slopes and kind.leaps > 0)

    changed = {"ONE_IN": kind.one_in, "LEAPS": kind.leaps}
    return mock.patch.multiple(sweeping, **changed), mock.patch.object(sweeping.Sweeping, "_moved", moved)


def climbed(sweeps: int, seed: int, n: float = LAST, particles: int = PARTICLES) -> tuple[list[float], float]:
    """Return F at the sizes that are reached, and the CPU time; of what is refused too."""
    problem, machine = detect_a()
    began = time.process_time()
    try:
        found = free_energy(problem, machine, True, n=n, particles=particles, replicas=1, seed=seed, sweeps=sweeps)
    except EstimateError as refused:
        found = refused.partial
    return [row.free_energy for row in found.ladder if row.n in SIZES], time.process_time() - began


def row_of(kind: Kind, seeds: int) -> list[str]:
    """Return one row of the table."""
    constants, method = moving_as(kind)
    with constants, method:
        runs = [climbed(kind.sweeps, 100 + seed) for seed in range(seeds)]
    energies = zip(*(energies for energies, _ in runs), strict=True)
    found = [f"{statistics.mean(f):.2f}, {statistics.stdev(f):.2f}" for f in energies]
    return [kind.name, *found, f"{statistics.median(cpu for _, cpu in runs):.1f}"]


def main(seeds: int = 8) -> None:
    """Print the table."""
    shared.one_core()
    with mock.patch.object(moving, "WORK_WORTH_WRITING_OUT", 0):
        climbed(1, 0, n=1.0, particles=128)  # compiles
        rows = []
        for kind in KINDS:
            rows.append(row_of(kind, seeds))
            print(*rows[-1], sep="; ", file=sys.stderr, flush=True)
    print(shared.table(["at each rung", "F_R(10⁴)", "F_R(10⁶)", "CPU seconds"], rows))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
