"""Evaluations from Python show how far they are, on request, in all semantics."""

from functools import partial

import pytest

from noisytm import (
    SynthesisProblem,
    _progress,
    library,
    loss_and_gradient,
    sampled_wrong_probability,
    simulate,
    words,
    wrong_probability,
)
from noisytm.errors import NoisytmError
from noisytm.relaxation import evaluation, history

MACHINE = library.machine("detectA")


def problem(steps):
    return SynthesisProblem.of_machine(MACHINE, words("AB", 1), steps)


class Drawn:
    """Stands for a bar of tqdm, and keeps what it is asked to show."""

    def __init__(self, shown, desc, total, unit, **_):
        self.n, self._shown, self._what = 0, shown, f"{desc}:{unit} of {total}"
        shown[self._what] = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def update(self, more):
        self.n += more
        self._shown[self._what] = self.n

    def refresh(self):
        pass


@pytest.fixture
def bars(monkeypatch):
    """Return the bars that were drawn, and how far they came; work of any length is watched."""
    shown = {}
    monkeypatch.setattr(_progress, "somebody_looks", lambda: True)
    monkeypatch.setattr(_progress, "bars", lambda: partial(Drawn, shown))
    monkeypatch.setattr("noisytm._watched.SECONDS_WORTH_WATCHING", 0.0)
    monkeypatch.setattr(evaluation, "small", lambda *_, **__: None)
    monkeypatch.setattr(history.LEDGER, "arrays_do", lambda *_: False)
    return shown


CALLS = {
    "marginal": (wrong_probability, "relaxed runs: steps of 9"),
    "loss": (lambda p, w, **o: loss_and_gradient(p, w, loss="brier", **o), "relaxed runs: steps of "),
    "history": (lambda p, w, **o: simulate(p.space, w, "A", 9, **o), "marginals of a run: steps of 9"),
    "annealed": (lambda p, w, **o: wrong_probability(p, w, semantics="annealed", **o), "runs, annealed: codes of 1"),
    "quenched": (
        lambda p, w, **o: wrong_probability(p, w, semantics="quenched", **o),
        "diagrams of all runs: inputs",
    ),
    "quenched loss": (
        lambda p, w, **o: loss_and_gradient(p, w, semantics="quenched", **o),
        "runs, quenched: codes",
    ),
    "sampled": (
        lambda p, w, **o: sampled_wrong_probability(p, w, semantics="quenched", samples=100, **o),
        "None: samples of 100",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_progress_is_shown_on_request(name, bars):
    asked = problem(3)
    call, says = CALLS[name]
    code = asked.space.embed(MACHINE)
    call(problem(3), code)
    assert bars == {}
    call(asked, code, progress=True)
    (done,) = (done for what, done in bars.items() if what.startswith(says))
    assert done > 0 or "steps" in says  # these are looked at every moment only
    with pytest.raises(NoisytmError, match="progress is"):
        call(asked, code, progress="yes")
