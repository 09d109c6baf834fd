"""How fast is a noisy machine as a module of PyTorch, against noisytm's compiled kernel?

Loss and gradient of detectA, 8 codes × 128 inputs, by `NoisyMachine`, as it is and with its step compiled, and by the
written-out kernel; on one core, in turn in every round. Plain autograd
without accuracy at small f, of `peers`, stands beside.

    python benchmarks/torch_machine.py [ROUNDS]
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import shared  # first: it sets the thread pools

# isort: split
import numpy as np
import peers
from cases import Case, relaxed_step_cases

from noisytm import library, loss_and_gradient

CASE, CODES, INPUTS = "detectA", 8, 128
TOLERANCE = 1e-12
GOALS = {10: 40.0, 42: 60.0}
KERNEL, EAGER, COMPILED, PLAIN = "noisytm's kernel", "NoisyMachine", "NoisyMachine, step compiled", "plain autograd"


def module_of(case: Case) -> Any:
    """Return the codes of a case as a module."""
    from noisytm.interop.torch import NoisyMachine

    model = NoisyMachine(case.problem, library.machine(CASE), chains=CODES)
    model.load_code(case.codes)
    return model


def both(model: Any) -> None:
    """Form the loss of a module and its gradient."""
    model.weights.grad = None
    model.loss().sum().backward()


def disagreement(case: Case, model: Any) -> float:
    """Return the largest difference of the losses from noisytm's."""
    wanted, _ = loss_and_gradient(case.problem, case.codes)
    return float(np.abs(model.loss().detach().numpy() - wanted).max())


def measured(case: Case, rounds: int) -> dict[str, Any]:
    """Return the rows of one case, and how long compiling took."""
    eager, compiled, seconds = module_of(case), None, None
    forms: dict[str, Callable[[], Any]] = {
        KERNEL: partial(loss_and_gradient, case.problem, case.codes, kernel="written-out"),
        EAGER: partial(both, eager),
        PLAIN: partial(peers.build("PyTorch autograd", case.problem).loss_and_gradient, case.codes),
    }
    if shutil.which("g++") or shutil.which("clang++"):
        compiled, begin = module_of(case), time.process_time()
        compiled.compile_step()
        both(compiled)
        seconds, forms[COMPILED] = time.process_time() - begin, partial(both, compiled)
    errors = {EAGER: disagreement(case, eager)} | ({COMPILED: disagreement(case, compiled)} if compiled else {})
    for label, error in errors.items():
        if not error <= TOLERANCE:
            raise SystemExit(f"{label} differs from noisytm by {error:.1e}, t = {case.problem.steps}")
    times = shared.interleaved(forms, rounds)
    rows = [{"form": label, **times[label], "ratio": times[label]["cpu"] / times[KERNEL]["cpu"]} for label in forms]
    return {"steps": case.problem.steps, "compile_cpu": seconds, "rows": rows}


def text(record: dict[str, Any]) -> str:
    """Return the table of a record as Markdown."""
    if "missing" in record:
        return f"Not measured: {record['missing']}."
    header = ["t", "form", "ms of CPU time", "× noisytm's kernel", "at most", "compiling, s of CPU time"]
    rows = [
        [case["steps"], row["form"], 1000 * row["cpu"], row["ratio"]]
        + [GOALS.get(case["steps"]) if row["form"] == COMPILED else None]
        + [case["compile_cpu"] if row["form"] == COMPILED else None]
        for case in record["cases"]
        for row in case["rows"]
    ]
    return (
        f"Loss and gradient of {CASE}, {CODES} codes × {INPUTS} inputs, `pseudo-utm`, log loss, one thread; medians"
        f" over {record['rounds']} rounds, in each of which all forms run in turn. `NoisyMachine` keeps small f; plain"
        f" autograd (`benchmarks/peers/torch_autograd.py`) does not. The goals are for the module with its step"
        " compiled.\n\n"
        f"{shared.table(header, rows)}"
    )


def main(rounds: int = 7) -> None:
    """Print the table and write it as JSON; without PyTorch, that it is missing."""
    question = "speed of a noisy machine as a module of PyTorch"
    record: dict[str, Any] = {"question": question}
    if importlib.util.find_spec("torch") is None:
        record["missing"] = "PyTorch is not installed"
    else:
        shared.one_core()
        cases = [case for case in relaxed_step_cases(CODES, INPUTS) if case.name == CASE]
        record |= {"rounds": rounds, "cases": [measured(case, rounds) for case in cases]}
    shared.save("torch_machine", record)
    print(text(record))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
