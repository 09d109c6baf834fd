"""The explanation of a learning coefficient as text: costs by entry, bounds and gaps, marked bits, broken runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from noisytm._layout import aligned, fits
from noisytm._text import shown_name
from noisytm.degeneracy import Explanation
from noisytm.degeneracy.counting import loss_factor
from noisytm.degeneracy.explanation import ALONE, BRANCHES, FREE, HEADS, MARKS, Cell, EntryCost
from noisytm.geometry import CHARTS
from noisytm.show.coefficients import count, free_lines, headline, in_words, options_line, problem_lines

ROWS_SHOWN = 40
COLUMNS_OF_BITS = 30


@fits
def describe_explanation(why: Explanation) -> str:
    r"""Return an explanation as text.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, explain, learning_coefficient, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> text = describe_explanation(explain(learning_coefficient(problem, machine)))
    >>> print(text.split("\n\n")[1].splitlines()[1])
    * (_, reject)   _ reject S   2      A 1!, B 0      accept 1!    L -, R -
    """
    result = why.result
    parts = [
        "\n".join(
            [headline(result.machine), *problem_lines(result.problem), options_line(result), *free_lines(result)]
        ),
        "\n".join(_costs(why)),
        "\n".join(_chain(why)),
        "\n".join(_bits(why)),
        "\n".join(_rows(why)) if why.rows else f"{CHARTS.named(result.chart).harmless}: nothing costs anything.",
    ]
    return "\n\n".join(parts)


def _costs(why: Explanation) -> Iterator[str]:
    """Yield the table of what each entry costs, a row a tuple, and the sum."""
    cells = why.cells
    kinds = list(dict.fromkeys(kind for cell in cells for kind, _ in cell.by_kind()))
    kinds.sort(key=list(HEADS).index)
    rows = [["  tuple", "does", "cost", *(HEADS[kind] for kind in kinds)]]
    for cell in cells:
        there = dict(cell.by_kind())
        costs = [", ".join(map(_entry, there.get(kind, ()))) for kind in kinds]
        rows.append([f"{'*' if cell.used else ' '} {_name(cell)}", _does(cell), str(cell.cost), *costs])
    yield from aligned([*rows, ["  sum", "", str(why.result.value), *("" for _ in kinds)]])
    yield ""
    yield "! fatal alone; another number: shared in the syndromes below; - free. * is used on these inputs."
    yield _sum(why)


def _name(cell: Cell) -> str:
    return f"{cell.place}" if isinstance(cell.place, int) else cell.name


def _does(cell: Cell) -> str:
    action = " ".join(map(shown_name, cell.action))
    return f"{' '.join(map(shown_name, cell.key))} -> {action}" if isinstance(cell.place, int) else action


def _entry(entry: EntryCost) -> str:
    shown = "-" if entry.standing == FREE else f"{entry.v}{'!' if entry.standing == ALONE else ''}"
    return f"{entry.label} {shown}"


def _sum(why: Explanation) -> str:
    """Say what sums to the learning coefficient."""
    result, factor = why.result, loss_factor(why.result.loss)
    total = sum((row.weight for row in why.rows), Fraction(0))
    weights = f"{total}" if factor == 1 else f"{total} times {factor} for this loss, {factor * total}"
    plain = all(entry.cost == entry.v for cell in why.cells for entry in cell.entries)
    each = "" if plain else " (each number times its prior concentration and the factor of the loss)"
    return (
        f"The costs{each} sum to the learning coefficient, {result.value}, and so do the weights of the"
        f" {count(len(why.rows), 'syndrome')}: {weights}."
    )


def _chain(why: Explanation) -> list[str]:
    rows = []
    for link in why.chain:
        sign = "" if link.gap is None else "<= "
        above = "" if link.gap is None else f"{link.gap} more"
        rows.append((f"{sign}{link.name}", str(link.value), above))
    multiplicity = f"multiplicity {why.result.multiplicity}"
    rows[1] = (*rows[1][:2], f"{rows[1][2]}; {multiplicity}")
    return aligned(rows, headed=False)


def _bits(why: Explanation) -> Iterator[str]:
    """Yield the description as bits, each line with its marks below it."""
    length = sum(len(part) for marked in why.bits for part in marked.bits)
    marks = "".join(mark for marked in why.bits for mark in marked.marks)
    unused = sum(
        len(part) for cell, marked in zip(why.cells, why.bits, strict=True) if not cell.used for part in marked.bits
    )
    yield (
        f"The description, {count(length, 'bit')}, of which {unused} of unused tuples and"
        f" {marks.count('.') + marks.count('-')} that cost nothing:"
    )
    for line in _lines([("".join(m.bits), "".join(m.marks)) for m in why.bits]):
        yield f"bits   {' '.join(bits for bits, _ in line)}"
        yield f"marks  {' '.join(marks for _, marks in line)}"
    yield "; ".join(f"{mark} {meaning}" for mark, meaning in MARKS.items()) + "."


def _lines(tuples: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    line: list[tuple[str, str]] = []
    for pair in tuples:
        if line and sum(len(bits) + 1 for bits, _ in line) + len(pair[0]) > COLUMNS_OF_BITS:
            yield line
            line = []
        line.append(pair)
    if line:
        yield line


def _rows(why: Explanation) -> Iterator[str]:
    """Yield the table of syndromes, and what branches are."""
    yield from aligned(breaking_rows(why))
    if any(witness is not None and witness.branches for witness in why.witnesses[:ROWS_SHOWN]):
        yield BRANCHES


def breaking_rows(why: Explanation) -> list[tuple[str, str]]:
    """Return the syndromes of positive weight with what each breaks, as rows of a table with its heads."""
    names, chart = why.result.certificate.coordinates, CHARTS.named(why.result.chart)
    rows = [("weight", "what breaks")]
    for row, said, reason in list(zip(why.rows, why.sentences, why.reasons, strict=True))[:ROWS_SHOWN]:
        errors = in_words(row.syndrome, names, chart.exponent)
        if said is None:
            rows.append((str(row.weight), f"{errors}; {reason}"))
        else:
            plain = all(hasattr(names[j], "wrong") for j, _ in row.syndrome)
            rows.append((str(row.weight), said if plain else f"{said} ({errors})"))
    if len(why.rows) > ROWS_SHOWN:
        rows.append(("…", f"and {len(why.rows) - ROWS_SHOWN} more; --json prints them all"))
    return rows
