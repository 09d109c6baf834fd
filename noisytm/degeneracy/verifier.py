"""Check a certificate from its machine and problem alone: nothing here solves a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._fractions import exact_fraction
from noisytm.codespace import Coordinate
from noisytm.degeneracy.certificate import Certificate, FatalSyndrome
from noisytm.degeneracy.counting import (
    bounds,
    checked_concentration,
    description_length,
    loss_factor,
    used_keys,
)
from noisytm.degeneracy.oracle import Oracle, integer_costs
from noisytm.errors import CertificateError, FormatError, NoisytmError, ProblemError
from noisytm.machine import TuringMachine, shown
from noisytm.problem import problem_from_mapping
from noisytm.relaxation.evaluation import checked_loss
from noisytm.relaxation.semantics import checked_semantics

ENTRIES = (
    "machine", "problem", "semantics", "loss", "chart", "prior_concentration", "dimension", "used_tuples",
    "unused_tuples", "description_length", "bounds", "learning_coefficient", "multiplicity", "certificate",
)  # fmt: skip
MAX_COST_BITS = 57
MAX_BITS_SHOWN = 200


def verify_certificate(certificate: Certificate) -> None:
    """Check a certificate: upper bound by the oracle, lower bound by arithmetic, every syndrome by its costs.

    Raises
    ------
    CertificateError
        Naming the first thing that fails.
    """
    try:
        oracle = Oracle(certificate.problem, certificate.machine, certificate.semantics)
    except ProblemError as error:
        raise CertificateError(f"the machine does not solve the problem: {error}") from None
    _check_primal(certificate, oracle)
    _check_dual(certificate)
    _check_fatal(certificate.dual, oracle)


def _check_primal(certificate: Certificate, oracle: Oracle) -> None:
    v = certificate.primal
    if len(v) != oracle.dimension:
        raise CertificateError(f"primal has {len(v)} values; the code space has dimension {oracle.dimension}")
    for j, x in enumerate(v):
        if x < 0:
            raise CertificateError(f"primal value of {oracle.coordinates[j]} is {_text(x)}; it must be >= 0")
    total = certificate.prior_concentration * sum(v, Fraction(0))
    if total != certificate.value:
        raise CertificateError(
            f"primal values sum to {_text(total)},"
            f" but the learning coefficient (log loss) is {_text(certificate.value)}"
        )
    costs, scale = integer_costs(v)
    least = oracle.least(costs, enough=scale)
    if least is not None and least < scale:
        raise CertificateError(
            "primal v is not feasible: the oracle finds a fatal syndrome with"
            f" α·v = {_text(Fraction(least, scale))} < 1"
        )


def _check_dual(certificate: Certificate) -> None:
    names, gamma = certificate.coordinates, certificate.prior_concentration
    load = [Fraction(0)] * len(names)
    for row in certificate.dual:
        if row.weight <= 0:
            raise CertificateError(f"dual weight {_text(row.weight)} is not positive")
        for j, count in row.syndrome:
            load[j] += row.weight * count
    for j, x in enumerate(load):
        if x > gamma:
            raise CertificateError(
                f"dual weights on {names[j]} sum to {_text(x)}, more than its prior concentration {_text(gamma)}"
            )
    total = sum((row.weight for row in certificate.dual), Fraction(0))
    if total != certificate.value:
        raise CertificateError(
            f"dual weights sum to {_text(total)}, but the learning coefficient (log loss) is {_text(certificate.value)}"
        )


def _check_fatal(dual: Sequence[FatalSyndrome], oracle: Oracle) -> None:
    for row in dual:
        named = _named(row, oracle)
        if len(row.costs) != oracle.dimension:
            raise CertificateError(
                f"costs of the syndrome {named} have {len(row.costs)} entries; need {oracle.dimension}"
            )
        # Positive costs bound every count by the cost of its syndrome; at cost 0 counts could pass 2^63 unseen.
        if any(not 1 <= c < 1 << MAX_COST_BITS for c in row.costs):
            raise CertificateError(f"costs of the syndrome {named} must be integers from 1 to 2^{MAX_COST_BITS} - 1")
    for row, shown_fatal in zip(dual, oracle.return_somewhere(*_as_arrays(dual, oracle.dimension)), strict=True):
        if not shown_fatal:
            raise CertificateError(
                f"the syndrome {_named(row, oracle)} is not shown to be fatal: at its costs the oracle returns another"
            )


def _as_arrays(dual: Sequence[FatalSyndrome], dimension: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return exponents and costs; a count that no cost of a syndrome below 2^57 allows is cut down to another such."""
    counts = np.zeros((len(dual), dimension), dtype=np.int64)
    for i, row in enumerate(dual):
        for j, k in row.syndrome:
            counts[i, j] = min(k, 1 << MAX_COST_BITS)
    return counts, np.array([row.costs for row in dual], dtype=np.int64).reshape(counts.shape)


def _named(row: FatalSyndrome, oracle: Oracle) -> str:
    return " and ".join(f"{oracle.coordinates[j]} (×{k})" for j, k in row.syndrome)


def _text(x: Fraction) -> str:
    if max(x.numerator.bit_length(), x.denominator.bit_length()) <= MAX_BITS_SHOWN:
        return str(x)
    return f"a fraction near 2^{x.numerator.bit_length() - x.denominator.bit_length()}"


def verify(record: Any, *, full: bool = False) -> Certificate:
    """Check the JSON object that ``noisytm bound --json`` writes.

    Everything is derived again from its machine and problem: used tuples, description length, bounds, and the
    learning coefficient by its certificate.

    Parameters
    ----------
    record : mapping
        The parsed JSON.
    full : bool
        Also compute the multiplicity again, which the certificate does not prove.

    Returns
    -------
    Certificate
        The certificate, checked.

    Raises
    ------
    CertificateError
        Naming the first thing that fails.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, learning_coefficient, library, verify, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=3)
    >>> record = learning_coefficient(problem, machine, semantics="mean-field").to_json()
    >>> verify(record, full=True).value
    Fraction(10, 1)
    """
    if not isinstance(record, Mapping):
        raise CertificateError(f"the certificate file holds {shown(record)}; it must be an object")
    for entry in ENTRIES:
        if entry not in record:
            raise CertificateError(f"the certificate file lacks {entry!r}")
    certificate = _certificate(record)
    _check_derived(record, certificate)
    certificate.verify()
    if full:
        _check_multiplicity(record, certificate)
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
        if record["chart"] != "simplex":
            raise ProblemError(f"chart is {shown(record['chart'])}; it must be simplex")
        gamma = checked_concentration(record["prior_concentration"])
    except NoisytmError as error:
        raise CertificateError(str(error)) from None
    primal, dual = _parsed_proof(record["certificate"], problem.space.coordinates(machine))
    value = _fraction(record["learning_coefficient"], "learning_coefficient") / factor
    return Certificate(problem, machine, semantics, gamma, value, primal, dual)


def _parsed_proof(proof: Any, names: tuple[Coordinate, ...]) -> tuple[tuple[Fraction, ...], tuple[FatalSyndrome, ...]]:
    index = {name: j for j, name in enumerate(names)}
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


def _new_coordinate(record: Any, index: Mapping[Coordinate, int], known: Mapping[int, Any], where: str) -> int:
    fields = Coordinate._fields
    if isinstance(record, Mapping) and all(isinstance(record.get(f), str) for f in fields):
        name = Coordinate(*(record[f] for f in fields))
        if index.get(name) in known:
            raise CertificateError(f"{where} gives {name} twice")
        if name in index:
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


def _check_derived(record: Mapping[str, Any], certificate: Certificate) -> None:
    problem, machine = certificate.problem, certificate.machine
    used = set(used_keys(problem, machine))
    chain = bounds(
        problem,
        machine,
        semantics=certificate.semantics,
        loss=record["loss"],
        prior_concentration=certificate.prior_concentration,
    )
    derived: dict[str, Any] = {
        "dimension": problem.space.dimension,
        "used_tuples": [list(k) for k in machine.keys if k in used],
        "unused_tuples": [list(k) for k in machine.keys if k not in used],
        "description_length": description_length(problem, machine).to_json(),
        "bounds": chain.to_json(),
    }
    for name, value in derived.items():
        if record[name] != value:
            raise CertificateError(f"{name} is {shown(record[name])}, but the machine and problem give {shown(value)}")
    _positive(record["multiplicity"], "multiplicity")


def _check_multiplicity(record: Mapping[str, Any], certificate: Certificate) -> None:
    from noisytm.degeneracy.learning import learning_coefficient

    again = learning_coefficient(
        certificate.problem,
        certificate.machine,
        semantics=certificate.semantics,
        prior_concentration=certificate.prior_concentration,
    )
    if again.multiplicity != record["multiplicity"]:
        raise CertificateError(
            f"multiplicity is {record['multiplicity']}, but computing it again gives {again.multiplicity}"
        )
