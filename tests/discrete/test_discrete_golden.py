"""Machines with known step counts and scores, and checkpoints of some that run for ever."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numba
import numpy as np
import pytest
from seeds import slow_where

from noisytm.discrete import run
from noisytm.formats import parse

DATA = Path(__file__).resolve().parent.parent / "data"
GOLDEN = json.loads((DATA / "machines.json").read_text())["machines"]
MOST_STEPS = 2 * 10**8
HALTING = [m for m in GOLDEN if m["halts"] and m["expected_steps"] <= MOST_STEPS]
ENDLESS = [m for m in GOLDEN if m.get("checkpoints")]
LONG = [m for m in GOLDEN if m["halts"] and m["expected_steps"] > MOST_STEPS]
REPEATING = [m for m in GOLDEN if m.get("period")]
LATE = "1RB0LD_1RC1LD_1LD0RC_0LA1LB"  # repeats itself after 309 million steps: its search begins shortly before


@numba.njit
def fnv1a64(cells):
    value = np.uint64(1469598103934665603)
    for cell in cells:
        value = (value ^ np.uint64(cell)) * np.uint64(1099511628211)
    return value


def test_every_golden_machine_is_covered():
    assert len(GOLDEN) == len(HALTING) + len(ENDLESS) + len(LONG)
    assert (len(HALTING), len(ENDLESS), len(LONG)) == (27, 23, 4)


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
        result = run(machine, max_steps=point["step"], start=start, cycles=0)
        start = result.configuration
        assert (result.reason, result.steps) == ("budget", point["step"])
        assert (result.state, result.head) == (point["state"], point["head"])
        assert (result.leftmost, result.rightmost) == (point["leftmost"], point["rightmost"])
        assert result.score == point["nonzero"]
        assert start.origin == point["leftmost"]
        assert f"{fnv1a64(start.cells):016x}" == point["fnv1a64"]


@pytest.mark.parametrize("golden", LONG, ids=lambda m: m["machine"])
def test_long_runs(golden):
    machine = parse(golden["machine"])
    for method in ("auto", "chain"):
        result = run(machine, max_steps=10**18, method=method)
        assert (result.reason, result.steps, result.score) == (
            "halted",
            golden["expected_steps"],
            golden["expected_score"],
        )
        assert sum(n * (x != machine.blank) for word, n in result.tape for x in word) == result.score
        assert sum(n * len(word) for word, n in result.tape) == result.rightmost - result.leftmost + 1
    one_less = run(machine, max_steps=golden["expected_steps"] - 1)
    assert (one_less.reason, one_less.steps) == ("budget", golden["expected_steps"] - 1)
    last = run(machine, max_steps=10**18, start=one_less.configuration)
    assert (last.reason, last.steps, last.head) == ("halted", result.steps, result.head)
    assert last.score == result.score


@pytest.mark.parametrize("golden", HALTING, ids=lambda m: m["machine"])
@slow_where("1LD1LB_1LZ1LA_0LB1LD_0LE0LD_1LF1RC_0LG0LF_1RG1RE")
def test_blocks_stop_where_the_loop_does(golden):
    direct = run(parse(golden["machine"]), method="direct", counts=True)
    block = run(parse(golden["machine"]), method="block", counts=True)
    assert block == dataclasses.replace(direct, method="block")
    assert direct.steps - sum(direct.counts) == (direct.reason == "undefined")


@pytest.mark.parametrize("golden", REPEATING, ids=lambda m: m["machine"])
@slow_where("1RB---_1RB---", "1RB0LD_1RC1LD_1LD0RC_0LA1LB", "1RB0LB_0LA---")
def test_cycles(golden):
    machine, start = parse(golden["machine"]), None
    if golden["machine"] == LATE:
        start = run(machine, max_steps=309_000_000, method="block", cycles=0).configuration
    result = run(machine, max_steps=10**30, start=start, method="direct", cycles=1 << 25)
    assert result.reason == "cycles"
    assert dataclasses.astuple(result.cycle) == tuple(golden[k] for k in ("preperiod", "period", "offset"))
