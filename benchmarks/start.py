"""How much CPU time does a command take from its start to its end, with nothing compiled before, and the second time?

Each command runs in processes of its own, with folders for compiled code that are empty the first time (cold) and hold
what that run has left the next times (warm). The figures are CPU seconds, user and system, as ratios to those of
``python -c "import numba"``, which takes its turn in every round.

    python benchmarks/start.py
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import shared

from noisytm.cli.registry import VERBS

COLD_ROUNDS, WARM_ROUNDS = 1, 3
COLD_GOAL, WARM_GOAL = 8.0, 2.0
GOALS_FOR = ("bound detectA --json",)
UNIT = [sys.executable, "-c", "import numba"]
# For every verb at least one command; {bound} is what the first one has printed.
COMMANDS = (
    "bound detectA --json", "bound copy", "bound detectA --semantics annealed", "bound detectA --semantics quenched",
    "verify {bound}", "syndromes detectA", "run bb4", "run bb5", "convert bb3 --to bbchallenge", "encode detectA",
    "universal detectA --word AB", "beaver 3", "library", "completion bash", "warm-up", "--help",
)  # fmt: skip

INTRODUCTION = """CPU seconds, user and system, of processes of their own, and their ratios to those of `python -c
"import numba"`, which takes its turn in every round: *cold* with empty folders for compiled code (median of
{cold_rounds}), *warm* with what that run has left (median of {warm_rounds}). docs/first-minute.md says what is done
about them."""


def cpu_seconds(command: list[str], folder: Path, output: Path) -> float:
    """Return the CPU seconds of a process that keeps compiled code in a folder."""
    environment = os.environ | {"NOISYTM_CACHE_DIR": str(folder), "NUMBA_CACHE_DIR": str(folder / "numba")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with output.open("wb") as file:
        subprocess.run(command, env=environment, stdout=file, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(line: str, bound: Path, scratch: Path) -> dict[str, Any]:
    """Return the row of a command: its CPU seconds and those of the unit, the medians of interleaved rounds."""
    command = [sys.executable, "-m", "noisytm", *(word.format(bound=bound) for word in line.split())]
    times: dict[str, list[float]] = {name: [] for name in ("cold", "warm", "unit")}
    for kind, rounds in (("cold", COLD_ROUNDS), ("warm", WARM_ROUNDS)):
        for k in range(rounds):
            folder = scratch / f"cache-{k if kind == 'cold' else 0}"
            times[kind].append(cpu_seconds(command, folder, scratch / "out"))
            times["unit"].append(cpu_seconds(UNIT, folder, scratch / "unit"))
    return {"command": f"noisytm {line}"} | {name: statistics.median(found) for name, found in times.items()}


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    rows = [
        [f"`{r['command'].format(bound='FILE')}`", r["cold"], r["cold"] / r["unit"], r["warm"], r["warm"] / r["unit"]]
        for r in record["rows"]
    ]
    header = ["command", "cold, s", "× import numba", "warm, s", "× import numba"]
    goals = [
        f"`{r['command']}`: cold {r['cold'] / r['unit']:.1f} (goal {COLD_GOAL:g} at most), warm"
        f" {r['warm'] / r['unit']:.1f} (goal {WARM_GOAL:g} at most)"
        for r in record["rows"]
        if r["command"].removeprefix("noisytm ") in GOALS_FOR
    ]
    return f"{INTRODUCTION.format(**record)}\n\n{shared.table(header, rows)}\n\n{'; '.join(goals)}."


def main() -> None:
    """Print the table and write it as JSON."""
    lines = [line for line in COMMANDS if line.startswith("--") or line.split()[0] in VERBS]
    left_out = set(VERBS) - {line.split()[0] for line in lines}
    if left_out:
        print(f"no command for {', '.join(sorted(left_out))}", file=sys.stderr)
    rows = []
    with tempfile.TemporaryDirectory() as place:
        bound = Path(place) / "bound.json"
        first = [sys.executable, "-m", "noisytm", *COMMANDS[0].split()]
        cpu_seconds(first, Path(place) / "first", bound)
        cpu_seconds(UNIT, Path(place) / "first", Path(place) / "out")  # the files of numba are read once
        for line in lines:
            with tempfile.TemporaryDirectory(dir=place) as scratch:
                rows.append(measured(line, bound, Path(scratch)))
            print(f"{line}: done", file=sys.stderr, flush=True)
    record = {
        "question": "CPU seconds of a command from start to end",
        "cold_rounds": COLD_ROUNDS, "warm_rounds": WARM_ROUNDS, "rows": rows,
    }  # fmt: skip
    shared.save("start", record)
    print(text(record))


if __name__ == "__main__":
    main()
