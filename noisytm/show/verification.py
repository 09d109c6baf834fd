"""What a checked certificate has proved, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._layout import fits
from noisytm.degeneracy import Certificate
from noisytm.degeneracy.grids import formula
from noisytm.geometry import CHARTS
from noisytm.show.coefficients import count, headline, options_line, problem_lines

if TYPE_CHECKING:
    from noisytm.search.tree import CheckedLength, CheckedMinimum, CheckedPrecision


@fits
def describe_verified(certificate: Certificate, stated: int | str | None, full: bool = False) -> str:
    """Return what is verified: of which machine and problem, under which options, and how.

    Parameters
    ----------
    certificate : Certificate
        Checked.
    stated : int, str or None
        The multiplicity that its record states, a fraction as text; ``None`` beside a law.
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
    if growth := CHARTS.named(certificate.chart).growth:
        return _verified_law(certificate, growth)
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


def _verified_law(certificate: Certificate, growth: str) -> str:
    machine, rows = certificate.machine, count(len(certificate.dual), "fatal syndrome")
    lines = [
        f"verified: no learning coefficient; E[nK] grows like {certificate.value} {growth} (primal and {rows} checked)",
        f"machine: {headline(machine)}; key {machine.key}",
        f"problem: {'; '.join(problem_lines(certificate.problem))}",
        options_line(certificate),
        f"c: exactly {certificate.value}; a point that the oracle finds feasible attains it, and {rows} with weights,"
        " which load no coordinate beyond half the gradient there, prove that none is below",
    ]
    return "\n".join(lines)


def _multiplicity(certificate: Certificate, stated: int | str | None, full: bool) -> str:
    proof = certificate.optimal_face
    again = "; computed again, too" if full else ""
    if proof is None:
        unproved = "the file, of version 0.1, does not prove it"
        return f"{stated}, computed again; {unproved}" if full else f"{stated}, not checked: {unproved}; use --full"
    rows = count(len(proof.dual or certificate.dual), "fatal syndrome")
    points = count(1 + len(proof.points), "independent optimal point")
    return f"exactly {stated}; {points} from below and {rows} with weights from above prove it{again}"


@fits
def describe_minimum(checked: CheckedMinimum) -> str:
    """Return what the certificate of a minimum has proved: over which codes, of which problem, and how.

    Parameters
    ----------
    checked : CheckedMinimum
        What was checked.
    """
    space = checked.problem.space
    precision = [] if checked.precision is None else _of_precision(checked.precision)
    tree = (
        f"{_many(checked.nodes, 'node')}, every child of each; {_many(checked.refuted, 'leaf', 'leaves')} refuted by"
        f" runs, {checked.bounded:,} bounded by {_many(checked.rows, 'fatal syndrome')} with weights"
    )
    over = f"{_which(checked)} over {count(len(space.symbols), 'symbol')} and {count(len(space.states), 'state')}"
    problem = f"problem: {'; '.join(problem_lines(checked.problem))}"
    lengths = [_of_length(x) for x in checked.by_length or ()]
    if checked.code is None:
        least = "verified: no code solves the problem"
        if checked.value is not None:
            least = f"verified: least learning coefficient of all codes {checked.value}, that of the list of no tuples"
        return "\n".join([least, over, problem, *lengths, f"tree: {tree}"])
    machine = checked.code.machine
    return "\n".join(
        [
            f"verified: least learning coefficient of all codes {checked.value}, multiplicity {checked.multiplicity}",
            over,
            problem,
            options_line(checked.code),
            f"attained by a machine with a certificate of its own, checked too: {headline(machine)}; key {machine.key}",
            *lengths,
            *precision,
            f"{'tree' if checked.trees == 1 else f'{checked.trees:,} trees'}: {tree}",
            f"multiplicity: no code that attains {checked.value} has a larger one than {checked.multiplicity}",
        ]
    )


def _of_precision(least: CheckedPrecision) -> list[str]:
    """Return what is proved of the least Λ(s): the lines, with whose they are, and where no code has less."""
    kinks = ", and ".join(f"s = {s}, where it is {value}" for s, value in least.breakpoints)
    proved = f"trees prove it at {kinks}; it is concave, nowhere falling, and 0 at 0" if kinks else "it is 0"
    return [
        f"finite precision: no code has less than Λ(s) = {least.in_words()}, nor τ below {least.transversal}",
        f"from below: {proved}",
        *(
            f"from above: {formula((line,))}, of the machine with the key {line.code.machine.key}"
            for line in least.lines
        ),
    ]


def _which(checked: CheckedMinimum) -> str:
    """Return which codes were searched."""
    if checked.lists is None:
        return f"codes: all {checked.codes:,} full tables"
    most, keys = len(checked.lists.lengths) - 1, checked.lists.keys
    repeated = ", repeated keys allowed," if checked.lists.repeat else ""
    return f"codes: all {checked.codes:,} lists of at most {count(most, 'tuple')}{repeated} with {keys} keys"


def _of_length(least: CheckedLength) -> str:
    of = f"lists of {count(least.tuples, 'tuple')}"
    if least.value is None:
        return f"{of}: none solves it"
    return f"{of}: least learning coefficient {least.value}, multiplicity {least.multiplicity}"


def _many(n: int, noun: str, several: str = "") -> str:
    return f"{n:,} {noun if n == 1 else several or noun + 's'}"
