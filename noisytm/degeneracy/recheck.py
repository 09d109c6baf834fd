"""Compute the multiplicity of a certificate again: the one part of the check that needs the solver."""

from __future__ import annotations

from noisytm.degeneracy.certificate import Certificate
from noisytm.degeneracy.learning import learning_coefficient
from noisytm.errors import CertificateError


def check_multiplicity(certificate: Certificate, stated: int, memory: int | None = None) -> None:
    """Solve the linear program again and compare the multiplicity.

    Parameters
    ----------
    certificate : Certificate
        Says what to compute.
    stated : int
        The multiplicity to compare with.
    memory : int, optional
        Bytes that the oracle may take; by default half of what is available.

    Raises
    ------
    CertificateError
        If the two differ.
    BudgetError
        If the rounds or the memory run out.
    """
    again = learning_coefficient(
        certificate.problem,
        certificate.face,
        semantics=certificate.semantics,
        chart=certificate.chart,
        prior_concentration=certificate.prior_concentration,
        memory=memory,
    )
    if again.multiplicity != stated:
        raise CertificateError(f"multiplicity is {stated}, but computing it again gives {again.multiplicity}")
