"""How fast are all machines of a size gone through, against a plain search in C at -O3?

Both go through the tree of the machines with 4 states and 2 symbols from the empty table, on one core. The C search has
a step limit and nothing else, so it runs every machine that never halts up to the limit, and leaves open whether it
halts later; ours also proves that they never do. They must agree on the number of machines, on how many halt and on
the most steps. Rounds alternate; figures are medians of CPU time.

    python benchmarks/enumeration.py [ROUNDS]
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
from noisytm import enumerate_machines

HERE = Path(__file__).resolve().parent
GOAL = 4e6
STATES, SYMBOLS = 4, 2
LIMITS = (107, 200, 500)

Counts = tuple[int, int, int]


def plain_search() -> Callable[[int], Counts]:
    """Compile the C search; return a function of the step limit that gives machines, halting ones, most steps."""
    source, binary = HERE / "peers" / "tree_normal_form.c", shared.OUT / "tree_normal_form.so"
    subprocess.run(["cc", "-O3", "-shared", "-fPIC", "-o", str(binary), str(source)], check=True)
    search = ctypes.CDLL(str(binary)).enumerate
    search.restype = ctypes.c_int64
    search.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_void_p]

    def counts(limit: int) -> Counts:
        out = (ctypes.c_int64 * 3)()
        return int(search(STATES, SYMBOLS, limit, out)), out[0], out[2]

    return counts


def own_search(limit: int) -> Counts:
    found = enumerate_machines(STATES, SYMBOLS, max_steps=limit, progress=False)
    return found.machines, found.halting, found.steps


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    rows = [
        [r["method"], r["limit"], r["holdouts"], r["seconds"], r["machines_per_second"] / 1e6, r["ratio_to_c"]]
        for r in record["rows"]
    ]
    header = ["method", "step limit", "left open", "seconds", "M machines/s", "ratio to C"]
    return (
        f"All {record['machines']:,} machines with {STATES} states and {SYMBOLS} symbols in tree normal form, on one"
        f" core; CPU time, medians of {record['rounds']} interleaved rounds. The C search has no recognisers and leaves"
        " open all machines that do not halt within the limit. The ratio is that of the times at the same limit.\n\n"
        f"{shared.table(header, rows)}\n\nGoal: {record['goal'] / 1e6:g} M machines/s."
    )


def main(rounds: int = 9) -> None:
    shared.OUT.mkdir(exist_ok=True)
    shared.one_core()
    plain = plain_search()
    forms: dict[str, Callable[[], Counts]] = {}
    for limit in LIMITS:
        forms[f"C {limit}"] = lambda limit=limit: plain(limit)
        forms[f"own {limit}"] = lambda limit=limit: own_search(limit)
    results = {name: form() for name, form in forms.items()}
    if len(set(results.values())) != 1:
        raise SystemExit(f"the searches disagree: {results}")
    machines, halting, _ = results[f"C {LIMITS[0]}"]
    times = {name: t["cpu"] for name, t in shared.interleaved(forms, rounds).items()}
    rows = []
    for limit in LIMITS:
        holdouts = enumerate_machines(STATES, SYMBOLS, max_steps=limit, progress=False).holdouts
        for method, name, left in (
            ("C, no recognisers, -O3", f"C {limit}", machines - halting),
            ("noisytm.enumerate_machines", f"own {limit}", holdouts),
        ):
            rows.append(
                {
                    "method": method,
                    "limit": limit,
                    "holdouts": left,
                    "seconds": times[name],
                    "machines_per_second": machines / times[name],
                    "ratio_to_c": times[f"C {limit}"] / times[name],
                }
            )
    record = {
        "question": "speed of going through all machines of a size against C",
        "rounds": rounds,
        "machines": machines,
        "goal": GOAL,
        "rows": rows,
    }
    shared.save("enumeration", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
