"""Space-time diagrams in characters: every cell as wide as the widest symbol, on a terminal of any width."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from noisytm._digits import has_no_digits, rounded
from noisytm.machine import TuringMachine

if TYPE_CHECKING:
    from noisytm.discrete.configuration import Configuration
    from noisytm.show.diagrams.rows import Rows

LONGEST_NAME = 12
LABEL_BITS = 200  # sixty digits
LONGEST_MARK = 3
PLAIN_MARK = ">"
HEAD_COLOUR, BLANK_COLOUR = "1;7", "2"
SYMBOL_COLOURS = ("36", "33", "35", "32", "34", "31")


def width_of(text: str) -> int:
    """Return the number of terminal columns a text takes: wide characters two, combining ones none.

    Examples
    --------
    >>> width_of("ab"), width_of("漢字"), width_of("e\u0301")
    (2, 4, 1)
    """
    return sum(
        0 if unicodedata.category(x) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(x) in "WF" else 1
        for x in text
    )


def cut(name: str, longest: int = LONGEST_NAME) -> str:
    """Return a name, with … in place of what goes beyond ``longest`` terminal columns.

    Examples
    --------
    >>> cut("carry"), cut("moveToTheRightEnd")
    ('carry', 'moveToTheRi…')
    """
    if width_of(name) <= longest:
        return name
    kept = ""
    for character in name:
        if width_of(kept + character) >= longest:
            break
        kept += character
    return f"{kept}…"


def marks(states: Sequence[str]) -> list[str]:
    """Return what marks the head in each state: the shortest beginnings of the names that tell them apart.

    If these take more than 3 terminal columns, every mark is ``>``; the row's margin names the state.

    Examples
    --------
    >>> marks(["A", "B"]), marks(["reject", "accept"]), marks(["copySymbol", "copyState"])
    (['A', 'B'], ['r', 'a'], ['>', '>'])
    """
    for length in range(1, LONGEST_MARK + 1):
        beginnings = [state[:length] for state in states]
        widths = {width_of(x) for x in beginnings}
        if len(set(beginnings)) == len(states) and min(widths) > 0 and max(widths) <= LONGEST_MARK:
            return beginnings
    return [PLAIN_MARK] * len(states)


def label(number: int) -> str:
    """Return a number of steps or a place for the side of a diagram, by its size if it has very many digits.

    Examples
    --------
    >>> label(-1234), label(10**5000)
    ('-1,234', '1.00·10^5000')
    """
    return f"{number:,}" if _is_short(number) else rounded(number)


def place(cell: int) -> str:
    """Return the place of a cell, by its size if it has very many digits."""
    return str(cell) if _is_short(cell) else rounded(cell)


def _is_short(number: int) -> bool:
    return not has_no_digits(number) and number.bit_length() <= LABEL_BITS


def columns_that_fit(machine: TuringMachine, end: Configuration, width: int) -> int:
    """Return how many columns of a diagram of the run that ends in ``end`` fit into ``width`` terminal columns.

    At least 1, whatever the width.

    Examples
    --------
    >>> from noisytm import library, run
    >>> columns_that_fit(library.machine("bb5"), run(library.machine("bb5"), max_steps=1000).configuration, 80)
    30
    """
    margin = _Margin(machine, end.steps, end.origin, end.origin + end.size - 1)
    mark, symbol = _field(machine)
    columns = (width - margin.width(scrolls=False)) // (mark + symbol)
    if columns < end.size:
        columns = (width - margin.width(scrolls=True)) // (mark + symbol)
    return max(columns, 1)


def description(diagram: Rows) -> str:
    """Return which rows a diagram shows, and which cells; two lines."""
    count, last = len(diagram.steps), diagram.steps[-1]
    which = {
        "all": "every step",
        "even": f"{count:,} rows spaced evenly in time",
        "extremes": f"{count:,} rows: the first, the last, and where the head first reaches a cell",
    }[diagram.sample]
    cells = f"cells {place(diagram.first)} to {place(diagram.last)}"
    if diagram.cells_per_column > 1:
        cells += f", {label(diagram.cells_per_column)} to a column, which shows the commonest symbol"
    elif _scrolls(diagram):
        cells += f", {diagram.cells.shape[1]} of them in a window that follows the head"
    return f"steps 0 to {label(last)}, {which}\n{cells}"


def diagram_text(diagram: Rows, colour: bool) -> str:
    """Return a diagram as text."""
    machine, scrolls = diagram.machine, _scrolls(diagram)
    margin = _Margin(machine, diagram.steps[-1], diagram.first, diagram.last)
    mark_width, symbol_width = _field(machine)
    names = [_padded(cut(x), symbol_width) for x in machine.symbols]
    names.append(" " * symbol_width)  # at index -1, where there is nothing of the tape
    mark_of = {
        q: _padded(m, mark_width, right=True) for q, m in zip(machine.states, marks(machine.states), strict=True)
    }
    colours = _colours(machine) if colour else None
    lines = [description(diagram), margin.text("step", "state", "from" if scrolls else None)]
    rows = zip(diagram.steps, diagram.states, diagram.offsets, diagram.head_columns, diagram.cells, strict=True)
    for step, state, offset, head, cells in rows:
        fields = []
        for column, symbol in enumerate(cells.tolist()):
            field = (mark_of[state] if column == head else " " * mark_width) + names[symbol]
            if colours is not None:
                style = HEAD_COLOUR if column == head else colours[symbol]
                field = f"\x1b[{style}m{field}\x1b[0m" if style else field
            fields.append(field)
        lines.append(margin.text(label(step), cut(state), place(offset) if scrolls else None) + "".join(fields))
    return "\n".join(line.rstrip() for line in lines)


class _Margin:
    """What stands before the cells of a row: the step, the state, and where the window begins if it moves."""

    def __init__(self, machine: TuringMachine, steps: int, first: int, last: int) -> None:
        self.step = max(len("step"), len(label(steps)))
        self.state = max(len("state"), *(width_of(cut(q)) for q in machine.states))
        self.offset = max(len("from"), len(place(first)), len(place(last)))

    def width(self, scrolls: bool) -> int:
        return self.step + 2 + self.state + 1 + (1 + self.offset + 1 if scrolls else 0)

    def text(self, step: str, state: str, offset: str | None) -> str:
        window = "" if offset is None else f" {offset:>{self.offset}} "
        return f"{step:>{self.step}}  {_padded(state, self.state)} {window}"


def _scrolls(diagram: Rows) -> bool:
    return diagram.view == "head" and diagram.cells.shape[1] < diagram.last - diagram.first + 1


def _field(machine: TuringMachine) -> tuple[int, int]:
    """Return the width of the head's mark and of a symbol."""
    mark = max(width_of(x) for x in marks(machine.states))
    return mark, max(1, *(width_of(cut(x)) for x in machine.symbols))


def _padded(text: str, width: int, right: bool = False) -> str:
    gap = " " * (width - width_of(text))
    return gap + text if right else text + gap


def _colours(machine: TuringMachine) -> list[str]:
    """Return the ANSI style of each symbol, and at index -1 that of what is not on the tape."""
    others = (SYMBOL_COLOURS[i % len(SYMBOL_COLOURS)] for i in range(len(machine.symbols)))
    return [BLANK_COLOUR if x == machine.blank else next(others) for x in machine.symbols] + [""]
