"""Volumes of level sets as a table."""

from __future__ import annotations

from noisytm._layout import aligned, fits
from noisytm._summary import number
from noisytm.geometry import units
from noisytm.posterior import Volumes


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
    where = "all of code space" if found.machine is None else "where every right entry is at least ½"
    told = units(asked["semantics"], asked["loss"], asked["chart"], asked["prior_concentration"])
    title = (
        f"Volumes of K < ε, {where}; {told}; {asked['replicas']} replicas of {asked['particles']:,} particles, sweeps:"
        f" {asked['sweeps']}"
    )
    correct = found.multiplicity not in (None, 1)
    rows: list[tuple[str, ...]] = []
    for v in found.volumes:
        bits = "" if v.bits_per_halving is None else f"{v.bits_per_halving:.3f} ± {v.bits_error:.3f}"
        expected = found.expected_bits(v.epsilon) if correct else None
        rows.append((f"{v.epsilon:.4g}", f"{v.log_volume:.3f} ± {v.error:.3f}", bits))
        if correct:
            rows[-1] += ("" if expected is None else f"{expected:.3f}",)
    heads = ("ε", "log V", "bits for the last halving", *(("λ − (m − 1)/log(1/ε)",) if correct else ()))
    lines = [title, "", *aligned([heads, *rows])]
    if found.learning_coefficient is not None:
        lines += ["", f"The bits tend to λ = {number(found.learning_coefficient)} (m = {found.multiplicity})."]
    if found.description_bits is not None:
        lines.append(f"The used tuples of the code have {found.description_bits} bits.")
    return "\n".join(lines)
