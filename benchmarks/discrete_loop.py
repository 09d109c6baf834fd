"""How fast is a discrete run, against the plain table look-up loop in C at -O3?

Both run the 5-state 2-symbol champion from the blank tape to its halt, 47,176,870 steps. Runs alternate,
after one warm-up each; times are CPU time of this process, the ratio is that of the medians. The C loop has
a tape that is known to be large enough and counts steps only; ours also grows its tape, keeps to a budget and
builds the result.

    python benchmarks/discrete_loop.py [ROUNDS]
"""

from __future__ import annotations

import ctypes
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
import numpy as np

from noisytm import library, run

HERE = Path(__file__).resolve().parent
GOAL = 0.8
STEPS = 47_176_870
C_CELLS = 1 << 17


def compiled_loop() -> Callable[[], int]:
    """Compile the C loop and return a function that runs the champion with it."""
    source, binary = HERE / "peers" / "discrete_loop.c", shared.OUT / "discrete_loop.so"
    subprocess.run(["cc", "-O3", "-shared", "-fPIC", "-o", str(binary), str(source)], check=True)
    loop = ctypes.CDLL(str(binary)).run
    loop.restype = ctypes.c_int64
    loop.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64]
    machine = library.machine("bb5")
    table = np.full((len(machine.states), len(machine.symbols), 3), -1, dtype=np.int8)
    for t in machine.tuples:
        next_state = -1 if t.next in machine.halting else machine.states.index(t.next)
        entry = (machine.symbols.index(t.write), {"L": -1, "R": 1}[t.move], next_state)
        table[machine.states.index(t.state), machine.symbols.index(t.read)] = entry

    def champion() -> int:
        tape = np.zeros(C_CELLS, dtype=np.uint8)
        return int(loop(table.ctypes.data, len(machine.symbols), tape.ctypes.data, C_CELLS // 2))

    return champion


def seconds(work: Callable[[], int]) -> float:
    """Return the CPU time of one run, after checking that it did the work."""
    begin = time.process_time()
    steps = work()
    spent = time.process_time() - begin
    if steps != STEPS:
        raise SystemExit(f"made {steps} steps, the champion makes {STEPS}")
    return spent


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    rows = [[r["method"], r["seconds"], r["steps_per_second"] / 1e6, r["ratio_to_c"]] for r in record["rows"]]
    table = shared.table(["method", "seconds", "M steps/s", "ratio to C"], rows)
    return (
        f"The 5-state champion from the blank tape to its halt, {record['steps']:,} steps; CPU time, medians of"
        f" {record['rounds']} interleaved rounds.\n\n{table}\n\n"
        f"Goal: noisytm.run at {record['goal']} of the C loop or better."
    )


def main(rounds: int = 9) -> None:
    shared.OUT.mkdir(exist_ok=True)
    machine = library.machine("bb5")
    contestants: dict[str, Callable[[], int]] = {
        "C, table look-up, -O3": compiled_loop(),
        "noisytm.run": lambda: run(machine).steps,
        "noisytm.run, counts=True": lambda: run(machine, counts=True).steps,
    }
    for work in contestants.values():
        seconds(work)
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            times[name].append(seconds(work))
    medians = {name: statistics.median(t) for name, t in times.items()}
    base = medians["C, table look-up, -O3"]
    rows = [
        {"method": name, "seconds": t, "steps_per_second": STEPS / t, "ratio_to_c": base / t}
        for name, t in medians.items()
    ]
    record = {
        "question": "speed of the plain discrete loop against C",
        "rounds": rounds,
        "steps": STEPS,
        "goal": GOAL,
        "rows": rows,
    }
    shared.save("discrete_loop", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
