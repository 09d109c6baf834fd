"""Volumes of level sets as a table."""

from __future__ import annotations

from noisytm._layout import aligned, fits
from noisytm._summary import number
from noisytm.geometry import units
from noisytm.posterior import Volumes

# Up to this ε what holds as ε falls is shown.
SMALL = 0.1


@fits
def describe_volumes(found: Volumes) -> str:
    """Return volumes as a table: what each halving of the loss costs, beside λ and its correction.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, volumes
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 1)
    >>> text = describe_volumes(volumes(problem, epsilon=0.5, particles=100, replicas=2))
    >>> text.splitlines()[2].split()
    ['ε', 'log', 'V', 'bits', 'for', 'the', 'last', 'halving']
    """
    asked = found.options
    where = "where every right entry is at least ½" if asked["local"] else "all of code space"
    told = units(asked["semantics"], asked["loss"], asked["chart"], asked["prior_concentration"])
    title = (
        f"Volumes of K < ε, {where}; {told}; {asked['replicas']} replicas of {asked['particles']:,} particles, sweeps:"
        f" {asked['sweeps']}"
    )
    correct = found.multiplicity not in (None, 1)
    rows: list[tuple[str, ...]] = []
    for v in found.volumes:
        bits = "" if v.bits_per_halving is None else _with_error(v.bits_per_halving, v.bits_error)
        expected = found.expected_bits(v.epsilon) if correct and v.epsilon <= SMALL else None
        rows.append((f"{v.epsilon:.4g}", _with_error(v.log_volume, v.error), bits))
        if correct:
            rows[-1] += ("" if expected is None else f"{expected:.3f}",)
    heads = ("ε", "log V", "bits for the last halving", *(("λ − (m − 1)/log(1/ε)",) if correct else ()))
    lines = [title, "", *(aligned([heads, *rows]) if rows else ["no level reached"])]
    if found.learning_coefficient is not None:
        lines += ["", f"The bits tend to λ = {number(found.learning_coefficient)} (m = {found.multiplicity})."]
    if found.description_bits is not None:
        lines.append(f"The used tuples of the code have {found.description_bits} bits.")
    lines += ["", *(f"warning: {warning}" for warning in found.warnings)] if found.warnings else []
    if not found.complete:
        lines.append("This is not complete, or not to be trusted.")
    return "\n".join(lines)


def _with_error(value: float, error: float | None) -> str:
    return f"{value:.3f}" + ("" if error is None else f" ± {error:.3f}")
