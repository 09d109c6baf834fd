"""Check a certificate from its point and problem alone: nothing here, nor imported from here, solves a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._fractions import exact_fraction
from noisytm.codespace import Coordinate
from noisytm.degeneracy.certificate import Certificate, FatalSyndrome
from noisytm.degeneracy.counting import bounds_of, length_of, loss_factor
from noisytm.degeneracy.oracle import Oracle, integer_costs
from noisytm.degeneracy.prior import checked_concentration, weights
from noisytm.errors import CertificateError, FormatError, NoisytmError, ProblemError
from noisytm.machine import TuringMachine, shown
from noisytm.problem import problem_from_mapping
from noisytm.relaxation.charts import chart_at, checked_chart
from noisytm.relaxation.evaluation import checked_loss
from noisytm.relaxation.faces import BitCoordinate, coordinate_from_json, face_from_json
from noisytm.relaxation.reached import reached_keys
from noisytm.relaxation.semantics import checked_semantics

Names = tuple[Coordinate | BitCoordinate, ...]
Index = dict[Coordinate | BitCoordinate, int]

ENTRIES = (
    "machine", "problem", "semantics", "loss", "chart", "prior_concentration", "dimension", "used_tuples",
    "unused_tuples", "description_length", "bounds", "learning_coefficient", "multiplicity", "certificate",
)  # fmt: skip
MAX_COST_BITS = 57
MAX_BITS_SHOWN = 200


def verify_certificate(certificate: Certificate, memory: int | None = None) -> None:
    """Check a certificate: upper bound by the oracle, lower bound by arithmetic, every syndrome by its costs.

    Parameters
    ----------
    certificate : Certificate
        The certificate.
    memory : int, optional
        Bytes that the oracle may take; by default half of what is available.

    Raises
    ------
    CertificateError
        Naming the first thing that fails.
    BudgetError
        If there is too little memory.
    """
    _check(certificate, _oracle(certificate, memory))


def _oracle(certificate: Certificate, memory: int | None) -> Oracle:
    where = certificate.face, certificate.semantics, certificate.chart
    try:
        return Oracle(certificate.problem, *where, memory)
    except ProblemError as error:
        raise CertificateError(f"the machine does not solve the problem: {error}") from None


def _weights(certificate: Certificate, oracle: Oracle) -> tuple[Fraction, ...]:
    try:
        return weights(certificate.prior_concentration, oracle.chart)
    except ProblemError as error:
        raise CertificateError(str(error)) from None


def _check(certificate: Certificate, oracle: Oracle) -> None:
    gamma = _weights(certificate, oracle)
    _check_primal(certificate, oracle, gamma)
    _check_dual(certificate, gamma)
    _check_fatal(certificate.dual, oracle)


def _check_primal(certificate: Certificate, oracle: Oracle, gamma: Sequence[Fraction]) -> None:
    v = certificate.primal
    if len(v) != oracle.dimension:
        raise CertificateError(f"primal has {len(v)} values; the chart has {oracle.dimension} coordinates")
    for j, x in enumerate(v):
        if x < 0:
            raise CertificateError(f"primal value of {oracle.coordinates[j]} is {_text(x)}; it must be >= 0")
    total = sum((x * g for x, g in zip(v, gamma, strict=True)), Fraction(0))
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


def _check_dual(certificate: Certificate, gamma: Sequence[Fraction]) -> None:
    names = certificate.coordinates
    load = [Fraction(0)] * len(names)
    for row in certificate.dual:
        if row.weight <= 0:
            raise CertificateError(f"dual weight {_text(row.weight)} is not positive")
        for j, count in row.syndrome:
            load[j] += row.weight * count
    for j, x in enumerate(load):
        if x > gamma[j]:
            raise CertificateError(
                f"dual weights on {names[j]} sum to {_text(x)}, more than its prior concentration {_text(gamma[j])}"
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


def verify(record: Any, *, full: bool = False, memory: int | None = None) -> Certificate:
    """Check the JSON object that ``noisytm bound --json`` writes.

    Everything is derived again from its machine, with the free entries if there are any, and its problem: used tuples,
    description length, bounds, and the learning coefficient by its certificate.

    Parameters
    ----------
    record : mapping
        The parsed JSON.
    full : bool
        Also compute the multiplicity again, which the certificate does not prove.
    memory : int, optional
        Bytes that the oracle may take; by default half of what is available.

    Returns
    -------
    Certificate
        The certificate, checked.

    Raises
    ------
    CertificateError
        Naming the first thing that fails.
    BudgetError
        If there is too little memory.

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
    oracle = _oracle(certificate, memory)
    _check_derived(record, certificate, oracle)
    _check(certificate, oracle)
    if full:
        from noisytm.degeneracy.recheck import check_multiplicity

        check_multiplicity(certificate, record["multiplicity"], memory)
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
    chain = bounds_of(oracle, record["loss"], _weights(certificate, oracle), used)
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
