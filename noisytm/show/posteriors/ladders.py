"""Free energies against n, and what is read from them, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from noisytm._layout import aligned, fits
from noisytm._summary import count, grouped, number
from noisytm.geometry import units
from noisytm.posterior import FreeEnergy
from noisytm.posterior.energies import Spread
from noisytm.show.posteriors.estimates import describe_estimates, with_error
from noisytm.show.posteriors.phases import groups_of_phases, largest_phases, overtakings

HEADINGS = ("n", "E[nK]", "±", "Var(nK)", "accepted", "ancestors")


@fits
def describe_free_energy(found: FreeEnergy) -> str:
    """Return a free energy as text: the ladder, the estimates of λ beside the exact one, and which codes share it.

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
    lines = [
        units(asked.semantics, asked.loss, asked.chart, asked.prior_concentration)
        + ("" if asked.bits is None else f", weights of {count(asked.bits, 'bit')}")
        + ("" if asked.localisation is None else f", pulled towards the code with γ = {asked.localisation:g}"),
        f"{count(asked.replicas, 'population')} of {grouped(asked.particles)} particles,"
        f" {count(found.sweeps, 'sweep')} at each n",
    ]
    if asked.local:
        lines.append(f"near the machine: log of the prior mass of the region {found.log_volume:.6g}")
    lines += ["", *_ladder(found)]
    if found.estimates is not None:
        lines += ["", describe_estimates(found.estimates)]
    lines += _coefficient(found)
    if found.spread and not asked.local:
        lines += ["", *_spread(found.spread)]
    if found.groups is not None:
        lines += groups_of_phases(found.groups)
    if found.phases:
        lines += ["", *largest_phases(found.phases)]
    if found.groups is not None and (told := overtakings(found.groups)):
        lines += ["", *told]
    return "\n".join([*lines, *ended_or_warned(found)])


class Warned(Protocol):
    """What is found by populations, with what is to be said of it."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be kept in mind."""

    @property
    def complete(self) -> bool:
        """Whether it came to its end, and deserves trust."""


def ended_or_warned(found: Warned) -> Iterator[str]:
    """Yield the last lines: warnings, and that it is not complete."""
    if found.warnings:
        yield ""
        yield from (f"warning: {warning}" for warning in found.warnings)
    if not found.complete:
        yield "This is not complete, or not to be trusted."


def _ladder(found: FreeEnergy) -> Iterator[str]:
    rows = [
        (
            f"{row.n:g}", f"{row.free_energy:.4f}", _error(row.free_energy_error), f"{row.mean_nK:.4f}",
            _error(row.mean_nK_error), f"{row.variance_nK:.4f}", f"{row.acceptance:.0%}", str(row.distinct_ancestors),
        )
        for row in found.ladder
    ]  # fmt: skip
    if rows:
        yield from aligned([(HEADINGS[0], found.name, "±", *HEADINGS[1:]), *rows])
        return
    at = found.reached
    how_far = "" if at is None else f"; the first population has come to n = {at.n:.3g}, F = {at.free_energy:.4f}"
    yield f"no power of ten reached{how_far}"


def _coefficient(found: FreeEnergy) -> Iterator[str]:
    """Yield the fit of λ, beside the exact one."""
    exact = "" if found.exact is None else f"; exactly {number(found.exact.learning_coefficient)}"
    if (fit := found.estimate) is not None:
        yield ""
        value = with_error(fit.learning_coefficient, fit.error)
        bend = (
            "m is not known, and nothing is added for it"
            if fit.multiplicity_correction is None
            else f"{fit.multiplicity_correction:.3g} of it for m"
        )
        scatter = "" if fit.error is None else ", scatter alone"
        yield f"λ from F between n = {fit.n_from:g} and {fit.n_to:g}: {value}{scatter} ({bend}){exact}"


def _spread(spread: Sequence[Spread]) -> list[str]:
    """Return over how many codes the posterior is spread, as the lines of a table."""
    rows = [
        (
            f"{at.n:g}",
            with_error(at.solving, at.solving_error),
            grouped(at.codes),
            f"{at.effective_codes:.3g} equal ones",
        )
        for at in spread
    ]
    return aligned([("n", "solves", "codes", "as many as"), *rows])


def _error(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
