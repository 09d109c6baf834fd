"""The picture of a free energy: the lines of the phases are F − log of their share."""

import math

import pytest
from drawn import faults
from posterior_gates import ONE

from noisytm import SynthesisProblem, free_energy, read_posterior
from noisytm.posterior.energies.picture import MOST_PHASES

PROBLEM = SynthesisProblem.of_machine(ONE, [""], 1)


@pytest.mark.slow
def test_the_lines_of_the_phases():
    small = {"particles": 100, "replicas": 2, "sweeps": 1, "semantics": "mean-field", "n": 10}
    found = read_posterior(free_energy(PROBLEM, **small))
    figure = found.plot()
    energies = {row.n: row.free_energy for row in found.ladder}
    drawn = {box.get_label(): dict(box[0].get_xydata().tolist()) for box in figure.axes[0].containers}
    assert drawn["F"] == energies
    shares = found.groups.shares("learning_coefficient", MOST_PHASES)
    for name, along in shares.items():
        expected = {
            at.n: energies[at.n] - math.log(share.value)
            for at, share in zip(found.groups.sizes, along, strict=True)
            if share.value
        }
        assert drawn[f"{name}: F − log of its share"] == expected
        assert all(value >= energies[at] for at, value in expected.items())
    assert any(name.startswith("λ = ") for name in shares)
    assert faults(figure) == []
