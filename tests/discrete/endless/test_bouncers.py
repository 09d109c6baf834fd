"""Bouncers: what their proofs say of later rounds, against the plain loop; tapes that are split into repeated words."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_machines import random_machine, random_word
from seeds import seeds, sweep

from noisytm import enumerate_machines, parse, run
from noisytm.discrete import Configuration, check_endless
from noisytm.discrete.checking.bouncing import plain_form
from noisytm.discrete.endless import bouncers
from noisytm.discrete.endless.bouncers import bouncer, counted, likely, records, split, tapes_at
from noisytm.discrete.endless.sweeps import LEFT, RIGHT, OpenSweeps, normal, rules_of

BOUNCERS = {
    "1RB---_1LC1RB_1LA1LC": 3,  # cells that it grows by in a round
    "1RB1LA0LA_2LA0RA---": 1,
    "1RB0LB_1LA0RA": 4,
    "1RB1LA_1LC1RD_0LA1RC_---0RC": None,
}


def written(configuration):
    """Return the cells that are not blank, by their places seen from the head."""
    blank = configuration.machine.symbols.index(configuration.machine.blank)
    cells = enumerate(configuration.cells.tolist(), configuration.origin - configuration.head)
    return {x: symbol for x, symbol in cells if symbol != blank}


def said(proof, machine, rounds):
    """Return what a proof says of the tape after some rounds."""
    cells, before = [], 0
    for place, (word, count, more) in enumerate(proof.tape):
        cells += [machine.symbols.index(symbol) for symbol in word] * (count + rounds * more)
        before = len(cells) if place < proof.head else before
    first = -before + (0 if proof.to_right else 1)
    blank = machine.symbols.index(machine.blank)
    return {first + i: symbol for i, symbol in enumerate(cells) if symbol != blank}


def holds(proof, machine, word=(), rounds=10):
    here, step = Configuration.initial(machine, word), proof.step
    for n in range(rounds + 1):
        here = run(machine, max_steps=step, start=here, method="direct", cycles=0).configuration
        assert here.state == proof.state and written(here) == said(proof, machine, n)
        step += proof.period + n * proof.growth


@pytest.mark.parametrize("text", BOUNCERS)
def test_ten_rounds_are_those_of_the_plain_loop(text):
    machine = parse(text)
    proof = bouncer(Configuration.initial(machine))
    if BOUNCERS[text] is None:
        assert proof is None
        return
    assert proof.growth > 0
    assert sum(len(word) * more for word, _, more in proof.tape) == BOUNCERS[text]
    holds(proof, machine)


@sweep
@pytest.mark.slow
def test_rounds_of_all_small_machines():
    found = enumerate_machines(3, 2, progress=False)
    texts = [*found.texts("ngrams"), *enumerate_machines(2, 3, progress=False).texts("ngrams")]
    proofs = {text: bouncer(Configuration.initial(parse(text))) for text in texts}
    bounced = {text: proof for text, proof in proofs.items() if proof is not None}
    assert len(texts) == 214 and len(bounced) == 170
    for text in random.Random(3).sample(sorted(bounced), 20):
        holds(bounced[text], parse(text), rounds=4)


@sweep
@pytest.mark.parametrize("seed", seeds(range(400), 60))
def test_any_machine_on_any_word(seed):
    """With moves S, halting states and a tape that is not blank in the beginning; both sides of the check."""
    rng = random.Random(seed)
    machine = random_machine(rng)
    word = random_word(rng, machine)
    proof = bouncer(Configuration.initial(machine, word))
    if proof is not None:
        holds(proof, machine, word, rounds=5)


def test_machines_that_halt_do_not_bounce():
    for machine in list(enumerate_machines(3, 2, progress=False).list_machines("halted"))[::20]:
        assert bouncer(Configuration.initial(machine)) is None


def test_a_guess_that_is_wrong_is_not_proved():
    """The guess for this one is proved; with another count, another word, side or state it is not."""
    machine = parse("1RB1LA0LA_2LA0RA---")
    rules, start = rules_of(machine), Configuration.initial(machine)
    series = next(likely(records(rules, 0, start, 2000)))
    guess = counted(split([tuple(tape) for tape in tapes_at(rules, 0, start, set(series.steps)).values()]))
    assert guess == [((2,), 1, 0), ((1,), 28, 1)] and bouncers._growth(rules, 0, series, guess) == 4
    for wrong in ([((2,), 1, 0), ((1,), 29, 1)], [((2,), 1, 0), ((1,), 28, 2)], [((1,), 28, 1)],
                  [((2,), 1, 0), ((1, 1), 14, 1)], [((1,), 28, 1), ((2,), 1, 0)]):  # fmt: skip
        assert bouncers._growth(rules, 0, series, wrong) is None
    assert bouncers._growth(rules, 0, series._replace(facing=RIGHT), guess) is None
    assert bouncers._growth(rules, 0, series._replace(state=1), guess) is None


words = st.lists(st.integers(0, 2), min_size=1, max_size=3).map(tuple)
fixed = st.lists(st.integers(0, 2), max_size=4).map(tuple)


def spelled(walls, repeated, n):
    cells = walls[0]
    for word, wall in zip(repeated, walls[1:], strict=True):
        cells += word * n + wall
    return cells


@st.composite
def rows_of_words(draw):
    repeated = draw(st.lists(words, min_size=1, max_size=3))
    return repeated, draw(st.lists(fixed, min_size=len(repeated) + 1, max_size=len(repeated) + 1))


@given(rows_of_words())
def test_tapes_are_split(case):
    """What four tapes are split into spells all of them; and where they are made so, there is such a way."""
    repeated, walls = case
    tapes = [spelled(walls, repeated, n) for n in range(3, 7)]
    pieces = split(tapes)
    assert pieces is not None
    for more, tape in enumerate(tapes):
        assert sum((word * (more if grows else 1) for word, grows in pieces), ()) == tape
        assert sum((word * (count + more * grows) for word, count, grows in counted(pieces)), ()) == tape


def test_tapes_that_are_not_so():
    assert split([(1,), (1, 2), (1, 2, 2), (1, 2, 2, 1)]) is None
    assert split([(1,), (1, 2), (1, 2, 2), (1, 2, 2, 2, 2)]) is None


@given(st.lists(st.integers(0, 1) | st.lists(st.integers(0, 1), min_size=1, max_size=3).map(tuple), max_size=6))
def test_normal_forms_are_of_the_same_tapes(stack):
    """For every n the cells are those of before, but for blanks at the far end; the check's own form says the same."""

    def cells(parts, n):
        found = [cell for part in parts for cell in (part[::-1] * n if isinstance(part, tuple) else (part,))]
        return tuple(found[next((i for i, cell in enumerate(found) if cell), len(found)) :])

    apart = [()]
    for part in stack:
        if isinstance(part, tuple):
            apart += [tuple(map(str, part[::-1])), ()]
        else:
            apart[-1] += (str(part),)
    for n in range(4):
        assert cells(normal(stack, 0), n) == cells(stack, n)
        plain = [c for i, part in enumerate(plain_form(apart, "0")) for c in (part * n if i % 2 else part)]
        text = "".join(plain).lstrip("0")
        assert text == "".join(map(str, cells(stack, n)))


def test_open_runs_are_those_for_every_n():
    """What is said of a run with n open holds for n = 0, 1, …, by the same steps one by one."""
    machine = parse(next(iter(BOUNCERS)))
    rules = rules_of(machine)
    for n in range(5):
        sides = [1, (1, 1), 1, 1], []
        run_open = OpenSweeps(rules, 0, 1, RIGHT, sides)
        plain = OpenSweeps(rules, 0, 1, RIGHT, ([1, *(1, 1) * n, 1, 1], []))
        crossings = 0
        while crossings < 2:
            crossings += any(isinstance(run_open.sides[run_open.facing][-1:], list) and isinstance(top, tuple)
                             for top in run_open.sides[run_open.facing][-1:])  # fmt: skip
            assert run_open.move()
        while plain.steps < run_open.steps + n * run_open.per_n:
            assert plain.move()
        assert (plain.state, plain.facing) == (run_open.state, run_open.facing)
        for side in (LEFT, RIGHT):
            spelled_out = [
                c for part in run_open.sides[side] for c in (part[::-1] * n if isinstance(part, tuple) else (part,))
            ]
            assert spelled_out == plain.sides[side]


def test_records_are_seen():
    machine = parse("1RB1LA0LA_2LA0RA---")
    found = records(rules_of(machine), 0, Configuration.initial(machine), 60)
    assert found[LEFT, 0] == [3, 10, 21, 36, 55]


def test_checked_and_found_by_code_apart():
    result = run(parse("1RB0LB_1LA0RA"), max_steps=100, prove_endless=True)
    assert check_endless(result) == result.endless
