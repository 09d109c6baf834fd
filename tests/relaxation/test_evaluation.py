"""Calls of the evaluation: segments, threads, memory, and buffers kept between calls. None of them changes a digit."""

from __future__ import annotations

import gc
import re
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, slow_where, sweep

from noisytm import SynthesisProblem, TuringMachine, library, loss_and_gradient, simulate, words, wrong_probability
from noisytm import _memory as memory
from noisytm import _threads as threads
from noisytm.errors import BudgetError, ProblemError
from noisytm.relaxation import evaluation
from noisytm.relaxation.marginal import plans, workspace

SEMANTICS = ("mean-field", "pseudo-utm")


@pytest.fixture
def fresh():
    """Forget all plans, before and after: a test changes what they are made with."""
    plans._plans.clear()
    yield
    plans._plans.clear()


def some_machine(seed):
    rng = np.random.default_rng(seed)
    symbols, states = "_ab"[: rng.integers(2, 4)], "pqr"[: rng.integers(1, 4)]
    keys = [(s, q) for s in symbols for q in states]
    rows = [(*k, rng.choice(list(symbols)), rng.choice(list(states)), rng.choice(list("LSR"))) for k in keys]
    return TuringMachine(tuple(symbols), "_", tuple(states), "p", [tuple(map(str, row)) for row in rows])


def same(first, second):
    return all(a.tobytes() == b.tobytes() for a, b in zip(first, second, strict=True))


def everything(problem, codes, **options):
    """Return all that the evaluation can say about codes."""
    found = [wrong_probability(problem, codes, **options)]
    for loss in ("log", "brier"):
        found += loss_and_gradient(problem, codes, loss=loss, **options)
    return found


@sweep
@settings(max_examples=examples(40, 15), deadline=None)
@given(
    seed=st.integers(0, 10_000),
    steps=st.integers(1, 20),
    half=st.integers(1, 5),
    forward=st.integers(1, 5),
    block=st.integers(1, 20_000),
    count=st.integers(1, 3),
    batch=st.integers(1, 19),
    inputs=st.integers(1, 25),
    readout=st.sampled_from(["state", "tape:1", "tape:3"]),
    semantics=st.sampled_from(SEMANTICS),
    lanes=st.sampled_from([1, 8]),
)
def test_neither_segments_nor_threads_change_a_digit(
    seed, steps, half, forward, block, count, batch, inputs, readout, semantics, lanes
):
    machine = some_machine(seed)
    given_words = words("".join(machine.symbols[1:]), 24 if len(machine.symbols) == 2 else 4)[:inputs]
    problem = SynthesisProblem.of_machine(machine, given_words, steps, readout)
    codes = problem.space.sample(batch, seed=seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "BLOCK_COST", block)
        expected = everything(problem, codes, semantics=semantics, lanes=lanes)
        shared = everything(problem, codes, semantics=semantics, lanes=lanes, threads=count)
        assert same(shared, expected)
        patch.setattr(workspace, "STORED_BYTES", 0)
        patch.setattr(workspace, "segment_length", lambda steps, tape_bytes: 2 * half)
        patch.setattr(workspace, "FORWARD_SEGMENT", forward)
        plans._plans.clear()
        in_segments = everything(problem, codes, semantics=semantics, lanes=lanes, threads=count)
    assert same(in_segments, expected)


@pytest.mark.parametrize("semantics", SEMANTICS)
@slow_where("mean-field", "pseudo-utm")
def test_thousands_of_steps(semantics, fresh, monkeypatch):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["BA", "B" * 9], 2000)
    code = problem.space.sample(1, seed=3)
    found = loss_and_gradient(problem, code, semantics=semantics, lanes=1)
    options = {"semantics": semantics, "kernel": "interpreted", "lanes": 1, "backward": True}
    plan = plans.plan(problem, 1, **options)
    assert 1 < plan.sizes.segment < 100 and plan.sizes.nbytes < 8 << 20
    monkeypatch.setattr(workspace, "STORED_BYTES", 1 << 40)
    plans._plans.clear()
    assert plans.plan(problem, 1, **options).sizes.segment == 2000
    assert same(loss_and_gradient(problem, code, semantics=semantics, lanes=1), found)
    assert np.isfinite(found[1]).all() and np.abs(found[1]).max() > 1e-3
    rejected = wrong_probability(problem, code, semantics=semantics, lanes=1)
    right = [simulate(problem.space, code[0], w, 2000, semantics=semantics).state[-1] for w in problem.inputs]
    states = machine.states
    assert rejected[0] == pytest.approx(
        [1 - z[states.index(y)] for z, ((y,),) in zip(right, problem.targets, strict=True)], rel=1e-12
    )


def test_work_is_shared_by_codes_or_by_blocks_of_inputs(fresh, monkeypatch):
    calls = []
    run = evaluation._run

    def noted(plan, codes, order, loss, out, watch):
        calls.append((len(codes), len(order)))
        run(plan, codes, order, loss, out, watch)

    monkeypatch.setattr(evaluation, "_run", noted)
    monkeypatch.setattr(plans, "BLOCK_COST", 1)
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 4), 5)
    for batch, expected in ((1, [(1, 8)] * 3 + [(1, 7)]), (6, [(1, 31)] * 6), (64, [(8, 31)] * 8)):
        calls.clear()
        loss_and_gradient(problem, problem.space.sample(batch, seed=1), threads=3)
        assert sorted(calls) == sorted(expected)


def test_little_work_starts_no_threads(monkeypatch):
    monkeypatch.setattr(threads, "_pool", None)
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 4), 10)
    loss_and_gradient(problem, problem.space.sample(2, seed=1), threads=8)
    with pytest.raises(TypeError):
        threads.run_all([lambda: None] * 2, 2)


def test_threads_are_a_number_or_auto():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A"], 2)
    code = problem.space.embed(machine)
    for bad in (0, -1, 1.5, True, "all", None):
        with pytest.raises(ProblemError, match=r"threads is .*'auto' or an integer >= 1"):
            wrong_probability(problem, code, threads=bad)
    assert threads.thread_count("auto") >= 1
    assert threads.thread_count(np.int64(3)) == 3


def test_an_exception_in_a_task_is_raised_and_ends_the_rest():
    done = []

    def fail():
        raise KeyError("here")

    with pytest.raises(KeyError, match="here"):
        threads.run_all([*(lambda i=i: done.append(i) for i in range(3)), fail, lambda: done.append(9)], 1)
    assert done == [0, 1, 2]
    for _ in range(20):
        with pytest.raises(KeyError, match="here"):
            threads.run_all([fail] * 5, 3)


def test_where_there_are_no_more_threads_one_does_the_work(monkeypatch):
    class Exhausted:
        def submit(self, *args):
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threads, "_pool", lambda workers: Exhausted())
    done = []
    threads.run_all([lambda i=i: done.append(i) for i in range(5)], 4)
    assert done == [0, 1, 2, 3, 4]


def test_buffers_are_used_again(fresh, monkeypatch):
    monkeypatch.setattr(workspace, "shelf", workspace.Shelf())
    machine = library.machine("detectA")
    first = SynthesisProblem.of_machine(machine, words("AB", 3), 10)
    expected = loss_and_gradient(first, first.space.sample(1, seed=1))

    def refuse(needed):
        raise AssertionError("buffers were there")

    monkeypatch.setattr(workspace, "new_workspace", refuse)
    assert same(loss_and_gradient(first, first.space.sample(1, seed=1)), expected)
    other = SynthesisProblem.of_machine(machine, words("AB", 3)[3:], 10)  # another problem of the same sizes
    loss_and_gradient(other, other.space.sample(1, seed=2))
    with pytest.raises(AssertionError, match="buffers were there"):
        wrong_probability(first, first.space.sample(1, seed=1))


def test_buffers_that_are_kept_are_bounded(monkeypatch):
    shelf = workspace.Shelf()
    small, large = (
        workspace.Sizes(1, 2, 2, 4, 30, 0, 10, 10, tape=tape, widest=10, backward=True, nodes=1, read=(1, 2), row=7)
        for tape in (100, 10_000)
    )
    monkeypatch.setattr(workspace, "KEPT_BYTES", 3 * small.nbytes)
    with shelf.borrowed(small) as a, shelf.borrowed(small) as b:
        assert a[0][1] is not b[0][1]
    with shelf.borrowed(small) as c:
        assert c is a or c is b
    with shelf.borrowed(large) as d:
        pass
    with shelf.borrowed(large) as e:
        assert e is not d
    middle = small._replace(tape=small.tape + 100)
    for _ in range(3):
        with shelf.borrowed(middle), shelf.borrowed(small):
            pass
    assert sum(sizes.nbytes for sizes, _ in shelf._free) <= workspace.KEPT_BYTES


def test_several_threads_may_call_at_once():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 5), 12)
    codes = [problem.space.sample(1, seed=seed) for seed in range(4)]
    expected = [loss_and_gradient(problem, code) for code in codes]
    wrong_ones = []

    def work(i):
        for _ in range(50):
            if not same(loss_and_gradient(problem, codes[i], threads=2), expected[i]):
                wrong_ones.append(i)

    workers = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong_ones == []


def test_plans_live_as_long_as_their_problem():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A", "B"], 4)
    wrong_probability(problem, problem.space.embed(machine))
    assert problem in plans._plans
    count = len(plans._plans)
    del problem
    gc.collect()
    assert len(plans._plans) < count


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda w: np.stack([w, w], axis=-1)[..., 0], None])
def test_layout_of_codes_does_not_matter(layout):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 3), 6)
    codes = problem.space.sample(3, seed=1)
    expected = everything(problem, codes)
    kernel = plans.plan(problem, 3, semantics="pseudo-utm", kernel="auto", lanes=None, backward=True).module.evaluate
    compiled = len(kernel.signatures)
    if layout is None:
        codes.flags.writeable = False
    else:
        codes = layout(codes)
    assert same(everything(problem, codes), expected)
    assert same(everything(problem, codes.tolist()), expected)
    assert len(kernel.signatures) == compiled


def test_a_tuple_less_machine_and_no_codes():
    still = TuringMachine(("_", "a"), "_", ("p",), "p", [])
    problem = SynthesisProblem.of_machine(still, ["a", "aa"], 3)
    assert problem.space.shape == (0, 6)
    assert wrong_probability(problem, np.zeros((2, 0, 6))).tolist() == [[0, 0], [0, 0]]
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A", "B"], 3)
    losses, gradients = loss_and_gradient(problem, np.zeros((0, 6, 8)))
    assert losses.shape == (0,) and gradients.shape == (0, 6, 8)


@pytest.fixture
def little_memory(fresh, monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 2 << 20)
    monkeypatch.setattr(memory, "UNQUESTIONED_BYTES", 0)


@pytest.mark.parametrize("lanes", [1, 8])
@pytest.mark.parametrize("evaluate", [wrong_probability, loss_and_gradient])
def test_too_many_steps_are_refused_with_what_would_fit(evaluate, lanes, little_memory):
    machine = library.machine("detectA")

    def attempt(steps):
        problem = SynthesisProblem.of_machine(machine, ["AB"], steps)
        options = {"semantics": "mean-field", "kernel": "auto", "lanes": lanes}
        plans.plan(problem, 1, backward=evaluate is loss_and_gradient, **options)
        return problem

    problem = SynthesisProblem.of_machine(machine, ["AB"], 1_000_000)
    with pytest.raises(BudgetError) as error:
        evaluate(problem, problem.space.embed(machine), semantics="mean-field", lanes=lanes)
    found = re.fullmatch(
        r"1000000 steps need (\S+) [MG]iB of memory; a call may take 1 MiB now; at most (\d+) fit; use fewer steps",
        str(error.value),
    )
    assert float(found[1]) > 1
    most = int(found[2])
    assert attempt(most).steps == most > 50
    with pytest.raises(BudgetError):
        attempt(most + 1)


def test_simulating_and_results_are_bounded_too(little_memory):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 5), 3)
    code = problem.space.embed(machine)
    with pytest.raises(BudgetError, match=r"5000 steps need .* at most \d+ fit"):
        simulate(problem.space, code, "A", 5000)
    with pytest.raises(BudgetError, match=r"5000 codes and 63 inputs need .* evaluate fewer codes at a time"):
        wrong_probability(problem, np.repeat(code[None], 5000, axis=0))
    assert len(wrong_probability(problem, np.repeat(code[None], 500, axis=0))) == 500


def test_where_eight_lanes_do_not_fit_one_does(fresh, monkeypatch):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 300)
    code = problem.space.sample(1, seed=1)
    options = {"semantics": "pseudo-utm", "kernel": "auto", "lanes": 8, "backward": True}
    need = plans.plan(problem, 1, **options).sizes.nbytes
    plans._plans.clear()
    monkeypatch.setattr(memory, "UNQUESTIONED_BYTES", 0)
    monkeypatch.setattr(memory, "available", lambda: 2 * (need - 1))
    with pytest.raises(BudgetError):
        loss_and_gradient(problem, code, lanes=8)
    assert same(loss_and_gradient(problem, code), loss_and_gradient(problem, code, lanes=1))


def test_memory_bounds_the_number_of_threads(fresh, monkeypatch):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 4), 50)
    plan = plans.plan(problem, 64, semantics="mean-field", kernel="auto", lanes=8, backward=True)
    monkeypatch.setattr(plans, "BLOCK_COST", 1)
    assert evaluation._threads_worth(plan, 64, 5) == 5
    monkeypatch.setattr(memory, "UNQUESTIONED_BYTES", 0)
    monkeypatch.setattr(memory, "available", lambda: 2 * (3 * plan.sizes.nbytes + 1))
    assert evaluation._threads_worth(plan, 64, 5) == 3


@pytest.mark.parametrize(
    ("system", "container", "limit"), [(100, 60, 30), (100, None, 50), (None, 80, 40), (None, None, 8 << 30)]
)
def test_half_of_what_is_available_may_be_taken(system, container, limit, monkeypatch):
    monkeypatch.setattr(memory, "_system_room", lambda: system)
    monkeypatch.setattr(memory, "_container_room", lambda: container)
    assert memory.limit() == limit


def test_the_system_is_asked_in_bytes():
    room = memory._system_room()
    assert room is None or 1 << 24 < room < 1 << 50
    assert memory._container_room() is None or memory._container_room() >= 0
