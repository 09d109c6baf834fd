"""Particles as ArviZ's object: groups, axes, what it computes of them, and what is refused."""

import doctest
import importlib
import sys
import warnings

import numpy as np
import pytest
from posterior_gates import GATES

from noisytm import NoisytmError, free_energy
from noisytm.interop import arviz_arrays, to_arviz

pytestmark = pytest.mark.extras
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # ArviZ tells of its next version
    arviz = pytest.importorskip("arviz")


@pytest.fixture(scope="module")
def found():
    gate = GATES["G5"]
    return free_energy(gate.problem, semantics=gate.semantics, n=100, particles=200, replicas=3, sweeps=1)


@pytest.mark.filterwarnings("ignore")
def test_there_and_what_arviz_makes_of_it(found):
    data, groups = to_arviz(found), arviz_arrays(found)
    posterior, stats = data["posterior"], data["sample_stats"]
    assert dict(posterior.sizes) == {"chain": 3, "draw": 200, "tuple": 2, "symbol": 2, "state": 2, "direction": 3}
    for kind in ("write", "next", "move"):
        assert np.array_equal(posterior[kind].values, groups["posterior"][kind])
    assert float(stats["nK"].mean()) == pytest.approx(found.ladder[-1].mean_nK)
    assert posterior.attrs["n"] == 100 and posterior.attrs["inference_library"] == "noisytm"
    right = posterior["write"].sel(symbol="_", tuple="(_, 0)")
    assert np.array_equal(right.values, np.array([r.rungs[-1].codes[:, 0, 0] for r in found.replicas]))
    told = arviz.summary(data, var_names=["write"])
    assert float(told.loc["write[(_, 0), _]", "mean"]) == pytest.approx(float(right.mean()), abs=6e-4)
    assert dict(to_arviz(found, 10)["posterior"].sizes)["draw"] == 200


def test_without_arviz_and_wrong_objects(found, monkeypatch):
    monkeypatch.setitem(sys.modules, "arviz", None)
    with pytest.raises(NoisytmError, match=r"need ArviZ, which is not installed; run: .* or take arviz_arrays"):
        to_arviz(found)


@pytest.mark.filterwarnings("ignore")
def test_examples():
    failures, tried = doctest.testmod(importlib.import_module("noisytm.interop.arviz_data"))
    assert (failures, tried > 0) == (0, True)
