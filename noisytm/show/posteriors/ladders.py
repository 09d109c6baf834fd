"""Free energies against n, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._layout import aligned, fits
from noisytm._summary import count, grouped
from noisytm.geometry import units

if TYPE_CHECKING:
    from noisytm.posterior import FreeEnergy

HEADINGS = ("n", "E[nK]", "±", "Var(nK)", "accepted", "ancestors")


@fits
def describe_free_energy(found: FreeEnergy) -> str:
    """Return the ladder of a free energy as lines of text.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine, free_energy
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> found = free_energy(problem, n=10, particles=64, replicas=2, sweeps=1)
    >>> print(describe_free_energy(found))  # doctest: +ELLIPSIS
    log loss, pseudo-utm, simplex chart
    2 populations of 64 particles, 1 sweep at each n
    <BLANKLINE>
    n    F  ...
    """
    asked = found.asked
    name = "F_R" if asked.local else "F"
    lines = [
        units(asked.semantics, asked.loss, asked.chart, asked.prior_concentration),
        f"{count(asked.replicas, 'population')} of {grouped(asked.particles)} particles,"
        f" {count(found.sweeps, 'sweep')} at each n",
    ]
    if asked.local:
        lines.append(f"near the machine: log of the prior mass of the region {found.log_volume:.6g}")
    rows = [
        (
            f"{row.n:g}", f"{row.free_energy:.4f}", _error(row.free_energy_error), f"{row.mean_nK:.4f}",
            _error(row.mean_nK_error), f"{row.variance_nK:.4f}", f"{row.acceptance:.0%}", str(row.distinct_ancestors),
        )
        for row in found.ladder
    ]  # fmt: skip
    lines += ["", *aligned([(HEADINGS[0], name, "±", *HEADINGS[1:]), *rows])]
    lines += ["", *(f"warning: {warning}" for warning in found.warnings)] if found.warnings else []
    if not found.complete:
        lines.append("This is not complete, or not to be trusted.")
    return "\n".join(lines)


def _error(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
