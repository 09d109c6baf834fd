"""Machines with known step counts and scores, and checkpoints of some that run for ever."""

from __future__ import annotations

import json
from pathlib import Path

import numba
import numpy as np
import pytest

from noisytm.discrete import run
from noisytm.formats import parse

DATA = Path(__file__).resolve().parent.parent / "data"
GOLDEN = json.loads((DATA / "machines.json").read_text())["machines"]
MOST_STEPS = 2 * 10**8
HALTING = [m for m in GOLDEN if m["halts"] and m["expected_steps"] <= MOST_STEPS]
ENDLESS = [m for m in GOLDEN if m.get("checkpoints")]
TOO_LONG = [m for m in GOLDEN if m["halts"] and m["expected_steps"] > MOST_STEPS]


@numba.njit
def fnv1a64(cells):
    value = np.uint64(1469598103934665603)
    for cell in cells:
        value = (value ^ np.uint64(cell)) * np.uint64(1099511628211)
    return value


def test_every_golden_machine_is_covered():
    assert len(GOLDEN) == len(HALTING) + len(ENDLESS) + len(TOO_LONG)
    assert (len(HALTING), len(ENDLESS), len(TOO_LONG)) == (27, 23, 4)


@pytest.mark.parametrize("golden", HALTING, ids=lambda m: m["machine"])
def test_halting_machines(golden):
    result = run(parse(golden["machine"]))
    assert result.halted
    assert (result.steps, result.score) == (golden["expected_steps"], golden["expected_score"])
    assert result.reason == ("halted" if result.state == "Z" else "undefined")


@pytest.mark.parametrize("golden", ENDLESS, ids=lambda m: m["machine"])
def test_checkpoints(golden):
    machine, start = parse(golden["machine"]), None
    for point in golden["checkpoints"]:
        assert point["step"] <= MOST_STEPS
        result = run(machine, max_steps=point["step"], start=start)
        start = result.configuration
        assert (result.reason, result.steps) == ("budget", point["step"])
        assert (result.state, result.head) == (point["state"], point["head"])
        assert (result.leftmost, result.rightmost) == (point["leftmost"], point["rightmost"])
        assert result.score == point["nonzero"]
        assert start.origin == point["leftmost"]
        assert f"{fnv1a64(start.cells):016x}" == point["fnv1a64"]


@pytest.mark.parametrize("golden", TOO_LONG, ids=lambda m: m["machine"])
def test_long_runs_end_at_their_budget(golden):
    result = run(parse(golden["machine"]), max_steps=10**6)
    assert (result.reason, result.steps, result.halted) == ("budget", 10**6, False)
