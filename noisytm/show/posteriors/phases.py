"""Phases of the posterior as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from noisytm._layout import aligned, fits
from noisytm._summary import count, grouped
from noisytm._text import shown_name
from noisytm.geometry import units
from noisytm.posterior import Phases
from noisytm.posterior.partition import Phase, PhasesAt, Share

# Groups and phases that are shown at the last n, and groups of the table against n.
MOST_SHOWN = 10
TITLES = {"learning_coefficient": "by exact λ", "used_tuples": "by used tuples", "cube": "by cube"}


@fits
def describe_phases(found: Phases) -> str:
    """Return phases as text: their way from many codes to few, the groups, the largest, and who overtakes whom.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, phases, words
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 1), 2)
    >>> draws = problem.space.sample(40, seed=1).reshape(2, 20, *problem.space.shape)
    >>> print(describe_phases(phases(problem, {1.0: draws})).splitlines()[2].split()[:3])
    ['n', 'solves', 'codes']
    """
    asked, last = found.options, found.sizes[-1]
    lines = [
        f"Phases of the posterior, ± standard error over {count(found.replicas, 'replica')}; λ: {_units(asked)}",
        "",
    ]
    lines += [*aligned([("n", "solves", "codes", "as many as", "largest group by λ", "share"), *_path(found)])]
    for by, title in TITLES.items():
        rows = [(g.name, _share(g.share), grouped(g.codes)) for g in last.by(by)[:MOST_SHOWN]]
        lines += ["", *aligned([(f"{title}, n = {last.n:g}", "share", "codes"), *rows])]
        if len(last.by(by)) > MOST_SHOWN:
            lines.append(f"… {grouped(len(last.by(by)) - MOST_SHOWN)} more")
    lines += ["", *largest_phases(last.phases)]
    if found.crossings:
        lines.append("")
    for one in found.crossings:
        lines.append(f"from n = {one.n:.3g} on (log n ± {one.error:.2g}) {one.second} has more than {one.first}")
    return "\n".join([*lines, *_warnings(last)])


def largest_phases(phases: Sequence[Phase]) -> list[str]:
    """Return phases as the lines of a table."""
    return aligned([("largest phases", "share", "used tuples", "λ", "m"), *map(_phase, phases)])


def _units(asked: dict[str, object]) -> str:
    return units(*(asked[name] for name in ("semantics", "loss", "chart", "prior_concentration")))  # type: ignore[arg-type]


def _path(found: Phases) -> Iterator[tuple[str, ...]]:
    for at in found.sizes:
        first = at.groups[0]
        effective = f"{at.effective_codes:.3g} equal ones"
        yield f"{at.n:g}", _share(at.solving), grouped(at.codes), effective, first.name, _share(first.share)


def _share(share: Share) -> str:
    return f"{share.value:.4f}" + ("" if share.error is None else f" ± {share.error:.4f}")


def _phase(phase: Phase) -> tuple[str, ...]:
    machine = phase.machine
    told = "; ".join(
        f"({shown_name(t.read)}, {shown_name(t.state)}) → ({shown_name(t.write)}, {shown_name(t.next)}, {t.move})"
        for t in machine.tuples
    )
    value = "" if phase.learning_coefficient is None else str(phase.learning_coefficient)
    m = "" if phase.multiplicity is None else str(phase.multiplicity)
    return told, _share(phase.share), str(phase.used_tuples), value if phase.solves else "does not solve", m


def _warnings(last: PhasesAt) -> Iterator[str]:
    if last.not_computed:
        yield f"λ was not computed of codes with {last.not_computed:.1%} of the posterior at n = {last.n:g}"
    if last.ties:
        yield (
            f"{count(last.ties, 'sample')} at n = {last.n:g} have a distribution whose largest entry is there twice;"
            " the first of equals was taken"
        )
