"""How many runs that never end are recognised, by which proof, and how long does that take?

All machines of 3 states and 2 symbols, and of 2 and 3, that never halt, as `noisytm beaver --list` gives them, and
samples: of 4 states and 2 symbols; and of (5,2), (3,3) and (2,4), from some parts of the tree of `noisytm beaver --root
1RB` drawn by chance. The samples are of all classes that do not halt, and once more of those alone in which `beaver`
finds neither a closed graph nor a cycle within 200 steps ("no cycle"), where what halts later is left out. Last come
the machines of the golden file that do not halt. Each is run for 100 000 steps as `noisytm run` does, and with
`--prove-endless`; each proof that is found is checked, and a check that fails ends the benchmark. Times are CPU time of
one process; what is compiled, or loaded, at the first call is in the longest.

    python benchmarks/endless.py
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
from noisytm import enumerate_machines, parse, run
from noisytm.discrete import check_endless
from noisytm.enumeration import EnumerationOptions, text_of
from noisytm.enumeration.tree import search, trunk

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "data" / "machines.json"
STEPS = 100_000
SEED = 1
SAMPLED = 1000
PARTS = {(5, 2): 12, (3, 3): 5, (2, 4): 20}  # of the tree
EASY = ("closed", "cycles", "translated")
REASONS = ("closed", "cycles", "translated", "bouncer", "ngrams", "words", "automata", "rule")


def listed(states: int, symbols: int) -> dict[str, list[str]]:
    """Return the machines of a size that never halt, by class."""
    result = enumerate_machines(states, symbols, progress=False)
    names = [name for name in result.counts if name not in ("halted", "holdout", "unfilled")]
    return {name: list(result.texts(name)) for name in names}


def drawn(states: int, symbols: int) -> dict[str, list[str]]:
    """Return machines of some parts of the tree that do not halt, by class; of each class no more than will be used."""
    rng = random.Random(SEED)
    options = EnumerationOptions(states, symbols, root="1RB")
    found: dict[str, list[str]] = {name: [] for name in options.classes if name != "halted"}
    for root in rng.sample(trunk(options)[1], PARTS[states, symbols]):
        _, rows = search(options, root, classes=list(found))
        for name, texts in found.items():
            those = rows[rows[:, -2] == options.classes.index(name)]
            kept = those[:: 50 if name in EASY else 1]  # there are millions of these
            texts += [text_of(options, row[:-2]) for row in kept]
    return found


def samples(name: str, classes: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return a sample of all machines, and one of those of the classes that are not easy."""
    rng = random.Random(SEED)
    every = 50 if "holdout" in classes else 1
    hard = [text for kind, texts in classes.items() if kind not in EASY for text in texts]
    everything = [text for kind in EASY for text in classes[kind]] + hard[::every]
    return {
        name: rng.sample(everything, SAMPLED),
        f"{name}, no cycle": rng.sample(hard, min(SAMPLED, len(hard))),
    }


def golden() -> list[str]:
    """Return the machines of the golden file that do not halt, or are not known to."""
    cases = json.loads(GOLDEN.read_text(encoding="utf-8"))["machines"]
    return [case["machine"] for case in cases if case["halts"] is not True]


def measured(name: str, texts: list[str]) -> dict[str, Any]:
    """Run machines in both ways, check the proofs, and return the counts and times."""
    seconds, reasons, before, check = {"plain": 0.0, "proving": 0.0}, Counter[str](), 0, 0.0
    longest = 0.0
    for text in texts:
        machine = parse(text)
        begin = time.process_time()
        plain = run(machine, max_steps=STEPS)
        if plain.halted:
            continue
        middle = time.process_time()
        found = run(machine, max_steps=STEPS, prove_endless=True)
        end = time.process_time()
        seconds["plain"] += middle - begin
        seconds["proving"] += end - middle
        longest = max(longest, end - middle)
        before += plain.never_ends
        reasons[found.reason] += 1
        if found.never_ends:
            check_endless(found)
            check += time.process_time() - end
    print(f"{name}: {dict(reasons)}", file=sys.stderr, flush=True)
    number = sum(reasons.values())
    left = {"machines": number, "before": before, "after": number - reasons["budget"], "longest": longest}
    return {"list": name, **left, "reasons": dict(reasons), "check": check, **seconds}


def text(record: dict[str, Any]) -> str:
    """Return the tables of a record as Markdown."""
    header = [
        "machines",
        "number",
        "recognised",
        "with proofs",
        "plain, ms",
        "with proofs, ms",
        "longest, s",
        "check, ms",
    ]
    rows = [
        [r["list"], r["machines"], r["before"], r["after"], *(1e3 * r[x] / r["machines"] for x in ("plain", "proving")),
         r["longest"], 1e3 * r["check"] / max(1, r["after"])]
        for r in record["rows"]
    ]  # fmt: skip
    by = [[r["list"], *(r["reasons"].get(reason, 0) for reason in REASONS)] for r in record["rows"]]
    return (
        "Machines of so many states and symbols that do not halt: all of them, or samples from all that"
        " `noisytm beaver` lists; of (5,2), (3,3), (2,4) from parts of the tree. *No cycle*: those that `beaver` takes"
        " for neither a closed graph nor a cycle. How many are recognised as never ending by"
        f" `noisytm run --max-steps {record['steps']}`, and with `--prove-endless`; CPU time per machine. Every proof"
        " has been checked. The golden file has machines that are known for being hard.\n\n"
        f"{shared.table(header, rows)}\n\nBy the reason given:\n\n{shared.table(['machines', *REASONS], by)}"
    )


def main() -> None:
    shared.one_core()
    small = {f"all ({q},{s})": [text for texts in listed(q, s).values() for text in texts] for q, s in ((3, 2), (2, 3))}
    lists = small | samples("(4,2)", listed(4, 2))
    for states, symbols in PARTS:
        lists |= samples(f"({states},{symbols})", drawn(states, symbols))
    lists["golden file"] = golden()
    rows = [measured(name, texts) for name, texts in lists.items()]
    record = {"question": "runs that never end, recognised", "steps": STEPS, "seed": SEED, "rows": rows}
    shared.save("endless", record)
    print(text(record))


if __name__ == "__main__":
    main()
