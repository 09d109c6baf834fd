"""The whole check of a record; only computing the multiplicity again needs the solver, imported on that day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from noisytm import _clock
from noisytm._checks import flag, memory_of
from noisytm._clock import seconds_given
from noisytm._records import TAG_ENTRY, split_tag
from noisytm.degeneracy.certificate import Certificate, check_record, require_sizes, unchecked
from noisytm.degeneracy.finite_precision import FinitePrecision
from noisytm.degeneracy.grids import PrecisionCertificate, check_claim, read_body
from noisytm.errors import CertificateError, FormatError


def verify(
    record: Any, *, full: bool = False, memory: int | None = None, seconds: float | None = None
) -> Certificate | PrecisionCertificate:
    """Check the JSON object that ``noisytm bound --json`` writes, or `FinitePrecision.to_json`.

    Everything is derived again from its machine, with the free entries if there are any, and its problem: used tuples,
    description length, bounds, and the learning coefficient and the multiplicity by their certificate; of finite
    precision the lines and the kinks by theirs. No solver is needed for that.

    Parameters
    ----------
    record : mapping
        The parsed JSON.
    full : bool
        Also compute the multiplicity again: for records of version 0.1, which do not prove it.
    memory : int, optional
        Bytes that the oracle may take; at most what there is; by default half of what is available.
    seconds : float, optional
        Most time to take; no limit by default.

    Returns
    -------
    Certificate or PrecisionCertificate
        The certificate, checked. The ``multiplicity`` of the first is ``None`` if the record does not prove it.

    Raises
    ------
    CertificateError
        Naming the first thing that fails.
    BudgetError
        If there is too little memory or time; the message says what was left unchecked.
    Interrupted
        On an interrupt from the keyboard; the message says so too.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, learning_coefficient, library, verify, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> record = learning_coefficient(problem, machine, semantics="mean-field").to_json()
    >>> checked = verify(record)
    >>> str(checked.value), checked.multiplicity
    ('10', 2)
    """
    full, memory = flag("full", full), memory_of(memory)
    with _clock.limited(seconds_given(seconds)):
        if is_precision(record):
            return _check_precision(record, full, memory)
        if full and isinstance(record, Mapping) and "law" in record:
            raise CertificateError("the record is of a law of E[nK], which states no multiplicity; leave full out")
        certificate = check_record(record, memory)
        if "precision" in record:
            check_claim(read_body(record["precision"], certificate), memory)
        if full:
            with unchecked("the multiplicity, which was to be computed again"):
                check_multiplicity(certificate, record["multiplicity"], memory)
    return certificate


def is_precision(record: Any) -> bool:
    """Return whether a record is of finite precision alone."""
    return isinstance(record, Mapping) and split_tag(record.get(TAG_ENTRY))[0] == FinitePrecision.kind.name


def _check_precision(record: Any, full: bool, memory: int | None) -> PrecisionCertificate:
    if full:
        raise CertificateError("the record is of finite precision, which states no multiplicity; leave full out")
    require_sizes(record, memory)
    try:
        certificate = FinitePrecision.from_json(record).certificate
    except FormatError as error:
        raise CertificateError(str(error)) from None
    check_claim(certificate, memory)
    return certificate


def check_multiplicity(certificate: Certificate, stated: int, memory: int | None = None) -> None:
    """Solve the linear program again and compare the multiplicity.

    Parameters
    ----------
    certificate : Certificate
        Says what to compute.
    stated : int
        The multiplicity to compare with.
    memory : int, optional
        Bytes that the oracle may take; at most what there is; by default half of what is available.

    Raises
    ------
    CertificateError
        If the two differ.
    BudgetError
        If the rounds, the memory or the time run out.
    """
    from noisytm.degeneracy.learning import learning_coefficient

    again = learning_coefficient(
        certificate.problem,
        certificate.face,
        semantics=certificate.semantics,
        loss=certificate.loss,
        chart=certificate.chart,
        prior_concentration=certificate.prior_concentration,
        memory=memory,
    )
    if again.multiplicity != stated:
        raise CertificateError(f"multiplicity is {stated}, but computing it again gives {again.multiplicity}")
