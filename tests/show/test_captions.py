"""Pictures of what a posterior gives: they say of what they are, and are read in black and white."""

import matplotlib.figure
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from posterior_gates import ONE

from noisytm import (
    NoisytmError,
    SynthesisProblem,
    free_energy,
    phases,
    read_posterior,
    regret,
    susceptibilities,
    volumes,
)
from noisytm.show.curves import Curve, Curves, save_curves

PROBLEM = SynthesisProblem.of_machine(ONE, [""], 1)
KEY = f"key {PROBLEM.key[:12]}"
READ = f"problem: 1 input, read after 1 step: state; {KEY}"
DRAWS = PROBLEM.space.sample(60, seed=1).reshape(2, 30, *PROBLEM.space.shape)


def made():
    """Return a result of every kind, with what its picture has to say."""
    small = {"particles": 100, "replicas": 2, "sweeps": 1}
    climbed = read_posterior(free_energy(PROBLEM, ONE, local=True, n=100, semantics="mean-field", **small))
    free = free_energy(PROBLEM, n=10, bits=4, loss="brier", **small)
    sunk = volumes(PROBLEM, ONE, local=True, epsilon=0.25, **small)
    near = f"near the machine: 1 symbol, 2 states, 1 listed tuple; key {ONE.key[:12]}"
    return {
        "near": (climbed, [READ, near, "log loss, mean-field, simplex chart; F in nats; 2 populations", "seed 0"]),
        "free": (free, [READ, "brier loss, pseudo-utm, simplex chart, weights of 4 bits; F in nats"]),
        "estimates": (climbed.estimates, ["2 independent chains; λ without a unit"]),
        "volumes": (sunk, [READ, near, "log loss, pseudo-utm, simplex chart; ε and log V in nats"]),
        "phases": (phases(PROBLEM, {1.0: DRAWS, 2.0: DRAWS}), [READ, "λ: log loss, pseudo-utm, simplex chart"]),
        "regret": (
            regret(PROBLEM, climbed.free_energies(), progress=False),
            [READ, "log loss, pseudo-utm, simplex chart; in nats"],
        ),
        "susceptibilities": (
            susceptibilities(PROBLEM, DRAWS, 2.0, machine=ONE),
            [READ, near, "log loss, pseudo-utm; χ in the units of Φ"],
        ),
    }


@pytest.fixture
def figures(monkeypatch):
    """Return the figures that are written, without their files."""
    found = []
    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", lambda figure, *_, **__: found.append(figure))
    return found


@pytest.mark.slow
def test_every_picture_says_of_what_it_is(tmp_path, figures):
    for name, (result, wanted) in made().items():
        result.plot(tmp_path / "drawn.svg")
        figure = figures[-1]
        below = figure.get_supxlabel()
        assert all(text in below for text in wanted), (name, below)
        assert len(below.splitlines()) == len(set(below.splitlines()))
        for axes in figure.axes:
            assert axes.get_title() and axes.get_xlabel()
            _told_apart_without_colours(axes)
        record = result.to_json()
        if "about" not in record:
            continue
        del record["about"]  # as records of before had none
        again = type(result).from_json(record)
        assert again.to_json() == record and not again.about, name
        again.plot(tmp_path / "old.svg")
        assert f"problem of the {KEY}" in figures[-1].get_supxlabel()


def _told_apart_without_colours(axes):
    lines = [line for line in axes.lines if line.get_marker() not in ("None", None, "|", "_", "")]
    kinds = {(line.get_linestyle(), line._unscaled_dash_pattern, line.get_marker()) for line in lines}
    assert len(kinds) == len(lines)
    for line in lines:
        assert len(set(to_rgb(line.get_color()))) == 1
    for image in axes.images:
        shades = image.cmap(np.linspace(0, 1, 5))[:, :3]
        assert np.ptp(shades, axis=1).max() < 1e-9


def test_dollars_are_no_formula_and_long_names_have_lines_of_their_own(tmp_path):
    names = ("($,0) to ($,1)", "a name that is " + "very " * 12 + "long")
    curves = [Curve(name, ((1.0, 2.0, None), (10.0, 3.0, 0.1))) for name in names]
    drawn = Curves("$a$", "$x$", "y", tuple(curves), log_x=True, about=("$f_0$", "of what it is"))
    files = [tmp_path / name for name in ("one.svg", "again.svg")]
    for file in files:
        save_curves(drawn, file)
    text = files[0].read_text(encoding="utf-8")
    assert files[1].read_text(encoding="utf-8") == text  # text stays text, and the same is the same
    assert all(f">{part}<" in text for part in ("$a$", "$x$", "$f_0$", "of what it is", *names))
    with pytest.raises(NoisytmError, match="end the name in"):
        save_curves(drawn, tmp_path / "f.pdf")
