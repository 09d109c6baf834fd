"""Results for pages, small ones, and a machine whose names are markup."""

from __future__ import annotations

import functools
from typing import Any

from noisytm import SynthesisProblem, TuringMachine, compare, learning_coefficient, library, run
from noisytm.show import syndrome_report

DETECT_A = library.machine("detectA")
NASTY = ["<script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "&amp;", "]]></svg>"]
STATES = ["</title><script>alert(3)</script>", "</style><b>"]
MARKUP = TuringMachine(
    NASTY, NASTY[0], STATES, STATES[0],
    [(NASTY[0], STATES[0], NASTY[1], STATES[1], "R"), (NASTY[1], STATES[1], NASTY[2], STATES[0], "L"),
     (NASTY[2], STATES[0], NASTY[3], STATES[0], "S")],
    name="<!--</pre><script src=http://example.invalid/x.js></script>",
)  # fmt: skip


@functools.cache
def problem(machine: TuringMachine = DETECT_A) -> SynthesisProblem:
    inputs: list[Any] = ["A", "B"] if machine is DETECT_A else [[NASTY[1]], [NASTY[2]]]
    return SynthesisProblem.of_machine(machine, inputs, 2)


@functools.cache
def coefficient(machine: TuringMachine = DETECT_A) -> Any:
    return learning_coefficient(problem(machine), machine, semantics="mean-field")


@functools.cache
def results() -> tuple[Any, ...]:
    """Return a few results of several kinds."""
    return (
        coefficient(),
        run(library.machine("bb2")),
        compare(problem(), [DETECT_A, DETECT_A], semantics=["mean-field"]),
        syndrome_report(problem(), DETECT_A, semantics="mean-field", max_weight=1),
        library.machine("bb3"),
    )


def nasty() -> tuple[Any, ...]:
    """Return results of the machine whose names are markup."""
    task = problem(MARKUP)
    return coefficient(MARKUP), run(MARKUP), compare(task, [MARKUP, MARKUP], semantics=["mean-field"])
