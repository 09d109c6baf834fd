"""docs/benchmarks.md and its plots, from benchmarks/results.json.

python benchmarks/report.py
"""

from __future__ import annotations

import json
from typing import Any

import atlas
import compile_time
import cubes
import discrete_loop
import endless
import enumeration
import few_inputs
import growth
import learning_coefficient
import learning_growth
import machine_lists
import posterior
import relaxed_step
import rule_machines
import samplers
import shared
import start
import torch_machine
from plots import learning_coefficient_growth, relaxed_step_growth

RESULTS = shared.ROOT / "benchmarks" / "results.json"
PAGE = shared.ROOT / "docs" / "benchmarks.md"
QUIET = 0.5  # load of a machine on which nothing else runs to speak of
STEP_PLOT, COEFFICIENT_PLOT = "relaxed-step-growth.svg", "learning-coefficient-growth.svg"

RELAXED_STEP = """## The relaxed step

Semantics `pseudo-utm`, log loss, state readout, float64; inputs are random words of length 1 to 10, codes are drawn
uniformly from code space. A *unit* is one (code, input, step). All forms run in turn in every round, on one core;
figures are medians over {rounds} rounds. Rates and ratios are of CPU time, the rate by the clock stands beside.
"× JAX" is relative to the straightforward JAX form. Before they are timed all forms must agree with noisytm to
{tolerance:g} in rejected probability, loss and gradient along the simplices; the last column is the largest difference.

The peers are in `benchmarks/peers`:

- *JAX, straightforward*: one code and one input on a whole tape of 2t + 1 cells, shifted as a whole, `lax.scan` over
  the steps, `vmap` over inputs and codes, `grad`, `jit`.
- *JAX, tuned*: inputs innermost, live cells only, adjoint by hand, the steps unrolled or scanned in short segments, one
  code after the other, where inputs are few as many at a time as fill the same arrays.
- *PyTorch autograd*: codes and inputs innermost, live cells only, mixes as batched matrix products.
- *NumPy, adjoint by hand*: the same layout; loops over steps and tuples only.

Of many codes NumPy and PyTorch take some 500 at a time, with which they are fastest.

They form 1 − λ directly, which keeps the mass of every distribution without further care, but loses small
probabilities near a code; noisytm keeps these, and pays for it in every step.

*Of peak* is the share of the core's fused-multiply-add slots that the needed arithmetic fills: per unit
N·(S + |Q| + 3) for the mix, 3·S for every live cell, one for every sum, product and rest in the head's trace; with
gradient three times that, 8·S for a live cell (`work_per_unit` in `benchmarks/work.py`).
Measured peak: {peak:.1f} G slots/s, {flops:.1f} GFlop/s.

{text}
"""

GROWTH = """## Growth of the relaxed step

Written-out kernels, CPU time, medians over {rounds} rounds: detectA with one code and 64 inputs against t; random full
tables with 8 codes, 64 inputs, t = 10 against S·|Q|; detectA at t = 10 against the batch. Exponents are slopes of log
time over log size. The live window grows with t, so the work grows as t²; a table of S·|Q| tuples has
S·|Q|·(S + |Q| + 3) entries to mix.

![Time of the relaxed step against steps, table and batch]({plot})

{text}
"""

COMPILE = """## Compiling

Seconds from the problem to the first result in a fresh process, imports not counted: with an empty cache folder, and
with what that run left behind (median of {runs}). The interpreted kernel and the min-plus oracle are compiled once for
all shapes.

{text}
"""

COEFFICIENT = """## Exact learning coefficients

Certificate and multiplicity included; medians of {rounds} runs in a warm process, wall-clock, in milliseconds. "Without
m" leaves out the optimal face; "oracle" are the min-plus evaluations, "lp" is HiGHS, "rest" everything else.

{text}

### Growth

Semantics {semantics}: detectA on all words of length up to 2 against t, and random machines on seven words, t =
{steps}, against S·|Q|.

![Time of an exact learning coefficient against steps and table]({plot})

{growth}
"""


# Title and module of the sections that are a table with what it says itself, in the order of the page.
TABLES = (
    ("Many codes with few inputs", few_inputs),
    ("Discrete runs", discrete_loop),
    ("Machines that need rules", rule_machines),
    ("Runs that never end", endless),
    ("All machines of a size", enumeration),
    ("All codes that solve a problem", cubes),
    ("Learning coefficients of all codes", atlas),
    ("Populations of the posterior", posterior),
    ("Samplers side by side", samplers),
    ("From the start to the end of a command", start),
    ("Lists of machines", machine_lists),
    ("Noisy machines in PyTorch", torch_machine),
)


def machine_line(environment: dict[str, Any]) -> str:
    """Say what the figures were measured on."""
    libraries = ", ".join(f"{k} {v}" for k, v in environment["libraries"].items() if v)
    return (
        f"{environment['processor']} ({environment['cores']} cores, {environment['system']}), Python"
        f" {environment['python']}, noisytm {environment['noisytm']}; {libraries}."
    )


def apart(record: dict[str, Any], environment: dict[str, Any]) -> str:
    """Say where a record was measured, if not where the page says, and what else the machine did then."""
    parts = []
    if record.get("environment", environment) != environment:
        parts.append(f"Measured apart from the rest of the page: {machine_line(record['environment'])}")
    if (record.get("load") or 0.0) > QUIET:
        parts.append(
            f"Other programs ran beside (load {record['load']:.1f} at the start): only CPU time tells something."
        )
    return f"\n{' '.join(parts)}\n" if parts else ""


def relaxed_step_section(record: dict[str, Any]) -> str:
    """Return the section with the peers."""
    peak = record["peak_slots_per_second"] / 1e9
    shown = {"peak": peak, "flops": 2 * peak, "text": relaxed_step.text(record)}
    return RELAXED_STEP.format(rounds=record["rounds"], tolerance=record["tolerance"], **shown)


def coefficient_section(record: dict[str, Any], grown: dict[str, Any]) -> str:
    """Return the section on exact learning coefficients."""
    return COEFFICIENT.format(
        rounds=record["rounds"], text=learning_coefficient.text(record), semantics=grown["semantics"],
        steps=learning_growth.TABLE_STEPS, plot=COEFFICIENT_PLOT, growth=learning_growth.text(grown),
    )  # fmt: skip


def page(results: dict[str, Any]) -> str:
    """Return the text of the benchmark page."""
    records, environment = results["benchmarks"], results["environment"]
    head = "# Benchmarks\n\nWritten by `make bench` from `benchmarks/results.json`; do not edit.\n"
    sections = [f"{head}{machine_line(environment)}\n"]
    if found := records.get("relaxed_step"):
        sections.append(relaxed_step_section(found) + apart(found, environment))
    if found := records.get("growth"):
        text = GROWTH.format(rounds=found["rounds"], plot=STEP_PLOT, text=growth.text(found))
        sections.append(text + apart(found, environment))
    if found := records.get("compile_time"):
        text = COMPILE.format(runs=compile_time.CACHED_RUNS, text=compile_time.text(found))
        sections.append(text + apart(found, environment))
    if (found := records.get("learning_coefficient")) and "learning_growth" in records:
        sections.append(coefficient_section(found, records["learning_growth"]) + apart(found, environment))
    for title, module in TABLES:
        if found := records.get(module.__name__):
            sections.append(f"## {title}\n\n{module.text(found)}\n{apart(found, environment)}")
    return "\n".join(sections)


def main() -> None:
    """Write the page and the plots."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    PAGE.write_text(page(results), encoding="utf-8")
    if found := results["benchmarks"].get("growth"):
        relaxed_step_growth(found, PAGE.parent / STEP_PLOT)
    if found := results["benchmarks"].get("learning_growth"):
        learning_coefficient_growth(found, PAGE.parent / COEFFICIENT_PLOT)


if __name__ == "__main__":
    main()
