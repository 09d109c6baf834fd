"""The kernels in plain Python: the same functions, uncompiled, give the same numbers to the bit."""

from __future__ import annotations

import subprocess
import sys
import types

import numpy as np
import pytest

from noisytm import SynthesisProblem, library, words
from noisytm.degeneracy.oracle import Oracle
from noisytm.degeneracy.oracle.least_costs import _Kernel
from noisytm.relaxation.evaluation import _evaluate
from noisytm.relaxation.marginal import plan
from noisytm.relaxation.marginal.assemble import assembled, compiled_kernels
from noisytm.relaxation.marginal.kernels import READINGS, evaluate


def uncompiled(reading):
    """Return the module that the assembler writes for a reading, as plain Python."""
    module = types.ModuleType(reading)
    text = assembled(READINGS[reading])
    line = "from noisytm._compile import jit_uncounted, uncounted"
    assert text.count(line) == 1
    exec(text.replace(line, "jit_uncounted = uncounted = lambda function: function"), module.__dict__)
    return module


@pytest.mark.parametrize("semantics", ["mean-field", "pseudo-utm"])
@pytest.mark.parametrize(("readout", "hamming"), [("state", 0), ("tape:2", 0), ("tape:2", 1)])
def test_uncompiled_kernels_give_the_same_bits(semantics, readout, hamming):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 1), 3, readout=readout, hamming=hamming)
    codes = problem.space.sample(2, seed=5)
    for loss in (-1, 0, 1):
        options = {"semantics": semantics, "kernel": "interpreted", "lanes": 1, "backward": loss >= 0}
        compiled = plan(problem, len(codes), **options)
        expected = _evaluate(compiled, codes, loss, 1)
        for module in (evaluate, uncompiled("real")):
            found = _evaluate(compiled._replace(module=module), codes, loss, 1)
            for a, b in zip(expected, found, strict=True):
                assert np.array_equal(a, b)
                assert a.size == 0 or np.abs(a).max() > 0


def test_uncompiled_costs_are_the_same():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 1), 3, readout="tape:1")
    oracle = Oracle(problem, machine, "pseudo-utm")
    costs = oracle.chart.entry_costs(np.arange(1, oracle.dimension + 1, dtype=np.int64)[None])
    columns = np.flatnonzero(costs[0])
    pairs = np.array([[i, 0] for i in (0, 1, 2)])
    kernel = _Kernel(problem, oracle.semantics, "min_plus", np.int64, None)
    expected = kernel.run(costs[:, columns], columns, pairs, 1 << 50, True)
    kernel.module = uncompiled("min_plus")
    found = kernel.run(costs[:, columns], columns, pairs, 1 << 50, True)
    assert all(np.array_equal(a, b) for a, b in zip(expected, found, strict=True))
    assert expected[0].min() > 0 and expected[1].any(axis=1).all()


def test_importing_kernels_compiles_nothing():
    code = (
        "import sys; from noisytm.relaxation.marginal.kernels import evaluate, segments;"
        "print('numba' in sys.modules, type(evaluate.evaluate).__name__, segments.room(3, 1, 2, 0, 2, 3))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "False function (40, 14)\n"


def test_compiled_kernels_count_no_references():
    for name, reading in READINGS.items():
        module = compiled_kernels(name)
        for entry in reading.entries:
            assert vars(module)[entry.__name__].targetoptions["_nrt"] is False
