"""How long does an exact learning coefficient take, with certificate and multiplicity?

One row per library machine with a default problem, for both semantics, and detectA at t = 12: medians of some runs
inside one process once everything is compiled, with the time of the oracle, of HiGHS and of the rest. The whole
command, warm, is timed for each library machine too, with its default semantics. The largest case, parityCheck on all
words of length up to 8 with t = 200, runs once in a process of its own that is stopped after a while.

    python benchmarks/learning_coefficient.py [ROUNDS]
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Any

import shared
from split import PARTS, timed_coefficient

from noisytm import NoisytmError, SynthesisProblem, TuringMachine, library, words
from noisytm.problem.synthesis import problem_from_mapping

SEMANTICS = ("pseudo-utm", "mean-field")
COMMAND_GOAL = 5.0
COMMAND_ROUNDS = 3
LARGE, LARGE_GOAL, LARGE_LIMIT = "parityCheck t=200", 10.0, 60.0
DETECT_A, DETECT_A_GOAL, DETECT_A_GOAL_WITHOUT_M = "detectA n=3 t=12", 0.020, 0.005
Row = dict[str, Any]


def cases() -> list[tuple[str, TuringMachine, SynthesisProblem]]:
    """Return name, machine and problem of every case but the largest."""
    detect_a = library.machine("detectA")
    twelve = [(n, SynthesisProblem.of_machine(detect_a, inputs=words("AB", n), steps=12)) for n in (2, 3)]
    rows = [(f"detectA n={n} t=12", detect_a, problem) for n, problem in twelve]
    entries = [library.entry(name) for name in library.names()]
    return rows + [(e.name, e.machine, problem_from_mapping(e.problem, e.machine)) for e in entries if e.problem]


def command_seconds(name: str, semantics: str, rounds: int) -> float:
    """Return the median wall-clock time of the whole warm command."""
    arguments = [sys.executable, "-c", "import sys; from noisytm.cli import main; sys.exit(main())"]
    spent = []
    for _ in range(rounds + 1):
        begin = time.perf_counter()
        subprocess.run([*arguments, "bound", name, "--semantics", semantics], check=True, stdout=subprocess.DEVNULL)
        spent.append(time.perf_counter() - begin)
    return statistics.median(spent[1:])


def large(semantics: str) -> Row:
    """Return the row of the largest case."""
    machine = library.machine("parityCheck")
    small = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=5)
    timed_coefficient(small, machine, semantics, 1, warm=False)  # compiles
    problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 8), steps=200)
    try:
        return timed_coefficient(problem, machine, semantics, 1, warm=False)
    except NoisytmError as error:
        return {"semantics": semantics, "failure": f"{type(error).__name__}: {error}"}


def large_in_fresh_process(semantics: str) -> Row:
    """Return the row of the largest case, or that it took too long."""
    command = [sys.executable, __file__, "--large", semantics]
    try:
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=LARGE_LIMIT)
    except subprocess.TimeoutExpired:
        return {"semantics": semantics, "failure": f"not done after {LARGE_LIMIT:.0f} s"}
    row: Row = json.loads(done.stdout)
    return row


def missed(rows: list[Row]) -> list[str]:
    """Return what is slower than its goal."""
    found = []
    for row in rows:
        name = f"{row['machine']} {row['semantics']}"
        if row["machine"] == LARGE and (row.get("failure") or row["seconds"] > LARGE_GOAL):
            found.append(f"{name} ({LARGE_GOAL:g} s)")
        if row["machine"] == DETECT_A and row["seconds"] > DETECT_A_GOAL:
            found.append(f"{name} ({1e3 * DETECT_A_GOAL:g} ms)")
        if row["machine"] == DETECT_A and row["without_m"] > DETECT_A_GOAL_WITHOUT_M:
            found.append(f"{name} without m ({1e3 * DETECT_A_GOAL_WITHOUT_M:g} ms)")
        if (row.get("command_seconds") or 0) > COMMAND_GOAL:
            found.append(f"{name} command ({COMMAND_GOAL:g} s)")
    return found


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    plain = [
        "machine",
        "semantics",
        "dimension",
        "steps",
        "inputs",
        "learning_coefficient",
        "multiplicity",
        "iterations",
    ]
    timed = ("seconds", "without_m", *PARTS)
    header = ["machine", "semantics", "d", "t", "inputs", "λ", "m", "LPs", "ms", "without m", *PARTS, "command, s"]
    rows = [
        [r.get(k) for k in plain[:2]]
        + [r.get(k, r["failure"] if k == "learning_coefficient" and "failure" in r else None) for k in plain[2:]]
        + [1e3 * r[k] if k in r else None for k in timed]
        + [r.get("command_seconds")]
        for r in record["rows"]
    ]
    late = "; ".join(missed(record["rows"])) or "none"
    return f"{shared.table(header, rows)}\n\n{shares(record['rows'])}\n\nGoals missed: {late}."


def shares(rows: list[Row]) -> str:
    """Say where the linear programs take longer than the oracle, and what part of the whole they are at most."""
    timed = [r for r in rows if "lp" in r]
    longer = [r for r in timed if r["lp"] > r["oracle"]]
    most = max((r["lp"] / r["seconds"] for r in timed), default=0.0)
    return (
        f"The linear programs take longer than the oracle in {len(longer)} of {len(timed)} cases, and at most"
        f" {most:.0%} of the time; they are kept from round to round, and all rows of a round are added at once."
    )


def main(rounds: int = 5) -> None:
    """Print the table and write it as JSON."""
    pinned = shared.one_core()
    rows: list[Row] = []
    for name, machine, problem in cases():
        for semantics in SEMANTICS:
            row = timed_coefficient(problem, machine, semantics, rounds)
            timed = name in library.names() and semantics == SEMANTICS[0]
            whole = command_seconds(name, semantics, min(rounds, COMMAND_ROUNDS)) if timed else None
            rows.append({"machine": name} | row | {"command_seconds": whole})
    rows += [{"machine": LARGE} | large_in_fresh_process(semantics) for semantics in SEMANTICS]
    record = {"question": "seconds to an exact learning coefficient", "rounds": rounds, "pinned": pinned}
    record["rows"] = rows
    shared.save("learning_coefficient", record)
    print(text(record))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--large"]:
        shared.one_core()
        print(json.dumps(large(sys.argv[2])))
    else:
        main(*map(int, sys.argv[1:]))
