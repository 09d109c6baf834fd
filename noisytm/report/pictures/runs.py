"""A short run as a picture: a row for each step, a square for each cell, the head framed."""

from __future__ import annotations

from noisytm._text import shown_name
from noisytm.report.markup import Html, tag
from noisytm.report.pictures.svg import cut, number, picture, words
from noisytm.show import SpaceTime

CELL, LETTER = 20.0, 7.2


def run_picture(diagram: SpaceTime, title: str, key: str) -> Html:
    """Return a space-time diagram of few rows and columns as a picture.

    Parameters
    ----------
    diagram : SpaceTime
        A row for each step, one cell to a column.
    title : str
        What it is a run of.
    key : str
        Unlike that of every other picture of the page.
    """
    machine, (rows, columns) = diagram.machine, diagram.cells.shape
    shades = {s: 0.0 if s == machine.blank else 0.28 for s in machine.symbols}
    states = [cut(shown_name(state)) for state in diagram.states]
    left = 46 + LETTER * max(map(len, states)) + 10
    parts: list[Html] = [words(4, 14, "step", size=11), words(46, 14, "state", size=11)]
    for i in range(rows):
        y = 22 + CELL * i
        parts.append(words(38, y + 14, str(diagram.steps[i]), size=11, anchor="end"))
        parts.append(words(46, y + 14, states[i], size=11))
        for j in range(columns):
            place = int(diagram.cells[i, j])
            if place >= 0:
                parts += _cell(left + CELL * j, y, machine.symbols[place], shades)
        head = left + CELL * diagram.head_columns[i]
        parts.append(tag("rect", x=number(head + 1), y=number(y + 1), width=CELL - 2, height=CELL - 2,
                         class_="line accent", stroke_width=2.5))  # fmt: skip
    end = f"after {diagram.steps[-1]} steps in state {states[-1]}"
    about = f"{rows} rows of {columns} cells; the head is framed. It ends {end}."
    return picture(key, title, about, (left + CELL * columns + 6, 28 + CELL * rows), parts)


def _cell(x: float, y: float, symbol: str, shades: dict[str, float]) -> list[Html]:
    square: dict[str, str | float] = {"x": number(x), "y": number(y), "width": CELL, "height": CELL}
    told = cut(shown_name(symbol), 3)
    return [
        tag("rect", **square, class_="full", fill_opacity=shades[symbol]) if shades[symbol] else Html(""),
        tag("rect", **square, class_="thin", stroke_width=1),
        words(x + CELL / 2, y + 14, told, size=9 if len(told) > 1 else 12, anchor="middle"),
    ]
