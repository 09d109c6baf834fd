"""Certificates in files: the JSON object that `noisytm bound --json` writes, read and checked against its machine."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from noisytm._fractions import exact_fraction
from noisytm._text import shown
from noisytm.codespace import Coordinate
from noisytm.degeneracy.certificate.checker import check, oracle_of, weights_of
from noisytm.degeneracy.certificate.claim import FatalSyndrome
from noisytm.degeneracy.certificate.proof import Certificate
from noisytm.degeneracy.counting import bounds_of, length_of, loss_factor
from noisytm.degeneracy.oracle import Oracle
from noisytm.errors import CertificateError, FormatError, NoisytmError, ProblemError
from noisytm.geometry import (
    BitCoordinate,
    chart_at,
    checked_chart,
    checked_concentration,
    coordinate_from_json,
    face_from_json,
    reached_keys,
)
from noisytm.machine import TuringMachine
from noisytm.problem import problem_from_mapping
from noisytm.relaxation.marginal import checked_loss
from noisytm.relaxation.semantics import checked_semantics

Names = tuple[Coordinate | BitCoordinate, ...]
Index = dict[Coordinate | BitCoordinate, int]

ENTRIES = (
    "machine", "problem", "semantics", "loss", "chart", "prior_concentration", "dimension", "used_tuples",
    "unused_tuples", "description_length", "bounds", "learning_coefficient", "multiplicity", "certificate",
)  # fmt: skip


def check_record(record: Any, memory: int | None = None) -> Certificate:
    """Check a record of an exact learning coefficient, all but its multiplicity; see `noisytm.verify`."""
    if not isinstance(record, Mapping):
        raise CertificateError(f"the certificate file holds {shown(record)}; it must be an object")
    for entry in ENTRIES:
        if entry not in record:
            raise CertificateError(f"the certificate file lacks {entry!r}")
    certificate = _certificate(record)
    oracle = oracle_of(certificate, memory)
    _check_derived(record, certificate, oracle)
    check(certificate, oracle)
    return certificate


def _certificate(record: Mapping[str, Any]) -> Certificate:
    try:
        machine = TuringMachine.from_json(record["machine"])
        entries = record["problem"]
        if not isinstance(entries, Mapping):
            raise ProblemError(f"problem is {shown(entries)}; it must be an object")
        if "machine" in entries and TuringMachine.from_json(entries["machine"]) != machine:
            raise ProblemError("the problem's machine is not the machine")
        if record.get("machine_key", machine.key) != machine.key:
            raise FormatError(f"machine_key is {shown(record['machine_key'])}, but the machine's key is {machine.key}")
        problem = problem_from_mapping(entries, machine)
        semantics = checked_semantics(record["semantics"])
        factor = loss_factor(checked_loss(record["loss"]))
        chart = checked_chart(record["chart"])
        face = face_from_json(record, machine, of_digits=chart == "bits")
        concentration = checked_concentration(record["prior_concentration"])
    except NoisytmError as error:
        raise CertificateError(str(error)) from None
    primal, dual = _parsed_proof(record["certificate"], chart_at(chart, problem.space, face).coordinates)
    value = _fraction(record["learning_coefficient"], "learning_coefficient") / factor
    return Certificate(problem, face, semantics, chart, concentration, value, primal, dual)


def _parsed_proof(proof: Any, names: Names) -> tuple[tuple[Fraction, ...], tuple[FatalSyndrome, ...]]:
    index: Index = dict(zip(names, range(len(names)), strict=True))
    primal: dict[int, Fraction] = {}
    for entry in _list_of(proof, "primal", ("coordinate", "value")):
        j = _new_coordinate(entry["coordinate"], index, primal, "primal")
        primal[j] = _fraction(entry["value"], f"primal value of {names[j]}")
    dual = []
    for entry in _list_of(proof, "dual", ("syndrome", "weight", "costs")):
        counts: dict[int, int] = {}
        for error in _list_of(entry, "syndrome", ("coordinate", "count")):
            j = _new_coordinate(error["coordinate"], index, counts, "a syndrome")
            counts[j] = _positive(error["count"], f"count of {names[j]}")
        costs = entry["costs"]
        if not isinstance(costs, list) or not all(isinstance(c, int) and not isinstance(c, bool) for c in costs):
            raise CertificateError(f"costs are {shown(costs)}; they must be a list of integers")
        weight = _fraction(entry["weight"], "dual weight")
        dual.append(FatalSyndrome(tuple(sorted(counts.items())), weight, tuple(costs)))
    return tuple(primal.get(j, Fraction(0)) for j in range(len(names))), tuple(dual)


def _list_of(holder: Any, name: str, keys: tuple[str, ...]) -> list[Mapping[str, Any]]:
    items = holder.get(name) if isinstance(holder, Mapping) else None
    if not isinstance(items, list) or not all(isinstance(x, Mapping) and set(keys) <= set(x) for x in items):
        raise CertificateError(f"certificate entry {name!r} must be a list of objects with {', '.join(keys)}")
    return items


def _new_coordinate(record: Any, index: Index, known: Mapping[int, Any], where: str) -> int:
    name = coordinate_from_json(record)
    if name is not None and name in index:
        if index[name] in known:
            raise CertificateError(f"{where} gives {name} twice")
        return index[name]
    raise CertificateError(f"{shown(record)} is not an error coordinate of this machine")


def _fraction(value: Any, what: str) -> Fraction:
    try:
        if isinstance(value, float):
            raise ValueError
        return exact_fraction(value)
    except ValueError:
        raise CertificateError(f"{what} is {shown(value)}; it must be a fraction such as '29/3'") from None


def _positive(value: Any, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise CertificateError(f"{what} is {shown(value)}; it must be an integer >= 1")
    return value


def _check_derived(record: Mapping[str, Any], certificate: Certificate, oracle: Oracle) -> None:
    problem, machine = certificate.problem, certificate.machine
    used = reached_keys(problem, certificate.face, certificate.semantics)
    chain = bounds_of(oracle, record["loss"], weights_of(certificate, oracle), used)
    derived: dict[str, Any] = {
        **{name: None for name in ("free", "digits") if name in record},
        **certificate.face.to_json(),
        "dimension": oracle.dimension,
        "used_tuples": [list(k) for k in used],
        "unused_tuples": [list(k) for k in machine.keys if k not in used],
        "description_length": length_of(problem, used).to_json(),
        "bounds": chain.to_json(),
    }
    for name, value in derived.items():
        if record[name] != value:
            raise CertificateError(f"{name} is {shown(record[name])}, but the machine and problem give {shown(value)}")
    _positive(record["multiplicity"], "multiplicity")
