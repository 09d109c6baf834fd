"""Certificates in files: the JSON object that `noisytm bound --json` writes, read and checked against its machine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from noisytm._checks import string, whole
from noisytm._clock import OutOfTime
from noisytm._fractions import exact_fraction
from noisytm._text import shown
from noisytm.codespace import KEYS
from noisytm.degeneracy.certificate.checker import check, oracle_of, unchecked, weights_of
from noisytm.degeneracy.certificate.claim import FaceProof, FatalSyndrome
from noisytm.degeneracy.certificate.form import require_form
from noisytm.degeneracy.certificate.proof import Certificate
from noisytm.degeneracy.certificate.sizes import require_sizes
from noisytm.degeneracy.counting import bounds_of, keys_asked, length_of, used_entries
from noisytm.degeneracy.oracle import Oracle, Syndrome
from noisytm.errors import CertificateError, FormatError, NoisytmError, ProblemError
from noisytm.geometry import (
    CHARTS,
    AnyCoordinate,
    chart_at,
    checked_chart,
    checked_concentration,
    coordinate_from_json,
    face_in,
)
from noisytm.losses import checked_loss
from noisytm.machine import Description, listed_from_json
from noisytm.problem import SynthesisProblem, problem_from_mapping
from noisytm.relaxation.semantics import checked_semantics

Names = tuple[AnyCoordinate, ...]
Index = dict[AnyCoordinate, int]

# What version 0.1 wrote, without a tag; numbers that nothing depends on may be missing.
ENTRIES = (
    "machine", "problem", "semantics", "loss", "chart", "prior_concentration", "dimension", "used_tuples",
    "unused_tuples", "description_length", "bounds", "learning_coefficient", "multiplicity", "certificate",
)  # fmt: skip
# Where a chart has no learning coefficient, but a law of E[nK].
LAW_ENTRIES = tuple(entry for entry in ENTRIES if entry != "bounds") + ("law",)
LAW = ("growth", "c")
OPTIONAL = ("machine_key", "free", "digits", "iterations", "seconds", "version")
MORE = ("precision", "keys")  # of the newest number; checked by another
MOST_HALVES = 10**9
ASKED = ("semantics", "loss", "chart", "prior_concentration")
HEADER = ("noisytm", "problem_key", "options", "seed", "compile_seconds")
TAGS = ("bound/1", "bound/2")
PROOF, ROW, ERROR, VALUE = ("primal", "dual"), ("syndrome", "weight", "costs"), ("coordinate", "count"), (
    "coordinate", "value",
)  # fmt: skip


def check_record(record: Any, memory: int | None = None) -> Certificate:
    """Check a record of an exact learning coefficient; see `noisytm.verify`.

    Returns
    -------
    Certificate
        With ``multiplicity`` ``None`` if the record, of version 0.1, has no proof of it.
    """
    with unchecked("everything"):
        require_sizes(record, memory)
        certificate = read_record(record)
        require_form(certificate)
        oracle = oracle_of(certificate, memory)
    with unchecked("used tuples, bounds and the whole proof"):
        _check_derived(record, certificate, oracle)
    check(certificate, oracle)
    return certificate


def read_record(record: Any) -> Certificate:
    """Return the certificate that a record holds, with nothing checked but its form.

    Raises
    ------
    CertificateError
        If an entry is missing, unknown, or not what it must be.
    """
    _require_entries(record)
    proof = record["certificate"]
    has_face = isinstance(proof, Mapping) and "optimal_face" in proof
    law = "law" in record
    if "noisytm" in record and not has_face and not law:
        raise CertificateError(
            f"certificate of {record['noisytm']} lacks 'optimal_face', the proof of the multiplicity"
        )
    try:
        machine = listed_from_json(record["machine"])
        problem = _problem(record, machine)
        semantics, loss = checked_semantics(record["semantics"]), checked_loss(record["loss"])
        chart = checked_chart(record["chart"])
        keys = KEYS[problem.space.noisy_keys]
        face = face_in(chart, problem.space, CHARTS.named(chart).read_face(record, machine, keys))
        concentration = checked_concentration(record["prior_concentration"])
    except OutOfTime:
        raise
    except NoisytmError as error:
        raise CertificateError(str(error)) from None
    kind = CHARTS.named(chart)
    if bool(kind.growth) != law:
        has = "a law of E[nK], and no learning coefficient" if kind.growth else "no law of E[nK]"
        raise CertificateError(f"the {chart} chart has {has}; the record is of another")
    multiplicity = None if law else _multiplicity(record["multiplicity"], kind.halves)
    value = _constant(record, kind.growth) if law else _fraction(record["learning_coefficient"], "learning_coefficient")
    reader = Reader(chart_at(chart, problem.space, face).coordinates)
    _require_keys(proof, PROOF, () if law else ("optimal_face",), "certificate")
    primal, dual = reader.point(proof["primal"], "primal"), reader.rows(proof["dual"], "dual")
    return Certificate(
        problem, face, semantics.name, loss, chart, concentration, value, primal, dual,
        multiplicity if has_face else None,
        reader.optimal_face(proof["optimal_face"]) if has_face else None,
    )  # fmt: skip


# What is said of a search that has found the least Λ(s), too.
OF_LEAST_PRECISION = ", with --precision to prove the least Λ(s), too"


def _require_entries(record: Any) -> None:
    if not isinstance(record, Mapping):
        raise CertificateError(f"the certificate file holds {shown(record)}; it must be an object")
    if "noisytm" in record and record["noisytm"] not in TAGS:
        besides = OF_LEAST_PRECISION if "precision" in record else ""
        raise CertificateError(
            f"the certificate file has the tag {shown(record['noisytm'])}; it must be {TAGS[-1]!r}, what noisytm bound"
            f" --json writes; of a search give the file that noisytm search --certificate FILE wrote{besides}"
        )
    if record.get("complete") is False:
        raise CertificateError("the record is of a run that was cut short: it has bounds, and no certificate to check")
    needed = LAW_ENTRIES if "law" in record else ENTRIES
    for entry in needed:
        if entry not in record:
            raise CertificateError(f"the certificate file lacks {entry!r}")
    tagged = any(entry in record for entry in HEADER)
    missing = [entry for entry in HEADER if entry not in record and entry != "compile_seconds"] if tagged else []
    if missing:
        raise CertificateError(f"the certificate file lacks {missing[0]!r}")
    for entry in record:
        more = MORE if record.get("noisytm") == TAGS[-1] else ()
        if entry not in needed + OPTIONAL + more + (HEADER if tagged else ()):
            raise CertificateError(f"the certificate file has the unknown entry {shown(entry)}")
    _count(record.get("iterations", 0), "iterations")
    for entry in ("seconds", "compile_seconds"):
        taken = record.get(entry, 0)
        if not isinstance(taken, (int, float)) or isinstance(taken, bool) or not 0 <= taken < math.inf:
            raise CertificateError(f"{entry} is {shown(taken)}; it must be a number >= 0")
    string("version", record.get("version", ""), CertificateError)


def _problem(record: Mapping[str, Any], machine: Description) -> SynthesisProblem:
    entries = record["problem"]
    if not isinstance(entries, Mapping):
        raise ProblemError(f"problem is {shown(entries)}; it must be an object")
    if "machine" in entries and listed_from_json(entries["machine"]) != machine:
        raise ProblemError("the problem's machine is not the machine")
    if record.get("machine_key", machine.key) != machine.key:
        raise FormatError(f"machine_key is {shown(record['machine_key'])}, but the machine's key is {machine.key}")
    problem = problem_from_mapping(entries, machine)
    keys = KEYS[problem.space.noisy_keys]
    if record.get("keys", KEYS[0]) != keys:
        raise FormatError(f"keys are {shown(record.get('keys'))}, but the problem's are {keys}")
    asked = {name: record[name] for name in (*ASKED, *keys_asked(problem.space))}
    if not _same(record.get("options", asked), asked):
        raise FormatError(f"options are {shown(record['options'])}, but the rest of the record gives {shown(asked)}")
    if record.get("seed") is not None:
        raise FormatError(f"seed is {shown(record['seed'])}, but nothing is drawn; it must be null")
    if record.get("problem_key", problem.key) != problem.key:
        raise FormatError(f"problem_key is {shown(record['problem_key'])}, but the problem's key is {problem.key}")
    return problem


class Reader:
    """Reads points, rows and sets over the coordinates of a chart."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._index: Index = dict(zip(names, range(len(names)), strict=True))

    def point(self, entries: Any, what: str) -> tuple[Fraction, ...]:
        """Read a list of coordinates and values; what it does not list is 0."""
        values: dict[int, Fraction] = {}
        for entry in _objects(entries, VALUE, what):
            j = _new_coordinate(entry["coordinate"], self._index, values, what)
            values[j] = _fraction(entry["value"], f"{what} value of {self._names[j]}")
        return tuple(values.get(j, Fraction(0)) for j in range(len(self._names)))

    def rows(self, entries: Any, what: str) -> tuple[FatalSyndrome, ...]:
        """Read fatal syndromes with their weights and costs."""
        rows = []
        for entry in _objects(entries, ROW, what):
            syndrome, costs = self.syndrome(entry["syndrome"]), entry["costs"]
            if not isinstance(costs, list) or not all(isinstance(c, int) and not isinstance(c, bool) for c in costs):
                raise CertificateError(f"costs are {shown(costs)}; they must be a list of integers")
            weight = _fraction(entry["weight"], f"{what} weight")
            rows.append(FatalSyndrome(syndrome, weight, tuple(costs)))
        return tuple(rows)

    def syndrome(self, entries: Any) -> Syndrome:
        """Read the errors of a syndrome."""
        counts: dict[int, int] = {}
        for error in _objects(entries, ERROR, "syndrome"):
            j = _new_coordinate(error["coordinate"], self._index, counts, "a syndrome")
            counts[j] = _positive(error["count"], f"count of {self._names[j]}")
        return tuple(sorted(counts.items()))

    def places(self, entries: Sequence[Any], what: str) -> tuple[int, ...]:
        """Read a list of distinct coordinates as their indices, rising."""
        known: dict[int, Any] = {}
        for entry in entries:
            known[_new_coordinate(entry, self._index, known, what)] = entry
        return tuple(sorted(known))

    def optimal_face(self, entry: Any) -> FaceProof:
        """Read the proof of a multiplicity."""
        _require_keys(entry, ("points",), ("dual",), "optimal_face")
        if not isinstance(entry["points"], list):
            raise CertificateError(f"points of optimal_face are {shown(entry['points'])}; they must be a list")
        points = tuple(self.point(v, "points of optimal_face") for v in entry["points"])
        rows = self.rows(entry["dual"], "dual of optimal_face") if "dual" in entry else ()
        if "dual" in entry and not rows:
            raise CertificateError("dual of optimal_face is empty; leave it out if that of the value serves")
        return FaceProof(points, rows)


def _require_keys(entry: Any, needed: tuple[str, ...], allowed: tuple[str, ...], what: str) -> None:
    if not isinstance(entry, Mapping):
        raise CertificateError(f"{what} is {shown(entry)}; it must be an object")
    for name in needed:
        if name not in entry:
            raise CertificateError(f"{what} lacks {name!r}")
    for name in entry:
        if name not in needed + allowed:
            raise CertificateError(f"{what} has the unknown entry {shown(name)}")


def _objects(items: Any, keys: tuple[str, ...], name: str) -> list[Mapping[str, Any]]:
    if not isinstance(items, list) or not all(isinstance(x, Mapping) and set(x) == set(keys) for x in items):
        raise CertificateError(f"certificate entry {name!r} must be a list of objects with {', '.join(keys)}")
    return items


def _new_coordinate(record: Any, index: Index, known: Mapping[int, Any], where: str) -> int:
    name = coordinate_from_json(record)
    if name is not None and name in index:
        if index[name] in known:
            raise CertificateError(f"{where} gives {name} twice")
        return index[name]
    raise CertificateError(f"{shown(record)} is not an error coordinate of this machine")


def _constant(record: Mapping[str, Any], growth: str) -> Fraction:
    """Return c of a law; λ and m must be null beside it."""
    for name in ("learning_coefficient", "multiplicity"):
        if record[name] is not None:
            raise CertificateError(f"{name} is {shown(record[name])}; beside a law of E[nK] it is null")
    _require_keys(record["law"], LAW, (), "law")
    if record["law"]["growth"] != growth:
        raise CertificateError(f"growth of the law is {shown(record['law']['growth'])}; in this chart it is {growth!r}")
    return _fraction(record["law"]["c"], "c of the law")


def _multiplicity(value: Any, halves: bool) -> int | Fraction:
    if halves and isinstance(value, str):
        found = _fraction(value, "multiplicity")
        if found.denominator == 1:
            raise CertificateError(f"multiplicity is {shown(value)}; a whole one is a number")
        return found
    return whole("multiplicity", value, -MOST_HALVES if halves else 1, error=CertificateError)


def _fraction(value: Any, what: str) -> Fraction:
    try:
        if isinstance(value, float):
            raise ValueError
        return exact_fraction(value)
    except ValueError:
        raise CertificateError(f"{what} is {shown(value)}; it must be a fraction such as '29/3'") from None


def _count(value: Any, what: str) -> int:
    return whole(what, value, 0, error=CertificateError)


def _positive(value: Any, what: str) -> int:
    return whole(what, value, 1, error=CertificateError)


def _check_derived(record: Mapping[str, Any], certificate: Certificate, oracle: Oracle) -> None:
    problem, machine = certificate.problem, certificate.machine
    used = oracle.semantics.used_keys(problem, certificate.face)
    derived: dict[str, Any] = {
        **{name: None for name in ("free", "digits") if name in record},
        **certificate.face.to_json(),
        "dimension": oracle.dimension,
        **used_entries(problem.space, machine, used),
        "description_length": length_of(problem, used).to_json(),
    }
    if not oracle.chart.growth:
        derived["bounds"] = bounds_of(oracle, record["loss"], weights_of(certificate, oracle), used).to_json()
    for name, value in derived.items():
        if name not in record:
            raise CertificateError(f"the certificate file lacks {name!r}; the point has it: {shown(value)}")
        if not _same(record[name], value):
            raise CertificateError(f"{name} is {shown(record[name])}, but the machine and problem give {shown(value)}")


def _same(found: Any, value: Any) -> bool:
    """Compare JSON values with their types: 1, 1.0 and true are three values."""
    if type(found) is not type(value):
        return False
    if isinstance(value, dict):
        return found.keys() == value.keys() and all(_same(found[k], x) for k, x in value.items())
    if isinstance(value, list):
        return len(found) == len(value) and all(map(_same, found, value))
    return bool(found == value)
