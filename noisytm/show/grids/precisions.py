"""Finite precision as a short text: the lines of Λ(s), its kinks, τ, and what they mean."""

from __future__ import annotations

from fractions import Fraction

from noisytm._layout import aligned, fits
from noisytm.degeneracy import FinitePrecision, PrecisionCertificate
from noisytm.degeneracy.grids import crossings, formula
from noisytm.show.coefficients import count, headline, options_line, problem_lines

BITS = 8  # of a weight, in the example of a bound


@fits
def describe_precision(result: FinitePrecision) -> str:
    """Return the lines of Λ, its kinks and τ as a table, and what they mean in a sentence or two.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, precision, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> print(describe_precision(precision(problem, machine, semantics="mean-field")))
    Finite precision: at b bits a weight and n = 2^(s·b) data the code's evidence is about 2^(-Λ(s)·b).
    <BLANKLINE>
    Λ(s)   from s   where Λ is   errors pinned to 0
    10·s   0        0            0
    10     1        10           10
    <BLANKLINE>
    Up to s = 1 the data are what limits: each doubling of n costs λ = 10 bits. From s = 1 on it is the precision: \
the code costs τ = 10 times b bits however many data there are, at b = 8 never more than 53.42 nats.
    Certified by 2 lines and a tree at each of 1 kink, over 13 fatal syndromes.
    """
    met = crossings(result.lines)
    starts = [("0", "0"), *((str(s), str(value)) for s, value in met)]
    rows = [("Λ(s)" if result.complete else "Λ(s) <=", "from s", "where Λ is", "errors pinned to 0")]
    for line, (s, value) in zip(result.lines, starts, strict=False):
        rows.append((formula((line,)), s, value, str(len(line.pinned))))
    proof = f"{count(len(result.lines), 'line')} and a tree at each of {count(len(result.breakpoints), 'kink')}"
    return "\n".join(
        [
            "Finite precision: at b bits a weight and n = 2^(s·b) data the code's evidence is about 2^(-Λ(s)·b).",
            "",
            *aligned(rows),
            "",
            _meaning(result, met),
            f"Certified by {proof}, over {count(len(result.certificate.syndromes), 'fatal syndrome')}.",
        ]
    )


def _meaning(result: FinitePrecision, met: list[tuple[Fraction, Fraction]]) -> str:
    if not result.complete:
        proved = ", ".join(str(s) for s, _ in result.breakpoints) or "none"
        return f"Not complete: Λ is nowhere above these lines; kinks proved from below, at s: {proved}."
    if not met:
        return "No error at all can lead to a wrong answer, so no precision is needed: λ = τ = 0."
    slope, tau, (first, _), (last, _) = result.learning_coefficient, result.transversal, met[0], met[-1]
    return (
        f"Up to s = {first} the data are what limits: each doubling of n costs λ = {slope} bits. From s = {last} on it"
        f" is the precision: the code costs τ = {tau} times b bits however many data there are, at b = {BITS} never"
        f" more than {result.free_energy_bound(BITS):.2f} nats."
    )


@fits
def describe_verified_precision(certificate: PrecisionCertificate, alone: bool = True) -> str:
    """Return what is verified of finite precision.

    Parameters
    ----------
    certificate : PrecisionCertificate
        Checked.
    alone : bool
        Whether to say of which machine and problem, under which options.
    """
    lines, kinks, rows = (
        count(len(parts), noun)
        for parts, noun in (
            (certificate.lines, "line"),
            (certificate.kinks, "kink"),
            (certificate.syndromes, "fatal syndrome"),
        )
    )
    known = "=" if certificate.complete else "is not complete, and at most"
    said = f"finite precision: Λ(s) {known} {formula(certificate.lines)}"
    how = f"{lines}, each by one question to the oracle, prove it from above; trees at {kinks} over {rows} from below"
    if not alone:
        return f"{said}; {how}"
    return "\n".join(
        [
            f"verified: {said}",
            f"machine: {headline(certificate.machine)}; key {certificate.machine.key}",
            f"problem: {'; '.join(problem_lines(certificate.problem))}",
            options_line(certificate),
            f"proof: {how}",
        ]
    )
