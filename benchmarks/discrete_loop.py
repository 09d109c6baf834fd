"""How fast are discrete runs, against the plain table look-up loop in C at -O3?

Every machine of the golden file that makes at least 10 million steps runs from the blank tape, to its halt or for
so many steps: the C loop, the plain loop here, the table of blocks, and whatever `auto` chooses. Runs alternate,
after one warm-up each; times are CPU time of this process, ratios are those of the medians. The C loop has a tape
that is known to be large enough and counts steps only; ours also grows its tape, keeps to a budget and builds the
result. The 5-state champion is also run by a loop in plain Python, and by automata-lib where it is installed, for
their first steps.

    python benchmarks/discrete_loop.py [ROUNDS]
"""

from __future__ import annotations

import ctypes
import itertools
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
import numpy as np

from noisytm import TuringMachine, parse, run

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "tests" / "data" / "machines.json"
GOALS = {"direct": 1.2, "block": 4.0}
CHAMPION = "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA"
CHAMPION_GOAL = 0.005
MOST_STEPS = 50_000_000
PYTHON_STEPS = 300_000
C_CELLS = 1 << 20
METHODS = ("direct", "block", "auto")


def compiled_loop() -> Callable[[TuringMachine, int], Callable[[], int]]:
    """Compile the C loop and return a function that prepares a run with it."""
    source, binary = HERE / "peers" / "discrete_loop.c", shared.OUT / "discrete_loop.so"
    subprocess.run(["cc", "-O3", "-shared", "-fPIC", "-o", str(binary), str(source)], check=True)
    loop = ctypes.CDLL(str(binary)).run
    loop.restype = ctypes.c_int64
    loop.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64]

    def prepared(machine: TuringMachine, steps: int) -> Callable[[], int]:
        table = np.full((len(machine.states), len(machine.symbols), 3), -1, dtype=np.int8)
        for t in machine.tuples:
            next_state = -1 if t.next in machine.halting else machine.states.index(t.next)
            entry = (machine.symbols.index(t.write), {"L": -1, "R": 1}[t.move], next_state)
            table[machine.states.index(t.state), machine.symbols.index(t.read)] = entry

        def work() -> int:
            tape = np.zeros(C_CELLS, dtype=np.uint8)
            return int(loop(table.ctypes.data, len(machine.symbols), tape.ctypes.data, C_CELLS // 2, steps))

        return work

    return prepared


def plain_python(machine: TuringMachine, steps: int) -> int:
    """Run a machine with a dict for its tape and one for its table."""
    table = {(t.state, t.read): (t.write, {"L": -1, "R": 1}[t.move], t.next) for t in machine.tuples}
    tape: dict[int, str] = {}
    state, head = machine.start, 0
    for _ in range(steps):
        tape[head], move, state = table[state, tape.get(head, machine.blank)]
        head += move
    return steps


def automata_lib(machine: TuringMachine, steps: int) -> Callable[[], int] | None:
    """Return a run with automata-lib, or ``None`` where it is not installed."""
    try:
        from automata.tm.dtm import DTM
    except ImportError:
        return None
    transitions: dict[str, dict[str, tuple[str, str, str]]] = {q: {} for q in machine.states}
    for t in machine.tuples:
        transitions[t.state][t.read] = (t.next, t.write, t.move)
    peer = DTM(
        states=set(machine.states),
        input_symbols=set(machine.symbols) - {machine.blank},
        tape_symbols=set(machine.symbols),
        transitions={q: row for q, row in transitions.items() if row},
        initial_state=machine.start,
        blank_symbol=machine.blank,
        final_states=set(machine.halting),
    )

    def work() -> int:
        configurations = peer.read_input_stepwise("")
        return sum(1 for _ in itertools.islice(configurations, steps + 1)) - 1

    return work


def machines() -> list[tuple[str, str, int]]:
    """Return (name, text, steps) of the machines that make enough steps and stay on the C tape."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))["machines"]
    found = []
    for entry in golden:
        if entry["halts"] and entry["expected_steps"] < 10**7:
            continue
        steps = min(entry["expected_steps"] or MOST_STEPS, MOST_STEPS)
        machine = parse(entry["machine"])
        end = run(machine, max_steps=steps, cycles=0)
        if end.halted:
            steps = end.steps - (end.reason == "undefined")
        if max(-end.leftmost, end.rightmost) < C_CELLS // 2 - 1:
            found.append((entry["name"], entry["machine"], steps))
    return found


def measured(name: str, text: str, steps: int, peer: Callable[[], int], rounds: int) -> dict[str, Any]:
    """Return the record of one machine."""
    machine = parse(text)

    def ours(method: str) -> Callable[[], int]:
        return lambda: run(machine, max_steps=steps, method=method, cycles=0).steps

    forms = {"c": peer} | {method: ours(method) for method in METHODS}
    for form, work in forms.items():
        if work() != steps:
            raise SystemExit(f"{form} does not make {steps} steps on {text}")
    times = {form: t["cpu"] for form, t in shared.interleaved(forms, rounds).items()}
    ratios = {method: times["c"] / times[method] for method in METHODS}
    return {"name": name, "machine": text, "steps": steps, "seconds": times, "ratios": ratios}


def slow_peers(rounds: int) -> list[dict[str, Any]]:
    """Return the speed of the slow peers on the champion's first steps, M steps/s."""
    machine = parse(CHAMPION)
    forms: dict[str, Callable[[], int]] = {"plain Python": lambda: plain_python(machine, PYTHON_STEPS)}
    library_run = automata_lib(machine, PYTHON_STEPS // 100)
    times = shared.interleaved(forms | ({"automata-lib": library_run} if library_run else {}), rounds)
    rows: list[dict[str, Any]] = [{"peer": "plain Python", "speed": PYTHON_STEPS / times["plain Python"]["cpu"] / 1e6}]
    speed = PYTHON_STEPS // 100 / times["automata-lib"]["cpu"] / 1e6 if library_run else "not installed"
    return [*rows, {"peer": "automata-lib", "speed": speed}]


def text(record: dict[str, Any]) -> str:
    """Return the tables of a record as Markdown."""
    rows = [
        [r["name"][:40], f"{r['steps']:,}", r["steps"] / r["seconds"]["c"] / 1e6, *r["ratios"].values()]
        for r in record["rows"]
    ]
    table = shared.table(["machine", "steps", "C, M steps/s", "direct / C", "block / C", "auto / C"], rows)
    least = {m: min(r["ratios"][m] for r in record["rows"]) for m in METHODS}
    goals = "\n".join(
        f"- {m}: at least {goal} of C on every machine; least {least[m]:.3g}" for m, goal in GOALS.items()
    )
    peers = "\n".join(f"- {p['peer']}: {shared.shown(p['speed'])} M steps/s" for p in record["peers"])
    return (
        f"CPU time, medians of {record['rounds']} interleaved rounds.\n\n{table}\n\nGoals:\n\n{goals}\n"
        f"- the 5-state champion by auto in {1000 * CHAMPION_GOAL:.3g} ms; {1000 * record['champion']:.3g} ms\n\n"
        f"Peers on the champion's first steps:\n\n{peers}"
    )


def main(rounds: int = 5) -> None:
    shared.OUT.mkdir(exist_ok=True)
    peer = compiled_loop()
    rows = [measured(name, form, steps, peer(parse(form), steps), rounds) for name, form, steps in machines()]
    record = {
        "question": "speed of discrete runs against a loop in C",
        "rounds": rounds,
        "rows": rows,
        "champion": next(r["seconds"]["auto"] for r in rows if r["machine"] == CHAMPION),
        "peers": slow_peers(rounds),
    }
    shared.save("discrete_loop", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
