"""No mutation of a valid certificate, in memory or as a file, that changes λ or m is accepted: thousands, of any type.

What is accepted after all must be true of the mutated point and problem: λ and m are computed anew there.
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

from noisytm import BitFace, CertificateError, Face, SynthesisProblem, learning_coefficient, library, verify, words
from noisytm.errors import BudgetError, NoisytmError

COUNT = 5  # certificates that are mutated
DETECT_A = library.machine("detectA")
SETTINGS = settings(
    max_examples=examples(1000, 120),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)
ODD_NUMBERS = (0, 1, -1, 2, 30, 1000, 2**57, 2**64, 10**400, True, False, 1.0, 0.5, float("nan"), float("inf"), 1e-300)
ODD_VALUES = (
    *ODD_NUMBERS,
    None,
    "",
    "1",
    "29/3",
    "x",
    b"1",
    (),
    [],
    {},
    (1,),
    ((0, 1),),
    Fraction(1, 3),
    Fraction(-1),
    1j,
)
ODD_JSON = (
    0,
    1,
    -1,
    2,
    7,
    2**57,
    10**30,
    True,
    False,
    1.0,
    0.5,
    None,
    "",
    "1",
    "0",
    "-1/2",
    "29/3",
    "x",
    "L",
    [],
    {},
    [1],
)


def _results():
    small = SynthesisProblem.of_machine(DETECT_A, words("AB", 1), 3)
    standard = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)
    digits = [list(row) for row in BitFace.of_face(Face(DETECT_A)).digits]
    digits[0][0], digits[1][2] = "11", "0*"
    return (
        learning_coefficient(standard, DETECT_A),
        learning_coefficient(standard, DETECT_A, semantics="mean-field", loss="brier"),
        learning_coefficient(small, BitFace(DETECT_A, digits), chart="bits", prior_concentration="2/3"),
        learning_coefficient(
            small, Face.with_free_unused(small, DETECT_A), semantics="annealed", chart="sphere", loss="brier"
        ),
        learning_coefficient(small, DETECT_A, semantics="quenched", prior_concentration={"next": "1/2"}),
    )


@functools.cache
def results():
    return _results()


def true_of(certificate):
    """Return whether λ and, where it is claimed, m are those of the point."""
    again = learning_coefficient(
        certificate.problem,
        certificate.face,
        semantics=certificate.semantics,
        loss=certificate.loss,
        chart=certificate.chart,
        prior_concentration=certificate.prior_concentration,
    )
    return certificate.value == again.value and certificate.multiplicity in (None, again.multiplicity)


def changed_value(draw, value):
    """Draw something else in the place of a value: a number nearby, an odd one, or another type."""
    near = []
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        near = [value + 1, value - 1, -value, value * 2, Fraction(value) / 2, float(value), str(value), Fraction(value)]
    if isinstance(value, tuple):
        near = [value[1:], value[:-1], (*value, *value[:1]), value[::-1], list(value), value + (0,)]
    if isinstance(value, str):
        near = ["log", "brier", "simplex", "bits", "sphere", "mean-field", "pseudo-utm", "annealed", "quenched"]
    return draw(st.sampled_from([*near, *ODD_VALUES]))


def changed_part(draw, part, depth=0):
    """Draw a change somewhere inside a dataclass or a tuple."""
    names = []
    if dataclasses.is_dataclass(part) and depth < 3:
        names = [f.name for f in dataclasses.fields(part)]
        name = draw(st.sampled_from(names))
        return dataclasses.replace(part, **{name: changed_part(draw, getattr(part, name), depth + 1)})
    if isinstance(part, tuple) and part and draw(st.booleans()):
        at = draw(st.integers(0, len(part) - 1))
        return (*part[:at], changed_part(draw, part[at], depth), *part[at + 1 :])
    return changed_value(draw, part)


@st.composite
def certificates(draw):
    certificate = draw(st.sampled_from([r.certificate for r in results()]))
    for _ in range(draw(st.integers(1, 2))):
        try:
            certificate = changed_part(draw, certificate)
        except (NoisytmError, TypeError, ValueError, AttributeError, OverflowError):
            continue  # a machine, face or problem refuses to be made so
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


# What proves a value need not be changed to change what is proved: the claims themselves, with the proof as it is.
@pytest.mark.parametrize("index", range(COUNT))
def test_other_claims_with_the_same_proof(index):
    certificate = results()[index].certificate
    wrong = [{"value": certificate.value + d} for d in (1, -1, Fraction(1, 10**30), -certificate.value, float("nan"))]
    wrong += [{"value": float(certificate.value)}, {"value": str(certificate.value)}, {"multiplicity": None}]
    wrong += [{"multiplicity": certificate.multiplicity + d} for d in (1, -1, 100)]
    wrong += [{"loss": {"log": "brier", "brier": "log"}[certificate.loss]}, {"dual": ()}, {"primal": ()}]
    if certificate.multiplicity > 1:  # a smaller one, with as many points as it needs
        proof = dataclasses.replace(certificate.optimal_face, points=certificate.optimal_face.points[1:])
        wrong.append({"multiplicity": certificate.multiplicity - 1, "optimal_face": proof})
    for change in wrong:
        with pytest.raises(CertificateError):
            dataclasses.replace(certificate, **change).verify()


def scaled_rows(rows, factor):
    return tuple(dataclasses.replace(row, weight=row.weight * factor) for row in rows)


@pytest.mark.parametrize("factor", [Fraction(1, 2), 2, Fraction(10**20 + 1, 10**20), -1])
@pytest.mark.parametrize("index", range(COUNT))
def test_consistent_forgeries(index, factor):
    """Value, v and weights, all scaled alike: the sums agree, the bounds do not."""
    certificate = results()[index].certificate
    proof = certificate.optimal_face
    points = tuple(tuple(x * factor for x in v) for v in proof.points)
    forged = dataclasses.replace(
        certificate,
        value=certificate.value * factor,
        primal=tuple(x * factor for x in certificate.primal),
        dual=scaled_rows(certificate.dual, factor),
        optimal_face=dataclasses.replace(proof, points=points, dual=scaled_rows(proof.dual, factor)),
    )
    with pytest.raises(CertificateError):
        forged.verify()


@pytest.mark.parametrize(
    "syndrome",
    [((0, -1), (0, 1)), ((0, 0), (1, 1)), ((0, Fraction(1, 1000)),), ((0, 1e-300),), ((-30, 1),), ((30, 1),), (),
     ((1, 1), (0, 1)), ((0, True),), [(0, 1)], ((0,),), (("0", 1),), ((0, 1, 1),), None],
)  # fmt: skip
def test_forged_rows(syndrome):
    """A row that costs nothing to load proves any value."""
    certificate = results()[0].certificate
    row = dataclasses.replace(certificate.dual[0], syndrome=syndrome, weight=Fraction(1000))
    forged = dataclasses.replace(
        certificate, value=Fraction(1000), primal=(Fraction(1000, 30),) * 30, dual=(row,),
        multiplicity=None, optimal_face=None,
    )  # fmt: skip
    with pytest.raises(CertificateError):
        forged.verify()


@functools.cache
def records():
    return tuple(json.dumps(r.to_json()) for r in results())


def places(node, path=()):
    """Return the paths of all entries of a JSON value."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [found for key, value in items for found in ((*path, key), *places(value, (*path, key)))]


@functools.cache
def places_of(text):
    return places(json.loads(text))


def mutate(draw, record, path):
    """Change, remove, repeat, exchange or rename one entry."""
    *above, key = path
    holder = functools.reduce(lambda node, step: node[step], above, record)
    value = holder[key]
    near = []
    if isinstance(value, str):
        near = [value + "0", value[::-1], "A", "accept", "R", "next", "1/3", "2", "10"]
    if isinstance(value, int):
        near = [value + 1, value - 1, value * 2, -value, float(value), str(value)]
    kind = draw(st.sampled_from(["change", "change", "change", "remove", "repeat", "exchange", "add"]))
    if kind == "remove":
        del holder[key]
    elif kind == "repeat" and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(value))
    elif kind == "exchange" and isinstance(holder, list):
        holder.reverse()
    elif kind == "add" and isinstance(holder, dict):
        holder[draw(st.sampled_from(["more", "free", "digits", "bit", "wrong", "dual"]))] = value
    else:
        holder[key] = copy.deepcopy(draw(st.sampled_from([*near, *ODD_JSON])))


@st.composite
def files(draw):
    text = draw(st.sampled_from(records()))
    record = json.loads(text)
    for _ in range(draw(st.integers(1, 2))):
        found = places(record) if _ else places_of(text)
        # cost vectors are most of a file: half of the time look elsewhere
        if draw(st.booleans()):
            found = [p for p in found if "costs" not in p] or found
        if found:
            mutate(draw, record, draw(st.sampled_from(found)))
    return record


@sweep
@SETTINGS
@given(files())
def test_files(record):
    try:
        certificate = verify(record, seconds=60)
    except (CertificateError, BudgetError):
        return
    assert Fraction(record["learning_coefficient"]) == certificate.value
    assert certificate.multiplicity in (None, record["multiplicity"])
    assert true_of(certificate)
