"""How many independent draws of log K does a sampler give in a CPU second, on one mode of the posterior?

The mode is the region near detectA's code. Beside our populations, which come from the prior: nutpie's No-U-Turn
sampler by `from_pyfunc`, and emcee's ensembles. All have the same coordinates, in which the region has no walls
(`peers.region`), and the same compiled kernel. Each run is independent of the others. Over R runs the mean of log K
has a variance V, the draws together a variance s²: a run is worth s²/V independent draws, whatever the sampler, and
however its draws depend on each other, so long as it has converged; this number is itself uncertain by √(2/(R − 1)).
Rounds go through all samplers.

    python benchmarks/samplers.py [RUNS]
"""

from __future__ import annotations

import importlib.util
import math
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
import numpy as np
import peers.region
from kernel_time import watching
from numpy.typing import NDArray
from peers import emcee_walkers, nutpie_chains
from peers.region import Region

from noisytm import EstimateError, SynthesisProblem, free_energy, library, words
from noisytm.posterior.populations import fast

SIZES = (1e4, 1e6)
PARTICLES, SWEEPS = 512, (1, 2)
TUNE, DRAWS = 300, 500
WALKERS, ENSEMBLE_STEPS = 128, 1500

Floats = NDArray[np.float64]
Losses = Callable[[], Floats]
Run = Callable[[float, int], Losses]  # n, seed → what gives K of the draws, and is not timed


def region() -> Region:
    """Return that near detectA's code."""
    machine = library.machine("detectA")
    return Region(SynthesisProblem.of_machine(machine, words("AB", 2), 4), machine)


def population(near: Region, sweeps: int, n: float, seed: int) -> Losses:
    """Return K of our particles at n; what is refused for too few sweeps too."""
    options: dict[str, Any] = {"n": n, "particles": PARTICLES, "replicas": 1, "sweeps": sweeps, "seed": seed}
    try:
        found = free_energy(near.problem, near.machine, True, **options)
    except EstimateError as error:
        found = error.partial
    return lambda: found.replicas[0].rungs[-1].loss


def chain(near: Region, n: float, seed: int) -> Losses:
    """Return K of one chain of nutpie, from where it starts by itself, after tuning."""
    points = nutpie_chains.sample(near, n, chains=1, draws=DRAWS, tune=TUNE, seed=seed)
    return lambda: near.losses(points[0])


def ensemble(near: Region, differences: bool, n: float, seed: int) -> Losses:
    """Return K of the last half of an ensemble's steps, from a ball where all wrong entries are about 1/√n."""
    start = np.full(near.dimension, -math.log(n) / 2)
    options: dict[str, Any] = {"walkers": WALKERS, "steps": ENSEMBLE_STEPS, "differences": differences}
    points = emcee_walkers.sample(near, n, start, seed=seed, **options)
    return lambda: near.losses(points[ENSEMBLE_STEPS // 2 :]).ravel()


def samplers(near: Region) -> dict[str, Run]:
    """Return those that are installed."""
    found: dict[str, Run] = {f"noisytm, sweeps: {sweeps}": partial(population, near, sweeps) for sweeps in SWEEPS}
    if importlib.util.find_spec("nutpie"):
        found["nutpie"] = partial(chain, near)
    if importlib.util.find_spec("emcee"):
        found["emcee, stretch"] = partial(ensemble, near, False)
        found["emcee, differences"] = partial(ensemble, near, True)
    for name in ("nutpie", "emcee"):
        if not importlib.util.find_spec(name):
            print(f"{name} is left out: it is not installed", file=sys.stderr)
    return found


def summary(n: float, runs: list[tuple[Floats, float]]) -> dict[str, Any]:
    """Return what several runs, K of the draws and CPU seconds, are worth.

    >>> draws = np.exp(np.random.default_rng(1).normal(size=(200, 50)))
    >>> found = summary(1.0, [(row, 0.1) for row in draws])
    >>> 40 < found["effective"] < 60, round(found["cpu"], 3)
    (True, 0.1)
    """
    logs = [np.log(losses) for losses, _ in runs]
    means, energies = [float(part.mean()) for part in logs], [n * float(losses.mean()) for losses, _ in runs]
    pooled, count = float(np.concatenate(logs).var()), len(runs)
    cpu = float(np.mean([seconds for _, seconds in runs]))
    effective = pooled / float(np.var(means, ddof=1))
    return {
        "n": n, "runs": count, "cpu": cpu, "draws": len(logs[0]), "effective": effective, "rate": effective / cpu,
        "uncertain": math.sqrt(2 / (count - 1)), "log_loss": float(np.mean(means)), "deviation": math.sqrt(pooled),
        "log_loss_error": float(np.std(means, ddof=1)) / math.sqrt(count), "mean_nK": float(np.mean(energies)),
        "mean_nK_error": float(np.std(energies, ddof=1)) / math.sqrt(count),
    }  # fmt: skip


def timed(run: Run, n: float, seed: int) -> tuple[Floats, float]:
    """Return K of the draws of a run, and its CPU seconds."""
    begin = time.process_time()
    losses = run(n, seed)
    seconds = time.process_time() - begin
    return losses(), seconds


def measured(found: dict[str, Run], n: float, count: int) -> list[dict[str, Any]]:
    """Return the rows of all samplers at one n."""
    runs: dict[str, list[tuple[Floats, float]]] = {name: [] for name in found}
    for seed in range(count):
        for name, run in found.items():
            runs[name].append(timed(run, n, seed))
        print(f"n = {n:g}: {seed + 1} of {count} runs", file=sys.stderr, flush=True)
    rows = []
    for name, run in found.items():
        begin = time.process_time()
        with watching(fast, peers.region) as spent:
            run(n, count)
        share = spent.seconds / (time.process_time() - begin - spent.watching)
        counted = {"codes": spent.codes, "gradients": spent.gradients, "share": share}
        rows.append({"sampler": name} | summary(n, runs[name]) | counted)
    return rows


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    header = ["n", "sampler", "CPU s a run", "codes", "with gradient", "in the kernel", "E[nK]", "mean of log K"]
    header += ["worth, draws", "draws a CPU second"]
    rows = [
        [f"{r['n']:g}", r["sampler"], r["cpu"], f"{r['codes']:,}", f"{r['gradients']:,}", f"{r['share']:.0%}"]
        + [f"{r['mean_nK']:.2f} ± {r['mean_nK_error']:.2f}", f"{r['log_loss']:.3f} ± {r['log_loss_error']:.3f}"]
        + [r["effective"], f"{r['rate']:.0f} ± {r['uncertain'] * r['rate']:.0f}"]
        for r in record["rows"]
    ]
    return f"{INTRODUCTION.format(**record)}\n\n{shared.table(header, rows)}"


INTRODUCTION = """On the region near detectA's code, one mode: words of up to two letters, t = 4, pseudo-utm, 30
coordinates, with {runs} independent runs of each sampler, in turn, on one core. CPU time is of whole runs: from the
prior through all rungs for our {particles} particles (and the only ones that give F on the way), with {tune} steps of
tuning before {draws} draws of nutpie's chains, with a first half that is thrown away of {steps} steps of {walkers}
walkers for emcee, all of which begin at a point near the mode. What a run is worth is s²/V: s² the variance of log K
over all draws, V that of its mean over runs. Steps are taken in compiled kernels, nutpie's one code at a time, the
others' many at a time; what is "in the kernel" is not Python, nor the sampler."""


def main(runs: int = 16) -> None:
    """Print the table and write it as JSON."""
    pinned, near = shared.one_core(), region()
    found = samplers(near)
    for run in found.values():
        run(10.0, 0)  # compiles
    rows = [row for n in SIZES for row in measured(found, n, runs)]
    record = {
        "question": "independent draws of log K a CPU second", "runs": runs, "pinned": pinned, "particles": PARTICLES,
        "tune": TUNE, "draws": DRAWS, "walkers": WALKERS, "steps": ENSEMBLE_STEPS, "rows": rows,
    }  # fmt: skip
    shared.save("samplers", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
