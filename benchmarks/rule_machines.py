"""Which machines end that public rule provers end, and how soon?

Each of the machines of tests/data/rule_machines.json runs from the blank tape by `auto`, once, in one process that has
compiled what it needs, for a limited time. Sixty have an exact score that others have found, and 25 an estimate. What
is counted is CPU time.

    python benchmarks/rule_machines.py [SECONDS]
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
from noisytm import _digits, parse, run
from noisytm.discrete import powers
from noisytm.errors import BudgetError

MACHINES = Path(__file__).resolve().parent.parent / "tests" / "data" / "rule_machines.json"
SECONDS = 2.0
MOST_STEPS = 10**999_999
WALL = 5  # times as much time by the clock, in case there is other work
GOAL = 55
SIXTY = 60
WARM = "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA"


def ended(entry: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Return how a machine ends, and after how much CPU time."""
    machine = parse(entry["machine"])
    most = powers.read(entry["max_steps"]) if "max_steps" in entry else MOST_STEPS
    begin = time.process_time()
    try:
        result = run(machine, max_steps=most, seconds=WALL * seconds)
    except BudgetError as error:
        result = error.partial
    took = time.process_time() - begin
    over = result.reason in ("halted", "undefined") and took <= seconds
    exact = "marks_estimate" not in entry
    if over and exact and result.score != entry["score"]:
        raise SystemExit(f"{entry['machine']} ends with the score {result.score}, not with {entry['score']}")
    return {
        "machine": entry["machine"], "exact": exact, "ended": over, "seconds": took, "method": result.method,
        "reason": result.reason if over else "10^999,999 steps" if result.steps == MOST_STEPS else "does not end",
        "digits": number_of_digits(result.steps),
    }  # fmt: skip


def number_of_digits(value: Any) -> int:
    """Return how many digits a number of steps has."""
    if isinstance(value, int):
        return len(_digits.integer_text(value))
    first = powers.first_digits(value, 1)
    assert first is not None
    return first[1] + 1


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    rows = [
        [f"`{r['machine']}`", r["digits"], r["method"], r["seconds"] if r["ended"] else r["reason"]]
        for r in record["rows"]
    ]
    counts = {exact: [r["ended"] for r in record["rows"] if r["exact"] is exact] for exact in (True, False)}
    table = shared.table(["machine", "digits of the steps", "method", "CPU seconds"], rows)
    return (
        f"CPU time, one run each, at most {record['limit']:g} s.\n\n"
        f"- with exact scores: {sum(counts[True])} of {len(counts[True])} end, each with that score; the goal is"
        f" {record['goal']}\n- with estimated scores: {sum(counts[False])} of {len(counts[False])} end\n\n{table}"
    )


def main(seconds: float = SECONDS) -> None:
    shared.one_core()
    run(parse(WARM), method="block")
    rows = [ended(entry, seconds) for entry in json.loads(MACHINES.read_text(encoding="utf-8"))["machines"]]
    assert sum(row["exact"] for row in rows) == SIXTY
    record = {
        "question": "which machines end that need rules, and how soon", "limit": seconds, "goal": GOAL, "rows": rows,
    }  # fmt: skip
    shared.save("rule_machines", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
