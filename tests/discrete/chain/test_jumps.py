"""Jumps and rules near the head are the moves that they stand for, whatever else is on the tape."""

from __future__ import annotations

import dataclasses
import random

import pytest
from seeds import sweep

from noisytm.discrete import Configuration
from noisytm.discrete.chain import accelerated, prover
from noisytm.discrete.chain.forms import variable
from noisytm.discrete.chain.jumps import Jump, found_jump
from noisytm.discrete.chain.rules import unmet
from noisytm.discrete.chain.tape import ChainTape
from noisytm.discrete.direct import advance
from noisytm.formats import parse

COLLATZ = [  # machines that go on like Collatz functions, one with a counter far from the head; and widths of blocks
    ("1RB2LA1RA2RB2LB_0LA3RA4RB---1RA", 1),
    ("1RB2LA1RA2LB2RA_0LA2RB3RB4RA---", 2),
    ("1RB0LE_1LC0RA_1LD0RC_1LE0LF_1LA1LC_1LE---", 4),
    ("1RB1LB3RA4LA2LA4LB_2LA2RB3LB1LA5RA---", 1),
    ("1RB1LA1LB1RA_0LA2RB2LC---_3RB2LB1RC0RC", 3),
]


def seen(tape):
    runs = [tuple(run) for run in tape.left], [tuple(run) for run in tape.right]
    reach = tape.reach_left, tape.reach_right, tape.added_left
    return tape.state, tape.facing, runs, reach, tape.steps, dict(tape.uses)


def copied(tape):
    other = ChainTape(tape.macro, tape.state, [[*r] for r in tape.left], [[*r] for r in tape.right], (0, 0))
    other.__dict__.update({k: v for k, v in vars(tape).items() if k not in ("left", "right")})
    other.uses = dict(tape.uses)
    return other


@pytest.fixture
def compared(monkeypatch):
    """Compare every jump with its moves, from the beginning; the list has an entry for each."""
    monkeypatch.setattr(prover, "SETTLED", 1)
    made, apply = [], Jump.apply

    def comparing(jump, tape, max_steps):
        other = copied(tape)
        if not apply(jump, tape, max_steps):
            assert seen(tape) == seen(other)
            return False
        for _ in range(jump.moves):
            other.move(max_steps)
        if jump.rule is not None:
            jump.rule.apply(other, max_steps)
        assert seen(tape) == seen(other)
        made.append(jump)
        return True

    monkeypatch.setattr(Jump, "apply", comparing)
    return made


@pytest.mark.parametrize(("text", "width"), COLLATZ)
def test_a_jump_is_its_moves(text, width, compared):
    found = accelerated.ChainRun(Configuration.initial(parse(text)), width, counting=True)
    found.go(10**300, 4000)
    assert sum(jump.rule is not None for jump in compared) > 20


@sweep
@pytest.mark.parametrize("seed", range(24))
def test_runs_with_jumps_stop_where_direct_ones_do(seed, monkeypatch):
    monkeypatch.setattr(prover, "SETTLED", 1)
    rng = random.Random(seed)
    machine, width = parse(COLLATZ[seed % len(COLLATZ)][0]), rng.randint(1, 4)
    steps = rng.randint(0, 400_000)
    found = accelerated.ChainRun(Configuration.initial(machine), width, counting=True)
    while found.go(steps, 1000):
        pass
    assert found.configuration(steps) == advance(Configuration.initial(machine), steps, None, 1 << 24)[0]


def test_a_jump_that_is_wrong_is_noticed(compared):
    found = accelerated.ChainRun(Configuration.initial(parse(COLLATZ[0][0])), 1, counting=True)
    found.go(10**100, 1000)
    tape = found.tape
    jump = None
    while jump is None:
        found.go(10**100, 1)
        jump, moves = found_jump(tape, found.prover._known)
    assert moves == jump.moves
    for wrong in (
        dataclasses.replace(jump, steps=jump.steps + 1),
        dataclasses.replace(jump, state=1 - jump.state),
        dataclasses.replace(jump, left=[*jump.left, (0, 5)]),
        dataclasses.replace(jump, counts=tuple(count + 1 for count in jump.counts)),
    ):
        with pytest.raises(AssertionError):
            wrong.apply(copied(tape), 10**200)
    assert jump.apply(copied(tape), 10**200)
    assert not jump.apply(copied(tape), tape.steps + 1)


def test_conditions_that_others_imply_are_left_out():
    x, y = variable(0), variable(1)
    (least,) = unmet([x, x + 1, x + y, x - 1, 7])
    assert least - x == -1
    assert len(unmet([x, y])) == 2
    assert len(unmet([x, x + y], [-1, -1])) == 2, "the sum decreases faster"
    assert len(unmet([x, x + y], [-1, 1])) == 1
    assert unmet([x + y], [1, 1]) == []
