"""How fast is the relaxed step, forward and with gradient, against other ways to compute it?

For every case all forms run in turn in each round on one core; shown are medians. Rates, ratios and the fraction of the
peak are of CPU time, which other processes on the machine disturb least; the rate by the clock stands beside. All forms
must agree with noisytm to 1e-12 in rejected probability, loss and gradient along the simplices before they are timed.

    python benchmarks/relaxed_step.py [ROUNDS]
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
import numpy as np
import peers
from cases import CODE_SEED, INPUT_SEED, MACHINE_SEED, Case, along_simplices, relaxed_step_cases
from peers import Forms
from work import Peak, work_per_unit

from noisytm import loss_and_gradient, wrong_probability

OURS = "noisytm"
PLAIN = next(iter(peers.PEERS))
TOLERANCE = 1e-12
BATCHES = ((8, 128), (1, 64))
# Loss and gradient: times plain JAX, times the best peer.
GOALS = {(8, 128): (100.0, 20.0), (1, 64): (30.0, None), (2048, 7): (None, None)}
PEAK_GOAL = 0.6


def own_forms(case: Case) -> Forms:
    """Return noisytm's forms by its public functions."""
    options = {"kernel": "written-out"}
    return Forms(
        lambda codes: wrong_probability(case.problem, codes, **options),
        lambda codes: loss_and_gradient(case.problem, codes, **options),
    )


def contestants(case: Case) -> dict[str, Forms]:
    """Return the forms of everything that is installed, noisytm first."""
    found = {OURS: own_forms(case)}
    for label in peers.PEERS:
        try:
            found[label] = peers.build(label, case.problem)
        except ImportError as error:
            print(f"{label} is left out: {error}", file=sys.stderr)
    return found


def disagreement(case: Case, forms: Forms, own: Forms) -> float:
    """Return the largest difference from noisytm in f, loss or gradient along the simplices."""
    loss, gradient = forms.loss_and_gradient(case.codes)
    own_loss, own_gradient = own.loss_and_gradient(case.codes)
    off = along_simplices(case.problem, gradient - own_gradient)
    wrong = forms.wrong(case.codes) - own.wrong(case.codes)
    return float(max(np.abs(wrong).max(), np.abs(loss - own_loss).max(), np.abs(off).max()))


def measured(case: Case, rounds: int, peak: Peak) -> dict[str, Any]:
    """Return the rows of one case."""
    forms = contestants(case)
    errors = {label: disagreement(case, form, forms[OURS]) for label, form in forms.items()}
    for label, error in errors.items():
        if not error <= TOLERANCE:
            raise SystemExit(f"{label} differs from noisytm by {error:.1e} on {case.name}, t = {case.problem.steps}")
    forwards = {label: partial(form.wrong, case.codes) for label, form in forms.items()}
    gradients = {label: partial(form.loss_and_gradient, case.codes) for label, form in forms.items()}
    times = {
        "forward": shared.interleaved(forwards, rounds),
        "gradient": shared.interleaved(gradients, rounds),
    }
    peak.measure()
    rows = [
        {"form": label, "disagreement": errors[label]}
        | {f"{kind}_{clock}": times[kind][label][clock] for kind in times for clock in ("wall", "cpu")}
        for label in forms
    ]
    forward, both = work_per_unit(case.problem)
    codes, inputs = len(case.codes), len(case.problem.inputs)
    return {
        "case": case.name, "steps": case.problem.steps, "codes": codes, "inputs": inputs, "units": case.units,
        "work_forward": forward, "work_gradient": both, "rows": rows,
    }  # fmt: skip


def summary(results: list[dict[str, Any]], peak: float) -> list[dict[str, Any]]:
    """Add rates, ratios and the fraction of the peak to the rows of all cases; one flat list."""
    flat = []
    for case in results:
        plain = next((row for row in case["rows"] if row["form"] == PLAIN), None)
        for row in case["rows"]:
            entry = {key: case[key] for key in ("case", "steps", "codes", "inputs")} | {"form": row["form"]}
            for kind in ("forward", "gradient"):
                rate = case["units"] / row[f"{kind}_cpu"]
                entry[f"{kind}_rate"] = rate / 1e6
                entry[f"{kind}_wall_rate"] = case["units"] / row[f"{kind}_wall"] / 1e6
                entry[f"{kind}_ratio"] = plain[f"{kind}_cpu"] / row[f"{kind}_cpu"] if plain else None
                entry[f"{kind}_peak"] = rate * case[f"work_{kind}"] / peak if row["form"] == OURS else None
            flat.append(entry | {"disagreement": row["disagreement"]})
    return flat


def goals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return for every case how noisytm's loss and gradient stand to plain JAX and to the best peer."""
    found = []
    for row in rows:
        if row["form"] != OURS:
            continue
        key = ("case", "steps", "codes", "inputs")
        others = [r for r in rows if r["form"] != OURS and all(r[k] == row[k] for k in key)]
        best = max(others, key=lambda r: r["gradient_rate"])
        plain_goal, best_goal = GOALS[row["codes"], row["inputs"]]
        found.append(
            {k: row[k] for k in key}
            | {"to_plain": row["gradient_ratio"], "plain_goal": plain_goal, "best": best["form"]}
            | {"to_best": row["gradient_rate"] / best["gradient_rate"], "best_goal": best_goal}
            | {"peak": row["gradient_peak"], "peak_goal": PEAK_GOAL}
        )
    return found


def text(record: dict[str, Any]) -> str:
    """Return the tables of a record as Markdown."""
    header = ["case", "t", "codes × inputs", "form", "forward, M units/s", "(clock)", "× JAX", "of peak"]
    header += ["gradient, M units/s", "(clock)", "× JAX", "of peak", "disagreement"]
    columns = [f"{kind}_{c}" for kind in ("forward", "gradient") for c in ("rate", "wall_rate", "ratio", "peak")]
    rows = [
        [r["case"], r["steps"], f"{r['codes']} × {r['inputs']}", r["form"]]
        + [r[column] for column in columns]
        + [f"{r['disagreement']:.0e}"]
        for r in record["table"]
    ]
    goal_header = ["case", "t", "codes × inputs", "× straightforward JAX", "goal", "best peer", "× best peer", "goal"]
    goal_rows = [
        [g["case"], g["steps"], f"{g['codes']} × {g['inputs']}", g["to_plain"], g["plain_goal"], g["best"]]
        + [g["to_best"], g["best_goal"], g["peak"], g["peak_goal"]]
        for g in record["goals"]
    ]
    goal_table = shared.table([*goal_header, "of peak", "aim"], goal_rows)
    return f"{shared.table(header, rows)}\n\nLoss and gradient against the goals:\n\n{goal_table}"


def record_of(question: str, cases: list[Case], rounds: int) -> dict[str, Any]:
    """Measure cases; return the record."""
    pinned, peak = shared.one_core(), Peak()
    results = []
    for case in cases:
        results.append(measured(case, rounds, peak))
        batch = f"{len(case.codes)} × {len(case.problem.inputs)}"
        print(f"{case.name}, t = {case.problem.steps}, {batch}: done", file=sys.stderr, flush=True)
    rows = summary(results, peak.best)
    return {
        "question": question, "rounds": rounds, "pinned": pinned, "tolerance": TOLERANCE,
        "seeds": {"machine": MACHINE_SEED, "inputs": INPUT_SEED, "codes": CODE_SEED},
        "peak_slots_per_second": peak.best, "cases": results, "table": rows,
        "goals": goals(rows) if len(rows) > len(results) else [],
    }  # fmt: skip


def main(rounds: int = 7) -> None:
    """Print the tables and write them as JSON."""
    cases = [case for codes, inputs in BATCHES for case in relaxed_step_cases(codes, inputs)]
    record = record_of("speed of the relaxed step, pseudo-utm, log loss, float64, state readout", cases, rounds)
    shared.save("relaxed_step", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
