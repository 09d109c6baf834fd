"""What is ended before the first of its work is done: the same output as of what is ended later, with nothing in it."""

import json

import pytest

import noisytm
from noisytm import _clock
from noisytm.cli import main
from noisytm.degeneracy.syndromes import listing
from noisytm.saved import from_json
from noisytm.search import solutions
from noisytm.show import syndrome_report

# What each prints that is certain, and what it says of it in words.
VERBS = {
    ("bound", "detectA"): ({"lower_bound": "0", "upper_bound": None}, "0 <= learning coefficient"),
    ("bound", "detectA", "--survey"): ({"rows": []}, "description length: 20 bits"),
    ("bound", "detectA", "--padding", "2"): ({"padding": []}, "Padded with p unused states"),
    ("compare", "detectA", "detectA"): ({"rows": []}, "4 of 6"),
    ("syndromes", "detectA"): ({"max_weight": 0, "syndromes": []}, "syndromes up to weight 0: none"),
    ("syndromes", "copy", "--chart", "sphere", "--semantics", "annealed"): ({"max_weight": 0, "syndromes": []}, "none"),
    ("beaver", "3", "2"): ({"machines": 0, "proved": False, "steps": {"most": 0, "machines": 0, "first": []}}, "S ≥ 0"),
    ("beaver", "3", "2", "--outputs"): ({"halting": 2_151_296, "undecided": 12_907_776}, "This is not complete"),
    ("search", "parity", "--count-only"): ({"solutions": 0}, "This is not complete"),
    ("atlas", "parity"): ({"solutions": 0, "codes": 0, "best": []}, "not complete: 0 codes"),
    ("universal", "detectA", "--word", "BA"): ({"resting": ""}, "still running; raise --cycles"),
}


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_no_time_at_all(capsys, verb):
    certain, words = VERBS[verb]
    assert main([*verb, "--seconds", "1e-9", "--json"]) == 3
    out, err = capsys.readouterr()
    record = json.loads(out)
    assert record["complete"] is False and certain.items() <= record.items()
    assert err.startswith("noisytm: the 1e-09 seconds that it may take have run out") and err.count("\n") == 1
    if verb[0] != "universal":
        assert from_json(record).to_json().items() <= record.items()
    assert main([*verb, "--seconds", "1e-9"]) == 3
    assert words in capsys.readouterr().out


def test_an_interrupt_before_the_first_weight(monkeypatch):
    machine = noisytm.library.machine("detectA")
    problem = noisytm.SynthesisProblem.of_machine(machine, ["A", "BA"], steps=4)
    monkeypatch.setattr(listing, "_found", ended)
    for compute in (noisytm.fatal_syndromes, syndrome_report):
        with pytest.raises(noisytm.Interrupted) as raised:
            compute(problem, machine)
        found = getattr(raised.value.partial, "syndromes", None)
        assert getattr(found, "syndromes", found) == () and raised.value.partial.to_json()["max_weight"] == 0


def ended(*_):
    raise KeyboardInterrupt


def test_an_interrupt_before_the_first_machine(monkeypatch, tmp_path):
    """What the progress file of an earlier call holds is not lost."""
    problem = noisytm.SynthesisProblem.of_machine(noisytm.library.machine("parity"), ["", "1"], steps=2)
    file, tick, calls = tmp_path / "progress.json", _clock.tick, []

    def after(count):
        calls.clear()
        monkeypatch.setattr(_clock, "tick", lambda: calls.append(1) or (ended() if len(calls) > count else tick()))

    found = []
    for ticks, options in ((0, {}), (12, {"resume": file}), (0, {"resume": file})):
        after(ticks)
        with pytest.raises(noisytm.Interrupted) as raised:
            noisytm.enumerate_machines(3, 2, **options)
        assert not raised.value.partial.complete
        found.append(raised.value.partial.machines)
    assert found[0] == 0 < found[1] == found[2] < 5417
    for compute in (solutions, noisytm.atlas):
        after(0)
        with pytest.raises(noisytm.Interrupted) as raised:
            compute(problem)
        assert raised.value.partial.complete is False and raised.value.partial.codes == 0
