"""The runs that fatal syndromes break, each beside the right one, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from noisytm._layout import aligned, fits
from noisytm.degeneracy.explanation import BRANCHES, Beside, Witness, branch_text, condensed, sentence, side_by_side
from noisytm.degeneracy.syndromes import Explained, FatalSyndromes, weight
from noisytm.geometry import chart_at
from noisytm.show.coefficients import in_words

SHOWN_OF_EACH_WEIGHT = 8


@fits
def describe_broken(found: FatalSyndromes, explained: Sequence[Explained]) -> str:
    r"""Return fatal syndromes, each with the run that it breaks beside the right one.

    Parameters
    ----------
    found : FatalSyndromes
        The syndromes.
    explained : sequence of Explained
        For each what it breaks.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, fatal_syndromes, library
    >>> from noisytm.degeneracy.syndromes import explained
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["B"], steps=1)
    >>> found = fatal_syndromes(problem, machine, semantics="annealed", max_weight=1)
    >>> print(describe_broken(found, explained(found)))
    Minimal fatal syndromes up to weight 1: 1 of weight 1.
    <BLANKLINE>
    (B, reject) goes to accept
      on B: if (B, reject) goes to accept at step 1, the run ends in accept, not in reject
      step   right            with errors
      0      reject   [B]_    reject   [B]_
      1      reject    B[_]   accept    B[_]   (B, reject) goes to accept
    """
    parts, left_out, branches = [f"{found}".capitalize() + "."], 0, False
    exponent = chart_at(found.chart, found.problem.space, found.machine).exponent
    for size in found.counts:
        pairs = [
            pair for pair in zip(found.syndromes, explained, strict=True) if weight(pair[0]) == size
        ]  # fmt: skip
        left_out += len(pairs[SHOWN_OF_EACH_WEIGHT:])
        for syndrome, shown in pairs[:SHOWN_OF_EACH_WEIGHT]:
            head = in_words(syndrome, found.coordinates, exponent)
            parts.append("\n".join([head, *_broken(found, shown)]))
            branches |= shown.witness is not None and bool(shown.witness.branches)
    if left_out:
        parts.append(f"… and {left_out} more; --json prints them all")
    return "\n\n".join([*parts, *([BRANCHES] if branches else [])])


def _broken(found: FatalSyndromes, shown: Explained) -> Iterator[str]:
    witness = shown.witness
    if witness is None:
        yield f"  {shown.reason}"
        return
    yield f"  {sentence(found.problem, witness)}"
    if not witness.branches:
        yield from _diagram(side_by_side(found.problem, found.machine, witness), 2)
        return
    yield from _branches(found, witness)


def _branches(found: FatalSyndromes, witness: Witness) -> Iterator[str]:
    """Yield each branch in words, and those that are runs beside the right one."""
    for n, branch in enumerate(condensed(witness.branches), start=1):
        yield f"  ({n}) {branch_text(found.problem, branch)}"
        if not branch.of:
            yield from _diagram(side_by_side(found.problem, found.machine, witness, branch), 6)


def _diagram(rows: Sequence[Beside], indent: int) -> list[str]:
    """Return the lines of a diagram: step, state and tape of both runs, errors."""
    sides = list(zip(*(row.right for row in rows), strict=True)), list(zip(*(row.wrong for row in rows), strict=True))
    widths = [[max(map(len, column)) for column in side] for side in sides]

    def shown(side: tuple[str, str], width: list[int]) -> str:
        return f"{side[0].ljust(width[0])}   {side[1]}".rstrip()

    lines = [["step", "right", "with errors", ""]]
    for row in rows:
        step = "…" if row.step is None else str(row.step)
        lines.append([step, shown(row.right, widths[0]), shown(row.wrong, widths[1]), ", ".join(row.errors)])
    return aligned(lines, indent=indent)
