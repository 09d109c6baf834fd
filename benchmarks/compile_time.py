"""How long does the first evaluation of a shape take, with an empty cache and with a filled one?

Every first evaluation happens in a fresh process: once with an empty cache folder (cold), then with what that one
left behind (cached, the median of three). Importing noisytm and numba is not counted, all else is: tracing, generating,
compiling or loading, running.

    python benchmarks/compile_time.py
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

import shared
from cases import case, random_machine

from noisytm import TuringMachine, library

CACHED_GOAL = 0.5
CACHED_RUNS = 3
STEPS, CODES, INPUTS = 4, 2, 8
SHAPES = {"detectA": (3, 2), "4 × 4": (4, 4), "8 × 8": (8, 8)}
KINDS = ("interpreted", "written-out", "min_plus")


def machine_of(shape: str) -> TuringMachine:
    """Return a machine of a shape in the table."""
    return library.machine("detectA") if shape == "detectA" else random_machine(*SHAPES[shape])


def first_evaluation(shape: str, kind: str) -> float:
    """Return the seconds of the first evaluation in this process."""
    import numba  # noqa: F401 - importing is not what is timed

    from noisytm import loss_and_gradient
    from noisytm.degeneracy.oracle.syndrome_oracle import Oracle

    machine = machine_of(shape)
    it = case(shape, machine, STEPS, CODES, INPUTS)
    begin = time.perf_counter()
    if kind == "min_plus":
        oracle = Oracle(it.problem, machine, "pseudo-utm")
        oracle.answers([1] * oracle.dimension)
    else:
        loss_and_gradient(it.problem, it.codes, kernel=kind)
    return time.perf_counter() - begin


def in_fresh_process(shape: str, kind: str, folder: str) -> float:
    """Return the seconds of a first evaluation with a given cache folder."""
    command = [sys.executable, __file__, shape, kind]
    environment = os.environ | {"NOISYTM_CACHE_DIR": folder}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return float(json.loads(done.stdout))


def measured(shape: str, kind: str) -> dict[str, Any]:
    """Return a row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        cold = in_fresh_process(shape, kind, folder)
        cached = [in_fresh_process(shape, kind, folder) for _ in range(CACHED_RUNS)]
    return {"shape": shape, "kernel": kind, "cold": cold, "cached": statistics.median(cached)}


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    rows = [[r["shape"], r["kernel"], r["cold"], r["cached"]] for r in record["rows"]]
    late = [f"{r['shape']} {r['kernel']}" for r in record["rows"] if r["cached"] > CACHED_GOAL]
    table = shared.table(["S × \\|Q\\|", "kernel", "cold, s", "cached, s"], rows)
    return f"{table}\n\nGoal: cached {CACHED_GOAL} s at most; missed: {', '.join(late) or 'none'}."


def main() -> None:
    """Print the table and write it as JSON."""
    rows = []
    for kind in KINDS:  # one compiled module serves every shape unless the head is written out
        for shape in SHAPES if kind == "written-out" else ("detectA",):
            rows.append(measured(shape, kind))
            print(f"{shape} {kind}: done", file=sys.stderr, flush=True)
    record = {"question": "seconds to the first evaluation", "cached_goal": CACHED_GOAL, "rows": rows}
    shared.save("compile_time", record)
    print(text(record))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(first_evaluation(*sys.argv[1:])))
    else:
        main()
