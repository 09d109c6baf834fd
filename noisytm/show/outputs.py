"""Output distributions as text and as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from noisytm.enumeration.outputs import OutputDistribution

MAX_SHOWN = 12
MAX_WORD, MAX_BLOCKS = 40, 12
COLUMNS = ("word", "count", "share", "lower", "upper", "probability", "complexity")


def describe_outputs(found: OutputDistribution, about: Mapping[str, Any] | None = None) -> str:
    """Return an output distribution as some lines of text: the counts, the commonest words, what is asked of one.

    Parameters
    ----------
    found : OutputDistribution
        The distribution.
    about : mapping, optional
        What `OutputDistribution.about` says of a word.

    Examples
    --------
    >>> from noisytm import output_distribution
    >>> found = output_distribution(2, 2)
    >>> print(describe_outputs(found, found.about("01")))  # doctest: +ELLIPSIS
    2 states, 2 symbols, each machine on each of 2 blanks
    runs            20,000
      halt           6,088
      never halt    13,912
      undecided          0 after 200 steps
    22 words; every word up to length 3 is there
    word   count   share         K = -log2 share
    0      2,000   0.328515      1.606
    ...
    D(01) = 127/1522 = 0.0834428, K(01) = 3.58307
    """
    options = found.options
    size = f"{_many(options.states, 'state')}, {_many(options.symbols, 'symbol')}"
    numbers = {
        "runs": found.machines,
        "  halt": found.halting,
        "  never halt": found.never_halting,
        "  undecided": found.undecided,
    }
    width = len(f"{found.machines:,}")
    lines = [f"{size}, each machine on each of {options.symbols} blanks"]
    lines += [f"{name:<13} {number:>{width + 2},}" for name, number in numbers.items()]
    lines[-1] += f" after {options.max_steps:,} steps"
    if not found.complete:
        lines.append("This is not complete: what has not been gone through is undecided.")
    elif found.undecided:
        lines.append("Shares are of the runs that halt so far; undecided runs may leave any word.")
    lines.append(f"{_many(found.different, 'word')}; every word up to length {found.covered} is there")
    lines += _table(found)
    if about is not None:
        lines += _about(about, found.undecided > 0)
    return "\n".join(lines)


def outputs_csv(found: OutputDistribution) -> str:
    """Return an output distribution as CSV with a heading: exact counts and fractions, and decimals for plotting.

    Examples
    --------
    >>> from noisytm import output_distribution
    >>> print(outputs_csv(output_distribution(2, 2)).splitlines()[1])
    0,2000,250/761,250/761,250/761,0.3285151116...,1.6059...
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for word, number in found.counts.items():
        share, bounds = found.share(word), found.share_bounds(word)
        writer.writerow([word, number, share, *bounds, float(share), found.complexity(word)])
    return out.getvalue()


def _table(found: OutputDistribution) -> list[str]:
    rows = [("word", "count", "share", "K = -log2 share")]
    for word, number in list(found.counts.items())[:MAX_SHOWN]:
        rows.append((_short(word), f"{number:,}", f"{float(found.share(word)):.6g}", f"{found.complexity(word):.4g}"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["   ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    if found.different > MAX_SHOWN:
        lines.append(f"… {found.different - MAX_SHOWN:,} more; --output FILE.csv and --json have all")
    return lines


def _about(about: Mapping[str, Any], open_: bool) -> list[str]:
    word = _short(about["word"])
    decimal = f" = {_decimal(about['share'])}" if about["count"] else ""
    lines = [f"D({word}) = {about['share']}{decimal}, K({word}) = {_bits(about['K'])}"]
    if open_:
        low, high = map(_decimal, about["share_bounds"])
        least, greatest = map(_bits, about["K_bounds"])
        lines.append(f"whatever the undecided runs do: D from {low} to {high}, K from {least} to {greatest}")
    blocks = about.get("block_estimate")
    if blocks is not None:
        overlap = f", {blocks['overlap']} of them shared" if blocks["overlap"] else ""
        lines.append(f"by blocks of {_many(blocks['length'], 'cell')}{overlap}: about {_bits(blocks['K'])} bits")
        listed = [f"{_short(b['word'])} ×{b['times']} {_bits(b['K'])}" for b in blocks["blocks"][:MAX_BLOCKS]]
        more = len(blocks["blocks"]) - MAX_BLOCKS
        lines.append(f"  {', '.join(listed)}{f', … {more:,} more' if more > 0 else ''}")
    return lines


def _many(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def _short(word: str) -> str:
    return word if len(word) <= MAX_WORD else f"{word[: MAX_WORD // 2]}…{word[-MAX_WORD // 4 :]} ({len(word):,} cells)"


def _bits(value: float | None) -> str:
    return "∞" if value is None or math.isinf(value) else f"{value:.6g}"


def _decimal(fraction: str) -> str:
    from fractions import Fraction

    return f"{float(Fraction(fraction)):.6g}"
