"""The posterior of detectA's problem (words of at most two letters, four steps): F, E[nK], shares of λ by input.

On all codes F is found in two ways. The second is by one cube alone, where the right entries of the tuples that it uses
are at least ½, and others are free: F is climbed to from that region's own prior, and the share of the posterior there,
counted in the samples of all codes, makes F on all codes of it. The two climbs have nothing in common.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import FreeEnergy, SynthesisProblem, free_energy, library, susceptibilities, words
from noisytm.posterior.partition import machine_of, rounded, run_all
from noisytm.posterior.populations import FastMoves, Rung, climbed, losses_of, started
from noisytm.posterior.spaces import Factors, factors_of

Floats = NDArray[np.float64]
MACHINE = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(MACHINE, words("AB", max_length=2), steps=4)
SIZES = (1e2, 1e3, 1e4, 1e5, 1e6)
# What another sampler gave, with its standard errors.
LOCAL = ((43.300, 64.828, 87.234, 109.797, 132.321), (0.015, 0.042, 0.020, 0.033, 0.045))
LOCAL_MEANS = ((9.08, 9.54, 9.84, 9.83, 9.73), (0.05, 0.06, 0.04, 0.03, 0.07))
GLOBAL_MEANS = ((8.93, 9.03, 9.09, 8.84, 8.71), (0.04, 0.02, 0.02, 0.04, 0.02))
INPUT_SHARES, INPUT_ERROR = (1.52, 0.83, 1.42, 0.63, 1.20, 3.11, 1.04), 0.03
MOST_ERRORS, REPLICAS = 3.0, 8
AT = (1e4, 1e6)  # where the two ways are compared
LEAST_OF_A_CUBE = 0.1  # what F of a replica varies by at least, for the same reason as `least_deviations`


def mean_and_error(values: Floats, least: Floats | float = 0.0) -> tuple[Floats, Floats]:
    """Return means over replicas, the first axis, and their standard errors: those of a few may be small by chance."""
    return values.mean(axis=0), np.maximum(values.std(axis=0, ddof=1), least) / math.sqrt(len(values))


def rungs_at(found: FreeEnergy, n: float) -> list[Rung]:
    """Return the rung at n of each replica."""
    return [rung for replica in found.replicas for rung in replica.rungs if rung.n == n]


def least_deviations(rungs: Sequence[Rung], n: float) -> tuple[float, float]:
    """Return what F and E[nK] at n would vary by from one replica to the next if all was forgotten at every rung."""
    so_far = [rung for rung in rungs if rung.n <= n]
    particles = len(so_far[-1].loss)
    steps = sum(1 / rung.overlap - 1 for rung in so_far)
    return math.sqrt(steps / particles), math.sqrt(so_far[-1].variance_nk / particles)


def scores(found: FreeEnergy, which: int, expected: Any, errors: Any, sizes: Sequence[float] = SIZES) -> Floats:
    """Return by how many standard errors, of both, F (0) or E[nK] (1) of replicas are off."""
    values = tables_of(found)[which][:, [SIZES.index(n) for n in sizes]]
    least = np.array([least_deviations(found.replicas[0].rungs, n)[which] for n in sizes])
    mean, error = mean_and_error(values, least)
    return np.asarray((mean - expected) / np.hypot(error, errors))


def told(what: str, values: Floats) -> str:
    """Return a row of a table."""
    pairs = zip(*mean_and_error(values), strict=True)
    return f"{what} " + ", ".join(f"{mean:.3f} ± {error:.3f}" for mean, error in pairs)


def near_the_code(seed: int) -> tuple[str, bool]:
    """Compare F, E[nK] and the shares of the inputs near the code with what another sampler gave."""
    found = free_energy(PROBLEM, MACHINE, True, n=SIZES[-1], replicas=REPLICAS, sweeps=2, seed=seed)
    energies, means = tables_of(found)
    codes = np.array([rung.codes for rung in rungs_at(found, SIZES[-1])])
    shares = susceptibilities(PROBLEM, codes, SIZES[-1]).shares
    off = [
        scores(found, 0, *LOCAL),
        scores(found, 1, *LOCAL_MEANS),
        (np.asarray(shares) - INPUT_SHARES) / INPUT_ERROR,
    ]
    worst = float(np.abs(np.concatenate(off)).max())
    by_input = ", ".join(f"{share:.2f}" for share in shares)
    text = f"{told('F_R', energies)}; {told('E[nK]', means)}; by input {by_input}"
    return f"detectA near the code: off by at most {worst:.1f} standard errors. {text}", worst < MOST_ERRORS


def tables_of(found: FreeEnergy) -> tuple[Floats, Floats]:
    """Return F and E[nK] at each size, of shape (replicas, sizes)."""
    rungs = [rungs_at(found, n) for n in SIZES]
    energies = np.array([[rung.free_energy for rung in row] for row in rungs]).T
    return energies, np.array([[rung.mean_nk for rung in row] for row in rungs]).T


def on_all_codes(seed: int) -> tuple[str, bool]:
    """Compare F on all codes with what follows from a single cube, and E[nK] with what another sampler gave."""
    found = free_energy(PROBLEM, n=SIZES[-1], replicas=REPLICAS, sweeps=1, seed=seed)
    energies, means = tables_of(found)
    worst = float(np.abs(scores(found, 1, *GLOBAL_MEANS)).max())
    region, shares = commonest_cube(found)
    alone = np.array([climb(region, (seed, index)) for index in range(REPLICAS)])
    by_cube, errors = mean_and_error(alone, LEAST_OF_A_CUBE)
    mean, error = mean_and_error(shares)
    by_cube, errors = by_cube + np.log(mean), np.hypot(errors, error / mean)
    off = scores(found, 0, by_cube, errors, AT)
    worst = max(worst, float(np.abs(off).max()))
    other = ", ".join(f"{value:.3f} ± {error:.3f}" for value, error in zip(by_cube, errors, strict=True))
    text = f"{told('F_W', energies)}; by one cube {other}; {told('E[nK]', means)}"
    return f"detectA on all codes: off by at most {worst:.1f} standard errors. {text}", worst < MOST_ERRORS


def commonest_cube(found: FreeEnergy) -> tuple[Factors, Floats]:
    """Return the region near the cube that most samples round to at the last n, and its shares, (replicas, AT)."""
    rounds, _ = rounded(PROBLEM.space, np.concatenate([rung.codes for rung in rungs_at(found, AT[-1])]))
    ran = run_all(PROBLEM, rounds)
    cubes, which, counts = np.unique(
        np.where(ran.used, rounds, -1), axis=0, return_inverse=True, return_counts=True
    )  # fmt: skip
    code = rounds[int(np.flatnonzero(which.ravel() == counts.argmax())[0])]
    used, machine = cubes[counts.argmax()] >= 0, machine_of(PROBLEM, code)
    near = factors_of(PROBLEM.space, machine, "simplex", found.asked.prior_concentration)
    kinds = len(PROBLEM.space.blocks)
    factors = list(near.factors)
    for i, block in enumerate(near.blocks):
        for k in range(block.first, block.first + block.factors):
            factors[k] = factors[k]._replace(right=factors[k].right if used[i // kinds] else -1)
    rights = PROBLEM.space.right_entries(machine)[used]
    rows = np.flatnonzero(used)[:, None]
    shares = [[(rung.codes[:, rows, rights] >= 0.5).all(axis=(1, 2)).mean() for rung in rungs_at(found, n)] for n in AT]
    return replace(near, factors=tuple(factors)), np.array(shares).T


def climb(region: Factors, key: tuple[int, ...]) -> list[float]:
    """Return F where the two ways are compared, of one population in a region."""
    losses = losses_of(PROBLEM, region, "pseudo-utm", "log")
    moves = FastMoves(PROBLEM, region, "pseudo-utm", "log", 1, "written-out")
    state = started(region, losses, 2048, key)
    return [rung.free_energy for rung, _ in climbed(region, state, moves, AT[-1], 1, key) if rung.n in AT]


WAYS = (near_the_code, on_all_codes)


def check_detect_a(index: int, seed: int) -> tuple[str, bool]:
    """Check the posterior near the code, or on all codes."""
    began = time.process_time()
    line, holds = WAYS[index](seed)
    return f"{line} ({time.process_time() - began:.0f} s)", holds


def main() -> int:
    """Run both checks in turn; exit status 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, choices=range(len(WAYS)), help="0: near the code, 1: on all codes")
    arguments = parser.parse_args()
    held = []
    for index in range(len(WAYS)):
        if arguments.only in (None, index):
            line, holds = check_detect_a(index, arguments.seed)
            print(f"{'ok  ' if holds else 'FAIL'} {line}", flush=True)
            held.append(holds)
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
