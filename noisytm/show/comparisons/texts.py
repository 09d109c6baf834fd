"""Codes side by side as text: what differs first, then the tables, then what each costs."""

from __future__ import annotations

from collections.abc import Iterator

from noisytm._layout import aligned, fits
from noisytm._text import shown_name
from noisytm.degeneracy import ComparedCode, ComparedRow, Comparison, SpaceDifference
from noisytm.show.coefficients import count, listing, problem_lines
from noisytm.show.comparisons.files import log2_mass
from noisytm.show.machines import transition_rows

HEADINGS = (
    "semantics", "code", "fatal alone", "<= lambda", "m", "<= used", "<= dimension", "least fatal weight",
)  # fmt: skip
NAMES_SHOWN = 8


@fits
def describe_comparison(found: Comparison) -> str:
    """Return codes side by side: what differs in their spaces, their tables, and what is computed of each.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, compare, library, padded_machine, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), steps=4)
    >>> wider = padded_machine(machine, padded="states", p=1)
    >>> print(describe_comparison(compare(problem, [machine, wider], semantics=["mean-field"])).splitlines()[1])
    detectA#2 has other states than detectA#1: reject, accept, p1, not reject, accept
    """
    names = found.labels
    rows = [_cells(found, row) for row in found.rows]
    parts = [
        "\n".join(_head(found)),
        *(_table(found, i) for i in range(len(names))),
        f"* used on these inputs; ! differs, or is listed by some only: {count(len(found.differing_cells), 'cell')}.",
        "\n".join(aligned([("code", "used tuples", "bits", "dimension", "mass of its cube"), *_codes(found)])),
        "\n".join(aligned([HEADINGS, *rows])),
    ]
    if not found.complete:
        parts.append("This is not complete: it was ended before all of it was found.")
    return "\n\n".join(parts)


def differences_in_words(found: Comparison) -> list[str]:
    """Return in what the spaces of codes differ from that of the first, a sentence each.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from noisytm import SynthesisProblem, compare, library
    >>> machine = library.machine("detectA")
    >>> turned = replace(machine, name="turned", tuples=machine.tuples[::-1])
    >>> problem = SynthesisProblem.of_machine(machine, ["A"], steps=4)
    >>> differences_in_words(compare(problem, [machine, turned], semantics=["mean-field"]))
    ['turned lists the same tuples as detectA in another order']
    """
    return [_sentence(found, one) for one in found.differences]


def _head(found: Comparison) -> list[str]:
    names = found.labels
    keys = ", noisy keys" if found.problem.space.noisy_keys else ""
    said = differences_in_words(found)
    if said:
        said.append("Their spaces or orders differ: the same coordinate of one may be another of the other.")
    return [
        f"{count(len(names), 'code')} side by side: {', '.join(map(shown_name, names))}",
        *(said or ["All are in one space: the same symbols, states and listed tuples, in the same order."]),
        *problem_lines(found.problem),
        f"loss {found.loss}, chart {found.chart}, prior concentration {found.prior_concentration}{keys}",
    ]


def _sentence(found: Comparison, one: SpaceDifference) -> str:
    label, first = shown_name(found.labels[one.machine]), shown_name(found.labels[0])
    mine, its = (_part(found, i, one.part) for i in (one.machine, 0))
    if one.part == "keys":
        if one.order_only:
            return f"{label} lists the same tuples as {first} in another order"
        more, fewer = (len(set(a) - set(b)) for a, b in ((mine, its), (its, mine)))
        listed = f"{more} that it does not, and lacks {fewer} of its" if mine and its else "none" if its else "some"
        return f"{label} lists other tuples than {first}: {listed}"
    if one.order_only:
        return f"{label} has the {one.part} of {first} in another order: {_names(mine)}, not {_names(its)}"
    other = {"blank": "another blank", "start": "another start state", "length": "another number of tuples"}
    what = other.get(one.part, f"other {'halting states' if one.part == 'halting' else one.part}")
    return f"{label} has {what} than {first}: {_names(mine)}, not {_names(its)}"


def _part(found: Comparison, i: int, part: str) -> tuple[object, ...]:
    value = found.machines[i].keys if part == "keys" else getattr(found.problems[i].space, part)
    return value if isinstance(value, tuple) else (value,)


def _names(names: tuple[object, ...]) -> str:
    listed = [shown_name(str(name)) for name in names[:NAMES_SHOWN]]
    return ", ".join([*listed, *(["…"] if len(names) > NAMES_SHOWN else [])]) or "none"


def _table(found: Comparison, i: int) -> str:
    code, title = found.codes[i], shown_name(found.labels[i])
    if found.problems[i].space.by_number:
        listed = listing(code.machine, {place for place in code.used if isinstance(place, int)}).splitlines()
        apart = ["!" if key in found.differing_cells else " " for key in code.machine.keys]
        marked = (f"{line[0]}{mark}{line[1:]}" for line, mark in zip(listed, apart, strict=False))
        return "\n".join([title, *marked])
    used = {place for place in code.used if isinstance(place, tuple)}
    return "\n".join([title, *transition_rows(code.machine.machine(), used, found.differing_cells)])


def _codes(found: Comparison) -> Iterator[tuple[str, ...]]:
    for name, code in zip(found.labels, found.codes, strict=True):
        length = code.length
        used = f"{length.used_tuples} of {length.listed_tuples}"
        yield shown_name(name), used, str(length.bits), str(code.dimension), _mass(code)


def _mass(code: ComparedCode) -> str:
    log2 = log2_mass(code)
    return "-" if log2 is None else f"2^{log2:.3f}"


def _cells(found: Comparison, row: ComparedRow) -> tuple[str, ...]:
    chain, known = row.code.bounds, row.code.value is not None
    alone, used, dimension = ("?",) * 3 if chain is None else map(str, chain.to_json().values())
    value = str(row.code.value) if known else row.code.interval.brief().removeprefix("λ ")
    weight = "none" if row.least_weight is None else str(row.least_weight)
    name, m = shown_name(found.labels[row.machine]), str(row.code.multiplicity) if known else "?"
    return (row.semantics, name, alone, value, m, used, dimension, weight if row.weight_known else "?")
