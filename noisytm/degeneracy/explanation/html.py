"""What a code's entries cost, what its syndromes break, its marked bits and its bounds, as fragments of HTML.

Tables have captions and headings, everything a user wrote is escaped, and there is no script: the fragments may stand
in a notebook or in a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from html import escape

from noisytm._summary import number
from noisytm._text import shown_name
from noisytm.degeneracy.explanation.bits import MARKS, MarkedBits
from noisytm.degeneracy.explanation.costs import ALONE, FREE, Cell, EntryCost
from noisytm.degeneracy.explanation.diagram import Beside, condensed, side_by_side
from noisytm.degeneracy.explanation.witness import Witness
from noisytm.degeneracy.explanation.wording import branch_text
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem

HEADS = {
    "read": "reads",
    "in": "is in",
    "write": "writes",
    "next": "goes to",
    "move": "moves",
    "tuple": "errs",
}


def cost_table(machine: Description, cells: Sequence[Cell]) -> str:
    """Return a table of what each entry costs: the transition table, or the list where tuples go by their numbers.

    Examples
    --------
    >>> from noisytm import TuringMachine
    >>> machine = TuringMachine(["<"], "<", ["a"], "a", [("<", "a", "<", "a", "S")])
    >>> cell = Cell(("<", "a"), "(<, a)", ("<", "a"), ("<", "a", "S"), True, ())
    >>> "&lt; a S" in cost_table(machine, [cell]), "<script" in cost_table(machine, [cell])
    (True, False)
    """
    total = sum((cell.cost for cell in cells), Fraction(0))
    caption = (
        f"What each entry costs, together {number(total)}: <strong>!</strong> fatal alone, a number: shared in fatal"
        " syndromes, –: free. * is used."
    )
    if cells and isinstance(cells[0].place, int):
        body = "".join(
            f'<tr><th scope="row">{escape(cell.name)}</th><td>{escape(" ".join(map(shown_name, cell.key)))}</td>'
            f"<td>{_cell(cell)}</td></tr>"
            for cell in cells
        )
        heads = _heads(["tuple", "key", "does, and costs"])
        return f"<table><caption>{caption}</caption><thead>{heads}</thead><tbody>{body}</tbody></table>"
    known = {cell.place: cell for cell in cells}
    rows = []
    for state in machine.states:
        there = [known.get((symbol, state)) for symbol in machine.symbols]
        row = "".join(f"<td>{'–' if cell is None else _cell(cell)}</td>" for cell in there)
        rows.append(f'<tr><th scope="row">{escape(shown_name(state))}</th>{row}</tr>')
    heads = _heads(["state", *map(shown_name, machine.symbols)])
    return f"<table><caption>{caption}</caption><thead>{heads}</thead><tbody>{''.join(rows)}</tbody></table>"


def _cell(cell: Cell) -> str:
    action = " ".join(map(shown_name, cell.action))
    lines = [f"{'* ' if cell.used else ''}<strong>{escape(action)}</strong>, costs {number(cell.cost)}"]
    for kind, entries in cell.by_kind():
        lines.append(f"{escape(HEADS.get(kind, kind))} {', '.join(map(_entry, entries))}")
    return "<br/>".join(lines)


def _entry(entry: EntryCost) -> str:
    if entry.standing == FREE:
        return f"{escape(entry.label)} –"
    mark = "<strong>!</strong>" if entry.standing == ALONE else ""
    return f"{escape(entry.label)} {number(entry.v)}{mark}"


def rows_table(rows: Iterable[tuple[Fraction | int, str, str]], caption: str) -> str:
    """Return a table of syndromes: the weight of each, what it breaks, and a fragment that shows how.

    Examples
    --------
    >>> "<td>on A&amp;B</td>" in rows_table([(Fraction(1, 2), "on A&B", "")], "What breaks.")
    True
    """
    body = []
    for weight, said, shown in rows:
        inside = f"<details><summary>step by step</summary>{shown}</details>" if shown else ""
        body.append(f'<tr><th scope="row">{number(weight)}</th><td>{escape(said)}{inside}</td></tr>')
    heads = _heads(["weight", "what breaks"])
    return f"<table><caption>{escape(caption)}</caption><thead>{heads}</thead><tbody>{''.join(body)}</tbody></table>"


def witness_shown(problem: SynthesisProblem, machine: Description, witness: Witness | None) -> str:
    """Return a run with errors beside the right one, or branches in words, those that are runs with their diagram."""
    if witness is None:
        return ""
    if not witness.branches:
        return _diagram(side_by_side(problem, machine, witness))
    parts = []
    for branch in condensed(witness.branches):
        diagram = "" if branch.of else _diagram(side_by_side(problem, machine, witness, branch))
        parts.append(f"<li>{escape(branch_text(problem, branch))}{diagram}</li>")
    return f"<ol>{''.join(parts)}</ol>"


def _diagram(rows: Sequence[Beside]) -> str:
    body = []
    for row in rows:
        if row.step is None:
            body.append('<tr><td colspan="6">…</td></tr>')
            continue
        cells = [escape(row.right[0]), _tape(row.right[1]), escape(row.wrong[0]), _tape(row.wrong[1])]
        errors = escape(", ".join(row.errors))
        told = f"<strong>{errors}</strong>" if errors else ""
        body.append(f'<tr><th scope="row">{row.step}</th>{"".join(f"<td>{c}</td>" for c in [*cells, told])}</tr>')
    heads = _heads(["step", "state", "tape", "state with errors", "tape with errors", "errors"])
    caption = "The right run, and that with errors; the head's cell in brackets."
    return f"<table><caption>{caption}</caption><thead>{heads}</thead><tbody>{''.join(body)}</tbody></table>"


def _tape(text: str) -> str:
    return f"<code>{escape(text).replace(' ', '&#160;')}</code>"


def bits_table(cells: Sequence[Cell], bits: Sequence[MarkedBits]) -> str:
    """Return the description as bits, a row a tuple, with a mark at each bit and what the marks mean."""
    body = "".join(
        f'<tr><th scope="row">{escape(cell.name)}</th><td><code>{" ".join(marked.bits)}</code></td>'
        f"<td><code>{escape(' '.join(marked.marks))}</code></td></tr>"
        for cell, marked in zip(cells, bits, strict=True)
    )
    meant = "; ".join(f"{mark} {meaning}" for mark, meaning in MARKS.items())
    heads = _heads(["tuple", "bits", "marks"])
    return f"<table><caption>{escape(meant)}</caption><thead>{heads}</thead><tbody>{body}</tbody></table>"


def chain_table(links: Iterable[tuple[str, Fraction, Fraction | None]]) -> str:
    """Return the chain of bounds, each with its gap to the one before.

    Examples
    --------
    >>> chain_table([("dimension", Fraction(30), None)]).count("<td>")
    2
    """
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{number(value)}</td>'
        f"<td>{'' if gap is None else number(gap)}</td></tr>"
        for name, value, gap in links
    )
    heads = _heads(["bound", "value", "above the one before by"])
    return f"<table><caption>The chain of bounds.</caption><thead>{heads}</thead><tbody>{body}</tbody></table>"


def _heads(names: Iterable[str]) -> str:
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    return f"<tr>{cells}</tr>"
