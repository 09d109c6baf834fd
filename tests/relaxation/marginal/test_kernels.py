"""The compiled step: zero noise, the two heads, windows, buffers, limits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numba import njit
from random_machines import partial_machine
from seeds import ALL_SEEDS, sweep

from noisytm import CodeSpace, SynthesisProblem, TuringMachine, library, loss_and_gradient, simulate, words
from noisytm import wrong_probability as wrong
from noisytm.discrete import trace as discrete_trace
from noisytm.errors import MachineError, ProblemError
from noisytm.relaxation.marginal.assemble import compiled_kernels
from noisytm.relaxation.marginal.kernels import Program, layout
from noisytm.relaxation.marginal.tracer import trace

SEMANTICS = ("mean-field", "pseudo-utm")


def random_machine(rng: np.random.Generator, symbols: int, states: int, tuples: int) -> TuringMachine:
    letters, names = "_abcdef"[:symbols], "pqrstu"[:states]
    keys = list(itertools.product(letters, names))
    chosen = sorted(rng.choice(len(keys), size=tuples, replace=False).tolist())
    rows = [
        (*keys[i], letters[rng.integers(symbols)], names[rng.integers(states)], "LSR"[rng.integers(3)]) for i in chosen
    ]
    return TuringMachine(tuple(letters), "_", tuple(names), "p", rows)


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("name", library.names())
def test_zero_noise_is_the_discrete_machine(name, semantics):
    entry = library.entry(name)
    machine, steps = entry.machine, 60
    space = CodeSpace.of(machine)
    plain = TuringMachine(machine.symbols, machine.blank, machine.states, machine.start, machine.tuples)
    for word in {outcome.word for outcome in entry.outcomes[:4]} | {()}:
        run = list(discrete_trace(plain, word, steps))
        history = simulate(space, space.embed(machine), word, steps, semantics=semantics)
        for s in range(steps + 1):
            configuration = run[min(s, len(run) - 1)]
            assert history.state[s].tolist() == [float(q == configuration.state) for q in machine.states]
            tape = dict(enumerate((machine.symbols[i] for i in configuration.cells), configuration.origin))
            for k, cell in zip(history.cells.tolist(), history.tape[s].tolist(), strict=True):
                symbol = tape.get(configuration.head + k, machine.blank)
                assert cell == [float(x == symbol) for x in machine.symbols]


@sweep
@pytest.mark.parametrize(
    ("semantics", "lanes"),
    [*itertools.product(SEMANTICS, (1, 8))] if ALL_SEEDS else [("mean-field", 1), ("pseudo-utm", 8)],
)
@pytest.mark.parametrize("readout", ["state", "tape:1", "tape:3"])
def test_both_heads_agree_to_the_bit(semantics, lanes, readout):
    """Each shape that is written out takes long to compile: by default in one semantics by itself, in one in lanes."""
    task = SynthesisProblem.of_machine(partial_machine(), inputs=words("12", 2), steps=6, readout=readout)
    codes = task.space.sample(3, seed=4)
    for loss in ("log", "brier"):
        options = {"semantics": semantics, "loss": loss, "lanes": lanes}
        first = loss_and_gradient(task, codes, kernel="interpreted", **options)
        second = loss_and_gradient(task, codes, kernel="written-out", **options)
        assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("readout", ["state", "tape:2"])
def test_live_window_changes_nothing(semantics, readout):
    rng = np.random.default_rng(8)
    machine = random_machine(rng, 3, 2, 6)
    task = SynthesisProblem.of_machine(machine, inputs=words("ab", 3), steps=7, readout=readout)
    code = task.space.sample(1, seed=2)
    rejected = wrong(task, code, semantics=semantics)[0]
    for word, (target,), f in zip(task.inputs, task.targets, rejected, strict=True):
        history = simulate(task.space, code[0], word, 7, semantics=semantics)
        if readout == "state":
            right = history.state[-1][machine.states.index(target[0])]
        else:
            at = int(np.flatnonzero(history.cells == 0)[0])
            right = np.prod([history.tape[-1, at + k, machine.symbols.index(x)] for k, x in enumerate(target)])
        assert f == pytest.approx(1 - right, abs=1e-14)


def test_layout_is_that_of_the_kernels():
    module = compiled_kernels("real")
    for s, q, n in [(1, 1, 0), (2, 3, 4), (5, 2, 9)]:
        at = layout(s, q, n)
        numbers = Program(np.array([s, q, n, at.temporaries]), np.empty((0, 4), dtype=np.int32))
        assert njit(module.layout_of)(numbers) == tuple(at)
        assert (at.y, at.rest_y, at.z, at.rest_z, at.match) == (0, s, 2 * s, 2 * s + q, 2 * s + 2 * q)
        assert (at.write, at.next, at.stay) == (at.match + n, at.match + n + s, at.match + n + s + q)
        assert (at.written, at.move, at.temporaries) == (at.stay + 1, at.stay + 1 + s, at.stay + 1 + s + 3)
        assert (at.symbols, at.states, at.tuples, at.columns) == (s, q, n, s + q + 3)


def test_every_register_is_written_once():
    for semantics in SEMANTICS:
        program = trace(semantics, 3, 2, ((0, 0), (1, 1), (2, 0)))
        targets = [t for _, t, _, _ in program.instructions]
        assert len(set(targets)) == len(targets)
        outputs = set(range(program.layout.match, program.layout.temporaries - 3 - 3))
        assert outputs <= set(targets)


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_certainly_wrong(semantics):
    machine = library.machine("detectA")
    task = SynthesisProblem.of_machine(machine, inputs=["A"], steps=1)
    other = TuringMachine(
        machine.symbols, "_", machine.states, "reject", [t._replace(next="reject") for t in machine.tuples]
    )
    codes = np.stack([task.space.embed(other), task.space.embed(machine)])
    losses, gradients = loss_and_gradient(task, codes, semantics=semantics)
    assert np.isposinf(losses[0]) and np.isnan(gradients[0]).all()
    assert losses[1] == 0 and np.isfinite(gradients[1]).all()


def test_weights_enter_the_loss():
    machine = library.machine("detectA")
    codes = CodeSpace.of(machine).sample(2, seed=1)
    heavy = SynthesisProblem.of_machine(machine, inputs=["A", "B"], steps=3, weights=[3, 1])
    rejected = wrong(heavy, codes)
    expected = -(0.75 * np.log1p(-rejected[:, 0]) + 0.25 * np.log1p(-rejected[:, 1]))
    assert loss_and_gradient(heavy, codes)[0] == pytest.approx(expected, rel=1e-13)


def test_bad_requests():
    machine = library.machine("detectA")
    task = SynthesisProblem.of_machine(machine, inputs=["A"], steps=3)
    code = task.space.embed(machine)
    for bad, rule in (
        (code[:-1], "shape"),
        (code - 1, "negative"),
        (code * 2, "sum to 1"),
        (code * np.nan, "negative"),
    ):
        with pytest.raises(MachineError, match=rule):
            wrong(task, bad)
    for options in ({"semantics": "cold"}, {"kernel": "fast"}):
        with pytest.raises(ProblemError, match="must be one of"):
            wrong(task, code, **options)
    with pytest.raises(ProblemError, match="loss"):
        loss_and_gradient(task, code, loss="hinge")
    with pytest.raises(ProblemError, match="one code"):
        simulate(task.space, np.stack([code, code]), "A", 3)
    with pytest.raises(ProblemError, match="steps"):
        simulate(task.space, code, "A", 0)


def near(task: SynthesisProblem, machine: TuringMachine, n: int) -> np.ndarray:
    """Codes whose wrong entries run from 1e-31 to 1e-9."""
    codes = np.repeat(task.space.embed(machine)[None], n, axis=0)
    rng = np.random.default_rng(1)
    wrong_entries = 10.0 ** rng.uniform(-31, -9, codes.shape)
    right = task.space.right_entries(machine)
    for block, (_, start, values) in enumerate(task.space.blocks):
        columns = slice(start, start + len(values))
        codes[:, :, columns] = np.where(codes[:, :, columns] == 1, 0, wrong_entries[:, :, columns])
        codes[:, np.arange(len(right)), right[:, block]] = 1 - codes[:, :, columns].sum(axis=2)
    return codes


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("readout", ["state", "tape:2"])
@pytest.mark.parametrize(("codes", "inputs"), [(1, 5), (3, 13), (8, 8), (11, 3), (17, 1)])
def test_lanes_change_only_the_last_digits(semantics, readout, codes, inputs):
    machine = random_machine(np.random.default_rng(6), 3, 3, 7)
    task = SynthesisProblem.of_machine(machine, inputs=words("ab", 3)[-inputs:], steps=9, readout=readout)
    for batch in (task.space.sample(codes, seed=4), near(task, machine, codes)):
        one = wrong(task, batch, semantics=semantics, lanes=1)
        eight = wrong(task, batch, semantics=semantics, lanes=8)
        assert eight == pytest.approx(one, rel=1e-13, abs=0)
        for loss in ("log", "brier"):
            value, gradient = loss_and_gradient(task, batch, semantics=semantics, loss=loss, lanes=1)
            values, gradients = loss_and_gradient(task, batch, semantics=semantics, loss=loss, lanes=8)
            assert values == pytest.approx(value, rel=1e-12, abs=0)
            for _, start, width in ((k, s, len(v)) for k, s, v in task.space.blocks):
                along = np.diff(gradient[:, :, start : start + width], axis=2)
                alongs = np.diff(gradients[:, :, start : start + width], axis=2)
                assert np.abs(along - alongs).max() <= 1e-12 * max(np.abs(gradient).max(), 1e-300)


def test_one_certainly_wrong_lane_leaves_the_others_alone():
    machine = library.machine("detectA")
    task = SynthesisProblem.of_machine(machine, inputs=["A"], steps=1)
    other = TuringMachine(
        machine.symbols, "_", machine.states, "reject", [t._replace(next="reject") for t in machine.tuples]
    )
    codes = task.space.sample(9, seed=1)
    codes[4] = task.space.embed(other)
    losses, gradients = loss_and_gradient(task, codes, lanes=8)
    assert np.flatnonzero(np.isinf(losses)).tolist() == [4]
    assert np.flatnonzero(np.isnan(gradients).any(axis=(1, 2))).tolist() == [4]


def test_lanes_are_one_or_eight():
    machine = library.machine("detectA")
    task = SynthesisProblem.of_machine(machine, inputs=["A"], steps=1)
    with pytest.raises(ProblemError, match="lanes is 4"):
        wrong(task, task.space.embed(machine), lanes=4)
