"""Machines that end after so many steps that rules are needed: how each ends, as found here and by others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from seeds import ALL_SEEDS, long

from noisytm import _digits
from noisytm.discrete import run
from noisytm.discrete.configuration import configuration_of_pieces
from noisytm.discrete.powers import first_digits, read
from noisytm.formats import parse

MACHINES = json.loads((Path(__file__).resolve().parent.parent / "data" / "rule_machines.json").read_text())["machines"]
ENDED = [m for m in MACHINES if m["reason"]]
EVERY = 4  # of the quick ones, in `make test`
MOST_STEPS = 10**999_999
# The list of others says 1.2·10^443682 of it, which is not so: see the last test.
OTHERWISE = "1RB 1LA ... ...  1RC 3LB 1RB 0LC  2LA 2LC ... 3LC"


def agrees(number, known):
    """Return whether a number is the one known, or has so many digits and begins with the same ones."""
    if isinstance(known, int):
        return number == known
    if "form" in known:
        return number == read(known["form"])
    text = _digits.integer_text(number)
    return len(text) == known["digits"] and text.startswith(known["first"])


def test_most_of_them_end():
    exact = [m for m in MACHINES if "marks_estimate" not in m]
    assert (len(exact), len(MACHINES)) == (60, 85)
    assert sum(m["reason"] is not None for m in exact) >= 57 and len(ENDED) >= 82


@pytest.mark.parametrize("golden", ENDED, ids=lambda m: m["machine"])
def test_scores_are_those_that_others_have_found(golden):
    if "marks_estimate" in golden:
        mantissa, exponent = golden["marks_estimate"]
        digits, first = size_of(golden["score"])
        assert digits == exponent + 1
        assert (abs(float(f"{first[0]}.{first[1:6]}") - mantissa) < 0.1) == (golden["machine"] != OTHERWISE)


def size_of(known):
    """Return how many digits a number has, and the first ones."""
    if isinstance(known, int):
        return len(str(known)), str(known)
    if "form" not in known:
        return known["digits"], known["first"]
    first, exponent = first_digits(read(known["form"]), 10)
    return exponent + 1, first


def check(golden):
    most = read(golden["max_steps"]) if "max_steps" in golden else MOST_STEPS
    result = run(parse(golden["machine"]), max_steps=most)
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


@long
def test_a_score_that_others_state_otherwise_follows_from_shorter_runs():
    """While a count y goes down to nothing by twos the others become five times as large: the score is c·5^(y/2)."""
    machine = parse(OTHERWISE)
    here = run(machine, max_steps=10**20).configuration
    (place,) = [i for i, (_, count) in enumerate(here.pieces) if count == 1_269_504]

    def score(y):
        tape = [(word, y if i == place else count) for i, (word, count) in enumerate(here.pieces)]
        start = configuration_of_pieces(
            machine,
            tape,
            state=here.state, head=here.head, steps=0, origin=here.origin, leftmost=here.origin,
            rightmost=here.origin + sum(len(word) * count for word, count in tape) - 1,
        )  # fmt: skip
        ended = run(machine, start=start, max_steps=10**3000)
        assert ended.reason == "undefined"
        return ended.score

    factors = {str(score(y) // 5 ** (y // 2))[:9] for y in (304, 500, 1202)}
    assert factors == {"198364257"}
    whole = score(1202) * 5 ** ((1_269_504 - 1202) // 2)
    assert agrees(whole, next(m["score"] for m in MACHINES if m["machine"] == OTHERWISE))
