"""How long does it take to read a list of bbchallenge machines, and to write it, against looking its cells up alone?

A list has 100 000 random machines, every tenth cell undefined; in a table they are in the second column. Whatever is
read is checked: what is written must be the list again. The least work is to look each cell up in a dictionary. Rounds
alternate; figures are medians of CPU time.

    python benchmarks/machine_lists.py [ROUNDS]
"""

from __future__ import annotations

import random
import sys
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
from noisytm import formats

GOAL = 2.0
MACHINES = 100_000
SHAPES = ((5, 2), (6, 2), (3, 3), (2, 5))
LETTERS = "ABCDEF"


def random_list(states: int, symbols: int, seed: int = 1) -> str:
    """Return a list of random machines, a line each."""
    rng = random.Random(seed)
    cells = [f"{s}{move}{q}" for s in range(symbols) for move in "LR" for q in (*LETTERS[:states], "Z")]
    cells += ["---"] * (len(cells) // 9)
    rows = ("_".join("".join(rng.choices(cells, k=symbols)) for _ in range(states)) for _ in range(MACHINES))
    return "".join(f"{row}\n" for row in rows)


def looked_up(text: str) -> int:
    """Return how many cells are defined, by a dictionary of all cells."""
    known: dict[str, int] = {}
    count = 0
    for line in text.split("\n"):
        joined = line.replace("_", "")
        for place in range(0, len(joined), 3):
            count += known.setdefault(joined[place : place + 3], int(joined[place] != "-"))
    return count


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    header = ["list", "read, s", "write, s", "cells looked up alone, s", "read / looked up"]
    rows = [[r["list"], r["read"], r["write"], r["least"], r["read"] / r["least"]] for r in record["rows"]]
    return (
        f"Lists of {record['machines']:,} bbchallenge machines; CPU seconds, medians of {record['rounds']} interleaved"
        f" rounds.\n\n{shared.table(header, rows)}\n\nGoal: at most {record['goal']:g} s to read and to write."
    )


def main(rounds: int = 5) -> None:
    shared.one_core()
    lists = {f"{states} states, {symbols} symbols": random_list(states, symbols) for states, symbols in SHAPES}
    plain = lists["5 states, 2 symbols"]
    table = "id,machine\n" + "".join(f"{i},{line}\n" for i, line in enumerate(plain.split()))
    rows = []
    for name, listed in [*lists.items(), ("5 states, 2 symbols, second column of a table", table)]:
        found = formats.read_text(listed)
        if formats.write_all(found, "bbchallenge") != (plain if listed is table else listed):
            raise SystemExit(f"{name}: what is written is not what was read")
        forms = {
            "read": lambda listed=listed: formats.read_text(listed),
            "write": lambda found=found: formats.write_all(found, "bbchallenge"),
            "least": lambda listed=listed: looked_up(listed),
        }
        rows.append({"list": name} | {what: t["cpu"] for what, t in shared.interleaved(forms, rounds).items()})
        print(f"{name}: done", file=sys.stderr, flush=True)
    record = {
        "question": "CPU seconds to read and to write a list of machines",
        "rounds": rounds, "machines": MACHINES, "goal": GOAL, "rows": rows,
    }  # fmt: skip
    shared.save("machine_lists", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
