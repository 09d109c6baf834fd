"""How long does an exact learning coefficient take, with certificate and multiplicity?

One row per library machine with a default problem, for both semantics, and detectA at t = 12: the median of some runs
inside one process once everything is compiled. The whole command, warm, is timed for each library machine too.

    python benchmarks/learning_coefficient.py [ROUNDS]
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from noisytm import SynthesisProblem, __version__, learning_coefficient, library, words
from noisytm.problem import problem_from_mapping

OUT = Path(__file__).resolve().parent.parent / ".bench"
COMMAND_GOAL, DETECT_A_GOAL = 5.0, 0.2


def cases() -> list[tuple[str, Any, SynthesisProblem, float]]:
    """Return name, machine, problem and the goal in seconds of every case."""
    detect_a = library.machine("detectA")
    twelve = SynthesisProblem.of_machine(detect_a, inputs=words("AB", 2), steps=12)
    entries = [library.entry(name) for name in library.names()]
    chosen = [(e.name, e.machine, problem_from_mapping(e.problem, e.machine)) for e in entries if e.problem]
    rows = [(name, machine, problem, COMMAND_GOAL) for name, machine, problem in chosen]
    return [("detectA t=12", detect_a, twelve, DETECT_A_GOAL), *rows]


def timed(
    name: str, machine: Any, problem: SynthesisProblem, goal: float, semantics: str, rounds: int
) -> dict[str, Any]:
    """Return one row of the table."""
    spent = []
    for _ in range(rounds + 1):
        begin = time.perf_counter()
        result = learning_coefficient(problem, machine, semantics=semantics)
        spent.append(time.perf_counter() - begin)
    return {
        "machine": name,
        "semantics": semantics,
        "dimension": problem.space.dimension,
        "steps": problem.steps,
        "inputs": len(problem.inputs),
        "learning_coefficient": str(result.value),
        "multiplicity": result.multiplicity,
        "iterations": result.iterations,
        "seconds": statistics.median(spent[1:]),
        "goal": goal,
    }


def command_seconds(name: str, semantics: str, rounds: int) -> float:
    """Return the median wall-clock time of the whole warm command."""
    arguments = [sys.executable, "-c", "import sys; from noisytm.cli import main; sys.exit(main())"]
    spent = []
    for _ in range(rounds + 1):
        begin = time.perf_counter()
        subprocess.run([*arguments, "bound", name, "--semantics", semantics], check=True, stdout=subprocess.DEVNULL)
        spent.append(time.perf_counter() - begin)
    return statistics.median(spent[1:])


def main(rounds: int = 5) -> None:
    """Print the table and write it as JSON."""
    OUT.mkdir(exist_ok=True)
    rows = []
    print("| machine | semantics | d | t | inputs | λ | m | LPs | seconds | command |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for case in cases():
        for semantics in ("pseudo-utm", "mean-field"):
            row = timed(*case, semantics, rounds)
            whole = command_seconds(row["machine"], semantics, rounds) if row["machine"] in library.names() else None
            rows.append(row | {"command_seconds": whole})
            values = [row[k] for k in ("machine", "semantics", "dimension", "steps", "inputs")]
            values += [row[k] for k in ("learning_coefficient", "multiplicity", "iterations")]
            values += [f"{row['seconds']:.4f}", "" if whole is None else f"{whole:.2f}"]
            print("| " + " | ".join(map(str, values)) + " |", flush=True)
    missed = [r["machine"] for r in rows if max(r["seconds"], r["command_seconds"] or 0) > r["goal"]]
    print(f"goals: detectA t=12 under {DETECT_A_GOAL} s, commands under {COMMAND_GOAL} s; missed: {missed or 'none'}")
    record = {"version": __version__, "platform": platform.platform(), "python": platform.python_version()}
    (OUT / "learning_coefficient.json").write_text(json.dumps(record | {"rounds": rounds, "rows": rows}, indent=1))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
