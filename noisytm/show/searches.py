"""What a search of all codes found, as a few lines of text."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from noisytm._summary import count, grouped, number
from noisytm._text import shown_name
from noisytm.codespace import KEYS
from noisytm.degeneracy.grids import crossings
from noisytm.geometry import units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from noisytm.machine import TransitionTuple
    from noisytm.search import GlobalLearningCoefficient, LeastOfLength, LeastPrecision, PrecisionProof, Solutions

MOST_SHOWN = 10


def describe_solutions(found: Solutions) -> str:
    """Return the counts of a search as lines of text.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, solutions, words
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4)
    >>> print(describe_solutions(solutions(problem)))
    34,012,224 codes: tables of 6 tuples over 3 symbols and 2 states
    solve it                 489,655
    mass                   489655/34012224 = 2^-6.118
    cubes                    247,422
      of 4 settled tuples        356
      of 5 settled tuples      7,485
      of 6 settled tuples    239,581
    refuted leaves         1,951,971
    fewest used tuples             4
    """
    tally, space = found.tally, found.tables.space
    kind = _kind(found)
    sizes = f"{count(len(space.symbols), 'symbol')} and {count(len(space.states), 'state')}"
    lines = [f"{count(tally.all_codes, 'code')}: {kind} over {sizes}"]
    rows = [("solve it" if found.complete else "solve it, so far", grouped(found.codes))]
    mass = None if found.max_tuples is not None else found.mass
    settled = "listed" if found.space == "listed" else "settled"
    rows += [("cubes", grouped(found.cubes))]
    rows += [(f"  of {count(k, f'{settled} tuple')}", grouped(n)) for k, n in found.by_fixed_tuples.items()]
    rows.append(("refuted leaves", grouped(found.refuted)))
    if found.space == "full" and found.fewest_used_tuples is not None:
        rows.append(("fewest used tuples", str(found.fewest_used_tuples)))
    widths = max(len(name) for name, _ in rows), max(len(value) for _, value in rows)
    lines += [f"{name:<{widths[0]}}  {value:>{widths[1]}}" for name, value in rows]
    if mass is not None:
        lines.insert(2, f"{'mass':<{widths[0]}}  {found.mass}{_power(found.mass)}")
    if found.space == "listed":
        lines += _lists(found)
    if not found.complete:
        lines.append("This is not complete: only a part of the tree has been gone through.")
    return "\n".join(lines)


def describe_least(found: GlobalLearningCoefficient) -> str:
    """Return the least learning coefficient of all codes as lines of text.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, global_learning_coefficient
    >>> space = {"symbols": "_", "states": "ab"}
    >>> problem = SynthesisProblem.of_space(space, [""], 2, targets={"": "b"})
    >>> print(describe_least(global_learning_coefficient(problem, optimal=True)).split("work")[0])
    36 codes: tables of 2 tuples over 1 symbol and 2 states
    log loss, pseudo-utm, simplex chart
    least λ  3/2, certified
    m        1, the largest of codes with this λ
    machine  (_, a) → (_, b, L); (_, b) → (_, b, L)
    9 codes attain it: m = 1, 2 used tuples
    <BLANKLINE>
    """
    space = found.tables.space
    sizes = f"{count(len(space.symbols), 'symbol')} and {count(len(space.states), 'state')}"
    lines = [
        f"{count(found.codes, 'code')}: {_listed(found) or _kind(found)} over {sizes}",
        units(found.semantics, found.loss, found.chart, found.prior_concentration),
    ]
    if found.machine is None or found.value is None:
        lines += _without_a_code(found)
    else:
        known = f"{number(found.lower_bound)} ≤ λ ≤ {number(found.value)}, not complete"
        lines += [
            f"least λ  {f'{number(found.value)}, certified' if found.complete else known}",
            f"m        {found.multiplicity}{', the largest of codes with this λ' if found.complete else ''}",
            f"machine  {_tuples(found.machine.tuples)}",
        ]
        digits = found.face.to_json().get("digits") if found.face is not None else None
        lines += [] if digits is None else [f"digits   {' '.join('.'.join(row) for row in digits)}"]
    if found.optimal is not None:
        lines += _attaining(found)
    lines += map(_of_length, found.by_length or ())
    if found.precision is not None:
        lines += _precision(found.precision)
    work = ", ".join(f"{grouped(n)} {name}" for name, n in found.counts.items())
    return "\n".join([*lines, f"work     {work}"])


def _listed(found: GlobalLearningCoefficient) -> str:
    """Return which lists were searched, where their keys may be repeated, or err."""
    may = ["be repeated"] * found.repeat + ["err"] * (found.keys != KEYS[0])
    if not may:
        return ""
    most, keys = count(found.max_tuples or 0, "tuple"), count(len(found.tables.space.keys), "key")
    return f"lists of at most {most} with {keys}, which may {' and '.join(may)},"


def _without_a_code(found: GlobalLearningCoefficient) -> list[str]:
    """Return what is known where there is no code that solves the problem, or none was found so far."""
    if found.complete:
        return ["No code solves it."]
    return [
        f"least λ  {number(found.lower_bound)} ≤ λ, not complete: no code that solves it was found so far,",
        "         and whether there is one is not known",
    ]


def _attaining(found: GlobalLearningCoefficient) -> list[str]:
    """Return how many codes attain it, by m and used tuples."""
    groups = Counter((code.multiplicity, code.used_tuples) for code in found.optimal or ())
    total = count(sum(groups.values()), "code")
    parts = [f"{grouped(n)} with m = {m}, {count(used, 'used tuple')}" for (m, used), n in sorted(groups.items())]
    said = parts[0].split(" with ")[1] if len(parts) == 1 else "; ".join(parts)
    return [f"{total} attain it{'' if found.complete else ' (so far)'}: {said}"]


def _of_length(least: LeastOfLength) -> str:
    """Return what is known of the lists of one length."""
    of = f"lists of {count(least.tuples, 'tuple')}: {grouped(least.solving)} solve it"
    if not least.solving:
        return of
    if least.complete and least.value is not None:
        return f"{of}, least λ {number(least.value)}, m = {least.multiplicity}"
    upper = "" if least.value is None else f" ≤ {number(least.value)}"
    return f"{of}, {number(least.lower_bound)} ≤ λ{upper}, not complete"


def _precision(least: LeastPrecision) -> list[str]:
    """Return which program wins at which precision."""
    known = "" if least.complete else ", not complete: Λ is nowhere above these lines"
    lines = [f"finite precision, b bits a weight and n = 2^(s·b) data: the least Λ(s) of all codes{known}"]
    starts = [Fraction(0), *(s for s, _ in crossings(least.lines))]
    certified = dict(least.breakpoints)
    for line, s in zip(least.lines, starts, strict=True):
        value = "" if not s else f", where it is {number(line.at(s))}{'' if s in certified else ', not certified'}"
        lines += [f"  {line.in_words()} from s = {number(s)}{value}", f"    {_tuples(line.machine.tuples)}"]
    if least.complete and least.lines:
        lines.append(f"  no code has τ below {number(least.transversal)}")
    lines += map(_proved, least.proofs)
    if least.proofs:
        lines.append("  proof of all of it, for noisytm verify: noisytm search --precision --certificate FILE")
    work = ", ".join(f"{grouped(n)} {name}" for name, n in least.counts.items())
    return [*lines, f"  work {work}"] if work else lines


def _proved(proof: PrecisionProof) -> str:
    where = "beyond all s" if proof.s is None else f"at s = {number(proof.s)}"
    by = "the least λ" if proof.nodes is None else f"a search of {count(proof.nodes, 'node')}"
    return f"  {where} no code has less than {number(proof.value)}: by {by}"


def _kind(found: Solutions | GlobalLearningCoefficient) -> str:
    tuples = len(found.tables.space.keys)
    if found.space == "full":
        return f"tables of {count(tuples, 'tuple')}"
    return f"lists of at most {found.max_tuples} of {count(tuples, 'tuple')}"


def _power(mass: Fraction) -> str:
    if mass in (0, 1):
        return ""
    return f" = 2^{math.log2(mass.numerator) - math.log2(mass.denominator):.3f}"


def _lists(found: Solutions) -> list[str]:
    """Return the lines on lists: how many solve it by length, and the shortest."""
    if not found.codes:
        return [f"No list of at most {count(found.max_tuples or 0, 'tuple')} solves it."] if found.complete else []
    lines = [f"solved by {count(n, 'list')} of {count(k, 'tuple')}" for k, n in found.by_length.items()]
    if not found.complete or found.shortest_description is None:
        return lines
    lists_ = found.by_fixed_tuples[found.shortest_description]
    lines.append(f"shortest description: {count(found.shortest_description, 'tuple')}, {count(lists_, 'list')}")
    lines += [f"  {_tuples(listed)}" for listed in found.lists[:MOST_SHOWN]]
    if lists_ > MOST_SHOWN:
        lines.append(f"  … {grouped(lists_ - MOST_SHOWN)} more (--json has the first {grouped(len(found.lists))})")
    return lines


def _tuples(listed: Iterable[TransitionTuple]) -> str:
    parts = [
        f"({shown_name(t.read)}, {shown_name(t.state)}) → ({shown_name(t.write)}, {shown_name(t.next)}, {t.move})"
        for t in listed
    ]
    return "; ".join(parts) or "the empty list"
