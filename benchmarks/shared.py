"""What the benchmarks share: one core, interleaved rounds and medians, the record of a run.

Import this module before NumPy, JAX or PyTorch: it tells their thread pools to use one thread.
"""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".bench"
TURN_SECONDS = 0.02
LIBRARIES = ("numpy", "numba", "llvmlite", "highspy", "jax", "jaxlib", "torch")


def one_core() -> bool:
    """Keep this process on one core, where the system allows that; return whether it does."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


def turn(work: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """Return wall-clock and CPU seconds of one call, from ``repeats`` calls in a row."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - wall) / repeats, (time.process_time() - cpu) / repeats


def interleaved(forms: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, dict[str, float]]:
    """Time every form once in each round; return the medians of wall-clock and CPU seconds per call.

    A turn repeats a short call until it takes some 20 ms. The first call of a form, which may compile, is not counted.
    """
    repeats: dict[str, int] = {}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in forms}
    for name, work in forms.items():
        work()
        repeats[name] = max(1, math.ceil(TURN_SECONDS / max(turn(work, 1)[0], 1e-7)))
    for _ in range(rounds):
        for name, work in forms.items():
            times[name].append(turn(work, repeats[name]))
    return {
        name: {"wall": statistics.median(w for w, _ in t), "cpu": statistics.median(c for _, c in t)}
        for name, t in times.items()
    }


def exponent(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the slope of log y over log x by least squares.

    >>> round(exponent([1, 2, 4], [3, 12, 48]), 6)
    2.0
    """
    a, b = [math.log(v) for v in x], [math.log(v) for v in y]
    return statistics.linear_regression(a, b).slope


def processor() -> str:
    """Return the processor's name as the system gives it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def environment() -> dict[str, Any]:
    """Return the machine and the versions; no date."""
    versions: dict[str, str | None] = {}
    for name in LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = None
    from noisytm import __version__

    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "noisytm": __version__,
        "libraries": versions,
    }


def save(name: str, record: Mapping[str, Any]) -> None:
    """Write a benchmark's record where the report finds it."""
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a Markdown table; numbers are shown with three digits.

    >>> print(table(["a", "b"], [[1, 0.123456]]))
    | a | b |
    | --- | --- |
    | 1 | 0.123 |
    """
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(map(shown, row)) + " |" for row in rows])


def shown(value: Any) -> str:
    """Show a cell: floats with three significant digits, ``None`` as nothing."""
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
