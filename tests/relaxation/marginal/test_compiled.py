"""Loss and gradient inside compiled code are those of the Python functions, to the bit."""

from __future__ import annotations

import copy
import doctest
import pickle
import signal
import time

import numba
import numpy as np
import pytest
from random_machines import partial_machine

from noisytm import (
    SynthesisProblem,
    compiled_loss,
    library,
    loss_and_gradient,
    loss_and_gradient_at,
    loss_at,
    losses_and_gradients_at,
    losses_at,
    losses_below,
    words,
)
from noisytm import _memory as memory
from noisytm.errors import BudgetError, MachineError, ProblemError
from noisytm.relaxation.marginal import plans, workspace

SEMANTICS = ("mean-field", "pseudo-utm")


@numba.njit
def metropolis(compiled, code, noise, chances, beta):
    """Mix a code with noise, step by step, and accept by the loss."""
    here, value = code.copy(), loss_at(compiled, code)
    values = np.empty(len(noise))
    for i in range(len(noise)):
        there = 0.8 * here + 0.2 * noise[i]
        proposed = loss_at(compiled, there)
        if np.log(chances[i]) < beta * (value - proposed):
            here, value = there, proposed
        values[i] = value
    return values, here


@numba.njit
def descend(compiled, code, steps, rate):
    here, gradient, values = code.copy(), np.empty_like(code), np.empty(steps)
    for i in range(steps):
        values[i] = loss_and_gradient_at(compiled, here, gradient)
        here = step(here, gradient, rate)
    return values, here, gradient


@numba.njit
def step(code, gradient, rate):
    """Multiply entries by exp(−rate · gradient) and divide each distribution of detectA by its sum."""
    there = np.empty_like(code)  # entry by entry: of whole arrays numba makes ten times as much code
    for i in range(code.shape[0]):
        for begin, end in ((0, 3), (3, 5), (5, 8)):
            total = 0.0
            for j in range(begin, end):
                there[i, j] = code[i, j] * np.exp(-rate * gradient[i, j])
                total += there[i, j]
            for j in range(begin, end):
                there[i, j] /= total
    return there


def detect_a(inputs, steps=6, readout="state"):
    return SynthesisProblem.of_machine(library.machine("detectA"), inputs, steps, readout)


@pytest.mark.compat
@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize(("inputs", "lanes"), [(words("AB", 3), None), (["A", "BA"], None), (words("AB", 2), 1)])
def test_a_metropolis_loop_agrees_with_python(inputs, lanes, semantics):
    problem = detect_a(inputs)
    options = {"semantics": semantics, "loss": "brier", "lanes": lanes}
    code, noise = problem.space.sample(1, seed=1)[0], problem.space.sample(40, seed=2)
    chances = np.random.default_rng(3).uniform(size=40)
    values, end = metropolis(compiled_loss(problem, **options), code, noise, chances, 50.0)
    here, value, expected = code, loss_and_gradient(problem, code, **options)[0][0], []
    for extra, chance in zip(noise, chances, strict=True):
        there = 0.8 * here + 0.2 * extra
        proposed = loss_and_gradient(problem, there, **options)[0][0]
        if np.log(chance) < 50.0 * (value - proposed):
            here, value = there, proposed
        expected.append(value)
    assert values.tolist() == expected
    assert np.array_equal(end, here)
    assert 2 < len(set(expected)) < 40  # some proposals were accepted, some were not


@pytest.mark.compat
@pytest.mark.parametrize("readout", ["state", "tape:2"])
def test_a_gradient_loop_agrees_with_python(readout, monkeypatch):
    monkeypatch.setattr(plans, "BLOCK_COST", 1)  # sums of several blocks
    problem = detect_a(words("AB", 4), readout=readout)
    code = problem.space.sample(1, seed=1)[0]
    values, end, last = descend(compiled_loss(problem, semantics="mean-field"), code, 15, 0.3)
    here = code
    for i in range(15):
        value, gradient = loss_and_gradient(problem, here, semantics="mean-field", threads=2)
        assert value[0] == values[i]
        assert i < 14 or np.array_equal(gradient[0], last)
        here = step(here, gradient[0], 0.3)
    assert np.array_equal(here, end)
    assert values[-1] < values[0]


@pytest.mark.parametrize(("batch", "inputs"), [(11, 3), (3, 15), (1, 1)])
def test_batches(batch, inputs):
    problem = detect_a(words("AB", 3)[-inputs:])
    compiled = compiled_loss(problem, batch=batch)
    codes = problem.space.sample(batch, seed=5)
    losses, forward, gradients = np.empty(batch), np.empty(batch), np.empty_like(codes)
    losses_and_gradients_at(compiled, codes, losses, gradients)
    losses_at(compiled, codes, forward)
    expected = loss_and_gradient(problem, codes)
    assert np.array_equal(losses, expected[0]) and np.array_equal(gradients, expected[1])
    assert np.array_equal(forward, losses)


@pytest.mark.parametrize(
    ("batch", "inputs", "lanes"), [(60, words("AB", 3), 8), (20, words("AB", 4), 8), (9, ["A", "B"], 1)]
)
def test_losses_below_bounds_are_those_without(batch, inputs, lanes):
    problem = detect_a(inputs, 4)
    compiled, codes = compiled_loss(problem, batch=batch, lanes=lanes), problem.space.sample(batch, seed=5)
    losses, found = np.empty(batch), np.empty(batch)
    losses_at(compiled, codes, losses)
    rng = np.random.default_rng(1)
    for factors in (rng.uniform(0.2, 1.8, batch), np.full(batch, 1.0), np.full(batch, np.nextafter(1, 0))):
        bounds = losses * factors
        losses_below(compiled, codes, bounds, found)
        assert np.array_equal(found, np.where(losses <= bounds, losses, np.inf))
    losses_below(compiled, codes[3:8], [np.inf, -1.0, np.inf, np.nan, 0.0], fewer := np.empty(5))
    assert np.array_equal(fewer, [losses[3], np.inf, losses[5], np.inf, np.inf])


def test_what_is_beyond_its_bound_is_not_finished():
    problem = detect_a(words("AB", 3), 4)
    compiled, codes = compiled_loss(problem, batch=64), problem.space.sample(64, seed=5)
    steps, losses = [], np.empty(64)
    losses_at(compiled, codes, losses)
    for bounds in (losses, losses / 2, np.full(64, -1.0)):
        before = compiled.work.buffers.control[1]
        losses_below(compiled, codes, bounds, np.empty(64))
        steps.append(compiled.work.buffers.control[1] - before)
    assert steps[0] == 4 * 15 * 64 / 8 and steps[1] < 0.75 * steps[0] and steps[2] == 0


def test_a_code_has_the_same_bits_whatever_stands_beside_it():
    for inputs in (words("AB", 2), words("AB", 4)):
        problem = detect_a(inputs)
        codes = problem.space.sample(100, seed=4)
        losses, gradients = loss_and_gradient(problem, codes, lanes=8)
        mixed = np.random.default_rng(2).permutation(100)
        again = loss_and_gradient(problem, codes[mixed], lanes=8, threads=2)
        assert np.array_equal(again[0], losses[mixed]) and np.array_equal(again[1], gradients[mixed])
        some = loss_and_gradient(problem, codes[:35], lanes=8)
        assert np.array_equal(some[0], losses[:35]) and np.array_equal(some[1], gradients[:35])


def test_any_layout_of_the_arrays_will_do():
    problem = detect_a(words("AB", 2))
    compiled, code = compiled_loss(problem), problem.space.sample(1, seed=2)[0]
    (value,), (expected,) = loss_and_gradient(problem, code)
    gradient = np.zeros((8, 6)).T
    assert loss_and_gradient_at(compiled, np.asfortranarray(code), gradient) == value
    assert np.array_equal(gradient, expected)


@pytest.mark.compat
def test_a_function_is_compiled_once_for_all_problems_and_kernels():
    @numba.njit
    def value(compiled, code):
        return loss_at(compiled, code)

    other = SynthesisProblem.of_machine(library.machine("parityCheck"), words("AB", 2), 5)
    for problem in (detect_a(["A"]), detect_a(words("AB", 3), 9, "tape:2"), other):
        code = problem.space.sample(1, seed=1)[0]
        for lanes in (1, 8):
            expected = loss_and_gradient(problem, code, lanes=lanes)[0][0]
            assert value(compiled_loss(problem, lanes=lanes), code) == expected
    partial = SynthesisProblem.of_machine(partial_machine(), ["1"], 5)
    written = compiled_loss(partial, kernel="written-out", lanes=8)
    code = partial.space.sample(1, seed=1)[0]
    assert value(written, code) == value(compiled_loss(partial, lanes=8), code)
    assert len(value.signatures) == 1


def test_python_and_compiled_code_share_one_kernel():
    problem = detect_a(words("AB", 2))
    loss_and_gradient(problem, problem.space.sample(1, seed=1))
    plan = plans.plan(problem, 1, semantics="pseudo-utm", kernel="auto", lanes=None, backward=True)
    compiled = len(plan.module.evaluate.signatures)
    compiled_loss(problem)
    assert len(plan.module.evaluate.signatures) == compiled


def test_long_runs_go_in_segments(monkeypatch):
    monkeypatch.setattr(workspace, "STORED_BYTES", 0)
    monkeypatch.setattr(workspace, "segment_length", lambda steps, tape_bytes: 12)
    problem = detect_a(words("AB", 2), 90)
    compiled, code = compiled_loss(problem), problem.space.sample(1, seed=3)[0]
    assert len(compiled.work[1]) == 8
    gradient = np.empty_like(code)
    value = loss_and_gradient_at(compiled, code, gradient)
    plans._plans.clear()
    monkeypatch.undo()
    expected = loss_and_gradient(problem, code)
    assert value == loss_at(compiled, code) == expected[0][0] and np.array_equal(gradient, expected[1][0])


def test_wrong_shapes_are_refused():
    problem = detect_a(["A"])
    one, two = compiled_loss(problem), compiled_loss(problem, batch=2)
    codes = problem.space.sample(2, seed=1)
    for call in (
        lambda: loss_at(one, codes[0][:5]),
        lambda: loss_at(two, codes[0]),
        lambda: loss_and_gradient_at(one, codes[0], np.empty((6, 7))),
        lambda: losses_at(one, codes, np.empty(2)),
        lambda: losses_at(two, codes, np.empty(3)),
        lambda: losses_and_gradients_at(two, codes, np.empty(2), np.empty((1, 6, 8))),
        lambda: losses_below(two, codes[:, :5], np.zeros(2), np.empty(2)),
    ):
        with pytest.raises(MachineError, match="another shape"):
            call()
    for bounds, losses in ((np.zeros(1), np.empty(2)), (np.zeros(2), np.empty(1))):
        with pytest.raises(MachineError, match="not equally many"):
            losses_below(two, codes, bounds, losses)
    with pytest.raises(MachineError, match="more than the batch"):
        losses_below(one, codes, np.zeros(2), np.empty(2))
    with pytest.raises(MachineError, match="one for each code"):
        losses_below(two, codes, np.zeros((2, 1)), np.empty(2))


def test_bad_requests(monkeypatch):
    problem = detect_a(["A"])
    for batch in (0, 1.5, True, None):
        with pytest.raises(ProblemError, match="batch is"):
            compiled_loss(problem, batch=batch)
    for options in ({"loss": "hinge"}, {"semantics": "annealed"}, {"kernel": "fast"}):
        with pytest.raises(ProblemError, match="must be one of"):
            compiled_loss(problem, **options)
    monkeypatch.setattr(memory, "UNQUESTIONED_BYTES", 0)
    monkeypatch.setattr(memory, "available", lambda: 1 << 20)
    with pytest.raises(BudgetError, match=r"100000 codes at a time need .* use a smaller batch"):
        compiled_loss(problem, batch=100_000)


@pytest.mark.compat
def test_the_example_of_the_docstring_runs():
    """Left out of the other examples, since what it defines is compiled anew whenever it runs."""
    (found,) = doctest.DocTestFinder(recurse=False).find(compiled_loss, "compiled_loss")
    assert len(found.examples) > 5 and doctest.DocTestRunner(verbose=False).run(found).failed == 0


@pytest.mark.compat
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a signal from outside the interpreter")
def test_a_long_loop_of_compiled_code_answers_signals(monkeypatch):
    problem = detect_a(["A"])
    compiled, code = compiled_loss(problem), problem.space.sample(1, seed=1)[0]
    values = descend(compiled, code, 3, 0.1)[0]
    kept = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        began = time.process_time()
        with pytest.raises(KeyboardInterrupt):
            descend(compiled, code, 5_000_000, 0.1)
        assert time.process_time() - began < 5
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, kept)
    assert np.array_equal(descend(compiled, code, 3, 0.1)[0], values)
    monkeypatch.setattr(plans.Plan, "seconds", lambda plan, codes: 8.0 * codes)
    compiled_loss(problem)
    with pytest.raises(BudgetError, match=r"2 codes would take about 16 seconds.* use a smaller batch"):
        compiled_loss(problem, batch=2)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps])
def test_an_address_is_not_carried_elsewhere(duplicate):
    with pytest.raises(ProblemError, match="belongs to its process"):
        duplicate(compiled_loss(detect_a(["A"])))
