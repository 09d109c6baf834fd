"""No mutation of a valid certificate of finite precision, in memory or as a file, that changes Λ is accepted.

What is accepted after all must be true of the mutated point and problem: Λ is computed anew there.
"""

import copy
import dataclasses
import functools
import json
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import (
    BitFace,
    CertificateError,
    Face,
    SynthesisProblem,
    TuringMachine,
    learning_coefficient,
    library,
    precision,
    verify,
    words,
)
from noisytm.degeneracy.grids import Leaf, Split
from noisytm.errors import BudgetError, NoisytmError

DETECT_A = library.machine("detectA")
TWO = TuringMachine(["_"], "_", ["0", "1", "H"], "0", [("_", "0", "_", "H", "S"), ("_", "1", "_", "H", "S")], ["H"])
SETTINGS = settings(
    max_examples=examples(1000, 40),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)
ODD = (0, 1, -1, 2, 2**57, True, 1.0, float("nan"), None, "", "1", "29/3", (), [], {}, ((0, 1),), Fraction(1, 3))
ODD_JSON = (0, 1, -1, 7, 2**57, True, 1.0, None, "", "1", "-1/2", "29/3", "x", [], {}, [1])


@functools.cache
def results():
    standard = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)
    small = SynthesisProblem.of_machine(DETECT_A, words("AB", 1), 3)
    halts = SynthesisProblem.of_machine(TWO, [""], 3, targets={"": "H"})
    return (
        precision(standard, DETECT_A),
        precision(standard, DETECT_A, loss="brier", prior_concentration={"next": "1/2"}),
        precision(halts, TWO, semantics="mean-field"),
        precision(small, BitFace.of_face(Face(DETECT_A)), chart="bits", semantics="annealed"),
    )


def true_of(certificate):
    """Return whether the lines are those of the point, and what is claimed to be proved is."""
    again = precision(
        certificate.problem,
        certificate.face,
        semantics=certificate.semantics,
        loss=certificate.loss,
        chart=certificate.chart,
        prior_concentration=certificate.prior_concentration,
    )
    if certificate.complete:
        return [(k.s, k.value) for k in certificate.kinks] == list(again.breakpoints)
    above = all(line.at(s) >= again.at(s) for line in certificate.lines for s in (Fraction(1, 2), Fraction(4, 3), 5))
    return above and all(again.at(k.s) == k.value for k in certificate.kinks)


def changed(draw, part, depth=0):
    """Draw a change somewhere inside a dataclass or a tuple."""
    if dataclasses.is_dataclass(part) and depth < 4 and not isinstance(part, (SynthesisProblem, Face, BitFace)):
        name = draw(st.sampled_from([f.name for f in dataclasses.fields(part)]))
        return dataclasses.replace(part, **{name: changed(draw, getattr(part, name), depth + 1)})
    if isinstance(part, tuple) and part and draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(part) - 1))
        return (*part[:at], changed(draw, part[at], depth), *part[at + 1 :])
    near = []
    if isinstance(part, (int, Fraction)) and not isinstance(part, bool):
        near = [part + 1, part - 1, -part, part * 2, Fraction(part) / 2, part + Fraction(1, 10**20), float(part)]
    if isinstance(part, tuple):
        near = [part[1:], part[:-1], (*part, *part[:1]), part[::-1], list(part)]
    if isinstance(part, str):
        near = ["log", "brier", "simplex", "bits", "sphere", "mean-field", "pseudo-utm"]
    return draw(st.sampled_from([*near, *ODD]))


@st.composite
def certificates(draw):
    certificate = draw(st.sampled_from([r.certificate for r in results()]))
    for _ in range(draw(st.integers(1, 2))):
        try:
            certificate = changed(draw, certificate)
        except (NoisytmError, TypeError, ValueError, AttributeError, OverflowError):
            continue
    return certificate


@sweep
@SETTINGS
@given(certificates())
def test_certificates_in_memory(certificate):
    try:
        certificate.verify()
    except (CertificateError, BudgetError):
        return
    assert true_of(certificate)


def paths(record, here=()):
    """Yield the place of every value in a record."""
    yield here
    inside = record.items() if isinstance(record, dict) else enumerate(record) if isinstance(record, list) else ()
    for name, value in inside:
        yield from paths(value, (*here, name))


def put(record, path, value):
    found = copy.deepcopy(record)
    at = found
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value(at[path[-1]]) if callable(value) else value
    return found


@st.composite
def files(draw):
    record = json.loads(json.dumps(draw(st.sampled_from([r.to_json() for r in results()]))))
    path = draw(st.sampled_from([p for p in paths(record["precision"], ("precision",)) if len(p) > 1]))
    return put(record, path, draw(st.sampled_from(ODD_JSON)))


@sweep
@SETTINGS
@given(files())
def test_files(record):
    try:
        certificate = verify(record)
    except (CertificateError, BudgetError):
        return
    assert true_of(certificate)


def forged(index, **changes):
    return dataclasses.replace(results()[index].certificate, **changes)


def replaced(items, at, item):
    return (*items[:at], item, *items[at + 1 :])


@pytest.mark.parametrize("index", range(4))
def test_every_weight_and_every_value_counts(index):
    """A weight that is smaller proves less, one that is larger loads too much: the leaves leave no room."""
    claim = results()[index].certificate
    claim.verify()
    wrong = []
    for k, kink in enumerate(claim.kinks):
        for n, node in enumerate(kink.tree):
            if isinstance(node, Leaf):
                for m, (i, y) in enumerate(node.weights):
                    for other in (y / 2, y * 2, y + Fraction(1, 10**30), -y, 0 * y):
                        leaf = Leaf(replaced(node.weights, m, (i, other)))
                        wrong.append((k, dataclasses.replace(kink, tree=replaced(kink.tree, n, leaf))))
            else:
                other = Split((node.coordinate + 1) % len(claim.coordinates))
                wrong.append((k, dataclasses.replace(kink, tree=replaced(kink.tree, n, other))))
            shorter = kink.tree[:n] + kink.tree[n + 1 :]
            wrong.append((k, dataclasses.replace(kink, tree=shorter)))
        near = kink.value + Fraction(1, 10**30)
        for s, value in ((kink.s, kink.value * 2), (kink.s * 2, kink.value), (kink.s, near)):
            wrong.append((k, dataclasses.replace(kink, s=s, value=value)))
    for k, kink in wrong[:: max(1, len(wrong) // 60)]:
        with pytest.raises(CertificateError):
            forged(index, kinks=replaced(claim.kinks, k, kink)).verify()


@pytest.mark.parametrize("index", range(4))
def test_lines_that_are_not_proved(index):
    claim = results()[index].certificate
    wrong = []
    for k, line in enumerate(claim.lines):
        less = tuple(x / 2 for x in line.primal)
        wrong += [
            (k, dataclasses.replace(line, slope=line.slope / 2 or Fraction(-1))),
            (k, dataclasses.replace(line, intercept=line.intercept - 1)),
            (k, dataclasses.replace(line, slope=line.slope / 2, primal=less, intercept=line.intercept - 1)),
            (k, dataclasses.replace(line, pinned=line.pinned[1:], intercept=line.intercept - 1)),
        ]
    for k, line in wrong:
        with pytest.raises(CertificateError):
            forged(index, lines=replaced(claim.lines, k, line)).verify()
        with pytest.raises(CertificateError):
            forged(index, lines=replaced(claim.lines, k, line), kinks=(), complete=False).verify()
    for k in range(len(claim.lines)):
        with pytest.raises(CertificateError):
            forged(index, lines=claim.lines[:k] + claim.lines[k + 1 :]).verify()
        with pytest.raises(CertificateError):  # a set that some fatal syndrome avoids, or a v that is too small
            line = dataclasses.replace(claim.lines[k], pinned=(), intercept=Fraction(0), slope=Fraction(0), primal=less)
            forged(index, lines=(line,), kinks=()).verify()


def test_a_chart_without_a_grid():
    claim = results()[0].certificate
    with pytest.raises(CertificateError, match="sphere"):
        dataclasses.replace(claim, chart="sphere").verify()


def test_syndromes_that_are_not_fatal():
    claim = results()[0].certificate
    row = claim.syndromes[-1]
    for other in (
        dataclasses.replace(row, syndrome=tuple((j, k + 1) for j, k in row.syndrome)),
        dataclasses.replace(row, syndrome=row.syndrome[:-1] or ((0, 5),)),
        dataclasses.replace(row, costs=tuple(reversed(row.costs))),
        dataclasses.replace(row, costs=(0,) * len(row.costs)),
    ):
        with pytest.raises(CertificateError):
            forged(0, syndromes=(*claim.syndromes[:-1], other)).verify()


def test_a_bound_with_its_precision():
    """What stands in the record of a learning coefficient is checked with it."""
    curve = results()[0]
    record = learning_coefficient(curve.problem, DETECT_A)
    whole = dataclasses.replace(record, precision=curve).to_json()
    assert type(record).from_json(json.loads(json.dumps(whole))).precision.certificate == curve.certificate
    verify(whole)
    place = ("precision", "proof", "trees", 1)
    n, leaf = next((n, node) for n, node in enumerate(whole["precision"]["proof"]["trees"][1]) if node.get("weights"))
    for path, value in (
        (("precision", "transversal"), "9"),
        (("precision", "breakpoints", 0, 1), "9"),
        (("precision", "lines", 1, 0), "4"),
        (("precision", "complete"), False),
        (("precision", "transversal"), None),
        (("precision", "proof"), None),
        ((*place, n, "weights", 0, 1), str(Fraction(leaf["weights"][0][1]) / 3)),
        ((*place, n), None),
        (("noisytm",), "bound/1"),
    ):
        with pytest.raises(CertificateError):
            verify(put(whole, path, value))
