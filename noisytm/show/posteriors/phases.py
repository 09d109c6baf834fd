"""Phases of the posterior as text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from noisytm._layout import aligned, fits
from noisytm._summary import count, grouped
from noisytm._text import shown_name
from noisytm.geometry import units
from noisytm.posterior import Phases
from noisytm.posterior.partition import TITLES, Phase, PhasesAt, Share

# Groups that are shown, those that have the most at some n, and the sizes n, the last ones.
MOST_SHOWN, MOST_SIZES = 10, 8
# Where groups cross is told if the standard error of log n is at most this.
LARGEST_ERROR = 0.5


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
    lines += [*groups_of_phases(found), "", *largest_phases(last.phases)]
    return "\n".join([*lines, *(["", *told] if (told := overtakings(found)) else []), *_ties(last)])


def groups_of_phases(found: Phases) -> Iterator[str]:
    """Yield the tables of the shares of groups at each n, each after an empty line; errors and codes at the last n.

    Nats a code are −log of the mean share of one of its codes: what it costs beside their number, −log share = nats a
    code − log codes.
    """
    sizes = found.sizes[-MOST_SIZES:]
    for by, title in TITLES.items():
        shares = found.shares(by)
        codes = {group.name: group.codes for group in found.sizes[-1].by(by)}
        rows = [
            (*map(_short, along[-MOST_SIZES:]), _error(along[-1]), *_of_codes(along[-1], codes.get(name, 0)), name)
            for name, along in list(shares.items())[:MOST_SHOWN]
        ]
        yield ""
        yield from aligned([(*(f"n = {at.n:g}" for at in sizes), "±", "codes", "nats a code", title), *rows])
        if len(shares) > MOST_SHOWN:
            yield f"… {grouped(len(shares) - MOST_SHOWN)} more"
    yield from _not_computed(found)


def overtakings(found: Phases) -> list[str]:
    """Return where groups overtake others, a line for each of the first places that are known well enough."""
    known = [one for one in found.crossings if one.error <= LARGEST_ERROR]
    more = len(found.crossings) - min(len(known), MOST_SHOWN)
    unsure = len(found.crossings) - len(known)
    lines = [
        f"from n = {one.n:.3g} on (log n ± {one.error:.2g}) '{one.second}' has more than '{one.first}'"
        for one in known[:MOST_SHOWN]
    ]
    if more:
        why = f", {grouped(unsure)} of them at an n whose log is uncertain by more than {LARGEST_ERROR:g}"
        lines.append(f"… {grouped(more)} more{why if unsure else ''}")
    return lines


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


def _of_codes(share: Share, codes: int) -> tuple[str, str]:
    return grouped(codes), f"{math.log(codes / share.value):.2f}" if share.value else ""


def _short(share: Share) -> str:
    return f"{share.value:.3f}" if share.value else "0"


def _error(share: Share) -> str:
    return "" if share.error is None else f"{share.error:.3f}"


def _not_computed(found: Phases) -> Iterator[str]:
    without = [f"{at.not_computed:.1%} at n = {at.n:g}" for at in found.sizes if at.not_computed]
    if without:
        yield f"λ was not computed of codes with these shares of the posterior: {', '.join(without)}"


def _ties(last: PhasesAt) -> Iterator[str]:
    if last.ties:
        yield (
            f"{count(last.ties, 'sample')} at n = {last.n:g} have a distribution whose largest entry is there twice;"
            " the first of equals was taken"
        )
