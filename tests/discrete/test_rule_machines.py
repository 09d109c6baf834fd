"""Machines that end after so many steps that rules are needed: how each ends, as found here and by others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from seeds import ALL_SEEDS, long

from noisytm import _digits
from noisytm.discrete import run
from noisytm.formats import parse

MACHINES = json.loads((Path(__file__).resolve().parent.parent / "data" / "rule_machines.json").read_text())["machines"]
ENDED = [m for m in MACHINES if m["reason"]]
EVERY = 4  # of the quick ones, in `make test`


def agrees(number, known):
    """Return whether a number is the one known, or has so many digits and begins with the same ones."""
    if isinstance(known, int):
        return number == known
    text = _digits.integer_text(number)
    return len(text) == known["digits"] and text.startswith(known["first"])


def test_most_of_them_end():
    exact = [m for m in MACHINES if "marks_estimate" not in m]
    assert (len(exact), len(MACHINES)) == (60, 85)
    assert sum(m["reason"] is not None for m in exact) >= 57 and len(ENDED) >= 78


@pytest.mark.parametrize("golden", ENDED, ids=lambda m: m["machine"])
def test_scores_are_those_that_others_have_found(golden):
    if "marks_estimate" in golden:
        mantissa, exponent = golden["marks_estimate"]
        digits, first = (
            (len(str(golden["score"])), str(golden["score"]))
            if isinstance(golden["score"], int)
            else (golden["score"]["digits"], golden["score"]["first"])
        )
        assert digits == exponent + 1 and abs(float(f"{first[0]}.{first[1:6]}") - mantissa) < 0.1


def check(golden):
    result = run(parse(golden["machine"]), max_steps=10**99_999)
    assert (result.reason, result.method) == (golden["reason"], golden["method"])
    assert agrees(result.steps, golden["steps"]) and agrees(result.score, golden["score"])


@pytest.mark.parametrize(
    "golden", [m for m in ENDED if not m["long"]][:: 1 if ALL_SEEDS else EVERY], ids=lambda m: m["machine"]
)
def test_how_they_end(golden):
    check(golden)


@long
@pytest.mark.parametrize("golden", [m for m in ENDED if m["long"]], ids=lambda m: m["machine"])
def test_how_those_end_that_take_longer(golden):
    check(golden)
