"""What an atlas comes to, as a text that answers which codes are short and which are simple."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from noisytm._layout import aligned, fits
from noisytm._summary import count, grouped, number
from noisytm._text import shown_name
from noisytm.degeneracy import fatal_syndromes
from noisytm.errors import BudgetError
from noisytm.geometry import units
from noisytm.show.coefficients import in_words

if TYPE_CHECKING:
    from noisytm.search import Atlas
    from noisytm.search.atlases import Alike, CodeRow

# Of each code of a pair so many fatal syndromes of each weight are shown, up to so many errors.
MOST_SHOWN, MOST_ERRORS = 12, 2
HEADINGS = ("used tuples", "log2 mass", "codes", "least λ", "m", "codes at it", "greatest λ")


@fits
def describe_atlas(found: Atlas) -> str:
    """Return what an atlas comes to as lines of text.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine, atlas
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> print(describe_atlas(atlas(SynthesisProblem.of_machine(machine, [""], steps=1))))
    all 3 codes that solve the problem; d = 3 each
    log loss, pseudo-utm, simplex chart
    <BLANKLINE>
    used tuples   log2 mass   codes   least λ   m   codes at it   greatest λ
    1             -2.585      3       1         1   3             1
    <BLANKLINE>
    No code with more used tuples has a smaller λ than all codes with fewer.
    Rank correlation (Spearman; each code once) of the Solomonoff weight and λ: none, one of them is the same for all.
    <BLANKLINE>
    first by Solomonoff weight, 2^-(k·log2(3·S·|Q|))   used tuples   λ   m   least fatal weight
    1. (_, 0) → (_, H, L)                              1             1   1   1
    2. (_, 0) → (_, H, S)                              1             1   1   1
    3. (_, 0) → (_, H, R)                              1             1   1   1
    (codes of the first weight: 3)
    <BLANKLINE>
    first by λ, then by m   used tuples   λ   m   least fatal weight
    1. (_, 0) → (_, H, L)   1             1   1   1
    2. (_, 0) → (_, H, S)   1             1   1   1
    3. (_, 0) → (_, H, R)   1             1   1   1
    (codes with the first λ and m: 3)
    """
    asked = found.units
    drawn = "all" if found.sample is None else f"a sample of {grouped(found.codes)} (seed {found.seed}) of"
    unfinished = "" if found.complete else f"; not complete: {count(found.codes, 'code')} so far"
    if not (found.codes or found.complete):
        so_far = count(found.solutions, "code")
        return f"not complete: {so_far} that solve the problem found so far, none of them looked at"
    lines = [
        f"{drawn} {count(found.solutions, 'code')} that solve the problem; d = {asked.dimension} each{unfinished}",
        units(asked.semantics, asked.loss, asked.chart, asked.prior_concentration),
        "",
        *aligned([HEADINGS, *_by_used_tuples(found)]),
        "",
        *_net_negative(found),
        _correlation(found),
        "",
        *_first(found, "first by Solomonoff weight, 2^-(k·log2(3·S·|Q|))", found.by_weight),
        *_equal(found, "of the first weight", found.by_weight, lambda alike, first: alike.used == first.used),
        "",
        *_first(found, "first by λ, then by m", found.by_value),
        *_equal(found, "with the first λ and m", found.by_value, lambda alike, first: alike[1:3] == first[2:4]),
    ]
    if found.named:
        lines += ["", *_listed(found, "library machines", [(name, row) for name, row in found.named.items()])]
    return "\n".join(lines)


def _by_used_tuples(found: Atlas) -> Iterator[tuple[str, ...]]:
    for row in found.best:
        alike = {key: codes for key, codes in found.groups.items() if key.used == row.used}
        at_it = sum(codes for key, codes in alike.items() if key.value == row.value)
        yield (
            str(row.used), f"{found.log2_mass(row.used):.3f}", grouped(found.used_tuples[row.used]), number(row.value),
            str(row.multiplicity), grouped(at_it), number(max(key.value for key in alike)),
        )  # fmt: skip


def _correlation(found: Atlas) -> str:
    rho = found.rank_correlation
    said = "none, one of them is the same for all" if rho is None else f"{rho:.4f}"
    return f"Rank correlation (Spearman; each code once) of the Solomonoff weight and λ: {said}."


def _net_negative(found: Atlas) -> list[str]:
    """Say whether error correction pays for the tuples it needs, with the pair of codes that shows it."""
    pair = found.net_negative
    among = "" if found.sample is None and found.complete else " of those looked at"
    if pair is None:
        return [f"No code with more used tuples has a smaller λ than all codes with fewer{among}."]
    shorter, longer = pair
    lines = [
        f"A code with {longer.used} used tuples has λ = {number(longer.value)}, less than all codes with fewer{among},"
        f" which have {number(shorter.value)} at least:",
        "",
    ]
    columns = [_beside(found, row) for row in pair]
    return lines + aligned(list(itertools.zip_longest(*columns, fillvalue=""))) + [""]


def _beside(found: Atlas, row: CodeRow) -> list[str]:
    """Return the lines about one of two codes: the code, and its fatal syndromes of the least weights."""
    lines = [f"{count(row.used, 'used tuple')}, λ = {number(row.value)}, m = {row.multiplicity}"]
    lines += _tuples(found, row)
    asked = found.units
    exponent = asked.at(found.machine(row)).exponent
    least = 1 if row.weight is None else row.weight
    for errors in range(least, max(least, MOST_ERRORS) + 1):
        weight = errors * exponent
        try:
            listed = fatal_syndromes(
                found.problem, found.machine(row), semantics=asked.semantics, chart=asked.chart, max_weight=weight
            )
        except BudgetError as error:
            return [*lines, f"fatal syndromes of {count(errors, 'error')}: {error}"]
        here = [syndrome for syndrome in listed.syndromes if sum(n for _, n in syndrome) == weight]
        lines.append(f"{count(len(here), 'fatal syndrome')} of {count(errors, 'error')}" + (":" if here else ""))
        lines += [f"  {in_words(one, listed.coordinates, exponent)}" for one in here[:MOST_SHOWN]]
        if len(here) > MOST_SHOWN:
            lines.append(f"  … {grouped(len(here) - MOST_SHOWN)} more")
    return lines


def _first(found: Atlas, title: str, rows: Sequence[CodeRow]) -> list[str]:
    return _listed(found, title, [(f"{i}.", row) for i, row in enumerate(rows, start=1)])


def _equal(found: Atlas, what: str, rows: Sequence[CodeRow], equal: Callable[[Alike, CodeRow], bool]) -> Iterator[str]:
    """Say how many codes share the first place: of these, canonical order decides which are shown."""
    if rows:
        yield f"(codes {what}: {grouped(sum(n for alike, n in found.groups.items() if equal(alike, rows[0])))})"


def _listed(found: Atlas, title: str, rows: Iterable[tuple[str, CodeRow]]) -> list[str]:
    lines = [(title, "used tuples", "λ", "m", "least fatal weight")]
    for name, row in rows:
        weight = "none" if row.weight is None else str(row.weight)
        told = f"{name} {'; '.join(_tuples(found, row))}"
        lines.append((told, str(row.used), number(row.value), str(row.multiplicity), weight))
    return aligned(lines)


def _tuples(found: Atlas, row: CodeRow) -> list[str]:
    """Return a code tuple by tuple."""
    return [
        f"({shown_name(t.read)}, {shown_name(t.state)}) → ({shown_name(t.write)}, {shown_name(t.next)}, {t.move})"
        for t in found.machine(row).tuples
    ]
