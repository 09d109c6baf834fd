"""How fast is a discrete run, against the plain table look-up loop in C at -O3?

Both run the 5-state 2-symbol champion from the blank tape to its halt, 47,176,870 steps. Runs alternate,
after one warm-up each; times are CPU time of this process, the ratio is that of the medians. The C loop has
a tape that is known to be large enough and counts steps only; ours also grows its tape, keeps to a budget and
builds the result.

    python benchmarks/discrete_loop.py [ROUNDS]
"""

from __future__ import annotations

import ctypes
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from noisytm import __version__, library, run

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / ".bench"
GOAL = 0.8
STEPS = 47_176_870
C_CELLS = 1 << 17


def compiled_loop() -> Callable[[], int]:
    """Compile the C loop and return a function that runs the champion with it."""
    source, binary = HERE / "peers" / "discrete_loop.c", OUT / "discrete_loop.so"
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


def main(rounds: int) -> None:
    OUT.mkdir(exist_ok=True)
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
    print(f"{'method':<28}{'seconds':>10}{'M steps/s':>12}{'ratio to C':>12}")
    for row in rows:
        print(
            f"{row['method']:<28}{row['seconds']:>10.3f}{row['steps_per_second'] / 1e6:>12.0f}"
            f"{row['ratio_to_c']:>12.2f}"
        )
    print(f"goal: noisytm.run at {GOAL} of the C loop or better")
    record = {
        "question": "speed of the plain discrete loop against C",
        "version": __version__,
        "platform": platform.platform(),
        "rounds": rounds,
        "steps": STEPS,
        "goal": GOAL,
        "rows": rows,
    }
    (OUT / "discrete_loop.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
