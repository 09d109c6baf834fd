"""What a checked certificate has proved, in words."""

from __future__ import annotations

from noisytm._layout import fits
from noisytm.degeneracy import Certificate
from noisytm.show.coefficients import count, headline, options_line, problem_lines


@fits
def describe_verified(certificate: Certificate, stated: int, full: bool = False) -> str:
    """Return what is verified: of which machine and problem, under which options, and how.

    Parameters
    ----------
    certificate : Certificate
        Checked.
    stated : int
        The multiplicity that its record states.
    full : bool
        Whether that was computed again.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, learning_coefficient, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> result = learning_coefficient(problem, machine)
    >>> print(describe_verified(result.certificate, result.multiplicity).splitlines()[0])
    verified: learning coefficient 8 (primal and 11 fatal syndromes checked, multiplicity 1 proved)
    """
    machine, proof = certificate.machine, certificate.optimal_face
    rows = count(len(certificate.dual), "fatal syndrome")
    how = f"{stated} proved" if proof is not None else f"{stated} not checked"
    if full:
        how = f"{stated} computed again"
    lines = [
        f"verified: learning coefficient {certificate.value} (primal and {rows} checked, multiplicity {how})",
        f"machine: {headline(machine)}; key {machine.key}",
        f"problem: {'; '.join(problem_lines(certificate.problem))}",
        options_line(certificate),
        f"learning coefficient: exactly {certificate.value}; a point that the oracle finds feasible attains it, and"
        f" {rows} with weights prove that none is below",
        f"multiplicity: {_multiplicity(certificate, stated, full)}",
    ]
    return "\n".join(lines)


def _multiplicity(certificate: Certificate, stated: int, full: bool) -> str:
    proof = certificate.optimal_face
    again = "; computed again, too" if full else ""
    if proof is None:
        unproved = "the file, of version 0.1, does not prove it"
        return f"{stated}, computed again; {unproved}" if full else f"{stated}, not checked: {unproved}; use --full"
    rows = count(len(proof.dual or certificate.dual), "fatal syndrome")
    points = count(1 + len(proof.points), "independent optimal point")
    return f"exactly {stated}; {points} from below and {rows} with weights from above prove it{again}"
