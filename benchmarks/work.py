"""How much arithmetic the relaxed step needs, and how much the core can do.

Both count slots of the fused-multiply-add units, one for each multiply-add, product or sum of a lane. `work_per_unit`
is what the algorithm needs, whatever a kernel does besides (normalising, complements, loads and stores, idle lanes).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from noisytm import SynthesisProblem
from noisytm.relaxation.marginal import Op
from noisytm.relaxation.marginal.lanes import LANES, load, multiply_add, store
from noisytm.relaxation.marginal.plans import traced

CHAINS = 16
PEAK_STEPS = 2_000_000


def live_cells(steps: int, length: int, step: int) -> int:
    """Return how many cells matter before ``step``: within reach of the head's past and of its reads to come.

    >>> [live_cells(4, 1, step) for step in range(5)]
    [1, 3, 3, 1, 0]
    """
    ahead = steps - 1 - step
    return 0 if ahead < 0 else min(step, ahead) + min(ahead, max(length - 1, 0) + step) + 1


def work_per_unit(problem: SynthesisProblem, semantics: str = "pseudo-utm") -> tuple[float, float]:
    """Return the slots that one unit (code, input, step) needs, forward alone and with gradient; state readouts.

    Forward: N·(S + |Q| + 3) for the mix, 3·S for every live cell of the next tape, and one for every sum, product and
    rest of the head's trace. Backwards: the mix's cotangents of the matches and of the code, N·(S + |Q| + 3) each; the
    transport's of the cells, 3·S a cell, and of two moves less that of staying, 2·S; twice as many as forwards for the
    head.

    >>> from noisytm import library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 1), 1)
    >>> forward, both = work_per_unit(problem, "mean-field")
    >>> forward == 6 * 8 + 6, both == 3 * forward
    (True, True)
    """
    space, steps = problem.space, problem.steps
    mix = space.shape[0] * space.shape[1]
    head = sum(op in (Op.PLUS, Op.TIMES, Op.REST) for op, *_ in traced(space, semantics).instructions)
    lengths = [len(word) for word in problem.inputs]
    cells = sum(live_cells(steps, n, step + 1) for n in lengths for step in range(steps))
    values = len(space.symbols) * cells / (len(lengths) * steps)
    return mix + head + 3 * values, 3 * (mix + head) + 8 * values


def _multiply_adds() -> Callable[..., Any]:
    """Compile independent chains x ← x·a + b, enough to hide the latency of the units."""
    names = [f"x{i}" for i in range(CHAINS)]
    lines = ["def chains(values, steps):", f" a, b = load(values, {CHAINS}), load(values, {CHAINS + 1})"]
    lines += [f" {x} = load(values, {i})" for i, x in enumerate(names)]
    lines += [" for _ in range(steps):", *(f"  {x} = multiply_add({x}, a, b)" for x in names)]
    lines += [f" store(values, {i}, {x})" for i, x in enumerate(names)]
    scope: dict[str, Any] = {"load": load, "store": store, "multiply_add": multiply_add}
    exec("\n".join(lines), scope)
    compiled: Callable[..., Any] = numba.njit(nogil=True)(scope["chains"])
    return compiled


class Peak:
    """Measures the slots that one core fills in a second."""

    def __init__(self) -> None:
        self._chains = _multiply_adds()
        self._values = np.full((CHAINS + 2) * LANES, 0.5)
        self._chains(self._values, 1)
        self.best = 0.0

    def measure(self) -> float:
        """Return the rate of one run of some milliseconds; `best` keeps the highest."""
        begin = time.process_time()
        self._chains(self._values, PEAK_STEPS)
        rate = CHAINS * LANES * PEAK_STEPS / (time.process_time() - begin)
        self.best = max(self.best, rate)
        return rate
