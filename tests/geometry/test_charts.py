"""Charts near codes and faces: probabilities, monomials and costs of entries agree, and what is no face is refused."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import CodeSpace, MachineError, ProblemError, SynthesisProblem, TuringMachine, library, words
from noisytm.algebra.semirings import Monomials
from noisytm.codespace import Coordinate
from noisytm.geometry import BitCoordinate, BitFace, Face, coordinate_from_json, face_from_json
from noisytm.geometry.chart import DEAREST
from noisytm.geometry.charts import CHARTS, chart_at, face_in

DETECT_A = library.machine("detectA")
SPACE = CodeSpace.of(DETECT_A)


def random_machine(rng: random.Random) -> TuringMachine:
    """Draw a machine with up to five symbols and states, so that the last patterns of digits stand for values too."""
    symbols, states = "01234"[: rng.randint(1, 5)], "pqrst"[: rng.randint(1, 5)]
    keys = rng.sample(list(itertools.product(symbols, states)), rng.randint(1, min(3, len(symbols) * len(states))))
    rows = [(*key, rng.choice(symbols), rng.choice(states), rng.choice("LSR")) for key in keys]
    return TuringMachine(tuple(symbols), "0", tuple(states), "p", rows)


def random_point(rng: random.Random, chart: str, free: float):
    """Draw a code or a face as a chart takes it."""
    machine = random_machine(rng)
    space = CodeSpace.of(machine)
    if chart != "bits":
        return Face(machine, [c for c in space.coordinates(machine) if rng.random() < free])
    counts = [(len(values) - 1).bit_length() for _, _, values in space.blocks]
    letters = "01*" if free else "01"
    rows = [["".join(rng.choices(letters, k=count)) for count in counts] for _ in machine.tuples]
    return BitFace.of_digits(space, rows)


def points_in(*charts: str):
    return st.builds(
        lambda seed, chart, free: (chart, random_point(random.Random(seed), chart, free)),
        st.integers(0, 10**9),
        st.sampled_from(charts),
        st.sampled_from((0.0, 0.3)),
    )


points = points_in(*CHARTS)


def near(case):
    chart, face = case
    return chart_at(chart, CodeSpace.of(face.machine), face)


@sweep
@settings(max_examples=examples(150, 40), deadline=None)
@given(points, st.integers(0, 2**32 - 1))
def test_entries_are_of_the_order_of_their_cheapest_monomial(case, seed):
    """With u = ε^v an entry is ε^cost up to a factor, so that logarithms tell the costs."""
    chart = near(case)
    v = np.random.default_rng(seed).integers(0, 4, (3, chart.dimension)) + 1
    epsilon = 1e-9
    codes = chart.codes(epsilon ** v.astype(float))
    assert np.array_equal(chart.space.checked(codes), codes)
    costs = chart.entry_costs(v).reshape(codes.shape)
    assert np.array_equal(np.rint(np.log(codes) / math.log(epsilon)), costs)
    assert np.array_equal(costs[0] == 0, chart.face.support)


@sweep
@settings(max_examples=examples(150, 40), deadline=None)
@given(points, st.integers(0, 2**32 - 1))
def test_costs_monomials_and_ideals_agree(case, seed):
    chart = near(case)
    rng = np.random.default_rng(seed)
    costs = rng.integers(0, 5, (4, chart.dimension))
    ideals = [x for row in chart.code_in(Monomials(chart.dimension)) for x in row]
    for monomials, ideal in zip(chart.monomials, ideals, strict=True):
        dense = {tuple(dict(m).get(j, 0) for j in range(chart.dimension)) for m in monomials}
        assert dense == set(ideal) and len(monomials) == len(ideal)
    expected = [[min(sum(int(row[j]) * k for j, k in m) for m in ms) for ms in chart.monomials] for row in costs]
    entries = chart.entry_costs(costs)
    assert entries.tolist() == expected
    used = rng.integers(0, 3, entries.shape)
    counts = chart.coordinate_counts(costs, used)
    assert (counts * costs).sum(axis=1).tolist() == (used * entries).sum(axis=1).tolist()
    for e in range(entries.shape[1]):  # one entry alone gives one of its own monomials, the same at each call
        alone = np.zeros_like(used)
        alone[:, e] = 1
        for row in chart.coordinate_counts(costs, alone).tolist():
            assert tuple((j, k) for j, k in enumerate(row) if k) in chart.monomials[e]


@pytest.mark.parametrize("chart", CHARTS)
def test_costs_are_cut_off_and_do_not_overflow(chart):
    near = chart_at(chart, SPACE, DETECT_A)
    costs = np.full((1, near.dimension), DEAREST)
    assert near.entry_costs(costs).max() == DEAREST


@settings(max_examples=60, deadline=None)
@given(points_in("bits"), st.integers(0, 2**32 - 1))
def test_digits_are_multiplied_out_with_full_relative_accuracy(case, seed):
    chart = near(case)
    u = np.random.default_rng(seed).random((1, chart.dimension)) * 1e-12
    value = dict(zip(chart.coordinates, map(Fraction, u[0].tolist()), strict=True))
    width = chart.space.shape[1]
    exact = [Fraction(0)] * (len(chart.space.keys) * width)
    for i, (key, row) in enumerate(zip(chart.space.keys, chart.face.digits, strict=True)):
        for digits, (kind, start, values) in zip(row, chart.space.blocks, strict=True):
            for written in itertools.product("01", repeat=len(digits)):
                mass = Fraction(1)
                for bit, (mine, its) in enumerate(zip(digits, written, strict=True)):
                    flip = value.get(BitCoordinate(*key, kind, bit))
                    mass *= Fraction(1, 2) if mine == "*" else flip if mine != its else 1 - flip
                exact[i * width + start + int("".join(written) or "0", 2) % len(values)] += mass
    for x, y in zip(chart.codes(u).ravel().tolist(), exact, strict=True):
        assert abs(Fraction(x) - y) <= y * Fraction(1, 10**14)


def test_simplex_and_sphere_codes():
    u = np.zeros((2, 30))
    u[0, :2], u[1, 2] = (0.25, 1e-20), 0.5
    codes = chart_at("simplex", SPACE, DETECT_A).codes(u)
    assert codes[0, 0, :3].tolist() == [0.75, 0.25, 1e-20] and codes[1, 0, 3:5].tolist() == [0.5, 0.5]
    assert np.array_equal(
        chart_at("sphere", SPACE, DETECT_A).codes(-u), chart_at("simplex", SPACE, DETECT_A).codes(u * u)
    )
    face = Face(DETECT_A, [Coordinate("_", "reject", "write", "A")])
    code = chart_at("simplex", SPACE, face).codes([[0.5] + [0.0] * 28])[0]
    assert code[0, :3].tolist() == [0.25, 0.25, 0.5] and code[1].tolist() == SPACE.embed(DETECT_A)[1].tolist()


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("u", [[0.1] * 30, [[0.1] * 29], [[2.0] * 30], [[float("nan")] * 30]])
def test_coordinates_of_no_code_are_refused(chart, u):
    with pytest.raises(MachineError):
        chart_at(chart, SPACE, DETECT_A).codes(u)


def test_negative_probabilities_are_refused():
    for chart in ("simplex", "bits"):
        with pytest.raises(MachineError, match="coordinate is n"):
            chart_at(chart, SPACE, DETECT_A).codes([[-0.1] * 30])


def test_the_face_of_a_noisy_code_is_its_support():
    w = SPACE.embed(DETECT_A)
    w[0, :3] = 0.0, 1 - 1e-300, 1e-300
    w[2, 3:5] = 0.5
    face = Face.of_code(SPACE, w)
    assert np.array_equal(face.support, w > 0)
    assert face.machine.tuples[0].write == "A" and face.machine.tuples[2].next == "reject"
    assert [str(c) for c in face.free] == ["(_, reject) writes B", "(A, reject) goes to accept"]
    assert face_in("simplex", SPACE, w) == face
    for broken in (np.ones(SPACE.shape), w[0], np.stack([w, w])):
        with pytest.raises(MachineError):
            Face.of_code(SPACE, broken)


def test_unused_tuples_are_free():
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)
    face = Face.with_free_unused(problem, DETECT_A)
    assert face.free_keys == {("_", "accept"), ("B", "accept")}
    assert face.support.sum() == 18 + 2 * 5 and len(face.free) == 10
    assert chart_at("simplex", SPACE, face).dimension == chart_at("bits", SPACE, face).dimension == 20


def test_supports_in_standard_binary():
    """Of three values, digits 00, 01, 10 and 11 for the first again."""
    wanted = {"A": "0*", "B": "*0"}
    for symbol, digits in wanted.items():
        face = BitFace.of_face(Face(DETECT_A, [Coordinate("_", "reject", "write", symbol)]))
        assert face.digits[0][0] == digits
        assert face.on_simplices().support[0, :3].tolist() == [True, symbol == "A", symbol == "B"]
    both = BitFace.of_face(Face(DETECT_A, [Coordinate("_", "reject", "write", x) for x in "AB"]))
    assert both.digits[0][0] == "**" and both.is_code is False
    machine = TuringMachine(tuple("_AB"), "_", ("q",), "q", [("_", "q", "A", "q", "S")])
    with pytest.raises(ProblemError, match="not given by free binary digits"):
        BitFace.of_face(Face(machine, [Coordinate("_", "q", "write", "B")]))


def test_a_machine_has_several_bit_strings():
    standard = BitFace.of_face(Face(DETECT_A))
    other = [list(row) for row in standard.digits]
    other[0][0] = "11"  # 3 mod 3 is the blank again
    face = BitFace.of_digits(SPACE, other)
    assert [t[2:] for t in face.machine.tuples] == [t[2:] for t in DETECT_A.tuples]
    chart = chart_at("bits", SPACE, face)
    assert chart.monomials[1] == (((0, 1),),) and chart.monomials[2] == (((1, 1),),)
    assert "digits" in face.to_json() and "digits" not in standard.to_json()


@pytest.mark.parametrize(
    "digits",
    [
        "01", 5, None, [["00", "0", "01"]] * 5, [["00", "0"]] * 6, [["00", "0", "0"]] * 6, [["0x", "0", "01"]] * 6,
        [["01", "0", "01"]] * 6, [[0, 0, 1]] * 6,
    ],
)  # fmt: skip
def test_digits_of_no_code_are_refused(digits):
    with pytest.raises(MachineError, match="digits"):
        BitFace(DETECT_A, digits)


def test_what_is_no_face_or_chart_is_refused():
    with pytest.raises(MachineError, match="free entry"):
        Face(DETECT_A, [Coordinate("_", "reject", "write", "_")])
    with pytest.raises(MachineError, match="code space"):
        chart_at("bits", SPACE, library.machine("parity"))
    for name in ("polar", None, []):
        with pytest.raises(ProblemError, match="chart is"):
            chart_at(name, SPACE, DETECT_A)


@settings(max_examples=80, deadline=None)
@given(points)
def test_faces_survive_json(case):
    chart, face = case
    assert face_from_json(face.to_json(), face.machine, of_digits=chart == "bits") == face
    assert bool(face.to_json().get("free")) != face.is_code
    for coordinate in near(case).coordinates:
        assert coordinate_from_json(coordinate.to_json()) == coordinate


@pytest.mark.parametrize("free", [5, {}, [5], [{}], [{"symbol": "_"}], "x", [["_", "reject", "write", "A"]]])
def test_json_of_no_face_is_refused(free):
    for of_digits in (False, True):
        with pytest.raises(MachineError, match="free"):
            face_from_json({"free": free}, DETECT_A, of_digits)
