"""The transition graph of a machine: its states on a circle, an arrow from each to each that follows it."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import NamedTuple

from noisytm._text import shown_name
from noisytm.machine import TransitionTuple, TuringMachine
from noisytm.report.markup import Html, tag
from noisytm.report.pictures.svg import cut, number, picture, words

MOST_STATES = 24
MOST_LABELS = 3
RADIUS, LINE = 26.0, 14.0
Edge = tuple[str, str]


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


def transition_graph(machine: TuringMachine, used: Collection[tuple[str, str]], key: str) -> Html | None:
    """Return the graph of a machine, used transitions in full, others dashed; ``None`` if it has too many states.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    used : collection of (symbol, state)
        The tuples that are used.
    key : str
        Unlike that of every other picture of the page.
    """
    if len(machine.states) > MOST_STATES:
        return None
    edges: dict[Edge, list[TransitionTuple]] = {}
    for t in machine.tuples:
        edges.setdefault((t.state, t.next), []).append(t)
    places, middle, size = _places(machine)
    drawn = [_edge(edge, tuples, places, middle, set(used), key) for edge, tuples in edges.items()]
    states = [_state(machine, state, places[state], key) for state in machine.states]
    marker = tag(
        "marker",
        tag("path", d="M0 0L10 5L0 10z", class_="full"),
        id=f"{key}-arrow", viewBox="0 0 10 10", refX=9, refY=5, markerWidth=8, markerHeight=8, orient="auto",
        markerUnits="userSpaceOnUse",
    )  # fmt: skip
    about = (
        f"{len(machine.states)} states and {len(edges)} arrows, each labelled read → write move."
        f"{' Thick arrows are used on the inputs, dashed ones are not.' if used else ''} The table says the same."
    )
    title = f"Transition graph of {machine.name or 'the machine'}"
    return picture(key, title, about, size, tag("defs", marker), drawn, states)


def _places(machine: TuringMachine) -> tuple[dict[str, Point], Point, tuple[float, float]]:
    """Return where the states are, around which point, and how large the picture is."""
    n = len(machine.states)
    around = 0.0 if n == 1 else max(110.0, n * 46.0 / math.pi)
    wide, high = around + 170, around + 100
    middle = Point(wide, high)
    angles = [-math.pi / 2 + 2 * math.pi * i / n for i in range(n)]
    places = [Point(wide + around * math.cos(a), high + around * math.sin(a)) for a in angles]
    if n == 2:  # side by side
        middle, high = Point(wide, 120.0), 100.0
        places = [Point(wide - around, 120.0), Point(wide + around, 120.0)]
    return dict(zip(machine.states, places, strict=True)), middle, (2 * wide, 2 * high)


def _state(machine: TuringMachine, state: str, at: Point, key: str) -> Html:
    x, y = number(at.x), number(at.y)
    parts = [tag("title", state), tag("circle", cx=x, cy=y, r=RADIUS, class_="shape", stroke_width=1.5)]
    if state in machine.halting:
        parts.append(tag("circle", cx=x, cy=y, r=RADIUS - 4, class_="line", stroke_width=1.2))
    if state == machine.start:
        d = f"M{number(at.x - RADIUS - 34)} {number(at.y + RADIUS + 18)}L{number(at.x - 20)} {number(at.y + 20)}"
        parts.append(tag("path", d=d, class_="line accent", stroke_width=2, marker_end=f"url(#{key}-arrow)"))
        parts.append(words(at.x - RADIUS - 36, at.y + RADIUS + 30, "start", size=12, anchor="middle", class_="halo"))
    parts.append(words(at.x, at.y + 4, cut(shown_name(state), 9), size=12, anchor="middle"))
    return tag("g", parts)


def _edge(
    edge: Edge,
    tuples: list[TransitionTuple],
    places: dict[str, Point],
    middle: Point,
    used: set[tuple[str, str]],
    key: str,
) -> Html:
    one, other = places[edge[0]], places[edge[1]]
    path, at, out = _loop(one, middle) if one == other else _arc(one, other)
    some = any((t.read, t.state) in used for t in tuples) or not used
    arrow = tag(
        "path", d=path, class_="line", stroke_width=2 if some and used else 1.2,
        stroke_dasharray=None if some else "5 4", marker_end=f"url(#{key}-arrow)",
    )  # fmt: skip
    labels = [f"{shown_name(t.read)} → {shown_name(t.write)} {t.move}" for t in tuples]
    told = [cut(label, 20) for label in labels[:MOST_LABELS]]
    if len(labels) > MOST_LABELS:
        told.append(f"and {len(labels) - MOST_LABELS} more")
    # what is written stands outside the bend, and more lines of it farther out
    side = "middle" if abs(out.x) < 0.4 else "start" if out.x > 0 else "end"
    top = at.y + 4 - LINE * (len(told) - 1) * (1 - out.y) / 2
    texts = [words(at.x, top + LINE * i, text, size=12, anchor=side, class_="halo") for i, text in enumerate(told)]
    return tag("g", tag("title", f"{edge[0]} to {edge[1]}: {'; '.join(labels)}"), arrow, texts)


def _arc(one: Point, other: Point) -> tuple[str, Point, Point]:
    """Return a bent line from a state to another, where its label is, and to which side it is bent."""
    length = math.hypot(other.x - one.x, other.y - one.y)
    dx, dy = (other.x - one.x) / length, (other.y - one.y) / length
    bend = 0.16 * length + 14
    top = Point((one.x + other.x) / 2 + dy * bend, (one.y + other.y) / 2 - dx * bend)
    start, end = _towards(one, top), _towards(other, top)
    path = f"M{number(start.x)} {number(start.y)}Q{number(top.x)} {number(top.y)} {number(end.x)} {number(end.y)}"
    label = Point((one.x + other.x) / 4 + top.x / 2, (one.y + other.y) / 4 + top.y / 2)
    return path, Point(label.x + dy * 12, label.y - dx * 12), Point(dy, -dx)


def _towards(state: Point, to: Point) -> Point:
    """Return the point of a state's circle that is nearest to another point."""
    length = math.hypot(to.x - state.x, to.y - state.y)
    return Point(state.x + RADIUS * (to.x - state.x) / length, state.y + RADIUS * (to.y - state.y) / length)


def _loop(state: Point, middle: Point) -> tuple[str, Point, Point]:
    """Return a line from a state to itself, where its label is, and to which side it goes: away from the middle."""
    out = math.atan2(state.y - middle.y, state.x - middle.x)
    if abs(state.y - middle.y) < 1e-9:  # alone, or two side by side: what goes on between these is below and above
        out = -math.pi / 2

    def at(distance: float, turn: float) -> Point:
        return Point(state.x + distance * math.cos(out + turn), state.y + distance * math.sin(out + turn))

    corners = (at(RADIUS, -0.5), at(2.9 * RADIUS, -0.6), at(2.9 * RADIUS, 0.6), at(RADIUS, 0.5))
    path = "M{} {}C{} {} {} {} {} {}".format(*(number(v) for corner in corners for v in corner))
    return path, at(2.65 * RADIUS, 0.0), Point(math.cos(out), math.sin(out))
