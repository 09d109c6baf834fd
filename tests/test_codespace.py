"""Code spaces: shapes, the vertex of a machine, error coordinates, samples, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import CodeSpace, Coordinate, library
from noisytm.errors import MachineError
from noisytm.machine import MOVES, TuringMachine


@st.composite
def machines(draw):
    symbols = [f"s{i}" for i in range(draw(st.integers(1, 4)))]
    states = [f"q{i}" for i in range(draw(st.integers(1, 4)))]
    cells = [(s, q) for s in symbols for q in states]
    keys = draw(st.lists(st.sampled_from(cells), unique=True, max_size=6))
    rule = st.tuples(st.sampled_from(symbols), st.sampled_from(states), st.sampled_from(MOVES))
    return TuringMachine(symbols, "s0", states, "q0", [(*k, *draw(rule)) for k in keys])


@sweep
@given(machines())
@settings(max_examples=examples(200, 50), deadline=None)
def test_vertex_and_coordinates_agree(machine):
    space = CodeSpace.of(machine)
    w = space.embed(machine)
    symbols, states = len(machine.symbols), len(machine.states)
    assert w.dtype == np.float64 and w.shape == space.shape == (len(machine.tuples), symbols + states + 3)
    assert set(np.unique(w)) <= {0.0, 1.0} and w.sum() == 3 * len(machine.tuples)
    values = [*(("write", x) for x in machine.symbols), *(("next", x) for x in machine.states)]
    values += [("move", x) for x in MOVES]
    for row, t in zip(w, machine.tuples, strict=True):
        right = {v for v, x in zip(values, row, strict=True) if x == 1.0}
        assert right == {("write", t.write), ("next", t.next), ("move", t.move)}

    names, columns = space.coordinates(machine), space.coordinate_columns(machine)
    assert len(names) == len(columns) == space.dimension == machine.dimension == len(set(names))
    flat = [(t.read, t.state, kind, value) for t in machine.tuples for kind, value in values]
    assert [flat[c] for c in columns] == [tuple(name) for name in names]
    assert np.all(w.ravel()[columns] == 0) and np.all(np.diff(columns) > 0)
    rows = np.arange(len(machine.tuples))[:, None]
    assert np.all(w[rows, space.right_entries(machine)] == 1)


@given(machines(), st.integers(0, 5), st.sampled_from([0.1, 1.0, 7.0]))
@settings(max_examples=50, deadline=None)
def test_samples_are_codes(machine, n, concentration):
    space = CodeSpace.of(machine)
    codes = space.sample(n, concentration, seed=3)
    assert codes.shape == (n, *space.shape)
    assert np.array_equal(space.checked(codes), codes)
    for _, start, values in space.blocks:
        assert np.allclose(codes[:, :, start : start + len(values)].sum(axis=2), 1.0, rtol=0, atol=1e-12)


def test_samples_depend_on_the_seed_and_have_the_right_spread():
    space = CodeSpace.of(library.machine("detectA"))
    assert np.array_equal(space.sample(3, seed=5), space.sample(3, seed=5))
    assert not np.array_equal(space.sample(3, seed=5), space.sample(3, seed=6))
    for concentration in (0.5, 1.0, 4.0):
        drawn = space.sample(4000, concentration, seed=1)
        for _, start, values in space.blocks:
            k = len(values)
            part = drawn[:, :, start : start + k]
            # a symmetric Dirichlet has mean 1/k and variance (k - 1)/(k²(kγ + 1)); 24 000 draws of each entry
            variance = (k - 1) / (k * k * (k * concentration + 1))
            assert np.all(np.abs(part.mean(axis=(0, 1)) - 1 / k) < 5 * np.sqrt(variance / 24_000))
            assert np.all(np.abs(part.var(axis=(0, 1)) / variance - 1) < 0.06)


def test_order_is_that_of_the_machine():
    machine = library.machine("detectA")
    space = CodeSpace.of(machine)
    assert space.coordinates(machine)[:3] == (
        Coordinate("_", "reject", "write", "A"),
        Coordinate("_", "reject", "write", "B"),
        Coordinate("_", "reject", "next", "accept"),
    )
    assert [str(c) for c in space.coordinates(machine)[2:5]] == [
        "(_, reject) goes to accept",
        "(_, reject) moves L",
        "(_, reject) moves R",
    ]
    assert space.coordinates(machine)[0].to_json() == {
        "symbol": "_", "state": "reject", "kind": "write", "wrong": "A",
    }  # fmt: skip


def test_machines_of_another_space():
    machine = library.machine("detectA")
    space = CodeSpace.of(machine)
    record = machine.to_json()
    for entry, value in (
        ("symbols", ["_", "B", "A"]),
        ("blank", "A"),
        ("states", ["accept", "reject"]),
        ("start", "accept"),
        ("tuples", record["tuples"][::-1]),
        ("tuples", record["tuples"][:-1]),
    ):
        other = TuringMachine.from_json(record | {entry: value})
        for method in (space.require, space.embed, space.coordinates, space.coordinate_columns, space.right_entries):
            with pytest.raises(MachineError, match="differ from the code space's"):
                method(other)
    # what relaxations ignore does not count, nor what the tuples do
    same = TuringMachine.from_json(record | {"tuples": [[*t[:2], "_", "reject", "L"] for t in record["tuples"]]})
    assert CodeSpace.of(same) == space and space.embed(same).sum() == 18


def test_what_is_no_code():
    space = CodeSpace.of(library.machine("detectA"))
    good = space.sample(2, seed=1)
    assert space.checked(good[0]).shape == (1, 6, 8)
    assert space.checked(good.tolist()).dtype == np.float64
    for wrong in (good[0, 0], good[:, :5], good[:, :, :7], good[None], np.zeros(0), 0.5):
        with pytest.raises(MachineError, match="codes have shape"):
            space.checked(wrong)
    for value, message in ((-1e-12, "negative"), (np.nan, "not a number"), (np.inf, "sums to"), (0.999, "sums to")):
        bad = good.copy()
        bad[1, 3, 2] = value
        with pytest.raises(MachineError, match=message):
            space.checked(bad)
    near = good.copy()
    near[0, 0, 0] += 5e-10
    assert space.checked(near)[0, 0, 0] == near[0, 0, 0]  # not divided by the sum
    near[0, 0, 0] += 1e-8
    with pytest.raises(MachineError, match="a write distribution sums to 1 ±"):
        space.checked(near)


def test_bad_samples():
    space = CodeSpace.of(library.machine("detectA"))
    for concentration in (0, -1, float("nan")):
        with pytest.raises(MachineError, match="concentration is"):
            space.sample(1, concentration)
    with pytest.raises(MachineError, match="'X'"):
        space.word("X")
