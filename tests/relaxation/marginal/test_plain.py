"""The kernels in plain Python: the same functions, uncompiled, give the same numbers to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from noisytm import SynthesisProblem, library, words
from noisytm.relaxation.evaluation import _evaluate
from noisytm.relaxation.marginal import plan
from noisytm.relaxation.marginal.kernels import evaluate, segments, step

KERNELS = (evaluate, segments, step)


@pytest.mark.parametrize("semantics", ["mean-field", "pseudo-utm"])
@pytest.mark.parametrize(("readout", "hamming"), [("state", 0), ("tape:2", 0), ("tape:2", 1)])
def test_uncompiled_kernels_give_the_same_bits(semantics, readout, hamming):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 1), 3, readout=readout, hamming=hamming)
    codes = problem.space.sample(2, seed=5)
    for loss in (-1, 0, 1):
        options = {"semantics": semantics, "kernel": "interpreted", "lanes": 1, "backward": loss >= 0}
        compiled = plan(problem, len(codes), **options)
        plain = compiled._replace(module=evaluate)
        for a, b in zip(_evaluate(compiled, codes, loss, 1), _evaluate(plain, codes, loss, 1), strict=True):
            assert np.array_equal(a, b)
            assert a.size == 0 or np.abs(a).max() > 0
