"""How fast are all codes that solve a problem counted, against a plain recursive search in C at -O3?

Both go through the same tree on one core: inputs are run one after another, and where a run needs a tuple that is not
settled all actions are tried. They must agree on the number of cubes by settled tuples and of refuted leaves. Ours cuts
the tree into subtrees, looks at the clock, and keeps what a sample needs; rates are those of `noisytm.solutions` from
call to result. Rounds alternate; figures are medians of CPU time. Leaves are those of the full tree, cubes and refuted
ones: both are told what the last step makes of a run without branching further.

    python benchmarks/cubes.py [ROUNDS]
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
import numpy as np

from noisytm import SynthesisProblem, library, solutions, words

HERE = Path(__file__).resolve().parent
RATIO_GOAL = 0.8
MOST_TUPLES = 64

Leaves = tuple[int, int, tuple[int, ...]]  # cubes, refuted leaves, cubes by settled tuples


def cases() -> dict[str, tuple[SynthesisProblem, float | None]]:
    """Return the problems, each with the rate that is wanted: millions of leaves a second."""
    machine, targets = library.machine("detectA"), {"1" * n: ("even", "odd")[n % 2] for n in range(4)}
    space = {"symbols": "_1", "states": ["even", "odd", "c", "d"]}
    return {
        "detectA, words to length 2, t = 4": (SynthesisProblem.of_machine(machine, words("AB", 2), 4), 10.0),
        "detectA, words to length 2, t = 10": (SynthesisProblem.of_machine(machine, words("AB", 2), 10), 5.0),
        "parity of 1^n, n to 3, four states, t = 5": (
            SynthesisProblem.of_space(space, list(targets), 5, targets=targets),
            None,
        ),
    }


def plain_search() -> Callable[[SynthesisProblem], Leaves]:
    """Compile the C search; return a function of the problem, whose start state and blank come first."""
    source, binary = HERE / "peers" / "cubes.c", shared.OUT / "cubes.so"
    subprocess.run(["cc", "-O3", "-shared", "-fPIC", "-o", str(binary), str(source)], check=True)
    count = ctypes.CDLL(str(binary)).count
    count.restype = None
    count.argtypes = [ctypes.c_int] * 5 + [ctypes.c_void_p] * 3

    def counts(problem: SynthesisProblem) -> Leaves:
        space, longest = problem.space, max(map(len, problem.inputs))
        order = sorted(space.states, key=lambda state: state != space.start)
        tape = np.zeros((len(problem.inputs), longest), np.int8)
        for row, word in zip(tape, problem.inputs, strict=True):
            row[: len(word)] = [space.symbols.index(symbol) for symbol in word]
        accepts = np.array([[problem.accepts(i, (q,)) for q in order] for i in range(len(tape))], np.uint8)
        out = np.zeros(2 + MOST_TUPLES + 1, np.int64)
        sizes = len(space.symbols), len(order), problem.steps, len(tape), longest
        count(*sizes, tape.ctypes.data, accepts.ctypes.data, out.ctypes.data)
        return int(out[0]), int(out[1]), tuple(out[2 : 3 + len(space.keys)].tolist())

    return counts


def own_search(problem: SynthesisProblem) -> Leaves:
    found = solutions(problem, progress=False)
    by_tuples = tuple(found.by_fixed_tuples.get(k, 0) for k in range(len(problem.space.keys) + 1))
    return found.cubes, found.refuted, by_tuples


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    header = ["problem", "leaves", "method", "seconds", "M leaves/s", "ratio to C", "goal, M/s"]
    rows = [
        [r["problem"], r["leaves"], r["method"], r["seconds"], r["leaves_per_second"] / 1e6, r["ratio_to_c"], r["goal"]]
        for r in record["rows"]
    ]
    return (
        f"Cubes and refuted leaves of the whole tree, on one core; CPU time, medians of {record['rounds']} interleaved"
        " rounds. The C search calls itself for every step; `solutions` is timed from call to result. The ratio is that"
        f" of the times.\n\n{shared.table(header, rows)}\n\nGoal: a ratio of {record['ratio_goal']} on a tree of 10⁸"
        " leaves or more."
    )


def main(rounds: int = 9) -> None:
    if shutil.which("cc") is None:
        print("benchmarks/cubes.py is left out: there is no C compiler to compare with", file=sys.stderr)
        return
    shared.OUT.mkdir(exist_ok=True)
    shared.one_core()
    plain = plain_search()
    rows = []
    for name, (problem, goal) in cases().items():
        if (theirs := plain(problem)) != (ours := own_search(problem)):
            raise SystemExit(f"the searches disagree: {theirs} and {ours}")
        forms = {"plain C, -O3": plain, "noisytm.solutions": own_search}
        timed = {method: lambda form=form, problem=problem: form(problem) for method, form in forms.items()}
        times = {method: t["cpu"] for method, t in shared.interleaved(timed, rounds).items()}
        leaves = ours[0] + ours[1]
        rows += [
            {
                "problem": name,
                "leaves": leaves,
                "method": method,
                "seconds": seconds,
                "leaves_per_second": leaves / seconds,
                "ratio_to_c": times["plain C, -O3"] / seconds,
                "goal": goal,
            }
            for method, seconds in times.items()
        ]
    record = {"question": "speed of counting against C", "rounds": rounds, "ratio_goal": RATIO_GOAL, "rows": rows}
    shared.save("cubes", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
