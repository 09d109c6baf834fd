"""The transition graph of a machine: its states on a circle, an arrow from each to each that follows it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
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
    layout, acting = _layout(machine.states), set(used)
    drawn = [_edge(edge, tuples, layout, acting, key) for edge, tuples in edges.items()]
    states = [_state(machine, state, layout, key) for state in machine.states]
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
    return picture(
        key,
        title,
        about,
        layout.size,
        tag("defs", marker),
        [arrow for arrow, _ in drawn],
        states,
        [label for _, label in drawn],
    )


class Layout(NamedTuple):
    """Where the states are, around which point, and how large the picture is."""

    places: dict[str, Point]
    middle: Point
    size: tuple[float, float]

    @property
    def step(self) -> float:
        """How far neighbours are from each other."""
        one, other, *_ = (*self.places.values(), *self.places.values())
        return math.hypot(one.x - other.x, one.y - other.y)

    def outwards(self, state: Point) -> float:
        """Return the direction away from the middle: upwards for a state alone, or two side by side."""
        if len(self.places) <= 2:
            return -math.pi / 2
        return math.atan2(state.y - self.middle.y, state.x - self.middle.x)


def _layout(states: Sequence[str]) -> Layout:
    n = len(states)
    if n <= 2:
        wide = 170.0 if n == 1 else 280.0
        places = [Point(wide, 120.0)] if n == 1 else [Point(wide - 110, 120.0), Point(wide + 110, 120.0)]
        return Layout(dict(zip(states, places, strict=True)), Point(wide, 120.0), (2 * wide, 215.0))
    around = max(110.0, n * 58.0 / math.pi)
    middle = Point(around + 170, around + 125)
    angles = [-math.pi / 2 + 2 * math.pi * i / n for i in range(n)]
    places = [Point(middle.x + around * math.cos(a), middle.y + around * math.sin(a)) for a in angles]
    return Layout(dict(zip(states, places, strict=True)), middle, (2 * middle.x, 2 * middle.y))


def _state(machine: TuringMachine, state: str, layout: Layout, key: str) -> Html:
    at = layout.places[state]
    x, y = number(at.x), number(at.y)
    parts = [tag("title", state), tag("circle", cx=x, cy=y, r=RADIUS, class_="shape", stroke_width=1.5)]
    if state in machine.halting:
        parts.append(tag("circle", cx=x, cy=y, r=RADIUS - 4, class_="line", stroke_width=1.2))
    if state == machine.start:
        # beside the place of a line from the state to itself
        turn = 0.8 * math.pi if len(layout.places) <= 2 else layout.outwards(at) - 1.15
        tail, tip, word = (
            Point(at.x + far * math.cos(turn), at.y + far * math.sin(turn))
            for far in (RADIUS + 40, RADIUS, RADIUS + 54)
        )
        d = f"M{number(tail.x)} {number(tail.y)}L{number(tip.x)} {number(tip.y)}"
        parts.append(tag("path", d=d, class_="line accent", stroke_width=2, marker_end=f"url(#{key}-arrow)"))
        parts.append(words(word.x, word.y + 4, "start", size=12, anchor="middle", class_="halo"))
    parts.append(words(at.x, at.y + 4, cut(shown_name(state), 9), size=12, anchor="middle"))
    return tag("g", parts)


def _edge(
    edge: Edge, tuples: list[TransitionTuple], layout: Layout, used: set[tuple[str, str]], key: str
) -> tuple[Html, Html]:
    """Return an arrow, and what is written beside it."""
    one, other = layout.places[edge[0]], layout.places[edge[1]]
    path, at, out = _loop(one, layout.outwards(one)) if one == other else _arc(one, other, layout)
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
    title = tag("title", f"{edge[0]} to {edge[1]}: {'; '.join(labels)}")
    return tag("g", title, arrow), tag("g", title, texts)


def _arc(one: Point, other: Point, layout: Layout) -> tuple[str, Point, Point]:
    """Return a bent line from a state to another, where its label is, and to which side of it."""
    length = math.hypot(other.x - one.x, other.y - one.y)
    dx, dy = (other.x - one.x) / length, (other.y - one.y) / length
    far = length > 1.2 * layout.step
    bend = 0.05 * length + 10 if far else 0.16 * length + 14
    half = Point((one.x + other.x) / 2, (one.y + other.y) / 2)
    top = Point(half.x + dy * bend, half.y - dx * bend)
    start, end = _towards(one, top), _towards(other, top)
    path = f"M{number(start.x)} {number(start.y)}Q{number(top.x)} {number(top.y)} {number(end.x)} {number(end.y)}"
    out = Point(dy, -dx)
    if far and out.x * (half.x - layout.middle.x) + out.y * (half.y - layout.middle.y) > 0:
        out = Point(-dy, dx)  # farther out are the states between these
    return path, Point((half.x + top.x) / 2 + out.x * 12, (half.y + top.y) / 2 + out.y * 12), out


def _towards(state: Point, to: Point) -> Point:
    """Return the point of a state's circle that is nearest to another point."""
    length = math.hypot(to.x - state.x, to.y - state.y)
    return Point(state.x + RADIUS * (to.x - state.x) / length, state.y + RADIUS * (to.y - state.y) / length)


def _loop(state: Point, out: float) -> tuple[str, Point, Point]:
    """Return a line from a state to itself in a direction, where its label is, and the direction as a point."""

    def at(distance: float, turn: float) -> Point:
        return Point(state.x + distance * math.cos(out + turn), state.y + distance * math.sin(out + turn))

    corners = (at(RADIUS, -0.5), at(2.9 * RADIUS, -0.6), at(2.9 * RADIUS, 0.6), at(RADIUS, 0.5))
    path = "M{} {}C{} {} {} {} {} {}".format(*(number(v) for corner in corners for v in corner))
    return path, at(2.65 * RADIUS, 0.0), Point(math.cos(out), math.sin(out))
