"""Charts with parameters: names that are read in one place, written in full, and refused in one line."""

import pickle
from fractions import Fraction

import numpy as np
import pytest

from noisytm import CodeSpace, SynthesisProblem, TuringMachine, learning_coefficient, library
from noisytm.algebra import MinPlus
from noisytm.errors import ProblemError
from noisytm.geometry import (
    CHARTS,
    Face,
    SharedFactor,
    chart_at,
    checked_chart,
    checked_concentration,
    coordinate_from_json,
    weights,
)

MACHINE = library.machine("detectA")
SPACE = CodeSpace.of(MACHINE)
FULL = {
    "product:3": "product:3",
    "product:1*1": "product:2",
    "product:2*1": "product:1*2",
    "product:next=3": "product:1,next=3",
    "product:next=3,write=2": "product:1,write=2,next=3",
    "product:A:reject:next=2,2,move=1/2*1/2": "product:2,move=1/2*1/2,A:reject:next=2",
    "power:0.5": "power:1/2",
    "power:1,next=2": "power:1,next=2",
    "relu": "relu",
    "relu:move,write": "relu:write,move",
    "relu:A:reject:next": "relu:A:reject:next",
    "shared:block": "shared:block",
    "shared:tuple": "shared:tuple",
    "softmax:gaussian=2/4": "softmax:gaussian=1/2",
    "softmax:laplace=1e1": "softmax:laplace=10",
    "softmax:squared=1": "softmax:squared=1",
}


@pytest.mark.parametrize("name", FULL)
def test_names_come_back_in_full(name):
    assert checked_chart(name) == FULL[name] == checked_chart(FULL[name])
    assert CHARTS.named(name) is CHARTS.named(FULL[name]) is CHARTS[FULL[name]]
    chart = chart_at(name, SPACE, MACHINE)
    assert chart.name == FULL[name]
    assert chart == pickle.loads(pickle.dumps(chart))
    assert [coordinate_from_json(c.to_json()) for c in chart.coordinates] == list(chart.coordinates)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("product", "say how many weights, as product:3 does"),
        ("product:", "say how many weights"),
        ("product:0", "'0' weights; give a number from 1 to 1000"),
        ("product:2.5", "'2.5' weights"),
        ("product:1*0", "exponent of chart product is '0'; it must be positive"),
        ("product:2,3", "2 values for all coordinates; give one"),
        ("product:nxt=2", "names 'nxt'; a group is write, next or move"),
        ("product:next=2,next=3", "gives next twice"),
        ("product:A:go:next=2", "names 'A:go'; the machine lists no such tuple"),
        ("power", "say which power"),
        ("power:-1", "the exponent of chart power is '-1'; it must be positive"),
        ("relu:", "names ''"),
        ("relu:B:accept", "names 'B:accept'; a group is"),
        ("relu:A:go:next", "the machine lists no such tuple"),
        ("shared", "what shares a factor is block or tuple"),
        ("shared:kind", "what shares a factor is block or tuple"),
        ("softmax", "say which logits, and how wide: softmax:gaussian=1"),
        ("softmax:gaussian", "say which logits, and how wide"),
        ("softmax:gausian=1", "did you mean 'gaussian'"),
        ("softmax:gaussian=0", "it must be positive"),
        ("softmax:student=3", "the learning coefficient 0 at every code"),
        ("simplex:2", "it must be one of simplex, bits, sphere, product:L"),
        ("prodct:2", "it must be one of simplex, bits, sphere, product:L"),
        (3, "chart is 3; it must be one of"),
    ],
)
def test_what_is_no_chart_is_refused(name, said):
    with pytest.raises(ProblemError) as error:
        chart_at(name, SPACE, MACHINE)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_only_charts_without_parameters_are_iterated():
    assert list(CHARTS) == ["simplex", "bits", "sphere"]
    assert len(CHARTS) == 3
    assert "product:3" in CHARTS
    assert [name for name in ("product", "product:0", "polar", "polar:1") if name in CHARTS] == []
    assert list(CHARTS.descriptions())[:4] == ["simplex", "bits", "sphere", "product:L"]


def test_logits_take_codes_of_machines_only():
    face = Face(MACHINE, [SPACE.coordinates(MACHINE)[0]])
    with pytest.raises(ProblemError, match="the point has free entries; chart softmax:laplace=1 takes codes"):
        chart_at("softmax:laplace=1", SPACE, face)


@pytest.mark.parametrize("name", ["softmax:laplace=1", "softmax:squared=2", "softmax:gaussian=1"])
def test_logits_have_a_prior_of_their_own(name):
    problem = SynthesisProblem.of_machine(MACHINE, ["A"], 2)
    with pytest.raises(ProblemError):
        learning_coefficient(problem, MACHINE, chart=name, prior_concentration=2)


def test_shared_factors_make_codes_and_costs():
    machine = TuringMachine(["0", "1"], "0", ["a", "H"], "a", [("0", "a", "1", "H", "S")], halting=["H"])
    space = CodeSpace.of(machine)
    chart = chart_at("shared:tuple", space, machine)
    assert chart.coordinates[0] == SharedFactor("0", "a", "tuple")
    assert str(chart.coordinates[0]) == "(0, a) errs in its tuple"
    u = np.array([[0.5, 0.25, 0.5, 0.125, 0.25]])
    plain = chart_at("simplex", space, machine)
    np.testing.assert_array_equal(chart.codes(u), plain.codes(u[:, :1] * u[:, 1:]))
    costs = np.array([[1 << 58, 3, 1 << 58, 5, 7], [1, 2, 3, 4, 5]])
    entries = chart.entry_costs(costs)
    assert entries[:, chart.columns].tolist() == [[1 << 58] * 4, [3, 4, 5, 6]]
    counts = chart.coordinate_counts(costs, np.arange(2 * entries.shape[1]).reshape(2, -1))
    assert counts[0, 0] == chart.columns.sum()
    assert counts[0, 1:].tolist() == chart.columns.tolist()


def test_positive_parts_never_err():
    chart = chart_at("relu:next", SPACE, MACHINE)
    costs = np.ones((1, chart.dimension), dtype=np.int64)
    entries = chart.entry_costs(costs).reshape(SPACE.shape)
    wrong_next = entries[:, 3:5]
    assert sorted(wrong_next.ravel().tolist()) == [0] * 6 + [1 << 58] * 6
    values = chart.code_in(_Ones())
    assert [row[3:5].count(float("inf")) for row in values] == [1] * 6


class _Ones(MinPlus):
    def variable(self, index):
        return 1


def test_weights():
    def of(name, prior=1):
        found = weights(checked_concentration(prior), chart_at(name, SPACE, MACHINE))
        return [str(x) for x in found[:5]]

    assert of("product:3", "1/2") == ["1/2"] * 5
    assert of("product:1*3,next=2") == ["1/3", "1/3", "1", "1/3", "1/3"]
    assert of("power:1/2", {"next": 3}) == ["2", "2", "6", "2", "2"]
    assert of("softmax:laplace=2") == ["1/2"] * 5
    assert of("softmax:squared=2") == ["1/8"] * 5
    assert set(weights(Fraction(1), chart_at("sphere", SPACE, MACHINE))) == {1}
